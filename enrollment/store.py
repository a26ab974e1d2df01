"""The store: accepted deliveries, kept byte for byte and named by their SHA-256.

    DIR/reference/                 the user's own reference files, where there are any
    DIR/store/snapshots/SHA.csv    a delivery as it came
    DIR/store/snapshots/SHA.json   its sidecar; the delivery is kept from the moment this file is there
    DIR/store/parts/               folded months, rebuilt when they are lost
    DIR/store/editions/            published editions
    DIR/store/publications/        which edition is current, since when

The project's own `data/` also ships a simulated sample (`snapshots/`, `received/`); it counts until
the first real delivery is kept.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from enrollment import durable, lock, reference
from enrollment.contract import Codes, Note, Reading, read
from enrollment.language import Language
from enrollment.months import month_text, parse_month, today

PROJECT_DATA = Path(__file__).parents[1] / "data"
SURGE = 10
"""A source this many times larger or smaller than its last known month needs a person's word."""


class DeliveryDamaged(Exception):
    """A kept delivery, or its sidecar, is no longer what was written when it was accepted."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class SourceContent:
    """What a delivery holds of one source: rows, people, and whether any row says it is simulated."""

    source: str
    cells: int
    active: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """A kept delivery, as its sidecar describes it. `number` orders deliveries; the last one counts."""

    number: int
    sha256: str
    file: str
    kind: str
    month: dt.date
    contents: tuple[SourceContent, ...]
    rows_digest: str
    received_at: dt.datetime
    received_by: str
    stated_month: bool
    stated_source: str | None
    path: Path

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(content.source for content in self.contents)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one delivered file; rows = accepted + quarantined + refused."""

    reading: Reading
    verdict: str
    reasons: tuple[Note, ...] = ()

    @property
    def kept(self) -> bool:
        return self.verdict in ("accepted", "noted", "unchanged")

    def document(self, language: Language) -> dict[str, Any]:
        """The receipt as `load --json` prints it."""
        reading = self.reading
        accepted = reading.rows_in if self.kept else 0
        return {
            "file": reading.file,
            "kind": reading.kind,
            "months": [month_text(month) for month in reading.months],
            "sources": list(reading.sources),
            "verdict": self.verdict,
            "rows": reading.rows_in,
            "accepted": accepted,
            "quarantined": 0,
            "refused": reading.rows_in - accepted,
            "faults": [
                {
                    "row": fault.row,
                    "column": fault.column,
                    "value": fault.value,
                    "rule": fault.rule,
                    "message": fault.message(language, reading.file),
                }
                for fault in reading.faults
            ],
            "fault_counts": dict(reading.fault_counts),
            "notes": [note.message(language, reading.file) for note in (*reading.notes, *self.reasons)],
            "sha256": reading.sha256,
        }


