"""Charts of horizontal bars: rows with names left of them, or above them where the screen is narrow."""

from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.figures.description import Axis, Layout, Note, Room, Text, Tick, plain
from enrollment.figures.placing import text_width
from enrollment.figures.style import NOTE


@dataclass(frozen=True, slots=True)
class Row:
    """A row's name, its shorter name and its number for narrow screens."""

    name: Text
    short_name: Text
    value: Text


def row_axis(rows: Sequence[Row]) -> Axis:
    """Rows downwards from position 0."""
    return Axis(max(len(rows), 1) - 0.5, -0.5, tuple(plain(row.name) for row in rows))


def beside(
    rows: Sequence[Row],
    *,
    pitch: int,
    left: int,
    right: int,
    notes: Sequence[Note] = (),
    thickness: float = 0.62,
    bottom: int = 4,
) -> Layout:
    """Names in a column of their own, `pitch` pixels a row."""
    return Layout(
        height=pitch * max(len(rows), 1) + 4 + bottom,
        room=Room(top=4, right=right, bottom=bottom, left=left),
        y_ticks=tuple(Tick(place, row.name) for place, row in enumerate(rows)),
        notes=tuple(notes),
        thickness=thickness,
    )


def above(
    rows: Sequence[Row],
    *,
    pitch: int,
    notes: Sequence[Note] = (),
    thickness: float = 0.5,
    bottom: int = 4,
) -> Layout:
    """Names and numbers on a line above each bar, bars as wide as the screen."""
    lift = pitch * thickness / 2 + 2
    lines = []
    for place, row in enumerate(rows):
        lines.append(Note("start", place, row.short_name, "left", "bottom", dy=lift, covers=True))
        if row.value:
            lines.append(Note("end", place, row.value, "right", "bottom", dy=lift, covers=True))
    return Layout(
        height=pitch * max(len(rows), 1) + 8 + bottom,
        room=Room(top=8, right=2, bottom=bottom, left=2),
        notes=(*lines, *notes),
        thickness=thickness,
    )


def bar_label(
    words: Text, *, at: float, start: float, end: float, axis: tuple[float, float], plot: float
) -> Note:
    """A label in the middle of its bar where it fits, else beside it, on the side with more room.

    `plot` is the narrowest width in pixels that the bar's plot takes.
    """
    low, high = axis
    left, right = ((min(start, end) - low) / (high - low), (max(start, end) - low) / (high - low))
    needed = max(sum(text_width(run.text, NOTE, run.strong) for run in line) for line in words) + 14
    if (right - left) * plot >= needed:
        return Note((start + end) / 2, at, words, "center")
    if (1 - right) * plot >= needed or right <= 0.5:
        return Note(max(start, end), at, words, "left", dx=7)
    return Note(min(start, end), at, words, "right", dx=-7)
