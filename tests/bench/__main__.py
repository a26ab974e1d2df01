"""`python -m tests.bench [NAME ...] [--people N] [--rounds N] [--reruns N]`: measure, and print ratios.

Names are `load`, `fold`, `flows`, `roster`, `person-level`, `wide`, `clicks`, `rerun`, `crowd`,
`crowd-processes`, `crowd-long`, `crowd-at-once`, `crowd-growth` and `backtest`; without one, all of them.
`engines` is for where Spark is.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from enrollment.sample_people import write_people
from enrollment.store import Store
from tests.bench import backtest, engines, flows, fold, load, person_level, roster, wide
from tests.bench.process import Cost

CROWD = ("crowd", "crowd-processes", "crowd-long", "crowd-at-once", "crowd-growth")
NAMES = ("load", "fold", "flows", "roster", "person-level", "wide", "clicks", "rerun", *CROWD, "backtest")
ENGINES = "engines"
PEOPLE = 500_000
PERSONS = 1_000_000
SEED = 1


def main() -> None:
    """Measure what is named and print it."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description=main.__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all without one")
    arguments.add_argument("--people", type=int, help="people a month, for what takes people")
    arguments.add_argument("--rounds", type=int, default=5, help="interleaved rounds, at least three")
    arguments.add_argument("--reruns", type=int, default=10, help="reruns of each page in a round")
    arguments.add_argument("--months", type=int, default=6, help="months of the wide country")
    arguments.add_argument("--folder", type=Path, help="where the files are made; they stay there")
    arguments.add_argument("--seconds", type=float, default=20, help="of each crowd in a round")
    arguments.add_argument("--minutes", type=float, default=1, help="of crowd-long")
    arguments.add_argument("--clicks", type=int, default=2_000, help="of crowd-growth")
    chosen = arguments.parse_args()
    if unknown := set(chosen.names) - {*NAMES, ENGINES}:
        arguments.error(f"not one of {', '.join(NAMES)}: {', '.join(sorted(unknown))}")
    names = chosen.names or NAMES
    rounds = max(chosen.rounds, 3)
    if "wide" in names:
        with tempfile.TemporaryDirectory() as made:
            _wide(chosen.folder or Path(made), chosen.months, rounds)
    if "clicks" in names:
        with tempfile.TemporaryDirectory() as made:
            _clicks(chosen.folder or Path(made), chosen.months, rounds)
    if set(names) & {"load", "fold", "flows", "roster"}:
        with tempfile.TemporaryDirectory() as made:
            people = chosen.people or PEOPLE
            _people(names, people, rounds, (chosen.folder or Path(made)) / str(people))
    if "person-level" in names:
        person_level.run(chosen.people or PERSONS, rounds, chosen.folder)
    if "rerun" in names:
        _rerun(rounds, chosen.reruns)
    if set(names) & set(CROWD):
        with tempfile.TemporaryDirectory() as made:
            _crowd(names, chosen, chosen.folder or Path(made))
    if "backtest" in names:
        backtest.run()
    if ENGINES in names:
        engines.run([chosen.people] if chosen.people else engines.PEOPLE, rounds)


def _people(names: Sequence[str], people: int, rounds: int, folder: Path) -> None:
    """Loading, folding and flows of a number of people a month."""
    snapshots = [folder / "people" / "snapshots" / f"2021-{month}.csv" for month in ("07", "08")]
    if not all(path.exists() for path in snapshots):
        write_people(folder / "people", people, 2, SEED)
    print(f"{people:,} people a month, medians of {rounds} rounds")
    print(f"{'':34}{'ours':>10}{'yardstick':>11}{'ratio':>9}{'limit':>9}")
    if "load" in names:
        ours, other = load.measure(snapshots[1], folder / "load", rounds)
        _print("T1 load, against COPY", ours, other, cpu=load.CPU, megabytes=load.PEAK)
        title = "T2 with duplicates and totals"
        _print(title, ours, other, cpu=load.CHECKED_CPU, megabytes=load.CHECKED_PEAK)
    if {"fold", "flows", "roster"} & set(names):
        store = _loaded(snapshots, folder / "data")
        if "fold" in names:
            ours, other = fold.measure(store, folder, rounds)
            _print("T3 fold a month, against decoding", ours, other, cpu=fold.CPU)
        if "flows" in names:
            ours, other = flows.measure(store, folder, rounds)
            _print("T4 flows, against a full join", ours, other, cpu=flows.CPU, memory=flows.PEAK)
        if "roster" in names:
            for rows, limit in ((roster.SMALL, roster.CPU), (roster.LARGE, 2 * roster.CPU)):
                if rows <= people:
                    ours, other = roster.measure(store, folder, rows, rounds)
                    _print(f"T5 a roster of {rows:,} rows, against decoding the keys", ours, other, cpu=limit)


