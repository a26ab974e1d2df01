"""Axes: where a chart's marks stand, and those of small charts side by side."""

import datetime as dt
from dataclasses import dataclass, replace

from enrollment.drawing.plotly.words import Spec, annotation, markup, place
from enrollment.figures.description import Axis, Cells, Figure, Layout, Note, Panel, Tick
from enrollment.figures.placing import extent, number
from enrollment.figures.style import FONT, NOTE, Theme, colour

_GAP = 0.05
"""The part of the width between two small charts."""
_TITLE_ROOM = 10
"""Pixels above and below the title of a small chart."""

Span = tuple[float, float]


def x_axis(figure: Figure, layout: Layout, theme: Theme) -> Spec:
    """Dates and columns stand on a line, unless zero lies above it; rows start at a line of zero."""
    if is_grid(figure):
        # Names of columns stand above the squares, as in a table.
        return _axis(figure.x, layout.x_ticks, theme) | {
            "side": "top",
            "showticklabels": bool(layout.x_ticks),
            "ticklabelstandoff": 2,
        }
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


def y_axis(figure: Figure, layout: Layout, theme: Theme) -> Spec:
    """Values grow upwards over thin lines; names of rows are `row_names`."""
    ticks = layout.y_ticks
    if _has_rows(figure):
        return _axis(figure.y, (), theme) | {"showticklabels": False}
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


def row_names(figure: Figure, layout: Layout, theme: Theme, axes: str = "") -> list[Spec]:
    """Names of rows, ranged left at the edge of the chart.

    Labels of an axis cannot be: one that is shifted there takes with it the ground that Plotly feels
    the pointer on, and no bar answers any more.
    """
    if not _has_rows(figure):
        return []
    names = (Note("start", number(tick.at), tick.text, dx=-layout.room.left) for tick in layout.y_ticks)
    return [annotation(name, theme, axes) for name in names]


def _has_rows(figure: Figure) -> bool:
    return bool(figure.y.categories) or is_grid(figure)


def is_grid(figure: Figure) -> bool:
    """Whether rows and columns of squares are what the axes count."""
    return any(isinstance(mark, Cells) for mark in figure.marks)


def _axis(axis: Axis, ticks: tuple[Tick, ...], theme: Theme) -> Spec:
    return {
        "type": "date" if isinstance(axis.low, dt.date) else "linear",
        "range": [place(axis.low), place(axis.high)],
        "fixedrange": True,
        "automargin": False,
        "zeroline": False,
        "showgrid": False,
        "tickmode": "array",
        "tickvals": [place(tick.at) for tick in ticks],
        "ticktext": [markup(tick.text, theme, "muted") for tick in ticks],
        "tickangle": 0,
        "ticks": "",
        "tickfont": {"family": FONT, "size": NOTE, "color": colour("muted", theme)},
    }


def _rises(axis: Axis) -> bool:
    """Whether an axis starts at or above zero."""
    return number(axis.low) >= 0


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a small chart stands: the number of its axes, its parts of the plot, its labels."""

    panel: Panel
    axes: str
    across: Span
    up: Span
    first: bool
    lowest: bool


def frames(figure: Figure, layout: Layout, plot: float) -> list[Frame]:
    """Small charts row by row, `layout.columns` in each; `plot` is the height of all in pixels.

    The room above the plot holds the titles of the first row.
    """
    columns = max(min(layout.columns, len(figure.panels)), 1)
    rows = -(-len(figure.panels) // columns)
    heights = [extent(panel.title, NOTE)[1] for panel in figure.panels]
    between = (max(heights) + 2 * _TITLE_ROOM) / plot
    wide = (1 - _GAP * (columns - 1)) / columns
    high = (1 - between * (rows - 1)) / rows
    found = []
    for at, panel in enumerate(figure.panels):
        row, column = divmod(at, columns)
        left, top = column * (wide + _GAP), 1 - row * (high + between)
        found.append(
            Frame(
                panel,
                "" if at == 0 else str(at + 1),
                (left, min(left + wide, 1.0)),
                (max(top - high, 0.0), top),
                column == 0,
                at + columns >= len(figure.panels),
            )
        )
    return found


def framed(figure: Figure, layout: Layout, frame: Frame, theme: Theme) -> Spec:
    """Both axes of a small chart: labels only where the first of a row or column is."""
    x = x_axis(replace(figure, x=frame.panel.x or figure.x), layout, theme) | {
        "domain": list(frame.across),
        "anchor": f"y{frame.axes}",
    }
    y = y_axis(figure, layout, theme) | {"domain": list(frame.up), "anchor": f"x{frame.axes}"}
    x["showticklabels"] = x["showticklabels"] and frame.lowest
    y["showticklabels"] = y["showticklabels"] and frame.first
    return {f"xaxis{frame.axes}": x, f"yaxis{frame.axes}": y}


def notes(frame: Frame, figure: Figure, layout: Layout, theme: Theme, *, narrow: bool) -> list[Spec]:
    """The title of a small chart above it, and its notes."""
    title = Note("start", number(figure.y.high), frame.panel.title, "left", "bottom", dy=_TITLE_ROOM)
    own = frame.panel.narrow_notes if narrow else frame.panel.notes
    drawn = [annotation(note, theme, frame.axes) for note in (title, *own)]
    drawn += row_names(figure, layout, theme, frame.axes) if frame.first else []
    if not frame.axes:
        # The first axes have no number, and the ends of the plot are not theirs.
        drawn = [note | {"xref": "x domain"} if note["xref"] == "paper" else note for note in drawn]
    return drawn
