"""Random histories, reference files and choices of people."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from enrollment.answers import NOT_REPORTED, Filters
from enrollment.months import parse_month
from enrollment.reconciliation.result import CLASSES, Result
from enrollment.reference import EVENT_KINDS
from tests.builders.deliveries import cell
from tests.builders.reconciliations import reconciled
from tests.builders.reference import (
    Reference,
    annotation,
    commitment,
    eligible,
    event,
    figure,
    goal,
    partner_source,
    plan,
    prognosis,
)
from tests.oracle import Row

SOURCES = ("TPP", "BUMDES", "PEMDA", "LAINNYA")
SEGMENTS = ("BPU", "PU")
PROVINCES = ("ID-AC", "ID-JB", "ID-PA")
REGENCIES = {"ID-AC": "1101", "ID-JB": "3204", "ID-PA": "9103"}
PROGRAMMES = ("JKK+JKM", "JKK+JKM+JHT", "JKK+JKM+JHT+JP")
MONTHS = ("2020-11", "2020-12", "2021-01", "2021-02", "2021-03", "2021-04")


@dataclass(frozen=True)
class Step:
    """One delivery of a random history."""

    month: str
    rows: tuple[Row, ...]
    received: dt.datetime


def reported(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.sampled_from(values))


@st.composite
def steps(draw: st.DrawFn, months: Sequence[str]) -> Step:
    """A delivery for one of some months: one to six cells of any sources, with any columns.

    Flows are drawn without regard to the stock, so that nearly every cell needs a correction.
    """
    absent = draw(st.sets(st.sampled_from(("regency", "sex", "age_band", "flows"))))
    columns: dict[str, st.SearchStrategy[Any]] = {
        "source": st.sampled_from(SOURCES),
        "segment": st.sampled_from(SEGMENTS),
        "province": st.sampled_from(PROVINCES),
        "programmes": st.sampled_from(PROGRAMMES),
        "regency": reported((HERE,)),
        "sex": reported(("L", "P")),
        "age_band": reported(("20-29", "60+")),
        "active": st.one_of(st.just(0), st.integers(1, 500)),
    }
    flow = st.one_of(st.none(), st.integers(0, 60))
    if "flows" not in absent:
        columns |= dict.fromkeys(("new", "reactivated", "lapsed", "moved_in", "moved_out"), flow)
    kept = {name: column for name, column in columns.items() if name not in absent}
    simulated = draw(st.booleans())
    drawn = st.fixed_dictionaries(kept).map(located)
    rows = draw(st.lists(drawn, min_size=1, max_size=6, unique_by=place_drawn))
    month = draw(st.sampled_from(months))
    # Around midnight in Jakarta (17:00 UTC), from in time to weeks late.
    day = parse_month(month) + dt.timedelta(days=draw(st.integers(1, 40)))
    hour = draw(st.sampled_from((3, 16, 17)))
    received = dt.datetime(day.year, day.month, day.day, hour, tzinfo=dt.UTC)
    return Step(month, tuple(cell(**row, simulated=simulated) for row in rows), received)


HERE = "here"
"""Stands for the regency of a row's province."""


def located(row: Row) -> Row:
    """A drawn row whose regency lies in its province."""
    return {**row, "regency": REGENCIES[row["province"]]} if row.get("regency") == HERE else row


def place_drawn(row: Mapping[str, Any]) -> tuple[Any, ...]:
    dimensions = ("source", "segment", "province", "regency", "programmes", "sex", "age_band")
    return tuple(row.get(name) for name in dimensions)


@st.composite
def histories(draw: st.DrawFn, most: int = 9) -> tuple[Step, ...]:
    """Deliveries over one to six months, in any order: late ones, missing ones, corrections."""
    months = MONTHS[: draw(st.integers(1, len(MONTHS)))]
    return tuple(draw(st.lists(steps(months), min_size=1, max_size=most)))


plans = st.builds(
    plan,
    st.sampled_from(SOURCES),
    st.sampled_from(MONTHS),
    st.integers(0, 900),
    province=st.sampled_from((None, None, *PROVINCES)),
    simulated=st.booleans(),
)
"""A line of any source's plan, for the country or a province, of the sample or not."""


@st.composite
def events(draw: st.DrawFn) -> Row:
    """A one-off event of a source, a segment, both or neither, of the sample or not."""
    kind, sign = draw(st.sampled_from(sorted(EVENT_KINDS.items())))
    return event(
        draw(st.dates(dt.date(2020, 10, 1), dt.date(2021, 8, 31))).isoformat(),
        draw(st.integers(1, 900)) * (sign or draw(st.sampled_from((-1, 1)))),
        kind=kind,
        source=draw(reported(SOURCES)),
        segment=draw(reported(SEGMENTS)),
        simulated=draw(st.booleans()),
    )


