"""Suggestions: changes of a source so far from its usual ones that a forecast had better not read as a trend.

Nothing is taken out of a history by them: a person confirms that it was a one-off event, and how many people
it was about.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from enrollment.answers import BreakdownByMonth, Events
from enrollment.forecast import STOCK_DOUBT, usual_spread
from enrollment.months import add_months
from enrollment.reference import CONSTRUCTION

SPREADS = 6
"""A change is suggested where it lies further than so many usual spreads from the usual one."""
ENOUGH = 6
"""Of a source with fewer net changes nobody can say what is usual."""
OTHERS = 3
"""So many of them at least have to be left to compare with, once the months of known events are put aside."""
LEAST_SHARE = STOCK_DOUBT
"""Of a month's participants. Less would drown in the doubt that the forecast has of every month anyway."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A change of a source that may be a one-off event; `people` is by how many it differs from `usual`."""

    month: dt.date
    source: str
    segment: str | None
    net_change: int
    usual: int
    people: int
    kind: str


def suggested(
    months: Sequence[BreakdownByMonth], events: Iterable[Events], segments: Mapping[str, str | None]
) -> tuple[Suggestion, ...]:
    """The changes that look like one-off events, the newest first, of a month the largest first.

    `months` are the sources by month, `segments` the segment of each source. A source's own net changes are
    those of months that it has delivered whole, like the month before: a missing month would look like a
    standstill, and the next one like a jump. There have to be ENOUGH. Settled are those of a month for which
    an event of the source is registered, or one of its segment that names no source. Each other one is held
    against the rest of the unsettled, of which there have to be OTHERS: it is suggested where it lies further
    than SPREADS of their usual spread from their median, and by at least one person and LEAST_SHARE of all
    who were active in that month.
    """
    named = [event for event in events if event.source or event.segment]
    settled = {(event.month, event.source, None if event.source else event.segment) for event in named}
    known: dict[str, dict[dt.date, BreakdownByMonth]] = defaultdict(dict)
    active: dict[dt.date, int] = defaultdict(int)
    for row in months:
        active[row.month] += row.active
        if row.part is not None:
            known[row.part][row.month] = row
    found: list[Suggestion] = []
    for source, rows in known.items():
        segment = segments.get(source)
        own = [row for month, row in rows.items() if _whole(row, rows.get(add_months(month, -1)))]
        open_ = [
            row
            for row in own
            if (row.month, source, None) not in settled and (row.month, None, segment) not in settled
        ]
        if len(own) >= ENOUGH and len(open_) > OTHERS:
            found += _unusual(source, segment, open_, active)
    return tuple(sorted(found, key=lambda each: (-each.month.toordinal(), -abs(each.people), each.source)))


def _whole(row: BreakdownByMonth, before: BreakdownByMonth | None) -> bool:
    """Whether a net change is the source's own; a source that has not begun yet changes nothing."""
    if row.net_change is None or row.carried or (before and before.carried):
        return False
    return bool(row.active or row.net_change)


def _unusual(
    source: str, segment: str | None, rows: Sequence[BreakdownByMonth], active: Mapping[dt.date, int]
) -> Iterator[Suggestion]:
    count = len(rows)
    changes = np.array([row.net_change for row in rows], dtype=float)
    others = np.broadcast_to(changes, (count, count))[~np.eye(count, dtype=bool)].reshape(count, count - 1)
    usual = np.median(others, axis=1)
    steps = changes - usual
    limits = SPREADS * usual_spread(others)
    for place, (row, step) in enumerate(zip(rows, steps.tolist(), strict=True)):
        if abs(step) > limits[place] and abs(step) >= max(LEAST_SHARE * active[row.month], 1):
            yield Suggestion(
                month=row.month,
                source=source,
                segment=segment,
                net_change=round(changes[place]),
                usual=round(usual[place]),
                people=round(step),
                kind=_kind(row, source, segment, step),
            )


def _kind(row: BreakdownByMonth, source: str, segment: str | None, step: float) -> str:
    """What kind of event it looks like: by what is known of who came and went, and by its sign."""
    if row.net_change is not None and None not in (row.new, row.reactivated, row.lapsed):
        moved = row.net_change - ((row.new or 0) + (row.reactivated or 0) - (row.lapsed or 0))
        if moved * step > 0 and abs(moved) > abs(step) / 2:
            return "reclassified"
    if step > 0:
        return "joined"
    return "ending" if CONSTRUCTION in (segment, source) else "left"