@dataclass(frozen=True, slots=True)
class Store:
    """The store of one data directory."""

    data: Path
    root: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "data", Path(self.data).resolve())
        object.__setattr__(self, "root", self.data / "store")

    @property
    def ships_sample(self) -> bool:
        """Whether this is the project's own data directory, with the sample beside the store."""
        return self.data == PROJECT_DATA

    def reference(self) -> reference.Reference:
        return reference.read(self.data)

    def kept(self) -> tuple[Delivery, ...]:
        """Real deliveries in the order in which they were kept."""
        return _ordered(_delivery(path, path.with_suffix(".csv")) for path in self._sidecars())

    def readable(self) -> tuple[tuple[Delivery, ...], tuple[Path, ...]]:
        """Real deliveries whose sidecars can be read, and the sidecars that cannot."""
        found, damaged = [], []
        for path in sorted(self._sidecars()):
            try:
                found.append(_delivery(path, path.with_suffix(".csv")))
            except DeliveryDamaged:
                damaged.append(path)
        return _ordered(found), tuple(damaged)

    def _sidecars(self) -> Iterable[Path]:
        return (self.root / "snapshots").glob("[!.]*.json")

    def deliveries(self) -> tuple[Delivery, ...]:
        """The deliveries that count: the real ones, or the shipped sample as long as there are none."""
        kept = self.kept()
        return sample_deliveries() if not kept and self.ships_sample else kept

    def unpublished(self) -> tuple[Path, ...]:
        """Edition files that no publication names: a publish that was interrupted before its last step."""
        named = "".join(
            path.read_text(encoding="utf-8", errors="replace")
            for path in (self.root / "publications").glob("*.json")
            if path.is_file()
        )
        built = sorted((self.root / "editions").glob("[!.]*.duckdb"))
        return tuple(path for path in built if path.is_file() and path.name not in named)

    def sweep(self) -> None:
        """Remove what interrupted commands left behind; the caller holds the lock."""
        durable.sweep(self.root)
        for path in self.unpublished():
            path.unlink(missing_ok=True)

    def rows(self, delivery: Delivery, codes: Codes) -> pa.Table:
        """The accepted rows of a delivery, read again from its bytes. Raises DeliveryDamaged."""
        if not delivery.path.exists() or durable.sha256(delivery.path) != delivery.sha256:
            raise DeliveryDamaged(delivery.path)
        reading = read(
            delivery.path,
            codes,
            today=dt.date.max,
            month=delivery.month if delivery.stated_month else None,
            source=delivery.stated_source,
            name=delivery.file,
        )
        same_rows = rows_digest(reading.accepted) == delivery.rows_digest
        if not same_rows or reading.months != (delivery.month,):
            raise DeliveryDamaged(delivery.path)
        return reading.accepted

    def load(
        self,
        path: Path,
        *,
        month: dt.date | None = None,
        source: str | None = None,
        confirmed: bool = False,
        name: str | None = None,
        now: dt.datetime | None = None,
        by: str | None = None,
    ) -> Receipt:
        """Judge one file and keep it if the contract accepts it. Raises StoreLocked, OSError.

        Nothing of a refused file, or of one that waits for `confirmed`, is kept.
        """
        with lock.writing(self.root):
            self.sweep()
            reading = read(
                path, codes_of(self.reference()), today=today(), month=month, source=source, name=name
            )
            if reading.faults:
                return Receipt(reading, "refused")
            digest = rows_digest(reading.accepted)
            counting = counted(self.kept())
            if known := self._known(reading, digest, counting):
                return Receipt(reading, "unchanged", (known,))
            contents = contents_of(reading.accepted)
            if not confirmed and (reasons := tuple(_doubts(reading, contents, counting))):
                return Receipt(reading, "confirm", reasons)
            number = max((delivery.number for delivery in self.kept()), default=0) + 1
            record = sidecar(
                reading,
                number=number,
                received_at=now or dt.datetime.now(dt.UTC),
                received_by=by or lock.user(),
                stated_month=month is not None,
                stated_source=source,
            )
            self._keep(path, record)
            return Receipt(reading, "noted" if reading.notes else "accepted")

    def _known(
        self, reading: Reading, digest: str, counting: Mapping[tuple[dt.date, str], Delivery]
    ) -> Note | None:
        for delivery in self.kept():
            if delivery.sha256 == reading.sha256:
                since = delivery.received_at.date().isoformat()
                return Note.of("already_loaded", earlier=delivery.file, since=since)
        (month,) = reading.months
        holders = [counting.get((month, source)) for source in reading.sources]
        first = holders[0]
        if first and first.rows_digest == digest and all(holder is first for holder in holders):
            return Note.of("same_rows", earlier=first.file, since=first.received_at.date().isoformat())
        return None

    def _keep(self, path: Path, record: Mapping[str, Any]) -> None:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != record["sha256"]:
            raise OSError(f"{path.name} changed while it was read")
        kept = self.root / "snapshots" / f"{record['sha256']}.csv"
        durable.write_bytes(kept, content)
        durable.write_json(kept.with_suffix(".json"), record)


def sidecar(
    reading: Reading,
    *,
    number: int,
    received_at: dt.datetime,
    received_by: str,
    stated_month: bool = False,
    stated_source: str | None = None,
) -> dict[str, Any]:
    """The record that is kept beside an accepted delivery."""
    return {
        "number": number,
        "sha256": reading.sha256,
        "file": reading.file,
        "kind": reading.kind,
        "month": month_text(reading.months[0]),
        "contents": [asdict(content) for content in contents_of(reading.accepted)],
        "rows_digest": rows_digest(reading.accepted),
        "received_at": received_at.astimezone(dt.UTC).isoformat(),
        "received_by": received_by,
        "stated_month": stated_month,
        "stated_source": stated_source,
    }


