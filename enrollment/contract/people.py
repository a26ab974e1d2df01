"""People on their way to the disk: keyed, spread by key range, sorted, and written as one Parquet file.

    judged rows -> key in memory -> sixteen temporary files, one for each first hexadecimal digit of the key
                -> range by range: sorted, duplicates taken out, counted -> INTO.parquet

No NIK is written anywhere, not even for a moment: keys are made before the first write. Memory is that of
one range, whatever the number of people. Rows lie by key and, of one person, by source; no row group
holds keys of two ranges, so that a reader may take range after range.
"""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enrollment import durable
from enrollment.contract.keying import Keying
from enrollment.contract.people_records import (
    TEXT_TYPE,
    Records,
    Texts,
    bytes_of,
    order_of,
    plain,
    read_into,
    taken,
)
from enrollment.contract.values import KPJ_DIGITS
from enrollment.contract.whole_columns import fixed_width
from enrollment.keys import KEY_BYTES, Keys

RANGES = 16
ROW_GROUP = 1 << 18
"""Rows of a row group: a range of a whole country has some nine of them, for readers to share."""
KEYED_DUPLICATES = 100_000
"""Duplicates that are handed over with their key; beyond, nobody mends a delivery row by row."""

_NO_DAY = int(np.iinfo(np.int32).min)
_ROW = {"key": f"V{KEY_BYTES}", "row": "<i4", "mends_row": "<i4"}
_TEXT, _LONG_TEXT, _DAY = "<u2", "<u4", "M"
_COLUMNS = {
    "members": {
        "source": _TEXT,
        "segment": _TEXT,
        "province": _TEXT,
        "regency": _TEXT,
        "programmes": _TEXT,
        "sex": _TEXT,
        "birth_date": _DAY,
        "birth_year": "<i2",
        "kpj": f"V{KPJ_DIGITS}",
        "npp": _LONG_TEXT,
        "simulated": "u1",
    },
    "roster": {
        "source": _TEXT,
        "province": _TEXT,
        "regency": _TEXT,
        "programmes": _TEXT,
        "sex": _TEXT,
        "birth_date": _DAY,
        "birth_year": "<i2",
        "kpj": f"V{KPJ_DIGITS}",
        "position": _LONG_TEXT,
        "registered_on": _DAY,
        "simulated": "u1",
    },
}
"""The columns of each kind in the order of the file, and how they lie in a record."""


class SourcePeople(NamedTuple):
    """What a people file holds of one source: people, and whether any row says it is simulated."""

    source: str
    rows: int
    simulated: bool


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """A finished people file.

    `sha256` is that of its bytes; `rows_digest` that of its content, in whatever order the rows came.
    `duplicates` are the rows left out because their person stands in an earlier row of the same source:
    `row` and `earlier_row` (int32), `source`, and `key` (16 bytes; null beyond `KEYED_DUPLICATES`), by row.
    """

    path: Path
    kind: str
    month: dt.date
    rows: int
    key_space: str
    sha256: str
    rows_digest: str
    contents: tuple[SourcePeople, ...]
    provinces: tuple[str, ...]
    duplicates: pa.Table


