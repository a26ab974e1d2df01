"""What a spreadsheet alone can have."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
from openpyxl.styles import Font

from tests.contract.bad_input.case import Case, Found, bad, good
from tests.contract.tables import (
    GOOD_NIK,
    MEMBERS,
    SHEET,
    TOTALS,
    Rows,
    bytes_of,
    patched,
    saved,
    workbook_of,
)


def _book(table: Rows, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = workbook_of(table)
    change(book)
    return saved(book)


def spreadsheets() -> Iterator[Case]:
    name = "kiriman.xlsx"

    def refused(title: str, content: bytes, *found: Found, **more: Any) -> Case:
        return bad(f"spreadsheet: {title}", content, *found, name=name, **more)

    def noted(title: str, content: bytes, *notes: str, table: Rows = TOTALS) -> Case:
        return good(f"spreadsheet: {title}", content, table, name, *notes)

    def sheet(change: Callable[[Any], object], table: Rows = TOTALS) -> bytes:
        return _book(table, lambda book: change(book.active))

    def cell(place: str, value: Any, table: Rows = TOTALS, **traits: Any) -> bytes:
        def change(page: Any) -> None:
            page[place].value = value
            for trait, said in traits.items():
                setattr(page[place], trait, said)

        return sheet(change, table)

    second = _book(TOTALS, lambda book: book.create_sheet("Lain").append(["periode"]))
    yield refused("data on two sheets", second, ("several_sheets", None))

    def hide_second(book: openpyxl.Workbook) -> None:
        book.create_sheet("Rahasia").append(["x"])
        book["Rahasia"].sheet_state = "hidden"

    yield refused("data on a hidden sheet too", _book(TOTALS, hide_second), ("several_sheets", None))

    def hide_first(book: openpyxl.Workbook) -> None:
        book.create_sheet("Sampul")
        book.active.sheet_state = "veryHidden"

    yield noted("the only data on a hidden sheet", _book(TOTALS, hide_first), "hidden_sheet", "empty_sheets")
    yield noted("empty sheets", _book(TOTALS, lambda book: book.create_sheet("Sheet2")), "empty_sheets")
    yield refused("merged cells", sheet(lambda page: page.merge_cells("B2:B3")), ("merged_cells", 2))
    titled = sheet(lambda page: (page.insert_rows(1), page.cell(1, 1, "Data Agustus 2021")))
    yield refused("title above the header", titled, ("title_above_header", 2))
    yield refused("formula without a stored result", cell("I4", "=1+1"), ("formula_without_value", 4), rows=5)
    yield refused("error cell", cell("I4", "#REF!", data_type="e"), ("cell_error", 4), rows=5)
    stored = patched(
        cell("I2", "=100+20"),
        SHEET,
        lambda xml: (
            xml.replace(b"<v />", b"<v>120</v>")
            .replace(b"<v/>", b"<v>120</v>")
            .replace(b"<v></v>", b"<v>120</v>")
        ),
    )
    yield noted("formula with a stored result", stored, "formula_values")

    def hide_rows(page: Any) -> None:
        page.row_dimensions[3].hidden = True
        page.column_dimensions["E"].hidden = True

    yield noted("hidden rows and columns", sheet(hide_rows), "hidden_rows", "hidden_columns")
    yield refused("fraction as a count", cell("I4", 12.5), ("count_decimal", 4), rows=5)
    yield refused(
        "text with leading zeros as a count",
        cell("I4", "0012", data_type="s"),
        ("count_leading_zero", 4),
        rows=5,
    )
    yield refused("truth as a count", cell("I4", True), ("count_not_digits", 4), rows=5)
    yield refused("date as a count", cell("I4", dt.date(2021, 8, 31)), ("count_not_digits", 4), rows=5)
    yield refused("date as an age band", cell("H4", dt.date(2021, 9, 20)), ("unknown_age_band", 4), rows=5)
    yield refused("date as a month", cell("A4", dt.date(2021, 8, 1)), ("month_format", 4), rows=5)
    yield refused("count of millions of millions", cell("I4", 1.5e13), ("count_exponent", 4), rows=5)
    number = cell("A4", int(GOOD_NIK), MEMBERS)
    yield refused("NIK as a number", number, ("nik_exponent", 4), rows=6)
    yield noted(
        "birth date as a date", cell("I4", dt.date(1979, 1, 31), MEMBERS), "date_cells", table=MEMBERS
    )
    yield noted("KPJ as a number", cell("J3", 12345678901, MEMBERS), "number_cells", table=MEMBERS)
    yield refused("content beyond the header", cell("L4", "x"), ("long_row", 4), rows=5)
    yield noted("formats without content", cell("Z900", None, font=Font(bold=True)))
    yield refused("cells at the far end", cell("XFD1", "x"), ("too_many_columns", 1))
    yield refused("nothing in it", saved(openpyxl.Workbook()), ("empty_file", None), rows=0)
    yield refused("half of it", bytes_of(TOTALS, "xlsx")[:3_000], ("broken_archive", None))
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    declared = patched(
        bytes_of(TOTALS, "xlsx"), SHEET, lambda xml: entity + xml.removeprefix(b"<?xml version='1.0'?>")
    )
    yield refused("entities", declared, ("sheet_markup", None))
    macros = io.BytesIO(bytes_of(TOTALS, "xlsx"))
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    yield refused("macros", macros.getvalue(), ("sheet_macros", None))
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    )
    yield refused("password", locked, ("password", None))
