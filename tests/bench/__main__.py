"""`python -m tests.bench [NAME ...] [--people N] [--rounds N] [--reruns N]`: measure, and print ratios.

Names are `load`, `fold`, `flows`, `roster`, `publication`, `person-level`, `wide`, `clicks`, `rerun`,
`crowd`, `crowd-processes`, `crowd-long`, `crowd-at-once`, `crowd-growth` and `backtest`; without one, all of
them.
`engines` is for where Spark is.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from enrollment.sample_people import write_people
from enrollment.store import Store
from tests.bench import backtest, engines, flows, fold, load, person_level, publication, record, roster, wide
from tests.bench.process import Cost, median

CROWD = ("crowd", "crowd-processes", "crowd-long", "crowd-at-once", "crowd-growth")
PEOPLE_OF_TWO_MONTHS = ("load", "fold", "flows", "roster", "publication")
NAMES = (*PEOPLE_OF_TWO_MONTHS, "person-level", "wide", "clicks", "rerun", *CROWD, "backtest")
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
    arguments.add_argument("--months", type=int, nargs="+", default=[6], help="months of the wide country")
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
            _clicks(chosen.folder or Path(made), max(chosen.months), rounds)
    if set(names) & set(PEOPLE_OF_TWO_MONTHS):
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
    """Loading, folding, flows and publishing of a number of people a month."""
    snapshots = [folder / "people" / "snapshots" / f"2021-{month}.csv" for month in ("07", "08")]
    if not all(path.exists() for path in snapshots):
        write_people(folder / "people", people, 2, SEED)
    settings = {"people_a_month": people, "rounds": rounds}
    print(f"{people:,} people a month, medians of {rounds} rounds")
    print(f"{'':34}{'ours':>10}{'yardstick':>11}{'ratio':>9}{'limit':>9}")
    if "load" in names:
        both = load.measure(snapshots[1], folder / "load", rounds)
        _print("T1 load, against COPY", *both, cpu=load.CPU, megabytes=load.PEAK)
        title = "T2 with duplicates and totals"
        _print(title, *both, cpu=load.CHECKED_CPU, megabytes=load.CHECKED_PEAK)
        record.rounds("load", settings, {"a month of CSV": _sides(*both)})
    if set(PEOPLE_OF_TWO_MONTHS[1:]) & set(names):
        store = _loaded(snapshots, folder / "data")
        if "fold" in names:
            both = fold.measure(store, folder, rounds)
            _print("T3 fold a month, against decoding", *both, cpu=fold.CPU)
            record.rounds("fold", settings, {"the first month": _sides(*both)})
        if "flows" in names:
            both = flows.measure(store, folder, rounds)
            _print("T4 flows, against a full join", *both, cpu=flows.CPU, memory=flows.PEAK)
            record.rounds("flows", settings, {"the second month": _sides(*both)})
        if "roster" in names:
            taken = {}
            for rows, limit in ((roster.SMALL, roster.CPU), (roster.LARGE, 2 * roster.CPU)):
                if rows <= people:
                    both = roster.measure(store, folder, rows, rounds)
                    _print(f"T5 a roster of {rows:,} rows, against decoding the keys", *both, cpu=limit)
                    taken[f"{rows} rows"] = _sides(*both)
            if taken:
                record.rounds("roster", settings, taken)
        if "publication" in names:
            _publication(store, folder, people, rounds)


def _publication(store: Path, folder: Path, people: int, rounds: int) -> None:
    """From people to an answer, and what lies on the disk then."""
    taken = dict(publication.measure(store, folder, people, SEED, rounds))
    for title, costs in taken.items():
        middle = median(costs)
        print(f"{title:34}{middle.cpu:10.2f} s of CPU{middle.wall:9.2f} s{middle.peak:8.0f} MB")
    kept = publication.bytes_kept(folder, people)
    for title, size in kept.items():
        print(f"bytes: {title:34}{size:14,.1f}")
    medians = {title: asdict(median(costs)) for title, costs in taken.items()}
    raw = {title: list(map(asdict, costs)) for title, costs in taken.items()}
    settings = {"people_a_month": people, "rounds": rounds, "made": 1}
    record.write("publication", settings, medians | {"bytes": kept}, raw)


def _sides(ours: Sequence[Any], other: Sequence[Any]) -> dict[str, Sequence[Any]]:
    return {"ours": ours, "yardstick": other}


def _loaded(snapshots: Sequence[Path], data: Path) -> Path:
    """A data directory with the snapshots loaded."""
    store = Store(data)
    for path in snapshots if len(store.kept()) < len(snapshots) else ():
        verdict = store.load(path).verdict
        assert verdict in ("accepted", "noted", "unchanged"), verdict
    return data


def _print(
    title: str,
    ours: Sequence[Cost],
    other: Sequence[Cost],
    *,
    cpu: float,
    megabytes: float | None = None,
    memory: float | None = None,
) -> None:
    print(title)
    for name, unit, limit in (("cpu", "s", cpu), ("wall", "s", None), ("peak", "MB", memory)):
        mine, yard = (getattr(median(costs), name) for costs in (ours, other))
        wanted = f"{limit:9.2f}" if limit else f"{megabytes:6.0f} MB" if name == "peak" and megabytes else ""
        print(f"  {f'{name} {unit}':32}{mine:10.2f}{yard:11.2f}{mine / yard:9.2f}{wanted}")


def _wide(folder: Path, spans: Sequence[int], rounds: int) -> None:
    """Questions of a country with hundreds of sources in hundreds of regencies, over so many months each."""
    taken = {}
    for months in spans:
        data = wide.made(folder, months)
        print(f"T6 {wide.SOURCES} sources x 514 regencies x {months} months, milliseconds, medians")
        print(f"{'':58}{'rows':>6}{'ours':>8}{'hand':>8}{'ratio':>7}{'sum':>8}{'ratio':>7}")
        for name, rows, each in wide.measure(data, rounds):
            middle = median(each)
            ours, hand, plain = (seconds * 1000 for seconds in astuple(middle))
            print(
                f"  {name:56}{rows:6}{ours:8.1f}{hand:8.1f}{ours / hand:7.2f}{plain:8.1f}{ours / plain:7.2f}"
            )
            taken[f"{months} months: {name}"] = {f"{rows} rows": each}
    print(f"  limits: {wide.BY_HAND} x by hand; {wide.PLAIN_SUM} x the plain sum up to 20 rows")
    record.rounds("wide", {"sources": wide.SOURCES, "months": spans, "rounds": rounds}, taken)


def _clicks(folder: Path, months: int, rounds: int) -> None:
    """Breakdown in the wide country."""
    # A browser, as below.
    from tests.bench import clicks

    data = wide.made(folder, months)
    print(f"Breakdown of {wide.SOURCES} sources x 514 regencies x {months} months, against the sample")
    print(f"{'':20}{'wall ms':>9}{'sample':>8}{'ratio':>7}{'cpu ms':>9}{'sample':>8}{'ratio':>7}")
    taken = {}
    for name, of_wide, of_sample in clicks.measure(data, rounds):
        ours, small = median(of_wide), median(of_sample)
        figures = "".join(
            f"{mine * 1000:9.0f}{other * 1000:8.0f}{mine / max(other, 0.01):7.2f}"
            for mine, other in ((ours.wall, small.wall), (ours.cpu, small.cpu))
        )
        print(f"  {name:18}{figures}")
        taken[name] = {"wide": of_wide, "sample": of_sample}
    print(f"  limit: {clicks.LIMIT} x")
    record.rounds("clicks", {"sources": wide.SOURCES, "months": months, "rounds": rounds}, taken)


def _rerun(rounds: int, reruns: int) -> None:
    """A warm rerun of a page."""
    # Only this one needs a browser.
    from tests.bench import rerun

    both = rerun.measure(rounds, reruns)
    ours, naive = map(median, both)
    print("warm rerun of Progress        ours    naive    ratio   target")
    for name in ("cpu", "wall"):
        mine, other = getattr(ours, name), getattr(naive, name)
        target = f"{rerun.TARGET:8.2f}" if name == "cpu" else ""
        figures = f"{mine * 1000:8.1f} {other * 1000:8.1f} {mine / other:8.2f} {target}"
        print(f"  {name:4} ms a rerun        {figures}")
    record.rounds("rerun", {"rounds": rounds, "reruns_a_round": reruns}, {"Progress": _sides(*both)})


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
