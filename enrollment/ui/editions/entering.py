"""What the forms for one more row of reference data share: who may enter it, and why it was not kept."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import streamlit as st

from enrollment.contract.faults import shown
from enrollment.contract.values import Problem, free_text
from enrollment.language import Language
from enrollment.receipt import Receipt
from enrollment.ui import ask, steward
from enrollment.ui.frame import Choice

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)

_KEPT = ("accepted", "noted")


def newest(choice: Choice) -> bool:
    """Whether what is shown is the edition that what is entered here will follow."""
    return choice.known_on is None and choice.edition.publication.number == ask.published()[-1].number


def ahead(choice: Choice) -> bool:
    """Whether what waits for the next edition is shown beside what the edition knows: to a steward alone."""
    return newest(choice) and steward.opens()


def allowed(choice: Choice) -> bool:
    """Whether a steward may enter something: on a machine of their own, looking at the newest edition."""
    return newest(choice) and not steward.barred()


def values(form: str, names: Collection[str]) -> dict[str, Any]:
    """What stands in a form; texts without blanks around them, None where there is nothing."""
    found = {name: st.session_state[f"{form}_{name}"] for name in names}
    return {
        name: (value.strip() or None) if isinstance(value, str) else value for name, value in found.items()
    }


def cleared(form: str, names: Collection[str]) -> None:
    """Let a form begin anew."""
    for name in names:
        st.session_state.pop(f"{form}_{name}", None)


def wrong_text(language: Language, texts: Mapping[str, str | None]) -> str:
    """What is wrong with the first text that may not be kept, such as one that holds somebody's number.

    The texts are named by their labels.
    """
    for label, text in texts.items():
        judged = free_text(text or "")
        if isinstance(judged, Problem):
            said = {"place": label, "value": shown(text or ""), **judged.details}
            return language.say(f"faults.{judged.rule}", **said)
    return ""


def not_an_address(text: Any) -> bool:
    """Whether something is said that no link can lead to."""
    return text is not None and not str(text).startswith(("https://", "http://"))


def refusal(language: Language, receipt: Receipt, names: Mapping[str, str]) -> str:
    """Why a row was not kept, or nothing where it was; `names` are the words for codes that a rule names."""
    if receipt.verdict in _KEPT:
        return ""
    for fault in receipt.all_faults:
        key = f"entering.{fault.rule}"
        if language.has(key):
            return language.say(key, **{name: names.get(text, text) for name, text in fault.details.items()})
    document = receipt.document(language)
    return " ".join((*(fault["message"] for fault in document["faults"]), *document["notes"]))
