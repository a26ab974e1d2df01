"""Spreadsheets: every cell as it is stored, every sheet accounted for, nothing unpacked beyond limits."""

import datetime as dt
import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from enrollment.contract import spreadsheet
from enrollment.contract.batches import Record
from enrollment.contract.faults import Findings, Refused
from enrollment.contract.values import MARKS, marked
from tests.contract.tables import KINDS, SHEET, TOTALS, Rows, bytes_of, patched, saved

HEADER = ["periode", "sumber", "aktif"]


def read(content: bytes) -> tuple[list[Record], Findings]:
    findings = Findings()
    return list(spreadsheet.records(io.BytesIO(content), findings)), findings


def rules_of(content: bytes) -> set[str]:
    with pytest.raises(Refused) as refused:
        read(content)
    return {fault.rule for fault in refused.value.faults}


def book_of(*rows: list[Any]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def text_of(value: Any, change: Callable[[Any], object] = lambda cell: None) -> str:
    """What a cell that holds a value is read as."""
    book = book_of(HEADER, ["2021-08", "TPP", value])
    change(book.active["C2"])
    records, _ = read(saved(book))
    return records[1][1][2]


@pytest.mark.parametrize("table", KINDS, ids=[table.kind for table in KINDS])
def test_a_sheet_gives_the_texts_that_stand_in_it(table: Rows) -> None:
    records, findings = read(bytes_of(table, "xlsx"))
    assert records == [(n, list(row)) for n, row in enumerate((table.header, *table.rows), start=1)]
    assert findings.notes == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0012", "0012"),
        (" TPP ", " TPP "),
        ("é\u200b", "é\u200b"),
        ("a\nb", "a\nb"),
        (0, "0"),
        (120, "120"),
        (120.0, "120"),
        (-5, "-5"),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (-0.25, "-0.25"),
        (99_999_999_999, "99999999999"),
        (100_000_000_000, "1E+11"),
        (3_171_010_101_900_001, "3.171010101900001E+15"),
        (1e300, "1E+300"),
        (True, "TRUE"),
        (False, "FALSE"),
        (dt.date(2021, 8, 31), "2021-08-31"),
        (dt.date(1900, 1, 1), "1900-01-01"),
        (dt.date(1979, 2, 28), "1979-02-28"),
        (dt.datetime(2021, 8, 31, 23, 59, 59), "2021-08-31T23:59:59"),  # noqa: DTZ001
    ],
)
def test_a_cell_is_read_as_the_value_it_stores(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_how_a_cell_is_formatted_changes_nothing_but_days() -> None:
    def as_format(code: str) -> Callable[[Any], None]:
        return lambda cell: setattr(cell, "number_format", code)

    assert text_of(30214, as_format("#,##0.00")) == "30214"
    assert text_of(12, as_format("0000")) == "12"
    assert text_of(0.5, as_format("0%")) == "0.5"
    assert text_of(12, as_format('0 "hari dalam sebulan"')) == "12"
    assert text_of(44439, as_format("[$-421]dd mmmm yyyy;@")) == "2021-08-31"
    assert text_of(60, as_format("yyyy-mm-dd")) == "1900-02-29"


def test_days_counted_from_1904_are_the_same_days() -> None:
    book = book_of(HEADER, ["2021-08", "TPP", dt.date(2021, 8, 31)])
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    records, findings = read(saved(book))
    assert records[1][1][2] == "2021-08-31"
    assert [note.rule for note in findings.notes] == ["date_cells"]


def test_a_cell_that_is_no_value_is_marked_and_shown_without_the_mark() -> None:
    error = text_of("#REF!", lambda cell: setattr(cell, "data_type", "e"))
    assert error == marked("cell_error", "#REF!")
    formula = text_of("=SUM(A1:A9)")
    assert formula == marked("formula_without_value", "=SUM(A1:A9)")
    assert set(MARKS) == {error[0], formula[0]}


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    book = book_of(HEADER, ["2021-08", "TPP", 1], [], [], ["2021-08", "BUMDES", 2])
    book.active["Z90"].font = openpyxl.styles.Font(bold=True)
    records, _ = read(saved(book))
    assert [(row, len(cells)) for row, cells in records] == [(1, 3), (2, 3), (3, 0), (4, 0), (5, 3)]


def test_a_header_that_does_not_begin_in_the_first_row_or_column_keeps_its_place() -> None:
    book = openpyxl.Workbook()
    for place, value in (("B3", "periode"), ("C3", "aktif"), ("B4", "2021-08"), ("C4", 1)):
        book.active[place] = value
    records, _ = read(saved(book))
    assert records == [(1, []), (2, []), (3, ["", "periode", "aktif"]), (4, ["", "2021-08", "1"])]


def test_texts_in_a_cell_and_texts_of_several_formats_are_whole() -> None:
    rich = (
        b'<c r="B2" t="inlineStr"><is><r><t>T</t></r><r><t>P</t></r><rPh sb="0" eb="1"><t>x</t></rPh>'
        b"<r><t>P</t></r></is></c>"
    )

    def change(xml: bytes) -> bytes:
        start = xml.index(b'<c r="B2"')
        return xml[:start] + rich + xml[xml.index(b"</c>", start) + 4 :]

    content = saved(book_of(HEADER, ["2021-08", "x", 1]))
    records, _ = read(patched(content, SHEET, change))
    assert records[1][1] == ["2021-08", "TPP", "1"]


def test_random_sheets_are_read_as_another_program_reads_them() -> None:
    chance = random.Random(2021)
    values = ["", None, "TPP", " x", "0012", "ñ", 0, 7, 12.25, 1e-7, -3, True, "=1+1", "a" * 300]
    for _ in range(30):
        book = book_of(HEADER, *([chance.choice(values) for _ in range(3)] for _ in range(20)))
        content = saved(book)
        records = dict(read(content)[0])
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            found = (records.get(number) or ["", "", ""])[:3]
            for text, value in zip(found, row, strict=True):
                if value == "=1+1":
                    assert text == marked("formula_without_value", "=1+1")
                elif value is None or isinstance(value, bool | str):
                    assert text == {None: "", True: "TRUE"}.get(value, value)
                else:
                    assert float(text) == value


def test_any_byte_changed_is_refused_or_changes_nothing(size: Callable[[int, int], int]) -> None:
    chance = random.Random(31)
    content = bytes_of(TOTALS, "xlsx")
    whole, _ = read(content)
    for _ in range(size(150, 2_000)):
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        try:
            assert read(bytes(changed))[0] == whole
        except Refused:
            continue


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.999])
def test_a_part_of_a_workbook_is_refused(kept: float) -> None:
    content = bytes_of(TOTALS, "xlsx")
    assert rules_of(content[: int(len(content) * kept)]) == {"broken_archive"}


