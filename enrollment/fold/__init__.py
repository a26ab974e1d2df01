"""The fold: SQL that turns snapshots into the cube, one part per month.

A part holds the cells of one month and depends on nothing but the deliveries that count for it and
the part before it. It is cached under a key made of exactly that, so that publishing after one new
month folds one month, and a cached part can be thrown away at any time.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from enrollment import durable
from enrollment.fold import people
from enrollment.fold.origins import Holding, Origin, origins
from enrollment.fold.people import People
from enrollment.fold.steps import MODULES, literal, module, program, step
from enrollment.months import month_text
from enrollment.store import Store

__all__ = [
    "CELLS",
    "Holding",
    "Origin",
    "Part",
    "expected_sources",
    "forget_parts_but",
    "origins",
    "parts",
    "program",
    "step",
]

_HASH = 16
_STEPS = (
    "month_cells",
    "place_number",
    "listed_people",
    "cells_before",
    "people",
    "people_counted",
    "people_known",
    "people_listed",
    "people_places",
    "cohorts_begun",
    "cohorts",
    "people_cells",
    "people_overlap",
)

CELLS = """
    month date, source varchar, segment varchar, province varchar, regency varchar, programmes varchar,
    sex varchar, age_band varchar, opening bigint, new bigint, reactivated bigint, moved_in bigint,
    lapsed bigint, moved_out bigint, reclassified_in bigint, reclassified_out bigint, correction bigint,
    active bigint, flows_unknown bigint, carried boolean, simulated boolean
