"""T10: how long a click takes with 1, 10, 50 and 100 viewers, and what each of them costs."""

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Final

from tests.bench import record
from tests.bench.crowd import server
from tests.bench.crowd.clients import THINKING, Plan

VIEWERS: Final = (1, 10, 50, 100)
RATIO: Final = 3.0
"""How much longer than with ten viewers the slowest of twenty clicks may take with a hundred."""
MEMORY: Final = 0.2
"""MB that a viewer may take."""
_WARMING: Final = 60
"""Clicks of one viewer beforehand: every month in both languages has been seen once."""


@dataclass(frozen=True)
class Level:
    """So many viewers, once. Seconds of a click; CPU of the server; MB of the server."""

    viewers: int
    clicks: int
    p50: float
    p95: float
    arrival: float
    """Seconds from asking for the page to the end of its first run, the median."""
    cpu_a_click: float
    cpu_share: float
    """CPU of the server as a share of one core."""
    memory_a_viewer: float
    bytes_a_click: float
    errors: int
    viewers_cpu: float
    """CPU of the viewers' own process as a share of one core."""


def run(folder: Path, rounds: int, seconds: float) -> None:
    """Measure, print a table and keep it."""
    data = server.published(folder)
    taken: dict[int, list[Level]] = {count: [] for count in VIEWERS}
    for number in range(rounds):
        for count in VIEWERS:
            taken[count].append(one := level(data, count, seconds, number))
            # A round takes minutes: what is there already is told, whatever comes of the rest.
            print(f"  round {number + 1}: {_line(one)}", flush=True)
    medians = [_median(levels) for levels in taken.values()]
    _print(medians, rounds, seconds)
    settings = {"rounds": rounds, "seconds": seconds, "thinking_seconds": THINKING, "processes": 1}
    raw = [asdict(each) for levels in taken.values() for each in levels]
    record.write("crowd", settings, [asdict(each) for each in medians], raw)


def level(data: Path, viewers: int, seconds: float, seed: int) -> Level:
    """So many viewers on a fresh server that has seen every view once."""
    uses: list[tuple[float, float, float]] = []
    with server.serving(data) as process:
        server.clicked(Plan(process.url, 1, spread=0, clicks=_WARMING, seed=seed))
        empty = process.memory()
        plan = Plan(process.url, viewers, seconds=seconds, seed=seed)
        seen = server.clicked(
            plan, *[lambda: uses.append((process.cpu(), process.memory(), time.perf_counter()))] * 2
        )
    spent, lasted = (uses[1][place] - uses[0][place] for place in (0, 2))
    clicks = sorted(seen.clicks)
    return Level(
        viewers,
        len(clicks),
        quantile(clicks, 0.5),
        quantile(clicks, 0.95),
        quantile(sorted(seen.arrivals), 0.5),
        spent / max(len(clicks), 1),
        spent / lasted,
        (uses[1][1] - empty) / viewers,
        seen.received / max(len(clicks), 1),
        sum(seen.errors.values()) + seen.busy,
        seen.own_cpu,
    )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest of the ordered values that is not below the given share of them; NaN of none."""
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else math.nan


def _median(levels: Sequence[Level]) -> Level:
    """The median of each figure by itself."""
    columns = zip(*map(astuple, levels), strict=True)
    return Level(*map(statistics.median, columns))


def _print(medians: Sequence[Level], rounds: int, seconds: float) -> None:
    print(f"T10 viewers of Progress at once, one process, medians of {rounds} rounds of {seconds:.0f} s")
    print(
        f"{'viewers':>8}{'clicks':>8}{'p50 ms':>9}{'p95 ms':>9}"
        f"{'cpu ms':>8}{'core':>7}{'MB each':>9}{'KB':>6}{'errors':>8}"
    )
    for each in medians:
        print(_line(each))
    by_viewers = {each.viewers: each for each in medians}
    if 10 in by_viewers and 100 in by_viewers:
        ratio = by_viewers[100].p95 / by_viewers[10].p95
        print(
            f"  p95 of 100 viewers is {ratio:.2f} x that of 10; limits: {RATIO} x, {MEMORY} MB each, no error"
        )


def _line(level: Level) -> str:
    return (
        f"{level.viewers:8.0f}{level.clicks:8.0f}{level.p50 * 1000:9.0f}{level.p95 * 1000:9.0f}"
        f"{level.cpu_a_click * 1000:8.1f}{level.cpu_share:7.2f}{level.memory_a_viewer:9.2f}"
        f"{level.bytes_a_click / 1000:6.0f}{level.errors:8.0f}"
    )
