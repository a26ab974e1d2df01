"""What the forecaster is measured against: exponential smoothing of statsmodels, and a plain drift.

The first chooses among all additive models by AICc, the seasonal ones from two years on, as somebody would
build it who wants it good. Its ranges are told twice: as statsmodels gives them, and with the squares of its
errors divided by the degrees of freedom left, which widens them where history is short.
"""

import itertools
import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel, ETSResults

from enrollment.forecast import QUANTILES

Floats = npt.NDArray[np.float64]

_YEAR = 12
_SCORES = np.array([NormalDist().inv_cdf(level) for level in QUANTILES])


class Failed(ValueError):
    """No model could be fitted, or none gives finite numbers."""


@dataclass(frozen=True)
class Normal:
    """Normal forecasts of the months ahead, never below zero."""

    means: Floats
    deviations: Floats

    def quantiles(self, horizon: int) -> Floats:
        """The quantiles of `QUANTILES`, one row a month."""
        found = self.means[:horizon, None] + self.deviations[:horizon, None] * _SCORES
        free: Floats = np.maximum(found, 0)
        return free

    def probability(self, horizon: int, goal: float) -> float:
        """How likely it is to stand at the goal or above it."""
        if goal <= 0:
            return 1.0
        score = (self.means[horizon - 1] - goal) / max(self.deviations[horizon - 1], 1e-300)
        return 0.5 * math.erfc(-score / math.sqrt(2))


def drift(values: Sequence[float], horizon: int) -> Normal:
    """A random walk that goes on at the mean pace of its history."""
    changes = np.diff(values)
    ahead = np.arange(1, horizon + 1)
    deviation = changes.std(ddof=1)
    return Normal(
        values[-1] + ahead * changes.mean(), deviation * np.sqrt(ahead * (1 + ahead / len(changes)))
    )


def smoothing(values: Sequence[float], horizon: int) -> tuple[Normal, Normal]:
    """The model of least AICc: with its own ranges, and by degrees of freedom. Raises Failed."""
    with warnings.catch_warnings():
        # A fit that stopped early is still the best found of its kind, and AICc judges it.
        warnings.simplefilter("ignore")
        fits = [fit for fit in _fits(pd.Series(values, dtype=float)) if math.isfinite(_aicc(fit))]
        if not fits:
            raise Failed
        best = min(fits, key=_aicc)
        ahead = best.get_prediction(start=len(values), end=len(values) + horizon - 1)
    means = ahead.predicted_mean.to_numpy()
    deviations = np.sqrt(np.asarray(ahead.forecast_variance, dtype=float))
    if not (np.isfinite(means).all() and np.isfinite(deviations).all()):
        raise Failed
    left = len(values) - (_parameters(best) - 1)
    return Normal(means, deviations), Normal(means, deviations * math.sqrt(len(values) / left))


def _fits(values: "pd.Series[float]") -> list[ETSResults]:
    trends = ((None, False), ("add", False), ("add", True))
    seasons = (None, "add") if len(values) >= 2 * _YEAR else (None,)
    found = []
    for (trend, damped), season in itertools.product(trends, seasons):
        model = ETSModel(
            values,
            error="add",
            trend=trend,
            damped_trend=damped,
            seasonal=season,
            seasonal_periods=_YEAR if season else None,
        )
        try:
            found.append(model.fit(disp=False))
        except (ValueError, np.linalg.LinAlgError):
            continue
    return found


def _parameters(fit: ETSResults) -> int:
    """All that was estimated, the variance too; one of the twelve months follows from the others."""
    return int(fit.df_model) - (1 if fit.model.has_seasonal else 0)


def _aicc(fit: ETSResults) -> float:
    count, parameters = fit.nobs, _parameters(fit)
    left = count - parameters - 1
    if left <= 0:
        return math.inf
    return float(-2 * fit.llf + 2 * parameters + 2 * parameters * (parameters + 1) / left)
