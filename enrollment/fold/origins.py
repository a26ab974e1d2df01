"""Origins: from which deliveries the people of each month and source come.

A late source keeps its last people, and so does a province that its source left out this month: they
are carried, from the deliveries that held them last.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from enrollment.delivery import Delivery, Piece, counted
from enrollment.months import months_between


@dataclass(frozen=True, slots=True)
class Holding:
    """The part of a delivery that holds people of a source: `only` these provinces, `without` those.

    A delivery without `only` speaks for every province: where it names nobody, there is nobody.
    """

    delivery: Delivery
    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    @property
    def provinces(self) -> frozenset[str]:
        """The provinces that the delivery names and that are still its own."""
        named = frozenset(self.delivery.provinces) if self.only is None else self.only
        return named - self.without

    @property
    def kind(self) -> tuple[bool, str | None]:
        """What can be compared from month to month: totals, or people under the same keys."""
        return self.delivery.about_people, self.delivery.key_space

    def speaks_for(self, province: str) -> bool:
        return province not in self.without and (self.only is None or province in self.only)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a source's stock of a month comes from. Without a delivery there is nothing to carry.

    `state` is `delivered`, `partial` when provinces that the source had are carried, or `missing`.
    `delivery` is the one loaded last among those of the newest month. `comparable` says whether the
    source's people are known in the same way a month earlier; where not, only the net change is known.
    """

    month: dt.date
    source: str
    state: str
    delivery: Delivery | None
    fresh: tuple[Holding, ...] = ()
    carried: tuple[Holding, ...] = ()
    comparable: bool = True


def origins(deliveries: Sequence[Delivery], expected_from: Mapping[str, dt.date]) -> tuple[Origin, ...]:
    """Every month and source that was delivered, or expected and is missing.

    Expected is a source from `expected_from` on, and any source after the first month it delivered;
    a missing one carries the deliveries of its last delivered month.
    """
    counting = counted(deliveries)
    if not counting:
        return ()
    known = [month for month, _ in counting]
    first = min(known)
    begins = {source: max(month, first) for source, month in expected_from.items()}
    for month, source in counting:
        begins[source] = min(begins.get(source, month), month)
    found = []
    held: dict[str, tuple[Holding, ...]] = {}
    last: dict[str, Delivery] = {}
    for month in months_between(first, max(known)):
        scopes = _scopes([piece for (at, _), pieces in counting.items() if at == month for piece in pieces])
        for source in sorted(begins):
            before = held.get(source, ())
            if pieces := counting.get((month, source)):
                origin = _delivered(month, source, pieces, before, scopes)
                held[source] = (*origin.carried, *origin.fresh)
                last[source] = pieces[-1].delivery
                found.append(origin)
            elif month >= begins[source]:
                found.append(Origin(month, source, "missing", last.get(source), carried=before))
    return tuple(found)


def _scopes(pieces: Sequence[Piece]) -> dict[str, frozenset[str] | None]:
    """The provinces that each delivery of a month speaks for, mended rows together with their delivery."""
    whole = {piece.delivery.sha256 for piece in pieces if piece.delivery.scope == "full"}
    named: dict[str, frozenset[str]] = {}
    for piece in pieces:
        base = piece.delivery.mends or piece.delivery.sha256
        named[base] = named.get(base, frozenset()) | frozenset(piece.delivery.provinces)
    return {
        piece.delivery.sha256: None if base in whole else named[base]
        for piece in pieces
        for base in (piece.delivery.mends or piece.delivery.sha256,)
    }


def _delivered(
    month: dt.date,
    source: str,
    pieces: Sequence[Piece],
    before: Sequence[Holding],
    scopes: Mapping[str, frozenset[str] | None],
) -> Origin:
    laid = (Holding(piece.delivery, scopes[piece.delivery.sha256], piece.without) for piece in pieces)
    fresh = tuple(holding for holding in laid if holding.only is None or holding.provinces)
    carried: tuple[Holding, ...] = ()
    if all(holding.only is not None for holding in fresh):
        named = frozenset(province for holding in fresh for province in holding.provinces)
        left = (replace(holding, without=holding.without | named) for holding in before)
        carried = tuple(holding for holding in left if holding.provinces)
    # Where totals counted nobody, nobody is missed: everybody who is listed has come.
    peopled = [holding for holding in before if not _counts_nobody(holding.delivery, source)]
    otherwise = any(
        old.kind != new.kind and any(map(new.speaks_for, old.provinces)) for old in peopled for new in fresh
    )
    state = "partial" if carried else "delivered"
    return Origin(month, source, state, pieces[-1].delivery, fresh, carried, not otherwise)


def _counts_nobody(delivery: Delivery, source: str) -> bool:
    """Whether totals say of a source that it has no participants at all."""
    return not delivery.about_people and not any(
        content.active for content in delivery.contents if content.source == source
    )
