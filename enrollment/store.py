"""The store: accepted deliveries as they are kept.

    DIR/reference/                 the user's own reference files, where there are any
    DIR/store/snapshots/NAME.*     a delivery: totals byte for byte, files about people row for row with keys
    DIR/store/snapshots/NAME.json  its sidecar; the delivery is kept from the moment this file is there
    DIR/store/reference/           delivered reference files and their sidecars
    DIR/store/quarantine/          rows set aside, with reasons, masked
    DIR/store/reconciliations/     frozen reconciliations, and decisions on near misses
    DIR/store/parts/               folded months, rebuilt when they are lost
    DIR/store/editions/            published editions
    DIR/store/publications/        which edition is current, since when

`docs/architecture.md` lists every place.

NAME is the SHA-256 of the delivered bytes or, for a file about people, their keyed hash. The project's
own `data/` also ships a simulated sample (`snapshots/`, `received/`); it counts until the first real
snapshot is kept. The people behind a part of it are made on the machine and kept beside real deliveries,
marked as the sample's; they stand in place of the shipped totals of the same name.
"""

import datetime as dt
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enrollment import durable, lock, reference
from enrollment.contract import Codes, Fault, Note, Reading, read
from enrollment.delivery import (
    Counted,
    Delivery,
    DeliveryDamaged,
    PeopleElsewhere,
    SourceContent,
    Withdrawal,
    counted,
    find,
    record_of,
    recorded,
)
from enrollment.drafting import contents_of, draft, rows_digest
from enrollment.keys import KeyFault, Keys, open_keys
from enrollment.months import today
from enrollment.plausibility import doubts
from enrollment.quarantine import Quarantine, Quarantined
from enrollment.receipt import Receipt

PROJECT_DATA = Path(__file__).parents[1] / "data"


def data_directory() -> Path:
    """The data directory unless a command names one: `CAKUPAN_DATA`, else the project's own."""
    return Path(os.environ.get("CAKUPAN_DATA") or PROJECT_DATA)


