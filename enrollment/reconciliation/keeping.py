"""Reconciliations as they are kept: frozen results, their rows, and the steward's decisions.

    DIR/store/reconciliations/NAME.json               a result; it is kept from the moment this file is there
    DIR/store/reconciliations/NAME.rows.parquet       the class of each row
    DIR/store/reconciliations/NAME.near_misses.parquet
    DIR/store/reconciliations/NAME.reverse.parquet
    DIR/store/reconciliations/decisions.json          near misses that were decided, by key

Nobody is named in them but by key. Of several results of a source and month the one kept last counts.
"""

import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enrollment import durable, lock
from enrollment.reconciliation.result import NEAR_MISSES, REVERSE, ROWS, Result, result_of
from enrollment.store import Store

TABLES = {"rows": ROWS, "near_misses": NEAR_MISSES, "reverse": REVERSE}
KEY_COLUMNS = {"rows": ("key", "member"), "near_misses": ("key", "candidate"), "reverse": ("key",)}
"""The columns of each table that name people."""
_DECISIONS = "decisions.json"

Rekey = Callable[[pa.Array], pa.Array]
"""Keys of 16 bytes to others, or null for a person who is taken out."""


class ResultDamaged(Exception):
    """A kept reconciliation is no longer what was written."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


class UnknownNearMiss(Exception):
    """There is no such proposal in a result."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The steward's word on a near miss: whether `key` on a source's rosters is the member `candidate`."""

    source: str
    key: str
    candidate: str
    same: bool
    key_space: str
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class _Kept:
    result: Result
    digests: dict[str, str]
    counted_from: tuple[tuple[int, dt.datetime], ...]
    """When it began to count, again after a decision was taken back, in the order of all results."""

    def number(self, known_at: dt.datetime | None = None) -> int:
        """Its place among those that counted by a moment, the last of them highest; 0 where it did not."""
        return max(
            (number for number, at in self.counted_from if known_at is None or at <= known_at), default=0
        )


