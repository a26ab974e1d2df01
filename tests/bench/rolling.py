"""From which months a series is forecast, so that each forecast ends with a December."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

HISTORIES = (6, 12, 24, 36)
"""Months that a forecast is told, the last ones before its origin."""
HORIZONS = (4, 8, 12)
"""Months from the origin to the end of the year: August, April and December."""

Kind = Literal["employment", "stock", "amount"]

_YEAR = 12


@dataclass(frozen=True)
class Series:
    """Consecutive monthly values, the first of calendar month `month`.

    A value of a stock is what stands at a time, employment being one; an amount is what a month brought.
    """

    name: str
    kind: Kind
    month: int
    values: tuple[float, ...]


@dataclass(frozen=True)
class Task:
    """A year end to forecast: what is told, the calendar month of its last value, and what came."""

    series: Series
    told: tuple[float, ...]
    month: int
    horizon: int
    came: float


def tasks(series: Series) -> Iterator[Task]:
    """Six origins spread over a series of four years at least, with two lengths of history each.

    Every length meets every horizon once. An origin is moved back to the month that its horizon asks for.
    """
    longest, furthest = HISTORIES[-1], HORIZONS[-1]
    room = len(series.values) - longest - furthest
    count = 2 * len(HORIZONS)
    for place in range(count):
        horizon = HORIZONS[place % len(HORIZONS)]
        known = longest + (place + 1) * room // (count + 1)
        known -= (_month(series, known) + horizon) % _YEAR
        for history in HISTORIES[place % 2 :: 2]:
            if history <= known:
                yield Task(
                    series,
                    series.values[known - history : known],
                    _month(series, known),
                    horizon,
                    series.values[known + horizon - 1],
                )


def _month(series: Series, known: int) -> int:
    """The calendar month of the last of the values known."""
    return (series.month + known - 2) % _YEAR + 1
