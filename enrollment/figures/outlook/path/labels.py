"""Labels of an outlook's chart: a stack beside its end, and those inside that find a free place."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.figures import over_time
from enrollment.figures.description import Layout, Mark, Note, Place, Text, Tone, Words, text
from enrollment.figures.outlook.path.shown import Shown
from enrollment.figures.placing import Plane, extent, spread
from enrollment.figures.style import BODY, NOTE

_BESIDE = 3.0
"""Pixels that a label may stand off its place without a line that leads there."""


@dataclass(frozen=True, slots=True)
class _Label:
    """What stands right of the plot beside a value: on a wide screen, and on a narrow one."""

    value: float
    wide: Text
    narrow: Text


def laid_out(shown: Shown, layout: Layout, marks: Sequence[Mark], *, narrow: bool) -> Layout:
    """A layout with its ticks, and with labels that meet no mark and no other label."""
    layout = over_time.ticked(layout, shown.first, shown.last, shown.y, shown.amounts, narrow=narrow)
    wishes = [_active(shown), _first(shown)]
    return over_time.labelled(
        layout,
        shown.x,
        shown.y,
        marks,
        standing=_beside(shown, layout, narrow=narrow),
        wishes=wishes if narrow else [*wishes, _path(shown)],
        narrow=narrow,
    )


def _beside(shown: Shown, layout: Layout, *, narrow: bool) -> list[Note]:
    """Labels stacked right of the plot, each with a line to a place that it could not stand beside."""
    found = [(label.value, label.narrow if narrow else label.wide) for label in _ends(shown)]
    labels = [(value, words) for value, words in found if words]
    size = NOTE if narrow else BODY
    plane = Plane(shown.x, shown.y, layout, 1)
    wanted = [plane.spot(shown.x.low, value)[1] for value, _ in labels]
    heights = [extent(words, size)[1] for _, words in labels]
    low, high = -layout.room.top, plane.height + layout.room.bottom - 4
    notes = []
    centres = spread(wanted, heights, low=low, high=high, gap=6)
    for (value, words), want, centre in zip(labels, wanted, centres, strict=True):
        led = abs(want - centre) > _BESIDE
        dx = 26 if led else 17
        notes.append(Note("end", value, words, dx=dx, dy=want - centre, size=size, leader=led))
    return notes


def _ends(shown: Shown) -> list[_Label]:
    """Goal, prognosis, scenario, the median and the thin edge, the highest first."""
    say, language, outlook = shown.language.say, shown.language, shown.outlook
    labels = [
        _named(
            outlook.target,
            say("figures.goal_progress.goal"),
            language.stated(outlook.target),
            language.short_day(outlook.due),
        )
    ]
    if row := shown.prognosis:
        stated = say("outlook.path.stated", day=language.short_day(row.stated_on))
        labels.append(_named(row.value, say("outlook.path.prognosis"), language.stated(row.value), stated))
    if shown.apart:
        end = shown.scenario[-1]
        range_80 = say("outlook.path.range", range=_between(shown, end.low80, end.high80))
        median = language.people(end.median)
        labels.append(_named(end.median, say("outlook.path.scenario"), median, range_80))
    if outlook.path:
        end = outlook.path[-1]
        inner, outer = _between(shown, end.low80, end.high80), _between(shown, end.low95, end.high95)
        labels.append(
            _named(
                end.median,
                say("outlook.path.forecast"),
                language.people(end.median),
                say("outlook.path.range", range=inner),
                narrow_more=inner,
                tone="accent",
            )
        )
        edge = Words(say("outlook.path.edge", range=outer), "muted")
        labels.append(_Label(end.low95, text(edge), ()))
    return sorted(labels, key=lambda label: -label.value)


def _named(
    value: float, name: str, number: str, more: str, *, narrow_more: str = "", tone: Tone = "ink"
) -> _Label:
    """Name and number above what more there is to say; on a narrow screen one below the other."""
    return _Label(
        value,
        wide=text(Words(f"{name} {number}", tone, strong=True), Words(more, tone)),
        narrow=text(
            Words(name, tone, strong=True),
            Words(number, tone, strong=True),
            *([Words(narrow_more, tone)] if narrow_more else []),
        ),
    )


def _between(shown: Shown, low: float, high: float) -> str:
    return f"{shown.amounts.number(low)}–{shown.amounts.number(high)}"


def _active(shown: Shown) -> list[Note]:
    words = Words(shown.amounts.number(shown.outlook.active), strong=True)
    return _around(shown.outlook.as_of, shown.outlook.active, text(words))


def _first(shown: Shown) -> list[Note]:
    """The first month's number, where it is not the month in hand."""
    first = shown.months[0] if shown.months else None
    if first is None or first.month == shown.outlook.as_of:
        return []
    return _around(first.month, first.active, text(shown.amounts.number(first.active)))


def _path(shown: Shown) -> list[Note]:
    """What the straight line is, left of it where that is free."""
    progress, outlook = shown.progress, shown.outlook
    days = (outlook.due - progress.baseline_date).days
    if days <= 0:
        return []
    words = text(Words(shown.language.say("figures.goal_progress.path"), "muted"))
    return [
        Note(
            progress.baseline_date + dt.timedelta(days=round(days * part)),
            progress.baseline + (outlook.target - progress.baseline) * part,
            words,
            "right",
            "bottom",
            dx=-10,
        )
        for part in (0.45, 0.55, 0.65, 0.35, 0.75)
    ]


def _around(x: Place, y: float, words: Text) -> list[Note]:
    return [
        Note(x, y, words, "center", "top", dy=-9),
        Note(x, y, words, "center", "bottom", dy=9),
        Note(x, y, words, "left", "middle", dx=12, dy=4),
        Note(x, y, words, "right", "middle", dx=-10, dy=2),
        Note(x, y, words, "right", "bottom", dx=-4, dy=9),
        Note(x, y, words, "right", "top", dx=-4, dy=-9),
    ]
