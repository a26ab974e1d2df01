"""The people of the sample on their way into the store, and the lists held against them day by day.

Each file is made in memory and loaded as any other is, so that its people are kept under keys. Nothing else
of them is written.
"""

import datetime as dt
import io

from enrollment.months import month_text
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.reconciliation.reconciling import reconcile
from enrollment.sample_assumptions import ROSTERS
from enrollment.sample_members import Members, behind
from enrollment.sample_rosters import Rosters
from enrollment.store import Store, sample_deliveries


class SamplePeople:
    """The people behind the shipped totals, and the lists of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._totals = behind(sample_deliveries())
        self.members = Members(self._totals)
        self.rosters = Rosters(self.members)

    def load(self) -> None:
        """Load the people of all months; those that are kept already stay as they are.

        They are received on different days, as the totals were. Raises StoreLocked, KeyFault, OSError.
        """
        kept = {item.file for item in self._store.sample_people()}
        for totals in self._totals:
            if totals.file not in kept:
                self._store.load(
                    io.BytesIO(self.members.snapshot(totals)),
                    name=totals.file,
                    confirmed=True,
                    now=totals.received_at,
                    by=totals.received_by,
                    stands_for=totals,
                )

    def reconcile(self, time: dt.datetime) -> None:
        """Hold the lists of all months and sources whose people were received by then against them, once.

        Raises NoMembers, StoreLocked, KeyFault, ResultDamaged, OSError.
        """
        received = [item for item in self._totals if item.received_at <= time]
        for totals in received:
            for source in ROSTERS:
                if source in totals.sources and totals.month:
                    _reconcile_sample(
                        self._store, self.rosters, source, totals.month, totals.received_by, time
                    )


def _reconcile_sample(
    store: Store, rosters: Rosters, source: str, month: dt.date, by: str, time: dt.datetime
) -> None:
    """Hold one list against the members of its month, unless that was done before."""
    if Reconciliations(store).of(source, month) is None:
        name = f"daftar-{source.lower()}-{month_text(month)}.csv"
        roster = io.BytesIO(rosters.roster(source, month))
        reconcile(store, roster, source=source, month=month, name=name, by=by, now=time, known_at=time)
