"""Parts: the cells of each month, folded where the cache does not hold them.

What is cached is named by a key of everything that decides its content, and by its own hash.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from enrollment import durable
from enrollment.fold import people
from enrollment.fold.delivered import delivered, totals_rows
from enrollment.fold.origins import Holding, Origin
from enrollment.fold.people import People
from enrollment.fold.steps import MODULES, literal, module, step
from enrollment.months import month_text
from enrollment.store import Store

_HASH = 16
_STEPS = (
    "month_cells",
    "places_aged",
    "place_number",
    "listed",
    "listed_people",
    "cells_before",
    "people",
    "people_counted",
    "people_known",
    "people_listed",
    "people_places",
    "cohorts_begun",
    "cohorts_active",
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
class Month:
    """What one month is folded from. `people_before` is the last month before it that folds people."""

    origins: tuple[Origin, ...]
    key: str
    previous: "Month | None"
    folds_people: bool
    people_before: "Month | None"

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
    return Folding(store, priorities or {}, {}).parts(found, progress)


def _planned(origins: Sequence[Origin], previous: Month | None, priorities: Mapping[str, int]) -> Month:
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
        "numbered": people.numbered(origins, priorities),
        "previous": previous.key if previous else None,
    }
    return Month(
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
class Folding:
    """The parts of one store, folded where the cache does not hold them."""

    store: Store
    priorities: Mapping[str, int]
    known: dict[str, Path]

    def parts(
        self, found: Iterable[Origin], progress: Callable[[int, int], None] | None = None
    ) -> tuple[Part, ...]:
        """The parts of every month, oldest first."""
        by_month: dict[dt.date, list[Origin]] = {}
        for origin in found:
            by_month.setdefault(origin.month, []).append(origin)
        month: Month | None = None
        folded = []
        for _, month_origins in sorted(by_month.items()):
            month = _planned(month_origins, month, self.priorities)
            folded.append(self.part(month))
            if progress:
                progress(len(folded), len(by_month))
        return tuple(folded)

    def part(self, month: Month) -> Part:
        """The cells of a month, its overlap and its cohorts."""
        counts = month if month.folds_people else month.people_before
        return Part(
            month.month,
            month.key,
            self._path(month, ""),
            self._path(month, "overlap-") if month.lists_people else None,
            self._path(counts, "cohorts-") if counts else None,
        )

    def _path(self, month: Month, kind: str) -> Path:
        """One file of a month, from the cache or folded now."""
        name = f"{kind}{month.key}"
        if name not in self.known:
            if cached := _cached(self.store.root / "parts", name):
                self.known[name] = cached
            else:
                self._fold(month)
        return self.known[name]

    def _fold(self, month: Month) -> None:
        previous = self._path(month.previous, "") if month.previous else None
        with duckdb.connect() as connection:
            # Its bar of progress would go to standard output.
            connection.execute("set enable_progress_bar = false")
            connection.register("delivered_units", delivered(month.origins))
            connection.execute("create temp table delivered as from delivered_units")
            if month.folds_people:
                self._fold_people(connection, month)
                self._write(connection, "from cohorts", f"cohorts-{month.key}")
                if month.lists_people:
                    self._write(connection, "from overlap", f"overlap-{month.key}")
            else:
                connection.execute(f"create temp table people_cells ({people.CELLS})")
            connection.register("totals_rows", totals_rows(self.store, month.origins))
            connection.execute(f"create temp table previous ({CELLS})")
            if previous:
                connection.execute(f"insert into previous from read_parquet({literal(previous)})")
            values = {"month": month.month, "first": month.previous is None}
            self._write(connection, step("month_cells"), month.key, values)

    def _fold_people(self, connection: duckdb.DuckDBPyConnection, month: Month) -> None:
        """Fold the people of a month into `people_cells`, `cohorts` and `overlap`, and keep them."""
        before = month.people_before
        known = None
        if before:
            known = People(*(self._path(before, kind) for kind in ("people-", "places-", "cohorts-")))
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
