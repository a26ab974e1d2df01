"""The measures that people are broken down by, and what a row says of each."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypeVar

from enrollment.disclosure import REST

Measure = Literal[
    "closing", "net_change", "new", "reactivated", "lapsed", "share_of_rise", "achievement", "coverage"
]
MEASURES: tuple[Measure, ...] = (
    "closing",
    "net_change",
    "new",
    "reactivated",
    "lapsed",
    "share_of_rise",
    "achievement",
    "coverage",
)
FLOWS = frozenset({"new", "reactivated", "lapsed"})
"""Measures of what happened during months; the others are known at a month's end."""
SHARES = frozenset({"share_of_rise", "achievement", "coverage"})
"""Measures that are a part of something; the others count people."""

# A person is in several programmes: their counts overlap and are never added.
OVERLAPPING = frozenset({"programme"})

Wholes = tuple[tuple[str | None, int], ...]
"""What a part is measured against: people promised by a source, workers eligible in a province."""


class Counted(Protocol):
    """A row that holds the stock and the flows of a part."""

    @property
    def closing(self) -> int: ...
    @property
    def net_change(self) -> int | None: ...


class Part(Protocol):
    """A row that is about a part."""

    @property
    def part(self) -> str | None: ...


PartRow = TypeVar("PartRow", bound=Part)


def is_part(row: Part) -> bool:
    """Whether a row is about a part, and not about what is hidden and rounded."""
    return row.part != REST


def told(rows: Sequence[PartRow], measure: Measure) -> Sequence[PartRow]:
    """The rows whose flow can be told: where small counts are kept, a 0 may be anybody below ten."""
    if measure not in FLOWS or all(is_part(row) for row in rows):
        return rows
    return [row for row in rows if not is_part(row) or getattr(row, measure) != 0]


def value(row: Counted, measure: Measure, whole: int | None = None) -> float | None:
    """A measure of one row: people, or a part of one for shares; None where it is not known.

    `whole` is what a share is a share of.
    """
    if measure in SHARES:
        people = row.net_change if measure == "share_of_rise" else row.closing
        return None if people is None or not whole or whole < 0 else people / whole
    found: int | None = getattr(row, measure)
    return found


def values(
    rows: Sequence[Counted], parts: Sequence[str | None], measure: Measure, wholes: Wholes = ()
) -> tuple[list[float | None], float | None]:
    """A measure of every row, and of all rows together where that is known.

    The share of the rise is measured against the rise of all rows, so it is not known where they do
    not rise. Achievement and coverage are measured against `wholes`, by part.
    """
    if measure == "share_of_rise":
        known = [row.net_change for row in rows if row.net_change is not None]
        rise = sum(known) if len(known) == len(rows) else None
        return [value(row, measure, rise) for row in rows], 1.0 if rise and rise > 0 else None
    if measure in SHARES:
        against = dict(wholes)
        together = [
            (row.closing, against[part]) for row, part in zip(rows, parts, strict=True) if against.get(part)
        ]
        whole = sum(of for _, of in together)
        found = [value(row, measure, against.get(part)) for row, part in zip(rows, parts, strict=True)]
        return found, sum(people for people, _ in together) / whole if whole else None
    found = [value(row, measure) for row in rows]
    counts = [item for item in found if item is not None]
    return found, sum(counts) if counts else None


def is_signed(measure: str) -> bool:
    """Whether numbers of a measure carry their sign."""
    return measure == "net_change"
