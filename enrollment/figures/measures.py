"""How a measure and a part are written in a figure."""

from collections.abc import Mapping

from enrollment.language import Language
from enrollment.measures import SHARES, Measure, is_signed


def growth(change: float | None, closing: float) -> float | None:
    """A net change as a part of what was there before it; None where that is not known or nobody."""
    before = None if change is None else closing - change
    return None if change is None or not before else change / before


def written(number: float | None, measure: Measure, language: Language, *, short: bool = False) -> str:
    """A measure as a reader sees it; `short` writes millions."""
    if number is None:
        return language.say("format.unknown" if measure in SHARES else "format.not_reported")
    if measure in SHARES:
        return language.percent(number, 1)
    if short:
        return language.signed_people(number, 2) if is_signed(measure) else language.people(number, 2)
    return language.signed(number) if is_signed(measure) else language.number(number)


def part_name(part: str | None, names: Mapping[str | None, str], language: Language) -> str:
    """The name that a reader knows a part by; the code where none is given."""
    if part in names:
        return names[part]
    return language.say("format.not_reported") if part is None else part
