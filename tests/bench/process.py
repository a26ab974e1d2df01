"""One piece of work in a process of its own, so that what it costs is its own.

`python -m tests.bench.process MODULE FUNCTION ARGUMENTS` runs it and prints its cost. Modules are imported
before the clock starts; the peak is that of the whole process.
"""

import importlib
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, TypeVar

Arguments = Mapping[str, str]


@dataclass(frozen=True)
class Cost:
    """CPU seconds of the process and its children, wall seconds, and the largest memory held, MB."""

    cpu: float
    wall: float
    peak: float


Figures = TypeVar("Figures", bound=Any)


def cost(work: Callable[..., None], **arguments: Path | str) -> Cost:
    """What a function of a module costs in a fresh process. Raises CalledProcessError."""
    given = json.dumps({name: str(value) for name, value in arguments.items()})
    command = [sys.executable, "-m", "tests.bench.process", work.__module__, work.__name__, given]
    said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return Cost(**json.loads(said.stdout.splitlines()[-1]))


def in_turn(
    rounds: int, ours: Callable[[], Cost], other: Callable[[], Cost]
) -> tuple[list[Cost], list[Cost]]:
    """What ours and the yardstick cost, round by round, so that a busy minute meets both."""
    taken = [(ours(), other()) for _ in range(rounds)]
    return [each for each, _ in taken], [each for _, each in taken]


def median(rounds: Sequence[Figures]) -> Figures:
    """The median of each figure of a dataclass by itself."""
    return type(rounds[0])(*map(statistics.median, zip(*map(astuple, rounds), strict=True)))


def _measured(work: Callable[..., None], arguments: Arguments) -> Cost:
    cpu, wall = _cpu(), time.perf_counter()
    work(**arguments)
    return Cost(_cpu() - cpu, time.perf_counter() - wall, _peak())


def _cpu() -> float:
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def _peak() -> float:
    """MB at most, of the process and its largest child."""
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = Path("/proc/self/status")
    if status.exists():
        # Linux counts into ru_maxrss what the parent held before it started this process.
        own = int(re.findall(r"VmHWM:\s+(\d+)", status.read_text(encoding="ascii"))[0])
    return (own + child) / (1024 if sys.platform != "darwin" else 2**20)


if __name__ == "__main__":
    module, function, given = sys.argv[1:]
    taken = _measured(getattr(importlib.import_module(module), function), json.loads(given))
    print(json.dumps(vars(taken)))
