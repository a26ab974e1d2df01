"""Forecasts keep what they promise, on any series and on the body's own published figures."""

import csv
import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrollment import forecast
from enrollment.forecast import QUANTILES, Forecast, Step, Together, TooShort, fit
from enrollment.histories import History, monthly
from enrollment.months import months_until
from enrollment.store import PROJECT_DATA
from tests import naive_forecast as naive

MILLION = 1_000_000
YEAR_END = dt.date(2021, 12, 31)
REACHED = 30.66
"""Million active participants on 31 December 2021, as published."""

levels = st.floats(0, 60 * MILLION).map(lambda value: round(value, 1))
series = st.one_of(
    st.lists(levels, min_size=2, max_size=60),
    st.builds(
        lambda start, changes: [max(start + sum(changes[:place]), 0) for place in range(len(changes) + 1)],
        st.floats(1_000, 40 * MILLION),
        st.lists(st.floats(-300_000, 500_000), min_size=1, max_size=59),
    ),
)
months = st.integers(1, 12)


def at(row: Sequence[float] | np.ndarray, share: float) -> float:
    return float(row[QUANTILES.index(share)])


# Any series


@given(series, months, st.integers(1, 24))
@example([0, 0], 1, 3)
@example([5, 5, 5], 12, 12)
@example([100, 50, 0], 6, 6)
@example([0, 0, 0, 7 * MILLION], 6, 6)
def test_any_series_gets_sorted_ranges_that_never_narrow_and_never_lie_below_zero(
    values: list[float], month: int, horizon: int
) -> None:
    found = fit(values, month=month).quantiles(horizon)
    assert found.shape == (horizon, 23)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    slack = 1e-6 * (1 + max(values))
    assert (np.diff(found, axis=1) >= -slack).all()
    for low, high in zip(range(11), range(22, 11, -1), strict=True):
        assert (np.diff(found[:, high] - found[:, low]) >= -slack).all()


@given(series, months)
def test_a_series_a_thousand_times_as_large_has_a_forecast_a_thousand_times_as_large(
    values: list[float], month: int
) -> None:
    small, large = fit(values, month=month), fit([value * 1_000 for value in values], month=month)
    assert large.quantiles(6) == pytest.approx(small.quantiles(6) * 1_000, rel=1e-6, abs=1e-3)
    goal = max(values) + 1
    assert large.probability(6, goal * 1_000) == pytest.approx(small.probability(6, goal), abs=1e-6)


@given(series, months, st.integers(1, 14))
def test_median_and_spread_are_those_worked_out_by_hand(
    values: list[float], month: int, horizon: int
) -> None:
    fitted = fit(values, month=month)
    ahead = np.arange(1, horizon + 1, dtype=float)
    expected = naive.middle_and_spread(values, month, horizon)
    allowed = {"rel": 1e-6, "abs": 1e-6 * (1 + max(values))}
    assert fitted.median(ahead) == pytest.approx([middle for middle, _ in expected], **allowed)
    assert fitted.spread(ahead) == pytest.approx([spread for _, spread in expected], **allowed)


@given(series, months)
def test_the_same_series_gets_the_same_forecast(values: list[float], month: int) -> None:
    assert (fit(values, month=month).quantiles(5) == fit(values, month=month).quantiles(5)).all()


@given(series, months, st.integers(1, 12), st.floats(0, 80 * MILLION), st.floats(0, 5 * MILLION))
def test_a_higher_goal_is_never_more_likely(
    values: list[float], month: int, ahead: int, goal: float, more: float
) -> None:
    fitted = fit(values, month=month)
    likely = fitted.probability(ahead, goal)
    assert 0 <= fitted.probability(ahead, goal + more) <= likely <= 1


