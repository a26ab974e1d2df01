"""Each commitment against its own schedule: planned and active month by month, in shares of the promise."""

import datetime as dt
from collections.abc import Mapping, Sequence

from enrollment.answers import CommitmentByMonth, CommitmentLadder
from enrollment.figures.commitment_ladder import schedule
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Layout,
    Mark,
    Note,
    Panel,
    Path,
    Point,
    Room,
    Table,
    Tick,
    Words,
    text,
)
from enrollment.figures.placing import shorten
from enrollment.figures.style import NOTE, part_colours
from enrollment.language import Language
from enrollment.months import months_between

_MOST, _COLUMNS = 6, 3
_LONGEST = 18
_HIGH, _BETWEEN = 132, 78
_ROOM = Room(top=48, right=16, bottom=26, left=50)
_THICK = 0.62
_PLOT = 225.0
_LABELLED = 5


def commitment_by_month(
    *,
    rows: Sequence[CommitmentByMonth],
    ladder: Sequence[CommitmentLadder],
    as_of: dt.date,
    language: Language,
) -> Figure:
    """Small charts of the largest commitments that have a plan or a roster, on one scale of percent.

    A column outlined is the plan, one filled what was reached; at the last roster a line holds both
    together where the source is ahead or behind.
    """
    say = language.say
    found: dict[str, list[CommitmentByMonth]] = {}
    for row in rows:
        found.setdefault(row.source, []).append(row)
    standing = {row.source: row for row in ladder if row.source in found}
    shown = sorted(standing.values(), key=lambda row: (-row.committed, row.source))[:_MOST]
    months = _months([row for source in standing for row in found[source]])
    places = {month: place for place, month in enumerate(months)}
    tops = [
        (value or 0) / row.committed
        for row in rows
        if row.committed and row.month in places
        for value in (row.planned, row.active_all)
    ]
    colours = part_colours([row.source for row in shown], sorted({row.source for row in ladder}))
    y = Axis(0.0, max([1.0, *tops]) * 1.16)
    count = max(len(shown), 1)
    return Figure(
        name="commitment_by_month",
        title=say("figures.commitment_by_month.title"),
        subtitle=say("figures.commitment_by_month.subtitle"),
        alt=_finding(shown, as_of, language),
        unit=say("figures.unit.percent"),
        x=Axis(-0.5, max(len(months), 1) - 0.5),
        y=y,
        marks=(),
        wide=_layout(months, as_of, count, min(count, _COLUMNS), y, language),
        narrow=_layout(months, as_of, count, 1, y, language),
        table=_table(rows, standing, language),
        panels=tuple(_panel(row, found[row.source], places, colours[row.source], language) for row in shown),
    )


def _months(rows: Sequence[CommitmentByMonth]) -> Sequence[dt.date]:
    """All months from the first to the last that somebody planned or reached; of long spans the end."""
    if not rows:
        return []
    named = sorted(row.month for row in rows)
    return months_between(named[0], named[-1])[-_LONGEST:]


def _panel(
    standing: CommitmentLadder,
    rows: Sequence[CommitmentByMonth],
    places: Mapping[dt.date, int],
    colour: str,
    language: Language,
) -> Panel:
    name = language.pick(standing.name, standing.name_en)
    within = [row for row in rows if row.month in places and row.committed]
    planned = tuple(
        Bar(places[row.month], 0, row.planned / row.committed, language.number(row.planned), hover, key)
        for row in within
        if row.planned is not None
        for hover, key in ((_hover(name, row, language), f"{row.month:%Y-%m}|{row.source}"),)
    )
    reached = tuple(
        Bar(places[row.month], 0, row.active_all / row.committed, language.number(row.active_all), hover, key)
        for row in within
        if row.active_all is not None
        for hover, key in ((_hover(name, row, language), f"{row.month:%Y-%m}|{row.source}"),)
    )
    marks: list[Mark] = []
    if planned:
        marks.append(Bars("plan", language.say("figures.commitment_by_month.planned"), planned))
    if reached:
        marks.append(
            Bars("actual", language.say("figures.commitment_by_month.reached"), reached, False, colour)
        )
    for row in within:
        # A plan that was passed would be hidden behind what passed it.
        if row.planned is not None and row.active_all is not None and row.active_all > row.planned:
            height = row.planned / row.committed
            ends = (places[row.month] - _THICK / 2, places[row.month] + _THICK / 2)
            marks.append(Path("plan", "", tuple(Point(end, height) for end in ends), "paper"))
        if row.month == standing.roster_month and standing.status in ("ahead", "behind"):
            at = places[row.month] + _THICK / 2 + 0.12
            heights = [(row.planned or 0) / row.committed, (row.active_all or 0) / row.committed]
            line = tuple(Point(at, height) for height in heights)
            marks.append(Path("ahead" if standing.status == "ahead" else "behind", "", line))
    title = text(
        Words(shorten(name, NOTE, _PLOT), strong=True),
        Words(
            schedule(standing, language),
            "behind" if standing.status == "behind" else "ahead" if standing.status == "ahead" else "muted",
        ),
    )
    return Panel(
        title,
        tuple(marks),
        _end(within, standing, places, language),
        _end(within, standing, places, language),
    )


