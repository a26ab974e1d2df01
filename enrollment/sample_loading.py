"""The people of the sample on their way into the store, day by day as they would have been received.

Each file is made in memory and loaded as any other is, so that its people are kept under keys; the lists
for reconciliation follow. Nothing else of them is written.
"""

import datetime as dt
import io

from enrollment.delivery import Delivery
from enrollment.sample_assumptions import ROSTERS
from enrollment.sample_members import Members, behind
from enrollment.sample_rosters import Rosters
from enrollment.store import Store, sample_deliveries


class SamplePeople:
    """The people behind the shipped totals, and the lists of them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._totals = behind(sample_deliveries())
        self._members = Members(self._totals)
        self._rosters = Rosters(self._members)
        self._reconciled: set[tuple[str, dt.date]] = set()

    def receive(self, time: dt.datetime) -> None:
        """Load and reconcile what was received up to a moment; what is there already stays as it is.

        Raises StoreLocked, KeyFault, OSError.
        """
        kept = {item.file for item in self._store.sample_people()}
        received = [item for item in self._totals if item.received_at <= time]
        for totals in received:
            if totals.file not in kept:
                self._load(totals)
        for totals in received:
            for source in ROSTERS:
                if source in totals.sources and totals.month:
                    self._reconcile(source, totals.month, totals.received_by, time)

    def _load(self, totals: Delivery) -> None:
        self._store.load(
            io.BytesIO(self._members.snapshot(totals)),
            name=totals.file,
            confirmed=True,
            now=totals.received_at,
            by=totals.received_by,
            stands_for=totals,
        )

    def _reconcile(self, source: str, month: dt.date, by: str, time: dt.datetime) -> None:
        """Reconcile the list of a source for a month, unless that was done when its people came first."""
        if (source, month) not in self._reconciled:
            roster = self._rosters.roster(source, month)
            _reconcile_sample(self._store, roster, source, month, by, time)
            self._reconciled.add((source, month))


def _reconcile_sample(
    store: Store, roster: bytes, source: str, month: dt.date, by: str, time: dt.datetime
) -> None:
    """Hold one list of the sample against its members."""
