"""Turnover: who joins and who lapses in a month, with what ended at once left out."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import outlook, turnover
from enrollment.answers import Breakdown
from enrollment.months import add_months, month_text, parse_month
from enrollment.turnover import Turnover
from tests.builders import DataDirectory, Reference, cell, event, partner_source

FIRST = parse_month("2020-12")
JULY = parse_month("2021-07")
TWO = (partner_source("TPP"), partner_source("JAKON", segment="JAKON"))


def part(source: str, opening: int, closing: int, lapsed: int | None, joined: int = 0) -> Breakdown:
    blank = dict.fromkeys(Breakdown.__slots__)
    said = {"part": source, "opening": opening, "closing": closing, "lapsed": lapsed, "new": joined}
    return Breakdown(**{**blank, **said, "flows_unknown": None if lapsed is None else 0})  # type: ignore[arg-type]


parts = st.lists(
    st.builds(
        part,
        st.sampled_from(("TPP", "BUMDES", "JAKON")),
        st.integers(0, 10**6),
        st.integers(0, 10**6),
        st.none() | st.integers(0, 10**6),
        st.integers(0, 10**6),
    ),
    max_size=3,
    unique_by=lambda row: row.part,
)


@given(parts, st.integers(1, 12), st.dictionaries(st.sampled_from(("TPP", "JAKON")), st.integers(0, 10**6)))
def test_rates_are_shares_and_only_of_sources_that_report_flows(
    rows: list[Breakdown], months: int, ended: dict[str, int]
) -> None:
    found = turnover.of_sources(rows, months, ended)
    known = [row for row in rows if row.lapsed is not None]
    watched = sum(((row.opening or 0) + row.closing) / 2 * months for row in known)
    if not watched:
        assert found is None
        return
    assert found
    left = sum(max((row.lapsed or 0) - ended.get(row.part or "", 0), 0) for row in known)
    assert found.lapse == pytest.approx(min(left / watched, 1))
    assert found.joined_per_month == pytest.approx(sum(row.new or 0 for row in known) / months)
    assert {name for name, _ in found.by_source} <= {row.part for row in known}
    assert all(0 <= found.retained(name) <= 1 for name in (None, "TPP", "BUMDES", "JAKON", "PEMDA"))


def test_a_source_with_few_people_leaves_as_all_do() -> None:
    found = turnover.of_sources([part("TPP", 10**6, 10**6, 60_000), part("BUMDES", 0, 100, 90)], 6, {})
    assert found
    assert found.retained("BUMDES") == found.retained() == pytest.approx(0.99, abs=0.0001)


def delivered(tmp_path: Path, *, told: bool = True) -> DataDirectory:
    """Half a year in which one in a hundred lapses each month and, in March, a project of 500 ends."""
    events = (event("2021-03-31", -500, source="JAKON", segment="JAKON", kind="ending"),) if told else ()
    directory = DataDirectory(tmp_path / "data", Reference(partner_sources=TWO, events=events))
    directory.deliver(month_text(FIRST), cell(10_000), cell(2_000, source="JAKON", segment="JAKON"))
    for number in range(1, 8):
        ended = 500 if number == 3 else 0
        building = 2_000 if number < 3 else 1_500
        directory.deliver(
            month_text(add_months(FIRST, number)),
            cell(10_000, new=150, lapsed=150),
            cell(building, source="JAKON", segment="JAKON", new=20, lapsed=20 + ended),
        )
    return directory


def test_what_ended_at_once_is_no_lapse_that_goes_on(tmp_path: Path) -> None:
    found = turnover.turnover(delivered(tmp_path).publish(), as_of=JULY)
    assert found
    assert found.months == 6
    assert found.joined_per_month == 170
    assert found.retained("TPP") == pytest.approx(1 - 0.015)
    # Its people are counted as the mean of both ends of the span.
    assert found.retained("JAKON") == pytest.approx(1 - 20 / 1_750)
    untold = turnover.turnover(delivered(tmp_path / "untold", told=False).publish(), as_of=JULY)
    assert untold
    assert untold.retained("JAKON") == pytest.approx(1 - 620 / (1_750 * 6))


def test_who_has_to_join_is_the_gap_and_those_who_lapse_meanwhile(tmp_path: Path) -> None:
    opened = delivered(tmp_path).publish()
    stand = outlook.outlook(opened, as_of=JULY, goal="2021-2000")
    assert stand
    assert stand.turnover
    needed = stand.needed_per_month or 0
    assert stand.gross_per_month == needed + round(stand.active * stand.turnover.lapse)
    assert replace(stand, turnover=None).gross_per_month is None


def test_lapses_of_one_percent_on_28_million_until_december_are_2_5_million() -> None:
    stand = outlook.Outlook(
        as_of=dt.date(2021, 4, 9),
        active=28_000_000,
        target=38_000_000,
        due=dt.date(2021, 12, 31),
        needed_per_month=1_179_000,
        turnover=Turnover(6, 0.0, 0.01),
    )
    months = (stand.due - stand.as_of).days / 30.4375
    assert ((stand.gross_per_month or 0) - 1_179_000) * months == pytest.approx(2.5e6, rel=0.03)


def test_the_first_month_has_no_turnover(tmp_path: Path) -> None:
    opened = delivered(tmp_path).publish()
    assert turnover.turnover(opened, as_of=FIRST) is None
    assert turnover.turnover(opened, as_of=parse_month("2019-01")) is None
