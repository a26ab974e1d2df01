"""Simulated people at any scale: members snapshots and rosters, written by DuckDB as one stream.

Nothing is remembered from month to month. Who is active where follows from the number of a person, the
seed and the month by arithmetic, in `queries/sample/`, so that a month takes as long as its rows take to
write, and memory stays small. As many people are active every month as were asked for; one in 250 is
listed under a second source besides. Sources have the shares of the shipped sample in August 2021. The
ministry's three grow as they do there; below ten million people they are larger than their share, so that
their rosters hold something.
"""

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import accumulate
from math import gcd
from pathlib import Path
from typing import Any, Literal

import duckdb

from enrollment import durable
from enrollment.fold import literal
from enrollment.months import add_months, month_end, month_text, months_apart, parse_month
from enrollment.sample_assumptions import (
    IDENTITIES,
    KEMENDAGRI,
    KEMENDES,
    KEMENDES_ROUTES,
    KEMENDES_SOURCES,
    MONTHS,
    NAMES,
    NATIONAL,
    POSTS,
    PROMISED,
    PROVINCES,
    REGENCIES,
    SEGMENTS,
    SOURCES,
    SURNAMES,
    YOUNGEST,
    province_weight,
)

__all__ = ["EARLIEST", "MOST_MONTHS", "MOST_PEOPLE", "NEWEST", "Form", "write_people"]

Form = Literal["csv", "parquet"]
NEWEST = month_end(2021, 8)
"""The last month where none is named; shares are those of this month."""
EARLIEST = month_end(2013, 1)
"""The first month that can be made: before, not all 34 provinces existed."""
MOST_MONTHS = 120
"""Months at once: the youngest are 16 in the last year, and have to be born in the first."""

STEPS = Path(__file__).parents[1] / "queries" / "sample"

MOST_PEOPLE = IDENTITIES // 4
"""People a month. A slot is held by up to four, one after another."""

_MAKERS = KEMENDES_SOURCES + SOURCES
_MEMORY = "1GB"
_COPY = {"csv": "format csv, header", "parquet": "format parquet, compression zstd"}


def write_people(
    out: Path,
    people: int,
    months: int,
    seed: int,
    until: dt.date = NEWEST,
    form: Form = "csv",
    progress: Callable[[int, int], None] | None = None,
) -> list[Path]:
    """Write `months` members snapshots up to `until`, of `people` each, and the ministry's rosters.

    They become `out/snapshots/YYYY-MM.csv` (or `.parquet`) and, for the months from April 2021 on,
    `out/rosters/YYYY-MM-SOURCE.csv` (or `.parquet`), where a source has people. A month's rows depend on
    `people`, `seed`, the month and the year of `until`, by which people have their ages; how many months
    are written changes nothing in them. `progress` is told the files written and the files in all, from 0
    on. Returns the files.
    Raises ValueError for fewer than one person or month, for more than MOST_PEOPLE and MOST_MONTHS, and for
    months before EARLIEST.
    """
    if not (1 <= people <= MOST_PEOPLE and 1 <= months <= MOST_MONTHS):
        raise ValueError(f"{people} people, {months} months")
    window = [add_months(until, later) for later in range(1 - months, 1)]
    if window[0] < EARLIEST:
        raise ValueError(f"people of {month_text(window[0])}")
    expected = parse_month(MONTHS[_first_enrolment()])
    files = [(out / "snapshots" / f"{month_text(month)}.{form}", month, 0) for month in window]
    files += [
        (out / "rosters" / f"{month_text(month)}-{source.code}.{form}", month, maker)
        for month in window
        if month >= expected
        for maker, source in enumerate(KEMENDES_SOURCES, start=1)
        if _slots(people)[maker - 1]
    ]
    with duckdb.connect(config={"memory_limit": _MEMORY}) as connection:
        # Its bar of progress would go to standard output.
        connection.execute("set enable_progress_bar = false")
        _prepare(connection, people, seed, until.year)
        for done, (path, month, maker) in enumerate(files):
            if progress:
                progress(done, len(files))
            _set(connection, _of_month(month, people) | {"roster_maker": maker})
            _write(connection, "roster" if maker else "memberships", path, form)
    if progress:
        progress(len(files), len(files))
    return [path for path, *_ in files]


