"""What folding members costs on DuckDB and on Spark, and how that grows with people.

Members are those of `sample --people`, as `load` keeps them, in a folder for each month. A first month is
folded, then the one after it, which has flows; each by the command. It runs where Spark is installed.
"""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Final

from enrollment.months import month_text
from enrollment.sample_people import write_people
from enrollment.store import Store
from tests.bench import record
from tests.bench.process import Cost, cost, median

ENGINES: Final = ("duckdb", "spark")
PEOPLE: Final = (250_000, 1_000_000, 4_000_000)
STEPS: Final = ("a first month", "one more month")
_PR_SET_CHILD_SUBREAPER: Final = 36

Costs = dict[tuple[str, str], list[Cost]]
"""By engine and step, what each round took."""


def run(sizes: Sequence[int], rounds: int) -> None:
    """Measure, print and keep it."""
    found = {people: _of(people, rounds) for people in sizes}
    print(
        f"{'people':>10}{'':18}{'engine':>8}{'cpu s':>9}{'wall s':>9}{'peak MB':>9}{'cpu s per million':>19}"
    )
    for people, costs in found.items():
        for (engine, step), taken in costs.items():
            middle = median(taken)
            figures = (
                f"{middle.cpu:9.1f}{middle.wall:9.1f}{middle.peak:9.0f}{middle.cpu / people * 1e6:19.2f}"
            )
            print(f"{people:10,}  {step:16}{engine:>8}{figures}")
    medians = {
        people: {said: asdict(median(taken)) for said, taken in _named(costs)}
        for people, costs in found.items()
    }
    raw = {
        people: {said: list(map(asdict, taken)) for said, taken in _named(costs)}
        for people, costs in found.items()
    }
    settings = {"people_a_month": list(found), "rounds": rounds, "pyspark": version("pyspark")}
    record.write("engines", settings, medians, raw)


def _named(costs: Costs) -> Iterator[tuple[str, list[Cost]]]:
    for (engine, step), taken in costs.items():
        yield f"{engine}, {step}", taken


def _of(people: int, rounds: int) -> Costs:
    """What each engine's months cost, round by round."""
    found: Costs = {(e, step): [] for e in ENGINES for step in STEPS}
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        months = _members(root, people)
        for _ in range(rounds):
            for engine in ENGINES:
                data = root / "data"
                for step, month in zip(STEPS, months, strict=True):
                    taken = cost(fold, data=data, members=month, engine=engine)
                    found[engine, step].append(taken)
                    print(f"{people:10,}  {step:16}{engine:>8}  {taken.cpu:.1f} s", flush=True)
                shutil.rmtree(data)
    return found


def _members(root: Path, people: int) -> Sequence[Path]:
    """Two months of members, as they lie in a cluster."""
    os.environ["CAKUPAN_KEY_FILE"] = str(root / "key")
    store = Store(root / "loaded")
    made: Iterable[Path] = write_people(root / "made", people, len(STEPS), seed=1, form="parquet")
    for path in made:
        if path.parent.name == "snapshots":
            assert store.load(path, confirmed=True).kept
    months = []
    for delivery in store.kept():
        assert delivery.month
        month = root / "members" / f"month={month_text(delivery.month)}"
        month.mkdir(parents=True)
        shutil.move(delivery.path, month / "part-0.parquet")
        months.append(month)
    shutil.rmtree(store.data)
    shutil.rmtree(root / "made")
    return sorted(months)


def fold(data: str, members: str, engine: str) -> None:
    """Fold a month by the command, and wait for everything that it started."""
    # Spark's own process outlives the command by a moment; as a child of this one it is counted too.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    words = [sys.executable, "-m", "enrollment", "fold", "--engine", engine, "--confirm"]
    subprocess.run([*words, "--members", members, "--data", data], check=True, stdout=subprocess.DEVNULL)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