class PeopleWriter:
    """Takes judged rows and writes the people file at `into`; leaving the context discards what is open.

    Rows of a kind, "members" or "roster", are handed to `add` as record batches with `row` and those of the
    kind's columns that are reported; `mends_row` may be among them. Persons are named by `identity`, a
    text column of NIKs, or, where `key_space` says in which space they lie, by `key`: 32 hexadecimal
    digits, UUIDs or 16 bytes. Keys of a space that the chain has had are carried over to its newest one;
    those of a foreign space stay as they are.
    """

    def __init__(self, into: Path, kind: str, keys: Keys, key_space: str | None = None) -> None:
        self.into = into
        self.kind = kind
        self._keying = Keying(keys, key_space)
        self.key_space = self._keying.key_space
        self._named = "identity" if key_space is None else "key"
        fields = _ROW | _COLUMNS[kind]
        self._fields = np.dtype([(name, "<i4" if f == _DAY else f) for name, f in fields.items()])
        self._texts = {name: Texts() for name, form in fields.items() if form in (_TEXT, _LONG_TEXT)}
        self._days = tuple(name for name, form in fields.items() if form == _DAY)
        self._mends = False
        self._counts = np.zeros(RANGES, np.int64)
        self._folder = into.parent / f"{durable.PREFIX}{os.getpid()}-{into.name}-ranges"
        self._open = ExitStack()
        self._files: list[BinaryIO] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        if raised[0] is not None:
            self.discard()
        self._sweep()

    def add(self, batch: pa.RecordBatch) -> None:
        """Key the rows of a batch and spread them over the ranges. Raises OSError."""
        if not batch.num_rows:
            return
        if not self._files:
            self._begin()
        records = self._records(batch)
        in_range = bytes_of(records)[:, 0] >> 4
        spread = taken(records, np.argsort(in_range, kind="stable"))
        counts = np.bincount(in_range, minlength=RANGES)
        ends = np.cumsum(counts)
        for file, start, end in zip(self._files, ends - counts, ends, strict=True):
            if start < end:
                file.write(bytes_of(spread[start:end]).data)
        self._counts += counts

    def finish(self, month: dt.date) -> PeopleFile:
        """Sort and write what was added; `month` is that of the delivery. Raises OSError."""
        for file in self._files:
            file.flush()
        ranks = {name: texts.sort() for name, texts in self._texts.items()}
        tally = _Tally(self._texts["source"], self._texts["province"])
        digest = hashlib.sha256()
        schema = self._schema()
        self.into.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(
            self.into,
            schema,
            # Keys do not shrink, and rows in the order of the keys hardly do.
            compression={name: "NONE" if name == "key" else "ZSTD" for name in schema.names},
            use_dictionary=[name for name in schema.names if name not in ("key", "row", "mends_row", "kpj")],
            write_statistics=["key_range", "month", "source"],
        ) as writer:
            for number in range(RANGES):
                for chunk in self._sorted(number, ranks["source"], tally):
                    ranked = {name: rank.take(chunk[name]) for name, rank in ranks.items()}
                    for name, places in ranked.items():
                        chunk[name] = places
                    tally.count(chunk)
                    table = self._table(chunk, ranked, number, month, schema)
                    writer.write_table(table, row_group_size=len(chunk))
                    chunk["row"] = 0
                    digest.update(bytes_of(chunk).data)
        self._sweep()
        texts = [self.kind, month.isoformat(), *("\x1f".join(texts) for texts in self._texts.values())]
        digest.update("\x1e".join(texts).encode())
        return PeopleFile(
            path=self.into,
            kind=self.kind,
            month=month,
            rows=tally.rows,
            key_space=self.key_space,
            sha256=durable.sha256(self.into),
            rows_digest=digest.hexdigest(),
            contents=tally.contents(),
            provinces=tally.provinces(),
            duplicates=tally.duplicates(),
        )

    def discard(self) -> None:
        """Remove everything that was written."""
        self._sweep()
        self.into.unlink(missing_ok=True)

    def _sweep(self) -> None:
        self._open.close()
        self._files = []
        shutil.rmtree(self._folder, ignore_errors=True)

    def _begin(self) -> None:
        self._folder.mkdir(parents=True)
        for number in range(RANGES):
            self._files.append(self._open.enter_context(self._range(number).open("wb")))

    def _range(self, number: int) -> Path:
        return self._folder / f"{number:x}"

    def _records(self, batch: pa.RecordBatch) -> Records:
        """A batch as records of fixed width; a text is its number, what is null is 0 or no day."""
        records: Records = np.zeros(batch.num_rows, self._fields)
        records["key"] = self._keying.keys(batch[self._named]).view(f"V{KEY_BYTES}")[:, 0]
        present = set(batch.schema.names)
        self._mends |= "mends_row" in present
        for name in self._fields.names or ():
            if name in self._days:
                records[name] = plain(batch[name], _NO_DAY) if name in present else _NO_DAY
            elif name == "key" or name not in present:
                continue
            elif name in self._texts:
                records[name] = self._texts[name].numbers(batch[name], self._fields[name])
            elif name == "kpj":
                at, letters = fixed_width(batch[name], KPJ_DIGITS)
                records[name][slice(None) if at is None else at] = letters.view(f"V{KPJ_DIGITS}")[:, 0]
            else:
                records[name] = plain(batch[name], 0)
        return records

    def _sorted(
        self, number: int, source_ranks: npt.NDArray[np.uint32], tally: "_Tally"
    ) -> Iterator[Records]:
        """The records of a range by key and source, in row groups that the caller may change."""
        count = int(self._counts[number])
        if not count:
            return
        records: Records = np.empty(count, self._fields)
        with self._range(number).open("rb", buffering=0) as file:
            read_into(file, records)
        self._range(number).unlink()
        order, left_out, earlier = order_of(records, source_ranks)
        tally.leave_out(records[left_out], records["row"][earlier], source_ranks)
        chunk: Records = np.empty(min(ROW_GROUP, len(order)), self._fields)
        for start in range(0, len(order), ROW_GROUP):
            places = order[start : start + ROW_GROUP]
            yield taken(records, places, chunk[: len(places)])

    def _schema(self) -> pa.Schema:
        types = dict.fromkeys(self._texts, TEXT_TYPE)
        types |= dict.fromkeys(self._days, pa.date32())
        types |= {"birth_year": pa.int16(), "kpj": pa.string(), "simulated": pa.bool_()}
        first = {"key": pa.uuid(), "key_range": pa.uint8(), "row": pa.int32()}
        first |= {"mends_row": pa.int32()} if self._mends else {}
        first |= {"month": pa.date32()}
        return pa.schema([*first.items(), *((name, types[name]) for name in _COLUMNS[self.kind])])

    def _table(
        self,
        chunk: Records,
        ranked: dict[str, npt.NDArray[np.uint32]],
        number: int,
        month: dt.date,
        schema: pa.Schema,
    ) -> pa.Table:
        """A row group as Arrow; `ranked` are its texts once more, by column, which is faster to read."""
        count = len(chunk)
        columns: dict[str, pa.Array] = {
            "key": pa.ExtensionArray.from_storage(
                pa.uuid(),
                pa.FixedSizeBinaryArray.from_buffers(
                    pa.binary(KEY_BYTES), count, [None, pa.py_buffer(np.ascontiguousarray(chunk["key"]))]
                ),
            ),
            "key_range": pa.array(np.full(count, number, np.uint8)),
            "row": pa.array(np.ascontiguousarray(chunk["row"])),
            "month": pa.repeat(pa.scalar(month, pa.date32()), count),
            "kpj": _kpjs(chunk["kpj"]),
            "simulated": pa.array(chunk["simulated"] != 0),
        }
        for name in schema.names:
            if name in self._texts:
                columns[name] = self._texts[name].column(ranked[name])
            elif name not in columns:
                values = np.ascontiguousarray(chunk[name])
                null = values == (_NO_DAY if name in self._days else 0)
                columns[name] = pa.array(values, mask=null if null.any() else None).view(
                    schema.field(name).type
                )
        return pa.table([columns[name] for name in schema.names], schema=schema)


