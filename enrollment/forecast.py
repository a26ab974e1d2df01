"""Forecasts: how high a monthly stock will stand, with ranges that say how little is known.

An average of 27 damped trends gives the median; its spread grows with the months ahead and was measured on
series of enrolment, not taken from the residuals. One-off steps are taken out of the history and put back on
the level. `docs/forecast.md` says where the method comes from, what it is not, and how it did. Numbers are in
the unit of the history; months are counted from the last value.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

QUANTILES = (0.01, 0.025, *(round(0.05 * part, 2) for part in range(1, 20)), 0.975, 0.99)
"""What a range is told by, the median in their middle."""
MONTH = 30.4375
"""Days in a month, on the average."""
FEW = 5
"""Up to so many snapshots a forecast is called one of few."""
STOCK_DOUBT = 0.0006
"""The part of a month's doubt that comes from the size of the stock alone, as a share of it."""

_LEVELS = (0.4, 0.8, 1.0)
_TRENDS = (0.05, 0.2, 0.5)
_DAMPINGS = (0.85, 0.95, 1.0)
_ALPHA, _BETA, _PHI = np.array(list(product(_LEVELS, _TRENDS, _DAMPINGS))).T
_FIRST_CHANGES = 6
_SEASONAL_CHANGES = 23
_YEAR = 12
_MAD = 1.4826
_LEAST_OF_RMS = 0.25

# Student's t with 2.5 degrees of freedom, above the median.
_UPPER = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99)
_T = np.array((0, 0.1388, 0.2815, 0.4324, 0.5973, 0.7850, 1.0102, 1.3017, 1.7303, 2.5582, 3.5747, 5.3531))
_SCORES = np.array([NormalDist().inv_cdf(share) for share in _UPPER])
_OFFSETS = np.concatenate((-_T[:0:-1], _T))


class TooShort(ValueError):
    """A history of a single month: it says how high the stock stands, and nothing of where it goes."""


@dataclass(frozen=True, slots=True)
class Step:
    """People who came or went at once, `month` months after the last value: 0 with it, later if positive.

    A step to come is known beforehand, such as the end of a project.
    """

    month: int
    people: float


class Outcome(ABC):
    """What may come: a middle and a scale of error for any number of months after the last value."""

    cap: float | None = None

    @abstractmethod
    def median(self, months: Sequence[float] | Floats) -> Floats:
        """The middle of what may come, which may lie below zero where a fall goes on."""

    @abstractmethod
    def spread(self, months: Sequence[float] | Floats) -> Floats:
        """The scale of the error, which never shrinks with the months ahead."""

    def quantiles(self, months: int | Sequence[float] | Floats) -> Floats:
        """The quantiles of `QUANTILES`, one row for each of the months: those named, or 1 to a number.

        Never below zero nor above the cap; no range is narrower than it was a month earlier.
        """
        whole = isinstance(months, int)
        ahead = (
            np.arange(1, months + 1, dtype=float) if isinstance(months, int) else np.asarray(months, float)
        )
        grid = ahead if whole else _grid(ahead)
        middle = np.maximum(self.median(grid), 0)
        free = middle[:, None] + self.spread(grid)[:, None] * _OFFSETS
        found = np.maximum(free, 0)
        half = len(QUANTILES) // 2
        # A range that ends at zero keeps its width upwards.
        widths = np.maximum.accumulate(found[:, half + 1 :] - found[:, half - 1 :: -1], axis=0)
        found[:, half + 1 :] = np.maximum.accumulate(found[:, half - 1 :: -1] + widths, axis=1)
        if self.cap is not None:
            found = np.minimum(found, self.cap)
        picked: Floats = found[np.searchsorted(grid, ahead)]
        return picked

    def probability(self, months: float, goal: float) -> float:
        """How likely the stock is to stand at the goal or above it."""
        return 1 - float(self.shares_below(months, np.array([goal]))[0])

    def shares_below(self, months: float, values: Floats) -> Floats:
        """The share of what may come that lies below each of some values."""
        distance = values - self.median([months])
        spread = self.spread([months])
        below = (distance > 0).astype(float) if spread == 0 else _shares_below(distance / spread)
        below = np.where(values <= 0, 0.0, below)
        return below if self.cap is None else np.where(values > self.cap, 1.0, below)

    def reached_with(self, months: float, probability: float) -> float:
        """What is reached or passed with a probability: 0.8 gives the lower fifth."""
        return float(np.interp(1 - probability, QUANTILES, self.quantiles([months])[0]))


