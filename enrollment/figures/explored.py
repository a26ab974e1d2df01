"""What an analyst's own statement gave: its rows as a table, and one of its numbers as a chart."""

import datetime as dt
import math
from collections.abc import Sequence

from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Dots,
    Figure,
    Layout,
    Machine,
    Mark,
    Note,
    Path,
    Point,
    Role,
    Room,
    Table,
    Tick,
    Words,
    text,
)
from enrollment.figures.placing import shorten
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.figures.style import NOTE
from enrollment.figures.units import month_ticks, nice_step
from enrollment.language import Language

MOST_BARS = 30
"""Rows that are drawn as bars; the table has them all."""

Cell = Machine | dt.date | bool
Rows = Sequence[Sequence[Cell]]

_PITCH, _NARROW_PITCH = 28, 42
_LEFT, _NARROW_NAME = 240, 250.0
_ROOM = Room(top=14, right=24, bottom=42, left=78)
_HEIGHT = 320


def explored_table(columns: Sequence[str], rows: Rows, language: Language) -> Table:
    """The rows as they came: numbers in the reader's form for people, as they are for machines."""
    return Table(
        columns=tuple(
            Column(name, "right" if is_number(rows, place) else "left") for place, name in enumerate(columns)
        ),
        rows=tuple(tuple(_said(value, language) for value in row) for row in rows),
        machine_columns=tuple(columns),
        machine_rows=tuple(tuple(_machine(value) for value in row) for row in rows),
    )


def explored(
    *, columns: Sequence[str], rows: Rows, across: str, value: str, edition: str, language: Language
) -> Figure:
    """The column `value`, whole or broken numbers, along the column `across`: a line over days, else bars.

    Rows without a number are left out of the chart, and so are bars beyond the thirtieth.
    """
    say = language.say
    places = [columns.index(across), columns.index(value)]
    found = [(row[places[0]], _number(row[places[1]])) for row in rows]
    known = [(name, amount) for name, amount in found if amount is not None]
    dated = [(name, amount) for name, amount in known if isinstance(name, dt.date)]
    over_time = len(dated) == len(known) > 1 and len({name for name, _ in dated}) > 1
    drawn = sorted(dated) if over_time else known[:MOST_BARS]
    marks, x, y, wide, narrow = (
        _over_time(sorted(dated), value, language) if over_time else _bars(known[:MOST_BARS], value, language)
    )
    hidden = len(found) - len(drawn)
    amounts = [amount for _, amount in drawn] or [0.0]
    return Figure(
        name="explored",
        title=say("explore.chart.title", value=value, across=across),
        subtitle=say("explore.chart.subtitle", edition=edition)
        + (" " + say("explore.chart.hidden", count=language.number(hidden)) if hidden else ""),
        alt=say(
            "explore.chart.alt",
            value=value,
            across=across,
            count=language.number(len(drawn)),
            most=_said(max(amounts), language),
            least=_said(min(amounts), language),
        ),
        unit=value,
        x=x,
        y=y,
        marks=marks,
        wide=wide,
        narrow=narrow,
        table=explored_table(columns, rows, language),
    )


def is_number(rows: Rows, place: int) -> bool:
    """Whether a column holds numbers, and nothing else but what is not known."""
    present = [row[place] for row in rows if row[place] is not None]
    return bool(present) and all(_number(value) is not None for value in present)


def _number(value: Cell) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


Drawn = tuple[tuple[Mark, ...], Axis, Axis, Layout, Layout]


def _over_time(points: Sequence[tuple[dt.date, float]], value: str, language: Language) -> Drawn:
    amounts = [amount for _, amount in points]
    low, high = _ends(amounts)
    made = tuple(
        Point(day, amount, text(Words(language.short_day(day), strong=True), _said(amount, language)))
        for day, amount in points
    )
    first, last = points[0][0], points[-1][0]
    # Several rows of one day are points; a line through them would say that one came after the other.
    unique = len({day for day, _ in points}) == len(points)
    marks: tuple[Mark, ...] = (Dots("actual", value, made, size=7),)
    if unique:
        marks = (Path("actual", value, made), *marks)
    wide, narrow = (
        Layout(
            height=_HEIGHT,
            room=_ROOM,
            x_ticks=month_ticks(first, last, most, language),
            y_ticks=_ticks(low, high, language),
        )
        for most in (14, 4)
    )
    return marks, Axis(first, last), Axis(low, high), wide, narrow


def _bars(named: Sequence[tuple[Cell, float]], value: str, language: Language) -> Drawn:
    low, high = (
        min(0.0, *(amount for _, amount in named), 0.0),
        max(0.0, *(amount for _, amount in named), 0.0),
    )
    rows, notes = [], []
    bars: dict[Role, list[Bar]] = {"actual": [], "lost": []}
    for place, (name, amount) in enumerate(named):
        words, number = _said(name, language), _said(amount, language)
        hover = text(Words(words, strong=True), number)
        bars["lost" if amount < 0 else "actual"].append(Bar(place, 0, amount, number, hover))
        notes.append(Note(max(amount, 0), place, text(Words(number, strong=True)), "left", dx=7))
        rows.append(
            Row(
                text(shorten(words, NOTE, _LEFT - 14)),
                text(shorten(words, NOTE, _NARROW_NAME)),
                text(Words(number, strong=True)),
            )
        )
    marks = tuple(Bars(role, value, tuple(group), True) for role, group in bars.items() if group)
    span = max(high - low, 1e-9)
    return (
        marks,
        Axis(low, high + span * 0.3),
        row_axis(rows),
        beside(rows, pitch=_PITCH, left=_LEFT, right=8, notes=notes),
        above(rows, pitch=_NARROW_PITCH),
    )


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """Ends of an axis: from zero where that costs little."""
    lowest, highest = min(values), max(values)
    span = (highest - lowest) or abs(highest) or 1.0
    if 0 <= lowest < highest * 0.4:
        return 0.0, highest + span * 0.05
    return lowest - span * 0.08, highest + span * 0.08


def _ticks(low: float, high: float, language: Language) -> tuple[Tick, ...]:
    """Round numbers on an axis of any size; `nice_step` knows steps of one and more."""
    scale = 10.0 ** max(0, math.ceil(-math.log10((high - low) / 7)) + 1)
    step = nice_step((high - low) * scale, 7) / scale
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(
        Tick(place * step, text(Words(language.number(place * step, decimals), "muted")))
        for place in range(first, last + 1)
    )


def _said(value: Cell, language: Language) -> str:
    """A value for people: a day in full, a broken number to three digits that matter."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return language.say("explore.yes" if value else "explore.no")
    if isinstance(value, dt.date):
        return language.short_day(value)
    if isinstance(value, int):
        return language.number(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        whole = abs(value) >= 1000 or value == int(value)
        return language.number(value, 0 if whole else max(1, 2 - math.floor(math.log10(abs(value)))))
    return value


def _machine(value: Cell) -> Machine:
    return value.isoformat() if isinstance(value, dt.date) else value