def rewrite(
    path: Path,
    into: Path,
    *,
    kind: str,
    month: dt.date,
    keys: Keys,
    key_space: str,
    without: bytes | None = None,
) -> PeopleFile:
    """A finished people file written anew: its keys under the whole chain, and `without` one person.

    `key_space` is that of the file; keys of a foreign space stay as they are. Raises OSError.
    """
    with PeopleWriter(into, kind, keys, key_space) as writer, pq.ParquetFile(path) as file:
        for batch in _lumped(file.iter_batches(ROW_GROUP)):
            if without is not None:
                others = pc.not_equal(batch["key"].storage, pa.scalar(without, pa.binary(KEY_BYTES)))
                writer.add(batch.filter(others))
            else:
                writer.add(batch)
        return writer.finish(month)


def _lumped(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches: in a small file a row group is a few rows."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        if rows >= ROW_GROUP:
            yield pa.concat_batches(waiting)
            waiting, rows = [], 0
    if waiting:
        yield pa.concat_batches(waiting)


def rows_of(path: Path, key: bytes) -> int:
    """How many rows of a finished people file are a person's; only the person's key range is read."""
    found = pq.read_table(path, columns=["key"], filters=[("key_range", "=", key[0] >> 4)])["key"]
    return sum(
        pc.sum(pc.equal(chunk.storage, pa.scalar(key, pa.binary(KEY_BYTES)))).as_py() or 0
        for chunk in found.chunks
    )


class _Tally:
    """What a file holds of each source, its provinces, and what was left out of it."""

    def __init__(self, sources: Texts, provinces: Texts) -> None:
        self.rows = 0
        self._sources, self._provinces = sources, provinces
        self._of_source = np.zeros(len(sources) + 1, np.int64)
        self._simulated = np.zeros(len(sources) + 1, np.int64)
        self._of_province = np.zeros(len(provinces) + 1, np.int64)
        self._left_out: list[tuple[npt.NDArray[Any], ...]] = []
        self._keyed = 0

    def count(self, chunk: Records) -> None:
        """Count the rows of a row group."""
        self.rows += len(chunk)
        sources = chunk["source"]
        self._of_source += np.bincount(sources, minlength=len(self._of_source))
        simulated = sources[chunk["simulated"] != 0]
        self._simulated += np.bincount(simulated, minlength=len(self._simulated))
        self._of_province += np.bincount(chunk["province"], minlength=len(self._of_province))

    def leave_out(
        self, records: Records, earlier: npt.NDArray[np.int32], ranks: npt.NDArray[np.uint32]
    ) -> None:
        """Remember duplicates with the rows in which their persons stand first."""
        kept = max(KEYED_DUPLICATES - self._keyed, 0)
        self._keyed += len(records)
        keys = np.ascontiguousarray(records["key"][:kept])
        self._left_out.append((records["row"].copy(), earlier, ranks[records["source"]], keys))

    def duplicates(self) -> pa.Table:
        """What was left out, by row."""
        tables = []
        for rows, earlier, ranks, keys in self._left_out:
            made = pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(KEY_BYTES), len(keys), [None, pa.py_buffer(keys)]
            )
            missing = pa.nulls(len(rows) - len(keys), pa.binary(KEY_BYTES))
            columns = {
                "row": pa.array(rows),
                "earlier_row": pa.array(earlier),
                "source": self._sources.column(ranks).cast(pa.string()),
                "key": pa.concat_arrays([made, missing]),
            }
            tables.append(pa.table(columns, schema=_DUPLICATES))
        return pa.concat_tables(tables or [_DUPLICATES.empty_table()]).sort_by("row")

    def contents(self) -> tuple[SourcePeople, ...]:
        """Rows by source."""
        return tuple(
            SourcePeople(source, int(rows), bool(simulated))
            for source, rows, simulated in zip(
                self._sources, self._of_source[1:], self._simulated[1:], strict=True
            )
            if rows
        )

    def provinces(self) -> tuple[str, ...]:
        """The provinces that the file names."""
        return tuple(
            province for province, rows in zip(self._provinces, self._of_province[1:], strict=True) if rows
        )


_DUPLICATES = pa.schema(
    [
        ("row", pa.int32()),
        ("earlier_row", pa.int32()),
        ("source", pa.string()),
        ("key", pa.binary(KEY_BYTES)),
    ]
)


def _kpjs(letters: Records) -> pa.Array:
    table = np.ascontiguousarray(letters).view(np.uint8).reshape(-1, KPJ_DIGITS)
    present = table[:, 0] != 0
    ends = np.zeros(len(table) + 1, np.int32)
    np.cumsum(present, out=ends[1:])
    written = table if present.all() else table[present]
    buffers = [np.packbits(present, bitorder="little"), ends * np.int32(KPJ_DIGITS), written]
    return pa.StringArray.from_buffers(len(table), *map(pa.py_buffer, (buffers[1], buffers[2], buffers[0])))
