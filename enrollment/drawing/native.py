"""What an office program can draw itself of a figure: categories, and a row of numbers for each series.

Places of labels, brackets and cuts stay behind; the numbers are those of the marks. Bars that do not
start at zero stand on a base that nobody sees. A range is two lines, its lower and its upper edge: an
area between them would need days without a range to count as zero, and widths in place of its ends.
"""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from enrollment.figures.description import (
    Band,
    Bar,
    Bars,
    Cells,
    Dots,
    Figure,
    Machine,
    Mark,
    Path,
    Place,
    Role,
    plain,
)
from enrollment.figures.placing import number
from enrollment.figures.style import band_ground

Number = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers in the order of the categories; `role` is None for the base that is not to be seen.

    `labels` are finished words beside each number. `places` are values of x, in a scatter.
    """

    name: str
    role: Role | None
    shape: Literal["bar", "line", "dots"]
    values: tuple[Number, ...]
    colour: str | None = None
    labels: tuple[str, ...] = ()
    places: tuple[float, ...] = ()
    again: bool = False
    """Whether another series has said this name before."""
    edge: Literal["low", "high"] | None = None
    """Which edge of a range the line is."""
    pale: bool = False
    """Whether the range has a ground, and its edges are no thin lines."""


_Spots = Sequence[tuple[Place, float]]
_Drawn = tuple[Series, _Spots]
"""A series still without its numbers, and the places that they come from."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one kind; `low` and `high` are the ends of the axis of numbers."""

    kind: Literal["rows", "columns", "days", "scatter"]
    categories: tuple[str | dt.date, ...]
    series: tuple[Series, ...]
    low: float
    high: float
    stacked: bool = False


def charts(figure: Figure) -> tuple[tuple[str, Chart], ...]:
    """The charts of a figure with their titles: one, one for each panel, or none for a grid."""
    if figure.panels:
        return tuple(
            (plain(panel.title), _chart(replace(figure, x=panel.x or figure.x), panel.marks))
            for panel in figure.panels
        )
    if any(isinstance(mark, Cells) for mark in figure.marks):
        return ()
    return ((figure.title, _chart(figure, figure.marks)),)


def _chart(figure: Figure, marks: Sequence[Mark]) -> Chart:
    bars = [mark for mark in marks if isinstance(mark, Bars)]
    # Ranges come first, for later series are drawn over earlier ones.
    behind = sorted(marks, key=lambda mark: not isinstance(mark, Band))
    drawn = [one for mark in behind for one in _drawn(mark)]
    if bars:
        return _of_bars(figure, bars, drawn)
    if not drawn:
        return ranked(figure)
    if isinstance(figure.x.low, dt.date):
        return _of_days(figure, drawn)
    return _scatter(figure, drawn)


def _drawn(mark: Mark) -> Iterator[_Drawn]:
    """What becomes a series of its own: no distance between two others, nothing but lines and points."""
    if isinstance(mark, Band):
        look = Series(mark.name, mark.role, "line", (), mark.colour, pale=band_ground(mark) is not None)
        yield replace(look, edge="low"), [(point.x, point.low) for point in mark.points]
        yield replace(look, edge="high"), [(point.x, point.high) for point in mark.points]
    elif isinstance(mark, Dots) or (isinstance(mark, Path) and not mark.dotted):
        shape: Literal["line", "dots"] = "line" if isinstance(mark, Path) else "dots"
        series = Series(mark.name, mark.role, shape, (), mark.colour)
        yield series, [(point.x, point.y) for point in mark.points]


# Bars


def _of_bars(figure: Figure, bars: Sequence[Bars], drawn: Sequence[_Drawn]) -> Chart:
    horizontal = bars[0].horizontal
    categories = _rows(figure) if horizontal else _columns(figure, bars)
    stacked = any(bar.start for mark in bars for bar in mark.bars)
    series: list[Series] = []
    if stacked:
        series += _on_a_base(bars, len(categories))
    else:
        series += [_series(mark, len(categories), [bar.end for bar in mark.bars]) for mark in bars]
    if not horizontal:
        series += [_along(*one, len(categories)) for one in drawn if one[0].shape == "line"]
    axis = figure.x if horizontal else figure.y
    ends = number(axis.low), number(axis.high)
    return Chart("rows" if horizontal else "columns", categories, _named_once(series), *ends, stacked=stacked)


def _rows(figure: Figure) -> tuple[str, ...]:
    return figure.y.categories


def _columns(figure: Figure, bars: Sequence[Bars]) -> tuple[str, ...]:
    """Columns are named by their ticks, and those without one by the key of their bar."""
    names = {bar.at: bar.key or "" for mark in bars for bar in mark.bars}
    names |= {number(tick.at): plain(tick.text) for tick in figure.wide.x_ticks}
    count = math.floor(number(figure.x.high)) + 1
    return tuple(names.get(float(place), "") for place in range(count))


