"""The slides in a browser: one file that holds everything and asks no host, and one slide as a preview.

Whoever shows the file inside a page of his own puts it into an `iframe` with `srcdoc` or a file's address,
allows it scripts and full screen, and gives it the focus: `<iframe allow="fullscreen"
sandbox="allow-scripts allow-popups">`. Esc is told to that page as the message `{"briefing": "leave"}`.
"""

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import font_source_sans_pro

from enrollment.briefing.room import captions, chart_room, column, is_long, is_tight, shown_link
from enrollment.briefing.slides import Deck, Number, Slide
from enrollment.drawing.lettering import visible
from enrollment.drawing.print import bare_svg
from enrollment.figures.description import Figure, Table
from enrollment.figures.style import colour, paler
from enrollment.language import Language

_FOLDER = Path(__file__).with_name("present")
_WEIGHTS = {400: "Regular", 600: "Semibold", 700: "Bold"}
_COLOURS = ("ink", "muted", "grid", "axis", "paper", "pale", "accent", "behind", "ahead")
_CHIP_GROUND = 13
"""Percent of its colour behind the word of a status."""
_TELEPHONE = 384
"""Pixels that a chart is drawn in for a telephone, which shows it a little smaller."""
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ROOT = '<svg xmlns="http://www.w3.org/2000/svg"'