def replaced(part: str, content: bytes) -> bytes:
    """A good workbook with another content in one part."""
    return patched(bytes_of(TOTALS, "xlsx"), part, lambda xml: content)


SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


@pytest.mark.parametrize(
    ("title", "part", "content", "rule"),
    [
        ("rows in disorder", SHEET, b'<row r="2"/><row r="1"/>', "broken_archive"),
        ("cells in disorder", SHEET, b'<row r="1"><c r="B1"/><c r="A1"/></row>', "broken_archive"),
        ("cells of another row", SHEET, b'<row r="1"><c r="A2"/></row>', "broken_archive"),
        ("row beyond the last", SHEET, b'<row r="1048577"/>', "too_many_rows"),
        ("text that is not there", SHEET, b'<row><c t="s"><v>99</v></c></row>', "broken_archive"),
        ("tag without end", SHEET, b'<row a="' + b"x" * 3_000_000 + b'"/>', "sheet_markup"),
        ("endless text", SHEET, b"<row><c><v>" + b"1" * 100_000 + b"</v></c></row>", "cell_too_long"),
    ],
)
def test_a_workbook_that_no_program_writes_is_refused(
    title: str, part: str, content: bytes, rule: str
) -> None:
    xml = b"<worksheet " + SPACE + b"><sheetData>" + content + b"</sheetData></worksheet>"
    assert rules_of(replaced(part, xml)) == {rule}


def test_an_archive_of_very_many_parts_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"xl/{number}", b"")
    assert rules_of(content.getvalue()) == {"bomb"}


def test_how_far_the_reading_is_never_falls_and_never_passes_the_end() -> None:
    book = book_of(HEADER, *(["2021-08", f"S{n}", n] for n in range(5_000)))
    content = saved(book)
    done: list[int] = []
    list(spreadsheet.records(io.BytesIO(content), Findings(), progress=done.append))
    assert done
    assert max(done) <= len(content)
