"""Marks as the traces and shapes that plotly.js draws."""

from collections.abc import Sequence

from enrollment.drawing.plotly.outlines import outlines
from enrollment.drawing.plotly.words import Spec, escaped, markup, place
from enrollment.figures.description import (
    Area,
    Areas,
    Axis,
    Band,
    Bar,
    Bars,
    Bracket,
    Cell,
    Cells,
    Cut,
    Dots,
    Layout,
    Path,
    Point,
    Role,
    Span,
)
from enrollment.figures.placing import number, text_width
from enrollment.figures.style import (
    FONT,
    LOOKS,
    NOTE,
    Theme,
    band_edges,
    band_ground,
    colour,
    shade_colour,
    shade_tone,
)

# A click highlights through the figure's own roles, never by fading what was not clicked.
_SELECTED = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}
_CHOSEN_WIDTH = 3


def trace(
    mark: Path | Band | Dots | Bars | Cells | Areas, theme: Theme, layout: Layout, column: float
) -> Spec:
    """A mark as a trace; `column` is the width of one unit of x in pixels, supposed on the narrow side."""
    if isinstance(mark, Path):
        return _path(mark, theme)
    if isinstance(mark, Band):
        return _band(mark, theme)
    if isinstance(mark, Dots):
        return _dots(mark, theme)
    if isinstance(mark, Cells):
        return _cells(mark, theme, column)
    if isinstance(mark, Areas):
        return _areas(mark, theme)
    return _bars(mark, theme, layout.thickness)


def _path(mark: Path, theme: Theme) -> Spec:
    look = LOOKS[mark.role]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escaped(mark.name),
        "x": [place(point.x) for point in mark.points],
        "y": [point.y for point in mark.points],
        "line": {
            "color": colour(mark.colour or look.line, theme),
            "width": 1.3 if mark.dotted else look.width,
            "dash": "2px,3px" if mark.dotted else look.dash,
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _band(mark: Band, theme: Theme) -> Spec:
    """One outline, back along the lower edge; broken at its end where the edges alone are drawn."""
    look, ground = band_edges(mark.role), band_ground(mark)
    back = mark.points[::-1]
    turn = () if ground else back[:1]
    around = (*mark.points, *turn, *back)
    drawn: Spec = {
        "type": "scatter",
        "mode": "lines",
        "name": escaped(mark.name),
        "x": [place(point.x) for point in around],
        "y": [*(point.high for point in mark.points), *(None for _ in turn), *(point.low for point in back)],
        "line": {"color": colour(mark.colour or look.line, theme), "width": look.width, "dash": look.dash},
        "hoveron": "points",
        **_told(around, theme),
    }
    if ground:
        drawn |= {"fill": "toself", "fillcolor": colour(ground, theme), "line": {"width": 0}}
    return drawn


def _dots(mark: Dots, theme: Theme) -> Spec:
    look = LOOKS[mark.role]
    line = colour(mark.colour or look.line, theme)
    filled = look.fill != "paper"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escaped(mark.name),
        "x": [place(point.x) for point in mark.points],
        "y": [point.y for point in mark.points],
        "marker": {
            "symbol": mark.symbol,
            "size": mark.size,
            "color": line if filled else colour("paper", theme),
            "line": {"color": line, "width": 0 if filled else 1.8},
            "opacity": 1,
        },
        "cliponaxis": False,
        **_SELECTED,
        **_answers(mark.points, theme),
    }


def _bars(mark: Bars, theme: Theme, thickness: float) -> Spec:
    look = LOOKS[mark.role]
    line = colour(mark.colour or look.line, theme)
    filled = look.fill != "paper"
    fill = colour(mark.colour or look.fill, theme) if filled else colour("paper", theme)
    marker: Spec = {"color": fill, "line": {"color": line, "width": 1 if filled else look.width}}
    if mark.role == "carried":
        marker["pattern"] = {"shape": "/", "fgcolor": line, "bgcolor": fill, "size": 6, "solidity": 0.25}
    lengths = [bar.end - bar.start for bar in mark.bars]
    places = [bar.at for bar in mark.bars]
    return {
        "type": "bar",
        "orientation": "h" if mark.horizontal else "v",
        "name": escaped(mark.name),
        "x": lengths if mark.horizontal else places,
        "y": places if mark.horizontal else lengths,
        "base": [bar.start for bar in mark.bars],
        "width": thickness,
        "marker": marker,
        "cliponaxis": False,
        **_SELECTED,
        **_answers(mark.bars, theme),
    }


