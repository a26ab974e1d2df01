"""A server in a process of its own for as long as a block lasts, and what it has used of the processor."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.browser import ROOT

START_SECONDS = 240
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Served:
    """A server that takes connections: its address, its process, and the second of the epoch it began in."""

    url: str
    process: "subprocess.Popen[bytes]"
    started: float

    @property
    def port(self) -> int:
        """The port on localhost."""
        return int(self.url.rpartition(":")[2])

    def cpu(self) -> float:
        """User and system seconds that it has used, in ticks of mostly 10 ms."""
        return _used(_stat(self.process.pid))


def cpu_below(name: str) -> float:
    """User and system seconds of the processes with `name` in theirs that this one has started, or they."""
    stats: dict[int, tuple[str, list[str]]] = {}
    for pid in (int(path.name) for path in Path("/proc").glob("[0-9]*")):
        # A process may end while it is looked at.
        with suppress(OSError):
            stats[pid] = _comm(pid), _stat(pid)
    ours = {os.getpid()}
    while more := {pid for pid, (_, fields) in stats.items() if int(fields[1]) in ours} - ours:
        ours |= more
    return sum(_used(stats[pid][1]) for pid in ours & stats.keys() if name in stats[pid][0])


def _comm(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8")


def _stat(pid: int) -> list[str]:
    """What the system knows of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()


def _used(fields: Sequence[str]) -> float:
    return (int(fields[11]) + int(fields[12])) / _TICKS


def module(name: str, *words: str) -> list[str]:
    """The command that runs a module with this interpreter."""
    return [sys.executable, "-m", name, *words]


@contextmanager
def serving(
    command: Sequence[str], folder: Path, *, data: Path, cwd: Path = ROOT, **environment: str
) -> Iterator[Served]:
    """Serve on a free port, which `command` is given as its last word; `folder` takes what the server says.

    Raises AssertionError with the end of what it said when it takes no connections.
    """
    port = free_port()
    log = folder / f"{port}.log"
    settings = os.environ | {"CAKUPAN_DATA": str(data), "PYTHONPATH": str(ROOT)} | environment
    with log.open("wb") as out:
        started = time.time()
        process = subprocess.Popen([*command, str(port)], cwd=cwd, stdout=out, stderr=out, env=settings)
    try:
        while not answers(port):
            assert process.poll() is None, log.read_text(encoding="utf-8")[-4000:]
            assert time.time() < started + START_SECONDS, log.read_text(encoding="utf-8")[-4000:]
            time.sleep(0.01)
        yield Served(f"http://localhost:{port}", process, started)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port on localhost that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether somebody takes connections on a port of localhost."""
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
    except OSError:
        return False
    return True