class AlreadyWithdrawn(Exception):
    """The delivery was withdrawn before."""


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

    def sample_counts(self, known: Iterable[Delivery]) -> bool:
        """Whether the sample counts: it ships here, or its people are kept, and no real snapshot is known.

        `known` are deliveries that are kept here, those of the sample among them.
        """
        known = tuple(known)
        real = any(item.kind in ("totals", "members") and not item.sample for item in known)
        return not real and (self.ships_sample or any(item.sample for item in known))

    # What is kept

    def kept(self) -> tuple[Delivery, ...]:
        """Every real delivery in the order in which they were kept: snapshots, rosters, reference files."""
        return tuple(item for item in self.recorded() if not item.sample)

    def sample_people(self) -> tuple[Delivery, ...]:
        """The people of the sample as they are kept, under the numbers of the totals that they stand for."""
        return tuple(item for item in self.recorded() if item.sample)

    def recorded(self) -> tuple[Delivery, ...]:
        """Everything that has a sidecar here: what is kept, and the people of the sample."""
        return _ordered(map(self._delivery, self._sidecars()))

    def readable(self) -> tuple[tuple[Delivery, ...], tuple[Path, ...]]:
        """Deliveries whose sidecars can be read, the sample's people among them; the sidecars that cannot."""
        found, damaged = [], []
        for path in sorted(self._sidecars()):
            try:
                found.append(self._delivery(path))
            except DeliveryDamaged:
                damaged.append(path)
        return _ordered(found), tuple(damaged)

    def deliveries(self, known_at: dt.datetime | None = None) -> tuple[Delivery, ...]:
        """Snapshots and rosters, withdrawn ones among them; as long as no snapshot is kept, the sample.

        With `known_at` they are those of that moment, later withdrawals undone.
        """
        recorded = self._recorded_by(known_at)
        if self.sample_counts(recorded):
            shipped = sample_deliveries(recorded)
            return tuple(item for item in shipped if known_at is None or item.received_at <= known_at)
        return tuple(item for item in recorded if item.kind != "reference" and not item.sample)

    def as_known(self, time: dt.datetime) -> tuple[tuple[Delivery, ...], reference.Reference]:
        """Deliveries and reference tables as they were known at a moment."""
        return self.deliveries(time), reference.read(self.data, _newest_tables(self._recorded_by(time)))

    def _recorded_by(self, time: dt.datetime | None) -> tuple[Delivery, ...]:
        """Everything that had a sidecar here at a moment, and as it was then."""
        if time is None:
            return self.recorded()
        return tuple(
            replace(item, withdrawn=item.withdrawn if item.withdrawn and item.withdrawn.at <= time else None)
            for item in self.recorded()
            if item.received_at <= time
        )

    def find(self, name: str) -> Delivery:
        """A kept delivery by (the beginning of) its name. Raises UnknownDelivery."""
        return find(self.kept(), name)

    def reference(self) -> reference.Reference:
        """Each reference table from the delivery kept last, the user's own file, or the shipped one."""
        return reference.read(self.data, _newest_tables(self.kept()))

    def keys(self, *, make: bool = False) -> Keys:
        """The keys of this installation. Raises KeyFault, also where they are not those of the kept files.

        The sample's people bind nobody to their keys: they end with the first real file.
        """
        spaces = {item.key_space for item in self.kept() if item.keyed_here}
        found = open_keys(self.data, make=make and not spaces)
        if spaces - {found.space}:
            raise KeyFault("other_keys", found.path)
        return found

    # Rows

    def rows(self, delivery: Delivery) -> pa.Table:
        """The accepted rows of a totals snapshot, read again from its bytes. Raises DeliveryDamaged."""
        self.check(delivery)
        codes = Codes(frozenset(delivery.sources), dict.fromkeys(delivery.provinces, (0, None)), {})
        reading = read(
            delivery.path,
            codes,
            today=dt.date.max,
            month=delivery.month if delivery.stated_month else None,
            source=delivery.stated_source,
            name=delivery.file,
            quarantine=delivery.quarantined > 0,
        )
        accepted = reading.accepted
        if reading.faulty_rows < delivery.quarantined:
            # Whether a regency is known was asked of the list of that day: take the answer as it was.
            aside = pa.array({found["row"] for found in self.set_aside.rows(delivery)}, accepted["row"].type)
            accepted = accepted.filter(pc.invert(pc.is_in(accepted["row"], value_set=aside)))
        same_rows = rows_digest(accepted) == delivery.rows_digest
        if not same_rows or reading.months != (delivery.month,):
            raise DeliveryDamaged(delivery.path)
        return accepted

    def people(self, delivery: Delivery) -> Path:
        """The kept rows of a file about people, as Parquet sorted by key.

        Raises DeliveryDamaged, PeopleElsewhere.
        """
        self.check(delivery)
        if delivery.elsewhere:
            raise PeopleElsewhere(delivery)
        return delivery.path

    def accepted(self, delivery: Delivery) -> Iterator[pa.RecordBatch]:
        """The accepted rows of a delivery as they are kept, in bounded memory. Raises DeliveryDamaged."""
        if delivery.about_people:
            yield from pq.ParquetFile(self.people(delivery)).iter_batches()
        else:
            yield from self.rows(delivery).to_batches()

    def recounted(self, delivery: Delivery) -> tuple[SourceContent, ...]:
        """What the kept file holds of each source, counted again. Raises DeliveryDamaged."""
        if delivery.kind == "reference":
            self.check(delivery)
            return ()
        if delivery.elsewhere:
            self.check(delivery)
            return delivery.contents
        if not delivery.about_people:
            return contents_of(self.rows(delivery))
        people: Counter[str] = Counter()
        simulated: set[str] = set()
        for batch in self.accepted(delivery):
            sources = batch.column("source")
            for found in pc.value_counts(sources).to_pylist():
                people[found["values"]] += found["counts"]
            simulated |= set(sources.filter(batch.column("simulated")).unique().to_pylist())
        return tuple(
            SourceContent(source, count, count, source in simulated)
            for source, count in sorted(people.items())
        )

    @property
    def set_aside(self) -> Quarantine:
        """The rows that were set aside, those that are mended by now among them."""
        return Quarantine(self.root / "quarantine", self.accepted)

    def quarantine(self) -> tuple[Quarantined, ...]:
        """Rows set aside that still wait: not mended, in a delivery that still counts or is a roster's."""
        return self.set_aside.waiting(self.kept())

    # Changes

    def load(
        self,
        path: Path | BinaryIO,
        *,
        month: dt.date | None = None,
        source: str | None = None,
        confirmed: bool = False,
        quarantine: bool = False,
        scope: str = "full",
        name: str | None = None,
        now: dt.datetime | None = None,
        by: str | None = None,
        progress: Callable[[int, int], None] | None = None,
        stands_for: Delivery | None = None,
    ) -> Receipt:
        """Judge one file and keep it if the contract accepts it.

        Nothing of a refused file, or of one that waits for `confirmed`, is kept; with `quarantine` rows
        with faults are set aside and the others kept. `scope` `province` replaces only the provinces
        that the file names. `progress` is told bytes done and bytes in all. `stands_for` are shipped totals
        of the sample; the file then holds the people whom they count. Raises StoreLocked, KeyFault,
        ReferenceFault, OSError.
        """
        with lock.writing(self.root):
            self.sweep()
            into = durable.temporary(self.root / "snapshots" / "people.parquet")
            try:
                reading = read(
                    path,
                    codes_of(self.reference()),
                    today=today(),
                    month=month,
                    source=source,
                    name=name,
                    keys=partial(self.keys, make=True),
                    into=into,
                    quarantine=quarantine,
                    progress=progress,
                )
                kept = self.sample_people() if stands_for else self.kept()
                if not reading.whole_file and (known := _already_kept(reading, kept)):
                    return Receipt(reading, "unchanged", (known,))
                if reading.whole_file or (reading.faulty_rows and not quarantine):
                    return Receipt(reading, "refused")
                drafted = draft(
                    reading,
                    number=max((item.number for item in kept), default=0) + 1,
                    scope=scope,
                    received_at=now or dt.datetime.now(dt.UTC),
                    received_by=by or lock.user(),
                    stated_month=month is not None,
                    stated_source=source,
                    folder=self.root / ("reference" if reading.kind == "reference" else "snapshots"),
                )
                if stands_for:
                    # It takes the place of the totals, so that nothing else depends on which of them counts.
                    drafted = replace(drafted, number=stands_for.number, sample=True)
                return self._judge(path, reading, drafted, kept, confirmed)
            finally:
                into.unlink(missing_ok=True)

    def _judge(
        self,
        path: Path | BinaryIO,
        reading: Reading,
        drafted: Delivery,
        kept: tuple[Delivery, ...],
        confirmed: bool,
    ) -> Receipt:
        """Keep a delivery that keeps the contract, unless what the store knows speaks against it."""
        if reading.mends:
            drafted, faults = self.set_aside.mending(reading, drafted, kept)
            if faults:
                return Receipt(reading, "refused", faults=faults)
        counting = counted(kept)
        reasons: list[Note] = []
        if reading.reference:
            sources = frozenset(self.reference().tables["partner_sources"]["source"].to_pylist())
            tables, faults = _reference_table(reading.reference, path, sources)
            if faults:
                return Receipt(reading, "refused", faults=faults)
            reasons += _dropped_sources(reading.reference, tables, counting)
        if known := _same_rows(drafted, kept, counting):
            return Receipt(reading, "unchanged", (known,))
        reasons += doubts(drafted, reading.name_month, counting)
        if reasons and not confirmed:
            return Receipt(reading, "confirm", tuple(reasons))
        self._keep(path, reading, drafted)
        if reading.faulty_rows:
            return Receipt(reading, "quarantined")
        return Receipt(reading, "noted" if reading.notes else "accepted")

    def withdraw(
        self, name: str, reason: str, *, by: str | None = None, now: dt.datetime | None = None
    ) -> Delivery:
        """Let a delivery count no more, from the next edition on; it stays kept and listed.

        Raises UnknownDelivery, AlreadyWithdrawn, StoreLocked.
        """
        with lock.writing(self.root):
            self.sweep()
            delivery = self.find(name)
            if delivery.withdrawn:
                raise AlreadyWithdrawn(delivery.sha256)
            withdrawal = Withdrawal(now or dt.datetime.now(dt.UTC), by or lock.user(), reason)
            return self.record(replace(delivery, withdrawn=withdrawal))

    def record(self, delivery: Delivery) -> Delivery:
        """Write the sidecar of a delivery whose file is in place; the caller holds the lock."""
        durable.write_json(delivery.path.parent / f"{delivery.sha256}.json", record_of(delivery))
        return delivery

    def unpublished(self) -> tuple[Path, ...]:
        """Edition files that no publication names: a publish that was interrupted before its last step."""
        named = "".join(
            path.read_text(encoding="utf-8", errors="replace")
            for path in (self.root / "publications").glob("*.json")
            if path.is_file()
        )
        built = sorted((self.root / "editions").glob("[!.]*.duckdb"))
        return tuple(path for path in built if path.is_file() and path.name not in named)

    def unrecorded(self) -> tuple[Path, ...]:
        """Kept files that no sidecar names: a load that was interrupted before its last step."""
        deliveries, damaged = self.readable()
        named = {item.path for item in deliveries}
        named |= {self.set_aside.file(item) for item in deliveries if item.quarantined}
        doubtful = {path.stem for path in damaged}
        found = [
            path
            for folder in ("snapshots", "reference", "quarantine")
            for path in sorted((self.root / folder).glob("[!.]*"))
            if path.suffix != ".json" or folder == "quarantine"
        ]
        # A reconciliation's tables are named by its result, which is written last.
        reconciled = self.root / "reconciliations"
        found += [
            path
            for path in sorted(reconciled.glob("[!.]*.parquet"))
            if not (reconciled / f"{path.name.split('.')[0]}.json").is_file()
        ]
        return tuple(path for path in found if path not in named and path.name.split(".")[0] not in doubtful)

    def sweep(self) -> None:
        """Complete or remove what interrupted commands left behind; the caller holds the lock."""
        durable.complete(self.root)
        durable.sweep(self.root)
        for path in (*self.unpublished(), *self.unrecorded()):
            path.unlink(missing_ok=True)

    def _sidecars(self) -> Iterable[Path]:
        # First, so that one which takes its place meanwhile is not missed.
        coming = durable.coming(self.root)
        for folder in (self.root / "snapshots", self.root / "reference"):
            yield from {*folder.glob("[!.]*.json"), *(path for path in coming if path.parent == folder)}

    def _delivery(self, sidecar: Path) -> Delivery:
        """The delivery of a sidecar that is in its place, or about to be."""
        with suppress(FileNotFoundError):
            return _delivery(sidecar)
        with suppress(FileNotFoundError):
            return _delivery(self.root / durable.CHANGE / sidecar.relative_to(self.root), sidecar.parent)
        return _delivery(sidecar)

    def check(self, delivery: Delivery) -> None:
        """Hold the kept file of a delivery against its hash. Raises DeliveryDamaged."""
        if not delivery.path.is_file() or durable.sha256(delivery.path) != delivery.content_sha256:
            raise DeliveryDamaged(delivery.path)

    def _keep(self, path: Path | BinaryIO, reading: Reading, delivery: Delivery) -> None:
        """Put a delivery in place: rows set aside, file, and last the sidecar that makes it count."""
        if reading.faulty_rows and reading.quarantined is not None:
            self.set_aside.put(delivery, reading.quarantined)
        if reading.people is not None:
            durable.put(reading.people.path, delivery.path)
        else:
            _copy(path, delivery)
        self.record(delivery)


