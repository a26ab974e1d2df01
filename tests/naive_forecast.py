"""The forecast worked out with plain numbers and loops, to hold the real one against."""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import mean, median

UPPER = (0.1388, 0.2815, 0.4324, 0.5973, 0.7850, 1.0102, 1.3017, 1.7303, 2.5582, 3.5747, 5.3531)


def quantile_offsets() -> list[float]:
    return [-value for value in reversed(UPPER)] + [0.0, *UPPER]


def middle_and_spread(values: Sequence[float], month: int, horizon: int) -> list[tuple[float, float]]:
    """The median and the scale of the error for 1 to `horizon` months ahead, not floored at zero."""
    changes = [after - before for before, after in pairwise(values)]
    season = month_effects(changes, month)
    count = len(changes)
    rest = [change - season[(month - count + place) % 12] for place, change in enumerate(changes)]
    smooth = [values[0]]
    for change in rest:
        smooth.append(smooth[-1] + change)
    models = [
        holt(smooth, rest, alpha, beta, phi)
        for alpha in (0.4, 0.8, 1)
        for beta in (0.05, 0.2, 0.5)
        for phi in (0.85, 0.95, 1)
    ]
    floor = 1e-18 * mean(value**2 for value in smooth)
    if floor == 0:
        weights = [1 / len(models)] * len(models)
    else:
        logs = [-count / 2 * math.log(max(squares, floor) / count) for _, _, _, squares in models]
        likely = [math.exp(value - max(logs)) for value in logs]
        weights = [value / sum(likely) for value in likely]
    sigma = recent_scale(rest)
    found = []
    widest = 0.0
    for ahead in range(1, horizon + 1):
        reached = sum(
            weight * (level + slope * sum(phi**step for step in range(1, ahead + 1)))
            for weight, (level, slope, phi, _) in zip(weights, models, strict=True)
        )
        growth = reached - smooth[-1]
        effects = sum(season[(month + step) % 12] for step in range(ahead))
        scale = (
            (ahead + 0.35)
            * math.sqrt(1 + 4 / count)
            * math.sqrt((0.4 * sigma) ** 2 + (0.5 * growth / ahead) ** 2 + (0.0006 * values[-1]) ** 2)
        )
        widest = max(widest, scale)
        found.append((values[-1] + growth + effects, widest))
    return found


def holt(
    smooth: Sequence[float], changes: Sequence[float], alpha: float, beta: float, phi: float
) -> tuple[float, float, float, float]:
    level, slope, squares = smooth[0], mean(changes[:6]), 0.0
    for value in smooth[1:]:
        expected = level + phi * slope
        error = value - expected
        level = expected + alpha * error
        slope = phi * slope + alpha * beta * error
        squares += error**2
    return level, slope, phi, squares


def month_effects(changes: Sequence[float], month: int) -> list[float]:
    count = len(changes)
    if count < 23:
        return [0.0] * 12
    center = median(changes)
    most = 4 * 1.4826 * median(abs(change - center) for change in changes)
    unusual = [min(max(change - center, -most), most) for change in changes]
    for end in range(count, 0, -12):
        start = max(end - 12, 0)
        if end - start >= 6:
            level = mean(unusual[start:end])
            for place in range(start, end):
                unusual[place] -= level
    months = [(month - count + place) % 12 for place in range(count)]
    means, counts = [], []
    for each in range(12):
        own = [value for value, of in zip(unusual, months, strict=True) if of == each]
        means.append(mean(own))
        counts.append(len(own))
    within = sum((value - means[of]) ** 2 for value, of in zip(unusual, months, strict=True))
    within /= max(count - 12 - math.ceil(count / 12), 1)
    between = sum(number * value**2 for number, value in zip(counts, means, strict=True)) / 11
    share = max(0.0, 1 - within / between) if between else 0.0
    effects = [share * value for value in means]
    return [effect - mean(effects) for effect in effects]


def recent_scale(changes: Sequence[float]) -> float:
    center = median(changes)
    usual = max(
        1.4826 * median(abs(change - center) for change in changes),
        0.25 * math.sqrt(mean((change - center) ** 2 for change in changes)),
    )
    count = len(changes)
    weights = [0.7 ** (count - 1 - place) for place in range(count)]
    told = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    clipped = [min(max(change, center - 4 * usual), center + 4 * usual) for change in changes]
    pace = sum(weight * change for weight, change in zip(weights, clipped, strict=True)) / sum(weights)
    pace *= told / (told + 1)
    slower = [0.85 ** (count - 1 - place) for place in range(count)]
    around = [min(max(change - pace, -3 * usual), 3 * usual) ** 2 for change in changes]
    return math.sqrt(
        sum(weight * square for weight, square in zip(slower, around, strict=True)) / sum(slower)
    )
