"""CSV that machines read back exactly and that no spreadsheet runs."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.export import cell, csv_text

FORMULAS = (
    *("=1+1", "+62811", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\n=cmd|'/C calc'!A0"),
    *("＝1+1", "＋1", "－1", "＠a"),
)


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_a_spreadsheet_would_run_gets_a_quote_mark_before_it(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "ID-JB", "JKK+JKM", "30 % lebih = banyak", "a@b.id", "2021-08-31", "60+"]
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert cell(text) == text


def test_numbers_are_plain_negative_ones_too_and_nothing_is_an_empty_cell() -> None:
    rows = [(28_999_999, -12_400, 0.25, None, True, False, dt.date(2021, 8, 31))]
    assert csv_text(["a", "b", "c", "d", "e", "f", "g"], rows) == (
        "a,b,c,d,e,f,g\n28999999,-12400,0.25,,true,false,2021-08-31\n"
    )


def test_an_answer_without_rows_still_has_its_header() -> None:
    assert csv_text(["month", "active"], []) == "month,active\n"


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers()), max_size=5))
def test_every_row_and_cell_comes_back(rows: list[tuple[str, int]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(["text", "number"], rows), newline="")))
    assert read[0] == ["text", "number"]
    assert [(text.removeprefix("'"), int(number)) for text, number in read[1:]] == [
        (text.removeprefix("'"), number) for text, number in rows
    ]
