"""How fast the parts of a dimension lose people and win them back, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from enrollment.answers import Breakdown

# Of a normal distribution, 95 percent lie within so many standard deviations of its middle.
_Z = 1.959963984540054
_FEW_EVENTS = 30
_WIDE = 0.2


@dataclass(frozen=True, slots=True)
class Rate:
    """Events as a part of those to whom they could happen, with its Wilson 95 % interval.

    The interval is None where events outnumber those, for then they are not a part of them. `small`
    says that the rate is not to be compared: under 30 events, or an interval wider than a fifth of the
    rate on either side.
    """

    value: float
    low: float | None
    high: float | None
    events: int
    exposed: int
    small: bool


@dataclass(frozen=True, slots=True)
class PartRates:
    """What a part had, lost, won back and gained over a span; None is not known.

    `lapse` is per month: lapsed of the opening stock in each of the months. `reactivation` is reactivated
    of those who lapsed in the months given before.
    """

    part: str | None
    opening: int | None
    lapsed: int | None
    lapse: Rate | None
    reactivated: int | None
    reactivation: Rate | None
    new: int | None
    net: int | None


def rate(events: int, exposed: int) -> Rate | None:
    """A rate with its interval; None where it could happen to nobody."""
    if exposed <= 0:
        return None
    value = events / exposed
    if not 0 <= events <= exposed:
        return Rate(value, None, None, events, exposed, small=events < _FEW_EVENTS)
    square = _Z * _Z
    middle = (value + square / (2 * exposed)) / (1 + square / exposed)
    spread = value * (1 - value) / exposed + square / (4 * exposed * exposed)
    half = _Z * math.sqrt(spread) / (1 + square / exposed)
    # At the ends the interval closes at 0 and 1 exactly, which rounding would miss.
    low, high = (max(middle - half, 0.0) if events else 0.0), (middle + half if events < exposed else 1.0)
    return Rate(value, low, high, events, exposed, events < _FEW_EVENTS or (high - low) / 2 > _WIDE * value)


def of_parts(
    rows: Sequence[Breakdown], before: Sequence[Breakdown], months: int = 1
) -> tuple[PartRates, ...]:
    """Rates of each part over a span of `months`, who lost most first.

    `before` are the same parts over the three months that ended where the span opens. A part of which
    some flows are not known has no rates.
    """
    lapsed_before = {row.part: _lapsed(row) for row in before}
    found = [_rates(row.part, [row], [lapsed_before.get(row.part)], months) for row in rows]
    return tuple(sorted(found, key=lambda item: (item.lapsed is None, -(item.lapsed or 0), item.part or "")))


def of_all(rows: Sequence[Breakdown], before: Sequence[Breakdown], months: int = 1) -> PartRates:
    """Rates of all parts together; unknown as soon as one of them is. The parts must not overlap."""
    return _rates(None, rows, [_lapsed(row) for row in before], months)


def _lapsed(row: Breakdown) -> int | None:
    return None if row.flows_unknown else row.lapsed


def _rates(
    part: str | None, rows: Sequence[Breakdown], before: Sequence[int | None], months: int
) -> PartRates:
    opening = _sum([row.opening for row in rows])
    flows_known = not any(row.flows_unknown for row in rows)
    lapsed = _sum([row.lapsed for row in rows]) if flows_known else None
    reactivated = _sum([row.reactivated for row in rows]) if flows_known else None
    lapsed_before = _sum(before)
    return PartRates(
        part=part,
        opening=opening,
        lapsed=lapsed,
        lapse=None if lapsed is None or opening is None else rate(lapsed, opening * months),
        reactivated=reactivated,
        reactivation=(
            None if reactivated is None or lapsed_before is None else rate(reactivated, lapsed_before)
        ),
        new=_sum([row.new for row in rows]) if flows_known else None,
        net=_sum([row.net_change for row in rows]),
    )


def _sum(values: Sequence[int | None]) -> int | None:
    """The sum, not known where one is not or where there is none."""
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
