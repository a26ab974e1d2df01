"""Slides for an office program: its titles, tables and charts, the figure's numbers, nothing that runs."""

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from PIL import Image
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.util import Inches
from pypdf import PdfReader

from enrollment.briefing.office import LogoRefused, pptx
from enrollment.briefing.office_plot import largest, parts, tick_format
from enrollment.briefing.office_template import TemplateRefused
from enrollment.briefing.office_text import broken, worded
from enrollment.briefing.slides import Deck, Slide
from enrollment.drawing.lettering import visible
from enrollment.drawing.native import Chart, charts
from enrollment.drawing.office import letters
from enrollment.figures.description import Cells, Figure, Tick, text
from enrollment.language import CODES, Language
from tests.briefing.decks import LONG, deck
from tests.drawing.marks import chart_map, grid, in_and_out, other_figures, small_charts
from tests.figures.every import every_figure

ID = Language("id")
HOSTILE = '=HYPERLINK("http://host/")\n\u202egnp.exe\x07 <a:t>&amp;</a:t>'
FORMULAS = "=+-@"
ANY_TIME = (2000, 1, 1, 0, 0, 0)


def opened(content: bytes) -> Any:
    return Presentation(io.BytesIO(content))


def of_figures(figures: tuple[Figure, ...], language: Language = ID, kind: str = "path") -> Deck:
    """A deck with a slide for each figure, every third of them with numbers beside it."""
    usual = deck(language.code)
    first = usual.slides[0]
    slides = tuple(
        replace(
            first,
            kind=kind,
            title=figure.title,
            figures=(figure,),
            numbers=first.numbers if place % 3 == 0 else (),
            own="",
        )
        for place, figure in enumerate(figures)
    )
    return replace(usual, slides=slides)


def every(language: Language, name: str = "Jawa Barat") -> tuple[Figure, ...]:
    return every_figure(language, name) + other_figures(name)


def logo(form: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (400, 160), "navy").save(target, form)
    return target.getvalue()


@lru_cache(maxsize=2)
def with_everything(code: str) -> bytes:
    """The slides of every figure, with a logo."""
    return pptx(of_figures(every(Language(code)), Language(code)), logo=logo())


def charts_of(slide: Any) -> list[Any]:
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def book_of(chart: Any) -> Any:
    return openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active


def name(said: str) -> str:
    return letters(visible(said))


def kept(value: Any) -> Any:
    """A number with as many digits as a sheet keeps."""
    return float(f"{value:.15g}") if isinstance(value, float) else value


def as_rows(chart: Chart) -> list[list[Any]]:
    """What the workbook behind a chart has to hold: a column of categories, and one for each series."""
    rows: list[list[Any]] = [[None, *(name(series.name) for series in chart.series)]]
    for place, category in enumerate(chart.categories):
        first = name(category) if isinstance(category, str) else category
        rows.append([first, *(kept(series.values[place]) for series in chart.series)])
    return rows


def as_pairs(chart: Chart) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for series in chart.series:
        rows.append([None, name(series.name)])
        rows += [[kept(value) for value in pair] for pair in zip(series.places, series.values, strict=True)]
        rows.append([None, None])
    return rows[:-1]


def in_sheet(sheet: Any, rows: int, columns: int) -> list[list[Any]]:
    found = sheet.iter_rows(min_row=1, max_row=rows, max_col=columns, values_only=True)
    return [
        [value.date() if isinstance(value, dt.datetime) else kept(value) for value in row] for row in found
    ]


def texts(slide: Any) -> str:
    """Every word of a slide, charts and tables too, line by line."""
    found = []
    for shape in slide.shapes:
        root = shape.chart.part._element if shape.has_chart else shape._element
        found += [part.text or "" for part in root.iter(qn("a:t"))]
    return "\n".join(found)


def pictures(slide: Any) -> list[Any]:
    return [shape for shape in slide.shapes if shape.shape_type == MSO_SHAPE_TYPE.PICTURE]


def alt_of(shape: Any) -> str:
    return str(shape._element.xpath(".//p:cNvPr")[0].get("descr", ""))


# Numbers


@pytest.mark.parametrize("code", CODES)
def test_the_workbook_behind_each_chart_holds_the_numbers_of_the_figure(code: str) -> None:
    language = Language(code)
    figures = every(language)
    shown = opened(with_everything(code))
    compared = 0
    for slide, figure in zip(shown.slides, figures, strict=True):
        expected = [chart for _, chart in charts(figure) if chart.series]
        if "map" in figure.name:
            continue
        for drawn, chart in zip(charts_of(slide), expected, strict=True):
            rows = as_pairs(chart) if chart.kind == "scatter" else as_rows(chart)
            assert in_sheet(book_of(drawn), len(rows), len(rows[0])) == rows
            compared += 1
    assert compared > 30


