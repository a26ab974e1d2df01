"""Minutes as PDF and as DOCX: each figure of the result stands in both, and both say the same always."""

import datetime as dt
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from pypdf import PdfReader

from enrollment import minutes
from enrollment.language import CODES, Language
from enrollment.minutes.content import shares
from enrollment.reconciliation.result import CLASSES, PEOPLE, PROGRAMMES, Result
from enrollment.reference import Reference
from tests.minutes.results import NOTHING, USUAL, results, tables, with_partner

ID, EN = Language("id"), Language("en")
A_NIK = re.compile(r"\d{12}")


def on_paper(result: Result, language: Language, reference: Reference | None = None, **given: Any) -> str:
    """The text of the PDF, with a single blank wherever it is blank."""
    reader = PdfReader(io.BytesIO(minutes.pdf(result, reference or tables(), language, **given)))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def opened(result: Result, language: Language, reference: Reference | None = None, **given: Any) -> Any:
    return Document(io.BytesIO(minutes.docx(result, reference or tables(), language, **given)))


def in_tables(document: Any) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]


def in_office(document: Any) -> str:
    """The text of a Word document with that of its tables."""
    said = [paragraph.text for paragraph in document.paragraphs]
    said += [" ".join(row) for table in in_tables(document) for row in table]
    return "\n".join(said)


def expected_classes(result: Result, language: Language) -> list[list[str]]:
    """The rows of the table by class, from the result alone."""
    tenths = shares([result.classes[name] for name in CLASSES])
    written = ["–" if share is None else language.percent(share / 1_000, 1) for share in tenths]
    rows = [
        [
            str(place + 1),
            language.say(f"minutes.class.{name}"),
            language.number(result.classes[name]),
            written[place],
        ]
        for place, name in enumerate(CLASSES)
    ]
    of_people = sum(share or 0 for share in tenths[: len(PEOPLE)])
    people = ["", language.say("minutes.result.people"), language.number(result.people)]
    total = ["", language.say("minutes.result.total"), language.number(result.rows)]
    rows.insert(5, [*people, language.percent(of_people / 1_000, 1) if result.rows else "–"])
    rows.append([*total, language.percent(1, 1) if result.rows else "–"])
    return rows


def expected_programmes(result: Result, language: Language) -> list[list[str]]:
    return [
        [name, *(language.number(result.programmes[name][word]) for word in ("active", "lapsed", "never"))]
        for name in PROGRAMMES
    ]


def expected_changes(result: Result, language: Language) -> list[list[str]]:
    if result.since is None:
        return []
    since = result.since
    pairs = [(since.classes[name], result.classes[name]) for name in CLASSES]
    pairs.append((since.rows, result.rows))
    names = [*(language.say(f"minutes.class.{name}") for name in CLASSES)]
    names.append(language.say("minutes.changes.total"))
    return [
        [name, language.number(before), language.number(now), language.signed(now - before)]
        for name, (before, now) in zip(names, pairs, strict=True)
    ]


def expected_movement(result: Result, language: Language) -> list[list[str]]:
    if result.since is None:
        return []
    words = ("newly_registered", "joined", "left", "lost")
    return [
        [language.say(f"minutes.changes.{word}"), language.number(getattr(result.since, word))]
        for word in words
    ]


def expected_rows(result: Result, language: Language) -> list[list[list[str]]]:
    return [
        expected_classes(result, language),
        expected_programmes(result, language),
        expected_changes(result, language),
        expected_movement(result, language),
    ]


def sum_line(result: Result, language: Language) -> str:
    added = " + ".join(language.number(result.classes[name]) for name in CLASSES)
    return f"{added} = {language.number(result.rows)}"


# Figures


@given(result=results())
@settings(max_examples=4)
@pytest.mark.parametrize("language", [ID, EN])
def test_every_figure_of_the_result_stands_in_the_word_document(language: Language, result: Result) -> None:
    document = opened(result, language)
    bodies = [table[1:] for table in in_tables(document)]
    for rows in expected_rows(result, language):
        assert not rows or rows in bodies
    said = in_office(document)
    assert sum_line(result, language) in said
    assert not A_NIK.search(said)


@given(result=results())
@settings(max_examples=4)
@pytest.mark.parametrize("language", [ID, EN])
def test_every_figure_of_the_result_stands_in_the_pdf(language: Language, result: Result) -> None:
    said = on_paper(result, language)
    for rows in expected_rows(result, language):
        for row in rows:
            assert " ".join(cell for cell in row if cell) in said
    assert sum_line(result, language) in said
    assert not A_NIK.search(said)


@pytest.mark.parametrize("language", [ID, EN])
def test_paper_and_office_say_the_same(language: Language) -> None:
    given = {"edition": "7f3a2c91ab", "plan": 22_000, "on": dt.date(2021, 9, 20)}
    paper = on_paper(USUAL, language, **given)
    document = opened(USUAL, language, **given)
    for table in in_tables(document)[2:-1]:
        for row in table[1:]:
            assert " ".join(cell for cell in row if cell) in paper
    for paragraph in document.paragraphs:
        for part in paragraph.text.split("\t"):
            assert part.strip() in paper


def test_months_without_being_found_add_up() -> None:
    rows = [row for table in in_tables(opened(USUAL, ID)) for row in table]
    for row in (["1", "3.200"], ["2", "2.236"], ["3", "990"], ["6 atau lebih", "10"], ["Jumlah", "6.436"]):
        assert row in rows


