"""Building: one new edition file out of what is kept, and the fingerprint that names its content.

The file is complete and on the disk before anything points to it; `edition.publish` does that.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from enrollment import durable, fold
from enrollment.reference import Reference
from enrollment.store import Delivery, Store, codes_of, counted

FORMAT = 1
"""Raised when the tables of an edition change shape."""
DEFINITIONS = 1
"""Raised, with a line in CHANGELOG.md, when the meaning of a question changes."""
SHORT = 10

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
_FACTS = pa.schema(
    [
        ("fingerprint", pa.string()),
        ("format", pa.int64()),
        ("definitions", pa.int64()),
        ("simulated", pa.bool_()),
    ]
)


class BuildFailed(OSError):
    """The database could not write an edition, for want of room or memory."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A built edition that is not published yet."""

    fingerprint: str
    sha256: str
    path: Path


def build(store: Store, deliveries: Sequence[Delivery], tables: Reference) -> Candidate:
    """Fold the deliveries and write them with the reference data into a new edition file.

    Only `publish` makes it visible. The caller holds the store's lock.
    """
    expected = fold.expected_sources(tables.rows("partner_sources")) if _simulated(deliveries) else {}
    origins = fold.origins(deliveries, expected)
    try:
        return _built(store, origins, deliveries, tables)
    except duckdb.Error as error:
        raise BuildFailed(_first_line(error)) from error


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _built(
    store: Store, origins: Sequence[fold.Origin], deliveries: Sequence[Delivery], tables: Reference
) -> Candidate:
    parts = fold.parts(store, codes_of(tables), origins)
    store.sweep()
    written = durable.temporary(store.root / "editions" / "candidate.duckdb")
    try:
        with duckdb.connect(str(written)) as connection:
            _write(connection, parts, origins, deliveries, tables)
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
    return Candidate(fingerprint, digest, path)


def fingerprint_of(connection: duckdb.DuckDBPyConnection, reference_digests: Mapping[str, str]) -> str:
    """SHA-256 over the sorted lines of part hashes, reference hashes, format and definitions.

    A part is one table's rows of one month; it hashes as its row count and the two 64-bit sums of
    the MD5 of every row as text, so the order of rows and the bytes of the file play no role.
    """
    lines = [f"format {FORMAT}", f"definitions {DEFINITIONS}"]
    lines += [f"reference {name} {digest}" for name, digest in reference_digests.items()]
    for table in ("cube_fine", "cube_coarse"):
        lines += [f"part {table} {month} {content}" for month, content in _part_hashes(connection, table)]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _part_hashes(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    columns = [row[0] for row in connection.execute(f"describe {table}").fetchall()]
    row_text = ", ".join(f"coalesce({column}::varchar, '\\N')" for column in columns)
    return connection.execute(
        f"""
        select
            month::varchar,
            count(*) || ' ' || sum(md5_number_lower(content)) || ' ' || sum(md5_number_upper(content))
        from (select month, concat_ws(chr(31), {row_text}) as content from {table})
        group by month
        order by month
        """  # noqa: S608 - table and columns are this module's own
    ).fetchall()


def _write(
    connection: duckdb.DuckDBPyConnection,
    parts: Sequence[fold.Part],
    origins: Sequence[fold.Origin],
    deliveries: Sequence[Delivery],
    tables: Reference,
) -> None:
    connection.execute(f"create table cube_fine ({fold.CELLS})")
    for part in parts:
        connection.execute("insert into cube_fine from read_parquet($path)", {"path": str(part.path)})
    connection.execute(f"create table cube_coarse as {fold.step('cube_coarse')}")
    connection.register("counting", _counting(origins))
    connection.execute(f"create table lineage as {fold.step('lineage')}")
    connection.execute(f"create table months as {fold.step('months')}")
    connection.register("received", _received(deliveries))
    connection.execute("create table deliveries as from received")
    for name, table in tables.tables.items():
        connection.register("reference_rows", table)
        connection.execute(f"create table {name} as from reference_rows")
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


def _received(deliveries: Sequence[Delivery]) -> pa.Table:
    counting = counted(deliveries)
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
                "counted": counting[delivery.month, content.source] is delivery,
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
                "simulated": _simulated(deliveries),
            }
        ],
        schema=_FACTS,
    )


def _simulated(deliveries: Sequence[Delivery]) -> bool:
    return any(content.simulated for delivery in deliveries for content in delivery.contents)
