"""Figures drawn by Plotly for the screen.

Titles are the page's: a drawing holds what lies under them. Every text is finished before it comes
here, and none is markup until this module has made it so.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from babel import Locale

from enrollment.drawing.lettering import visible
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Bracket,
    Cut,
    Dots,
    Figure,
    Layout,
    Note,
    Path,
    Place,
    Point,
    Text,
    Tick,
    Words,
)
from enrollment.figures.placing import number
from enrollment.figures.style import FONT, LOOKS, NOTE, Theme, colour
from enrollment.language import Language

Spec = dict[str, Any]

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})


def draw(figure: Figure, *, theme: Theme, language: Language, narrow: bool = False) -> go.Figure:
    """The figure as Plotly's object; it is not checked again, for the tests check every kind of mark."""
    return go.Figure(spec(figure, theme=theme, language=language, narrow=narrow), _validate=False)


def spec(figure: Figure, *, theme: Theme, language: Language, narrow: bool = False) -> Spec:
    """The figure as the plain dictionary that plotly.js reads."""
    layout = figure.narrow if narrow else figure.wide
    plot = layout.height - layout.room.top - layout.room.bottom
    data: list[Spec] = []
    shapes: list[Spec] = []
    for mark in figure.marks:
        if isinstance(mark, Bracket):
            shapes.append(_bracket(mark, theme, figure.y, plot))
        elif isinstance(mark, Cut):
            shapes.append(_cut(mark, theme, figure.y, plot, layout))
        else:
            data.append(_trace(mark, theme, layout))
    return {
        "data": data,
        "layout": {
            "template": {},
            "height": layout.height,
            "margin": {
                "t": layout.room.top,
                "r": layout.room.right,
                "b": layout.room.bottom,
                "l": layout.room.left,
                "pad": 0,
            },
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": NOTE, "color": colour("ink", theme)},
            "separators": language.separators,
            "showlegend": False,
            "barmode": "overlay",
            "dragmode": False,
            "hovermode": "closest",
            "hoverdistance": 30,
            "hoverlabel": {
                "bgcolor": colour("paper", theme),
                "bordercolor": colour("muted", theme),
                "font": {"family": FONT, "size": NOTE, "color": colour("ink", theme)},
                "align": "left",
                "namelength": 0,
            },
            "uirevision": figure.name,
            "xaxis": _x_axis(figure, layout, theme),
            "yaxis": _y_axis(figure, layout, theme),
            "shapes": shapes,
            "annotations": [_annotation(note, theme) for note in layout.notes],
        },
    }


def config(language: Language) -> Spec:
    """What plotly.js is told beside the figure: no mode bar, no zoom, and its own words translated."""
    locale = Locale.parse({"id": "id_ID", "en": "en_GB"}[language.code])
    months, days = locale.months["stand-alone"], locale.days["stand-alone"]
    week = (6, 0, 1, 2, 3, 4, 5)
    return {
        "displayModeBar": False,
        "displaylogo": False,
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
        "locale": language.code,
        "locales": {
            language.code: {
                "dictionary": {},
                "format": {
                    "months": [months["wide"][month] for month in range(1, 13)],
                    "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
                    "days": [days["wide"][day] for day in week],
                    "shortDays": [days["abbreviated"][day] for day in week],
                    "date": "%d/%m/%Y",
                    "decimal": language.separators[0],
                    "thousands": language.separators[1],
                    "grouping": [3],
                },
            }
        },
    }


def escaped(words: str) -> str:
    """Words as Plotly shows them to the letter: no tag, entity, formula or invisible sign takes effect."""
    return visible(words).translate(_MARKUP)


def _markup(lines: Text, theme: Theme, ground: str = "ink") -> str:
    """Lines of words as Plotly's pseudo-HTML; words in the tone of the ground need no colour."""
    return "<br>".join("".join(_run(words, theme, ground) for words in line) for line in lines)


def _run(words: Words, theme: Theme, ground: str) -> str:
    run = escaped(words.text)
    if words.strong:
        run = f"<b>{run}</b>"
    if words.tone != ground:
        run = f'<span style="color:{colour(words.tone, theme)}">{run}</span>'
    return run


def _place(place: Place) -> str | float:
    return place.isoformat() if isinstance(place, dt.date) else place


def _trace(mark: Path | Dots | Bars, theme: Theme, layout: Layout) -> Spec:
    if isinstance(mark, Path):
        return _path(mark, theme)
    if isinstance(mark, Dots):
        return _dots(mark, theme)
    return _bars(mark, theme, layout.thickness)


def _path(mark: Path, theme: Theme) -> Spec:
    look = LOOKS[mark.role]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": escaped(mark.name),
        "x": [_place(point.x) for point in mark.points],
        "y": [point.y for point in mark.points],
        "line": {
            "color": colour(mark.colour or look.line, theme),
            "width": 1.3 if mark.dotted else look.width,
            "dash": "2px,3px" if mark.dotted else look.dash,
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _dots(mark: Dots, theme: Theme) -> Spec:
    look = LOOKS[mark.role]
    line = colour(mark.colour or look.line, theme)
    filled = look.fill != "paper"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": escaped(mark.name),
        "x": [_place(point.x) for point in mark.points],
        "y": [point.y for point in mark.points],
        "marker": {
            "symbol": mark.symbol,
            "size": mark.size,
            "color": line if filled else colour("paper", theme),
            "line": {"color": line, "width": 0 if filled else 1.8},
            "opacity": 1,
        },
        "cliponaxis": False,
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
        # A click highlights through the figure's own roles, never by fading what was not clicked.
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        **_answers(mark.bars, theme),
    }


