"""How a chart of people over months is laid out: its ticks, and labels inside that find a free place."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from enrollment.figures.description import Axis, Band, Dots, Layout, Mark, Note, Path
from enrollment.figures.placing import Plane, first_free, number
from enrollment.figures.units import Amounts, month_ticks, people_ticks


def plots(*, narrow: bool) -> tuple[float, float]:
    """The least and the greatest width of the plot that occur: in a column and on a whole page; on phones."""
    return (185.0, 260.0) if narrow else (400.0, 720.0)


def ticked(
    layout: Layout, first: dt.date, last: dt.date, y: Axis, amounts: Amounts, *, narrow: bool
) -> Layout:
    """A layout with ticks for the months from `first` to `last`, and for people."""
    return replace(
        layout,
        x_ticks=month_ticks(first, last, 4 if narrow else 14, amounts.language),
        y_ticks=people_ticks(number(y.low), number(y.high), 7, amounts, bare=narrow),
    )


def labelled(
    layout: Layout,
    x: Axis,
    y: Axis,
    marks: Sequence[Mark],
    *,
    standing: Iterable[Note],
    wishes: Iterable[Sequence[Note]],
    narrow: bool,
) -> Layout:
    """A layout with the notes that stand anyway, and of each wish the first that meets nothing.

    A wish is one label with the places where it may stand. It may meet no mark and no other label, at any
    width of the plot, and is left out where no place is free.
    """
    planes = [Plane(x, y, layout, width) for width in plots(narrow=narrow)]
    paths = [
        [(point.x, point.y) for point in mark.points]
        for mark in marks
        if isinstance(mark, Path) and mark.role != "context"
    ]
    areas = [
        ((point.x, point.y), (point.x, point.y))
        for mark in marks
        if isinstance(mark, Dots) and mark.role in ("published", "disputed", "plan")
        for point in mark.points
    ]
    bands = [mark for mark in marks if isinstance(mark, Band)]
    notes = list(standing)
    for wish in wishes:
        note = first_free(wish, planes=planes, paths=paths, areas=areas, bands=bands, taken=notes)
        if note:
            notes.append(note)
    return replace(layout, notes=tuple(notes))