@dataclass(frozen=True, eq=False)
class Forecast(Outcome):
    """A fitted forecast of one series."""

    last: float
    changes: int
    seasonal: bool
    _month: int
    _season: Floats
    _ends: Floats
    _slopes: Floats
    _weights: Floats
    _level: float
    _sigma: float
    _steps: tuple[Step, ...]
    _variance: float
    _widening: float
    cap: float | None = None

    @property
    def few(self) -> bool:
        """Whether there are so few snapshots that the reader has to be told."""
        return self.changes < FEW

    def median(self, months: Sequence[float] | Floats) -> Floats:
        ahead = np.asarray(months, dtype=float)
        return self.last + self._growth(ahead) + self._seasonal_part(ahead) + self._steps_by(ahead)

    def spread(self, months: Sequence[float] | Floats) -> Floats:
        ahead = np.asarray(months, dtype=float)
        grid = _grid(ahead)
        scales = np.maximum.accumulate(self._scale(grid))
        found: Floats = self._widening * scales[np.searchsorted(grid, ahead)]
        return found

    def _growth(self, ahead: Floats) -> Floats:
        phi = np.minimum(_PHI, 1 - 1e-15)[:, None]
        damped = np.where(_PHI[:, None] == 1, ahead, phi * (1 - phi**ahead) / (1 - phi))
        growth: Floats = self._weights @ (self._ends[:, None] + self._slopes[:, None] * damped)
        return growth

    def _seasonal_part(self, ahead: Floats) -> Floats:
        most = math.ceil(float(ahead.max(initial=0)))
        effects = self._season[(self._month + np.arange(most)) % _YEAR]
        part: Floats = np.interp(ahead, np.arange(most + 1), np.concatenate(([0.0], np.cumsum(effects))))
        return part

    def _steps_by(self, ahead: Floats) -> Floats:
        added = np.zeros_like(ahead)
        for step in self._steps:
            if step.month > 0:
                added += np.where(ahead >= step.month, step.people, 0)
        return added

    def _scale(self, ahead: Floats) -> Floats:
        pace = self._growth(ahead) / ahead
        unknown = np.sqrt((0.40 * self._sigma) ** 2 + (0.50 * pace) ** 2 + (STOCK_DOUBT * self._level) ** 2)
        own = (ahead + 0.35) * math.sqrt(1 + 4 / self.changes) * unknown
        scale: Floats = np.sqrt(own**2 + self._variance)
        return scale


@dataclass(frozen=True, eq=False)
class Together(Outcome):
    """Several forecasts of parts as one of their sum.

    One factor moves all parts, so their spreads add up: what makes a month better than thought for one part
    makes it better for the others.
    """

    parts: tuple[Forecast, ...]
    cap: float | None = None

    def median(self, months: Sequence[float] | Floats) -> Floats:
        middle: Floats = np.sum([part.median(months) for part in self.parts], axis=0)
        return middle

    def spread(self, months: Sequence[float] | Floats) -> Floats:
        scale: Floats = np.sum([part.spread(months) for part in self.parts], axis=0)
        return scale


def fit(
    values: Sequence[float] | Floats,
    *,
    month: int = 12,
    steps: Sequence[Step] = (),
    variance: float = 0,
    widening: float = 1,
    cap: float | None = None,
) -> Forecast:
    """Fit month-end values, one a month, the last of them in calendar month `month`.

    `variance` is that of the last value, which may still be revised; `widening` is learned from the record of
    earlier forecasts; nothing lies above `cap`. Raises TooShort.
    """
    stock = np.asarray(values, dtype=float)
    if len(stock) < 2:
        raise TooShort
    clean = stock.copy()
    for step in steps:
        if -len(clean) + 1 < step.month <= 0:
            clean[step.month - 1 :] -= step.people
    season = _months_of_the_year(np.diff(clean), month)
    changes = np.diff(clean) - season[_calendar(month, len(clean) - 1)]
    smooth = np.concatenate((clean[:1], clean[0] + np.cumsum(changes)))
    ends, slopes, weights = _damped_trends(smooth, changes)
    return Forecast(
        last=float(stock[-1]),
        changes=len(changes),
        seasonal=bool(season.any()),
        _month=month,
        _season=season,
        _ends=ends - smooth[-1],
        _slopes=slopes,
        _weights=weights,
        _level=float(clean[-1]),
        _sigma=_recent_scale(changes),
        _steps=tuple(steps),
        _variance=variance,
        _widening=widening,
        cap=cap,
    )


