"""The quarantine: rows that were set aside with their reasons, and the rows that come to mend them.

    DIR/store/quarantine/NAME.json  the faults of a delivery's rows that were set aside, values masked

A row waits as long as its delivery counts, or is a roster, and no later delivery mends it.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from enrollment import durable
from enrollment.contract import KEY, Fault, Reading
from enrollment.delivery import Delivery, DeliveryDamaged, UnknownDelivery, counted, find

_MOST_FAULTS = 1_000


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A fault of a row that was set aside; `value` is masked, `key` stands where the NIK was well formed."""

    delivery: Delivery
    row: int
    fault: Fault
    key: str | None


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The rows set aside in one store; `accepted` reads the rows that it keeps of a delivery."""

    folder: Path
    accepted: Callable[[Delivery], Iterable[pa.RecordBatch]]

    def file(self, delivery: Delivery) -> Path:
        """Where the rows that were set aside of a delivery lie."""
        return self.folder / f"{delivery.sha256}.json"

    def put(self, delivery: Delivery, rows: pa.Table) -> None:
        """Set rows of a delivery aside."""
        durable.write_json(self.file(delivery), rows.to_pylist())

    def rows(self, delivery: Delivery) -> list[dict[str, Any]]:
        """What was set aside of a delivery as it is written, a row for each fault. Raises DeliveryDamaged."""
        if not delivery.quarantined:
            return []
        path = self.file(delivery)
        try:
            return list(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise DeliveryDamaged(path) from error

    def waiting(self, kept: Iterable[Delivery]) -> tuple[Quarantined, ...]:
        """What was set aside of kept deliveries and still waits. Raises DeliveryDamaged."""
        kept = tuple(kept)
        counting = {piece.delivery.sha256 for pieces in counted(kept).values() for piece in pieces}
        mended = {
            (item.mends, row)
            for item in kept
            if item.mends and item.withdrawn is None
            for row in self._mended_rows(item)
        }
        return tuple(
            found
            for item in kept
            if item.withdrawn is None
            if item.sha256 in counting or item.kind == "roster"
            for found in self._of(item)
            if (item.sha256, found.row) not in mended
        )

    def mending(
        self, reading: Reading, drafted: Delivery, kept: tuple[Delivery, ...]
    ) -> tuple[Delivery, tuple[Fault, ...]]:
        """A delivery of mended rows with what it mends, and what speaks against it.

        It is held against the rows that wait and those that are kept of the delivery it mends.
        """
        try:
            mended = find(kept, reading.mends or "")
        except UnknownDelivery:
            mended = None
        if mended is None or mended.withdrawn or mended.kind != drafted.kind or mended.month != drafted.month:
            return drafted, (Fault.of("mends_unknown_delivery", column="kiriman", value=reading.mends),)
        waiting = {found.row for found in self.waiting(kept) if found.delivery.sha256 == mended.sha256}
        rows = _mending_rows(reading)
        faults = [
            Fault.of("mends_unknown_row", row=row, column="baris", value=str(mends))
            for row, mends in zip(rows["row"].to_pylist(), rows["mends_row"].to_pylist(), strict=True)
            if mends not in waiting
        ]
        faults += self._already_there(rows, mended, kept)
        return replace(drafted, mends=mended.sha256, scope=mended.scope), tuple(faults[:_MOST_FAULTS])

    def _of(self, delivery: Delivery) -> Iterator[Quarantined]:
        rows = self.rows(delivery)
        try:
            for row in rows:
                fault = Fault(
                    row["row"], row["column"], row["value"], row["rule"], json.loads(row["details"])
                )
                yield Quarantined(delivery, row["row"], fault, row["key"])
        except (ValueError, KeyError, TypeError) as error:
            raise DeliveryDamaged(self.file(delivery)) from error

    def _mended_rows(self, delivery: Delivery) -> set[int]:
        return {row for batch in self.accepted(delivery) for row in batch.column("mends_row").to_pylist()}

    def _already_there(self, rows: pa.Table, mended: Delivery, kept: tuple[Delivery, ...]) -> Iterator[Fault]:
        """Mended rows whose cell or person the delivery holds already."""
        names = ("key", "source") if mended.about_people else KEY
        own = _tuples(rows, names)
        wanted = set(own)
        found: set[tuple[Any, ...]] = set()
        for item in (mended, *(item for item in kept if item.mends == mended.sha256 and not item.withdrawn)):
            for batch in self.accepted(item):
                found |= wanted.intersection(_tuples(batch, names))
        for row, mends, cell in zip(rows["row"].to_pylist(), rows["mends_row"].to_pylist(), own, strict=True):
            if cell in found:
                yield Fault.of("mends_kept_row", row=row, column="baris", value=str(mends))


def _tuples(rows: pa.Table | pa.RecordBatch, names: Iterable[str]) -> list[tuple[Any, ...]]:
    return list(zip(*(rows.column(name).to_pylist() for name in names), strict=True))


def _mending_rows(reading: Reading) -> pa.Table:
    return reading.accepted if reading.people is None else pq.read_table(reading.people.path)