def sample_deliveries() -> tuple[Delivery, ...]:
    """The shipped sample, in the order in which it was received."""
    received = PROJECT_DATA / "received"
    return _ordered(
        _delivery(path, PROJECT_DATA / json.loads(path.read_text(encoding="utf-8"))["path"])
        for path in received.glob("*.json")
    )


def codes_of(tables: reference.Reference) -> Codes:
    """The codes that the contract allows, from reference data."""
    provinces = tables.rows("provinces")
    names: dict[str, str] = {}
    for row in provinces:
        for spelling in (row["name"], row["name_en"]):
            names[spelling.upper()] = row["province"]
    return Codes(
        sources=frozenset(row["source"] for row in tables.rows("partner_sources")),
        provinces={row["province"]: (row["from_year"], row["until_year"]) for row in provinces},
        province_names=names,
    )


def counted(deliveries: Iterable[Delivery]) -> dict[tuple[dt.date, str], Delivery]:
    """Per month and source the delivery that counts: the one kept last."""
    return {(delivery.month, source): delivery for delivery in deliveries for source in delivery.sources}


def rows_digest(rows: pa.Table) -> str:
    """SHA-256 over the accepted rows in a fixed order, whatever order and spelling they came in."""
    columns = [name for name in rows.column_names if name != "row"]
    lines = sorted(
        "\x1f".join("\\N" if value is None else str(value) for value in row)
        for row in zip(*(rows[name].to_pylist() for name in columns), strict=True)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def contents_of(rows: pa.Table) -> tuple[SourceContent, ...]:
    """What accepted rows hold of each source."""
    grouped = rows.group_by("source").aggregate(
        [("active", "sum"), ("source", "count"), ("simulated", "max")]
    )
    return tuple(
        SourceContent(row["source"], row["source_count"], row["active_sum"], bool(row["simulated_max"]))
        for row in sorted(grouped.to_pylist(), key=lambda row: row["source"])
    )


def _doubts(
    reading: Reading,
    contents: tuple[SourceContent, ...],
    counting: Mapping[tuple[dt.date, str], Delivery],
) -> Iterable[Note]:
    """Well-formed but implausible: each doubt names what was known, what came, and the ratio."""
    (month,) = reading.months
    if reading.name_month and reading.name_month != month:
        yield Note.of("name_month", name_month=month_text(reading.name_month), month=month_text(month))
    for content in contents:
        known = [key for key in counting if key[1] == content.source and key[0] <= month]
        if not known:
            continue
        last = max(known)
        old = next(item.active for item in counting[last].contents if item.source == content.source)
        if old and (content.active >= SURGE * old or content.active * SURGE <= old):
            yield Note.of(
                "implausible",
                source=content.source,
                old=str(old),
                old_month=month_text(last[0]),
                new=str(content.active),
                ratio=f"{content.active / old:.2f}",
            )


def _delivery(sidecar: Path, path: Path) -> Delivery:
    try:
        return _recorded(json.loads(sidecar.read_text(encoding="utf-8")), path)
    except (ValueError, KeyError, TypeError) as error:
        raise DeliveryDamaged(sidecar) from error


def _recorded(record: Mapping[str, Any], path: Path) -> Delivery:
    return Delivery(
        number=record["number"],
        sha256=record["sha256"],
        file=record["file"],
        kind=record["kind"],
        month=parse_month(record["month"]),
        contents=tuple(SourceContent(**content) for content in record["contents"]),
        rows_digest=record["rows_digest"],
        received_at=dt.datetime.fromisoformat(record["received_at"]),
        received_by=record["received_by"],
        stated_month=record["stated_month"],
        stated_source=record["stated_source"],
        path=path,
    )


def _ordered(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    return tuple(sorted(deliveries, key=lambda delivery: delivery.number))
