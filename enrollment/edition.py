"""Editions: immutable DuckDB files that hold everything the pages ask, and the pointer to the current one.

An edition is named by its fingerprint, a hash of its content. A publication is one small file that
says which edition is current from a moment on; the highest readable one counts. Nothing published is
edited: a correction is a new edition, and readers keep the file that they have open.
"""

import datetime as dt
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow.parquet as pq

from enrollment import durable
from enrollment.building import SHORT, STANDS_IN, BuildFailed, Candidate, fingerprint_of
from enrollment.fold import literal
from enrollment.months import WESTERN_INDONESIA
from enrollment.store import Store

_MAKING = threading.Lock()
_UNFINISHED = ".making-"
_ABANDONED = 3600.0
"""Seconds after which nobody is still making a file of what is seen."""


class NothingPublished(Exception):
    """The data directory has no edition yet."""


class NotYetKnown(NothingPublished):
    """No edition was published on or before the day asked for; `first` is the day of the first one."""

    def __init__(self, known_on: dt.date, first: dt.date) -> None:
        super().__init__(known_on.isoformat())
        self.known_on, self.first = known_on, first


class UnknownEdition(Exception):
    """No published edition has the id asked for."""


class EditionDamaged(Exception):
    """An edition file is missing, differs from what was published, or has a write-ahead log beside it."""


@dataclass(frozen=True, slots=True)
class Publication:
    """From `time` on (UTC) the edition `file` is current.

    `headline` is its status as published, `forecast` where it led then; earlier ones had none.
    """

    number: int
    time: dt.datetime
    who: str
    note: str
    fingerprint: str
    sha256: str
    file: str
    headline: Mapping[str, Any] = field(default_factory=dict, hash=False)
    forecast: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def short(self) -> str:
        """The id that links and slides carry."""
        return self.fingerprint[:SHORT]

    @property
    def known_on(self) -> dt.date:
        """The day of the publication in Western Indonesian Time."""
        return self.time.astimezone(WESTERN_INDONESIA).date()


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edition records of its own making.

    `fold` is a hash of the program that folded it, None in editions that did not record it yet;
    `reference` holds the hashes of the reference files by name.
    """

    format: int
    definitions: int
    fold: str | None
    reference: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees in place of some tables of an edition.

    Each SELECT in `tables` stands in for the table of its name, and reads the tables of the edition as
    they are. Whatever is asked of an edition that is seen so, is asked of these. Without any, the edition's
    file holds them already.
    """

    name: str
    """Says what is seen: sights of one name are the same."""
    tables: tuple[tuple[str, str], ...] = field(compare=False)
    protects: bool = False
    """Whether small counts are kept: a part of which nothing is shown may be small, and is left out."""