def _cells(mark: Cells, theme: Theme, column: float) -> Spec:
    """Squares as bars that stand on their lower edge: a heat map of Plotly's cannot be picked from."""
    looks = [_ground(cell, mark.role, theme) for cell in mark.cells]
    return {
        "type": "bar",
        "orientation": "v",
        "name": escaped(mark.name),
        "x": [cell.column for cell in mark.cells],
        "y": [mark.height] * len(mark.cells),
        "base": [cell.row - mark.height / 2 for cell in mark.cells],
        "width": mark.width,
        "marker": {
            "color": [fill for fill, _, _ in looks],
            "line": {"color": [line for _, line, _ in looks], "width": [width for _, _, width in looks]},
        },
        "text": [_label(cell, mark.role, theme, column * mark.width) for cell in mark.cells],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "constraintext": "none",
        "insidetextfont": {"family": FONT, "size": NOTE, "color": colour("ink", theme)},
        "cliponaxis": False,
        **_SELECTED,
        **_answers(mark.cells, theme),
    }


def _label(cell: Cell, role: Role, theme: Theme, room: float) -> str:
    """The lines of a label down to the first that is wider than the cell; nothing is shrunk."""
    kept = []
    for line in cell.label:
        if sum(text_width(words.text, NOTE, words.strong) for words in line) > room:
            break
        kept.append(line)
    tone = "ink" if role == "lost" else shade_tone(cell.shade)
    words = markup(tuple(kept), theme, tone)
    return f'<span style="color:{colour(tone, theme)}">{words}</span>' if tone != "ink" and words else words


def _ground(mark: Cell | Area, role: Role, theme: Theme) -> tuple[str, str, float]:
    """Fill, outline and its width: shaded, or hollow for a decrease and paler for what is not known."""
    chosen = colour("ink" if isinstance(mark, Area) else "paper", theme), float(_CHOSEN_WIDTH)
    if role == "lost":
        return colour("paper", theme), *(chosen if mark.chosen else (colour("muted", theme), 1.2))
    if mark.shade is None:
        return colour("paper", theme), *(chosen if mark.chosen else (colour("axis", theme), 1.0))
    fill = shade_colour(mark.shade, theme)
    return fill, *(chosen if mark.chosen else (fill, 0.0))


def rings(mark: Cells, theme: Theme, axes: str = "") -> list[Spec]:
    """Outlines around the chosen squares, a line of paper away, to be seen on the darkest too."""
    wide, high = mark.width / 2 + 0.03, mark.height / 2 + 0.03
    return [
        {
            "type": "rect",
            "xref": f"x{axes}",
            "yref": f"y{axes}",
            "x0": cell.column - wide,
            "x1": cell.column + wide,
            "y0": cell.row - high,
            "y1": cell.row + high,
            "line": {"color": colour("ink", theme), "width": _CHOSEN_WIDTH},
            "layer": "above",
        }
        for cell in mark.cells
        if cell.chosen
    ]


def casing(mark: Areas, theme: Theme) -> Spec | None:
    """A line of paper along the outline of chosen areas, to be seen on the darkest too."""
    codes = [area.code for area in mark.areas if area.chosen]
    if not codes:
        return None
    clear = "rgba(0,0,0,0)"
    return {
        "type": "choropleth",
        "geojson": outlines(codes),
        "featureidkey": "id",
        "locationmode": "geojson-id",
        "locations": codes,
        "z": [0] * len(codes),
        "colorscale": [[0, clear], [1, clear]],
        "showscale": False,
        "hoverinfo": "skip",
        "marker": {"line": {"color": colour("paper", theme), "width": 1}},
    }


