"""The processes that run statements: started over the permitted tables of an edition, kept, and ended."""

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from enrollment import schema
from enrollment.edition import Edition
from enrollment.sandbox.refusals import Refused, refused

PROCESSES = 3
"""Statements that run at once, and processes that are kept."""

_START_SECONDS = 60.0
_ROOT = Path(__file__).parents[2]
_START = "import sys; sys.path.insert(0, sys.argv[1]); from enrollment.sandboxed.worker import main; main()"


@dataclass
class Worker:
    """A process and what it was made for."""

    edition: Edition
    process: "subprocess.Popen[bytes]"
    asking: IO[bytes]
    answers: IO[bytes]

    @classmethod
    def started(cls, edition: Edition, tables: Mapping[str, str]) -> "Worker":
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
class Pool:
    """Processes that wait for their next statement, the one used last at the end."""

    idle: list[Worker] = field(default_factory=list)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, edition: Edition) -> Worker:
        """A process over the permitted tables of an edition; a new one where none waits."""
        with self.guard:
            for worker in reversed(self.idle):
                if worker.edition == edition:
                    self.idle.remove(worker)
                    if worker.process.poll() is None:
                        return worker
                    worker.end()
        return Worker.started(edition, permitted(edition))

    def give_back(self, worker: Worker) -> None:
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
