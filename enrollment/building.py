"""Building: one new edition file out of what is kept, and the fingerprint that names its content.

The file is complete and on the disk before anything points to it; `edition.publish` does that.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from enrollment import durable, fold
from enrollment.delivery import Delivery, counted
from enrollment.reconciliation import tables as reconciled
from enrollment.reconciliation.result import Result
from enrollment.reference import SCHEMAS, Reference
from enrollment.store import Store

FORMAT = 5
"""Raised when the tables of an edition change shape."""
DEFINITIONS = 3
"""Raised, with a line in CHANGELOG.md, when the meaning of a question changes."""
SHORT = 10
_LATER_REFERENCE = ("regencies", "eligible", "annotations", "plans", "instructions", "events", "prognoses")
_SQL_TYPES = {
    pa.string(): "varchar",
    pa.int64(): "bigint",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp",
    pa.bool_(): "boolean",
}


def _nothing(name: str, columns: Iterable[tuple[str, pa.DataType]]) -> str:
    """A table without rows, as a view."""
    nulls = ", ".join(f"null::{_SQL_TYPES[kind]} as {column}" for column, kind in columns)
    return f"create temp view {name} as select {nulls} where false"


STANDS_IN = {
    "lineage_parts": """
        create temp view lineage_parts as
        select
            lineage.month,
            lineage.source,
            lineage.sha256,
            deliveries.cells as rows,
            lineage.active as people
        from lineage
        join deliveries using (sha256, source)
    """,
    "cube_regency": "create temp view cube_regency as from cube_fine",
    "cube_traits": "create temp view cube_traits as from cube_fine",
    **{name: _nothing(name, SCHEMAS[name].items()) for name in _LATER_REFERENCE},
    **{
        name: _nothing(name, zip(schema.names, schema.types, strict=True))
        for name, schema in reconciled.SCHEMAS.items()
    },
}
"""What older editions say in place of a table: each source's month came from one delivery then, the fine
cube answered what the coarse one did not, and tables that were not there yet hold nothing."""

_DELIVERIES = pa.schema(
    [
        ("sha256", pa.string()),
        ("file", pa.string()),
        ("kind", pa.string()),
        ("month", pa.date32()),
        ("source", pa.string()),
        ("cells", pa.int64()),
        ("active", pa.int64()),
        ("received_at", pa.timestamp("us")),
        ("received_by", pa.string()),
        ("simulated", pa.bool_()),
        ("counted", pa.bool_()),
    ]
)
_COUNTING = pa.schema(
    [
        ("month", pa.date32()),
        ("source", pa.string()),
        ("state", pa.string()),
        ("sha256", pa.string()),
        ("delivered_month", pa.date32()),
    ]
)
_HOLDINGS = pa.schema(
    [
        ("month", pa.date32()),
        ("source", pa.string()),
        ("sha256", pa.string()),
        ("mends", pa.bool_()),
        ("rows", pa.int64()),
        ("province", pa.string()),
    ]
)
_LISTS = "month date, source varchar, listed bigint, elsewhere bigint"
_COHORTS = """
    month date, joined date, source varchar, segment varchar, province varchar, joined_people bigint,
    active bigint
"""
_FACTS = pa.schema(
    [
        ("fingerprint", pa.string()),
        ("format", pa.int64()),
        ("definitions", pa.int64()),
        ("fold", pa.string()),
        ("simulated", pa.bool_()),
    ]
)


class BuildFailed(OSError):
    """The database could not write an edition, for want of room or memory."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A built edition that is not published yet; `folded` are the keys of the parts it was built from."""

    fingerprint: str
    sha256: str
    path: Path
    folded: frozenset[str] = frozenset()


def build(
    store: Store,
    deliveries: Sequence[Delivery],
    tables: Reference,
    progress: Callable[[int, int], None] | None = None,
    results: Sequence[Result] = (),
) -> Candidate:
    """Fold the deliveries and write them with reference data and reconciliations into a new edition file.

    `results` hold at most one reconciliation of each month and source. `progress` is told months folded and
    months in all. Only `publish` makes the edition visible. The caller holds the store's lock.
    """
    try:
        return _built(store, origins_of(deliveries, tables), deliveries, tables, results, progress)
    except duckdb.Error as error:
        raise BuildFailed(_first_line(error)) from error


def origins_of(deliveries: Sequence[Delivery], tables: Reference) -> tuple[fold.Origin, ...]:
    """Where the people of every month and source come from."""
    expected = fold.expected_sources(tables.rows("partner_sources")) if _simulated(deliveries) else {}
    return fold.origins(deliveries, expected)


