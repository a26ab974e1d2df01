"""A data directory to which a test delivers."""

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from enrollment import building, edition, lock, publishing
from enrollment.edition import Edition
from enrollment.months import parse_month
from enrollment.receipt import Receipt
from enrollment.reconciliation.result import Result
from enrollment.store import Store
from tests.builders.deliveries import KEY_SPACE, delivery_text, people_delivery, write_people
from tests.builders.reference import STEWARD, Reference
from tests.oracle import Delivery, Known, Row


class DataDirectory:
    """A data directory, with everything that was delivered to it in order."""

    def __init__(self, folder: Path, reference: Reference | None = None) -> None:
        self.reference = reference or Reference()
        self.reference.write(folder / "reference")
        self.store = Store(folder)
        self.known = Known((), **vars(self.reference))
        self._published = self.known

    def deliver(
        self,
        month: str,
        *rows: Row,
        file: str | None = None,
        received: dt.datetime = dt.datetime(2021, 9, 1, 3, tzinfo=dt.UTC),
        by: str = STEWARD,
        scope: str = "full",
    ) -> Receipt:
        """Write a delivery, load it without asking back, and take it down for the oracle when it is kept."""
        file = file or f"kiriman-{month}.csv"
        path = self.store.data / file
        path.write_text(delivery_text(month, rows), encoding="utf-8", newline="")
        receipt = self.store.load(path, confirmed=True, now=received, by=by, scope=scope)
        assert receipt.kept, [fault.rule for fault in receipt.reading.faults]
        if receipt.verdict != "unchanged":
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            delivery = Delivery(parse_month(month), rows, file, sha256, received, by, scope=scope)
            self.known = replace(self.known, deliveries=(*self.known.deliveries, delivery))
        return receipt

    def deliver_people(
        self,
        month: str,
        *rows: Row,
        file: str | None = None,
        received: dt.datetime = dt.datetime(2021, 9, 1, 3, tzinfo=dt.UTC),
        by: str = STEWARD,
        scope: str = "full",
        key_space: str = KEY_SPACE,
    ) -> str:
        """Keep a file about people as if it had been loaded, and take it down for the oracle; its name."""
        file = file or f"peserta-{month}.csv"
        number = len(self.known.deliveries) + 1
        name = hashlib.sha256(f"{number} {file}".encode()).hexdigest()
        path = self.store.root / "snapshots" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_people(path, parse_month(month), rows, key_space)
        kept = people_delivery(path, parse_month(month), rows, number=number, file=file, scope=scope)
        self.store.record(replace(kept, key_space=key_space, received_at=received, received_by=by))
        delivery = Delivery(
            parse_month(month),
            rows,
            file,
            name,
            received,
            by,
            kind="members",
            scope=scope,
            key_space=key_space,
        )
        self.known = replace(self.known, deliveries=(*self.known.deliveries, delivery))
        return name

    def reconcile(self, *results: Result) -> None:
        """Take reconciliations as made: they are in the next edition."""
        self.known = replace(self.known, results=(*self.known.results, *results))

    def publish(self, **said: Any) -> Edition:
        """Publish what was delivered and open the edition that is current then."""
        if self.known.results:
            return self._publish_with_results()
        if publishing.publish(self.store, **said).new:
            self._published = self.known
        return edition.open_edition(self.store)

    def _publish_with_results(self) -> Edition:
        with lock.writing(self.store.root):
            candidate = building.build(
                self.store, self.store.deliveries(), self.store.reference(), results=self.known.results
            )
            time = dt.datetime.now(dt.UTC)
            edition.publish(self.store, candidate, who=STEWARD, note="", time=time, headline={})
        self._published = self.known
        return edition.open_edition(self.store)

    @property
    def published(self) -> Known:
        """What the current edition knows: publishing nothing new leaves the edition before in place."""
        return self._published
