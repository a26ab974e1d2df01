"""Pace is counted in real days, and compared with what other series managed."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.forecast import fit
from enrollment.pace import (
    base_rate,
    extra_per_month,
    in_words,
    needed_per_month,
    recent_per_month,
    told,
)

APRIL, YEAR_END = dt.date(2021, 4, 9), dt.date(2021, 12, 31)


def test_from_9_april_2021_the_goal_needs_1_179_million_a_month() -> None:
    needed = needed_per_month(27_700_000, 38_000_000, APRIL, YEAR_END)
    assert needed is not None
    assert round(needed / 1_000_000, 3) == 1.179
    # The three sources that were named carry 0.73 % of the rise: two days of that pace.
    assert round(75_332 / 10_300_000 * 100, 2) == 0.73
    assert round(75_332 / (needed / 30.4375)) == 2


def test_a_goal_that_is_reached_needs_nothing_and_one_that_is_due_has_no_pace() -> None:
    assert needed_per_month(38.1, 38, APRIL, YEAR_END) == 0
    assert needed_per_month(30, 38, YEAR_END, YEAR_END) is None


def test_the_recent_pace_is_the_mean_of_as_many_changes_as_there_are_up_to_three() -> None:
    assert recent_per_month([1]) is None
    assert recent_per_month([1, 3]) == 2
    assert recent_per_month([0, 10, 11, 12, 13]) == 1
    assert recent_per_month([0, 10, 11, 12, 13], 6) == 13 / 4


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [(0.9, None), (1, (1, 0.36)), (1.9, (1.5, 0.23)), (3.9, (3, 0.09)), (8.2, (4, 0.07))],
)
def test_the_base_rate_is_that_of_the_listed_ratio_below(
    ratio: float, expected: tuple[float, float] | None
) -> None:
    assert base_rate(ratio) == expected


@given(st.lists(st.floats(10, 50), min_size=2, max_size=30), st.integers(1, 12), st.floats(1, 200))
def test_with_the_extra_pace_a_goal_is_likely(values: list[float], months: int, goal: float) -> None:
    fitted = fit(values)
    extra = extra_per_month(fitted, months, goal)
    assert extra >= 0
    # A billionth less, for what is left of a goal may come out just above 0, where it should be 0.
    assert fitted.probability(months, goal - extra * months - 1e-9) >= 0.8 - 1e-6


@given(st.floats(0, 1))
def test_the_word_of_a_probability_is_that_of_the_number_told(probability: float) -> None:
    number = told(probability)
    assert abs(number - probability) <= 0.025 + 1e-9
    expected = (
        "likely"
        if number >= 0.8
        else "more_likely_than_not"
        if number >= 0.5
        else "less_likely_than_not"
        if number >= 0.2
        else "unlikely"
        if number >= 0.05
        else "out_of_reach"
    )
    assert in_words(probability) == expected
