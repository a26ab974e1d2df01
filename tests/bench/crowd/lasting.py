"""What comes with time and with crowds: clicks for minutes, memory that stays, all arriving together."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.bench import record
from tests.bench.crowd import server
from tests.bench.crowd.clients import THINKING, VISIT, Plan
from tests.bench.crowd.levels import quantile

ARRIVING: Final = 150
FIRST: Final = 500
"""Reruns after which memory is taken for the first time."""
GROWTH: Final = 50.0
"""MB that the reruns after them may add."""
_WINDOWS: Final = 4
_EVERY: Final = 10.0


def long(folder: Path, viewers: int, minutes: float) -> None:
    """So many viewers for so long: not one error."""
    with server.serving(server.published(folder)) as process, _memory_of(process) as memory:
        spent = process.cpu()
        seen = server.clicked(Plan([process.url], viewers, seconds=minutes * 60))
        spent = process.cpu() - spent
    clicks = sorted(seen.clicks)
    medians = {
        "viewers": viewers,
        "minutes": minutes,
        "clicks": len(clicks),
        "p50": quantile(clicks, 0.5),
        "p95": quantile(clicks, 0.95),
        "slowest": quantile(clicks, 1),
        "errors": sum(seen.errors.values()) + seen.busy,
        "cpu_a_click": spent / max(len(clicks), 1),
        "memory_most_mb": max(memory),
        "viewers_cpu": seen.own_cpu,
    }
    print(f"{viewers} viewers for {minutes:g} minutes; limit: no error")
    _table(medians)
    raw = {"memory_mb_every_10_s": memory, "errors": seen.errors, "clicks_seconds": _rounded(clicks)}
    record.write("crowd-long", {"thinking_seconds": THINKING}, medians, raw)


def at_once(folder: Path, viewers: int) -> None:
    """All arrive in one moment, at a server with room for all and at one with room for two thirds."""
    medians, raw = [], {}
    data = server.published(folder)
    for room in (viewers, viewers * 2 // 3):
        with server.serving(data, CAKUPAN_MOST_VISITORS=str(room)) as process:
            seen = server.clicked(Plan([process.url], viewers, spread=0))
        waits = sorted(seen.arrivals)
        medians.append(
            {
                "arriving": viewers,
                "room": room,
                "served": len(waits),
                "told_busy": seen.busy,
                "errors_and_hanging": sum(seen.errors.values()),
                "p50": quantile(waits, 0.5),
                "slowest": quantile(waits, 1),
            }
        )
        raw[f"room for {room}"] = {"arrivals_seconds": _rounded(waits), "errors": seen.errors}
    print(f"{viewers} viewers arriving at once; limit: each is served or told busy, none hangs")
    for each in medians:
        _table(each)
    record.write("crowd-at-once", {"viewers": viewers}, medians, raw)


def growth(folder: Path, reruns: int) -> None:
    """Memory after the first reruns and after all of them, viewers leaving and coming anew meanwhile."""
    with server.serving(server.published(folder)) as process:
        server.clicked(Plan([process.url], _WINDOWS, clicks=min(FIRST, reruns // 2)))
        first = process.memory()
        taken: list[float] = []
        with _memory_of(process) as memory:
            seen = server.clicked(
                Plan([process.url], _WINDOWS, clicks=reruns - min(FIRST, reruns // 2), seed=2),
                done=lambda: taken.append(process.memory()),
            )
    medians = {
        "reruns": len(seen.clicks) + min(FIRST, reruns // 2),
        "after_the_first_mb": first,
        "at_the_end_mb": taken[0],
        "growth_mb": taken[0] - first,
        "errors": sum(seen.errors.values()) + seen.busy,
    }
    print(f"memory over {reruns:,} reruns; limit: {GROWTH:.0f} MB after the first {FIRST}")
    _table(medians)
    raw = {"memory_mb_every_10_s": memory, "errors": seen.errors}
    record.write("crowd-growth", {"windows": _WINDOWS, "clicks_of_a_visit": VISIT}, medians, raw)


@contextmanager
def _memory_of(process: server.Process) -> Iterator[list[float]]:
    """The server's memory, MB, every ten seconds while the block runs."""
    taken = [process.memory()]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_EVERY):
            taken.append(round(process.memory(), 1))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield taken
    finally:
        ended.set()
        watching.join()


def _rounded(seconds: list[float]) -> list[float]:
    return [round(each, 4) for each in seconds]


def _table(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        print(f"  {name:24}{value:12.3f}" if isinstance(value, float) else f"  {name:24}{value:12}")
