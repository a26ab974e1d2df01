"""The slides as PDF, and the brief of two pages, set by Typst; slides.typ and brief.typ lay out."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import font_source_sans_pro

from enrollment import typesetting
from enrollment.briefing.slides import Chip, Deck, Slide
from enrollment.drawing.fitting import fitted
from enrollment.drawing.lettering import SOURCE_SANS, visible
from enrollment.drawing.print import bare_svg
from enrollment.figures.description import Figure, Table
from enrollment.figures.style import Theme, colour, paler
from enrollment.language import Language

_SLIDES, _BRIEF = (Path(__file__).with_name(name) for name in ("slides.typ", "brief.typ"))
_FONTS = tuple(
    Path(font_source_sans_pro.font_directory) / f"SourceSansPro-{weight}.ttf"
    for weight in ("Regular", "Semibold", "Bold")
)
_FAMILY = SOURCE_SANS.family.split(",")[0]
_STANDARDS: tuple[typesetting.Standard, ...] = ("ua-1",)
_THEME: Theme = "light"
_GROUND = 12
"""Percent of its colour in the ground of a chip."""


def slides_pdf(deck: Deck) -> bytes:
    """A page of 16:9 for each slide; what is said with a slide is left out.

    The layout first says how much room each chart has beside and below the words; the charts are drawn
    for that.
    """
    words = {"deck": _settable(_said(deck))}
    language = Language(deck.language)
    drawn = [[""] * len(slide.figures) for slide in deck.slides]
    for room in typesetting.noted(_SLIDES, words, "room", fonts=_FONTS):
        figure = deck.slides[room["slide"]].figures[room["place"]]
        drawn[room["slide"]][room["place"]] = _chart(figure, room["width"], room["height"], language)
    words["charts"] = json.dumps(drawn, ensure_ascii=False)
    return typesetting.pdf(_SLIDES, words, day=deck.day, standards=_STANDARDS, fonts=_FONTS)


def brief_pdf(deck: Deck) -> bytes:
    """Two A4 pages at the most for a reader at a desk, made of the same slides.

    All of them say what they find. What they show is taken up from the most important slide on, as long as
    it fits; a slide is shown whole or not at all.
    """
    brief = _Brief(deck)
    details, shown = brief.fits(details=True), frozenset[int]()
    for place in brief.by_importance:
        if brief.fits(details=details, shown=shown | {place}):
            shown |= {place}
    words = brief.said(details=details, shown=shown)
    return typesetting.pdf(_BRIEF, words, day=deck.day, standards=_STANDARDS, fonts=_FONTS)


def _chart(figure: Figure, width: float, height: float, language: Language) -> str:
    drawn = bare_svg(figure, theme=_THEME, language=language, width=width, height=height)
    return typesetting.settable(drawn, fonts=_FONTS, family=_FAMILY)


def _settable(said: Mapping[str, Any]) -> str:
    return typesetting.settable(json.dumps(said, ensure_ascii=False), fonts=_FONTS)


# The brief


_PAGES = 2
_IMPORTANCE = (
    "headline",
    "definitions",
    "bridge",
    "sources",
    "path",
    "reconciliation",
    "then_and_now",
    "pace",
    "movement",
    "map",
)
# Pixels of the first chart, of another across the page, and of one that takes half of it.
_FIRST, _ACROSS, _HALF = (800, 330), (800, 480), (420, 300)
_READABLE = 1.1
"""How large the letters of a chart are at least that takes half a page."""


class _Brief:
    """What the brief says of a deck; charts are drawn once, however often its length is tried."""

    def __init__(self, deck: Deck) -> None:
        self._deck = deck
        self._language = Language(deck.language)
        kinds = [slide.kind for slide in deck.slides]
        self._lead = deck.slides[kinds.index("headline") if "headline" in kinds else 0]
        first = sorted(deck.slides, key=lambda slide: (slide is not self._lead, slide.kind != "path"))
        main = next((slide.figures[0] for slide in first if slide.figures), None)
        self._main = self._picture(main, *_FIRST) if main else None
        self._parts = [
            [] if slide.kind == "definitions" else self._parts_of(slide, main) for slide in deck.slides
        ]

    @property
    def by_importance(self) -> list[int]:
        """Places of the slides that show something, the most important first."""
        slides = self._deck.slides
        places = [
            place for place, parts in enumerate(self._parts) if parts or slides[place].kind == "definitions"
        ]
        return sorted(places, key=lambda place: _IMPORTANCE.index(slides[place].kind))

    def fits(self, *, details: bool, shown: frozenset[int] = frozenset()) -> bool:
        """Whether two pages are enough for it."""
        words = self.said(details=details, shown=shown)
        return all(pages <= _PAGES for pages in typesetting.noted(_BRIEF, words, "pages", fonts=_FONTS))

    def said(self, *, details: bool, shown: frozenset[int]) -> dict[str, str]:
        """All words and pictures, with the details of the findings and with what some slides show."""
        deck = self._deck
        others = [slide for slide in deck.slides if slide is not self._lead]
        findings = [_finding(slide) for slide in others if slide.kind != "definitions"]
        defined = [slide for place, slide in enumerate(deck.slides) if place in shown]
        said = _frame(deck) | {
            "lead": _slide(self._lead),
            "main": self._main,
            "findings": findings if details else [finding | {"detail": ""} for finding in findings],
            "found": self._language.say("briefing.paper.findings"),
            "parts": _rows([part for place in sorted(shown) for part in self._parts[place]]),
            "definitions": [_slide(slide) for slide in defined if slide.kind == "definitions"],
        }
        return {"brief": _settable(said)}

    def _parts_of(self, slide: Slide, main: Figure | None) -> list[dict[str, Any]]:
        """What a slide shows besides its finding; numbers, table and remarks go with its last chart."""
        figures = [figure for figure in slide.figures if figure != main]
        parts = [self._part(figure) for figure in figures]
        said = _slide(slide)
        # The numbers and remarks of the lead stand on the first page anyway.
        rest = {name: [] if slide is self._lead else said[name] for name in ("numbers", "remarks")}
        rest["table"] = said["table"]
        if parts:
            parts[-1] |= rest
        elif any(rest.values()):
            parts.append({"title": said["title"], "figure": None, "across": False} | rest)
        return parts

    def _part(self, figure: Figure) -> dict[str, Any]:
        across = fitted(figure, *_HALF).scale < _READABLE
        picture = self._picture(figure, *(_ACROSS if across else _HALF))
        nothing: dict[str, Any] = {"numbers": [], "table": None, "remarks": []}
        return {"title": picture["title"], "figure": picture, "across": across} | nothing

    def _picture(self, figure: Figure, width: float, height: float) -> dict[str, str]:
        return _figure(figure) | {"drawn": _chart(figure, width, height, self._language)}


def _finding(slide: Slide) -> dict[str, Any]:
    """What a slide finds; what its charts say of their units stands with them."""
    units = {figure.subtitle for figure in slide.figures}
    return _slide(slide) | ({"detail": ""} if slide.detail in units else {})


def _rows(parts: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Parts of half a page two by two, and those that need its whole width alone."""
    rows: list[list[dict[str, Any]]] = []
    for part in parts:
        halves = (row for row in rows if len(row) == 1 and not row[0]["across"])
        row = None if part["across"] else next(halves, None)
        if row is None:
            rows.append([part])
        else:
            row.append(part)
    return rows