def _answers(marks: Sequence[Point] | Sequence[Bar], theme: Theme) -> Spec:
    """What marks say when they are pointed at, and the key that a click gives back."""
    said: Spec = {}
    if any(mark.hover for mark in marks):
        said["hovertext"] = [_markup(mark.hover, theme) for mark in marks]
        said["hovertemplate"] = "%{hovertext}<extra></extra>"
    else:
        said["hoverinfo"] = "skip"
    if any(mark.key is not None for mark in marks):
        said["customdata"] = [[mark.key] for mark in marks]
    return said


def _pixels(span: float, axis: Axis, plot: float) -> float:
    """Pixels of a span on the y axis."""
    return abs(span / (number(axis.high) - number(axis.low))) * plot


def _bracket(mark: Bracket, theme: Theme, y: Axis, plot: float) -> Spec:
    """Six pixels right of the plot, and clear of the marks that it holds together."""
    clear = 10 / plot * (number(y.high) - number(y.low))
    low, high = mark.low + clear, mark.high - clear
    return {
        "type": "path",
        "path": f"M6,{low} L11,{low} L11,{high} L6,{high}",
        "xref": "paper",
        "xanchor": 1,
        "xsizemode": "pixel",
        "yref": "y",
        "line": {"color": colour(LOOKS[mark.role].line, theme), "width": 1.8},
        "layer": "above",
    }


def _cut(mark: Cut, theme: Theme, y: Axis, plot: float, layout: Layout) -> Spec:
    """A slanted gap in the colour of the ground, across a bar."""
    half = _pixels(layout.thickness, y, plot) / 2 + 2
    lean = 3
    return {
        "type": "path",
        "path": f"M{-lean - 4},{-half} L{lean - 4},{half} L{lean + 4},{half} L{-lean + 4},{-half} Z",
        "xref": "x",
        "xanchor": _place(mark.x),
        "xsizemode": "pixel",
        "yref": "y",
        "yanchor": mark.at,
        "ysizemode": "pixel",
        "fillcolor": colour("paper", theme),
        "line": {"width": 0},
        "layer": "above",
    }


def _annotation(note: Note, theme: Theme) -> Spec:
    at_edge = note.x in ("start", "end")
    drawn: Spec = {
        "text": _markup(note.text, theme),
        "xref": "paper" if at_edge else "x",
        "x": {"start": 0, "end": 1}[str(note.x)] if at_edge else _place(note.x),  # type: ignore[arg-type]
        "yref": "y",
        "y": note.y,
        "align": note.align,
        "xanchor": note.align,
        "yanchor": note.valign,
        "borderpad": 0,
        "showarrow": False,
        "font": {"size": note.size},
        "captureevents": False,
    }
    if note.covers:
        drawn["bgcolor"] = colour("paper", theme)
    if note.leader:
        drawn |= {
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": colour("context", theme),
            "ax": note.dx,
            "ay": -note.dy,
            "standoff": 6,
        }
    else:
        drawn |= {"xshift": note.dx, "yshift": note.dy}
    return drawn


def _axis(axis: Axis, ticks: tuple[Tick, ...], theme: Theme) -> Spec:
    return {
        "type": "date" if isinstance(axis.low, dt.date) else "linear",
        "range": [_place(axis.low), _place(axis.high)],
        "fixedrange": True,
        "automargin": False,
        "zeroline": False,
        "showgrid": False,
        "tickmode": "array",
        "tickvals": [_place(tick.at) for tick in ticks],
        "ticktext": [_markup(tick.text, theme, "muted") for tick in ticks],
        "tickangle": 0,
        "ticks": "",
        "tickfont": {"family": FONT, "size": NOTE, "color": colour("muted", theme)},
    }


def _x_axis(figure: Figure, layout: Layout, theme: Theme) -> Spec:
    """Dates and columns stand on a line, unless zero lies above it; rows start at a line of zero."""
    rows, below_zero = bool(figure.y.categories), not _rises(figure.y)
    return _axis(figure.x, layout.x_ticks, theme) | {
        "showline": bool(layout.x_ticks) and not rows and not below_zero,
        "linecolor": colour("axis", theme),
        "linewidth": 1,
        "zeroline": rows,
        "zerolinecolor": colour("axis", theme),
        "zerolinewidth": 1,
        "showticklabels": bool(layout.x_ticks),
    }


def _rises(axis: Axis) -> bool:
    """Whether an axis starts at or above zero."""
    return number(axis.low) >= 0


def _y_axis(figure: Figure, layout: Layout, theme: Theme) -> Spec:
    ticks = layout.y_ticks
    if figure.y.categories:
        # Names are ranged left: labels inside an axis that stands at the edge of the chart.
        return _axis(figure.y, ticks, theme) | {
            "ticklabelposition": "inside",
            "anchor": "free",
            "position": 0,
            "shift": -layout.room.left - 3,
            "showticklabels": bool(ticks),
        }
    return _axis(figure.y, ticks, theme) | {
        "showgrid": bool(ticks),
        "gridcolor": colour("grid", theme),
        "gridwidth": 1,
        "zeroline": not _rises(figure.y),
        "zerolinecolor": colour("axis", theme),
        "zerolinewidth": 1,
        "showticklabels": bool(ticks),
        "ticklabelstandoff": 4,
    }
