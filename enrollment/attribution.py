"""Which part of a goal's gap lies with which source, and inside a source with what: exact, without a rest.

What a source still owes is what it promised less those who are newly active through it. What nobody promised
is a part of its own, at full size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial, prod

from enrollment.answers import CommitmentLadder, GoalProgress

CAUSES = ("unlisted", "inactive", "known_before")
"""Why a promise is not fulfilled, in the order of the ladder."""


@dataclass(frozen=True, slots=True)
class GapPart:
    """People of the gap that lie with a source; with None those whom nobody promised.

    They add up from `unlisted` (promised, and not on a roster), `inactive` (on it, and not active in all
    agreed programmes) and `known_before` (active, and not new). A source that brought more than it promised
    has a negative part, and an effect that helped is negative. Without a roster
    (`listed` is False) all of it is `unlisted`.
    """

    source: str | None
    name: str
    name_en: str
    people: int
    unlisted: float
    inactive: float
    known_before: float
    listed: bool

    @property
    def causes(self) -> tuple[tuple[str, float], ...]:
        """The three effects by name; without a roster they are not known apart and there are none."""
        named = ((name, getattr(self, name)) for name in CAUSES)
        return tuple(named) if self.listed else ()


def gap_parts(ladder: Sequence[CommitmentLadder], progress: GoalProgress) -> tuple[GapPart, ...]:
    """The gap of a month by source, the largest part first and what nobody promised last.

    Sources that promised in several agreements stand once for each.
    """
    parts = [_of_source(row) for row in ladder]
    rest = progress.gap - sum(part.people for part in parts)
    parts.sort(key=lambda part: -part.people)
    return (*parts, GapPart(None, "", "", rest, float(rest), 0.0, 0.0, False))


def shapley(before: Sequence[float], after: Sequence[float]) -> tuple[float, ...]:
    """What each factor of a product does to it: the mean over all orders in which they may change.

    The effects add up to the product of `after` less that of `before`.
    """
    effects = [0.0] * len(before)
    for order in permutations(range(len(before))):
        standing = list(before)
        for factor in order:
            rest = prod(value for place, value in enumerate(standing) if place != factor)
            effects[factor] += (after[factor] - standing[factor]) * rest
            standing[factor] = after[factor]
    return tuple(effect / factorial(len(before)) for effect in effects)


def _of_source(row: CommitmentLadder) -> GapPart:
    received, active, new = row.received, row.active_all, row.newly_active
    who = (row.source, row.name, row.name_en)
    if received is None or active is None or new is None:
        return GapPart(*who, row.committed, float(row.committed), 0.0, 0.0, False)
    came = (received, active / received if received else 0.0, new / active if active else 0.0)
    unlisted, inactive, known_before = (0.0 - effect for effect in shapley((row.committed, 1.0, 1.0), came))
    return GapPart(*who, row.committed - new, unlisted, inactive, known_before, True)
