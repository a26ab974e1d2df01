"""A wide country: 600 sources in all 514 regencies over months of totals, and what asking it costs.

T6: a question of the dashboard against the same GROUP BY written by hand over the coarsest cube that holds
the answer and, where the answer has at most 20 rows, against a plain sum. Both run on one connection in
one process, in turn, on files that are in memory.
"""

import csv
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from enrollment import answers, edition, publishing
from enrollment.edition import Edition
from enrollment.months import add_months, month_text, parse_month
from enrollment.reference import SHIPPED
from enrollment.store import Store

SOURCES = 600
LAST_MONTH = "2026-10"
BY_HAND, PLAIN_SUM = 1.3, 3.0
"""Limits of T6."""
_SEGMENTS = ("PU", "BPU", "JAKON")

# Every cell of every month; flows close with a correction of 0 but for what the stock says.
_MONTH = """
copy (
    select
        $periode as periode,
        'S' || lpad(source::varchar, 3, '0') as sumber,
        list_extract($segments, 1 + source % 3) as segmen,
        province as provinsi,
        regency as kab_kota,
        if(source % 2 = 0, 'JKK+JKM', 'JKK+JKM+JHT') as program,
        (40 + hash(source, regency) % 60 + $number * (1 + hash(regency) % 3))::bigint as aktif,
        (4 + hash(regency, source, $number) % 3)::bigint as baru,
        (3 + hash(source, $number) % 2)::bigint as berhenti
    from range($sources) as sources(source), read_csv($regencies, all_varchar = true) as regencies
    where until_year is null
    order by sumber, kab_kota
) to '{}' (format csv)
"""


@dataclass(frozen=True)
class Asked:
    """A question, the same by hand, and the plain sum over the same months."""

    name: str
    ask: Callable[[Edition], Sequence[object]]
    by_hand: str
    cube: str


@dataclass(frozen=True)
class Answered:
    """Seconds of one round: our question, the same by hand, the plain sum."""

    ours: float
    hand: float
    plain: float


def made(folder: Path, months: int) -> Path:
    """A data directory with so many months published; made once and kept."""
    data = folder / f"wide-{months}"
    if (data / "store" / "publications").exists():
        return data
    _reference(data / "reference")
    store = Store(data)
    last = parse_month(LAST_MONTH)
    for number in range(months):
        month = month_text(add_months(last, number - months + 1))
        path = folder / f"{month}.csv"
        values = {
            "periode": month,
            "segments": list(_SEGMENTS),
            "number": number,
            "sources": SOURCES,
            "regencies": str(SHIPPED / "regencies.csv"),
        }
        with duckdb.connect() as connection:
            connection.execute(_MONTH.format(path), values)
        receipt = store.load(path, confirmed=True)
        assert receipt.kept, receipt.all_faults[:3]
        path.unlink()
    publishing.publish(store, who="bench")
    return data


def _reference(folder: Path) -> None:
    """Sources by the hundred, and every province as old as the data."""
    folder.mkdir(parents=True)
    with (SHIPPED / "partner_sources.csv").open(encoding="utf-8", newline="") as shipped:
        columns = csv.DictReader(shipped).fieldnames or []
    rows = [
        dict.fromkeys(columns, "")
        | {
            "source": f"S{number:03}",
            "partner": f"M{number % 40:02}",
            "partner_name": f"Mitra {number % 40}",
            "partner_name_en": f"Partner {number % 40}",
            "name": f"Sumber {number}",
            "name_en": f"Source {number}",
            "segment": _SEGMENTS[number % 3],
            "priority": str(number + 1),
            "due_day": "5",
        }
        for number in range(SOURCES)
    ]
    _write(folder / "partner_sources.csv", columns, rows)
    with (SHIPPED / "provinces.csv").open(encoding="utf-8", newline="") as shipped:
        provinces = list(csv.DictReader(shipped))
    for row in provinces:
        row["from_year"] = "1945"
    _write(folder / "provinces.csv", list(provinces[0]), provinces)


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def measure(data: Path, rounds: int) -> Iterator[tuple[str, int, list[Answered]]]:
    """Question, rows, and what the answer took in each round."""
    opened = edition.open_edition(Store(data))
    months = [row.month for row in answers.known_months(opened)]
    cursor = opened.cursor()
    for asked in questions(months[0], months[-1], months[-2]):
        total = f"select sum(active) from {asked.cube}"  # noqa: S608
        rows = len(asked.ask(opened))
        yield (
            asked.name,
            rows,
            [
                Answered(
                    _seconds(partial(asked.ask, opened)),
                    _seconds(lambda statement=asked.by_hand: cursor.execute(statement).fetchall()),  # type: ignore[misc]
                    _seconds(lambda statement=total: cursor.execute(statement).fetchall()),  # type: ignore[misc]
                )
                for _ in range(max(rounds, 3) * 3)
            ],
        )


def questions(first: Any, last: Any, before: Any) -> tuple[Asked, ...]:
    """What the pages ask, from the coarsest cube to the finest."""
    flows: tuple[str, ...] = (
        "new",
        "reactivated",
        "moved_in",
        "lapsed",
        "moved_out",
        "reclassified_in",
        "reclassified_out",
    )
    flows += ("correction", "flows_unknown")
    sums = ", ".join(
        (
            "sum(active) filter (month = date '{before}') as opened",
            *(f"sum({flow}) filter (month > date '{{before}}')" for flow in flows),
            "sum(active) filter (month = date '{last}') as closing",
            "sum(active) filter (month = date '{last}' and carried), bool_or(simulated)",
        )
    )
    monthly = """
        sum(active) as active, sum(active) - sum(opening), sum(new), sum(reactivated), sum(lapsed),
        sum(active) filter (carried)
    """

    def span(dimension: str, cube: str, since: Any, narrow: str = "", **filters: Any) -> Asked:
        where = f"month between date '{since}' and date '{last}'{narrow}"
        inner = sums.format(before=since, last=last)
        return Asked(
            f"breakdown by {dimension}{narrow} since {since:%Y-%m}",
            lambda opened: answers.breakdown(opened, dimension=dimension, since=since, as_of=last, **filters),
            f"select {dimension}, {inner} from {cube} where {where} group by all order by closing desc",  # noqa: S608
            f"{cube} where {where}",
        )

    def by_month(dimension: str, cube: str, narrow: str = "", **filters: Any) -> Asked:
        where = f"month <= date '{last}'{narrow}"
        return Asked(
            f"breakdown_by_month by {dimension}{narrow}",
            lambda opened: answers.breakdown_by_month(opened, dimension=dimension, as_of=last, **filters),
            f"select month, {dimension}, {monthly} from {cube} where {where} group by all order by all",  # noqa: S608
            f"{cube} where {where}",
        )

    return (
        span("segment", "cube_coarse", before),
        span("province", "cube_coarse", before),
        span("source", "cube_coarse", before),
        span("province", "cube_coarse", first),
        span("programmes", "cube_traits", before),
        span("regency", "cube_regency", before),
        span("regency", "cube_fine", before, " and source = 'S100'", source=("S100",)),
        span("source", "cube_fine", before, " and regency = '3204'", regency=("3204",)),
        by_month("segment", "cube_coarse"),
        by_month("province", "cube_coarse"),
        by_month("source", "cube_coarse"),
        by_month("regency", "cube_regency", " and province = 'ID-JB'", province=("ID-JB",)),
    )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