# Content


def _said(deck: Deck) -> dict[str, Any]:
    """The deck as the layout of slides reads it."""
    return _frame(deck) | {"slides": [_slide(slide, page) for page, slide in enumerate(deck.slides, start=1)]}


def _frame(deck: Deck) -> dict[str, Any]:
    """What both documents say of a deck as a whole, and the colours that they are set in."""
    language = Language(deck.language)
    day = deck.day
    return {
        "language": deck.language,
        "title": visible(deck.title),
        "product": language.say("briefing.paper.product"),
        "own": language.say("briefing.paper.own"),
        "year": day.year,
        "month": day.month,
        "day_of_month": day.day,
        "paint": {name: colour(name, _THEME) for name in ("ink", "muted", "grid", "axis", "accent")}
        | {"ground": colour(paler("pale", 40), _THEME)},
    }


def _slide(slide: Slide, page: int = 0) -> dict[str, Any]:
    return {
        "page": page,
        "title": visible(slide.title),
        "detail": visible(slide.detail),
        "foot": _each_visible(slide.foot),
        "code": visible(slide.code),
        "link": slide.link,
        "chip": _chip(slide.chip) if slide.chip else None,
        # A detail may be what a chart says of its unit; it is said once.
        "figures": [_figure(figure, said=slide.detail) for figure in slide.figures],
        "numbers": [
            {"value": visible(number.value), "label": visible(number.label)} for number in slide.numbers
        ],
        "table": _table(slide.table) if slide.table else None,
        "remarks": _each_visible(slide.remarks),
        "own": visible(slide.own),
    }


def _chip(chip: Chip) -> dict[str, str]:
    return {
        "word": visible(chip.word),
        "mark": chip.mark,
        "tone": colour(chip.tone, _THEME),
        "ground": colour(paler(chip.tone, _GROUND), _THEME),
    }


def _figure(figure: Figure, *, said: str = "") -> dict[str, str]:
    """What stands around a chart that is not `said` yet, and what it says to those who do not see it."""
    subtitle = "" if figure.subtitle == said else figure.subtitle
    return {"title": visible(figure.title), "subtitle": visible(subtitle), "alt": visible(figure.alt)}


def _table(table: Table) -> dict[str, Any]:
    return {
        "columns": [{"header": visible(column.header), "align": column.align} for column in table.columns],
        "rows": [_each_visible(row) for row in table.rows],
    }


def _each_visible(words: Sequence[str]) -> list[str]:
    return [visible(said) for said in words]
