"""Engines: what carries out the steps of the fold that are about single people.

`statements` says the steps once; an engine knows where people lie and runs SQL over them. DuckDB runs it as
it stands, Spark (`on_spark`) in its own dialect.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa

from enrollment.fold.steps import literal

Value = str | int | bool | object
Values = Mapping[str, Value]

MEMBERS = {
    "key": "blob",
    "source": "varchar",
    "segment": "varchar",
    "province": "varchar",
    "regency": "varchar",
    "programmes": "varchar",
    "sex": "varchar",
    "birth_year": "integer",
    "birth_date": "date",
    "simulated": "boolean",
}
"""Columns of members as the steps take them, with DuckDB's types. A key is 16 bytes."""
REPORTED = ("regency", "sex", "birth_year", "birth_date")
"""The columns that may be null, or missing altogether."""

_FILE = "file:"
_HALF_WRITTEN = ".part"
_NO_FILES_FAULT = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException)
_PARAMETER = re.compile(r"\$(\w+)")
_COMMENT = re.compile(r"--[^\n]*")


class EngineFailed(Exception):
    """An engine could not do what it was told; the text is its own first line."""


class EngineEnded(EngineFailed):
    """An engine that runs in a process of its own is not there any more."""


class PeopleNotKept(Exception):
    """An engine keeps no people under a key: they were folded elsewhere, or are gone."""


class MembersFault(Exception):
    """Members cannot be read as what they should be. `column` is empty where no single one is to blame."""

    def __init__(self, rule: str, path: str, column: str = "", found: str = "") -> None:
        super().__init__(f"{rule}: {path} {column} {found}".strip())
        self.rule = rule
        self.path = path
        self.column = column
        self.found = found


class Engine(Protocol):
    """Tables under names, made by statements; paths are as the engine sees them. Raises EngineFailed."""

    def put(self, name: str, table: pa.Table) -> None:
        """Hand a small table over."""

    def make(self, name: str, statement: str, values: Values, *, kept: bool = False) -> None:
        """Make a table by a SELECT with `$name` parameters; `kept` is one that is asked more than once."""

    def get(self, name: str) -> pa.Table:
        """Fetch a small table."""

    def partitions(self, path: str) -> Mapping[str, str]:
        """The months under a path, by the text after `month=`, with the paths of their partitions.

        A path that is a partition itself is the only one. Partitions are absolute, for they are remembered.
        Raises MembersFault.
        """

    def read_members(self, name: str, paths: Sequence[str]) -> None:
        """Make a table of MEMBERS from Parquet files or folders of them. Raises MembersFault."""

    def keep_people(self, name: str, key: str) -> None:
        """Write a table to where folded people are kept, under a key, and go on from what was written.

        Raises EngineFailed, also where what was written is not found again.
        """

    def read_people(self, name: str, key: str) -> bool:
        """Make a table of what was kept under a key; False where nothing was."""

    def forget_people_but(self, keys: Sequence[str]) -> None:
        """Throw away the people kept under other keys, and what an interrupted fold left half written."""

    def month_ended(self) -> None:
        """Let go of every table."""


@contextmanager
def duckdb_told() -> Iterator[None]:
    """Turn what DuckDB raises into EngineFailed."""
    try:
        yield
    except duckdb.Error as error:
        raise EngineFailed(next(iter(str(error).splitlines()), type(error).__name__)) from error


@contextmanager
def _reading(file: str) -> Iterator[None]:
    """Turn what DuckDB raises of a file into MembersFault where the file is to blame, else EngineFailed."""
    with duckdb_told():
        try:
            yield
        except _NO_FILES_FAULT:
            raise
        except duckdb.Error as error:
            raise MembersFault("unreadable", file) from error


def on_this_machine(path: Path) -> str:
    """An absolute path as every engine takes it: nothing is escaped, for Hadoop unescapes nothing."""
    return f"{_FILE}//{path}"


def _local(path: str) -> Path:
    """A path of this machine, also where it is written as `file:/...` or `file:///...`."""
    return Path("/" + path.removeprefix(_FILE).lstrip("/")) if path.startswith(_FILE) else Path(path)


def named(statement: str, values: Values) -> dict[str, Value]:
    """Of some values those that a statement names."""
    names = set(_PARAMETER.findall(_COMMENT.sub("", statement)))
    return {name: value for name, value in values.items() if name in names}


