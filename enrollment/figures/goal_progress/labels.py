"""Labels of a goal's chart: a stack beside its end, and those inside that find a free place."""

import datetime as dt
from collections.abc import Sequence

from enrollment.figures import annotations as notable
from enrollment.figures import over_time
from enrollment.figures.description import (
    Align,
    Layout,
    Mark,
    Note,
    Place,
    Text,
    Tone,
    VerticalAlign,
    Words,
    text,
)
from enrollment.figures.goal_progress import ahead
from enrollment.figures.goal_progress.way import Way
from enrollment.figures.placing import Plane, extent, spread
from enrollment.figures.style import BODY, NOTE

_LEAST_BRACKET = 30


def laid_out(way: Way, layout: Layout, marks: Sequence[Mark], *, narrow: bool) -> Layout:
    """A layout with its ticks, and with labels that meet no mark and no other label."""
    layout = over_time.ticked(layout, way.first, way.last, way.y, way.amounts, narrow=narrow)
    return over_time.labelled(
        layout,
        way.x,
        way.y,
        marks,
        standing=[
            *_beside(way, layout, narrow=narrow),
            *notable.tags(way.noted, way.x, way.y, over_time.plots(narrow=narrow)[0]),
        ],
        wishes=_wishes(way, narrow=narrow),
        narrow=narrow,
    )


def bracket_has_room(way: Way, layout: Layout) -> bool:
    """Whether goal and median are far enough apart for a bracket."""
    at_due = way.outlook.at_due
    if at_due is None:
        return False
    return abs(_down(way, at_due.median, layout) - _down(way, way.progress.target, layout)) > _LEAST_BRACKET


def _down(way: Way, value: float, layout: Layout) -> float:
    """Pixels of a value below the top of the plot."""
    return Plane(way.x, way.y, layout, 1).spot(way.x.low, value)[1]


def _beside(way: Way, layout: Layout, *, narrow: bool) -> list[Note]:
    """Goal, projection and the distance between them, stacked right of the plot."""
    progress, outlook = way.progress, way.outlook
    target = way.language.stated(progress.target)
    goal_name = way.language.say("figures.goal_progress.goal")
    strong = (
        (Words(goal_name, strong=True), Words(target, strong=True))
        if narrow
        else (Words(f"{goal_name} {target}", strong=True), Words(way.language.short_day(progress.due)))
    )
    labels: list[tuple[float, Text]] = [(progress.target, text(*strong))]
    if outlook.at_due is not None and outlook.shortfall is not None:
        median = outlook.at_due.median
        labels.append((median, ahead.name(way, outlook.at_due, narrow=narrow)))
        middle = (progress.target + median) / 2
        labels.append((middle, ahead.distance(way, outlook.shortfall, narrow=narrow)))
    labels.sort(key=lambda label: -label[0])
    size = NOTE if narrow else BODY
    heights = [extent(label[1], size)[1] for label in labels]
    wanted = [_down(way, label[0], layout) for label in labels]
    plot = layout.height - layout.room.top - layout.room.bottom
    centres = spread(wanted, heights, low=-layout.room.top, high=plot + layout.room.bottom - 4)
    return [
        Note("end", value, words, dx=17, dy=_down(way, value, layout) - centre, size=size)
        for (value, words), centre in zip(labels, centres, strict=True)
    ]


def _wishes(way: Way, *, narrow: bool) -> list[list[Note]]:
    """Labels inside the plot, most wanted first, each with the places where it may stand."""
    if narrow:
        return [_active(way), _edge(way)]
    return [_active(way), _distance(way), _edge(way), _lowest(way), _path(way)]


def _around(x: Place, y: float, words: Text, *, right_first: bool = False) -> list[Note]:
    below, above = Note(x, y, words, "center", "top", dy=-9), Note(x, y, words, "center", "bottom", dy=9)
    right = Note(x, y, words, "left", "middle", dx=12, dy=4)
    left = Note(x, y, words, "right", "middle", dx=-10, dy=2)
    corners = [
        Note(x, y, words, "left", "top", dx=6, dy=-8),
        Note(x, y, words, "left", "bottom", dx=6, dy=6),
        Note(x, y, words, "right", "top", dx=6, dy=-8),
    ]
    return [right, above, below, *corners] if right_first else [below, above, left, right, *corners]


def _active(way: Way) -> list[Note]:
    words = text(Words(way.amounts.number(way.progress.active), strong=True))
    return _around(way.progress.as_of, way.progress.active, words)


def _edge(way: Way) -> list[Note]:
    """The first month's number, where it is not the month in hand."""
    first = way.months[0] if way.months else None
    if first is None or first.month == way.progress.as_of:
        return []
    return _around(first.month, first.active, text(way.amounts.number(first.active)), right_first=True)


def _lowest(way: Way) -> list[Note]:
    inner = way.months[1:-1]
    if not inner:
        return []
    lowest = min(inner, key=lambda row: row.active)
    if lowest.active >= min(way.months[0].active, way.months[-1].active):
        return []
    return _around(lowest.month, lowest.active, text(way.amounts.number(lowest.active)))


def _distance(way: Way) -> list[Note]:
    """How far the month in hand is from the straight path, beside the dotted line."""
    progress, path, say = way.progress, way.progress.path_active, way.language.say
    if path is None or path == progress.active:
        return []
    behind = path > progress.active
    tone: Tone = "behind" if behind else "ahead"
    key = "below" if behind else "over"
    far = Words(way.language.people(abs(path - progress.active)), tone, strong=True)
    place_name = Words(say(f"figures.goal_progress.{key}_path"), tone)
    day = f"{progress.as_of.day} {way.language.month_name(progress.as_of)}"
    on_day = Words(say("figures.goal_progress.on_day", day=day), tone)
    longest = text((far, Words(" ", tone), place_name), on_day)
    places = [progress.active + (path - progress.active) * part for part in (0.5, 0.35, 0.65, 0.8)]
    sides: tuple[tuple[Align, int], ...] = (("left", 9), ("right", -9))
    return [
        Note(progress.as_of, place, words, align, dx=dx)
        for words in (longest, text(far, place_name))
        for align, dx in sides
        for place in places
    ]


def _path(way: Way) -> list[Note]:
    progress = way.progress
    if progress.due <= progress.baseline_date:
        return []
    words = text(Words(way.language.say("figures.goal_progress.path"), "muted"))
    days = (progress.due - progress.baseline_date).days
    corners: tuple[tuple[Align, VerticalAlign, int], ...] = (
        ("right", "bottom", -10),
        ("left", "top", 12),
    )
    return [
        Note(
            progress.baseline_date + dt.timedelta(days=round(days * part)),
            progress.baseline + (progress.target - progress.baseline) * part,
            words,
            align,
            valign,
            dx=dx,
            dy=0,
        )
        for align, valign, dx in corners
        for part in (0.45, 0.55, 0.65, 0.35, 0.75, 0.25)
    ]
