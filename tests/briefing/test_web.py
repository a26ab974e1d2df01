"""The slides as one document: everything in it, nothing from outside, and no word of the data is markup."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from enrollment.briefing.slides import Chip, Deck, Number, Slide
from enrollment.briefing.web import html, preview
from enrollment.figures.description import Column, Table
from enrollment.language import Language
from tests.briefing.decks import deck
from tests.figures.rows import HOSTILE

VOID = {"meta", "br"}
OURS = {
    *("html", "head", "meta", "title", "style", "body", "main", "h1", "div", "section", "header", "h2", "p"),
    *(
        "span",
        "strong",
        "figure",
        "figcaption",
        "h3",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
    ),
    *("td", "ul", "li", "footer", "a", "nav", "button", "script"),
    *("svg", "desc", "g", "path", "rect", "line", "text", "tspan"),
}
EVIL = f'{HOSTILE}**<img src=x onerror="document.title=1">**</script></style><script>alert(1)</script>\u202e'


class Document(HTMLParser):
    """What a document consists of, as a browser would read it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {"script": [], "style": [], "h2": [], "dd": [], "td": []}
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.texts:
            if tag in self._open:
                self.texts[tag][-1] += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def evil() -> Slide:
    """A slide all of whose words are hostile."""
    table = Table((Column(EVIL, "left"), Column(EVIL)), ((EVIL, EVIL),), ("a", "b"), ((1, 2),))
    return Slide(
        kind="definitions",
        title=EVIL,
        detail=EVIL,
        foot=(EVIL, EVIL),
        code=EVIL,
        link="javascript:alert(1)",
        chip=Chip(EVIL, "behind", EVIL),
        numbers=(Number(EVIL, EVIL),),
        table=table,
        remarks=(EVIL,),
        own=EVIL,
        notes=EVIL,
    )


@pytest.fixture(scope="module")
def decks() -> tuple[Deck, Deck]:
    return deck("id"), deck("en")


@pytest.fixture(scope="module")
def document(decks: tuple[Deck, Deck]) -> str:
    return html(decks)


def test_every_slide_is_there_in_both_languages(document: str, decks: tuple[Deck, Deck]) -> None:
    sections = Document(document).all("section")
    assert [section["id"] for section in sections] == [
        f"{code}-{n}" for code in ("id", "en") for n in range(1, 6)
    ]
    assert [section["aria-label"] for section in sections[4:6]] == ["Slide 5 dari 5", "Slide 1 of 5"]
    assert Document(document).texts["h2"] == [slide.title for one in decks for slide in one.slides]


def test_numbers_and_tables_are_those_of_the_deck(document: str, decks: tuple[Deck, Deck]) -> None:
    read = Document(document)
    slides = [slide for one in decks for slide in one.slides]
    assert read.texts["dd"] == [number.value for slide in slides for number in slide.numbers]
    tables = [slide.table for slide in slides if slide.table]
    assert read.texts["td"] == [cell for table in tables for row in table.rows for cell in row]


def test_a_chart_is_there_for_the_wall_and_for_the_telephone_and_says_what_it_shows(
    document: str, decks: tuple[Deck, Deck]
) -> None:
    figures = [figure for one in decks for slide in one.slides for figure in slide.figures]
    read = Document(document)
    assert [sum(look == f"chart {name}" for look in looks(read)) for name in ("wide", "narrow")] == [8, 8]
    assert [svg["role"] for svg in read.all("svg")] == ["img"] * 16
    for figure in figures:
        assert f"<desc>{figure.alt}</desc>" in document


def looks(read: Document) -> list[str]:
    return [attributes.get("class", "") for attributes in read.all("div")]


def test_the_document_asks_no_host(document: str) -> None:
    read = Document(document)
    outside = [
        (tag, name, value)
        for tag, attributes in read.tags
        for name, value in attributes.items()
        if "//" in value or name in ("src", "srcset", "style") or name.startswith("on")
    ]
    assert {(tag, name) for tag, name, _ in outside} == {("a", "href")}
    assert all(value.startswith("https://cakupan.contoh.id/") for _, _, value in outside)
    assert re.findall(r"https?://", "".join(read.texts["style"] + read.texts["script"])) == []
    assert set(re.findall(r"url\((.{14})", document)) == {"data:font/ttf;"}
    assert "@import" not in document