def _areas(mark: Areas, theme: Theme) -> Spec:
    """Outlines coloured one by one; the chosen come last, so that no neighbour covers their outline."""
    areas = sorted(mark.areas, key=lambda area: area.chosen)
    looks = [_ground(area, mark.role, theme) for area in areas]
    fills = sorted({fill for fill, _, _ in looks})
    steps = [(at / len(fills), (at + 1) / len(fills), fill) for at, fill in enumerate(fills)]
    # Provinces of one colour stay apart by a line of paper.
    borders = [(line, width) if width else (colour("paper", theme), 0.6) for _, line, width in looks]
    return {
        "type": "choropleth",
        "name": escaped(mark.name),
        "geojson": outlines(area.code for area in areas),
        "featureidkey": "id",
        "locationmode": "geojson-id",
        "locations": [area.code for area in areas],
        "z": [fills.index(fill) for fill, _, _ in looks],
        "zmin": -0.5,
        "zmax": len(fills) - 0.5,
        "colorscale": [[end, fill] for low, high, fill in steps for end in (low, high)],
        "showscale": False,
        "marker": {
            "line": {"color": [line for line, _ in borders], "width": [width for _, width in borders]}
        },
        **_SELECTED,
        **_answers(areas, theme),
    }


def _answers(marks: Sequence[Point] | Sequence[Bar] | Sequence[Cell] | Sequence[Area], theme: Theme) -> Spec:
    """What marks say when they are pointed at, and the key that a click gives back."""
    said = _told(marks, theme)
    if any(mark.key is not None for mark in marks):
        said["customdata"] = [[mark.key] for mark in marks]
    return said


def _told(
    marks: Sequence[Point] | Sequence[Span] | Sequence[Bar] | Sequence[Cell] | Sequence[Area], theme: Theme
) -> Spec:
    """What marks say when they are pointed at; those without words let the pointer through."""
    if not any(mark.hover for mark in marks):
        return {"hoverinfo": "skip"}
    return {
        "hovertext": [markup(mark.hover, theme) for mark in marks],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _pixels(span: float, axis: Axis, plot: float) -> float:
    """Pixels of a span on the y axis."""
    return abs(span / (number(axis.high) - number(axis.low))) * plot


def bracket(mark: Bracket, theme: Theme, y: Axis, plot: float, axes: str = "") -> Spec:
    """Six pixels right of the plot, and clear of the marks that it holds together."""
    clear = 10 / plot * (number(y.high) - number(y.low))
    low, high = mark.low + clear, mark.high - clear
    return {
        "type": "path",
        "path": f"M6,{low} L11,{low} L11,{high} L6,{high}",
        "xref": f"x{axes} domain" if axes else "paper",
        "xanchor": 1,
        "xsizemode": "pixel",
        "yref": f"y{axes}",
        "line": {"color": colour(LOOKS[mark.role].line, theme), "width": 1.8},
        "layer": "above",
    }


def cut(mark: Cut, theme: Theme, y: Axis, plot: float, layout: Layout, axes: str = "") -> Spec:
    """A slanted gap in the colour of the ground, across a bar."""
    if mark.upright:
        left, right = (mark.x + side * layout.thickness * 0.52 for side in (-1, 1))
        path = f"M{left},-6 L{right},0 L{right},6 L{left},0 Z"
    else:
        half, lean = _pixels(layout.thickness, y, plot) / 2 + 2, 3
        path = f"M{-lean - 4},{-half} L{lean - 4},{half} L{lean + 4},{half} L{-lean + 4},{-half} Z"
    return {
        "type": "path",
        "path": path,
        "xref": f"x{axes}",
        "xanchor": place(mark.x),
        "xsizemode": "scaled" if mark.upright else "pixel",
        "yref": f"y{axes}",
        "yanchor": mark.at,
        "ysizemode": "pixel",
        "fillcolor": colour("paper", theme),
        "line": {"width": 0},
        "layer": "above",
    }