@dataclass(slots=True)
class OnDuckDB:
    """The steps on one machine, as they stand; folded people are kept under `work`."""

    work: Path
    connection: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    _made: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        # Its bar of progress would go to standard output.
        self.connection.execute("set enable_progress_bar = false")
        self.connection.execute("set preserve_insertion_order = false")
        # What does not fit in memory is about people: it lies where they may lie, not wherever one stands.
        self.connection.execute(f"set temp_directory = {literal(self.work / 'spilled')}")
        self.connection.execute("create temp macro hex_number(digits) as ('0x' || digits)::hugeint")

    def put(self, name: str, table: pa.Table) -> None:
        self.connection.register("handed_over", table)
        self.make(name, "select * from handed_over", {}, kept=True)
        self.connection.unregister("handed_over")

    def make(self, name: str, statement: str, values: Values, *, kept: bool = False) -> None:
        del kept
        self._made.add(name)
        with duckdb_told():
            self.connection.execute(
                f"create or replace temp table {name} as {statement}", named(statement, values)
            )

    def get(self, name: str) -> pa.Table:
        with duckdb_told():
            return self.connection.sql(f"select * from {name}").to_arrow_table()  # noqa: S608 - own names

    def partitions(self, path: str) -> Mapping[str, str]:
        folder = _local(path).absolute()
        if not folder.is_dir():
            raise MembersFault("no_such_path", path)
        found = [folder] if folder.name.startswith("month=") else sorted(folder.glob("month=*"))
        return {part.name.removeprefix("month="): str(part) for part in found}

    def read_members(self, name: str, paths: Sequence[str]) -> None:
        files = [
            str(file)
            for path in map(_local, paths)
            for file in (
                [path]
                if path.is_file()
                else sorted(f for f in path.rglob("*.parquet") if not f.name.startswith(("_", ".")))
            )
        ]
        if not files:
            raise MembersFault("empty", ", ".join(paths))
        self.work.mkdir(parents=True, exist_ok=True)
        # Each file by itself: keys are a UUID in one and 16 bytes in the other.
        rows = " union all ".join(map(self._members, files))
        self._made.add(name)
        with duckdb_told():
            try:
                self.connection.execute(f"create or replace temp table {name} as {rows}")
            except duckdb.Error:
                # DuckDB does not always name the file; alone the one to blame fails again.
                for file in files:
                    with _reading(file):
                        self.connection.execute(
                            f"create or replace temp table {name} as {self._members(file)}"
                        )
                raise

    def _members(self, file: str) -> str:
        """The SELECT that reads a file's columns, where it has them in their types."""
        with _reading(file):
            said = self.connection.execute(f"describe from read_parquet({literal(file)})").fetchall()
        there = {row[0]: row[1] for row in said}
        for column, kind in MEMBERS.items():
            if column not in there and column not in REPORTED:
                raise MembersFault("missing_column", file, column)
            if there.get(column, kind.upper()) not in _TAKEN.get(column, {kind.upper()}):
                raise MembersFault("wrong_type", file, column, there[column])
        columns = (
            f"{column if column in there else 'null'}::{kind} as {column}" for column, kind in MEMBERS.items()
        )
        return f"select {', '.join(columns)} from read_parquet({literal(file)})"  # noqa: S608

    def keep_people(self, name: str, key: str) -> None:
        self.work.mkdir(parents=True, exist_ok=True)
        path = self.work / f"people-{key}.parquet"
        written = path.with_suffix(_HALF_WRITTEN)
        with duckdb_told():
            self.connection.execute(f"copy {name} to {literal(written)} (format parquet)")
        written.replace(path)

    def read_people(self, name: str, key: str) -> bool:
        path = self.work / f"people-{key}.parquet"
        if path.is_file():
            self.make(name, f"select * from read_parquet({literal(path)})", {})  # noqa: S608
        return path.is_file()

    def forget_people_but(self, keys: Sequence[str]) -> None:
        for path in self.work.glob("people-*"):
            if path.suffix == _HALF_WRITTEN or path.stem.removeprefix("people-") not in keys:
                path.unlink()

    def month_ended(self) -> None:
        for name in self._made:
            self.connection.execute(f"drop table if exists {name}")
        self._made.clear()


_TAKEN = {"key": {"BLOB", "UUID"}, "birth_year": {"TINYINT", "SMALLINT", "INTEGER"}}
"""Types that are taken for a column besides its own."""
