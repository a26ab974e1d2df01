"""Findings of a probability: what it is called, and how often other series managed the like."""

from enrollment.language import Language
from enrollment.outlook import Outlook


def chance_in_words(outlook: Outlook, language: Language) -> str | None:
    """One of five words for the probability of reaching the goal; None where nothing is forecast."""
    return language.say(f"chances.{outlook.word}") if outlook.word else None


def base_rate(outlook: Outlook, language: Language) -> str | None:
    """How many of a hundred growing series managed such a rise; None where none was counted."""
    if outlook.base_rate is None:
        return None
    multiple, met = outlook.base_rate
    return language.say(
        "chances.base_rate",
        times=f"{language.number(multiple, 0 if multiple == round(multiple) else 1)}×",
        of=language.number(100),
        met=language.number(met * 100),
    )
