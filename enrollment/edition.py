"""Editions: immutable DuckDB files that hold everything the pages ask, and the pointer to the current one.

An edition is named by its fingerprint, a hash of its content. A publication is one small file that
says which edition is current from a moment on; the highest readable one counts. Nothing published is
edited: a correction is a new edition, and readers keep the file that they have open.
"""

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from enrollment import durable, fold
from enrollment.months import WESTERN_INDONESIA
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


class NothingPublished(Exception):
    """The data directory has no edition yet, or none that old."""


class UnknownEdition(Exception):
    """No published edition has the id asked for."""


class EditionDamaged(Exception):
    """An edition file is missing, differs from what was published, or has a write-ahead log beside it."""


class BuildFailed(OSError):
    """The database could not write an edition, for want of room or memory."""


@dataclass(frozen=True, slots=True)
class Publication:
    """From `time` on (UTC) the edition `file` is current. `headline` is its status as published."""

    number: int
    time: dt.datetime
    who: str
    note: str
    fingerprint: str
    sha256: str
    file: str
    headline: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def short(self) -> str:
        """The id that links and slides carry."""
        return self.fingerprint[:SHORT]

    @property
    def known_on(self) -> dt.date:
        """The day of the publication in Western Indonesian Time."""
        return self.time.astimezone(WESTERN_INDONESIA).date()


@dataclass(frozen=True)
class Edition:
    """An opened edition: read-only, without access to any other file."""

    publication: Publication
    path: Path
    damaged: tuple[str, ...] = ()
    """Names of newer publications or editions that could not be used."""

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(
            str(self.path),
            read_only=True,
            config={"enable_external_access": "false", "lock_configuration": "true"},
        )

    def __hash__(self) -> int:
        return hash(self.publication.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edition) and other.path == self.path

    @property
    def fingerprint(self) -> str:
        return self.publication.fingerprint

    @property
    def short(self) -> str:
        return self.publication.short

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A fresh cursor; one question, one cursor."""
        with _OPENING:
            return self._connection.cursor()

    def cursor_beside(self, earlier: "Edition") -> duckdb.DuckDBPyConnection:
        """A connection on this edition with another one attached as `earlier`."""
        connection = duckdb.connect()
        for name, path in (("this", self.path), ("earlier", earlier.path)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        connection.execute("use this")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        return connection


_OPENING = threading.Lock()


def publications(store: Store) -> tuple[tuple[Publication, ...], tuple[str, ...]]:
    """All readable publications, oldest first, and the names of those that are not readable."""
    readable, damaged = [], []
    for path in sorted((store.root / "publications").glob(f"{'[0-9]' * 6}.json")):
        try:
            readable.append(_publication(int(path.stem), json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, KeyError, TypeError, OSError):
            damaged.append(path.name)
    return tuple(readable), tuple(damaged)


def _publication(number: int, record: Mapping[str, Any]) -> Publication:
    """A publication from its record. Raises ValueError, KeyError or TypeError for a damaged one."""
    texts = {name: record[name] for name in ("who", "note", "fingerprint", "sha256", "file")}
    time = dt.datetime.fromisoformat(record["time"])
    sound = all(isinstance(text, str) for text in texts.values()) and isinstance(record["headline"], dict)
    if not sound or time.tzinfo is None or Path(texts["file"]).name != texts["file"]:
        raise ValueError("not a publication record")
    return Publication(number=number, time=time, headline=record["headline"], **texts)


def open_edition(store: Store, *, edition: str | None = None, known_on: dt.date | None = None) -> Edition:
    """The current edition, one named by (the beginning of) its id, or the one current on a day.

    A damaged edition is passed over for the last good one, which names what was passed over. Raises
    NothingPublished, UnknownEdition, or EditionDamaged when no good edition is left.
    """
    found, damaged = publications(store)
    if not found and not damaged:
        raise NothingPublished
    if edition is not None:
        found = tuple(item for item in found if len(edition) >= 4 and item.fingerprint.startswith(edition))
        if not found:
            raise UnknownEdition(edition)
    if known_on is not None:
        found = tuple(item for item in found if item.known_on <= known_on)
        if not found:
            raise NothingPublished
    passed_over = list(damaged)
    for publication in reversed(found):
        path = store.root / "editions" / publication.file
        try:
            check(path, publication.sha256)
        except EditionDamaged:
            passed_over.append(publication.file)
            continue
        return Edition(publication, path, tuple(dict.fromkeys(passed_over)))
    raise EditionDamaged(", ".join(passed_over))


_CHECKED: dict[tuple[Path, int, int], str] = {}


def check(path: Path, expected: str) -> None:
    """Hold an edition file against the hash it was published with. Raises EditionDamaged.

    The hash of a file that has not been touched since is remembered.
    """
    if not path.is_file() or path.with_name(path.name + ".wal").exists():
        raise EditionDamaged(path.name)
    stat = path.stat()
    key = (path, stat.st_mtime_ns, stat.st_size)
    if key not in _CHECKED:
        _CHECKED[key] = durable.sha256(path)
    if _CHECKED[key] != expected:
        raise EditionDamaged(path.name)


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


def publish(
    store: Store,
    candidate: Candidate,
    *,
    who: str,
    note: str,
    time: dt.datetime,
    headline: Mapping[str, Any],
) -> Publication:
    """Make a built edition current, in one rename."""
    found, damaged = publications(store)
    taken = [item.number for item in found] + [int(Path(name).stem) for name in damaged]
    number = max(taken, default=0) + 1
    record = {
        "time": time.astimezone(dt.UTC).isoformat(),
        "who": who,
        "note": note,
        "fingerprint": candidate.fingerprint,
        "sha256": candidate.sha256,
        "file": candidate.path.name,
        "headline": dict(headline),
    }
    durable.write_json(store.root / "publications" / f"{number:06d}.json", record)
    return _publication(number, record)


def recomputed_fingerprint(opened: Edition) -> str:
    """The fingerprint of an edition's content as it is now."""
    cursor = opened.cursor()
    try:
        digests = dict(cursor.execute("select name, sha256 from reference_files").fetchall())
        return fingerprint_of(cursor, digests)
    finally:
        cursor.close()


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