"""
_TOTALS = pa.schema(
    [
        *((name, pa.string()) for name in ("source", "segment", "province", "regency", "programmes", "sex")),
        ("age_band", pa.string()),
        *((name, pa.int64()) for name in ("new", "reactivated", "lapsed", "moved_in", "moved_out", "active")),
        ("simulated", pa.bool_()),
    ]
)
_DELIVERED = pa.schema([("source", pa.string()), ("province", pa.string()), ("kind", pa.string())])


@dataclass(frozen=True, slots=True)
class Part:
    """The folded cells of one month, in a Parquet file whose name ends in its own hash.

    `overlap` says the same of the people that each source lists, where any came one by one, and `cohorts` of
    how many people are active by when and where they joined, once any are known one by one. In a month
    that knows nothing new of people it is that of the last month that did.
    """

    month: dt.date
    key: str
    path: Path
    overlap: Path | None = None
    cohorts: Path | None = None


def forget_parts_but(store: Store, keys: Collection[str]) -> None:
    """Throw away the parts that are not of these keys: what earlier deliveries were folded to.

    Parts of people take about 29 bytes a person and month; those of the months as they are now stay.
    """
    for path in (store.root / "parts").glob("[!.]*.parquet"):
        if not any(key in path.name for key in keys):
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Month:
    """What one month is folded from. `people_before` is the last month before it that folds people."""

    origins: tuple[Origin, ...]
    key: str
    previous: "_Month | None"
    folds_people: bool
    people_before: "_Month | None"

    @property
    def month(self) -> dt.date:
        return self.origins[0].month

    @property
    def lists_people(self) -> bool:
        """Whether a file about people counts for it."""
        return bool(people.listed(self.origins))


def parts(
    store: Store,
    found: Iterable[Origin],
    priorities: Mapping[str, int] | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Part, ...]:
    """Fold every month, oldest first, each from the cache where its inputs have not changed.

    `priorities` decide under which of several sources a person is counted; the lowest comes first.
    """
    folding = _Folding(store, priorities or {}, {})
    by_month: dict[dt.date, list[Origin]] = {}
    for origin in found:
        by_month.setdefault(origin.month, []).append(origin)
    month: _Month | None = None
    folded = []
    for _, month_origins in sorted(by_month.items()):
        month = _planned(month_origins, month, folding.priorities)
        folded.append(folding.part(month))
        if progress:
            progress(len(folded), len(by_month))
    return tuple(folded)


def _planned(origins: Sequence[Origin], previous: _Month | None, priorities: Mapping[str, int]) -> _Month:
    """A month with the key of everything that decides its content."""
    counting = people.listed(origins)
    held = {origin.source for origin in previous.origins if _holds_people(origin)} if previous else set()
    content = {
        "steps": [*map(step, _STEPS), *map(module, MODULES)],
        "month": month_text(origins[0].month),
        "sources": [
            [origin.source, origin.state, origin.comparable, sorted(map(_identity, origin.fresh))]
            for origin in origins
        ],
        "main": people.by_priority({name for names in counting.values() for name in names}, priorities),
        "previous": previous.key if previous else None,
    }
    return _Month(
        origins=tuple(origins),
        key=hashlib.sha256(json.dumps(content).encode()).hexdigest(),
        previous=previous,
        folds_people=bool(counting) or any(item.fresh and item.source in held for item in origins),
        people_before=previous and (previous if previous.folds_people else previous.people_before),
    )


def _holds_people(origin: Origin) -> bool:
    return any(holding.delivery.about_people for holding in (*origin.fresh, *origin.carried))


def _identity(holding: Holding) -> tuple[str, str, str, str]:
    only = "" if holding.only is None else ",".join(sorted(holding.only))
    delivery = holding.delivery
    return delivery.sha256, delivery.content_sha256, only, ",".join(sorted(holding.without))


@dataclass(frozen=True, slots=True)
class _Folding:
    """The parts of one store, folded where the cache does not hold them."""

    store: Store
    priorities: Mapping[str, int]
    known: dict[str, Path]

    def part(self, month: _Month) -> Part:
        """The cells of a month, its overlap and its cohorts."""
        counts = month if month.folds_people else month.people_before
        return Part(
            month.month,
            month.key,
            self._path(month, ""),
            self._path(month, "overlap-") if month.lists_people else None,
            self._path(counts, "cohorts-") if counts else None,
        )

    def _path(self, month: _Month, kind: str) -> Path:
        """One file of a month, from the cache or folded now."""
        name = f"{kind}{month.key}"
        if name not in self.known:
            if cached := _cached(self.store.root / "parts", name):
                self.known[name] = cached
            else:
                self._fold(month)
        return self.known[name]

    def _fold(self, month: _Month) -> None:
        previous = self._path(month.previous, "") if month.previous else None
        before = month.people_before if month.folds_people else None
        known = None
        if before:
            known = People(*(self._path(before, kind) for kind in ("people-", "places-", "cohorts-")))
        with duckdb.connect() as connection:
            # Its bar of progress would go to standard output.
            connection.execute("set enable_progress_bar = false")
            connection.register("delivered_units", _delivered(month.origins))
            connection.execute("create temp table delivered as from delivered_units")
            if month.folds_people:
                self._fold_people(connection, month, known)
            else:
                connection.execute(f"create temp table people_cells ({people.CELLS})")
            connection.register("totals_rows", self._totals(month.origins))
            connection.execute(f"create temp table previous ({CELLS})")
            if previous:
                connection.execute(f"insert into previous from read_parquet({literal(previous)})")
            values = {"month": month.month, "first": month.previous is None}
            self._write(connection, step("month_cells"), month.key, values)

    def _fold_people(
        self, connection: duckdb.DuckDBPyConnection, month: _Month, known: People | None
    ) -> None:
        written = durable.temporary(self.store.root / "parts" / f"people-{month.key}.parquet")
        try:
            people.fold(
                connection,
                self.store,
                month.origins,
                known,
                self.priorities,
                written,
                first=month.previous is None,
            )
            self._put(written, f"people-{month.key}")
        finally:
            written.unlink(missing_ok=True)
        self._write(connection, "from places", f"places-{month.key}")
        self._write(connection, "from cohorts", f"cohorts-{month.key}")
        if month.lists_people:
            self._write(connection, "from overlap", f"overlap-{month.key}")

    def _totals(self, origins: Sequence[Origin]) -> pa.Table:
        """The rows of the totals that count for a month."""
        counting: dict[Holding, list[str]] = {}
        for origin in origins:
            for holding in origin.fresh:
                if not holding.delivery.about_people:
                    counting.setdefault(holding, []).append(origin.source)
        tables = [
            _picked(self.store.rows(holding.delivery), sources, holding.without)
            for holding, sources in counting.items()
        ]
        return pa.concat_tables(tables) if tables else _TOTALS.empty_table()

    def _write(
        self,
        connection: duckdb.DuckDBPyConnection,
        query: str,
        name: str,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        written = durable.temporary(self.store.root / "parts" / f"{name}.parquet")
        try:
            copy = f"copy ({query}) to {literal(written)} (format parquet, compression zstd)"
            connection.execute(copy, values)
            self._put(written, name)
        finally:
            written.unlink(missing_ok=True)

    def _put(self, written: Path, name: str) -> None:
        path = self.store.root / "parts" / f"{name}-{durable.sha256(written)[:_HASH]}.parquet"
        durable.put(written, path)
        self.known[name] = path


def _cached(folder: Path, name: str) -> Path | None:
    """The cached file of a name; one that no longer holds what was folded is thrown away."""
    for path in folder.glob(f"{name}-*.parquet"):
        if path.is_file() and durable.sha256(path).startswith(path.stem.removeprefix(f"{name}-")):
            return path
        path.unlink()
    return None


def _picked(rows: pa.Table, sources: Sequence[str], without: Iterable[str]) -> pa.Table:
    chosen = pc.is_in(rows["source"], pa.array(sources))
    left_out = pc.is_in(rows["province"], pa.array(sorted(without), pa.string()))
    return rows.filter(pc.and_(chosen, pc.invert(left_out))).select(_TOTALS.names)


def _delivered(origins: Sequence[Origin]) -> pa.Table:
    """What was delivered for a month: province null for every province not named beside it."""
    units = {
        (origin.source, province, "people" if holding.delivery.about_people else "totals")
        for origin in origins
        for holding in origin.fresh
        for province in ([None] if holding.only is None else sorted(holding.provinces))
    }
    rows = [dict(zip(_DELIVERED.names, unit, strict=True)) for unit in units]
    return pa.Table.from_pylist(rows, schema=_DELIVERED)


def expected_sources(rows: Iterable[Mapping[str, Any]]) -> dict[str, dt.date]:
    """From `partner_sources.csv`: the first month in which each source owes a delivery."""
    return {row["source"]: row["expected_from"] for row in rows if row["expected_from"]}