@dataclass(frozen=True, slots=True)
class Reconciliations:
    """The reconciliations of one store."""

    store: Store

    @property
    def folder(self) -> Path:
        return self.store.root / "reconciliations"

    def results(self, known_at: dt.datetime | None = None) -> tuple[Result, ...]:
        """The result that counts of each source and month, now or at a moment, oldest month first.

        What was held against people who count no more, withdrawn ones or those of the sample, does not count
        either. Raises ResultDamaged, DeliveryDamaged.
        """
        found = self._kept()
        if not found:
            return ()
        people = {item.sha256 for item in self.store.deliveries(known_at) if item.withdrawn is None}
        newest: dict[tuple[dt.date, str], Result] = {}
        for kept in sorted(found, key=lambda kept: kept.number(known_at)):
            counts = all(compared.sha256 in people for compared in kept.result.compared)
            if kept.number(known_at) and counts:
                newest[kept.result.month, kept.result.source] = kept.result
        return tuple(newest[about] for about in sorted(newest))

    def all(self) -> tuple[Result, ...]:
        """Every result in the order in which they were kept. Raises ResultDamaged."""
        return tuple(kept.result for kept in self._kept())

    def of(self, source: str, month: dt.date) -> Result | None:
        """The result of a source and month that counts. Raises ResultDamaged, DeliveryDamaged."""
        found = [result for result in self.results() if (result.source, result.month) == (source, month)]
        return found[0] if found else None

    def rows(self, result: Result) -> pa.Table:
        """The class of each row, with the columns of ROWS. Raises ResultDamaged."""
        return self._table(result, "rows")

    def near_misses(self, result: Result) -> pa.Table:
        """Who probably is meant by rows not found, with the columns of NEAR_MISSES. Raises ResultDamaged."""
        return self._table(result, "near_misses")

    def reverse(self, result: Result) -> pa.Table:
        """Members who are not on the roster, with the columns of REVERSE. Raises ResultDamaged."""
        return self._table(result, "reverse")

    def put(
        self,
        result: Result,
        rows: pa.Table,
        near_misses: pa.Table,
        reverse: pa.Table,
        *,
        now: dt.datetime | None = None,
    ) -> Result:
        """Keep a result as the one that counts from now on; one that is kept already stays as it was.

        A roster that is reconciled again keeps the moment and the person of its first time. The caller holds
        the lock. Raises ResultDamaged, OSError.
        """
        kept = self._kept()
        begins = (1 + max((item.number() for item in kept), default=0), now or dt.datetime.now(dt.UTC))
        for item in kept:
            if item.result.name == result.name:
                if self.of(result.source, result.month) != item.result:
                    self._record(replace(item, counted_from=(*item.counted_from, begins)))
                return item.result
            if _same_roster(item.result, result) and item.result.at < result.at:
                result = replace(result, at=item.result.at, by=item.result.by)
        digests = {}
        tables = {"rows": rows, "near_misses": near_misses, "reverse": reverse}
        for name, table in tables.items():
            path = self._path(result, name)
            durable.write_bytes(path, _written(table))
            digests[name] = durable.sha256(path)
        self._record(_Kept(result, digests, (begins,)))
        return result

    def decisions(self) -> tuple[Decision, ...]:
        """Every decision that counts, in the order in which they were taken. Raises ResultDamaged."""
        path = self.folder / _DECISIONS
        if not path.exists():
            return ()
        try:
            return tuple(Decision(**record) for record in json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise ResultDamaged(path) from error

    def decide(
        self,
        result: Result,
        row: int,
        candidate: bytes,
        same: bool,
        *,
        by: str | None = None,
        now: dt.datetime | None = None,
    ) -> Decision:
        """Decide whether a row that was not found is the member who is proposed.

        It counts from the next reconciliation of the source on, and in this one once it is made again.

        Raises UnknownNearMiss, StoreLocked, ResultDamaged.
        """
        with lock.writing(self.store.root):
            self.store.sweep()
            key = self._proposal(result, row, candidate)
            decision = Decision(
                source=result.source,
                key=key.hex(),
                candidate=candidate.hex(),
                same=same,
                key_space=result.key_space,
                at=(now or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(),
                by=by or lock.user(),
            )
            self._write_decisions((*self._decisions_but(decision), decision))
            return decision

    def undecide(self, result: Result, row: int, candidate: bytes) -> None:
        """Take a decision back. Raises UnknownNearMiss, StoreLocked, ResultDamaged."""
        with lock.writing(self.store.root):
            self.store.sweep()
            key = self._proposal(result, row, candidate)
            taken_back = Decision(result.source, key.hex(), candidate.hex(), True, result.key_space, "", "")
            self._write_decisions(self._decisions_but(taken_back))

    def check(self, result: Result) -> None:
        """Hold the kept files against their hashes and the rows against the counts. Raises ResultDamaged."""
        rows = self.rows(result)
        counted = {found["values"]: found["counts"] for found in pc.value_counts(rows["class"]).to_pylist()}
        told = {name: count for name, count in result.classes.items() if count}
        if counted != told or not sum(result.classes.values()) == result.rows == len(rows):
            raise ResultDamaged(self._path(result, "rows"))
        if len(self.reverse(result)) != result.reverse:
            raise ResultDamaged(self._path(result, "reverse"))
        self.near_misses(result)

    def rewrite(self, prepared: Path, rekeyed: Callable[[str], tuple[Rekey, str] | None]) -> int:
        """Write the reconciliations anew below `prepared`, with other keys.

        `rekeyed` says for a key space how its keys change and in which space they lie then; None leaves all
        that is of that space as it is. People for whom a key becomes null are taken out; the lines about them
        stay, and so do all counts, but a proposal that they are meant goes. Returns how many keys changed.
        The caller puts the files in place and holds the lock.
        """
        changed = 0
        folder = prepared / self.folder.name
        for kept in self._kept():
            change = rekeyed(kept.result.key_space)
            if change is None:
                continue
            rekey, space = change
            tables = {name: _rekeyed(self._table(kept.result, name), name, rekey) for name in TABLES}
            touched = sum(count for _, count in tables.values())
            if not touched and space == kept.result.key_space:
                continue
            changed += touched
            digests = {}
            for name, (table, _) in tables.items():
                path = folder / f"{kept.result.name}.{name}.parquet"
                durable.write_bytes(path, _written(table))
                digests[name] = durable.sha256(path)
            updated = replace(kept, result=replace(kept.result, key_space=space), digests=digests)
            durable.write_json(folder / f"{kept.result.name}.json", _record_of(updated))
        decisions = self.decisions()
        left = [_decision_rekeyed(item, rekeyed) for item in decisions]
        if left != list(decisions):
            durable.write_json(folder / _DECISIONS, [asdict(item) for item in left if item])
        return changed

    def _kept(self) -> tuple[_Kept, ...]:
        found = []
        for path in self.folder.glob("[!.]*.json"):
            if path.name == _DECISIONS:
                continue
            try:
                record = json.loads(path.read_text(encoding="utf-8"))
                counted = (
                    (int(number), dt.datetime.fromisoformat(at)) for number, at in record["counted_from"]
                )
                found.append(_Kept(result_of(record["result"]), dict(record["files"]), tuple(counted)))
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                raise ResultDamaged(path) from error
        return tuple(sorted(found, key=lambda kept: kept.number()))

    def _record(self, kept: _Kept) -> None:
        durable.write_json(self.folder / f"{kept.result.name}.json", _record_of(kept))

    def _path(self, result: Result, name: str) -> Path:
        return self.folder / f"{result.name}.{name}.parquet"

    def _table(self, result: Result, name: str) -> pa.Table:
        path = self._path(result, name)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ResultDamaged(path) from error
        digests = [kept.digests for kept in self._kept() if kept.result.name == result.name]
        if not digests or hashlib.sha256(content).hexdigest() != digests[0].get(name):
            raise ResultDamaged(path)
        return pq.read_table(io.BytesIO(content), schema=TABLES[name])

    def _proposal(self, result: Result, row: int, candidate: bytes) -> bytes:
        for line in self.near_misses(result).to_pylist():
            if (line["row"], line["candidate"]) == (row, candidate):
                key: bytes = line["key"]
                return key
        raise UnknownNearMiss(row)

    def _decisions_but(self, decision: Decision) -> tuple[Decision, ...]:
        about = (decision.source, decision.key, decision.candidate)
        return tuple(item for item in self.decisions() if (item.source, item.key, item.candidate) != about)

    def _write_decisions(self, decisions: Iterable[Decision]) -> None:
        durable.write_json(self.folder / _DECISIONS, [asdict(item) for item in decisions])


def _same_roster(one: Result, other: Result) -> bool:
    return (one.source, one.month, one.sha256) == (other.source, other.month, other.sha256)


def _record_of(kept: _Kept) -> dict[str, Any]:
    return {
        "result": kept.result.document(),
        "files": kept.digests,
        "counted_from": [[number, at.astimezone(dt.UTC).isoformat()] for number, at in kept.counted_from],
    }


def _written(table: pa.Table) -> bytes:
    """A table as Parquet, the same bytes for the same content."""
    target = io.BytesIO()
    pq.write_table(table.combine_chunks(), target, compression="zstd", write_page_checksum=True)
    return target.getvalue()


def _rekeyed(table: pa.Table, name: str, rekey: Rekey) -> tuple[pa.Table, int]:
    """A table with other keys. Of a person who is taken out the counts stay, the name goes."""
    changed = 0
    gone: pa.ChunkedArray | None = None
    for column in KEY_COLUMNS[name]:
        keys = table[column].combine_chunks()
        new = rekey(keys)
        lost = pc.and_(pc.is_valid(keys), pc.is_null(new))
        gone = lost if gone is None else pc.or_(gone, lost)
        changed += pc.sum(pc.not_equal(keys, new)).as_py() or 0
        changed += pc.sum(lost).as_py() or 0
        table = table.set_column(table.schema.get_field_index(column), table.schema.field(column), new)
    if name == "near_misses":
        return table.filter(pc.invert(gone)), changed
    for column in ("masked", "kpj"):
        if column in table.column_names:
            told = pc.if_else(gone, pa.scalar(None, pa.string()), table[column])
            table = table.set_column(table.schema.get_field_index(column), column, told)
    return table, changed


def open_rows(near_misses: pa.Table, rows: pa.Table) -> int:
    """How many rows that were not found have a proposal on which nobody has decided."""
    missing = rows.filter(pc.equal(rows["class"], "not_found"))["row"]
    waiting = near_misses.filter(pc.is_null(near_misses["decision"]))["row"]
    return len(waiting.filter(pc.is_in(waiting, value_set=missing)).unique())


def _decision_rekeyed(
    decision: Decision, rekeyed: Callable[[str], tuple[Rekey, str] | None]
) -> Decision | None:
    change = rekeyed(decision.key_space)
    if change is None:
        return decision
    rekey, space = change
    both = pa.array([bytes.fromhex(decision.key), bytes.fromhex(decision.candidate)], pa.binary(16))
    key, candidate = rekey(both).to_pylist()
    if key is None or candidate is None:
        return None
    return replace(decision, key=key.hex(), candidate=candidate.hex(), key_space=space)