def priorities_of(tables: Reference) -> dict[str, int]:
    """Under which of several sources a person is counted; the lowest comes first."""
    return {row["source"]: row["priority"] for row in tables.rows("partner_sources")}


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _built(
    store: Store,
    origins: Sequence[fold.Origin],
    deliveries: Sequence[Delivery],
    tables: Reference,
    results: Sequence[Result],
    progress: Callable[[int, int], None] | None,
) -> Candidate:
    parts = fold.parts(store, origins, priorities_of(tables), progress=progress)
    store.sweep()
    written = durable.temporary(store.root / "editions" / "candidate.duckdb")
    try:
        with duckdb.connect(str(written)) as connection:
            # Its bar of progress would go to standard output.
            connection.execute("set enable_progress_bar = false")
            _write(connection, parts, origins, deliveries, tables, results)
            fingerprint = fingerprint_of(connection, tables.digests)
            connection.register("facts", _facts(fingerprint, deliveries))
            connection.execute("create table edition as from facts")
            connection.execute("checkpoint")
        digest = durable.sha256(written)
        path = store.root / "editions" / f"{fingerprint[:SHORT]}-{digest[:SHORT]}.duckdb"
        durable.put(written, path)
    finally:
        written.unlink(missing_ok=True)
        written.with_name(written.name + ".wal").unlink(missing_ok=True)
    return Candidate(fingerprint, digest, path, frozenset(part.key for part in parts))


def fingerprint_of(
    connection: duckdb.DuckDBPyConnection,
    reference_digests: Mapping[str, str],
    *,
    edition_format: int = FORMAT,
    definitions: int = DEFINITIONS,
) -> str:
    """SHA-256 over the sorted lines of part hashes, reference hashes, format and definitions.

    A part is one table's rows of one month; it hashes as its row count and the two 64-bit sums of
    the MD5 of every row as text, so the order of rows and the bytes of the file play no role.
    """
    lines = [f"format {edition_format}", f"definitions {definitions}"]
    lines += [f"reference {name} {digest}" for name, digest in reference_digests.items()]
    present = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    for table, rows in _HASHED.items():
        if table in present:
            lines += [f"part {table} {month} {content}" for month, content in _part_hashes(connection, rows)]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


_HASHED = {
    "cube_fine": "cube_fine",
    "cube_coarse": "cube_coarse",
    # A source that nobody listed one by one has nothing to say of overlap.
    "overlap": "(select * from overlap where listed is not null)",
    "cohorts": "cohorts",
    **{name: name for name in reconciled.SCHEMAS},
    # When it was made, from which file, and a name that depends on an installation's key are not content.
    "reconciliations": "(select * exclude (name, file, reconciled_at) from reconciliations)",
}


_AMOUNTS = (
    *("segment", "province", "regency", "programmes", "sex", "age_band", "active", "new", "reactivated"),
    *("moved_in", "lapsed", "moved_out", "reclassified_in", "reclassified_out"),
)
"""The columns of a cell that make up what a month and source amount to."""


def _part_hashes(connection: duckdb.DuckDBPyConnection, rows: str) -> list[tuple[str, str]]:
    columns = [row[0] for row in connection.execute(f"describe from {rows}").fetchall()]
    return connection.execute(
        f"""
        select
            month::varchar,
            count(*) || ' ' || sum(md5_number_lower(content)) || ' ' || sum(md5_number_upper(content))
        from (select month, {_content(columns)} as content from {rows})
        group by month
        order by month
        """  # noqa: S608 - tables and columns are this module's own
    ).fetchall()


def _content(columns: Iterable[str]) -> str:
    """A row as one text; what is null says so."""
    row_text = ", ".join(f"coalesce({column}::varchar, '\\N')" for column in columns)
    return f"concat_ws(chr(31), {row_text})"


def _digest(connection: duckdb.DuckDBPyConnection) -> None:
    """The view `digests`: by it editions say whether a month and source amounts to something else.

    Numbers of MD5 are DuckDB's own; hence this is no step of the fold, which other engines take too.
    """
    connection.execute(
        f"""
        create temp view digests as
        select
            month,
            source,
            sum(md5_number_lower(content))::varchar || '-'
                || sum(md5_number_upper(content))::varchar as digest
        from (
            select month, source, {_content(_AMOUNTS)} as content
            from cube_fine
            where active > 0 or coalesce(new, reactivated, moved_in, lapsed, moved_out) is not null
        )
        group by month, source
        """  # noqa: S608 - the columns are this module's own
    )