def _newest_tables(deliveries: Iterable[Delivery]) -> dict[str, Path]:
    return {item.reference: item.path for item in deliveries if item.reference and item.withdrawn is None}


def _already_kept(reading: Reading, kept: Iterable[Delivery]) -> Note | None:
    names = {reading.sha256, *reading.names} - {""}
    for delivery in kept:
        if delivery.sha256 in names and delivery.withdrawn is None:
            since = delivery.received_at.date().isoformat()
            return Note.of("already_loaded", earlier=delivery.file, since=since)
    return None


def _same_rows(drafted: Delivery, kept: Iterable[Delivery], counting: Counted) -> Note | None:
    """Whether the rows are those that count already, in other bytes."""
    if drafted.month is None or drafted.mends:
        return None
    for item in kept:
        counts = item.kind == "roster" or all(
            [piece.delivery for piece in counting.get((drafted.month, source), ())] == [item]
            for source in drafted.sources
        )
        if (
            counts
            and item.withdrawn is None
            and item.rows_digest == drafted.rows_digest
            and (item.kind, item.month, item.scope) == (drafted.kind, drafted.month, drafted.scope)
        ):
            return Note.of("same_rows", earlier=item.file, since=item.received_at.date().isoformat())
    return None


def _reference_table(
    name: str, path: Path | BinaryIO, sources: frozenset[str]
) -> tuple[pa.Table | None, tuple[Fault, ...]]:
    with _opened(path) as file:
        content = file.read()
    try:
        return reference.table(name, Path(f"{name}.csv"), content, sources), ()
    except reference.ReferenceFault as fault:
        at = fault.column or None
        said = Fault.of(fault.rule, row=fault.row, column=at, value=fault.value, details=fault.details)
        return None, (said,)