@given(
    series.filter(lambda values: len(values) > 2),
    months,
    st.integers(0, 30),
    st.floats(-MILLION, 3 * MILLION),
)
def test_an_event_told_leaves_the_forecast_of_the_series_without_it(
    values: list[float], month: int, ago: int, people: float
) -> None:
    ago = ago % (len(values) - 1)
    changed = [
        *values[: len(values) - 1 - ago],
        *(value + people for value in values[len(values) - 1 - ago :]),
    ]
    told, clean = fit(changed, month=month, steps=[Step(-ago, people)]), fit(values, month=month)
    ahead = np.arange(1, 7, dtype=float)
    size = 1 + max(*map(abs, changed), *values)
    assert told.median(ahead) == pytest.approx(clean.median(ahead) + people, abs=1e-9 * size)
    assert told.spread(ahead) == pytest.approx(clean.spread(ahead), rel=1e-6, abs=1e-9 * size)


def test_what_is_known_to_end_later_comes_off_from_its_month_on() -> None:
    values = [27.7, 28.0, 28.35, 28.7, 29.05]
    plain, ending = fit(values, month=8), fit(values, month=8, steps=[Step(3, -0.9)])
    assert ending.median([1, 2, 3, 4]) == pytest.approx(plain.median([1, 2, 3, 4]) - [0, 0, 0.9, 0.9])


def test_a_single_month_has_no_forecast() -> None:
    with pytest.raises(TooShort):
        fit([27.7])


def test_half_a_month_lies_between_two_months() -> None:
    fitted = fit([27.7, 28.0, 28.35, 28.7, 29.05], month=8)
    one, between, two = fitted.median([1, 1.5, 2])
    assert one < between < two
    assert (fitted.quantiles([2.0])[0] == fitted.quantiles(2)[1]).all()


def test_nothing_lies_above_the_workers_who_could_take_part() -> None:
    fitted = fit([27.7, 28.0, 28.35, 28.7, 29.05], month=8, cap=30.5)
    assert fitted.quantiles(4).max() == 30.5
    assert fitted.probability(4, 30.6) == 0


def test_revisions_and_the_record_only_widen() -> None:
    values = [27.7, 28.0, 28.35, 28.7, 29.05]
    plain, revised, wider = fit(values), fit(values, variance=0.04), fit(values, widening=1.5)
    assert revised.spread([4.0]) ** 2 == pytest.approx(plain.spread([4.0]) ** 2 + 0.04)
    assert wider.spread([4.0]) == pytest.approx(plain.spread([4.0]) * 1.5)
    assert revised.median([4.0]) == wider.median([4.0]) == plain.median([4.0])


def test_few_snapshots_are_said_to_be_few() -> None:
    assert [fit(list(range(1, count + 1))).few for count in (2, 5, 6)] == [True, True, False]


def test_a_month_that_is_high_every_year_is_expected_high_again() -> None:
    values = [1_000.0]
    for month in range(1, 37):
        values.append(values[-1] + (60 if month % 12 == 11 else 8 + month * 7 % 5))
    fitted = fit(values, month=12)
    assert fitted.seasonal
    gains = np.diff(np.concatenate(([values[-1]], fitted.median(range(1, 13)))))
    assert gains.argmax() == 10
    assert gains[10] > 1.2 * np.median(gains)
    assert not fit(values[-20:], month=12).seasonal


def test_parts_that_are_forecast_apart_add_up_and_know_no_less_than_the_widest() -> None:
    one, other = fit([20.0, 20.3, 20.5, 20.9]), fit([7.0, 6.5, 6.6, 6.8])
    both = Together((one, other))
    ahead = [1.0, 4.0]
    assert both.median(ahead) == pytest.approx(one.median(ahead) + other.median(ahead))
    assert (both.spread(ahead) >= one.spread(ahead)).all()
    assert (both.spread(ahead) <= one.spread(ahead) + other.spread(ahead)).all()


# The figures that the body published


