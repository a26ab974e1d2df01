"""Workbooks: the rows of the CSV, charts that point to the figure's numbers, and nothing that runs."""

import csv
import datetime as dt
import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.drawing.native import charts
from enrollment.drawing.office import letters, workbook
from enrollment.drawing.office_charts import words
from enrollment.export import cell, csv_text
from enrollment.figures.breakdown.ranked import breakdown
from enrollment.figures.description import Band, Bars, Cells, Figure, Path
from enrollment.figures.style import colour
from enrollment.language import CODES, Language
from tests.drawing.marks import chart_map, grid, in_and_out, other_figures, outlook, small_charts
from tests.figures.every import every_figure
from tests.figures.rows import AUGUST, HOSTILE, part

ID = Language("id")
ABOUT = (("Judul", "Jalan menuju 38 juta"), ("Kueri", "select 1 -- satu\nfrom t"), ("Edisi", "7f3a2c"))
SHEETS = {"id": ["Grafik", "Tabel", "Data", "Tentang"], "en": ["Chart", "Table", "Data", "About"]}


def figures(language: Language, name: str = "Jawa Barat") -> tuple[Figure, ...]:
    return every_figure(language, name) + other_figures(name)


def opened(figure: Figure, language: Language = ID, about: Any = ABOUT) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook(figure, about=about, language=language)))


def rows(sheet: Any) -> list[list[Any]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def as_csv(value: Any) -> str:
    """What the CSV says of a cell's value."""
    if value is None:
        return ""
    return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)


def rounded(text: str) -> str:
    """A fraction with as many digits as a sheet keeps."""
    return f"{float(text):.14g}" if re.fullmatch(r"-?\d+\.\d+(e-\d+)?", text) else text


def figure_named(name: str) -> Figure:
    return next(figure for figure in figures(ID) if figure.name == name)


@pytest.mark.parametrize("code", CODES)
def test_the_data_are_those_of_the_csv(code: str) -> None:
    language = Language(code)
    for figure in figures(language):
        book = opened(figure, language)
        assert book.sheetnames == SHEETS[code]
        table = figure.table
        expected = list(
            csv.reader(io.StringIO(csv_text(table.machine_columns, table.machine_rows), newline=""))
        )
        found = [[as_csv(value) for value in row] for row in rows(book["Data"])]
        # A row of nothing at the end is no row of a sheet.
        found += [[""] * len(expected[0])] * (len(expected) - len(found))
        assert [[rounded(text) for text in row] for row in found] == [
            [rounded(text) for text in row] for row in expected
        ]


def test_numbers_are_numbers_and_days_are_days() -> None:
    sheet = opened(figure_named("goal_progress"))["Data"]
    header, first, *_ = sheet.iter_rows()
    assert [cell.value for cell in header] == [
        *("day", "kind", "active", "carried", "source"),
        *("low80", "high80", "low95", "high95"),
    ]
    assert first[0].is_date
    assert first[0].number_format == "yyyy-mm-dd"
    assert (first[2].value, first[2].data_type) == (29_980_000, "n")


def test_a_figure_of_which_no_number_is_known_has_its_rows_and_no_chart() -> None:
    nothing = part("JB", 120, new=None)
    figure = breakdown(
        rows=[nothing, replace(nothing, part=None)],
        dimension="province",
        measure="new",
        names={},
        as_of=AUGUST,
        since=None,
        language=ID,
    )
    book = opened(figure)
    assert book.sheetnames == SHEETS["id"]
    assert book["Grafik"]._charts == []
    assert [line[0] for line in rows(book["Data"])] == ["part", "JB"]


@pytest.mark.parametrize("code", CODES)
def test_the_table_has_the_finished_headers_and_words(code: str) -> None:
    language = Language(code)
    for figure in figures(language):
        found = rows(opened(figure, language)[SHEETS[code][1]])
        assert found[0] == [column.header for column in figure.table.columns]
        shown = [["" if value is None else value for value in row] for row in found[1:]]
        assert shown == [[letters(value) for value in row] for row in figure.table.rows]


def test_what_the_workbook_is_stands_in_it_line_by_line() -> None:
    assert rows(opened(grid())["Tentang"]) == [list(line) for line in ABOUT]


def numbers_of(sheet: Any) -> list[Any]:
    return [value for row in rows(sheet) for value in row if isinstance(value, int | float)]


