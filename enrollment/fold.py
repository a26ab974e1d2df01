"""The fold: SQL that turns snapshots into the cube, one part per month.

A part holds the cells of one month and depends on nothing but the deliveries that count for it and
the part before it. It is cached under a key made of exactly that, so that publishing after one new
month folds one month, and a cached part can be thrown away at any time.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from enrollment import durable
from enrollment.contract import Codes
from enrollment.months import month_text, months_between
from enrollment.store import Delivery, Store, counted

_HASH = 16
STEPS = Path(__file__).parents[1] / "queries" / "fold"

CELLS = """
    month date, source varchar, segment varchar, province varchar, regency varchar, programmes varchar,
    sex varchar, age_band varchar, opening bigint, new bigint, reactivated bigint, moved_in bigint,
    lapsed bigint, moved_out bigint, reclassified_in bigint, reclassified_out bigint, correction bigint,
    active bigint, flows_unknown bigint, carried boolean, simulated boolean
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a source's stock of a month comes from. Without a delivery there is nothing to carry."""

    month: dt.date
    source: str
    state: str
    delivery: Delivery | None


@dataclass(frozen=True, slots=True)
class Part:
    """The folded cells of one month, in a Parquet file whose name ends in its own hash."""

    month: dt.date
    key: str
    path: Path


@lru_cache
def step(name: str) -> str:
    """The SQL of one step of the fold."""
    return (STEPS / f"{name}.sql").read_text(encoding="utf-8")


def origins(deliveries: Sequence[Delivery], expected_from: Mapping[str, dt.date]) -> tuple[Origin, ...]:
    """Every month and source that was delivered, or expected and is missing.

    Expected is a source from `expected_from` on, and any source after the first month it delivered;
    a missing one carries the delivery of its last delivered month.
    """
    counting = counted(deliveries)
    if not counting:
        return ()
    known = [month for month, _ in counting]
    first = min(known)
    begins = {source: max(month, first) for source, month in expected_from.items()}
    for month, source in counting:
        begins[source] = min(begins.get(source, month), month)
    found = []
    last: dict[str, Delivery] = {}
    for month in months_between(first, max(known)):
        for source in sorted(begins):
            if delivery := counting.get((month, source)):
                last[source] = delivery
                found.append(Origin(month, source, "delivered", delivery))
            elif month >= begins[source]:
                found.append(Origin(month, source, "missing", last.get(source)))
    return tuple(found)


def parts(store: Store, codes: Codes, found: Iterable[Origin]) -> tuple[Part, ...]:
    """Fold every month, oldest first, each from the cache where its inputs have not changed."""
    by_month: dict[dt.date, list[Origin]] = {}
    for origin in found:
        by_month.setdefault(origin.month, []).append(origin)
    folded: list[Part] = []
    for month, month_origins in sorted(by_month.items()):
        previous = folded[-1] if folded else None
        folded.append(_part(store, codes, month, month_origins, previous))
    return tuple(folded)


def _part(
    store: Store, codes: Codes, month: dt.date, month_origins: Sequence[Origin], previous: Part | None
) -> Part:
    delivered: dict[Delivery, list[str]] = {}
    missing = []
    for origin in month_origins:
        if origin.state == "delivered" and origin.delivery:
            delivered.setdefault(origin.delivery, []).append(origin.source)
        else:
            missing.append(origin.source)
    key = hashlib.sha256(
        json.dumps(
            {
                "step": step("month_cells"),
                "month": month_text(month),
                "delivered": sorted([delivery.sha256, sources] for delivery, sources in delivered.items()),
                "missing": missing,
                "previous": previous.key if previous else None,
            }
        ).encode()
    ).hexdigest()
    folder = store.root / "parts"
    if cached := _cached(folder, key):
        return Part(month, key, cached)
    rows = [_picked(store.rows(delivery, codes), sources) for delivery, sources in delivered.items()]
    path = _fold(folder, key, month, pa.concat_tables(rows) if rows else None, previous, missing)
    return Part(month, key, path)


def _cached(folder: Path, key: str) -> Path | None:
    """The cached part of a key; one that no longer holds what was folded is thrown away."""
    for path in folder.glob(f"{key}-*.parquet"):
        if path.is_file() and durable.sha256(path).startswith(path.stem.removeprefix(f"{key}-")):
            return path
        path.unlink()
    return None


def _picked(rows: pa.Table, sources: Sequence[str]) -> pa.Table:
    return rows.filter(pc.is_in(rows["source"], pa.array(sources)))


def _fold(
    folder: Path,
    key: str,
    month: dt.date,
    delivered: pa.Table | None,
    previous: Part | None,
    missing: Sequence[str],
) -> Path:
    with duckdb.connect() as connection:
        connection.execute(f"create table previous ({CELLS})")
        if previous:
            connection.execute("insert into previous from read_parquet($path)", {"path": str(previous.path)})
        if delivered is None:
            delivered = connection.sql("select * from previous limit 0").to_arrow_table()
        connection.register("delivered", delivered)
        connection.execute(
            f"create table cells as {step('month_cells')}",
            {"month": month, "first": previous is None, "missing": list(missing)},
        )
        written = durable.temporary(folder / f"{key}.parquet")
        try:
            connection.execute(f"copy cells to '{_quoted(written)}' (format parquet, compression zstd)")
            path = folder / f"{key}-{durable.sha256(written)[:_HASH]}.parquet"
            durable.put(written, path)
        finally:
            written.unlink(missing_ok=True)
    return path


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def expected_sources(rows: Iterable[Mapping[str, Any]]) -> dict[str, dt.date]:
    """From `partner_sources.csv`: the first month in which each source owes a delivery."""
    return {row["source"]: row["expected_from"] for row in rows if row["expected_from"]}
