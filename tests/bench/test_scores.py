"""Scores of a forecast, held against what they mean."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.scores import crps, held, reliability_error

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS)
def test_who_is_sure_pays_how_far_he_is_off(said: float, came: float) -> None:
    assert crps(LEVELS, np.full(len(LEVELS), said), came) == pytest.approx(abs(said - came))


@given(st.lists(NUMBERS, min_size=7, max_size=7), NUMBERS, st.floats(0.001, 1000))
def test_crps_has_the_unit_of_what_came(quantiles: list[float], came: float, times: float) -> None:
    told = np.sort(quantiles)
    assert crps(LEVELS, told * times, came * times) == pytest.approx(times * crps(LEVELS, told, came))


def test_crps_of_a_normal_forecast_is_the_known_one() -> None:
    levels = [(place + 0.5) / 10_000 for place in range(10_000)]
    normal = np.array([NormalDist().inv_cdf(level) for level in levels])
    known = 2 * NormalDist().pdf(1) + 2 * NormalDist().cdf(1) - 1 - 1 / np.sqrt(np.pi)
    assert crps(levels, normal, 1.0) == pytest.approx(known, abs=1e-3)


@pytest.mark.parametrize(
    ("came", "shares"), [(0, (True, True, True)), (1.2, (False, True, True)), (-2, (False, False, False))]
)
def test_a_range_holds_what_lies_between_its_ends(came: float, shares: tuple[bool, ...]) -> None:
    quantiles = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
    assert tuple(held(LEVELS, quantiles, came, share) for share in (0.5, 0.8, 0.95)) == shares


def test_probabilities_that_come_true_as_often_as_said_are_reliable() -> None:
    assert reliability_error([0.25] * 4 + [1.0] * 2, [True, False, False, False, True, True]) == 0


def test_probabilities_are_off_by_what_is_said_less_what_came() -> None:
    assert reliability_error([0.9] * 10, [True] * 5 + [False] * 5) == pytest.approx(0.4)


def test_groups_of_probabilities_count_with_their_size() -> None:
    assert reliability_error([0.0, 0.0, 0.0, 1.0], [False, False, False, False]) == pytest.approx(0.25)
