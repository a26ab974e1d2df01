"""The files of a briefing: which there are, what they are called, and their bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

from enrollment.briefing import office, paper, web
from enrollment.briefing.slides import Deck
from enrollment.months import month_text

FORMATS = ("pptx", "pdf", "brief", "html")
"""Slides to go on editing, slides on paper, two pages to read, and slides to present without a server."""
MEDIA = {
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "brief": "application/pdf",
    "html": "text/html",
}


@dataclass(frozen=True, slots=True)
class Dress:
    """The office's own template and logo, as they were read; None takes the project's."""

    template: bytes | None = None
    logo: bytes | None = None


def name(form: str, deck: Deck) -> str:
    """What a file is called: `briefing-2021-08-id.pptx`; the HTML holds every language."""
    month = month_text(deck.as_of)
    if form == "html":
        return f"briefing-{month}.html"
    what = "brief" if form == "brief" else "briefing"
    ending = "pptx" if form == "pptx" else "pdf"
    return f"{what}-{month}-{deck.language}.{ending}"


def made(form: str, decks: Mapping[str, Deck], language: str, dress: Dress | None = None) -> bytes:
    """The bytes of a file; `decks` are the same slides by language.

    Raises TemplateRefused or LogoRefused where template or logo cannot be used.
    """
    deck = decks[language]
    if form == "pptx":
        worn = dress or Dress()
        return office.pptx(deck, template=worn.template, logo=worn.logo)
    if form == "pdf":
        return paper.slides_pdf(deck)
    if form == "brief":
        return paper.brief_pdf(deck)
    return web.html(tuple(decks.values()), start=language).encode()