def test_near_misses_and_decisions_are_said_beside_the_classes() -> None:
    said = on_paper(USUAL, ID)
    assert "Baris dengan NIK yang mirip NIK peserta: 212" in said
    assert "atas NIK yang mirip: 31." in said


# Sample or real


@pytest.mark.parametrize(
    ("language", "watermark", "footer"),
    [(ID, "CONTOH", "DATA CONTOH (SIMULASI)"), (EN, "SAMPLE", "SAMPLE DATA (SIMULATED)")],
)
def test_simulated_minutes_say_so_on_every_page_and_real_ones_do_not(
    language: Language, watermark: str, footer: str
) -> None:
    pages = PdfReader(io.BytesIO(minutes.pdf(USUAL, tables(), language))).pages
    for page in pages:
        assert footer in page.extract_text()
        # Large letters stand apart, so they are read as several words.
        assert "".join(page.extract_text().split()).count(watermark) == 2
    section = opened(USUAL, language).sections[0]
    assert footer in section.footer.paragraphs[0].text
    assert watermark in section.header.part.blob.decode()
    real = replace(USUAL, simulated=False)
    assert footer not in on_paper(real, language)
    assert watermark not in on_paper(real, language)
    assert footer not in opened(real, language).sections[0].footer.paragraphs[0].text


# The same always


@pytest.mark.parametrize("code", CODES)
def test_the_same_result_gives_the_same_bytes(code: str) -> None:
    language = Language(code)
    assert minutes.pdf(USUAL, tables(), language) == minutes.pdf(USUAL, tables(), language)
    assert minutes.docx(USUAL, tables(), language) == minutes.docx(USUAL, tables(), language)


def test_several_readers_at_once_get_the_same_minutes() -> None:
    with ThreadPoolExecutor(4) as readers:
        made = readers.map(lambda _: minutes.pdf(USUAL, tables(), ID), range(12))
        assert len(set(made)) == 1


def test_no_part_of_a_word_document_tells_when_it_was_made() -> None:
    content = minutes.docx(USUAL, tables(), ID)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
    assert opened(USUAL, ID).core_properties.created == dt.datetime(2021, 9, 16, 12, tzinfo=dt.UTC)


# What officials and readers' aids expect


def test_the_pdf_is_accessible_and_names_its_language() -> None:
    reader = PdfReader(io.BytesIO(minutes.pdf(USUAL, tables(), ID)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "id"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert {round(float(side)) for side in reader.pages[0].mediabox[2:]} == {595, 842}


def test_every_font_is_within_the_pdf() -> None:
    reader = PdfReader(io.BytesIO(minutes.pdf(USUAL, tables(), ID)))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    within = [
        font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object().keys() for font in fonts
    ]
    assert within
    assert all({"/FontFile2", "/FontFile3"} & keys for keys in within)


def test_the_word_document_has_headings_tables_and_page_numbers_of_its_own() -> None:
    document = opened(USUAL, EN)
    headings = [found.text for found in document.paragraphs if found.style.name == "Heading 1"]
    assert [heading[:2] for heading in headings] == ["1.", "2.", "3.", "4.", "5.", "6."]
    assert "PAGE" in document.sections[0].footer.part.blob.decode()
    assert "NUMPAGES" in document.sections[0].footer.part.blob.decode()
    assert round(document.sections[0].page_width.cm, 1) == 21.0
    framed = [table for table in document.tables if table.style.name == "Table Grid"]
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in framed)


# Names as they may come

LONG = "Kementerian Koordinator Bidang Pembangunan Manusia dan Kebudayaan serta Pemberdayaan Masyarakat " * 3


@pytest.mark.parametrize(
    "name", [LONG, "A" * 400, "部 \U0001f600 \ue000 وزارة", "#strong[x] $1$ <b>&amp;</b> \\ {page} {blank}"]
)
def test_any_name_is_set_in_both_forms(name: str) -> None:
    named = with_partner(partner_name=name, name=name)
    for result in (USUAL, NOTHING):
        assert minutes.pdf(result, named, ID).startswith(b"%PDF")
        assert in_tables(opened(result, ID, named))


def test_a_sign_that_no_font_has_is_a_square_on_paper_and_itself_in_office() -> None:
    named = with_partner(partner_name="Kantor 部 Ænø")
    assert "Kantor □ Ænø" in on_paper(USUAL, ID, named)
    assert "Kantor 部 Ænø" in in_office(opened(USUAL, ID, named))


def test_markup_in_a_name_stays_a_name() -> None:
    name = "#strong[x] $1$ <b> {page} \\ *y*"
    assert name in on_paper(USUAL, ID, with_partner(partner_name=name))


@pytest.mark.parametrize("code", CODES)
def test_zero_counts_no_agreement_and_no_month_before_still_make_minutes(code: str) -> None:
    language = Language(code)
    empty = replace(NOTHING, classes=dict.fromkeys(CLASSES, 0), rows=0, people=0, compared=())
    for result in (NOTHING, empty):
        said = on_paper(result, language)
        assert language.say("minutes.commitment.none") in said
        assert language.say("minutes.changes.first") in said
        assert language.say("minutes.actions.none") in in_office(opened(result, language))