def _write(
    connection: duckdb.DuckDBPyConnection,
    parts: Sequence[fold.Part],
    origins: Sequence[fold.Origin],
    deliveries: Sequence[Delivery],
    tables: Reference,
    results: Sequence[Result],
) -> None:
    connection.execute(f"create table cube_fine ({fold.CELLS})")
    for part in parts:
        connection.execute("insert into cube_fine from read_parquet($path)", {"path": str(part.path)})
    for cube in ("cube_coarse", "cube_regency", "cube_traits"):
        connection.execute(f"create table {cube} as {fold.step(cube)}")
    connection.register("counting", _counting(origins))
    _digest(connection)
    connection.execute(f"create table lineage as {fold.step('lineage')}")
    connection.register("holdings", _holdings(origins))
    connection.execute(f"create table lineage_parts as {fold.step('lineage_parts')}")
    connection.execute(f"create temp table people_lists ({_LISTS})")
    for part in parts:
        if part.overlap:
            connection.execute(
                "insert into people_lists"
                " select $month::date, source, listed, elsewhere from read_parquet($path)",
                {"month": part.month, "path": str(part.overlap)},
            )
    connection.execute(f"create table overlap as {fold.step('overlap')}")
    connection.execute(f"create table cohorts ({_COHORTS})")
    for part in parts:
        if part.cohorts:
            connection.execute(
                "insert into cohorts"
                " select $month::date, joined, source, segment, province, joined_people, active"
                " from read_parquet($path) order by joined, source, segment, province",
                {"month": part.month, "path": str(part.cohorts)},
            )
    connection.execute(f"create table months as {fold.step('months')}")
    connection.register("received", _received(deliveries))
    connection.execute("create table deliveries as from received")
    for name, table in {**tables.tables, **reconciled.tables(results)}.items():
        connection.register("rows_of_table", table)
        connection.execute(f"create table {name} as from rows_of_table")
    connection.register(
        "reference_digests", pa.table({"name": list(tables.digests), "sha256": list(tables.digests.values())})
    )
    connection.execute("create table reference_files as from reference_digests")


def _counting(origins: Sequence[fold.Origin]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "month": origin.month,
                "source": origin.source,
                "state": origin.state,
                "sha256": origin.delivery.sha256 if origin.delivery else None,
                "delivered_month": origin.delivery.month if origin.delivery else None,
            }
            for origin in origins
        ],
        schema=_COUNTING,
    )


def _holdings(origins: Sequence[fold.Origin]) -> pa.Table:
    """The deliveries behind each month and source; mended rows stand beside the delivery they mend."""
    rows: list[dict[str, object]] = []
    for origin in origins:
        held = (*origin.carried, *origin.fresh)
        names = {holding.delivery.sha256 for holding in held}
        for holding in held:
            delivery = holding.delivery
            found = (content.cells for content in delivery.contents if content.source == origin.source)
            row = {
                "month": origin.month,
                "source": origin.source,
                "sha256": delivery.sha256,
                "mends": delivery.mends in names,
                "rows": next(found, 0),
            }
            provinces = [None] if holding.only is None else sorted(holding.provinces)
            rows += [row | {"province": province} for province in provinces]
    return pa.Table.from_pylist(rows, schema=_HOLDINGS)


def _received(deliveries: Sequence[Delivery]) -> pa.Table:
    counting = {
        (month, source, piece.delivery.sha256)
        for (month, source), pieces in counted(deliveries).items()
        for piece in pieces
    }
    return pa.Table.from_pylist(
        [
            {
                "sha256": delivery.sha256,
                "file": delivery.file,
                "kind": delivery.kind,
                "month": delivery.month,
                "source": content.source,
                "cells": content.cells,
                "active": content.active,
                "received_at": delivery.received_at.astimezone(dt.UTC).replace(tzinfo=None),
                "received_by": delivery.received_by,
                "simulated": content.simulated,
                "counted": (delivery.month, content.source, delivery.sha256) in counting,
            }
            for delivery in deliveries
            for content in delivery.contents
        ],
        schema=_DELIVERIES,
    )


def _facts(fingerprint: str, deliveries: Sequence[Delivery]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "fingerprint": fingerprint,
                "format": FORMAT,
                "definitions": DEFINITIONS,
                "fold": fold.program(),
                "simulated": _simulated(deliveries),
            }
        ],
        schema=_FACTS,
    )


def _simulated(deliveries: Sequence[Delivery]) -> bool:
    snapshots = (item for item in deliveries if item.kind in ("totals", "members") and item.withdrawn is None)
    return any(content.simulated for delivery in snapshots for content in delivery.contents)