def test_the_policy_allows_the_document_s_own_script_and_style_and_nothing_else(document: str) -> None:
    read = Document(document)
    policy = next(meta["content"] for meta in read.all("meta") if "http-equiv" in meta)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    for tag in ("script", "style"):
        (text,) = read.texts[tag]
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules.pop(f"{tag}-src") == f"'sha256-{digest}'"
    assert rules == {
        "default-src": "'none'",
        "font-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_each_weight_of_the_letters_is_there_once(document: str) -> None:
    assert re.findall(r"@font-face [^}]*?font-weight: (\d+)", document) == ["400", "600", "700"]
    assert document.count("data:font") == 3


def test_the_same_decks_give_the_same_text(document: str, decks: tuple[Deck, Deck]) -> None:
    assert html(decks) == document


def test_the_document_opens_in_the_language_of_the_start(decks: tuple[Deck, Deck]) -> None:
    read = Document(html(decks, start="en"))
    assert read.all("html")[0]["lang"] == "en"
    hidden = {one["lang"]: "hidden" in one for one in read.all("div") if one.get("class") == "deck"}
    assert hidden == {"id": True, "en": False}


def test_decks_of_other_slides_do_not_go_together(decks: tuple[Deck, Deck]) -> None:
    first, second = decks
    with pytest.raises(ValueError, match="same slides"):
        html((first, replace(second, slides=second.slides[1:])))
    with pytest.raises(ValueError, match="'en'"):
        html((first,), start="en")


def test_a_telephone_gets_the_figure_that_is_made_for_it(decks: tuple[Deck, Deck]) -> None:
    first, _ = decks
    slide = replace(first.slides[0], small=first.slides[1].figures)
    shown = html((replace(first, slides=(slide,)),))
    wide, narrow = re.findall(r'class="chart (?:wide|narrow)">(.*?)</svg>', shown, re.DOTALL)
    assert slide.figures[0].alt in wide
    assert slide.small[0].alt in narrow


def test_a_subtitle_that_the_slide_says_already_is_not_said_again(decks: tuple[Deck, Deck]) -> None:
    first, _ = decks
    subtitle = first.slides[1].figures[0].subtitle
    slide = replace(first.slides[1], detail=subtitle)
    assert html((replace(first, slides=(slide,)),)).count(f">{subtitle}<") == 1


def test_a_long_link_is_written_short_and_leads_to_the_same_numbers(decks: tuple[Deck, Deck]) -> None:
    first, _ = decks
    link = "https://cakupan.contoh.id/outlook?edition=9a4fb4f1c6&month=2021-08&goal=2021-38.0&lang=id"
    slide = replace(first.slides[0], link=link)
    shown = html((replace(first, slides=(slide,)),))
    assert Document(shown).all("a")[0]["href"] == link
    assert ">cakupan.contoh.id/outlook</a>" in shown


def test_what_is_said_with_a_slide_is_not_shown(document: str) -> None:
    assert "Yang dikatakan pada slide ini." not in document
    assert document.count("Kalimat sendiri dari yang menyampaikan paparan.") == 2


def test_hostile_words_stay_words(decks: tuple[Deck, Deck]) -> None:
    first, _ = decks
    read = Document(html((replace(first, title=EVIL, slides=(evil(), *first.slides)),)))
    assert {tag for tag, _ in read.tags} <= OURS
    assert len(read.all("script")) == 1
    assert [one for _, one in read.tags if any(name.startswith("on") for name in one)] == []
    assert [link["href"] for link in read.all("a") if not link["href"].startswith("https:")] == []
    assert "\u202e" not in read.texts["h2"][0]
    assert '<img src=x onerror="document.title=1">' in read.texts["h2"][0]


def test_a_preview_is_the_slide_of_the_document_without_a_script(decks: tuple[Deck, Deck]) -> None:
    shown = preview(decks[0].slides[0], Language("id"), number=1)
    read = Document(shown)
    assert {tag for tag, _ in read.tags} <= OURS - {"script", "html"}
    assert read.texts["h2"] == [decks[0].slides[0].title]
    assert read.texts["dd"] == ["14,6%", "8,2 kali", "< 1%"]
    assert "@font-face" not in shown
    assert preview(decks[0].slides[0], Language("id"), number=1) == shown
