"""The measures that a breakdown can show, and the names of its parts."""

from collections.abc import Mapping
from typing import Literal

from enrollment.language import Language

Measure = Literal["closing", "net_change", "new", "reactivated", "lapsed"]
MEASURES: tuple[Measure, ...] = ("closing", "net_change", "new", "reactivated", "lapsed")

# A person is in several programmes: their counts overlap and are never added.
OVERLAPPING = frozenset({"programme"})


def part_name(part: str | None, names: Mapping[str | None, str], language: Language) -> str:
    """The name that a reader knows a part by; the code where none is given."""
    if part in names:
        return names[part]
    return language.say("figures.not_reported") if part is None else part


def is_signed(measure: str) -> bool:
    """Whether numbers of a measure carry their sign."""
    return measure == "net_change"