def test_charts_are_drawn_from_numbers_of_the_marks() -> None:
    for figure in figures(ID):
        shown = charts(figure)
        sheet = opened(figure)["Grafik"]
        wanted = [
            value
            for _, chart in shown
            for series in chart.series
            for value in (*series.values, *series.places)
            if value is not None
        ]
        assert sorted(numbers_of(sheet)) == pytest.approx(sorted(wanted)), figure.name
        assert len(sheet._charts) == len(shown)


def test_a_waterfall_stands_on_a_base_that_nobody_sees() -> None:
    figure = figure_named("commitment_bridge")
    ((_, chart),) = charts(figure)
    assert (chart.kind, chart.stacked) == ("rows", True)
    base, *steps = chart.series
    assert base.role is None
    bars = [bar for mark in figure.marks if isinstance(mark, Bars) for bar in mark.bars]
    for bar, step in zip(bars, steps, strict=True):
        at = round(bar.at)
        assert base.values[at] == min(bar.start, bar.end)
        assert (base.values[at] or 0) + (step.values[at] or 0) == pytest.approx(max(bar.start, bar.end))
    drawn = parts(figure)["xl/charts/chart1.xml"]
    assert '<c:grouping val="stacked"/>' in drawn
    assert "<a:noFill/>" in drawn.split("</c:ser>")[0]


def test_bars_of_one_row_are_stacked_from_zero_outwards() -> None:
    ((_, chart),) = charts(figure_named("commitment_by_source"))
    sums = [sum(series.values[row] or 0 for series in chart.series) for row in range(len(chart.categories))]
    assert sums == [39_844, 34_449, 1_039, 500]
    first = [next(series for series in chart.series if series.values[row]) for row in range(3)]
    assert [series.values[row] for row, series in enumerate(first)] == [12_400, 31_900, 1_000]


def test_columns_go_up_and_down_from_zero_under_one_line() -> None:
    ((_, chart),) = charts(in_and_out())
    assert [(series.name, series.shape, series.values) for series in chart.series] == [
        ("masuk", "bar", (120, 90, 140)),
        ("keluar", "bar", (-40, -95, -60)),
        ("bersih", "line", (80, -5, 80)),
    ]
    assert chart.categories == ("Jun", "Jul", "Agu")
    drawn = parts(in_and_out())["xl/charts/chart1.xml"]
    assert "<c:barChart>" in drawn
    assert "<c:lineChart>" in drawn


def test_lines_over_days_keep_every_point_at_its_day() -> None:
    figure = figure_named("breakdown_by_month")
    for panel, (_, chart) in zip(figure.panels, charts(figure), strict=True):
        lines = [mark for mark in panel.marks if isinstance(mark, Path)]
        drawn = [series for series in chart.series if series.shape == "line"]
        for mark, series in zip(lines, drawn, strict=True):
            kept = {
                day: value
                for day, value in zip(chart.categories, series.values, strict=True)
                if value is not None
            }
            assert kept == {point.x: point.y for point in mark.points}
    assert "<c:dateAx>" in parts(figure)["xl/charts/chart1.xml"]


def test_a_range_is_a_line_of_its_lows_and_one_of_its_highs() -> None:
    figure = outlook()
    ((_, chart),) = charts(figure)
    for mark in figure.marks:
        if not isinstance(mark, Band):
            continue
        for edge in ("low", "high"):
            (series,) = (item for item in chart.series if (item.name, item.edge) == (mark.name, edge))
            known = zip(chart.categories, series.values, strict=True)
            assert {day: value for day, value in known if value is not None} == {
                span.x: getattr(span, edge) for span in mark.points
            }
            assert not series.again


@pytest.mark.parametrize(
    ("code", "edges"), [("id", ("batas bawah", "batas atas")), ("en", ("lower end", "upper end"))]
)
def test_a_sheet_says_which_edge_of_a_range_it_holds(code: str, edges: tuple[str, str]) -> None:
    sheet = rows(opened(outlook(), Language(code))[SHEETS[code][0]])
    header = next(row for row in sheet if "peserta aktif" in row)
    for name in ("rentang 80%", "rentang 95%", "rentang skenario"):
        assert [f"{name}, {edge}" in header for edge in edges] == [True, True]


def test_edges_of_a_range_are_broad_and_pale_or_thin_and_those_assumed_dotted() -> None:
    drawn = parts(outlook())["xl/charts/chart1.xml"]
    thin, _, broad, _, assumed, _, *_ = drawn.split("<c:ser>")[1:]
    widths = [int(width) for width in re.findall(r'<a:ln w="(\d+)"', thin + broad + assumed)]
    assert widths[0] == widths[2] < widths[1]
    assert colour("accent", "light")[1:] in thin
    assert colour("accent@40", "light")[1:] in broad
    assert '<a:prstDash val="sysDot"/>' in assumed
    assert "<c:areaChart>" not in drawn