def test_every_series_of_a_chart_points_to_its_column() -> None:
    """A line over columns too, so that editing the numbers loses none."""
    figures = tuple(figure for figure in every(ID) if figure.name in ("active_by_month", "in_and_out"))
    for slide in opened(pptx(of_figures(figures))).slides:
        (drawn,) = charts_of(slide)
        sheet = book_of(drawn)
        assert [plot._element.tag for plot in drawn.plots] == [qn("c:barChart"), qn("c:lineChart")]
        axes = [[axis.get("val") for axis in plot._element.findall(qn("c:axId"))] for plot in drawn.plots]
        assert axes[0] == axes[1]
        for plot in drawn.plots:
            for series in plot.series:
                formula = series._element.find(qn("c:val")).find(f".//{qn('c:f')}").text
                cells = sheet[formula.partition("!")[2].replace("$", "")]
                assert [cell.value for (cell,) in cells] == list(series.values)


def test_a_map_is_a_chart_of_its_largest_places_beside_a_picture() -> None:
    places = tuple((f"Kabupaten {number}", f"{number}.000") for number in range(1, 21))
    table = replace(
        chart_map().table,
        rows=places,
        machine_rows=tuple((said, int(said.split()[1]) * 1_000) for said, _ in places),
    )
    figure = replace(chart_map(), table=table)
    (slide,) = opened(pptx(of_figures((figure,)))).slides
    (drawn,) = charts_of(slide)
    assert [row[:2] for row in in_sheet(book_of(drawn), 13, 2)][1:] == [
        [f"Kabupaten {number}", number * 1_000] for number in range(20, 8, -1)
    ]
    assert "20.000" in texts(slide)
    assert len(pictures(slide)) == 1
    assert largest(figure, 12, ID) is not None


@pytest.mark.parametrize("figure", [grid(), *(one for one in every(ID) if one.name == "crosstab")])
def test_squares_come_as_a_picture(figure: Figure) -> None:
    assert any(isinstance(mark, Cells) for mark in figure.marks)
    (slide,) = opened(pptx(of_figures((figure,)))).slides
    assert [alt_of(shape) for shape in pictures(slide)] == [visible(figure.alt)]


def test_small_charts_are_charts_of_their_own_on_one_scale() -> None:
    (slide,) = opened(pptx(of_figures((small_charts(),)))).slides
    drawn = charts_of(slide)
    assert len(drawn) == 4
    assert len({(one.value_axis.minimum_scale, one.value_axis.maximum_scale) for one in drawn}) == 1


def test_a_figure_without_a_known_number_says_so() -> None:
    nothing = replace(chart_map(), table=replace(chart_map().table, rows=(), machine_rows=()))
    empty = replace(in_and_out(), marks=(), table=nothing.table)
    (slide,) = opened(pptx(of_figures((empty,)))).slides
    assert charts_of(slide) == []
    assert empty.alt in texts(slide)


# Words


@pytest.mark.parametrize(
    ("code", "rise", "goal"), [("id", "+0,30", "Sasaran 38 juta"), ("en", "+0.30", "Goal 38 million")]
)
def test_labels_are_the_finished_words_of_the_figure(code: str, rise: str, goal: str) -> None:
    slides = opened(pptx(deck(code))).slides
    assert goal in texts(slides[0])
    assert rise in texts(slides[1])
    labels = [said.text for said in charts_of(slides[1])[0].part._element.iter(qn("a:t"))]
    assert labels.count(rise) == 3


def test_an_axis_writes_whole_numbers_only() -> None:
    def of(*ticks: tuple[float, str]) -> str | None:
        return tick_format([Tick(at, text(said)) for at, said in ticks])

    assert of((28e6, "28 juta"), (30e6, "30")) == '[=28000000]0,," juta";[<0]−0,,;0,,'
    assert of((-1e6, "−1 juta"), (0, "0 juta")) is not None
    assert of((0, "0%"), (0.5, "50%")) == "0%;−0%"
    assert of((28.5e6, "28,5 juta"), (29e6, "29")) is None
    assert of((0, "0"), (1_000, "1.000")) is None
    assert of() is None


