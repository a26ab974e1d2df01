"""Scenarios: what partners' pledges would change, on top of what comes anyway.

Of the people pledged a share comes, a share of those is new, they come over some months and some leave
again. How large the first share is differs from partner to partner; everything else is taken as given. A
baseline and its scenario share their futures, so a pledge can only raise what is reached.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from enrollment.forecast import QUANTILES, Floats, Outcome

DELAY = (0.5, 0.75, 0.9, 1.0)
"""Share active in the month pledged and one, two and three months later; assumed."""
CLOSED_ENOUGH = 10
"""From so many pledges that have come to an end on, a share is learned; before, it is assumed."""

_DRAWS = 10_000
_PARTS = 100
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Realisation:
    """Which share of a pledge comes: its mean, and how closely pledges keep to it."""

    mean: float
    closeness: float

    def drawn(self, generator: np.random.Generator, count: int) -> Floats:
        if not 0 < self.mean < 1:
            return np.full(count, self.mean)
        shares: Floats = generator.beta(self.mean * self.closeness, (1 - self.mean) * self.closeness, count)
        return shares


@dataclass(frozen=True, slots=True)
class Pledge:
    """People whom a partner would bring from a month on, counted from the last known one.

    `additional` is the share of those who come that is not active already; `retained` the share that stays
    from one month to the next.
    """

    people: float
    month: float
    realisation: Realisation
    additional: float
    retained: float = 1.0

    def expected(self, months: Sequence[float] | Floats) -> Floats:
        """People it adds by each of the months, in the mean."""
        return self.realisation.mean * self.in_full(months)

    def in_full(self, months: Sequence[float] | Floats) -> Floats:
        """The same if everybody pledged came."""
        since = np.asarray(months, dtype=float) - self.month
        arrived = np.interp(since, np.arange(len(DELAY)), DELAY)
        staying: Floats = self.people * self.additional * arrived * self.retained ** np.maximum(since, 0)
        return np.where(since < 0, 0.0, staying)


@dataclass(frozen=True, eq=False)
class Scenario:
    """A baseline with pledges on top."""

    baseline: Outcome
    pledges: tuple[Pledge, ...]

    def expected(self, months: Sequence[float] | Floats) -> Floats:
        """People whom the pledges add by each of the months, in the mean."""
        ahead = np.asarray(months, dtype=float)
        added: Floats = np.sum(
            [np.zeros(len(ahead)), *(pledge.expected(ahead) for pledge in self.pledges)], axis=0
        )
        return added

    def probability(self, months: float, goal: float) -> float:
        """How likely the goal is to be reached: the mean over what the pledges may bring."""
        added = self._added(months)
        if not added.any():
            return self.baseline.probability(months, goal)
        return 1 - float(self.baseline.shares_below(months, goal - added).mean())

    def quantiles(self, months: Sequence[float] | Floats) -> Floats:
        """The quantiles of `forecast.QUANTILES`, a row for each of the months."""
        known = self.baseline.quantiles(months)
        found = [
            self._quantiles_of(month, row)
            for month, row in zip(np.asarray(months, float), known, strict=True)
        ]
        return np.stack(found)

    def _quantiles_of(self, month: float, known: Floats) -> Floats:
        added = self._added(month)
        if not added.any():
            return known
        shares = np.array(QUANTILES)
        low, high = known + added.min(), known + added.max()
        for _ in range(_STEPS):
            middle = (low + high) / 2
            below = self.baseline.shares_below(month, middle - added[:, None]).mean(axis=0)
            low, high = np.where(below < shares, middle, low), np.where(below < shares, high, middle)
        reached: Floats = high
        return reached

    def _added(self, month: float) -> Floats:
        """What the pledges may bring by a month, as so many equally likely amounts."""
        total = np.zeros(_DRAWS)
        # Each pledge has draws of its own, so that one does not move what another brings.
        for number, pledge in enumerate(self.pledges):
            shares = pledge.realisation.drawn(np.random.default_rng(number), _DRAWS)
            total += shares * pledge.in_full([month])[0]
        parts: Floats = np.sort(total).reshape(_PARTS, -1).mean(axis=1)
        return parts


def realisation(closed: Sequence[float], own: Sequence[float] = ()) -> Realisation:
    """The share to expect of a pledge, from the shares that came of pledges that have ended.

    `own` are those of the same partner among them. With none the share is one half, and wide.
    """
    pooled = (2 + sum(closed)) / (4 + len(closed))
    mean = (4 * pooled + sum(own)) / (4 + len(own))
    varied = float(np.var(closed)) if len(closed) > 1 else 0.0
    return Realisation(mean, max(mean * (1 - mean) / max(varied, 0.02) - 1, 1))


def partners_needed(gap: float, pledge: Pledge) -> float | None:
    """How many pledges like this one close a gap once all have come; None where one brings nobody."""
    brings = pledge.people * pledge.realisation.mean * pledge.additional
    return max(gap, 0) / brings if brings > 0 else None
