"""The eight classes of a roster's rows: their order, their counts, their colours and their names."""

from collections.abc import Mapping

from enrollment.answers import ReconciliationByMonth
from enrollment.figures.description import Role
from enrollment.figures.style import paler
from enrollment.language import Language
from enrollment.reconciliation.result import CLASSES


def counts(row: ReconciliationByMonth) -> dict[str, int]:
    """Rows of the roster by class, in the order in which classes are shown."""
    return {name: getattr(row, name) for name in CLASSES}


def colours(source_colour: str) -> Mapping[str, str]:
    """Names of colours by class: steps of the source's own for who is or was active, greys for the others."""
    return {
        "active_all": source_colour,
        "active_part": paler(source_colour, 62),
        "other_source": paler(source_colour, 38),
        "lapsed": paler(source_colour, 22),
        "not_found": paler("muted", 72),
        "duplicate": paler("muted", 40),
        "invalid": "behind",
        "out_of_scope": paler("muted", 22),
    }


def role(name: str) -> Role:
    """What a class means: counted as active, counted otherwise, or damaged."""
    if name == "invalid":
        return "behind"
    return "actual" if name in ("active_all", "active_part", "other_source") else "context"


def class_name(name: str, language: Language) -> str:
    """What a class is called."""
    return language.say(f"reconciliation.class.{name}")
