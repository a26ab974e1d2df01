"""Names that would be markup, formulas or commands: every page, chart, hover and file shows them as text."""

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as TooLong
from pptx import Presentation
from pypdf import PdfReader

from enrollment.ui.frame import PAGES
from tests.browser import settled
from tests.builders import DataDirectory, Reference, cell, partner_source
from tests.builders.reference import commitment, province
from tests.e2e.conftest import Server, Visit

pytestmark = pytest.mark.e2e

Window = Callable[..., Visit]

HOVERED = "document.querySelector('.st-key-breakdown .hoverlayer').textContent"
"""What the chart says at the mouse."""

HOSTILE = (
    "![x](http://evil.example/x.png)",
    ":red[**TOTAL 0**]",
    "<img src=http://evil.example/a.png onerror=alert(1)>",
    '<script>fetch("http://evil.example")</script>',
    '=HYPERLINK("http://evil.example")',
    "[klik](http://evil.example)",
    "$x^2$ :material/home:",
    '"><svg onload=alert(1)>',
    "'; drop table months; --",
    "{{7*7}} ${7*7} %s </b>",
)
SOURCES = [f"S{number}" for number in range(len(HOSTILE))]
PROVINCES = ("ID-AC", "ID-SU", "ID-SB", "ID-RI", "ID-JA", "ID-SS", "ID-BE", "ID-LA", "ID-BB", "ID-KR")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, serve: Callable[..., Server]) -> Server:
    reference = Reference(
        partner_sources=tuple(
            partner_source(code, name=name, name_en=name, partner_name=name, partner_name_en=name)
            for code, name in zip(SOURCES, HOSTILE, strict=True)
        ),
        provinces=tuple(
            province(code, name, f"{11 + place}", name_en=name, region=name, region_en=name)
            for place, (code, name) in enumerate(zip(PROVINCES, HOSTILE, strict=True))
        ),
        regencies=(),
        agreements=tuple(
            commitment(code, 900, agreement=f"A{place}", document=name, document_en=name, note=name)
            for place, (code, name) in enumerate(zip(SOURCES, HOSTILE, strict=True))
        ),
    )
    directory = DataDirectory(tmp_path_factory.mktemp("hostile"), reference)
    for month, more in (("2021-07", 0), ("2021-08", 40)):
        rows = [
            cell(500 + 30 * number + more, source=source, province=place)
            for number, (source, place) in enumerate(zip(SOURCES, PROVINCES, strict=True))
        ]
        directory.deliver(month, *rows, file=f"{month} ={HOSTILE[1]} <b>{HOSTILE[8]}.csv")
    directory.publish()
    return serve(directory.store.data)


def innocent(reader: Visit) -> None:
    """Nothing left the machine, nothing ran, and nothing became an element."""
    assert reader.foreign == []
    assert reader.complaints == []
    made = reader.page.locator("[src*='evil'], [href*='evil'], [onload], [onerror]")
    assert made.count() == 0


def said(page: Page) -> str:
    """All words of the page, those behind folds and in charts among them."""
    return page.evaluate("() => document.querySelector('[data-testid=stMain]').textContent")


@pytest.mark.parametrize("page", PAGES)
def test_hostile_names_are_text_on_every_page(visit: Window, hostile: Server, page: str) -> None:
    reader = visit(hostile)
    ran = []
    reader.page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    shown = reader.open(f"/{page}")
    innocent(reader)
    assert ran == []
    if page in ("breakdown", "commitments", "editions"):
        words = said(shown)
        assert [name for name in HOSTILE if name not in words] == []


def test_hostile_names_are_text_where_the_mouse_rests_on_a_bar(visit: Window, hostile: Server) -> None:
    reader = visit(hostile)
    page = reader.open("/breakdown")
    bars = page.locator(".st-key-breakdown .bars .point")
    hovered = set()
    for place in range(bars.count()):
        before = page.evaluate(HOVERED)
        bars.nth(place).hover(force=True)
        # A bar too thin to be hit says nothing; the count below allows for it.
        with suppress(TooLong):
            page.wait_for_function(f"before => ({HOVERED}) !== before", arg=before, timeout=2_000)
        hovered.add(page.evaluate(HOVERED))
    assert sum(any(name in words for words in hovered) for name in HOSTILE) >= len(HOSTILE) - 2
    innocent(reader)


def test_hostile_names_are_text_in_every_file(visit: Window, hostile: Server, tmp_path: Path) -> None:
    reader = visit(hostile)
    page = reader.open("/explore")
    page.locator(".st-key-explore_sql textarea").fill(
        "select name, name as again from partner_sources order by 1"
    )
    page.locator(".st-key-explore_sql textarea").press("Control+Enter")
    page.wait_for_selector(".st-key-card_rows table.figures")
    settled(page)
    with page.expect_download() as waiting:
        page.locator(".st-key-csv_rows button").click()
    rows = list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))
    names = {row[0] for row in rows[1:]}
    assert names == {f"'{name}" if name.startswith("=") else name for name in HOSTILE}

    page = reader.open("/briefing")
    files = {}
    for form in ("pptx", "pdf"):
        with page.expect_download(timeout=120_000) as waiting:
            page.locator(f".st-key-take_{form} button").click()
        files[form] = Path(waiting.value.path()).read_bytes()
    slides = Presentation(io.BytesIO(files["pptx"])).slides
    linked = [rel.target_ref for slide in slides for rel in slide.part.rels.values() if rel.is_external]
    assert [target for target in linked if "evil" in target] == []
    links = [
        str(note.get_object().get("/A", {}).get("/URI", ""))
        for leaf in PdfReader(io.BytesIO(files["pdf"])).pages
        for note in leaf.get("/Annots", [])
    ]
    assert [link for link in links if "evil" in link] == []

    page = reader.open("/breakdown")
    page.locator(".st-key-menu_breakdown button").first.click()
    with page.expect_download(timeout=60_000) as waiting:
        page.locator(".st-key-xlsx_breakdown button").click()
    book = load_workbook(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row]
    assert [one.value for one in cells if one.data_type == "f" and "evil" in str(one.value)] == []
    assert [
        one.hyperlink.target for one in cells if one.hyperlink and "evil" in str(one.hyperlink.target)
    ] == []
    innocent(reader)