def _prepare(connection: duckdb.DuckDBPyConnection, people: int, seed: int, year: int) -> None:
    """Variables, slots and views: all that does not change from month to month."""
    firsts = [0, *accumulate(_slots(people))]
    _set(
        connection,
        {
            "people": people,
            "seed": seed % IDENTITIES,
            "identities": IDENTITIES,
            "year": year,
            # The first slot of a source never leaves it, so that no source is empty in one month only.
            "movable": [people] * len(KEMENDES_SOURCES) + firsts[len(KEMENDES_SOURCES) : -1],
            "names": NAMES,
            "surnames": SURNAMES,
            "posts": POSTS,
        }
        | _lots(),
    )
    # The slots in an order that looks like none, and the same every time.
    stride = next(step for step in range(people * 5 // 8 + 1, 2 * people + 2) if gcd(step, people) == 1)
    connection.execute("create table makers (maker integer, first integer, next integer)")
    connection.executemany(
        "insert into makers values (?, ?, ?)",
        [(i + 1, firsts[i], firsts[i + 1]) for i in range(len(_MAKERS)) if firsts[i] < firsts[i + 1]],
    )
    connection.execute(
        """
        create table slots as
        with placed as (select (i * $stride % $people)::integer as slot from range($people) as numbers (i))
        select slot, maker::tinyint as kind from placed join makers on slot >= first and slot < next
        """,
        {"stride": stride, "people": people},
    )
    for step in ("people", "roster"):
        connection.execute((STEPS / f"{step}.sql").read_text(encoding="utf-8"))


def _write(connection: duckdb.DuckDBPyConnection, view: str, path: Path, form: Form) -> None:
    written = durable.temporary(path)
    try:
        connection.execute(f"copy (from {view}) to {literal(written)} ({_COPY[form]})")
        durable.put(written, path)
    finally:
        written.unlink(missing_ok=True)


def _set(connection: duckdb.DuckDBPyConnection, variables: Mapping[str, Any]) -> None:
    for name, value in variables.items():
        connection.execute(f"set variable {name} = $value", {"value": value})


def _slots(people: int) -> list[int]:
    """How many slots each maker has; the ministry's three first."""
    promised = [
        max((2 * count * people + NATIONAL[-1]) // (2 * NATIONAL[-1]), min(people // 200, 500))
        for count in PROMISED.values()
    ]
    others = people - sum(promised)
    bounds = [0, *(others * share // _SHARES[-1] for share in _SHARES)]
    return promised + [bounds[i + 1] - bounds[i] for i in range(len(SOURCES))]


def _shares() -> list[int]:
    """The running sum of the other sources' people in the newest month of the shipped sample."""
    totals = {segment: months[-1] for segment, months in SEGMENTS.items()}
    totals["BPU"] = NATIONAL[-1] - sum(totals.values())
    weights = {
        segment: sum(source.last_share for source in SOURCES if source.segment == segment)
        for segment in totals
    }
    shares = (totals[source.segment] * source.last_share // weights[source.segment] for source in SOURCES)
    return list(accumulate(shares))


_SHARES = _shares()


def _first_enrolment() -> int:
    return min(months.index(next(filter(None, months))) for months in KEMENDES.values())


def _of_month(month: dt.date, people: int) -> dict[str, Any]:
    """The variables of one month. Who is enrolled has a slot below `enrolled` of the source."""
    number = months_apart(NEWEST, month)
    return {
        "month": month_text(month),
        "month_number": number,
        "enrolled": _enrolled(number, people),
        "enrolled_before": _enrolled(number - 3, people),
    }


def _enrolled(number: int, people: int) -> list[int]:
    column = min(number + len(MONTHS) - 1, len(MONTHS) - 1)
    slots = _slots(people)
    enrolled = []
    first = 0
    for count, source in zip(slots, KEMENDES_SOURCES, strict=False):
        active, promised = KEMENDES[source.code][column] if column >= 0 else 0, PROMISED[source.code]
        enrolled.append(first + (2 * count * active + promised) // (2 * promised))
        first += count
    return enrolled + [people] * len(SOURCES)


@cache
def _lots() -> dict[str, list[Any]]:
    """What is drawn by lot, as lists in which everything stands as often as it is likely."""
    number = {(source.code, source.segment): maker for maker, source in enumerate(_MAKERS, start=1)}
    own = [right - left for left, right in zip([0, *_SHARES], _SHARES, strict=False)]
    origins: list[int] = []
    for source in KEMENDES_SOURCES:
        come = [
            number[code, segment]
            for code, segment, target, _, per_cent in KEMENDES_ROUTES
            for _ in range(per_cent)
            if target == source.code
        ]
        origins += come + [0] * (100 - len(come))
    provinces = list(PROVINCES)
    regencies = [(REGENCIES.get(province, ("01", "02", "03")) * 2)[:3] for province in provinces]
    return {
        "sources": [source.code for source in _MAKERS],
        "segments": [source.segment for source in _MAKERS],
        "women": [source.women for source in _MAKERS],
        "ages": [age for source in _MAKERS for age in _shared_out(YOUNGEST, source.ages, 100)],
        "programmes": [
            programmes
            for source in _MAKERS
            for programmes in _shared_out(
                [programmes for programmes, _ in source.programmes],
                [per_cent for _, per_cent in source.programmes],
                100,
            )
        ],
        "places": [
            place
            for source in _MAKERS
            for place in _shared_out(
                range(len(provinces)), [province_weight(source, p) for p in provinces], 1000
            )
        ],
        "ordinary": _shared_out(range(len(KEMENDES_SOURCES) + 1, len(_MAKERS) + 1), own, 10000),
        "origins": origins,
        "provinces": provinces,
        "regencies": [
            KEMENDAGRI[province] * 100 + int(code)
            for province, codes in zip(provinces, regencies, strict=True)
            for code in codes
        ],
    }


def _shared_out(values: Sequence[Any], weights: Sequence[int], lots: int) -> list[Any]:
    """Each value on as many of the lots as its weight is worth, in order."""
    sums = list(accumulate(weights))
    return [values[bisect_right(sums, lot * sums[-1] // lots)] for lot in range(lots)]
