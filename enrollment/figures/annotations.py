"""What people noted of a day, as numbered thin lines across a chart of months and a list of words."""

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from enrollment.answers import Annotations
from enrollment.figures.description import Align, Axis, Dots, Note, Path, Place, Point, Words, text
from enrollment.figures.placing import number, text_width
from enrollment.figures.style import NOTE
from enrollment.language import Language

_GAP = 4.0
"""Pixels between two tags; with fewer they read as one number."""


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


def tags(
    numbered: Sequence[Numbered], x: Axis, y: Axis, width: float, align: Align = "center"
) -> tuple[Note, ...]:
    """The numbers on top of the lines; those that would overlap on a plot of `width` pixels are one.

    The narrowest plot that they are for: on wider ones there is more room between them.
    """
    pixels = width / (number(x.high) - number(x.low))
    groups: list[tuple[Numbered, ...]] = []
    for item in numbered:
        group: tuple[Numbered, ...] = (item,)
        while groups and _sides(groups[-1], pixels, align)[1] > _sides(group, pixels, align)[0]:
            group = (*groups.pop(), *group)
        groups.append(group)
    if not groups:
        return ()
    sides = [_sides(group, pixels, align) for group in groups]
    # Where two all but touch, each steps aside by half of what is missing.
    missing = [max(0.0, _GAP - (after[0] - before[1])) / 2 for before, after in pairwise(sides)]
    aside = [left - right for left, right in zip([0.0, *missing], [*missing, 0.0], strict=True)]
    return tuple(
        Note(
            _place(group, align),
            number(y.high),
            text(Words(_numbers(group), "muted")),
            align,
            "bottom",
            dx=dx,
            dy=4,
        )
        for group, dx in zip(groups, aside, strict=True)
    )


def _numbers(group: Sequence[Numbered]) -> str:
    numbers = [item.number for item in group]
    return f"{numbers[0]}–{numbers[-1]}" if len(numbers) > 2 else ", ".join(numbers)


def _place(group: Sequence[Numbered], align: Align) -> Place:
    """Where the tag of neighbours stands: amid their lines, or at the first if it stands beside it."""
    first, last = group[0].x, group[-1].x
    if align != "center":
        return first
    middle = (number(first) + number(last)) / 2
    return dt.date.fromordinal(round(middle)) if isinstance(first, dt.date) else middle


def _sides(group: Sequence[Numbered], pixels: float, align: Align) -> tuple[float, float]:
    """The left and right end of a tag, in pixels."""
    wide = text_width(_numbers(group), NOTE)
    left = number(_place(group, align)) * pixels - (wide / 2 if align == "center" else 0)
    return left, left + wide


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