def published() -> History:
    """National active participants in millions; where the sources disagree, the figure they confirm."""
    path = PROJECT_DATA / "reference" / "published_figures.csv"
    with path.open(encoding="utf-8", newline="") as file:
        figures = [
            (dt.date.fromisoformat(row["as_of_date"]), float(row["value"]) / MILLION)
            for row in csv.DictReader(file)
            if (row["metric"], row["segment"]) == ("active_participants", "all")
            and not row["note"].startswith("CONFLICT")
        ]
    chosen = [(day, value) for day, value in sorted(figures) if dt.date(2018, 12, 31) <= day]
    chosen = [(day, value) for day, value in chosen if day != dt.date(2021, 4, 9) and day <= YEAR_END]
    return History(tuple(day for day, _ in chosen), tuple(value for _, value in chosen))


def seen(first: dt.date, last: dt.date) -> History:
    whole = published()
    known = [
        (day, value) for day, value in zip(whole.days, whole.values, strict=True) if first <= day <= last
    ]
    return History(tuple(day for day, _ in known), tuple(value for _, value in known))


ORIGINS = tuple(dt.date(2021, month, day) for month, day in ((3, 31), (6, 30), (8, 31), (10, 31)))
STARTS = (dt.date(2018, 12, 31), dt.date(2019, 12, 31), dt.date(2020, 12, 31), dt.date(2021, 2, 28))


def year_end(history: History, steps: Sequence[Step] = ()) -> tuple[Forecast, float]:
    told = monthly(history)
    return fit(told.values, month=told.month, steps=steps), months_until(history.last_day, YEAR_END)


def score(row: np.ndarray, value: float) -> float:
    """The continuous ranked probability score, from the quantiles."""
    shares = np.array(QUANTILES)
    return float(2 * np.maximum(shares * (value - row), (shares - 1) * (value - row)).mean())


def test_the_published_year_end_of_2021_is_held_and_38_million_out_of_reach_from_march_on() -> None:
    assert published().values == (30.46, 30.6, 34.17, 29.98, 27.75, 27.79, 28.7, 29.2, 30.6, 30.66)
    held, wide, scores, chances = 0, 0, [], []
    for origin in ORIGINS:
        for start in STARTS:
            fitted, ahead = year_end(seen(start, origin))
            (row,) = fitted.quantiles([ahead])
            held += at(row, 0.1) <= REACHED <= at(row, 0.9)
            wide += at(row, 0.025) <= REACHED <= at(row, 0.975)
            scores.append(score(row, REACHED))
            chances.append(fitted.probability(ahead, 38))
    assert held >= 9
    assert wide >= 14
    assert np.mean(scores) <= 1.40
    assert max(chances) <= 0.05


def test_with_the_construction_fall_told_three_of_four_forecasts_hold_the_year_end() -> None:
    held = []
    for origin in ORIGINS:
        # 2.06 million of it were construction projects, from December to February: 31 days and 28.
        january, february = -2.06 * 31 / 59, -2.06 * 28 / 59
        steps = [Step(1 - origin.month, january), Step(2 - origin.month, february)]
        fitted, ahead = year_end(seen(dt.date(2020, 12, 31), origin), steps)
        (row,) = fitted.quantiles([ahead])
        held.append(at(row, 0.1) <= REACHED <= at(row, 0.9))
    assert held == [False, True, True, True]


def test_the_illustration_gives_what_was_measured() -> None:
    fitted = fit([27.7, 28.0, 28.35, 28.7, 29.05], month=8)
    row = fitted.quantiles(4)[-1]
    assert [round(at(row, share), 1) for share in (0.025, 0.1, 0.5, 0.9, 0.975)] == [
        26.7,
        28.6,
        30.4,
        32.2,
        34.1,
    ]
    assert fitted.probability(4, 38) < 0.01
    assert fitted.probability(4, 31) == pytest.approx(0.30, abs=0.01)


def test_the_quantiles_are_23_and_symmetric() -> None:
    assert len(forecast.QUANTILES) == 23
    assert [round(1 - share, 3) for share in reversed(QUANTILES)] == list(QUANTILES)
