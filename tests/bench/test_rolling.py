"""Year ends to forecast: what is told lies before them, and they are Decembers."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.bench.rolling import HISTORIES, HORIZONS, Series, tasks


@st.composite
def counted(draw: st.DrawFn) -> Series:
    """A series whose values are their own places, from four years on."""
    length = draw(st.integers(48, 400))
    return Series("counted", "stock", draw(st.integers(1, 12)), tuple(map(float, range(length))))


@given(counted())
def test_every_forecast_ends_with_a_december(series: Series) -> None:
    for task in tasks(series):
        assert (series.month - 1 + int(task.came)) % 12 == 11
        assert (task.month + task.horizon) % 12 == 0


@given(counted())
def test_what_is_told_ends_as_many_months_before_as_the_horizon_says(series: Series) -> None:
    for task in tasks(series):
        assert task.came - task.told[-1] == task.horizon
        assert list(task.told) == list(range(int(task.told[0]), int(task.told[-1]) + 1))


@given(counted().filter(lambda series: len(series.values) >= 60))
def test_every_length_of_history_meets_every_horizon_once(series: Series) -> None:
    met = Counter((len(task.told), task.horizon) for task in tasks(series) if len(task.told) < max(HISTORIES))
    assert met == {(length, horizon): 1 for length in HISTORIES[:-1] for horizon in HORIZONS}