def html(decks: Sequence[Deck], *, start: str = "id") -> str:
    """All slides of the decks, the same ones in several languages, as one document.

    `start` is the language it opens in. The same decks give the same text. Raises ValueError where the
    decks do not hold the same slides, or none is in the language of the start.
    """
    if len({tuple(slide.kind for slide in deck.slides) for deck in decks}) != 1:
        raise ValueError("the decks do not hold the same slides")
    first = next((deck for deck in decks if deck.language == start), None)
    if first is None:
        raise ValueError(f"no deck is in the language {start!r}")
    style = _fonts() + _look() + _text("present.css")
    script = _text("present.js")
    rules = (
        "default-src 'none'",
        f"script-src {_hash(script)}",
        f"style-src {_hash(style)}",
        "font-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    )
    shown = "".join(_deck(deck, hidden=deck is not first) for deck in decks)
    dots = "".join('<button type="button"></button>' for _ in first.slides)
    return (
        f'<!doctype html>\n<html lang="{start}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(rules)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_quoted(first.title)}</title>\n<style>{style}</style>\n</head>\n<body>\n"
        f'<main>\n<h1 class="spoken">{_quoted(first.title)}</h1>\n{shown}</main>\n'
        f'<nav class="dots">{dots}</nav>\n<p class="spoken" role="status"></p>\n'
        f'<div class="black" hidden></div>\n<script>{script}</script>\n</body>\n</html>\n'
    )


def preview(slide: Slide, language: Language, *, number: int = 1) -> str:
    """One slide with its style, as wide as the place it is put into and 9 / 16 as high.

    It has no script and brings no fonts. It belongs into an element whose styles are kept apart from the
    page's, such as the shadow root of a component, where the page's Source Sans is at hand; `st.html` takes
    charts out. `number` is the place of the slide.
    """
    shown = _slide(slide, language, number, f'lang="{language.code}"')
    return f"<style>{_look()}</style>\n{shown}"


def _deck(deck: Deck, *, hidden: bool) -> str:
    language = Language(deck.language)
    count = str(len(deck.slides))
    slides = ""
    for number, slide in enumerate(deck.slides, 1):
        place = language.say("briefing.web.place", number=str(number), count=count)
        named = f'id="{language.code}-{number}" aria-label="{_quoted(place)}"'
        slides += _slide(slide, language, number, named, telephone=True)
    title, listed = _quoted(deck.title), _quoted(language.say("briefing.web.slides"))
    return (
        f'<div class="deck" lang="{language.code}" data-title="{title}" data-slides="{listed}"'
        f"{' hidden' if hidden else ''}>\n{slides}</div>\n"
    )


def _slide(slide: Slide, language: Language, number: int, attributes: str, *, telephone: bool = False) -> str:
    """A sheet with a slide, and with its charts once more for a telephone if there may be one."""
    look = ["slide", slide.kind, *["long"] * is_long(slide), *["tight"] * is_tight(slide)]
    own = f'<p class="own">{_rich(slide.own)}</p>\n' if slide.own else ""
    return (
        f'<section class="sheet" {attributes}>\n<div class="{_quoted(" ".join(look))}">\n'
        f"{_head(slide)}{_body(slide, language, telephone)}{own}{_foot(slide, number)}</div>\n</section>\n"
    )


def _head(slide: Slide) -> str:
    chip = ""
    if slide.chip:
        mark = f'<span aria-hidden="true">{_quoted(slide.chip.mark)}</span>'
        chip = f'<span class="chip {slide.chip.tone}">{mark} {_quoted(slide.chip.word)}</span>'
    detail = f"<span>{_rich(slide.detail)}</span>" if slide.detail else ""
    under = f'<p class="detail">{chip}{detail}</p>' if chip or detail else ""
    return f"<header><h2>{_rich(slide.title)}</h2>{under}</header>\n"


def _body(slide: Slide, language: Language, telephone: bool) -> str:
    room = chart_room(slide)
    figures = ""
    for place, figure in enumerate(slide.figures):
        title, subtitle = (_rich(words) for words in captions(slide, figure))
        said = (f"<h3>{title}</h3>" if title else "") + (f"<p>{subtitle}</p>" if subtitle else "")
        figures += f"<figure><figcaption>{said}</figcaption>"
        figures += f'<div class="chart wide">{_chart(figure, language, room.width, room.height)}</div>'
        if telephone:
            small = (slide.small or slide.figures)[place]
            figures += f'<div class="chart narrow">{_chart(small, language, _TELEPHONE)}</div>'
        figures += "</figure>"
    beside = _numbers(slide.numbers)
    beside += _table(slide.table) if slide.table else ""
    if slide.remarks:
        said = "".join(f"<li>{_rich(remark)}</li>" for remark in slide.remarks)
        beside += f'<ul class="remarks">{said}</ul>'
    if figures:
        figures = f'<div class="figures">{figures}</div>'
    if beside:
        beside = f'<div class="aside {column(slide)}">{beside}</div>'
    return f'<div class="body">{figures}{beside}</div>\n'


def _numbers(numbers: Sequence[Number]) -> str:
    said = "".join(
        f"<div><dt>{_rich(number.label)}</dt><dd>{_rich(number.value)}</dd></div>" for number in numbers
    )
    return f'<dl class="numbers">{said}</dl>' if said else ""


def _table(table: Table) -> str:
    head = "".join(
        f'<th scope="col" class="{column.align}">{_rich(column.header)}</th>' for column in table.columns
    )
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td class="{column.align}">{_rich(cell)}</td>'
            for column, cell in zip(table.columns, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    return f'<table class="rows"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _foot(slide: Slide, number: int) -> str:
    said = "".join(f"<p>{_rich(line)}</p>" for line in slide.foot)
    mark = f"<p><strong>Cakupan</strong> · {_quoted(slide.code)} · {number}</p>"
    if urlsplit(slide.link).scheme in ("http", "https"):
        link, shown = _quoted(slide.link), _quoted(shown_link(slide))
        mark += f'<p><a href="{link}" target="_blank" rel="noopener">{shown}</a></p>'
    return f'<footer><div>{said}</div><div class="mark">{mark}</div></footer>\n'


def _chart(figure: Figure, language: Language, width: float, height: float | None = None) -> str:
    drawn = bare_svg(figure, theme="light", language=language, width=width, height=height)
    # HTML knows what an SVG is without the address that names it in a file of its own.
    return drawn.strip().replace(_ROOT, '<svg preserveAspectRatio="xMinYMin meet"', 1)


def _quoted(text: str) -> str:
    return escape(visible(text))


def _rich(text: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", _quoted(text))


@lru_cache
def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _look() -> str:
    """How a slide looks, with the colours by their meaning."""
    named = {name: colour(name, "light") for name in _COLOURS}
    named |= {f"{name}-ground": colour(paler(name, _CHIP_GROUND), "light") for name in ("behind", "ahead")}
    said = "; ".join(f"--{name}: {value}" for name, value in named.items())
    return f":where(html, .sheet) {{ {said}; }}\n{_text('slide.css')}"


@lru_cache
def _fonts() -> str:
    folder = Path(font_source_sans_pro.font_directory)
    return "".join(
        f'@font-face {{ font-family: "Source Sans Pro"; font-weight: {weight}; '
        f"src: url(data:font/ttf;base64,{_base64(folder / f'SourceSansPro-{name}.ttf')}); }}\n"
        for weight, name in _WEIGHTS.items()
    )


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def _hash(text: str) -> str:
    """What a Content-Security-Policy calls a text in the document by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