def _dropped_sources(name: str, table: pa.Table | None, counting: Counted) -> Iterator[Note]:
    """Sources that have delivered and would no longer be listed."""
    if name == "partner_sources" and table is not None:
        dropped = {source for _, source in counting} - set(table["source"].to_pylist())
        if dropped:
            yield Note.of("sources_dropped", sources=", ".join(sorted(dropped)))


def _copy(path: Path | BinaryIO, delivery: Delivery) -> None:
    """Copy the delivered bytes to their place, held against the hash that was judged."""
    written = durable.temporary(delivery.path)
    try:
        with _opened(path) as source, written.open("wb") as target:
            shutil.copyfileobj(source, target)
        if durable.sha256(written) != delivery.content_sha256:
            raise OSError(f"{delivery.file} changed while it was read")
        durable.put(written, delivery.path)
    finally:
        written.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path | BinaryIO) -> Iterator[BinaryIO]:
    """The delivered bytes from their beginning; a file object stays the caller's to close."""
    if isinstance(path, Path):
        with path.open("rb") as file:
            yield file
    else:
        path.seek(0)
        yield path


def sample_deliveries(kept: Iterable[Delivery] = ()) -> tuple[Delivery, ...]:
    """The shipped sample, in the order in which it was received.

    The people of the sample among the deliveries that are `kept` stand in place of totals of the same name.
    """
    people = {item.file: item for item in kept if item.sample}
    shipped = _ordered(_delivery(path, PROJECT_DATA) for path in (PROJECT_DATA / "received").glob("*.json"))
    return tuple(people.get(item.file, item) for item in shipped)


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
        regencies=_regencies(tables.rows("regencies")),
    )


def _regencies(rows: Sequence[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """The provinces of each regency: its own, and those under its earlier and later codes.

    Where a province was divided, senders change codes of provinces and of regencies on different days.
    """
    lies_in: dict[str, set[str]] = {row["regency"]: {row["province"]} for row in rows}
    for row in rows:
        if row["successor"] in lies_in:
            lies_in[row["successor"]].add(row["province"])
            lies_in[row["regency"]] |= lies_in[row["successor"]]
    return {regency: frozenset(provinces) for regency, provinces in lies_in.items()}


def _delivery(sidecar: Path, folder: Path | None = None) -> Delivery:
    try:
        found = recorded(json.loads(sidecar.read_text(encoding="utf-8")), folder or sidecar.parent)
        if folder is None and found.sha256 != sidecar.stem:
            raise ValueError(found.sha256)
        return found
    except (ValueError, KeyError, TypeError) as error:
        raise DeliveryDamaged(sidecar) from error


def _ordered(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    return tuple(sorted(deliveries, key=lambda delivery: delivery.number))
