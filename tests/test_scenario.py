"""Pledges change what they can change, and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.forecast import QUANTILES, fit
from enrollment.scenario import DELAY, Pledge, Realisation, Scenario, partners_needed, realisation

BASELINE = fit([27.7, 28.0, 28.35, 28.7, 29.05], month=8)
YEAR_END = 4.0
MEDIAN = QUANTILES.index(0.5)
KEMENDES = 0.075332

shares = st.floats(0, 1)
pledges = st.builds(
    Pledge,
    people=st.floats(0, 6),
    month=st.floats(0, 5),
    realisation=st.builds(Realisation, shares, st.floats(1, 40)),
    additional=shares,
    retained=st.floats(0.9, 1),
)


@given(st.lists(pledges, max_size=3), pledges, st.floats(26, 45))
def test_one_more_pledge_never_lowers_the_probability(
    others: list[Pledge], more: Pledge, goal: float
) -> None:
    without, with_it = Scenario(BASELINE, tuple(others)), Scenario(BASELINE, (*others, more))
    assert with_it.probability(YEAR_END, goal) >= without.probability(YEAR_END, goal) - 1e-12


@given(st.lists(pledges, max_size=3), pledges, st.floats(26, 45))
def test_a_pledge_of_nobody_changes_nothing(others: list[Pledge], nobody: Pledge, goal: float) -> None:
    nobody = Pledge(0, nobody.month, nobody.realisation, nobody.additional, nobody.retained)
    without, with_it = Scenario(BASELINE, tuple(others)), Scenario(BASELINE, (*others, nobody))
    assert with_it.probability(YEAR_END, goal) == without.probability(YEAR_END, goal)
    assert (with_it.quantiles([YEAR_END]) == without.quantiles([YEAR_END])).all()


@given(st.lists(pledges, max_size=4))
def test_what_each_pledge_adds_sums_to_what_all_add(given_pledges: list[Pledge]) -> None:
    ahead = [1.0, 2.5, 4.0]
    parts = [Scenario(BASELINE, (pledge,)).expected(ahead) for pledge in given_pledges]
    together = Scenario(BASELINE, tuple(given_pledges)).expected(ahead)
    assert np.sum([np.zeros(3), *parts], axis=0) == pytest.approx(together)


@given(pledges)
def test_ranges_only_rise_and_stay_sorted(pledge: Pledge) -> None:
    row = Scenario(BASELINE, (pledge,)).quantiles([YEAR_END])[0]
    assert (row >= BASELINE.quantiles([YEAR_END])[0] - 1e-9).all()
    assert (np.diff(row) >= -1e-9).all()


def test_the_ministrys_promise_in_full_lifts_the_median_by_its_people_and_the_chance_by_a_hair() -> None:
    in_full = Scenario(BASELINE, (Pledge(KEMENDES, 0, Realisation(1, 1), 1),))
    # All have come by then: three months after the month pledged.
    lifted = in_full.quantiles([YEAR_END])[0][MEDIAN] - BASELINE.quantiles([YEAR_END])[0][MEDIAN]
    assert lifted == pytest.approx(KEMENDES, abs=1e-6)
    assert BASELINE.probability(YEAR_END, 31) == pytest.approx(0.30, abs=0.005)
    assert in_full.probability(YEAR_END, 31) == pytest.approx(0.32, abs=0.006)
    assert in_full.probability(YEAR_END, 38) < 0.01


def test_people_come_over_four_months_and_some_leave_again() -> None:
    pledge = Pledge(1_000, 1, Realisation(1, 1), 0.5, retained=0.99)
    expected = [0, *(500 * share * 0.99**since for since, share in enumerate(DELAY)), 500 * 0.99**4]
    assert pledge.expected([0, 1, 2, 3, 4, 5]) == pytest.approx(expected)


def test_the_chance_with_a_pledge_is_that_of_drawing_both_apart() -> None:
    share = Realisation(0.5, 11.5)
    scenario = Scenario(BASELINE, (Pledge(3, 0, share, 0.7),))
    draws = np.random.default_rng(1).beta(0.5 * 11.5, 0.5 * 11.5, 4_000)
    drawn = np.mean([BASELINE.probability(YEAR_END, 31 - 3 * 0.7 * draw) for draw in draws])
    assert scenario.probability(YEAR_END, 31) == pytest.approx(drawn, abs=0.005)


def test_half_is_expected_until_pledges_have_ended_and_then_what_they_brought() -> None:
    assert realisation([]) == Realisation(0.5, pytest.approx(11.5))
    learned = realisation([0.2] * 20, own=[0.2] * 4)
    assert learned.mean == pytest.approx((4 * (2 + 4) / 24 + 0.8) / 8)
    varied = realisation([0.1, 0.9, 0.5, 0.2])
    assert varied.closeness < learned.closeness


def test_410_average_partners_of_april_2021_would_close_the_gap() -> None:
    average = Pledge(75_332 / 3, 0, Realisation(1, 1), 1)
    needed = partners_needed(10_300_000, average)
    assert needed is not None
    assert round(needed) == 410
    assert partners_needed(-5, average) == 0
    assert partners_needed(10, Pledge(0, 0, Realisation(1, 1), 1)) is None
