"""Turnover: how many people join in a month and which share lapses, so that a net need is told gross.

Only sources that report flows are counted. What the register says ended at once, projects or whole
partners, is not taken for something that goes on.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enrollment import answers
from enrollment.answers import Breakdown, Events
from enrollment.edition import Edition
from enrollment.months import add_months, months_apart
from enrollment.pace import LONGER

_ENOUGH = 1_000
"""Active people times months from which on a source's own rate is used."""
_ENDINGS = ("left", "ending")


@dataclass(frozen=True, slots=True)
class Turnover:
    """Over the last `months`: people joining or coming back in a month, and shares lapsing in a month.

    `by_source` holds the sources of which enough people were watched.
    """

    months: int
    joined_per_month: float
    lapse: float
    by_source: tuple[tuple[str, float], ...] = ()

    def retained(self, source: str | None = None) -> float:
        """The share that stays from one month to the next: of a source where it is known, else of all."""
        return 1 - dict(self.by_source).get(source or "", self.lapse)


def turnover(edition: Edition, *, as_of: dt.date, months: int = LONGER) -> Turnover | None:
    """The turnover of the last months of an edition; None where no flow is known."""
    known = [row.month for row in answers.known_months(edition) if row.month <= as_of]
    first = max(add_months(as_of, -months), known[0]) if known else as_of
    if first >= as_of:
        return None
    rows = answers.breakdown(edition, dimension="source", since=first, as_of=as_of)
    events = [row for row in answers.events(edition, as_of=as_of) if first < row.month <= as_of]
    return of_sources(rows, months_apart(first, as_of), ended(events))


def ended(events: Sequence[Events]) -> Mapping[str, int]:
    """People of each source who left at once; an event of a segment counts where a source has its name."""
    found: dict[str, int] = {}
    for event in events:
        if event.kind in _ENDINGS:
            name = event.source or event.segment or ""
            found[name] = found.get(name, 0) - event.people
    return found


def of_sources(rows: Sequence[Breakdown], months: int, ended: Mapping[str, int]) -> Turnover | None:
    """The turnover of all and of each source, over a span of months with those who `ended` at once in it."""
    joined = lapsed = watched = 0.0
    by_source = []
    for row in rows:
        if row.lapsed is None or row.flows_unknown:
            continue
        left = max(row.lapsed - ended.get(row.part or "", 0), 0)
        people = ((row.opening or 0) + row.closing) / 2 * months
        joined += (row.new or 0) + (row.reactivated or 0)
        lapsed += left
        watched += people
        if row.part and people >= _ENOUGH:
            by_source.append((row.part, min(left / people, 1.0)))
    if not watched:
        return None
    return Turnover(months, joined / months, min(lapsed / watched, 1.0), tuple(by_source))
