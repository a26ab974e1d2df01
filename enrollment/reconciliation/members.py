"""Members of a month: the memberships of some people, found in the kept files by their keys.

Kept files lie in the order of the keys, so each is walked once and only its keys are read in full.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enrollment.delivery import Delivery
from enrollment.fold import Holding, Origin
from enrollment.keys import KEY_BYTES
from enrollment.store import Store

MEMBERSHIPS = pa.schema(
    [
        ("key", pa.binary(KEY_BYTES)),
        ("source", pa.string()),
        ("programmes", pa.string()),
        ("province", pa.string()),
        ("sex", pa.string()),
        ("birth_date", pa.date32()),
        ("birth_year", pa.int16()),
        ("kpj", pa.string()),
    ]
)
"""One line per person and source."""
_TEXTS = ("source", "programmes", "province", "sex")

_Halves = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Listing:
    """A kept file about people, and which of its rows count for a month: `sources`, and in them places."""

    delivery: Delivery
    holding: Holding
    sources: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sought:
    """The keys of people who are looked for, in order and each once, as two halves of 64 bits."""

    high: _Halves
    low: _Halves

    @classmethod
    def of(cls, keys: pa.ChunkedArray | pa.Array) -> Self:
        """From a column of keys, 16 bytes each; nulls are left out."""
        both = _pairs(keys.drop_null())
        high, low = both[:, 0].astype(np.uint64), both[:, 1].astype(np.uint64)
        order = np.argsort(high)
        high, low = high[order], low[order]
        if (high[1:] == high[:-1]).any():
            # Only where first halves meet do second ones decide.
            order = np.lexsort((low, high))
            high, low = high[order], low[order]
        fresh = np.ones(len(high), np.bool_)
        fresh[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
        return cls(high[fresh], low[fresh])

    def __len__(self) -> int:
        return len(self.high)

    def positions(self, keys: pa.ChunkedArray) -> npt.NDArray[np.int64]:
        """Where in an ordered column of keys those are that are looked for."""
        both = _pairs(keys)
        if not len(both) or not len(self):
            return np.empty(0, np.int64)
        # The second halves are needed only where the first agree, which is hardly ever by chance.
        high = both[:, 0].astype(np.uint64)
        first = np.searchsorted(self.high, high[0], "left")
        last = np.searchsorted(self.high, high[-1], "right")
        wanted_high, wanted_low = self.high[first:last], self.low[first:last]
        begin = np.searchsorted(high, wanted_high, "left")
        counts = np.searchsorted(high, wanted_high, "right") - begin
        each = np.repeat(np.arange(len(counts)), counts)
        at = np.repeat(begin - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
        found: npt.NDArray[np.int64] = at[both[at, 1].astype(np.uint64) == wanted_low[each]]
        return found


def listings(origins: Iterable[Origin]) -> tuple[Listing, ...]:
    """The files about people that say who is active in a month; late sources count with their last people."""
    found: dict[Holding, set[str]] = {}
    for origin in origins:
        for holding in (*origin.fresh, *origin.carried):
            if holding.delivery.about_people:
                found.setdefault(holding, set()).add(origin.source)
    return tuple(Listing(holding.delivery, holding, frozenset(sources)) for holding, sources in found.items())


def memberships(
    store: Store, listed: Iterable[Listing], sought: Sought, columns: Sequence[str] = MEMBERSHIPS.names
) -> pa.Table:
    """The memberships of the people sought, with some of the columns of MEMBERSHIPS.

    Raises DeliveryDamaged.
    """
    schema = pa.schema([MEMBERSHIPS.field(name) for name in columns])
    found = [
        rows for listing in listed for rows in _rows(store.people(listing.delivery), listing, sought, columns)
    ]
    return _together(found, schema)


def others(store: Store, listed: Iterable[Listing], source: str, known: Sought) -> pa.Table:
    """The memberships under a source of people who are not among the known, by key: KEY, KPJ and place."""
    schema = pa.schema([MEMBERSHIPS.field(name) for name in ("key", "kpj", "province", "programmes")])
    found = []
    for listing in listed:
        if source not in listing.sources:
            continue
        with pq.ParquetFile(store.people(listing.delivery), read_dictionary=list(_TEXTS)) as file:
            for group in _groups_of(file, source):
                rows = file.read_row_group(group, ["key", "source", "kpj", "province", "programmes"])
                rows = _counting(rows, listing, frozenset({source}))
                stays = np.ones(len(rows), np.bool_)
                stays[known.positions(rows["key"])] = False
                found.append(rows.filter(pa.array(stays)))
    return _together(found, schema).sort_by("key")


def _rows(path: Path, listing: Listing, sought: Sought, columns: Iterable[str]) -> Iterator[pa.Table]:
    # Decoding a column costs as much as the keys, so only what decides is read besides.
    wanted = {*columns, "source"} - {"key"} | ({"province"} if _in_places(listing) else set())
    with pq.ParquetFile(path, read_dictionary=list(_TEXTS)) as file:
        for group in range(file.num_row_groups):
            keys = file.read_row_group(group, ["key"])["key"]
            positions = sought.positions(keys)
            if not len(positions):
                continue
            at = pa.array(positions)
            rows = file.read_row_group(group, sorted(wanted)).take(at).append_column("key", keys.take(at))
            yield _counting(rows, listing, listing.sources)


def _counting(rows: pa.Table, listing: Listing, sources: frozenset[str]) -> pa.Table:
    """The rows of the sources, in the places for which the file counts."""
    if sources != frozenset(listing.delivery.sources):
        rows = rows.filter(pc.is_in(rows["source"].cast(pa.string()), value_set=pa.array(sorted(sources))))
    if not _in_places(listing):
        return rows
    holding = listing.holding
    provinces = rows["province"].cast(pa.string())
    if holding.only is not None:
        inside = pc.is_in(provinces, value_set=pa.array(sorted(holding.only), pa.string()))
        rows, provinces = rows.filter(inside), provinces.filter(inside)
    if holding.without:
        rows = rows.filter(pc.invert(pc.is_in(provinces, value_set=pa.array(sorted(holding.without)))))
    return rows


def _in_places(listing: Listing) -> bool:
    """Whether the file counts for some provinces only."""
    return listing.holding.only is not None or bool(listing.holding.without)


def _groups_of(file: pq.ParquetFile, source: str) -> Iterator[int]:
    """The row groups that may hold rows of a source."""
    place = file.schema_arrow.names.index("source")
    for group in range(file.num_row_groups):
        statistics = file.metadata.row_group(group).column(place).statistics
        if not statistics or not statistics.has_min_max or statistics.min <= source <= statistics.max:
            yield group


def _together(found: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    tables = [
        pa.table({field.name: _plain(rows[field.name]).cast(field.type) for field in schema}, schema=schema)
        for rows in found
    ]
    return pa.concat_tables([schema.empty_table(), *tables]).combine_chunks()


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if isinstance(column.type, pa.ExtensionType):
        return pa.chunked_array([chunk.storage for chunk in column.chunks], column.type.storage_type)
    return column


def _pairs(keys: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.uint64]:
    """Keys as pairs of 64 bits, high half first, as they lie in memory: most significant byte first."""
    chunks = keys.chunks if isinstance(keys, pa.ChunkedArray) else [keys]
    parts = []
    for chunk in chunks:
        plain = chunk.storage if isinstance(chunk, pa.ExtensionArray) else chunk
        both = np.frombuffer(plain.buffers()[1] or b"", ">u8").reshape(-1, 2)
        parts.append(both[plain.offset :][: len(plain)])
    joined: npt.NDArray[np.uint64] = (
        parts[0] if len(parts) == 1 else np.concatenate([np.empty((0, 2), ">u8"), *parts])
    )
    return joined


def months_before(origins: Iterable[Origin], month: dt.date) -> Mapping[dt.date, tuple[Listing, ...]]:
    """The files about people of each known month before, oldest first, without what was carried there."""
    by_month: dict[dt.date, list[Origin]] = {}
    for origin in origins:
        if origin.month < month and origin.fresh:
            by_month.setdefault(origin.month, []).append(replace(origin, carried=()))
    return {at: found for at in sorted(by_month) if (found := listings(by_month[at]))}
