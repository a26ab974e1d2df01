"""What people noted of a day, as numbered thin lines across a chart of months and a list of words."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from enrollment.answers import Annotations
from enrollment.figures.description import Axis, Dots, Note, Path, Place, Point, Words, text
from enrollment.figures.placing import number
from enrollment.language import Language


@dataclass(frozen=True, slots=True)
class Numbered:
    """An annotation with its short number and its place on the x axis."""

    number: str
    x: Place
    said: Annotations


def on_days(
    annotations: Sequence[Annotations], first: dt.date, last: dt.date, language: Language
) -> tuple[Numbered, ...]:
    """Those of the days from `first` to `last`, in order, on an axis of dates."""
    found = sorted(
        (item for item in annotations if first <= item.day <= last), key=lambda item: (item.day, item.text)
    )
    return tuple(Numbered(language.number(place), item.day, item) for place, item in enumerate(found, 1))


def on_columns(
    annotations: Sequence[Annotations], months: Sequence[dt.date], language: Language
) -> tuple[Numbered, ...]:
    """The same over columns, one a month: a day stands where it lies within its month's column."""
    if not months:
        return ()
    return tuple(
        Numbered(item.number, _within(item.said.day, months), item.said)
        for item in on_days(annotations, months[0].replace(day=1), months[-1], language)
        if any((month.year, month.month) == (item.said.day.year, item.said.day.month) for month in months)
    )


def _within(day: dt.date, months: Sequence[dt.date]) -> float:
    column = next(
        place for place, month in enumerate(months) if (month.year, month.month) == (day.year, day.month)
    )
    return column - 0.5 + (day.day - 0.5) / calendar.monthrange(day.year, day.month)[1]


def lines(numbered: Sequence[Numbered], y: Axis, language: Language) -> tuple[Path | Dots, ...]:
    """A thin line for each, and a dot on top of it that says the words."""
    low, high = number(y.low), number(y.high)
    if not numbered:
        return ()
    name = language.say("figures.annotations.name")
    dots = Dots(
        "context",
        name,
        tuple(
            Point(
                item.x,
                high,
                text(
                    Words(language.day(item.said.day), strong=True),
                    language.pick(item.said.text, item.said.text_en),
                    Words(_origin(item.said), "muted"),
                ),
            )
            for item in numbered
        ),
        size=5,
    )
    return (*(Path("context", name, (Point(item.x, low), Point(item.x, high))) for item in numbered), dots)


def _origin(said: Annotations) -> str:
    """Where it is stated, of an address its host alone, and who noted it."""
    place = (urlsplit(said.source).hostname or said.source) if said.source else ""
    return ", ".join(word for word in (place, said.author) if word)


def tags(numbered: Sequence[Numbered], y: Axis) -> tuple[Note, ...]:
    """The numbers on top of the lines, those of one day together."""
    places: dict[Place, list[str]] = {}
    for item in numbered:
        places.setdefault(item.x, []).append(item.number)
    return tuple(
        Note(x, number(y.high), text(Words(", ".join(numbers), "muted")), "center", "bottom", dy=4)
        for x, numbers in places.items()
    )


def listed(numbered: Sequence[Numbered], language: Language) -> str:
    """What the numbers stand for, for the subtitle; empty where there are none."""
    return " ".join(
        language.say(
            "figures.annotations.item",
            number=item.number,
            day=language.short_day(item.said.day),
            text=language.pick(item.said.text, item.said.text_en).rstrip("."),
        )
        for item in numbered
    )
