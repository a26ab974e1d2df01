"""Analysts' own SQL, run where it can read the permitted tables and do nothing else.

Each statement goes to a process of its own kind (`enrollment.sandboxed.worker`) that holds copies of the
permitted tables and no way to anything besides; it is killed when its time is up. What is permitted is
what `enrollment.schema` describes. A process serves one statement at a time, and is kept for the next one
over the same edition.
"""

import atexit
import datetime as dt
import decimal
import json
import os
import select
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from enrollment import disclosure, publishing, schema
from enrollment.edition import Edition
from enrollment.store import PROJECT_DATA, Store

SECONDS = 5.0
"""How long a statement may take."""
WAITING_SECONDS = 10.0
"""How long one waits until others have their answers."""
PROCESSES = 3
"""Statements that run at once, and processes that are kept."""

_START_SECONDS = 60.0
_ROOT = Path(__file__).parents[1]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from enrollment.sandboxed.worker import main; main()"


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gave: `columns, rows = run(...)`.

    `kinds` are DuckDB's types of the columns; `cut` says that there were more rows than are let out.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    kinds: tuple[str, ...] = ()
    cut: bool = False
    edition: str = ""
    seconds: float = 0.0

    def __iter__(self) -> Iterator[Any]:
        yield from (self.columns, self.rows)


class Refused(Exception):
    """A statement that has no answer. `reason` is a key of the catalogue; `values` stand in its sentence."""

    def __init__(self, reason: str, values: Mapping[str, str] | None = None, filled: str = "") -> None:
        self.reason, self.values, self.filled = reason, dict(values or {}), filled
        super().__init__(f"{reason}: {self.values}" if values else reason)


class NotOneSelect(Refused):
    """More or less than one statement, or one that does something else than select."""


class NotPermitted(Refused):
    """A table, function or form of statement that is not on the list."""


class PivotNeedsList(Refused):
    """A PIVOT without its list of values; `filled` is the statement with it, where it could be written."""


class Mistake(Refused):
    """DuckDB does not understand the statement, or stumbles over a value."""


class TooLong(Refused):
    """More text, or deeper nesting, than is read."""


class TooLarge(Refused):
    """The statement needs more memory, or gives a larger answer, than is let out."""


class TookTooLong(Refused):
    """The time of a statement was up."""


class Cancelled(Refused):
    """The one who asked does not want to know any more."""


class Busy(Refused):
    """Others are being answered, for longer than one waits."""


class WorkerDied(Refused):
    """The process ended over the statement; the next one gets a new process."""


_REASONS: Mapping[str, type[Refused]] = {
    "nothing": NotOneSelect,
    "several": NotOneSelect,
    "not_select": NotOneSelect,
    "table": NotPermitted,
    "table_near": NotPermitted,
    "function": NotPermitted,
    "part": NotPermitted,
    "name": NotPermitted,
    "show": NotPermitted,
    "pivot": PivotNeedsList,
    "pivot_filled": PivotNeedsList,
    "mistake": Mistake,
    "zoned": Mistake,
    "too_long": TooLong,
    "too_deep": TooLong,
    "too_large": TooLarge,
    "too_slow": TookTooLong,
    "cancelled": Cancelled,
    "busy": Busy,
    "died": WorkerDied,
}


def refused(reason: str, values: Mapping[str, str] | None = None, filled: str = "") -> Refused:
    """The named error of a reason."""
    return _REASONS[reason](reason, values, filled)


def run(
    sql: str,
    *,
    edition: str | None = None,
    role: str = "analyst",
    params: Mapping[str, Any] | None = None,
) -> Result:
    """The columns and rows of one SELECT over the permitted tables of an edition, by default the current one.

    From a viewer small counts are kept. `params` are bound to `$name` in the statement. The data directory is
    `CAKUPAN_DATA`, else the project's own. Raises a named Refused, or NothingPublished, UnknownEdition,
    EditionDamaged.
    """
    store = Store(Path(os.environ.get("CAKUPAN_DATA") or PROJECT_DATA))
    opened = publishing.current(store, edition_id=edition)
    if role not in ("analyst", "steward"):
        opened = disclosure.protected(opened, store)
    return Running(opened, sql, params=params).result()


class Running:
    """A statement on its way: `result` waits for its answer, `cancel` ends it from another thread."""

    def __init__(self, edition: Edition, sql: str, *, params: Mapping[str, Any] | None = None) -> None:
        self._edition = edition
        self._request = {"sql": sql, "params": {name: _sent(value) for name, value in (params or {}).items()}}
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """End the statement wherever it is; `result` raises Cancelled."""
        self._cancelled.set()

    def result(self) -> Result:
        """Run the statement and return what it gave. Raises a named Refused."""
        begun = time.monotonic()
        if not _ROOM.acquire(timeout=WAITING_SECONDS):
            raise refused("busy")
        try:
            answer = self._answered()
        finally:
            _ROOM.release()
        if "refused" in answer:
            raise refused(answer["refused"], answer["values"], answer.get("filled", ""))
        return Result(
            columns=tuple(name for name, _ in answer["columns"]),
            rows=tuple(tuple(_received(value) for value in row) for row in answer["rows"]),
            kinds=tuple(kind for _, kind in answer["columns"]),
            cut=answer["cut"],
            edition=self._edition.short,
            seconds=time.monotonic() - begun,
        )

    def _answered(self) -> Mapping[str, Any]:
        worker = _POOL.take(self._edition)
        try:
            answer = worker.ask(self._request, SECONDS, self._cancelled)
        except BaseException:
            # Whatever it is doing, nobody waits for it.
            worker.end()
            raise
        _POOL.give_back(worker)
        return answer


