"""Pace: what a goal needs in a month, what was added lately, and how often such a pace was met."""

import datetime as dt
from collections.abc import Sequence

from enrollment.forecast import MONTH, Outcome

BASE_RATES = {1.0: 0.36, 1.5: 0.23, 2.0: 0.16, 3.0: 0.09, 4.0: 0.07}
"""Of 800 real growing series, the share that met a goal asking for so many times the pace of the last six
months."""
RECENT = 3
"""Months whose mean net change is the recent pace."""
LONGER = 6
"""Months whose mean net change the base rates are about."""
LIKELY = 0.8
_FINE = 0.1
WORDS = (
    (LIKELY, "likely"),
    (0.5, "more_likely_than_not"),
    (0.2, "less_likely_than_not"),
    (0.05, "unlikely"),
    (0.0, "out_of_reach"),
)
"""What a probability is called from which one on."""


def needed_per_month(value: float, goal: float, day: dt.date, due: dt.date) -> float | None:
    """What has to be added in a month of 30.4375 days; 0 once the goal is reached, None once it is due."""
    days = (due - day).days
    return max(goal - value, 0) / days * MONTH if days > 0 else None


def recent_per_month(values: Sequence[float], months: int = RECENT) -> float | None:
    """The mean of the last net changes, of as many as there are; None for a single value."""
    changes = min(months, len(values) - 1)
    return (values[-1] - values[-1 - changes]) / changes if changes > 0 else None


def base_rate(ratio: float) -> tuple[float, float] | None:
    """The listed multiple of the recent pace at or below a ratio, and the share of series that met it.

    None below the first: less than the recent pace was not counted.
    """
    below = [multiple for multiple in BASE_RATES if multiple <= ratio]
    return (max(below), BASE_RATES[max(below)]) if below else None


def extra_per_month(outcome: Outcome, months: float, goal: float, probability: float = LIKELY) -> float:
    """What has to be added in a month beyond the forecast to make the goal as likely as that; 0 if it is."""
    if outcome.probability(months, goal) >= probability:
        return 0.0
    return max((goal - outcome.reached_with(months, probability)) / months, 0.0)


def likely_per_month(outcome: Outcome, value: float, months: float, goal: float) -> float:
    """What has to be added in a month, all told, for the goal to be likely."""
    expected = (float(outcome.median([months])[0]) - value) / months
    return expected + extra_per_month(outcome, months, goal)


def in_words(probability: float) -> str:
    """One of five keys that say a probability in words, as it is told."""
    return next(word for least, word in WORDS if told(probability) >= least)


def told(probability: float) -> float:
    """A probability as it is told: in whole percents near the ends, else to five."""
    step = 100 if min(probability, 1 - probability) < _FINE else 20
    return round(probability * step) / step
