"""Decks of a choice, made once for all visitors who choose the same."""

import datetime as dt
from functools import lru_cache

from enrollment.briefing import content
from enrollment.briefing.content import Wish
from enrollment.briefing.slides import Deck
from enrollment.edition import Edition, Publication
from enrollment.language import CODES, Language
from enrollment.ui import ask
from enrollment.ui.frame import Choice


def deck(choice: Choice, wish: Wish, code: str = "") -> Deck:
    """The slides in the visitor's language, or in another one."""
    earlier = tuple(item for item in ask.published() if item.number < choice.edition.publication.number)
    return _deck(choice.edition, choice.as_of, choice.goal, earlier, code or choice.language.code, wish)


def every(choice: Choice, wish: Wish) -> dict[str, Deck]:
    """The same slides in each language."""
    return {code: deck(choice, wish, code) for code in CODES}


@lru_cache(maxsize=32)
def _deck(
    edition: Edition, as_of: dt.date, goal: str, earlier: tuple[Publication, ...], code: str, wish: Wish
) -> Deck:
    return content.deck(edition, as_of=as_of, goal=goal, earlier=earlier, language=Language(code), wish=wish)
