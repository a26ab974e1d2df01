"""T7: a chart over a year of people, against the same answer in SQL over every person and month.

The chart is *Movement*: who was active at the beginning of each month, who joined, came back, lapsed, and who
was active at its end. The people are those of `sample --people`, a Parquet file a month, made, loaded and
published month by month.
"""

import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import duckdb

from enrollment import answers, publishing
from enrollment.months import month_end, month_text
from enrollment.sample_people import write_people
from enrollment.store import Store
from tests.bench import record
from tests.bench.process import Cost, cost, median

LIMIT: Final = 1_000.0
# All in one year: the year that people are made in decides how old they are.
MONTHS: Final = tuple(month_end(2020, month) for month in range(1, 13))
_ASKED: Final = 25
"""How often a chart is asked for in a round."""

Row = tuple[str, int | None, int | None, int | None, int | None, int]

# A person is a row of twelve bits, a bit a month, and everything else is asked of the few patterns that there
# are: grouping once is the cheapest way to do this, and needs no sorting and no join.
PERSON_LEVEL: Final = """
with people as (
    select bit_or(1 << (substr(periode, 6, 2)::integer - 1)) as months
    from read_parquet($files)
    group by nik::bigint
),

patterns as (
    select months, count(*) as people
    from people
    group by months
),

calendar as (
    select range as place, 1 << range as now, (1 << range) >> 1 as before
    from range(12)
)

select
    last_day(make_date(2020, place + 1, 1))::varchar as month,
    if(place > 0, coalesce(sum(people) filter (months & before > 0), 0), null)::bigint as opening,
    if(place > 0, coalesce(sum(people) filter (months & now > 0 and months & (now - 1) = 0), 0), null)::bigint
        as new,
    if(place > 0, coalesce(sum(people) filter (
        months & now > 0 and months & before = 0 and months & (now - 1) > 0
    ), 0), null)::bigint as reactivated,
    if(place > 0, coalesce(sum(people) filter (months & before > 0 and months & now = 0), 0), null)::bigint
        as lapsed,
    sum(people) filter (months & now > 0)::bigint as closing,
from patterns, calendar
group by place
order by place
"""


def run(people: int, rounds: int, folder: Path | None) -> None:
    """Measure, print and keep it; what is made is taken away again unless it lies in a named folder."""
    with tempfile.TemporaryDirectory() as temporary:
        root = (folder or Path(temporary)) / f"person-level-{people}"
        files = _made(root, people)
        ours: list[Cost] = []
        theirs: list[Cost] = []
        for number in range(rounds):
            told = [root / f"{who}-{number}.json" for who in ("ours", "theirs")]
            taken = cost(chart, data=root / "data", into=told[0])
            # Divided in here, for the process as a whole also starts.
            ours.append(Cost(taken.cpu / _ASKED, taken.wall / _ASKED, taken.peak))
            theirs.append(cost(person_level, folder=root / "people" / "snapshots", into=told[1]))
            mine, other = (json.loads(path.read_text(encoding="utf-8")) for path in told)
            assert mine == other, "the answers differ"
        size = sum(file.stat().st_size for file in files)
    _tell(people, rounds, size, ours, theirs, mine)


def _made(root: Path, people: int) -> Sequence[Path]:
    """The months as files, and a data directory where they are published."""
    os.environ["CAKUPAN_KEY_FILE"] = str(root / "key")
    files = [root / "people" / "snapshots" / f"{month_text(month)}.parquet" for month in MONTHS]
    if (root / "data" / "store" / "publications").exists():
        return files
    shutil.rmtree(root, ignore_errors=True)
    store = Store(root / "data")
    for month, file in zip(MONTHS, files, strict=True):
        began = time.perf_counter()
        write_people(root / "people", people, 1, seed=1, until=month, form="parquet")
        assert store.load(file, confirmed=True).kept
        print(f"  {month_text(month)} made and loaded in {time.perf_counter() - began:.0f} s", flush=True)
    began = time.perf_counter()
    publishing.publish(store, who="bench")
    print(f"  published in {time.perf_counter() - began:.0f} s", flush=True)
    return files


def chart(data: str, into: str) -> None:
    """Ask the edition for the chart again and again; the answer is written down."""
    current = publishing.current(Store(Path(data)))
    for _ in range(_ASKED):
        rows = answers.movement_by_month(current, as_of=MONTHS[-1])
    found = [
        (row.month.isoformat(), row.opening, row.new, row.reactivated, row.lapsed, row.closing)
        for row in rows
    ]
    _write(into, found)


def person_level(folder: str, into: str) -> None:
    """The same answer from the people themselves."""
    files = [f"{folder}/{month_text(month)}.parquet" for month in MONTHS]
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        _write(into, connection.execute(PERSON_LEVEL, {"files": files}).fetchall())


def _write(into: str, rows: Sequence[Row]) -> None:
    Path(into).write_text(json.dumps(rows), encoding="utf-8")


def _tell(
    people: int, rounds: int, size: int, ours: Sequence[Cost], theirs: Sequence[Cost], answer: Sequence[Row]
) -> None:
    mine, other = median(ours), median(theirs)
    person_months = sum(row[-1] for row in answer)
    ratios = {"cpu": other.cpu / mine.cpu, "wall": other.wall / mine.wall}
    print(f"T7 Movement over {person_months:,} person-months, medians of {rounds} rounds; answers identical")
    print(f"{'':12}{'a chart':>12}{'person level':>14}{'times faster':>14}{'limit':>9}")
    print(f"  {'cpu ms':10}{mine.cpu * 1000:12.1f}{other.cpu * 1000:14.0f}{ratios['cpu']:14.0f}")
    print(
        f"  {'wall ms':10}{mine.wall * 1000:12.1f}{other.wall * 1000:14.0f}{ratios['wall']:14.0f}{LIMIT:9.0f}"
    )
    print(f"  {'peak MB':10}{mine.peak:12.0f}{other.peak:14.0f}")
    settings = {
        "people_a_month": people,
        "months": len(MONTHS),
        "person_months": person_months,
        "bytes_of_parquet": size,
        "rounds": rounds,
        "charts_a_round": _ASKED,
    }
    medians = {"chart": asdict(mine), "person_level": asdict(other), "times_faster": ratios}
    raw = {"chart": [asdict(each) for each in ours], "person_level": [asdict(each) for each in theirs]}
    record.write("person-level", settings, medians, raw | {"answer": list(answer)})
