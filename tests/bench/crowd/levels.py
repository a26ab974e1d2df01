"""How long a click takes with so many viewers and what each of them costs: T10, and one process or two."""

import math
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tests.bench import record
from tests.bench.crowd import server
from tests.bench.crowd.clients import THINKING, Plan
from tests.bench.process import median

VIEWERS: Final = (1, 10, 50, 100)
RATIO: Final = 3.0
"""How much longer than with ten viewers the slowest of twenty clicks may take with a hundred."""
MEMORY: Final = 0.2
"""MB that a viewer may take."""
PROCESSES: Final = (1, 2)
CROWDS: Final = (100, 150)
"""Viewers whom one process and then two serve from one data directory."""
_WARMING: Final = 60
"""Clicks of one viewer beforehand: every month in both languages has been seen once."""


@dataclass(frozen=True)
class Level:
    """So many viewers, once. Seconds of a click; CPU and MB of all processes that serve them."""

    processes: int
    viewers: int
    clicks: int
    p50: float
    p95: float
    arrival: float
    """Seconds from asking for the page to the end of its first run, the median."""
    cpu_a_click: float
    cpu_share: float
    """CPU of the server as a share of one core."""
    memory: float
    """MB once every view has been seen, before the viewers come."""
    memory_a_viewer: float
    bytes_a_click: float
    errors: int
    viewers_cpu: float
    """CPU of the viewers' own process as a share of one core."""


def run(folder: Path, rounds: int, seconds: float) -> None:
    """Measure T10, print a table and keep it."""
    medians = _measure("crowd", [(1, count) for count in VIEWERS], folder, rounds, seconds)
    by_viewers = {each.viewers: each for each in medians}
    ratio = by_viewers[100].p95 / by_viewers[10].p95
    print(f"  p95 of 100 viewers is {ratio:.2f} x that of 10; limits: {RATIO} x, {MEMORY} MB each, no error")


def processes(folder: Path, rounds: int, seconds: float) -> None:
    """One process and two on one data directory: measure, print a table and keep it."""
    crowds = [(processes, viewers) for viewers in CROWDS for processes in PROCESSES]
    _measure("crowd-processes", crowds, folder, rounds, seconds)


def _measure(
    name: str, crowds: Sequence[tuple[int, int]], folder: Path, rounds: int, seconds: float
) -> Sequence[Level]:
    """The medians of each crowd, given as processes and viewers."""
    data = server.published(folder)
    taken: dict[tuple[int, int], list[Level]] = {crowd: [] for crowd in crowds}
    for number in range(rounds):
        for crowd in crowds:
            taken[crowd].append(one := level(data, *crowd, seconds, number))
            # A round takes minutes: what is there already is told, whatever comes of the rest.
            print(f"  round {number + 1}: {_line(one)}", flush=True)
    medians = [median(levels) for levels in taken.values()]
    _print(medians, rounds, seconds)
    settings = {"rounds": rounds, "seconds": seconds, "thinking_seconds": THINKING}
    raw = [asdict(each) for levels in taken.values() for each in levels]
    record.write(name, settings, [asdict(each) for each in medians], raw)
    return medians


def level(data: Path, processes: int, viewers: int, seconds: float, seed: int) -> Level:
    """So many viewers of fresh processes that have seen every view once."""
    uses: list[tuple[float, float, float]] = []
    with ExitStack() as stack:
        running = [stack.enter_context(server.serving(data)) for _ in range(processes)]
        for process in running:
            server.clicked(Plan([process.url], 1, spread=0, clicks=_WARMING, seed=seed))

        def memory() -> float:
            return sum(process.memory() for process in running)

        def use() -> None:
            cpu = sum(process.cpu() for process in running)
            uses.append((cpu, memory(), time.perf_counter()))

        empty = memory()
        plan = Plan([process.url for process in running], viewers, seconds=seconds, seed=seed)
        seen = server.clicked(plan, use, use)
    spent, lasted = (uses[1][place] - uses[0][place] for place in (0, 2))
    clicks = sorted(seen.clicks)
    return Level(
        processes,
        viewers,
        len(clicks),
        quantile(clicks, 0.5),
        quantile(clicks, 0.95),
        quantile(sorted(seen.arrivals), 0.5),
        spent / max(len(clicks), 1),
        spent / lasted,
        empty,
        (uses[1][1] - empty) / viewers,
        seen.received / max(len(clicks), 1),
        sum(seen.errors.values()) + seen.busy,
        seen.own_cpu,
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of the ordered values that is not below the given share of them; NaN of none."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else math.nan


def _print(medians: Sequence[Level], rounds: int, seconds: float) -> None:
    print(f"Viewers of Progress at once, medians of {rounds} rounds of {seconds:.0f} s")
    print(
        f"{'processes':>10}{'viewers':>8}{'clicks':>8}{'p50 ms':>9}{'p95 ms':>9}"
        f"{'cpu ms':>8}{'core':>7}{'MB':>7}{'MB each':>9}{'KB':>6}{'errors':>8}"
    )
    for each in medians:
        print(_line(each))


def _line(level: Level) -> str:
    return (
        f"{level.processes:10.0f}{level.viewers:8.0f}{level.clicks:8.0f}"
        f"{level.p50 * 1000:9.0f}{level.p95 * 1000:9.0f}"
        f"{level.cpu_a_click * 1000:8.1f}{level.cpu_share:7.2f}"
        f"{level.memory:7.0f}{level.memory_a_viewer:9.2f}"
        f"{level.bytes_a_click / 1000:6.0f}{level.errors:8.0f}"
    )