def _loaded(snapshots: Sequence[Path], data: Path) -> Path:
    """A data directory with the snapshots loaded."""
    store = Store(data)
    for path in snapshots if len(store.kept()) < len(snapshots) else ():
        verdict = store.load(path).verdict
        assert verdict in ("accepted", "noted", "unchanged"), verdict
    return data


def _print(
    title: str,
    ours: Cost,
    other: Cost,
    *,
    cpu: float,
    megabytes: float | None = None,
    memory: float | None = None,
) -> None:
    print(title)
    for name, unit, limit in (("cpu", "s", cpu), ("wall", "s", None), ("peak", "MB", memory)):
        mine, yard = getattr(ours, name), getattr(other, name)
        wanted = f"{limit:9.2f}" if limit else f"{megabytes:6.0f} MB" if name == "peak" and megabytes else ""
        print(f"  {f'{name} {unit}':32}{mine:10.2f}{yard:11.2f}{mine / yard:9.2f}{wanted}")


def _wide(folder: Path, months: int, rounds: int) -> None:
    """Questions of a country with hundreds of sources in hundreds of regencies."""
    data = wide.made(folder, months)
    print(f"T6 {wide.SOURCES} sources x 514 regencies x {months} months, milliseconds, medians")
    print(f"{'':58}{'rows':>6}{'ours':>8}{'hand':>8}{'ratio':>7}{'sum':>8}{'ratio':>7}")
    for name, rows, ours, hand, plain in wide.measure(data, rounds):
        figures = (
            f"{ours * 1000:8.1f}{hand * 1000:8.1f}{ours / hand:7.2f}{plain * 1000:8.1f}{ours / plain:7.2f}"
        )
        print(f"  {name:56}{rows:6}{figures}")
    print(f"  limits: {wide.BY_HAND} x by hand; {wide.PLAIN_SUM} x the plain sum up to 20 rows")


def _clicks(folder: Path, months: int, rounds: int) -> None:
    """Breakdown in the wide country."""
    # A browser, as below.
    from tests.bench import clicks

    data = wide.made(folder, months)
    print(f"Breakdown of {wide.SOURCES} sources x 514 regencies x {months} months, against the sample")
    print(f"{'':20}{'wall ms':>9}{'sample':>8}{'ratio':>7}{'cpu ms':>9}{'sample':>8}{'ratio':>7}")
    for name, ours, small in clicks.measure(data, rounds):
        figures = "".join(
            f"{mine * 1000:9.0f}{other * 1000:8.0f}{mine / max(other, 0.01):7.2f}"
            for mine, other in ((ours.wall, small.wall), (ours.cpu, small.cpu))
        )
        print(f"  {name:18}{figures}")
    print(f"  limit: {clicks.LIMIT} x")


def _rerun(rounds: int, reruns: int) -> None:
    """A warm rerun of a page."""
    # Only this one needs a browser.
    from tests.bench import rerun

    ours, naive = rerun.measure(rounds, reruns)
    print("warm rerun of Progress        ours    naive    ratio   target")
    for name in ("cpu", "wall"):
        mine, other = getattr(ours, name), getattr(naive, name)
        target = f"{rerun.TARGET:8.2f}" if name == "cpu" else ""
        figures = f"{mine * 1000:8.1f} {other * 1000:8.1f} {mine / other:8.2f} {target}"
        print(f"  {name:4} ms a rerun        {figures}")


def _crowd(names: Sequence[str], chosen: argparse.Namespace, folder: Path) -> None:
    """Many viewers at once."""
    # What serves is started here, and nothing else needs it.
    from tests.bench.crowd import lasting, levels

    if "crowd" in names:
        levels.run(folder, max(chosen.rounds, 3), chosen.seconds)
    if "crowd-processes" in names:
        levels.processes(folder, max(chosen.rounds, 3), chosen.seconds)
    if "crowd-long" in names:
        lasting.long(folder, max(levels.VIEWERS), chosen.minutes)
    if "crowd-at-once" in names:
        lasting.at_once(folder, lasting.ARRIVING)
    if "crowd-growth" in names:
        lasting.growth(folder, chosen.clicks)


if __name__ == "__main__":
    main()
