"""A dashboard of the shipped sample in a process of its own, and what the system says that it uses."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from enrollment import disclosure, publishing
from enrollment.edition import publications
from enrollment.store import Store
from tests.bench.crowd.clients import Plan, Seen
from tests.browser import ROOT
from tests.e2e.conftest import Server, _await_health, _free_port

_TICKS = os.sysconf("SC_CLK_TCK")


def published(folder: Path) -> Path:
    """A data directory with the sample published, also as viewers see it, made where it is not there yet."""
    made = folder / "crowd"
    os.environ["CAKUPAN_KEY_FILE"] = str(made / "key")
    store = Store(made / "data")
    if not publications(store)[0]:
        publishing.publish_sample(store)
    disclosure.protected(publishing.current(store), store)
    return store.data


@dataclass(frozen=True)
class Process:
    """A running dashboard."""

    url: str
    number: int

    def cpu(self) -> float:
        """User and system seconds that it has used."""
        fields = Path(f"/proc/{self.number}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """MB of it that are in memory now."""
        status = Path(f"/proc/{self.number}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Process]:
    """A server on a free port until the block ends."""
    port = _free_port()
    log = data.parent / f"server-{port}.log"
    command = [sys.executable, "-m", "enrollment.ui.server", "--data", str(data), "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, env=os.environ | environment)
    try:
        _await_health(Server(f"http://127.0.0.1:{port}", data, log), process)
        yield Process(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def clicked(
    plan: Plan, inside: Callable[[], object] = lambda: None, done: Callable[[], object] = lambda: None
) -> Seen:
    """What the viewers of a plan saw. `inside` is called before they click, `done` while all are still there.

    Raises CalledProcessError where the viewers themselves failed.
    """
    command = [sys.executable, "-m", "tests.bench.crowd.clients", json.dumps(asdict(plan))]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        if process.stdout.readline().strip() == "inside":
            inside()
        told = process.stdout.readline()
        done()
        process.stdin.close()
        if process.wait() or not told:
            raise subprocess.CalledProcessError(process.returncode, command)
    return Seen(**json.loads(told))