@dataclass
class _Worker:
    """A process and what it was made for."""

    edition: Edition
    process: "subprocess.Popen[bytes]"
    asking: IO[bytes]
    answers: IO[bytes]

    @classmethod
    def started(cls, edition: Edition, tables: Mapping[str, str]) -> "_Worker":
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
        )
        if process.stdin is None or process.stdout is None:
            raise refused("died")
        worker = cls(edition, process, process.stdin, process.stdout)
        given = {"edition": str(edition.path.resolve()), "tables": dict(tables)}
        try:
            worker.ask(given, _START_SECONDS)
        except Refused:
            worker.end()
            raise
        return worker

    def ask(
        self, request: Mapping[str, Any], seconds: float, cancelled: threading.Event | None = None
    ) -> Mapping[str, Any]:
        """The answer to one request. After TookTooLong, Cancelled or WorkerDied the process is no good."""
        until = time.monotonic() + seconds
        try:
            self.asking.write(json.dumps(request).encode() + b"\n")
            self.asking.flush()
        except OSError as gone:
            raise refused("died") from gone
        read, parts = self.answers.fileno(), []
        # Unlike select, it knows files of any number, and a busy server has many.
        waiting = select.poll()
        waiting.register(read, select.POLLIN)
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise refused("too_slow", {"seconds": f"{seconds:.0f}"})
            if cancelled is not None and cancelled.is_set():
                raise refused("cancelled")
            if not waiting.poll(min(left, 0.1) * 1000):
                continue
            part = os.read(read, 1 << 20)
            if not part:
                raise refused("died")
            parts.append(part)
            if part.endswith(b"\n"):
                answer: Mapping[str, Any] = json.loads(b"".join(parts))
                return answer

    def end(self) -> None:
        """Kill the process; nothing that it could do holds it."""
        self.process.kill()
        self.process.wait()
        with suppress(BrokenPipeError):
            self.asking.close()
        self.answers.close()


@dataclass
class _Pool:
    """Processes that wait for their next statement, the one used last at the end."""

    idle: list[_Worker] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, edition: Edition) -> _Worker:
        """A process over the permitted tables of an edition; a new one where none waits."""
        with self.guard:
            for worker in reversed(self.idle):
                if worker.edition == edition:
                    self.idle.remove(worker)
                    if worker.process.poll() is None:
                        return worker
                    worker.end()
        return _Worker.started(edition, permitted(edition))

    def give_back(self, worker: _Worker) -> None:
        with self.guard:
            self.idle.append(worker)
            surplus = self.idle[:-PROCESSES]
            del self.idle[:-PROCESSES]
        for old in surplus:
            old.end()

    def end(self) -> None:
        with self.guard:
            ended, self.idle = self.idle, []
        for worker in ended:
            worker.end()


_POOL = _Pool()
_ROOM = threading.BoundedSemaphore(PROCESSES)
atexit.register(_POOL.end)


@lru_cache(maxsize=16)
def permitted(edition: Edition) -> Mapping[str, str]:
    """The SELECT behind each table that may be read, of those that the edition has, as it is seen."""
    cursor = edition.cursor()
    try:
        has = set(
            cursor.execute(
                "select table_name, column_name from duckdb_columns() where not internal"
            ).fetchall()
        )
    finally:
        cursor.close()
    selects = {}
    seen = dict(edition.sight.tables if edition.sight else ())
    for table in schema.TABLES:
        columns = [f'"{column.name}"' for column in table.columns if (table.name, column.name) in has]
        if columns:
            source = f"({seen[table.name]})" if table.name in seen else f'"{table.name}"'
            selects[table.name] = f"select {', '.join(columns)} from {source}"  # noqa: S608 - own names
    return selects


_READ: Mapping[str, Callable[[str], Any]] = {
    "date": dt.date.fromisoformat,
    "datetime": dt.datetime.fromisoformat,
    "time": dt.time.fromisoformat,
    "decimal": decimal.Decimal,
    "uuid": uuid.UUID,
    "bytes": bytes.fromhex,
}


def _received(value: Any) -> Any:
    """A value as the process had it; see `enrollment.sandboxed.worker`."""
    if not isinstance(value, list):
        return value
    tag, *parts = value
    if tag == "list":
        return [_received(item) for item in parts]
    if tag == "tuple":
        return tuple(_received(item) for item in parts)
    if tag == "dict":
        return {_key(_received(key)): _received(item) for key, item in parts}
    if tag == "interval":
        days, seconds, microseconds = parts
        return dt.timedelta(days, seconds, microseconds)
    return _READ[tag](parts[0])


def _key(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _sent(value: Any) -> Any:
    return {"date": value.isoformat()} if isinstance(value, dt.date) else value
