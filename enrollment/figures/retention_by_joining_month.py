"""How many of those who joined in a month are still active in the months after, as a heat map."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence

from enrollment.answers import RetentionByJoiningMonth
from enrollment.figures.description import (
    Axis,
    Cell,
    Cells,
    Column,
    Figure,
    Layout,
    Mark,
    Note,
    Path,
    Point,
    Room,
    Table,
    Text,
    Tick,
    Words,
    text,
)
from enrollment.figures.style import shade_tone
from enrollment.figures.units import Amounts
from enrollment.language import Language

SMALL = 30
"""A joining month of fewer people is marked: one person moves its percentage by more than three."""

_LANDMARKS = (1, 3, 6, 12)
_MOST_ROWS = 24
_PITCH = 30
_ROOM = Room(top=30, right=4, bottom=6, left=118)
_NARROW_ROOM = Room(top=30, right=2, bottom=6, left=94)
_MARK = "\N{MIDDLE DOT}"


def retention_by_joining_month(*, rows: Sequence[RetentionByJoiningMonth], language: Language) -> Figure:
    """A row for each joining month and a column for each month since; the last row is the weighted mean.

    Of more than 24 joining months the newest are drawn and all are in the table. Raises ValueError
    without rows: `findings.retention_unknown` says then why nothing can be shown.
    """
    if not rows:
        raise ValueError("nobody can be followed")
    say = language.say
    people = {row.joined: row.people for row in rows}
    cohorts = sorted(people)
    drawn = cohorts[-_MOST_ROWS:]
    columns = range(1, 13 if max(row.months for row in rows) > 6 else 7)
    found = {(row.joined, row.months): row for row in rows if row.months in columns}
    means = _means(rows, columns)
    low = _lowest(found.values())
    cells = [
        _cell(found.get((cohort, month)), cohort, month, place, low, language)
        for place, cohort in enumerate(drawn)
        for month in columns
    ]
    x = Axis(0.5, len(columns) + 0.5)
    # A third of a row parts the mean from the months above it.
    mean_row = len(drawn) + 0.3
    y = Axis(mean_row + 0.5, -0.5, tuple(language.month(cohort) for cohort in drawn))
    rule = Path("context", "", (Point(x.low, len(drawn) - 0.35), Point(x.high, len(drawn) - 0.35)))
    marks: tuple[Mark, ...] = (Cells("actual", say("figures.retention.still"), tuple(cells)), rule)
    small = [cohort for cohort in cohorts if people[cohort] < SMALL]
    remarks = [say("figures.retention.subtitle")]
    if small:
        remarks.append(say("figures.retention.small", mark=_MARK, count=language.number(SMALL)))
    if len(drawn) < len(cohorts):
        remarks.append(say("figures.retention.newest", count=language.number(len(drawn))))

    def laid_out(room: Room, *, narrow: bool) -> Layout:
        return _laid_out(room, drawn, people, columns, means, mean_row, language, narrow=narrow)

    return Figure(
        name="retention_by_joining_month",
        title=_title(means, language),
        subtitle=" ".join(remarks),
        alt=_finding(means, cohorts, people, language),
        unit=Amounts(language, 1).heading,
        x=x,
        y=y,
        marks=marks,
        wide=laid_out(_ROOM, narrow=False),
        narrow=laid_out(_NARROW_ROOM, narrow=True),
        table=_table(rows, people, columns, means, language),
    )


def _means(rows: Sequence[RetentionByJoiningMonth], columns: Sequence[int]) -> dict[int, float]:
    """The share of all people who could be followed for so many months."""
    means = {}
    for month in columns:
        reached = [row for row in rows if row.months == month]
        people = sum(row.people for row in reached)
        if people:
            means[month] = sum(row.active for row in reached) / people
    return means


def _lowest(rows: Iterable[RetentionByJoiningMonth]) -> float:
    """Where shades start: the lowest share, down to the next five percent."""
    known = [row.share for row in rows if row.share is not None]
    return math.floor(min(known, default=0.0) * 20) / 20


def _cell(
    row: RetentionByJoiningMonth | None,
    cohort: dt.date,
    month: int,
    place: int,
    low: float,
    language: Language,
) -> Cell:
    say = language.say
    if row is None or row.share is None:
        hover = text(Words(language.month(cohort), strong=True), say("figures.retention.not_yet"))
        return Cell(month, place, None, hover=hover)
    shade = (row.share - low) / (1 - low) if low < 1 else 1.0
    mark = _MARK if row.people < SMALL else ""
    words = _percent(row.share, language) + mark
    label = text(Words(words, shade_tone(shade), strong=month in _LANDMARKS))
    hover = text(
        Words(language.month(cohort), strong=True),
        say(
            "figures.retention.hover",
            active=language.number(row.active),
            people=language.number(row.people),
            share=language.percent(row.share, 1),
            month=language.month(row.month),
        ),
    )
    return Cell(month, place, shade, label, hover)


def _percent(share: float, language: Language) -> str:
    return language.number(share * 100)


def _laid_out(
    room: Room,
    cohorts: Sequence[dt.date],
    people: Mapping[dt.date, int],
    columns: Sequence[int],
    means: Mapping[int, float],
    mean_row: float,
    language: Language,
    *,
    narrow: bool,
) -> Layout:
    say = language.say

    def named(cohort: dt.date) -> Text:
        month = f"{language.short_month(cohort)} {cohort.year % 100:02d}"
        joined = language.number(people[cohort])
        return text((Words(month, strong=True), Words(f"  {joined}", "muted")))

    ticks = [Tick(place, named(cohort)) for place, cohort in enumerate(cohorts)]
    ticks.append(Tick(mean_row, text(Words(say("figures.retention.mean"), strong=True))))
    heads = [
        Note(
            month,
            -0.5,
            text(_head(month, language)),
            "center",
            "bottom",
            dy=4,
        )
        for month in columns
    ]
    corner = text(Words(say("figures.retention.corner"), "muted"))
    heads.append(Note("start", -0.5, corner, "left", "bottom", dx=3 - room.left, dy=4))
    feet = [
        Note(month, mean_row, text(Words(_percent(share, language), strong=month in _LANDMARKS)), "center")
        for month, share in means.items()
    ]
    return Layout(
        height=round(_PITCH * (mean_row + 1)) + room.top + room.bottom,
        room=room,
        y_ticks=tuple(ticks),
        notes=(*heads, *feet),
    )


def _head(month: int, language: Language) -> Words:
    landmark = month in _LANDMARKS
    return Words(language.number(month), "ink" if landmark else "muted", strong=landmark)


def _landmark(means: Mapping[int, float]) -> int | None:
    """The latest of the months that readers compare."""
    return next((month for month in reversed(_LANDMARKS) if month in means), None)


def _title(means: Mapping[int, float], language: Language) -> str:
    landmark = _landmark(means)
    if landmark is None:
        return language.say("figures.retention.title_early")
    return language.say(
        "figures.retention.title",
        share=_percent(means[landmark], language),
        months=language.number(landmark),
    )


def _finding(
    means: Mapping[int, float],
    cohorts: Sequence[dt.date],
    people: Mapping[dt.date, int],
    language: Language,
) -> str:
    say = language.say
    facts = {
        "first": language.month(cohorts[0]),
        "last": language.month(cohorts[-1]),
        "people": language.number(sum(people.values())),
    }
    told = [
        say(
            "figures.retention.after",
            share=language.percent(means[month]),
            months=language.number(month),
        )
        for month in _LANDMARKS
        if month in means
    ]
    if not told:
        return say("figures.retention.alt_early", **facts)
    return say("figures.retention.alt", **facts, told=language.join(told))


def _table(
    rows: Sequence[RetentionByJoiningMonth],
    people: Mapping[dt.date, int],
    columns: Sequence[int],
    means: Mapping[int, float],
    language: Language,
) -> Table:
    """Joining months down, months since across; machines get the rows as they are."""
    say = language.say
    found = {(row.joined, row.months): row.share for row in rows}

    def shown(share: float | None) -> str:
        return "" if share is None else language.percent(share, 1)

    body = [
        (
            language.month(cohort),
            language.number(people[cohort]),
            *(shown(found.get((cohort, month))) for month in columns),
        )
        for cohort in sorted(people)
    ]
    mean = (
        say("figures.retention.mean"),
        language.number(sum(people.values())),
        *(shown(means.get(month)) for month in columns),
    )
    return Table(
        columns=(
            Column(say("figures.retention.joined"), "left"),
            Column(say("figures.retention.people")),
            *(Column(say("figures.retention.month", month=language.number(month))) for month in columns),
        ),
        rows=(*body, mean),
        machine_columns=("joined", "month", "months", "people", "active", "share"),
        machine_rows=tuple(
            (row.joined.isoformat(), row.month.isoformat(), row.months, row.people, row.active, row.share)
            for row in rows
        ),
    )