def _series(mark: Bars, count: int, values: Sequence[Number], *, labelled: bool = False) -> Series:
    row: list[Number] = [None] * count
    labels = [""] * count
    for bar, value in zip(mark.bars, values, strict=True):
        if 0 <= bar.at < count:
            row[round(bar.at)] = value
            labels[round(bar.at)] = bar.value if labelled else ""
    return Series(mark.name, mark.role, "bar", tuple(row), mark.colour, tuple(labels) if labelled else ())


def _on_a_base(bars: Sequence[Bars], count: int) -> list[Series]:
    """Lengths on top of a base: upwards above zero, downwards below it."""
    base: list[Number] = [None] * count
    lowest = sorted((bar for mark in bars for bar in mark.bars), key=lambda bar: -min(bar.start, bar.end))
    for bar in lowest:
        low, high = min(bar.start, bar.end), max(bar.start, bar.end)
        if 0 <= bar.at < count:
            base[round(bar.at)] = max(low, 0) + min(high, 0)
    found = [Series("", None, "bar", tuple(base))] if any(base) else []
    for mark in sorted(bars, key=lambda mark: _others_below(mark, bars)):
        ups, downs = [_up(bar) for bar in mark.bars], [_down(bar) for bar in mark.bars]
        if any(ups) or not any(downs):
            found.append(_series(mark, count, ups, labelled=True))
        if any(downs):
            found.append(_series(mark, count, downs, labelled=not any(ups)))
    return found


def _others_below(mark: Bars, bars: Sequence[Bars]) -> int:
    """How many bars at the most stand between the bars of a mark and zero."""
    return max(
        sum(
            other.at == bar.at and abs(other.start) < abs(bar.start)
            for beside in bars
            for other in beside.bars
        )
        for bar in mark.bars
    )


def _up(bar: Bar) -> Number:
    """How far a bar reaches above zero, from its lower end."""
    low, high = min(bar.start, bar.end), max(bar.start, bar.end)
    return high - max(low, 0) if high > 0 else None


def _down(bar: Bar) -> Number:
    low, high = min(bar.start, bar.end), max(bar.start, bar.end)
    return low - min(high, 0) if low < 0 else None


def _along(line: Series, spots: _Spots, count: int) -> Series:
    """A line over columns, read at the middle of each column that it passes."""
    points = [(number(x), y) for x, y in spots]

    def at(place: float) -> Number:
        for (left, low), (right, high) in pairwise(points):
            if left <= place <= right:
                return low if right == left else low + (high - low) * (place - left) / (right - left)
        return None

    return replace(line, values=tuple(at(float(place)) for place in range(count)))


# Lines and points


def _of_days(figure: Figure, drawn: Sequence[_Drawn]) -> Chart:
    days = sorted({_day(x) for _, spots in drawn for x, _ in spots})
    series = []
    for one, spots in drawn:
        values = {_day(x): y for x, y in spots}
        series.append(replace(one, values=tuple(values.get(day) for day in days)))
    ends = number(figure.y.low), number(figure.y.high)
    return Chart("days", tuple(days), _named_once(series), *ends)


def _day(place: Place) -> dt.date:
    if not isinstance(place, dt.date):
        raise TypeError("an axis of days holds days alone")
    return place


def _scatter(figure: Figure, drawn: Sequence[_Drawn]) -> Chart:
    series = [
        replace(one, values=tuple(y for _, y in spots), places=tuple(number(x) for x, _ in spots))
        for one, spots in drawn
    ]
    ends = number(figure.y.low), number(figure.y.high)
    return Chart("scatter", (), _named_once(series), min(ends), max(ends))


def _named_once(series: Sequence[Series]) -> tuple[Series, ...]:
    """The same series, those marked whose name needs no second mention."""
    said: set[tuple[str, str | None]] = set()
    found = []
    for item in series:
        name = item.name, item.edge
        found.append(replace(item, again=name in said or not item.name))
        said.add(name)
    return tuple(found)


# Figures without a series


def ranked(figure: Figure) -> Chart:
    """The first number of each row of the table, the largest first: what a map says, as bars."""
    table = figure.table
    place = next(
        (place for place in range(len(table.machine_columns)) if _counts(table.machine_rows, place)), None
    )
    rows: list[tuple[str, float]] = []
    for finished, row in zip(table.rows, table.machine_rows, strict=False):
        value = None if place is None else row[place]
        if isinstance(value, int | float):
            rows.append((finished[0], value))
    rows.sort(key=lambda row: -row[1])
    name = figure.unit
    values = tuple(value for _, value in rows)
    series = (Series(name, "actual", "bar", values),) if rows else ()
    low, high = min([0.0, *values]), max([0.0, *values])
    return Chart("rows", tuple(named for named, _ in rows), series, low, high)


def _counts(rows: Sequence[Sequence[Machine]], place: int) -> bool:
    """Whether a column holds numbers and nothing else."""
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(isinstance(value, int | float) for value in values)