@st.composite
def results(draw: st.DrawFn, most: int = 6) -> tuple[Result, ...]:
    """Reconciliations of any sources and months, one of each at most, with any counts."""
    places = st.tuples(st.sampled_from(MONTHS), st.sampled_from(SOURCES))
    counts = st.fixed_dictionaries({name: st.integers(0, 200) for name in CLASSES})
    found = []
    for month, source in draw(st.lists(places, max_size=most, unique=True)):
        classes = draw(counts)
        found.append(
            reconciled(
                month,
                source,
                **classes,
                near_misses=draw(st.integers(0, classes["not_found"])),
                newly_active=draw(st.integers(0, classes["active_all"])),
                reverse=draw(st.integers(0, 300)),
                simulated=draw(st.booleans()),
                since=draw(
                    st.one_of(st.none(), st.just({"newly_registered": 3, "joined": 2, "left": 1, "lost": 0}))
                ),
            )
        )
    return tuple(found)


@st.composite
def references(draw: st.DrawFn) -> Reference:
    """Goals, commitments and expectations of any size."""
    days = st.dates(dt.date(2020, 10, 1), dt.date(2021, 5, 31))

    def any_goal(number: int) -> Row:
        begun = draw(days)
        due = max(begun + dt.timedelta(days=1), draw(days))
        if draw(st.booleans()):
            due = dt.date(2021, 12, 31)
        known = draw(st.integers(0, 5)) > 0
        return goal(
            f"2021-{number}",
            target=draw(st.integers(1, 3_000)),
            due=due,
            baseline=draw(st.integers(0, 2_000)) if known or number == 0 else None,
            baseline_date=begun if known or number == 0 else None,
            stated_on=draw(st.one_of(st.none(), days)),
            is_default=number == 1,
        )

    # Few days and few numbers, so that several fall on one day and some of these agree.
    any_day = st.sampled_from([dt.date(year, month, 28) for year in (2019, 2020, 2021) for month in (2, 11)])
    some_workers = st.integers(5_000, 5_002)
    expected = reported(("2020-10", "2021-01", "2021-06"))
    return replace(
        Reference(),
        partner_sources=tuple(
            partner_source(
                source,
                priority=draw(st.integers(1, 3)),
                expected_from=draw(expected),
                due_day=draw(st.integers(1, 28)),
            )
            for source in SOURCES
        ),
        targets=tuple(any_goal(number) for number in range(draw(st.integers(1, 3)))),
        agreements=tuple(
            commitment(source, draw(st.integers(0, 900)), signed_on=draw(days))
            for source in draw(st.sets(st.sampled_from(SOURCES), min_size=1))
        ),
        plans=draw(
            st.lists(
                plans, max_size=6, unique_by=lambda row: (row["source"], row["province"], row["month"])
            ).map(tuple)
        ),
        eligible=tuple(
            eligible(draw(any_day).isoformat(), draw(some_workers), province=draw(reported(PROVINCES)))
            for _ in range(draw(st.integers(0, 4)))
        ),
        annotations=tuple(
            annotation(draw(any_day).isoformat(), f"Catatan {number}", text_en=draw(reported(("A note",))))
            for number in range(draw(st.integers(0, 3)))
        ),
        events=draw(
            st.lists(
                events(),
                max_size=4,
                unique_by=lambda row: (row["date"], row["source"], row["segment"], row["people"]),
            ).map(tuple)
        ),
        prognoses=tuple(
            prognosis(
                day.isoformat(), due, draw(st.integers(0, 3_000)), document_en=draw(reported(("Told",)))
            )
            for day, due in draw(
                st.sets(st.tuples(days, st.sampled_from(("2021-06-30", "2021-12-31"))), max_size=3)
            )
        ),
        published_figures=Reference().published_figures
        + tuple(
            figure(
                draw(any_day).isoformat(),
                draw(some_workers),
                metric="eligible_workers",
                confidence=draw(st.sampled_from(("high", "medium", "low"))),
            )
            for _ in range(draw(st.integers(0, 3)))
        ),
    )


def some(*values: str) -> st.SearchStrategy[tuple[str, ...] | None]:
    """A choice of parts; None is all of them."""
    return st.one_of(st.none(), st.sets(st.sampled_from(values)).map(sorted).map(tuple))


filters: st.SearchStrategy[Filters] = st.fixed_dictionaries(  # type: ignore[assignment]
    {},
    optional={
        "source": some(*SOURCES),
        "segment": some(*SEGMENTS),
        "province": some(*PROVINCES),
        "regency": some(*REGENCIES.values(), NOT_REPORTED),
        "programmes": some(*PROGRAMMES),
        "programme": st.sampled_from((None, "JKK", "JHT", "JP", "JKP")),
        "sex": some("L", "P", NOT_REPORTED),
        "age_band": some("20-29", "60+", NOT_REPORTED),
    },
)
"""Which people a question is about: any choice of parts in any of the dimensions."""
