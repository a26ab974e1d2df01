"""The process that runs statements: it reads requests, one JSON document a line, and answers alike.

The first request names the edition's file and the SELECT behind each permitted table. They are copied
into memory, the file is let go, and the limits are set: no further file, no byte written, a bounded
address space. Each further request is one statement, run on a fresh connection.
"""

import datetime as dt
import decimal
import json
import os
import resource
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from enrollment.sandboxed.pivot import MOST_VALUES, filled_in
from enrollment.sandboxed.statement import Refusal, check

MOST_ROWS = 10_000
MOST_BYTES = 8_000_000
"""Of an answer on its way out."""

_MEGABYTE = 1 << 20
_TABLES_MEMORY = 400 * _MEGABYTE
_ROOM = 640 * _MEGABYTE
"""Address space beyond what the tables take: a runaway statement ends here."""
_CPU_SECONDS = 6
_BATCH = 500
# What Python reads only when a value of the kind first comes: afterwards it can open nothing.
_WARM = "select timestamp '2021-04-09', uuid(), 1.5::decimal(9, 2), interval 1 day, time '09:00', 'x'::blob"
_LONGEST_ERROR = 600
# What DuckDB says of faults that have a sentence of their own; moments with a zone want a library.
_NAMED = {"Max expression depth": "too_deep", "'pytz'": "zoned"}


class _TooLarge(Exception):
    """An answer of more bytes than are let out."""


def main() -> None:
    """Serve one parent until it closes the pipe."""
    requests, answers = sys.stdin.buffer, _own_output()
    given = json.loads(requests.readline())
    connection = _prepared(given["edition"], given["tables"])
    _answer(connection, given["tables"], _WARM, {})
    _confine(files=answers.fileno() + 1)
    _say(answers, {"ready": True})
    for line in requests:
        request = json.loads(line)
        resource.setrlimit(resource.RLIMIT_CPU, (_cpu_seconds() + _CPU_SECONDS, resource.RLIM_INFINITY))
        _say(answers, _answer(connection, given["tables"], request["sql"], request.get("params", {})))


def _own_output() -> BinaryIO:
    """The pipe to the parent, where nothing that DuckDB prints can get between the answers."""
    pipe = os.dup(sys.stdout.fileno())
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, sys.stdout.fileno())
    os.close(nothing)
    return os.fdopen(pipe, "wb", buffering=0)


def _prepared(edition: str, tables: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds the permitted tables and knows no file any more."""
    connection = duckdb.connect(
        config={
            "threads": "1",
            "memory_limit": f"{_TABLES_MEMORY}B",
            "temp_directory": "",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",
        }
    )
    connection.execute(f"attach {_quoted(edition)} as edition (read_only)")
    connection.execute("use edition")
    for name, select in tables.items():
        connection.execute(f'create table memory.main."{name}" as {select}')
    connection.execute("use memory")
    connection.execute("detach edition")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _confine(files: int) -> None:
    """Give up what a statement never needs: files, room without end, a place in the tree of folders."""
    os.chdir("/")
    os.nice(5)
    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + _ROOM, taken + _ROOM))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def _cpu_seconds() -> int:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + 1


def _answer(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], sql: str, params: Mapping[str, Any]
) -> dict[str, Any]:
    """What came of one statement, ready to be sent; a fault of the statement is an answer too."""
    cursor = connection.cursor()
    try:
        text = check(cursor, sql, tables)
        return _fetched(cursor, text, {name: _value(item) for name, item in params.items()})
    except Refusal as refusal:
        if refusal.reason == "pivot" and (filled := _with_list(cursor, tables, sql)):
            return {"refused": "pivot_filled", "values": {}, "filled": filled}
        return {"refused": refusal.reason, "values": refusal.values}
    except RecursionError:
        return {"refused": "too_deep", "values": {}}
    except (MemoryError, duckdb.OutOfMemoryException, _TooLarge):
        return {"refused": "too_large", "values": {}}
    except duckdb.Error as error:
        for said, reason in _NAMED.items():
            if said in str(error):
                return {"refused": reason, "values": {}}
        return {"refused": "mistake", "values": {"said": str(error)[:_LONGEST_ERROR]}}
    finally:
        cursor.close()


def _fetched(cursor: duckdb.DuckDBPyConnection, text: str, params: Mapping[str, Any]) -> dict[str, Any]:
    cursor.execute(text, params) if params else cursor.execute(text)
    columns = [[str(column[0]), str(column[1])] for column in cursor.description or []]
    rows: list[Any] = []
    size = 0
    while len(rows) <= MOST_ROWS and (batch := cursor.fetchmany(_BATCH)):
        sent = [[_plain(value) for value in row] for row in batch]
        size += len(json.dumps(sent))
        if size > MOST_BYTES:
            raise _TooLarge
        rows += sent
    return {"columns": columns, "rows": rows[:MOST_ROWS], "cut": len(rows) > MOST_ROWS}


def _with_list(cursor: duckdb.DuckDBPyConnection, tables: Mapping[str, str], sql: str) -> str | None:
    """The statement with the list that its PIVOT lacks, if it can be found and may then be run."""

    def values_of(select: str) -> list[str]:
        found = cursor.execute(check(cursor, select, tables)).fetchmany(MOST_VALUES + 1)
        return [_literal(value) for (value,) in found]

    try:
        filled = filled_in(sql, values_of)
        return filled and check(cursor, filled, tables)
    except (Refusal, RecursionError, duckdb.Error):
        return None


def _literal(value: object) -> str:
    if isinstance(value, bool | int | float | decimal.Decimal):
        return str(value)
    quoted = _quoted(str(value))
    return f"date {quoted}" if type(value) is dt.date else quoted


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_TAGS: tuple[tuple[type, str], ...] = (
    (dt.datetime, "datetime"),
    (dt.date, "date"),
    (dt.time, "time"),
    (decimal.Decimal, "decimal"),
    (uuid.UUID, "uuid"),
)


def _plain(value: Any) -> Any:
    """A value as JSON holds it: what JSON does not know stands in a list behind the name of its type."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return ["bytes", bytes(value).hex()]
    if isinstance(value, dt.timedelta):
        return ["interval", value.days, value.seconds, value.microseconds]
    if isinstance(value, list | tuple):
        return ["list" if isinstance(value, list) else "tuple", *(_plain(item) for item in value)]
    if isinstance(value, dict):
        return ["dict", *([_plain(key), _plain(item)] for key, item in value.items())]
    for kind, tag in _TAGS:
        if isinstance(value, kind):
            return [tag, value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)]
    return str(value)


def _value(sent: Any) -> Any:
    """A parameter as it was meant: a date comes as text under its name."""
    return dt.date.fromisoformat(sent["date"]) if isinstance(sent, dict) else sent


def _say(answers: BinaryIO, answer: Mapping[str, Any]) -> None:
    rest = memoryview(json.dumps(answer).encode() + b"\n")
    while rest:
        rest = rest[answers.write(rest) :]


if __name__ == "__main__":
    main()