@pytest.mark.parametrize(("code", "months"), [("id", "[$-421]mmm"), ("en", "[$-809]mmm")])
def test_months_of_an_axis_are_in_the_language_of_the_deck(code: str, months: str) -> None:
    axis = charts_of(opened(pptx(deck(code))).slides[0])[0].category_axis
    assert months in axis.tick_labels.number_format
    assert axis._element.tag == qn("c:dateAx")


@pytest.mark.parametrize(("code", "tag"), [("id", "id-ID"), ("en", "en-GB")])
def test_every_word_has_its_language(code: str, tag: str) -> None:
    content = pptx(deck(code))
    for slide in opened(content).slides:
        pages = [
            slide._element,
            *([slide.notes_slide.notes_text_frame._txBody] if slide.has_notes_slide else []),
        ]
        for page in [*pages, *(chart.part._element for chart in charts_of(slide))]:
            runs = [*page.iter(qn("a:r")), *page.iter(qn("a:fld"))]
            assert {run.find(qn("a:rPr")).get("lang") for run in runs} <= {tag}
    assert opened(content).core_properties.language == tag


def test_a_title_stands_in_its_place_and_notes_on_their_page() -> None:
    said = deck("id")
    slides = opened(pptx(said)).slides
    assert [slide.shapes.title.text for slide in slides] == [slide.title for slide in said.slides]
    assert slides[0].notes_slide.notes_text_frame.text == said.slides[0].notes
    assert not slides[1].has_notes_slide


def test_numbers_table_remarks_and_the_own_sentence_are_on_their_slides() -> None:
    said = deck("id")
    slides = list(opened(pptx(said)).slides)
    for number in said.slides[0].numbers:
        assert number.value in texts(slides[0])
        assert number.label in texts(slides[0])
    assert said.slides[0].own in texts(slides[0])
    (table,) = (shape.table for shape in slides[3].shapes if shape.has_table)
    given = said.slides[3].table
    assert given is not None
    header = tuple(column.header for column in given.columns)
    assert [tuple(cell.text for cell in row.cells) for row in table.rows] == [header, *given.rows]
    assert "Sumber: <b>bukan</b> markup, $x$ #set text(red)." in texts(slides[4])
    bold = [
        run.text
        for shape in slides[4].shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        for run in paragraph.runs
        if run.font.bold
    ]
    assert "membayar iuran" in bold


def test_foot_page_and_code_are_on_every_slide_and_the_code_leads_to_the_numbers() -> None:
    said = deck("en")
    for place, (slide, given) in enumerate(zip(opened(pptx(said)).slides, said.slides, strict=True), 1):
        assert all(line in texts(slide) for line in given.foot)
        (field,) = slide._element.iter(qn("a:fld"))
        assert (field.get("type"), field.find(qn("a:t")).text) == ("slidenum", str(place))
        coded = [
            run
            for shape in slide.shapes
            if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs
            for run in paragraph.runs
            if run.text == given.code
        ]
        assert [run.hyperlink.address for run in coded] == [given.link or None]
        kinds = {place.placeholder_format.type for place in slide.placeholders}
        assert {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER} <= kinds


