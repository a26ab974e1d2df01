"""How large a chart can be drawn in the room that a slide leaves it, so that its letters read from afar.

Figures place their labels for the widths of a screen. In a room of its own a chart takes the layout and
the size at which no label meets another or leaves the picture.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from enrollment.figures.description import Align, Areas, Bars, Cells, Figure, Layout, Mark, Note, Panel
from enrollment.figures.placing import Box, Plane, extent, number
from enrollment.figures.style import NOTE

PANEL_TITLE, PANEL_GAP = 24, 22

# Labels of 13 pixels are shown at 16 or more; without the room for it they are smaller, never over others.
_LARGE = tuple(hundredths / 100 for hundredths in range(160, 123, -4))
_SMALL = tuple(hundredths / 100 for hundredths in range(120, 99, -4))
_TINY = tuple(hundredths / 100 for hundredths in range(96, 59, -4))
# Pixels in width that a wide layout needs, and those that a narrow one needs and is made for.
_WIDE, _NARROW, _MADE_FOR = 640.0, 310.0, 560.0
# How far a plot may be made lower or higher than it was laid out.
_LOWER, _HIGHER = 0.8, 1.5
# Pixels by which labels are measured too wide at the most, and those that keep two of them apart.
_EDGE, _APART = 6, 3
# Pixels between a number and the plot.
_TICK = 8


@dataclass(frozen=True, slots=True)
class Fit:
    """A layout at a size in pixels of the figure, and by how much it is enlarged to be shown."""

    layout: Layout
    width: float
    scale: float
    narrow: bool = False


def panel_size(figure: Figure, layout: Layout, width: float) -> tuple[float, float, float]:
    """Width and height of each small chart of a plot so wide, and the pixels between two of them."""
    columns = layout.columns
    rows = -(-len(figure.panels) // columns)
    between = max(width * 0.05, 36)
    free = layout.height - layout.room.top - layout.room.bottom - rows * PANEL_TITLE - (rows - 1) * PANEL_GAP
    return (width - between * (columns - 1)) / columns, free / rows, between


def fitted(figure: Figure, width: float, height: float | None = None) -> Fit:
    """The largest letters that `width` by `height` pixels allow, the wide layout before the narrow one."""
    for scales, narrow, least, most in (
        (_LARGE, False, _WIDE, math.inf),
        (_LARGE, True, _NARROW, _MADE_FOR),
        (_SMALL, False, _WIDE, math.inf),
        (_SMALL, True, _NARROW, _MADE_FOR),
        (_LARGE + _SMALL, True, _NARROW, math.inf),
        (_TINY, False, _WIDE, math.inf),
        (_TINY, True, _NARROW, math.inf),
    ):
        for scale in scales:
            across = width / scale
            layout = _of_height(figure, height and height / scale, narrow=narrow)
            if layout and least <= across <= most and _is_clear(figure, layout, across, narrow=narrow):
                return Fit(layout, across, scale, narrow)
    return max((_as_made(figure, width, height, narrow=narrow) for narrow in (False, True)), key=_letters)


def _as_made(figure: Figure, width: float, height: float | None, *, narrow: bool) -> Fit:
    """A layout as high as it was made, as large as it can be shown whole."""
    layout = _made(figure, narrow=narrow)
    scale = min(width / (_NARROW if narrow else _WIDE), (height or math.inf) / layout.height, _LARGE[0])
    return Fit(layout, width / scale, scale, narrow)


def _letters(fit: Fit) -> float:
    return fit.scale


def _made(figure: Figure, *, narrow: bool) -> Layout:
    """A layout with room for the whole of its numbers: a page has a margin beside them, a picture none."""
    layout = figure.narrow if narrow else figure.wide
    if figure.y.categories or not layout.y_ticks:
        return layout
    needed = max(extent(tick.text, NOTE)[0] for tick in layout.y_ticks) + _TICK
    return replace(layout, room=replace(layout.room, left=max(layout.room.left, math.ceil(needed))))


def _of_height(figure: Figure, height: float | None, *, narrow: bool) -> Layout | None:
    """The layout at a height, or None where it would be too low."""
    layout = _made(figure, narrow=narrow)
    if height is None:
        return layout
    if _is_stiff(figure, layout, narrow=narrow):
        return layout if layout.height <= height else None
    around = layout.room.top + layout.room.bottom
    plot = layout.height - around
    free = min(height - around, plot * _HIGHER)
    return replace(layout, height=int(free + around)) if free >= plot * _LOWER else None


def _is_stiff(figure: Figure, layout: Layout, *, narrow: bool) -> bool:
    """Whether cells, or labels above the bars of a row, have to stay as high as they are."""
    marks: list[Mark] = [*figure.marks, *(mark for panel in figure.panels for mark in panel.marks)]
    notes = [note for panel in figure.panels for note in (panel.narrow_notes if narrow else panel.notes)]
    above = any(note.dy for note in (*layout.notes, *notes))
    return any(
        isinstance(mark, Cells | Areas) or (isinstance(mark, Bars) and mark.horizontal and above)
        for mark in marks
    )


# Labels


def _is_clear(figure: Figure, layout: Layout, width: float, *, narrow: bool) -> bool:
    """Whether every label stays in the picture and keeps off the others, measured roughly."""
    room = layout.room
    plot = width - room.left - room.right
    if plot <= 0:
        return False
    if not figure.panels:
        edges = (-room.left - _EDGE, plot + room.right + _EDGE)
        plane = Plane(figure.x, figure.y, layout, plot)
        boxes = [*_ticks(plane), *(plane.box(note) for note in layout.notes)]
        return _stay(boxes, edges) and _hold(figure.marks, plot)
    wide, high, between = panel_size(figure, layout, plot)
    inside = replace(layout, height=int(high + room.top + room.bottom))
    return all(
        _stands(
            panel,
            Plane(panel.x or figure.x, figure.y, inside, wide),
            # The last of a row has the room at the right, the others that up to the next one.
            room.right if (place + 1) % layout.columns == 0 else between - _APART,
            narrow=narrow,
        )
        for place, panel in enumerate(figure.panels)
    )


def _stands(panel: Panel, plane: Plane, beyond: float, *, narrow: bool) -> bool:
    """The same for one of several charts, whose title and labels may reach `beyond` its plot."""
    notes = panel.narrow_notes if narrow else panel.notes
    title = Note("start", number(plane.y.high), panel.title, valign="bottom", dy=_APART, size=NOTE)
    boxes = [*_ticks(plane, rows=False), *(plane.box(note) for note in (title, *notes))]
    return _stay(boxes, (-plane.layout.room.left, plane.width + beyond + _EDGE))


def _ticks(plane: Plane, *, rows: bool = True) -> Iterator[Box]:
    for tick in plane.layout.x_ticks:
        words = Note(tick.at, number(plane.y.low), tick.text, "center", "top", dy=-5, size=NOTE)
        left, top, right, bottom = plane.box(words)
        # Air between names that stand in a row.
        yield left - _APART, top, right + _APART, bottom
    align: Align
    for tick in plane.layout.y_ticks if rows else ():
        align, dx = ("left", -plane.layout.room.left) if plane.y.categories else ("right", -_TICK)
        yield plane.box(Note("start", number(tick.at), tick.text, align, dx=dx, size=NOTE))


def _stay(boxes: Sequence[Box], edges: tuple[float, float]) -> bool:
    within = all(edges[0] <= box[0] and box[2] <= edges[1] for box in boxes)
    return within and not any(_meet(*pair) for pair in combinations(boxes, 2))


def _meet(box: Box, other: Box) -> bool:
    """Whether two boxes share more than their rims, which are measured on the wide side."""
    across = min(box[2], other[2]) - max(box[0], other[0])
    down = min(box[3], other[3]) - max(box[1], other[1])
    return across > 1 and down > _APART


def _hold(marks: Sequence[Mark], plot: float) -> bool:
    """Whether the labels of cells stay in their cells."""
    for mark in marks:
        if isinstance(mark, Cells) and mark.cells:
            columns = [cell.column for cell in mark.cells]
            span = max(columns) - min(columns) + 1
            if any(extent(cell.label, NOTE)[0] > plot / span for cell in mark.cells):
                return False
    return True
