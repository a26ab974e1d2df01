"""Rates: hand-computed Wilson intervals, what is small, and what is not known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import rates
from enrollment.answers import Breakdown
from tests.figures.rows import part


def row(key: str | None, opening: int | None, lapsed: int | None, reactivated: int | None = 0) -> Breakdown:
    return replace(part(key, 100, 5, new=7), opening=opening, lapsed=lapsed, reactivated=reactivated)


@pytest.mark.parametrize(
    ("events", "exposed", "low", "high"),
    [
        # z² = 3.8415; middle (0.5 + 0.0192) / 1.0384, half 1.96 * sqrt(0.0025 + 0.000096) / 1.0384.
        (50, 100, 0.4038, 0.5962),
        # Newcombe (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_is_wilsons(events: int, exposed: int, low: float, high: float) -> None:
    found = rates.rate(events, exposed)
    assert found is not None
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(0, 10**6), st.integers(1, 10**8))
def test_a_rate_lies_within_its_interval(events: int, exposed: int) -> None:
    found = rates.rate(min(events, exposed), exposed)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value + 1e-12
    assert found.value <= found.high + 1e-12 <= 1 + 2e-12


@pytest.mark.parametrize(
    ("events", "exposed", "small"),
    [(29, 10**6, True), (30, 10**6, True), (90, 10**6, True), (110, 10**6, False), (31, 31, False)],
)
def test_few_events_or_a_wide_interval_are_small(events: int, exposed: int, small: bool) -> None:
    found = rates.rate(events, exposed)
    assert found is not None
    assert found.small is small


def test_more_events_than_people_have_no_interval() -> None:
    found = rates.rate(50, 40)
    assert found is not None
    assert (found.value, found.low, found.high) == (1.25, None, None)
    assert rates.rate(0, 0) is None


def test_a_lapse_rate_is_per_month_and_a_return_of_those_who_lapsed_before() -> None:
    (found,) = rates.of_parts([row("A", 1_000, 60, 30)], [row("A", 900, 120)], months=3)
    assert found.lapse is not None
    assert found.reactivation is not None
    assert found.lapse.value == 60 / 3_000
    assert found.reactivation.value == 30 / 120
    assert (found.opening, found.lapsed, found.reactivated, found.new, found.net) == (1_000, 60, 30, 7, 5)


def test_what_is_not_known_has_no_rate() -> None:
    unknown = row("A", 1_000, None, None)
    partly = replace(row("B", 1_000, 10, 10), flows_unknown=-4)
    first = row("C", None, 10, 10)
    found = {item.part: item for item in rates.of_parts([unknown, partly, first], [])}
    assert [found[key].lapse for key in "ABC"] == [None, None, None]
    assert [found[key].reactivation for key in "ABC"] == [None, None, None]
    assert found["B"].lapsed is None
    assert rates.of_all([unknown, row("D", 10, 1)], []).lapse is None


def test_who_lost_most_comes_first_and_all_together_are_their_sums() -> None:
    rows = [row("A", 1_000, 5, 2), row("B", 3_000, 35, 8), row(None, 10, None, None)]
    before = [row("A", 900, 10), row("B", 2_900, 90)]
    assert [item.part for item in rates.of_parts(rows, before)] == ["B", "A", None]
    whole = rates.of_all(rows[:2], before)
    assert whole.lapse is not None
    assert whole.reactivation is not None
    assert (whole.lapse.events, whole.lapse.exposed) == (40, 4_000)
    assert (whole.reactivation.events, whole.reactivation.exposed) == (10, 100)
