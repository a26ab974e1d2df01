"""Analysts' own SQL, run where it can read the permitted tables and do nothing else.

Each statement goes to a process of its own kind (`enrollment.sandboxed.worker`) that holds copies of the
permitted tables and no way to anything besides; it is killed when its time is up. What is permitted is
what `enrollment.schema` describes. A process serves one statement at a time, and is kept for the next one
over the same edition.
"""

import atexit
import datetime as dt
import decimal
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from enrollment import disclosure, publishing
from enrollment.edition import Edition
from enrollment.sandbox.processes import PROCESSES, Pool, permitted
from enrollment.sandbox.refusals import (
    Busy,
    Cancelled,
    Mistake,
    NotOneSelect,
    NotPermitted,
    PivotNeedsList,
    Refused,
    TookTooLong,
    TooLarge,
    TooLong,
    WorkerDied,
    refused,
)
from enrollment.store import Store, data_directory

__all__ = [
    "Busy",
    "Cancelled",
    "Mistake",
    "NotOneSelect",
    "NotPermitted",
    "PivotNeedsList",
    "Refused",
    "Result",
    "Running",
    "TooLarge",
    "TooLong",
    "TookTooLong",
    "WorkerDied",
    "permitted",
    "run",
]

SECONDS = 5.0
"""How long a statement may take."""
WAITING_SECONDS = 10.0
"""How long one waits until others have their answers."""


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
    store = Store(data_directory())
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
            # Who gave up while waiting costs nobody a process.
            if self._cancelled.is_set():
                raise refused("cancelled")
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


_POOL = Pool()
_ROOM = threading.BoundedSemaphore(PROCESSES)
atexit.register(_POOL.end)

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