@dataclass(frozen=True)
class Edition:
    """An opened edition: read-only, without access to any other file."""

    publication: Publication
    path: Path
    damaged: tuple[str, ...] = ()
    """Names of newer publications or editions that could not be used."""
    sight: Sight | None = None
    """What is seen of it, where that is not everything."""
    exact: Path | None = None
    """Where everything is, if `path` is a file of what is seen."""

    @property
    def protected(self) -> bool:
        """Whether small counts are kept from whoever sees it so."""
        return self.sight is not None and self.sight.protects

    def seen(self, sight: Sight | None) -> "Edition":
        """The same edition as somebody sees it."""
        return replace(self, sight=sight)

    def seen_from(self, folder: Path) -> "Edition":
        """The same edition as it is seen, in a file of its own that is made once and kept in a folder.

        Its name holds its hash; a file that is not what was made is made again. Raises OSError.
        """
        if self.sight is None or not self.sight.tables:
            return self
        told = hashlib.sha256(repr(self.sight).encode()).hexdigest()[:SHORT]
        name = f"{self.path.stem}-{told}"
        # Whoever comes meanwhile waits for what is being made, and does not make it too.
        with _MAKING:
            path = _whole_file(folder, name) or self._made(folder, name)
        return replace(self, path=path, sight=replace(self.sight, tables=()), exact=self.path)

    def _made(self, folder: Path, name: str) -> Path:
        _tidy(folder)
        # Nobody holds the store's lock here: a name of its own, which no other process takes or sweeps away.
        written = folder / f"{_UNFINISHED}{secrets.token_hex(8)}.duckdb"
        try:
            with closing(_in_memory()) as connection:
                connection.execute(f"attach {literal(written)} as made")
                self._attach(connection, "made", "whole", "table")
            path = folder / f"{name}-{durable.sha256(written)[:SHORT]}.duckdb"
            durable.put(written, path)
        except duckdb.Error as error:
            raise BuildFailed(type(error).__name__) from error
        finally:
            for left in folder.glob(f"{written.name}*"):
                left.unlink(missing_ok=True)
        return path

    @property
    def whole(self) -> "Edition":
        """The same edition with nothing left out, for what is told of the whole country alone."""
        return (
            self
            if self.sight is None
            else replace(self, path=self.exact or self.path, sight=None, exact=None)
        )

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self.sight is None or not self.sight.tables:
            return duckdb.connect(
                str(self.path),
                read_only=True,
                config={"enable_external_access": "false", "lock_configuration": "true"},
            )
        connection = _in_memory()
        self._attach(connection, "memory", "whole")
        return _locked(connection, "memory")

    def _attach(
        self, connection: duckdb.DuckDBPyConnection, catalog: str, whole: str, others: str = "view"
    ) -> None:
        """Let the tables of this edition, as they are seen, stand in a catalog; `others` are as they were."""
        _attach_file(connection, self.path, whole)
        connection.execute(f"use {whole}")
        replaced = dict(self.sight.tables if self.sight else ())
        for name in _tables(connection, whole):
            if name in replaced:
                connection.execute(f"create table {catalog}.main.{name} as {replaced[name]}")
            else:
                connection.execute(f"create {others} {catalog}.main.{name} as from {whole}.main.{name}")

    def __hash__(self) -> int:
        return hash(self.publication.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edition) and (other.path, other.sight) == (self.path, self.sight)

    @property
    def fingerprint(self) -> str:
        return self.publication.fingerprint

    @property
    def short(self) -> str:
        return self.publication.short

    @cached_property
    def facts(self) -> Facts:
        """How this edition was made."""
        cursor = self.cursor()
        try:
            # An edition older than the column `fold` has the null outside in its place.
            made = cursor.execute(
                "select known.* from (select null::varchar as fold),"
                " lateral (select format, definitions, fold from edition) as known"
            ).fetchall()
            reference = dict(cursor.execute("select name, sha256 from reference_files").fetchall())
        finally:
            cursor.close()
        (format_, definitions, fold), *_ = made
        return Facts(format_, definitions, fold, reference)

    def close(self) -> None:
        """Let go of the file; the edition is not asked again."""
        if "_connection" in self.__dict__:
            self._connection.close()

    @cached_property
    def _stands_in(self) -> tuple[str, ...]:
        """Views that stand in for tables that this edition is too old to have."""
        tables = _tables(self._connection, "whole" if self.sight and self.sight.tables else None)
        return tuple(view for name, view in STANDS_IN.items() if name not in tables)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A fresh cursor; one question, one cursor."""
        with _OPENING:
            cursor = self._connection.cursor()
            for view in self._stands_in:
                cursor.execute(view)
            return cursor

    def write_cube(self, target: BinaryIO) -> None:
        """Write every cell of the cube as one Parquet file, typed as the table is.

        The connection may open no file, so rows pass through here, a group at a time.
        """
        cursor = self.cursor()
        try:
            groups = cursor.sql("from cube_fine").to_arrow_reader(_GROUP)
            with pq.ParquetWriter(target, groups.schema, compression="zstd") as written:
                for group in groups:
                    written.write_batch(group, row_group_size=_GROUP)
        finally:
            cursor.close()

    def cursor_beside(self, earlier: "Edition") -> duckdb.DuckDBPyConnection:
        """A connection on this edition with another one attached as `earlier`."""
        connection = _in_memory()
        for name, edition in (("this", self), ("earlier", earlier)):
            if edition.sight is None or not edition.sight.tables:
                _attach_file(connection, edition.path, name)
            else:
                connection.execute(f"attach ':memory:' as {name}")
                edition._attach(connection, name, f"{name}_whole")
        return _locked(connection, "this")


def _in_memory() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    # Its bar of progress would go to standard output.
    connection.execute("set enable_progress_bar = false")
    return connection


def _attach_file(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    connection.execute(f"attach {literal(path)} as {name} (read_only)")


def _whole_file(folder: Path, name: str) -> Path | None:
    """The file of what is seen; one that is not what was made is taken away."""
    for path in folder.glob(f"{name}-*.duckdb"):
        if _is_named_by_its_hash(path):
            return path
        path.unlink(missing_ok=True)
    return None


def _tidy(folder: Path) -> None:
    """Take away what somebody began and did not end, if it is older than any that is still being made."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"{_UNFINISHED}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _ABANDONED:
                path.unlink()


def _is_named_by_its_hash(path: Path) -> bool:
    """Whether a file is what it was when it was named; looked up once."""
    key = _key(path)
    if key not in _CHECKED:
        _CHECKED[key] = durable.sha256(path)
    return _CHECKED[key].startswith(path.stem.rpartition("-")[2])