def test_shapes_come_in_the_order_in_which_they_are_read() -> None:
    said = deck("id").slides[0]
    assert said.chip is not None
    slide = opened(pptx(deck("id"))).slides[0]
    order = [shape.text_frame.text if shape.has_text_frame else "chart" for shape in slide.shapes]
    wanted = [said.title, f"{said.chip.mark} {said.chip.word}", said.detail.replace("**", ""), "chart"]
    wanted += [f"{number.value}\n{number.label}" for number in said.numbers]
    wanted += [said.own, "\n".join(said.foot)]
    places = [order.index(words) for words in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize("code", CODES)
def test_charts_pictures_and_tables_say_what_they_show(code: str) -> None:
    shown = opened(with_everything(code))
    for slide in [*shown.slides, *opened(pptx(deck(code))).slides]:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape in pictures(slide):
                assert alt_of(shape)


# Room


def overlapping(boxes: list[Any]) -> Iterator[tuple[Any, Any]]:
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            across = min(one.left + one.width, other.left + other.width) - max(one.left, other.left)
            down = min(one.top + one.height, other.top + other.height) - max(one.top, other.top)
            if across > 9525 and down > 9525:
                yield one, other


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("title", [LONG, LONG + " pada tahun 2022", "Naik", "W" * 150, "Peserta " * 18])
def test_a_title_takes_three_lines_at_most_and_nothing_overlaps_it(code: str, title: str) -> None:
    usual = deck(code)
    shown = opened(pptx(replace(usual, slides=tuple(replace(slide, title=title) for slide in usual.slides))))
    for slide in shown.slides:
        named = slide.shapes.title
        size = named.text_frame.paragraphs[0].runs[0].font.size.pt / 0.75
        assert len(broken((worded(title, strong=True),), size, named.width / 9525)) <= 3
        assert size >= 20
        assert not [pair for pair in overlapping(list(slide.shapes)) if named in pair]


@pytest.mark.parametrize("code", CODES)
def test_nothing_reaches_over_the_slide_and_no_chart_over_another(code: str) -> None:
    two = deck(code).slides[0]
    beside = replace(two, figures=(two.figures[0], deck(code).slides[1].figures[0]), numbers=())
    both = replace(deck(code), slides=(beside,))
    for content in (pptx(deck(code)), pptx(both), with_everything(code)):
        shown = opened(content)
        for slide in shown.slides:
            for shape in slide.shapes:
                assert shape.left >= -9525
                assert shape.top >= 0
                assert shape.left + shape.width <= shown.slide_width + 9525
                assert shape.top + shape.height <= shown.slide_height
            solid = [shape for shape in slide.shapes if shape.has_chart or shape.has_table]
            solid += pictures(slide)
            solid += [shape for shape in slide.shapes if shape.is_placeholder]
            assert list(overlapping(solid)) == []


def test_no_letters_are_too_small_to_be_read_from_afar() -> None:
    for slide in opened(pptx(deck("id"))).slides:
        foot = slide.shapes[-1].top - 19 * 9525 * 2
        for shape in slide.shapes:
            if shape.has_text_frame and shape.top < foot:
                sizes = [run.font.size.pt / 0.75 for line in shape.text_frame.paragraphs for run in line.runs]
                assert min(sizes, default=14) >= 14
        for chart in charts_of(slide):
            sizes = [int(found.get("sz")) / 75 for found in chart.part._element.iter() if found.get("sz")]
            assert min(sizes) >= 14


# The same always


@pytest.mark.parametrize("code", CODES)
def test_the_same_deck_gives_the_same_bytes(code: str) -> None:
    assert pptx(deck(code), logo=logo()) == pptx(deck(code), logo=logo())


def test_no_part_tells_when_it_was_made() -> None:
    content = pptx(deck("id"))
    noon = dt.datetime.combine(dt.date(2021, 9, 16), dt.time(12))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {part.date_time for part in archive.infolist()} == {ANY_TIME}
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
        books = [archive.read(part) for part in archive.namelist() if part.endswith(".xlsx")]
    assert opened(content).core_properties.created == noon
    assert len(books) == 7
    for book in books:
        with zipfile.ZipFile(io.BytesIO(book)) as archive:
            assert len({part.date_time for part in archive.infolist()}) == 1
        assert openpyxl.load_workbook(io.BytesIO(book)).properties.created == noon


# Names as they may come


def test_no_name_is_markup_or_a_formula_or_hides_a_sign() -> None:
    usual = of_figures(every(ID, HOSTILE))
    first = replace(
        usual.slides[0],
        title=HOSTILE,
        detail=HOSTILE,
        own=HOSTILE,
        notes=HOSTILE,
        foot=(HOSTILE, HOSTILE),
        code=HOSTILE,
        remarks=(HOSTILE,),
        link="javascript:alert(1)",
    )
    content = pptx(replace(usual, slides=(first, *usual.slides[1:]), title=HOSTILE))
    shown = opened(content)
    assert shown.slides[0].shapes.title.text == visible(HOSTILE)
    for slide in shown.slides:
        for chart in charts_of(slide):
            for row in book_of(chart).iter_rows():
                for cell in row:
                    assert cell.data_type != "f"
                    assert cell.hyperlink is None
                    assert not (isinstance(cell.value, str) and cell.value.startswith(tuple(FORMULAS)))
        links = [part.target_ref for part in slide.part.rels.values() if part.is_external]
        assert all(link.startswith("https://cakupan.contoh.id/") for link in links)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if part.endswith(".xml"):
                said = archive.read(part).decode()
                assert "\u202e" not in said
                assert "\x07" not in said


# On an office's own template, with its logo


def template(change: Any = None) -> bytes:
    """A template of another size, with a slide that somebody left in it."""
    shown = Presentation()
    shown.slides.add_slide(shown.slide_layouts[1]).shapes.title.text = "Ditinggalkan"
    if change:
        change(shown)
    target = io.BytesIO()
    shown.save(target)
    return target.getvalue()


def as_potx(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w") as kept:
        for part in given.namelist():
            kept.writestr(part, given.read(part).replace(b"presentation.main+xml", b"template.main+xml"))
    return target.getvalue()


@pytest.mark.parametrize("given", [template(), as_potx(template())])
def test_slides_stand_on_the_first_layout_with_a_title_of_an_office_template(given: bytes) -> None:
    said = deck("id")
    shown = opened(pptx(said, template=given))
    assert (shown.slide_width, shown.slide_height) == (Inches(10), Inches(7.5))
    assert [slide.shapes.title.text for slide in shown.slides] == [slide.title for slide in said.slides]
    assert {slide.slide_layout.name for slide in shown.slides} == {"Title and Content"}
    for slide in shown.slides:
        assert not [
            place for place in slide.placeholders if place.has_text_frame and not place.text_frame.text
        ]
        for shape in slide.shapes:
            assert shape.top + shape.height <= shown.slide_height
            assert shape.left + shape.width <= shown.slide_width
    assert pptx(said, template=given) == pptx(said, template=given)


def without_titles(shown: Any) -> None:
    for layout in shown.slide_layouts:
        for place in list(layout.placeholders):
            place._element.getparent().remove(place._element)


def a_letter() -> bytes:
    target = io.BytesIO()
    Document().save(target)
    return target.getvalue()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("given", [b"", b"halo", logo(), a_letter(), template()[:9_000]])
def test_a_template_that_is_none_is_refused_with_a_plain_reason(code: str, given: bytes) -> None:
    with pytest.raises(TemplateRefused) as refused:
        pptx(deck(code), template=given)
    assert str(refused.value) == Language(code).say("briefing.office.no_template")


@pytest.mark.parametrize("code", CODES)
def test_a_template_with_macros_is_not_handed_on(code: str) -> None:
    target = io.BytesIO(template())
    with zipfile.ZipFile(target, "a") as given:
        given.writestr("ppt/vbaProject.bin", b"macro")
    with pytest.raises(TemplateRefused) as refused:
        pptx(deck(code), template=target.getvalue())
    assert str(refused.value) == Language(code).say("briefing.office.macros")


def test_a_template_without_a_title_is_refused() -> None:
    with pytest.raises(TemplateRefused, match="judul"):
        pptx(deck("id"), template=template(without_titles))


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_logo_stands_at_the_lower_right(form: str) -> None:
    shown = opened(pptx(deck("id"), logo=logo(form)))
    for slide in shown.slides:
        (mark,) = pictures(slide)
        assert mark.left + mark.width == pytest.approx(1224 * 9525, abs=9525)
        assert mark.top > shown.slide_height * 0.85
        assert mark.width / mark.height == pytest.approx(2.5, rel=0.01)


@pytest.mark.parametrize("given", [b"", b"<svg/>", logo("GIF"), logo()[:20]])
def test_a_logo_in_another_form_is_refused(given: bytes) -> None:
    with pytest.raises(LogoRefused, match="PNG"):
        pptx(deck("id"), logo=given)


def test_slides_that_are_added_look_like_ours() -> None:
    with zipfile.ZipFile(io.BytesIO(pptx(deck("id")))) as archive:
        theme = archive.read("ppt/theme/theme1.xml").decode()
        assert len([part for part in archive.namelist() if "slideLayouts/slideLayout" in part]) == 1
    assert theme.count('typeface="Source Sans Pro"') == 2
    assert '<a:dk1><a:srgbClr val="16242C"/></a:dk1>' in theme
    assert '<a:accent1><a:srgbClr val="0B6E4F"/></a:accent1>' in theme


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice Impress")
@pytest.mark.parametrize("code", CODES)
def test_another_office_program_shows_every_slide(code: str, tmp_path: Path) -> None:
    path = tmp_path / "deck.pptx"
    path.write_bytes(with_everything(code))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, timeout=300, capture_output=True)
    assert len(PdfReader(tmp_path / "deck.pdf").pages) == len(every(Language(code)))


def test_a_slide_without_anything_but_its_finding_is_a_slide() -> None:
    usual = deck("id")
    bare = Slide(kind="headline", title="Naik", detail="", foot=("", ""), code="")
    (slide,) = opened(pptx(replace(usual, slides=(bare,)))).slides
    assert slide.shapes.title.text == "Naik"
    assert parts(chart_map())
