"""How good a forecast was, once it is known what came."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BINS = 10
"""Groups of equal width that probabilities are put in to hold them against what came."""


def crps(levels: Sequence[float], quantiles: Floats, came: float) -> float:
    """Twice the mean pinball loss of quantiles at some levels, in the unit of what came; 0 is best."""
    missed = came - quantiles
    return float(2 * np.maximum(np.asarray(levels) * missed, (np.asarray(levels) - 1) * missed).mean())


def held(levels: Sequence[float], quantiles: Floats, came: float, share: float) -> bool:
    """Whether what came lies in the middle range that is to hold a share of all, its ends included."""
    low, high = ((1 - share) / 2, (1 + share) / 2)
    lower, upper = (quantiles[int(np.abs(np.asarray(levels) - level).argmin())] for level in (low, high))
    return bool(lower <= came <= upper)


def reliability_error(probabilities: Sequence[float], met: Sequence[bool]) -> float:
    """How far probabilities lie from the shares that came true, in the mean.

    They are put into `BINS` groups of equal width. Each counts with its size.
    """
    said, true = np.asarray(probabilities), np.asarray(met, dtype=float)
    groups = np.minimum((said * BINS).astype(int), BINS - 1)
    distances = np.abs(np.bincount(groups, weights=said) - np.bincount(groups, weights=true))
    return float(distances.sum() / len(said))
