"""Suggested events: what stands out of a source's changes, against the definition in plain numbers."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from pathlib import Path
from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import answers, edition
from enrollment.answers import BreakdownByMonth, Events
from enrollment.months import add_months, parse_month
from enrollment.reference import EVENT_KINDS
from enrollment.store import Store
from enrollment.suggestions import Suggestion, suggested
from tests.builders import DataDirectory, Reference, cell, partner_source

FIRST = parse_month("2020-12")
SEGMENTS = {"TPP": "BPU", "BUMDES": "BPU", "PROYEK": "JAKON", "LAINNYA": None}
QUIET = (50, 52, 49, 51, 50, 48, 51)


def history(
    source: str, *changes: int, start: int = 10_000, carried: Iterable[int] = (), **flows: int
) -> list[BreakdownByMonth]:
    """The months of a source, from the first known one on; `carried` are months counted from that one."""
    rows = [month_of(source, 0, start, None)]
    for number, change in enumerate(changes, 1):
        rows.append(month_of(source, number, rows[-1].active + change, change, number in carried, **flows))
    return rows


def month_of(
    source: str, number: int, active: int, change: int | None, carried: bool = False, **flows: int
) -> BreakdownByMonth:
    return BreakdownByMonth(
        month=add_months(FIRST, number),
        part=source,
        active=active,
        net_change=change,
        new=flows.get("new"),
        reactivated=flows.get("reactivated"),
        lapsed=flows.get("lapsed"),
        carried=active if carried else 0,
    )


def registered(number: int, source: str | None, segment: str | None, people: int = 1) -> Events:
    month = add_months(FIRST, number)
    return Events(month, month, source, segment, people, "joined", False, None, None, None, False)


def only(found: Sequence[Suggestion]) -> Suggestion:
    (suggestion,) = found
    return suggestion


def test_a_partner_that_joins_at_once_is_suggested_by_what_it_differs_from_usual() -> None:
    found = only(suggested(history("TPP", *QUIET, 2_050), (), SEGMENTS))
    assert found == Suggestion(add_months(FIRST, 8), "TPP", "BPU", 2_050, 50, 2_000, "joined")


def test_months_that_vary_as_usual_suggest_nothing() -> None:
    assert suggested(history("TPP", 40, 60, 45, 55, 90, 20, 50, 70), (), SEGMENTS) == ()


@pytest.mark.parametrize(("source", "kind"), [("TPP", "left"), ("PROYEK", "ending")])
def test_a_fall_is_one_of_people_who_left_or_of_projects_that_ended(source: str, kind: str) -> None:
    found = only(suggested(history(source, *QUIET, -3_000), (), SEGMENTS))
    assert (found.kind, found.people) == (kind, -3_050)


def test_people_who_came_from_another_source_are_proposed_as_reclassified() -> None:
    moved = history("TPP", *QUIET, 2_050, new=70, reactivated=0, lapsed=20)
    assert only(suggested(moved, (), SEGMENTS)).kind == "reclassified"
    joined = history("TPP", *QUIET, 2_050, new=2_070, reactivated=0, lapsed=20)
    assert only(suggested(joined, (), SEGMENTS)).kind == "joined"


@pytest.mark.parametrize(
    ("source", "segment", "settled"),
    [
        ("TPP", "BPU", True),
        ("TPP", None, True),
        (None, "BPU", True),
        ("BUMDES", "BPU", False),
        (None, "PU", False),
        (None, None, False),
    ],
)
def test_an_event_of_the_source_or_of_its_whole_segment_settles_its_month(
    source: str | None, segment: str | None, settled: bool
) -> None:
    rows = history("TPP", *QUIET, 2_050)
    assert (suggested(rows, [registered(8, source, segment)], SEGMENTS) == ()) is settled
    assert suggested(rows, [registered(7, source, segment)], SEGMENTS) != ()


def test_an_event_that_names_nobody_settles_no_source_without_a_segment() -> None:
    rows = history("LAINNYA", *QUIET, 2_050)
    assert suggested(rows, [registered(8, None, None)], SEGMENTS) != ()


def test_two_steps_are_both_suggested_and_the_second_still_is_once_the_first_is_registered() -> None:
    rows = history("PROYEK", -3_000, -2_900, *QUIET[:4])
    first, second = add_months(FIRST, 1), add_months(FIRST, 2)
    assert [each.month for each in suggested(rows, (), SEGMENTS)] == [second, first]
    assert only(suggested(rows, [registered(1, "PROYEK", None)], SEGMENTS)).month == second


def test_of_fewer_than_six_changes_nothing_is_said_to_be_usual() -> None:
    assert suggested(history("TPP", *QUIET[:4], 5_000), (), SEGMENTS) == ()
    assert suggested(history("TPP", *QUIET[:5], 5_000), (), SEGMENTS) != ()


def test_neither_a_missing_month_nor_the_one_that_catches_up_is_a_step() -> None:
    changes = (500, 502, 498, 501, 499, 500, 503, 0, 1_000, 500)
    missing = history("TPP", *changes, carried=[8])
    assert suggested(missing, (), SEGMENTS) == ()
    assert len(suggested(history("TPP", *changes), (), SEGMENTS)) == 2


def test_months_before_a_source_began_say_nothing_of_what_is_usual_there() -> None:
    begun = history("TPP", 0, 0, 0, 0, 0, 0, 0, 300, 310, start=0)
    assert suggested(begun, (), SEGMENTS) == ()


def test_a_change_that_no_forecast_would_feel_is_not_worth_a_stewards_time() -> None:
    small = history("TPP", *(0,) * 8, 3, start=20)
    assert only(suggested(small, (), SEGMENTS)).people == 3
    country = [*small, *history("BUMDES", *(40_000, 41_000) * 4, 40_500, start=20_000_000)]
    assert suggested(country, (), SEGMENTS) == ()


sources = st.sampled_from(sorted(SEGMENTS))
steps = st.one_of(st.integers(-60, 60), st.integers(-60, 60), st.integers(-9_000, 9_000))


@st.composite
def histories(draw: st.DrawFn) -> list[BreakdownByMonth]:
    rows: list[BreakdownByMonth] = []
    for source in draw(st.sets(sources, min_size=1)):
        changes = draw(st.lists(steps, min_size=4, max_size=14))
        carried = draw(st.sets(st.integers(1, 14), max_size=2))
        rows += history(source, *changes, start=draw(st.integers(0, 300_000)), carried=carried)
    return sorted(rows, key=lambda row: (row.month, row.part or ""))


some_events = st.lists(
    st.builds(
        registered,
        st.integers(1, 14),
        st.one_of(st.none(), sources),
        st.sampled_from((None, "BPU", "PU", "JAKON")),
    ),
    max_size=5,
)


def naive(
    rows: Sequence[BreakdownByMonth], events: Sequence[Events], segments: Mapping[str, str | None]
) -> set[tuple[dt.date, str, int]]:
    """Month, source and people of every suggestion, worked out one number at a time."""
    found = set()
    for source in {row.part for row in rows if row.part}:
        own = [row for row in rows if row.part == source]
        whole, unsettled = 0, {}
        for before, row in pairwise(own):
            if row.net_change is None or row.carried or before.carried or not (row.active or row.net_change):
                continue
            whole += 1
            if not any(settles(each, row.month, source, segments[source]) for each in events):
                unsettled[row.month] = row.net_change
        if whole < 6:
            continue
        for month, change in unsettled.items():
            others = [each for when, each in unsettled.items() if when != month]
            if len(others) < 3:
                continue
            usual = median(others)
            off = [each - usual for each in others]
            spread = max(1.4826 * median(map(abs, off)), 0.25 * sqrt(mean(each**2 for each in off)))
            total = sum(row.active for row in rows if row.month == month)
            if abs(change - usual) > 6 * spread and abs(change - usual) >= max(1, 0.0006 * total):
                found.add((month, source, round(change - usual)))
    return found


def settles(known: Events, month: dt.date, source: str, segment: str | None) -> bool:
    if known.month != month:
        return False
    if known.source:
        return known.source == source
    return known.segment is not None and known.segment == segment


@given(histories(), some_events)
def test_what_is_suggested_is_what_plain_numbers_say(
    rows: list[BreakdownByMonth], events: list[Events]
) -> None:
    found = suggested(rows, events, SEGMENTS)
    assert {(each.month, each.source, each.people) for each in found} == naive(rows, events, SEGMENTS)
    assert [each.month for each in found] == sorted((each.month for each in found), reverse=True)
    for each in found:
        # As it stands it could be registered.
        assert each.people * EVENT_KINDS[each.kind] >= 0
        assert each.people != 0
        settled = [*events, registered(_number(each.month), each.source, each.segment)]
        assert (each.month, each.source) not in {
            (other.month, other.source) for other in suggested(rows, settled, SEGMENTS)
        }


def _number(month: dt.date) -> int:
    return (month.year - FIRST.year) * 12 + month.month - FIRST.month


def test_an_edition_suggests_a_step_and_no_month_that_was_not_delivered(tmp_path: Path) -> None:
    sources = (
        partner_source("TPP", expected_from="2020-12"),
        partner_source("BUMDES", expected_from="2020-12"),
    )
    directory = DataDirectory(tmp_path / "data", Reference(partner_sources=sources))
    for number in range(10):
        month = add_months(FIRST, number)
        rows = [cell(10_000 + 50 * number + (2_000 if number > 5 else 0))]
        if number != 7:
            rows.append(cell(5_000 + 500 * number, source="BUMDES"))
        directory.deliver(f"{month:%Y-%m}", *rows)
    opened = directory.publish()
    until = add_months(FIRST, 9)
    known = answers.breakdown_by_month(opened, dimension="source", as_of=until)
    assert any(row.carried for row in known)
    found = only(suggested(known, answers.events(opened, as_of=until), SEGMENTS))
    assert (found.month, found.source, found.people) == (add_months(FIRST, 6), "TPP", 2_000)


def test_the_sample_suggests_the_fall_of_early_2021_beyond_the_projects_that_are_registered(
    published_sample: Path,
) -> None:
    store = Store(published_sample / "data")
    opened = edition.open_edition(store)
    august = dt.date(2021, 8, 31)
    rows = answers.breakdown_by_month(opened, dimension="source", as_of=august)
    segments = {row["source"]: row["segment"] for row in store.reference().rows("partner_sources")}
    known = answers.events(opened, as_of=august)
    turn = {dt.date(2021, 1, 31), dt.date(2021, 2, 28)}
    found = suggested(rows, known, segments)
    assert {(each.month, each.source) for each in found} == {
        (month, source) for month in turn for source in ("BESAR", "KECIL", "PEMDA")
    }
    assert {each.kind for each in found} == {"left"}
    # The register takes construction out of the list, and would have been proposed as it stands there.
    endings = [each for each in suggested(rows, (), segments) if each.source == "JAKON"]
    assert {(each.month, each.kind) for each in endings} == {(month, "ending") for month in turn}
    for each in endings:
        entered = next(event.people for event in known if event.month == each.month)
        assert each.net_change == entered