def test_small_charts_become_charts_of_their_own() -> None:
    figure = small_charts()
    assert [title for title, _ in charts(figure)] == ["Jawa Barat", "Bali", "Papua", "Aceh"]
    assert len(opened(figure)["Grafik"]._charts) == 4


def test_a_heat_map_becomes_cells_in_its_colours_and_a_scale_over_the_numbers() -> None:
    figure = grid()
    book = opened(figure)
    sheet = book["Grafik"]
    assert charts(figure) == ()
    labels = {square.value for row in sheet.iter_rows(min_row=5) for square in row if square.value}
    cells = [square for mark in figure.marks if isinstance(mark, Cells) for square in mark.cells]
    assert {letters("".join(run.text for line in square.label for run in line)) for square in cells} <= labels
    assert sheet["B5"].fill.fgColor.rgb == "FF16242C"
    assert {str(area.sqref) for area in book["Data"].conditional_formatting} == {
        "B2:B3",
        "C2:C3",
        "D2:D3",
        "E2:E3",
    }


def test_a_map_becomes_bars_with_the_largest_first() -> None:
    ((_, chart),) = charts(chart_map("Jawa Barat"))
    assert chart.categories == ("Jawa Barat", "Papua")
    assert chart.series[0].values == (4_820_000, 301_000)


# Nothing runs


def parts(figure: Figure, about: Any = ABOUT) -> dict[str, str]:
    """The XML documents of a workbook."""
    with zipfile.ZipFile(io.BytesIO(workbook(figure, about=about, language=ID))) as book:
        return {
            name: book.read(name).decode("utf-8")
            for name in book.namelist()
            if name.endswith((".xml", ".rels"))
        }


FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://host/","x")',
    "+62811",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
)


@pytest.mark.parametrize(
    "name", [*FORMULAS, HOSTILE, "http://host/", "mailto:a@b", "internal:Data!A1", "\ufffe\x00"]
)
def test_no_name_becomes_a_formula_or_a_link(name: str) -> None:
    for figure in figures(ID, name):
        documents = parts(figure, about=((name, name),))
        sheets = [text for path, text in documents.items() if path.startswith("xl/worksheets/")]
        assert not [text for text in sheets if "<f>" in text or "<hyperlink" in text]
        assert not [text for path, text in documents.items() if path.endswith(".rels") and "External" in text]
        references = [
            found for text in documents.values() for found in re.findall(r"<c:f>([^<]*)</c:f>", text)
        ]
        assert all(re.fullmatch(r"Grafik!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", found) for found in references)
        book = opened(figure, about=((name, name),))
        texts = [value for sheet in book for row in rows(sheet) for value in row if isinstance(value, str)]
        assert not [text for text in texts if text[:1] in "=+@-" and cell(text) != text]


@given(st.text(max_size=60))
def test_text_in_a_sheet_never_begins_like_a_formula(text: str) -> None:
    written = letters(text)
    assert written[:1] not in tuple("=+-@\t\r＝＋－＠")
    assert written.lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert not words(text).startswith("=")


@given(st.text(st.characters(exclude_categories=["C"]), max_size=60))
def test_other_text_is_kept_to_the_letter(text: str) -> None:
    assert letters(text).removeprefix("'") == text.removeprefix("'")


def test_identity_numbers_stay_text_with_all_their_digits() -> None:
    figure = figure_named("breakdown")
    nik = "3201014508990001"
    table = type(figure.table)(
        figure.table.columns, figure.table.rows, ("nik", "zero", "large"), ((nik, "0012", 3201014508990001),)
    )
    numbered = Figure(**{name: getattr(figure, name) for name in figure.__slots__} | {"table": table})
    assert rows(opened(numbered)["Data"])[1] == [nik, "0012", nik]


def test_the_same_figure_gives_the_same_bytes() -> None:
    for figure in figures(ID):
        first, second = (workbook(figure, about=ABOUT, language=ID) for _ in range(2))
        assert first == second


def test_a_workbook_says_when_its_edition_was_made() -> None:
    made = dt.datetime(2021, 9, 5, 2, 0, tzinfo=dt.UTC)
    book = workbook(grid(), about=ABOUT, language=ID, created=made)
    assert openpyxl.load_workbook(io.BytesIO(book)).properties.created == made.replace(tzinfo=None)
