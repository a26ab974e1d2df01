"""A whole figure as Plotly draws it: traces, axes, notes, and what plotly.js is told beside."""

from typing import TYPE_CHECKING, Any

from babel import Locale

from enrollment.drawing.plotly.axes import framed, frames, notes, row_names, x_axis, y_axis
from enrollment.drawing.plotly.marks import bracket, casing, cut, rings, trace
from enrollment.drawing.plotly.outlines import LATITUDES, LONGITUDES
from enrollment.drawing.plotly.words import Spec, annotation
from enrollment.figures.description import Areas, Band, Bracket, Cells, Cut, Figure, Layout, Mark
from enrollment.figures.placing import number
from enrollment.figures.style import FONT, NOTE, Theme, band_ground, colour
from enrollment.language import Language

if TYPE_CHECKING:
    import plotly.graph_objects as go

# The narrowest chart that occurs on a wide and on a narrow screen, in pixels.
_WIDE, _NARROW = 620, 345


def draw(figure: Figure, *, theme: Theme, language: Language, narrow: bool = False) -> "go.Figure":
    """The figure as Plotly's object; it is not checked again, for the tests check every kind of mark."""
    # Half a second of importing, for those alone who want the object.
    import plotly.graph_objects as go

    return go.Figure(spec(figure, theme=theme, language=language, narrow=narrow), _validate=False)


def spec(figure: Figure, *, theme: Theme, language: Language, narrow: bool = False) -> Spec:
    """The figure as the plain dictionary that plotly.js reads."""
    layout = figure.narrow if narrow else figure.wide
    room = layout.room
    plot = layout.height - room.top - room.bottom
    across = (_NARROW if narrow else _WIDE) - room.left - room.right
    drawn = _small(figure, layout, theme, plot, narrow=narrow) if figure.panels else None
    drawn = drawn or _single(figure, layout, theme, plot, across)
    return {
        "data": drawn.pop("data"),
        "layout": {
            "template": {},
            "height": layout.height,
            "margin": {"t": room.top, "r": room.right, "b": room.bottom, "l": room.left, "pad": 0},
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
            **drawn,
        },
    }


def _single(figure: Figure, layout: Layout, theme: Theme, plot: float, across: float) -> Spec:
    """One chart on one pair of axes, or a map."""
    span = abs(number(figure.x.high) - number(figure.x.low)) or 1
    traces, shapes = _marks(figure.marks, figure, layout, theme, plot, across / span)
    drawn: Spec = {
        "data": traces,
        "xaxis": x_axis(figure, layout, theme),
        "yaxis": y_axis(figure, layout, theme),
        "shapes": shapes,
        "annotations": [
            *row_names(figure, layout, theme),
            *(annotation(note, theme) for note in layout.notes),
        ],
    }
    if any(isinstance(mark, Areas) for mark in figure.marks):
        drawn["geo"] = _geo(figure)
    return drawn


def _small(figure: Figure, layout: Layout, theme: Theme, plot: float, *, narrow: bool) -> Spec:
    """Small charts side by side on axes of one range."""
    drawn: Spec = {"data": [], "shapes": [], "annotations": []}
    span = abs(number(figure.x.high) - number(figure.x.low)) or 1
    for frame in frames(figure, layout, plot):
        high = (frame.up[1] - frame.up[0]) * plot
        wide = (frame.across[1] - frame.across[0]) * ((_NARROW if narrow else _WIDE) - layout.room.left)
        marks = frame.panel.marks
        traces, shapes = _marks(marks, figure, layout, theme, high, wide / span, frame.axes)
        drawn["data"] += [one | {"xaxis": f"x{frame.axes}", "yaxis": f"y{frame.axes}"} for one in traces]
        drawn["shapes"] += shapes
        drawn["annotations"] += notes(frame, figure, layout, theme, narrow=narrow)
        drawn |= framed(figure, layout, frame, theme)
    drawn["annotations"] += [annotation(note, theme) for note in layout.notes]
    return drawn


def _marks(
    marks: tuple[Mark, ...],
    figure: Figure,
    layout: Layout,
    theme: Theme,
    plot: float,
    column: float,
    axes: str = "",
) -> tuple[list[Spec], list[Spec]]:
    traces: list[Spec] = []
    shapes: list[Spec] = []
    for mark in sorted(marks, key=_depth):
        if isinstance(mark, Bracket):
            shapes.append(bracket(mark, theme, figure.y, plot, axes))
        elif isinstance(mark, Cut):
            shapes.append(cut(mark, theme, figure.y, plot, layout, axes))
        else:
            traces.append(trace(mark, theme, layout, column))
        if isinstance(mark, Cells):
            shapes += rings(mark, theme, axes)
    # Over all areas, lest a neighbour cover it.
    cased = (casing(mark, theme) for mark in marks if isinstance(mark, Areas))
    traces += [one for one in cased if one]
    return traces, shapes


def _depth(mark: Mark) -> int:
    """Grounds of ranges lie behind their edges, and these behind all other marks."""
    return 2 if not isinstance(mark, Band) else 0 if band_ground(mark) else 1


def _geo(figure: Figure) -> Spec:
    """The ground of a map: nothing but the outlines given, above the cells of its legend."""
    rows = [cell.row for mark in figure.marks if isinstance(mark, Cells) for cell in mark.cells]
    top, bottom = number(figure.y.high), number(figure.y.low)
    strip = (bottom - (min(rows) - 0.5)) / (bottom - top) if rows else 0
    return {
        "visible": False,
        "bgcolor": "rgba(0,0,0,0)",
        "domain": {"x": [0, 1], "y": [strip, 1]},
        "projection": {"type": "equirectangular", "minscale": 1, "maxscale": 1},
        "lonaxis": {"range": list(LONGITUDES)},
        "lataxis": {"range": list(LATITUDES)},
    }


def config(language: Language) -> Spec:
    """What plotly.js is told beside the figure: no mode bar, no zoom, and its own words translated."""
    locale = Locale.parse({"id": "id_ID", "en": "en_GB"}[language.code])
    months, days = locale.months["stand-alone"], locale.days["stand-alone"]
    week = (6, 0, 1, 2, 3, 4, 5)
    form: dict[str, Any] = {
        "months": [months["wide"][month] for month in range(1, 13)],
        "shortMonths": [months["abbreviated"][month] for month in range(1, 13)],
        "days": [days["wide"][day] for day in week],
        "shortDays": [days["abbreviated"][day] for day in week],
        "date": "%d/%m/%Y",
        "decimal": language.separators[0],
        "thousands": language.separators[1],
        "grouping": [3],
    }
    return {
        "displayModeBar": False,
        "displaylogo": False,
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
        # A map fetches coastlines from the network even where it shows none; this answers it with nothing.
        "topojsonURL": "data:application/json,{}#",
        "locale": language.code,
        "locales": {language.code: {"dictionary": {}, "format": form}},
    }
