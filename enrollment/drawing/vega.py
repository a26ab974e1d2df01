"""Marks as layers of Vega-Lite, for pictures that no browser draws.

Vega is given numbers and finished words, never anything to format: days count as numbers, ticks and
labels are text marks, and neither a theme nor a locale of its own takes part.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from enrollment.drawing.lettering import Spec, lines
from enrollment.drawing.plot import SOLID, Plot, ground, leader, notes_of, ticks
from enrollment.figures.description import (
    Areas,
    Axis,
    Band,
    Bars,
    Bracket,
    Cell,
    Cells,
    Cut,
    Dots,
    Mark,
    Note,
    Path,
    Place,
    Words,
)
from enrollment.figures.placing import number
from enrollment.figures.style import LOOKS, NOTE, band_edges, band_ground, shade_colour, shade_tone

Outlines = Mapping[str, Any]
"""The geometry of each area by its code."""


def layers(
    plot: Plot, marks: Sequence[Mark], notes: Sequence[Note], outlines: Outlines, words: Sequence[Spec] = ()
) -> list[Spec]:
    """Everything of one plot, from the ground up; `words` are lines of text besides its own."""
    bare = any(isinstance(mark, Cells | Areas) for mark in marks)
    drawn = _rules(plot, ground(plot, bare=bare))
    # Grounds of ranges lie behind all edges, and these behind all other marks.
    bands = [mark for mark in marks if isinstance(mark, Band)]
    drawn += [_between(plot, mark, fill) for mark in bands if (fill := band_ground(mark))]
    drawn += [edge for mark in bands if not band_ground(mark) for edge in _edges(plot, mark)]
    for mark in marks:
        if isinstance(mark, Areas):
            drawn += _areas(plot, mark, outlines)
        elif isinstance(mark, Cells):
            drawn += _rectangles(plot, _cells(plot, mark))
        elif isinstance(mark, Bars):
            drawn += _rectangles(plot, _bars(plot, mark))
    # Lines and points are drawn over bars, whatever their order.
    for mark in marks:
        if isinstance(mark, Path):
            drawn.append(_path(plot, mark))
        elif isinstance(mark, Dots):
            drawn.append(_dots(plot, mark))
    for mark in marks:
        if isinstance(mark, Bracket):
            drawn += _rules(plot, _bracket(plot, mark))
        elif isinstance(mark, Cut):
            drawn.append(_cut(plot, mark))
    drawn += _rules(plot, [leader(plot, note) for note in notes if note.leader])
    said = [*ticks(plot), *_cell_words(plot, marks), *notes_of(plot, notes), *words]
    return drawn + _letters(plot, said)


# Scales


def _axis(axis: Axis) -> Spec:
    return {
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [number(axis.low), number(axis.high)], "nice": False, "zero": False},
    }


def _layer(plot: Plot, values: Sequence[Spec], mark: Spec, **more: Spec) -> Spec:
    """A layer of marks at `x` and `y`; it has no spoken label, for Vega would word one itself."""
    encoding = {"x": {"field": "x"} | _axis(plot.x), "y": {"field": "y"} | _axis(plot.y)}
    return {
        "data": {"values": list(values)},
        "mark": {"aria": False, "clip": False} | mark,
        "encoding": encoding | more,
    }


def _each(*names: str) -> Spec:
    """Properties of a mark that each datum brings along."""
    return {name: {"expr": "datum." + name} for name in names}


def _looks(values: Sequence[Spec], mark: Spec, plot: Plot) -> list[Spec]:
    if not values:
        return []
    ends: dict[str, Spec] = {"x2": {"field": "x2"}, "y2": {"field": "y2"}}
    return [_layer(plot, values, mark, **ends)]


def _rules(plot: Plot, values: Sequence[Spec]) -> list[Spec]:
    return _looks(values, {"type": "rule"} | _each("stroke", "strokeWidth", "strokeDash"), plot)


def _rectangles(plot: Plot, values: Sequence[Spec]) -> list[Spec]:
    look = _each("fill", "stroke", "strokeWidth", "strokeDash")
    return _looks(values, {"type": "rect"} | look, plot)


def _letters(plot: Plot, said: Sequence[Spec]) -> list[Spec]:
    """Text over a rim in the colour of the ground where it covers what lies under it."""
    # The size is missing from the rim's width, for letters of all sizes stand as far from lines.
    rim = {"stroke": {"expr": "datum.cover"}, "strokeWidth": 5, "strokeJoin": "round", "fill": "transparent"}
    shared = {"type": "text", "baseline": "middle", "font": plot.face.family, "limit": 0}
    shared |= _each("dx", "dy", "align") | {"fontSize": {"expr": "datum.size"}}
    drawn = []
    said = [line | {"size": round(line["size"] * plot.face.scale, 3)} for line in said]
    covering = [line for line in said if line["cover"] != "transparent"]
    for values, look in ((covering, rim), (said, {"aria": True, "fill": plot.paint("ink")})):
        if values:
            more = {"text": {"field": "text"}, "description": {"field": "runs"}}
            drawn.append(_layer(plot, values, shared | look, **more))
    return drawn


# Marks


def _path(plot: Plot, mark: Path) -> Spec:
    look = LOOKS[mark.role]
    drawn = {
        "stroke": plot.paint(mark.colour or look.line),
        "strokeWidth": 1.3 if mark.dotted else look.width,
        "strokeDash": [2, 3] if mark.dotted else _dash(look.dash),
    }
    return _line(plot, [(point.x, point.y) for point in mark.points], drawn)


def _line(plot: Plot, points: Sequence[tuple[Place, float]], look: Spec) -> Spec:
    values = [{"x": number(x), "y": y, "order": place, "at": _said(x)} for place, (x, y) in enumerate(points)]
    drawn = {"type": "line", "strokeJoin": "round"} | look
    return _layer(plot, values, drawn, order={"field": "order", "type": "quantitative"})


def _between(plot: Plot, mark: Band, fill: str) -> Spec:
    values = [
        {"x": number(point.x), "y": point.low, "y2": point.high, "at": _said(point.x)}
        for point in mark.points
    ]
    return _layer(plot, values, {"type": "area", "fill": plot.paint(fill), "opacity": 1}, y2={"field": "y2"})


def _edges(plot: Plot, mark: Band) -> list[Spec]:
    look = band_edges(mark.role)
    drawn = {
        "stroke": plot.paint(mark.colour or look.line),
        "strokeWidth": look.width,
        "strokeDash": _dash(look.dash),
    }
    lows = [(point.x, point.low) for point in mark.points]
    highs = [(point.x, point.high) for point in mark.points]
    return [_line(plot, edge, drawn) for edge in (lows, highs)]


def _said(place: Place) -> str | float:
    """A day as people read it, beside the number that Vega places it by."""
    return place.isoformat() if isinstance(place, dt.date) else place


def _dash(dash: str) -> list[float]:
    return SOLID if dash == "solid" else [float(part.removesuffix("px")) for part in dash.split(",")]


def _dots(plot: Plot, mark: Dots) -> Spec:
    look = LOOKS[mark.role]
    line = plot.paint(mark.colour or look.line)
    filled = look.fill != "paper"
    # As on the screen, where a diamond of some size is broader than a circle of that size.
    across = mark.size * (1.3 if mark.symbol == "diamond" else 1.0)
    drawn = {
        "type": "point",
        "shape": mark.symbol,
        "size": across**2,
        "fill": line if filled else plot.paint("paper"),
        "stroke": line,
        "strokeWidth": 0 if filled else 1.8,
        "opacity": 1,
    }
    values = [{"x": number(point.x), "y": point.y, "at": _said(point.x)} for point in mark.points]
    return _layer(plot, values, drawn)


def _bars(plot: Plot, mark: Bars) -> list[Spec]:
    look = LOOKS[mark.role]
    line = plot.paint(mark.colour or look.line)
    filled = look.fill != "paper"
    shown = {
        "fill": plot.paint(mark.colour or look.fill) if filled else plot.paint("paper"),
        "stroke": line,
        "strokeWidth": 1 if filled else look.width,
        # What was carried forward is told from what was lost by its broken outline.
        "strokeDash": _dash(look.dash) if mark.role == "carried" else SOLID,
    }
    half = plot.layout.thickness / 2
    along, beside = ("x", "y") if mark.horizontal else ("y", "x")
    # A bar that is cut is longer than the plot.
    longest = number((plot.x if mark.horizontal else plot.y).high)
    return [
        {
            along: bar.start,
            f"{along}2": min(bar.end, longest) if mark.horizontal else bar.end,
            beside: bar.at - half,
            f"{beside}2": bar.at + half,
            "value": bar.value,
        }
        | shown
        for bar in mark.bars
    ]


def _cells(plot: Plot, mark: Cells) -> list[Spec]:
    """Squares a pixel apart; those that are chosen come last, so that their outline is whole."""
    across, up = abs(plot.across(1)), abs(plot.up(1))
    # A cell of usual size fills its place.
    wide, high = mark.width / 2 + 0.03, mark.height / 2 + 0.03
    squares = []
    for cell in sorted(mark.cells, key=lambda cell: cell.chosen):
        hollow = cell.shade is None or mark.role == "lost"
        line = "ink" if cell.chosen or (hollow and mark.role == "lost") else "axis"
        squares.append(
            {
                "x": cell.column - wide + across,
                "x2": cell.column + wide - across,
                "y": cell.row - high + up,
                "y2": cell.row + high - up,
                "shade": cell.shade,
                "fill": _ground_of(plot, mark, cell),
                "stroke": plot.paint(line),
                "strokeWidth": 2 if cell.chosen else 1 if hollow else 0,
                "strokeDash": SOLID,
            }
        )
    return squares


def _ground_of(plot: Plot, mark: Cells, cell: Cell) -> str:
    if cell.shade is None or mark.role == "lost":
        return plot.paint("paper")
    return shade_colour(cell.shade, plot.theme)


def _areas(plot: Plot, mark: Areas, outlines: Outlines) -> list[Spec]:
    """Outlines as they lie, a degree as long to the east as to the north: the equator runs through."""
    features = [
        {
            "type": "Feature",
            "id": area.code,
            "geometry": outlines[area.code],
            "shade": area.shade,
            "fill": plot.paint("paper") if area.shade is None else shade_colour(area.shade, plot.theme),
            "stroke": plot.paint("ink" if area.chosen else "axis" if area.shade is None else "paper"),
            "strokeWidth": 2 if area.chosen else 0.8,
        }
        for area in sorted(mark.areas, key=lambda area: area.chosen)
        if area.code in outlines
    ]
    if not features:
        return []
    look = {"type": "geoshape", "aria": False, "strokeJoin": "round"}
    return [
        {
            "data": {"values": features},
            "projection": {"type": "identity", "reflectY": True},
            "mark": look | _each("fill", "stroke", "strokeWidth"),
        }
    ]


def _bracket(plot: Plot, mark: Bracket) -> list[Spec]:
    """Six pixels right of the plot, and clear of the marks that it holds together."""
    clear = plot.up(10)
    low, high = mark.low + clear, mark.high - clear
    near, far = (number(plot.x.high) + plot.across(pixels) for pixels in (6, 11))
    look = {"stroke": plot.paint(LOOKS[mark.role].line), "strokeWidth": 1.8, "strokeDash": SOLID}
    corners = (((near, low), (far, low)), ((far, low), (far, high)), ((far, high), (near, high)))
    return [{"x": start[0], "y": start[1], "x2": end[0], "y2": end[1]} | look for start, end in corners]


def _cut(plot: Plot, mark: Cut) -> Spec:
    """A slanted gap in the colour of the ground, across a bar."""
    if mark.upright:
        half = plot.layout.thickness / abs(plot.across(1)) / 2 + 2
        shape = f"M{-half},6L{half},0L{half},-6L{-half},0Z"
    else:
        half, lean = plot.layout.thickness / abs(plot.up(1)) / 2 + 2, 3
        shape = f"M{-lean - 4},{-half}L{lean - 4},{half}L{lean + 4},{half}L{-lean + 4},{-half}Z"
    # A shape of size 4 is drawn in pixels as it is written.
    drawn = {
        "type": "point",
        "shape": shape,
        "size": 4,
        "fill": plot.paint("paper"),
        "strokeWidth": 0,
        "opacity": 1,
    }
    return _layer(plot, [{"x": mark.x, "y": mark.at}], drawn)


def _cell_words(plot: Plot, marks: Sequence[Mark]) -> Iterable[Spec]:
    """Labels of cells in the tone that reads on their shade."""
    for mark in marks:
        if not isinstance(mark, Cells):
            continue
        for cell in mark.cells:
            shade = None if mark.role == "lost" else cell.shade
            tone = shade_tone(shade)
            words = tuple(
                tuple(run if shade is None else Words(run.text, tone, run.strong) for run in line)
                for line in cell.label
            )
            yield from lines(words, x=cell.column, y=cell.row, theme=plot.theme, align="center", size=NOTE)