def _end(
    rows: Sequence[CommitmentByMonth],
    standing: CommitmentLadder,
    places: Mapping[dt.date, int],
    language: Language,
) -> tuple[Note, ...]:
    """Where the plan ends: how many people, and when."""
    last = [row for row in rows if row.planned is not None and row.month == standing.plan_until]
    if not last:
        return ()
    row = last[0]
    said = language.say(
        "figures.commitment_by_month.end",
        people=language.number(row.planned or 0),
        month=language.short_month(row.month),
    )
    place, latest = places[row.month], max(places.values())
    align, at = ("right", place + _THICK / 2) if place > latest / 2 else ("left", place - _THICK / 2)
    height = (row.planned or 0) / row.committed
    return (
        Note(at, height, text(Words(said, "muted")), "right" if align == "right" else "left", "bottom", dy=3),
    )


def _hover(name: str, row: CommitmentByMonth, language: Language) -> tuple[tuple[Words, ...], ...]:
    say = language.say
    lines: list[str | Words] = [Words(name, strong=True), language.month(row.month)]
    if row.active_all is not None:
        lines.append(say("figures.commitment_by_month.active", number=language.number(row.active_all)))
    if row.planned is not None:
        lines.append(say("figures.commitment_by_month.plan", number=language.number(row.planned)))
    return text(*lines)


def _layout(
    months: Sequence[dt.date], as_of: dt.date, count: int, columns: int, y: Axis, language: Language
) -> Layout:
    rows = -(-count // columns)
    step = -(-len(months) // (_LABELLED + 4 * (columns == 1)))
    ticks = [
        Tick(
            place,
            text(
                Words(
                    language.short_month(month),
                    "ink" if month == as_of else "muted",
                    strong=month == as_of,
                )
            ),
        )
        for place, month in enumerate(months)
        if (len(months) - 1 - place) % max(step, 1) == 0
    ]
    return Layout(
        height=_ROOM.top + rows * _HIGH + (rows - 1) * _BETWEEN + _ROOM.bottom,
        room=_ROOM,
        x_ticks=tuple(ticks),
        y_ticks=tuple(
            Tick(share, text(Words(language.percent(share), "muted"))) for share in (0.0, 0.5, 1.0)
        ),
        thickness=_THICK,
        columns=columns,
    )


def _finding(shown: Sequence[CommitmentLadder], as_of: dt.date, language: Language) -> str:
    if not shown:
        return language.say("figures.commitment_by_month.alt_none", day=language.day(as_of))
    return language.say(
        "figures.commitment_by_month.alt",
        day=language.day(as_of),
        sources=language.join(
            [
                f"{language.pick(row.name, row.name_en)} {schedule(row, language).partition(' ')[2].lower()}"
                for row in shown
            ]
        ),
    )


def _table(
    rows: Sequence[CommitmentByMonth], standing: Mapping[str, CommitmentLadder], language: Language
) -> Table:
    say = language.say

    def number(value: int | None) -> str:
        return "–" if value is None else language.number(value)

    def name(source: str) -> str:
        row = standing.get(source)
        return language.pick(row.name, row.name_en) if row else source

    return Table(
        columns=(
            Column(say("figures.column.source"), "left"),
            Column(say("figures.column.month"), "left"),
            Column(say("figures.column.committed")),
            Column(say("figures.commitment_by_month.planned")),
            Column(say("figures.commitment_by_month.reached")),
        ),
        rows=tuple(
            (
                name(row.source),
                language.month(row.month),
                language.number(row.committed),
                number(row.planned),
                number(row.active_all),
            )
            for row in rows
        ),
        machine_columns=("source", "month", "committed", "planned", "active_all"),
        machine_rows=tuple(
            (row.source, row.month.isoformat(), row.committed, row.planned, row.active_all) for row in rows
        ),
    )