def _locked(connection: duckdb.DuckDBPyConnection, catalog: str) -> duckdb.DuckDBPyConnection:
    """The same connection, reading a catalog, and no file that it has not open."""
    connection.execute(f"use {catalog}")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _tables(connection: duckdb.DuckDBPyConnection, catalog: str | None) -> frozenset[str]:
    """The names of the tables of a catalog, by default of the one that is open."""
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = coalesce($catalog, current_database())",
        {"catalog": catalog},
    )
    return frozenset(name for (name,) in found.fetchall())


_OPENING = threading.Lock()
# Rows of the cube that are held in memory at once on their way out.
_GROUP = 122_880


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
    forecast = record.get("forecast", {})
    sound = all(isinstance(text, str) for text in texts.values())
    sound = sound and isinstance(record["headline"], dict) and isinstance(forecast, dict)
    if not sound or time.tzinfo is None or Path(texts["file"]).name != texts["file"]:
        raise ValueError("not a publication record")
    return Publication(number=number, time=time, headline=record["headline"], forecast=forecast, **texts)


def open_edition(store: Store, *, edition: str | None = None, known_on: dt.date | None = None) -> Edition:
    """The current edition, one named by (the beginning of) its id, or the one current on a day.

    A damaged edition is passed over for the last good one, which names what was passed over. Raises
    NothingPublished, NotYetKnown, UnknownEdition, or EditionDamaged when no good edition is left.
    """
    found, damaged = publications(store)
    if not found and not damaged:
        raise NothingPublished
    if edition is not None:
        found = tuple(item for item in found if len(edition) >= 4 and item.fingerprint.startswith(edition))
        if not found:
            raise UnknownEdition(edition)
    if known_on is not None and found:
        first = found[0].known_on
        found = tuple(item for item in found if item.known_on <= known_on)
        if not found:
            raise NotYetKnown(known_on, first)
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


def _key(path: Path) -> tuple[Path, int, int]:
    stat = path.stat()
    return path, stat.st_mtime_ns, stat.st_size


def check(path: Path, expected: str) -> None:
    """Hold an edition file against the hash it was published with. Raises EditionDamaged.

    The hash of a file that has not been touched since is remembered.
    """
    if not path.is_file() or path.with_name(path.name + ".wal").exists():
        raise EditionDamaged(path.name)
    key = _key(path)
    if key not in _CHECKED:
        _CHECKED[key] = durable.sha256(path)
    if _CHECKED[key] != expected:
        raise EditionDamaged(path.name)


def is_whole(store: Store, publication: Publication) -> bool:
    """Whether the file of a publication is what was published."""
    try:
        check(store.root / "editions" / publication.file, publication.sha256)
    except EditionDamaged:
        return False
    return True


def publish(
    store: Store,
    candidate: Candidate,
    *,
    who: str,
    note: str,
    time: dt.datetime,
    headline: Mapping[str, Any],
    forecast: Mapping[str, Any] | None = None,
) -> Publication:
    """Make a built edition current, in one rename."""
    found, damaged = publications(store)
    taken = [item.number for item in found] + [int(Path(name).stem) for name in damaged]
    number = max(taken, default=0) + 1
    said = (candidate.fingerprint, candidate.sha256, candidate.path.name, headline, forecast or {})
    return _record(store, Publication(number, time, who, note, *said))


def replace_file(store: Store, publication: Publication, rebuilt: Candidate) -> Publication:
    """Let a publication point to another file of the same fingerprint; its own is lost or damaged."""
    if rebuilt.fingerprint != publication.fingerprint:
        raise ValueError("another content is another publication")
    return _record(store, replace(publication, sha256=rebuilt.sha256, file=rebuilt.path.name))


def _record(store: Store, publication: Publication) -> Publication:
    record = {
        "time": publication.time.astimezone(dt.UTC).isoformat(),
        "who": publication.who,
        "note": publication.note,
        "fingerprint": publication.fingerprint,
        "sha256": publication.sha256,
        "file": publication.file,
        "headline": dict(publication.headline),
        "forecast": dict(publication.forecast),
    }
    durable.write_json(store.root / "publications" / f"{publication.number:06d}.json", record)
    return _publication(publication.number, record)


def recomputed_fingerprint(opened: Edition) -> str:
    """The fingerprint of an edition's content as it is now, under the format it was made with."""
    facts = opened.facts
    cursor = opened.cursor()
    try:
        return fingerprint_of(
            cursor, facts.reference, edition_format=facts.format, definitions=facts.definitions
        )
    finally:
        cursor.close()