def _months_of_the_year(changes: Floats, month: int) -> Floats:
    """What each calendar month adds beyond the others, January first; shrunk where it may be chance."""
    count = len(changes)
    if count < _SEASONAL_CHANGES:
        return np.zeros(_YEAR)
    unusual = changes - np.median(changes)
    most = 4 * _robust_scale(changes)
    unusual = np.clip(unusual, -most, most)
    for end in range(count, 0, -_YEAR):
        block = slice(max(end - _YEAR, 0), end)
        if block.stop - block.start >= _YEAR // 2:
            unusual[block] -= unusual[block].mean()
    of_month = _calendar(month, count)
    counts = np.bincount(of_month, minlength=_YEAR)
    means = np.bincount(of_month, weights=unusual, minlength=_YEAR) / counts
    within = ((unusual - means[of_month]) ** 2).sum() / max(count - _YEAR - math.ceil(count / _YEAR), 1)
    between = (counts * means**2).sum() / (_YEAR - 1)
    if between <= within:
        return np.zeros(_YEAR)
    effects: Floats = (1 - within / between) * (means - means.mean())
    return effects


def _calendar(month: int, count: int) -> npt.NDArray[np.int_]:
    """The calendar months (0 is January) of `count` months, the last of them `month`."""
    return (month - 1 - np.arange(count)[::-1]) % _YEAR


def _damped_trends(smooth: Floats, changes: Floats) -> tuple[Floats, Floats, Floats]:
    """Where 27 damped Holt models end, the slopes they end with, and the weight of each by its errors."""
    ends = np.full(len(_PHI), smooth[0])
    slopes = np.full(len(_PHI), changes[:_FIRST_CHANGES].mean())
    squares = np.zeros(len(_PHI))
    for value in smooth[1:]:
        expected = ends + _PHI * slopes
        missed = value - expected
        ends = expected + _ALPHA * missed
        slopes = _PHI * slopes + _ALPHA * _BETA * missed
        squares += missed**2
    floor = 1e-18 * (smooth**2).mean()
    if floor == 0:
        return ends, slopes, np.full(len(_PHI), 1 / len(_PHI))
    logs = -len(changes) / 2 * np.log(np.maximum(squares, floor) / len(changes))
    weights = np.exp(logs - logs.max())
    return ends, slopes, weights / weights.sum()


def usual_spread(changes: Floats) -> Floats:
    """How far changes usually lie from their median, along the last axis; the few far off count little."""
    off = changes - np.median(changes, axis=-1, keepdims=True)
    most: Floats = np.maximum(
        _MAD * np.median(np.abs(off), axis=-1), _LEAST_OF_RMS * np.sqrt((off**2).mean(axis=-1))
    )
    return most


def _recent_scale(changes: Floats) -> float:
    """How much the changes of the last months vary around their own pace."""
    middle = np.median(changes)
    usual = float(usual_spread(changes))
    age = np.arange(len(changes))[::-1]
    weights = 0.7**age
    told = weights.sum() ** 2 / (weights**2).sum()
    pace = np.average(np.clip(changes, middle - 4 * usual, middle + 4 * usual), weights=weights)
    pace *= told / (told + 1)
    around = np.clip(changes - pace, -3 * usual, 3 * usual)
    return math.sqrt(np.average(around**2, weights=0.85**age))


def _robust_scale(changes: Floats) -> float:
    return float(_MAD * np.median(np.abs(changes - np.median(changes))))


def _grid(ahead: Floats) -> Floats:
    """The months named, and every whole month up to the last of them."""
    return np.union1d(ahead, np.arange(1, math.floor(float(ahead.max(initial=0))) + 1, dtype=float))


def _shares_below(offsets: Floats) -> Floats:
    """The share of futures below offsets from the median, in spreads."""
    below, scores = _cumulative()
    found: Floats = np.interp(_carried_on(offsets, _T, _SCORES), scores, below)
    return found


def _carried_on(values: Floats, places: Floats, heights: Floats) -> Floats:
    """A line through points, odd around zero and carried on with its last slope."""
    size = np.abs(values)
    slope = (heights[-1] - heights[-2]) / (places[-1] - places[-2])
    beyond = heights[-1] + (size - places[-1]) * slope
    line: Floats = np.copysign(np.where(size > places[-1], beyond, np.interp(size, places, heights)), values)
    return line


@lru_cache(maxsize=1)
def _cumulative() -> tuple[Floats, Floats]:
    """The normal distribution: shares below scores, finely enough for a percent of a percent."""
    scores = np.linspace(-8, 8, 6401)
    return np.array([NormalDist().cdf(score) for score in scores]), scores
