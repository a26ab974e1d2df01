"""Pledges out of commitments: how many of those promised are still to come, when, and who of them is new.

What a source promised and has not brought yet is a pledge that starts at the end of its plan. Which share
comes is learned from commitments whose plan has ended; which share is new, from reconciled rosters.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.answers import CommitmentLadder
from enrollment.months import months_until
from enrollment.scenario import Pledge, Realisation, realisation
from enrollment.turnover import Turnover

ADDITIONAL = 0.5
"""The share of those who come that is new, where no roster says it; assumed."""
NEXT_MONTH = 1
"""Months until somebody comes for whom no plan to come says when."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A commitment of which people are still open, and the pledge that they are.

    `measured` says whether the share that is new comes from a roster.
    """

    agreement: str
    source: str
    name: str
    name_en: str
    committed: int
    open: int
    pledge: Pledge
    measured: bool


def registered(
    ladder: Sequence[CommitmentLadder], as_of: dt.date, turnover: Turnover | None = None
) -> tuple[Registered, ...]:
    """The commitments that are not active in full, in the order of the ladder; people and months.

    Who came leaves as others of the source do; without a turnover nobody leaves.
    """
    ended = closed(ladder, as_of)
    found = []
    for row in ladder:
        left = _open(row)
        if left > 0:
            known = additional(row)
            pledge = Pledge(
                people=left,
                month=_months(row, as_of),
                realisation=realisation(ended, _own(ladder, row.source, as_of)),
                additional=ADDITIONAL if known is None else known,
                retained=turnover.retained(row.source) if turnover else 1.0,
            )
            found.append(
                Registered(
                    row.agreement,
                    row.source,
                    row.name,
                    row.name_en,
                    row.committed,
                    left,
                    pledge,
                    known is not None,
                )
            )
    return tuple(found)


def closed(ladder: Sequence[CommitmentLadder], as_of: dt.date) -> tuple[float, ...]:
    """The share that came, at most all, of each commitment whose plan has ended and whose roster is known."""
    return tuple(min((row.active_all or 0) / row.committed, 1.0) for row in ladder if _has_ended(row, as_of))


def expected_of_new(ladder: Sequence[CommitmentLadder], as_of: dt.date) -> Realisation:
    """Which share to expect of a commitment by a partner of whom nothing is known."""
    return realisation(closed(ladder, as_of))


def additional(row: CommitmentLadder) -> float | None:
    """The share of those active in all agreed programmes who are new.

    None where no roster was reconciled, and where people are known only from after the agreement: all of
    them look new then.
    """
    if not row.active_all or row.newly_active is None:
        return None
    if row.people_since is None or row.people_since > row.signed_on:
        return None
    return row.newly_active / row.active_all


def average(
    ladder: Sequence[CommitmentLadder], as_of: dt.date, turnover: Turnover | None = None
) -> Pledge | None:
    """A partner of the size that those registered have on the average; None where none is."""
    if not ladder:
        return None
    known = [share for row in ladder if (share := additional(row)) is not None]
    return Pledge(
        people=sum(row.committed for row in ladder) / len(ladder),
        month=NEXT_MONTH,
        realisation=expected_of_new(ladder, as_of),
        additional=sum(known) / len(known) if known else ADDITIONAL,
        retained=turnover.retained() if turnover else 1.0,
    )


def _open(row: CommitmentLadder) -> int:
    """People promised and not yet active; without a roster those whom the source does not list."""
    return row.promised if row.active_all is None else max(row.committed - row.active_all, 0)


def _has_ended(row: CommitmentLadder, as_of: dt.date) -> bool:
    return bool(
        row.plan_until and row.plan_until <= as_of and row.active_all is not None and row.committed > 0
    )


def _own(ladder: Sequence[CommitmentLadder], source: str, as_of: dt.date) -> tuple[float, ...]:
    return closed([row for row in ladder if row.source == source], as_of)


def _months(row: CommitmentLadder, as_of: dt.date) -> float:
    """Months from the last known one to the end of the plan, at least until the next one."""
    if row.plan_until is None or row.plan_until <= as_of:
        return NEXT_MONTH
    return months_until(as_of, row.plan_until)
