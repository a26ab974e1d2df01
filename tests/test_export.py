"""CSV and Parquet that machines read back exactly; no spreadsheet runs what the CSV holds."""

import csv
import datetime as dt
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.export import cell, csv_text, is_of_days, parquet
from enrollment.language import Language
from tests.figures.every import every_figure

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


# Parquet


def read(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def test_parquet_holds_the_rows_of_the_csv() -> None:
    for figure in every_figure(Language("id")):
        table = figure.table
        found = read(parquet(table.machine_columns, table.machine_rows))
        assert found.column_names == list(table.machine_columns)
        rows = [
            [value.isoformat() if isinstance(value, dt.date) else value for value in row.values()]
            for row in found.to_pylist()
        ]
        assert csv_text(found.column_names, rows) == csv_text(table.machine_columns, table.machine_rows)


def test_numbers_days_and_text_keep_their_types() -> None:
    columns = ["month", "part", "people", "share", "carried", "nik", "nothing"]
    rows = [
        ("2021-08-31", "JB", 28_999_999, 0.25, True, "3201014508990001", None),
        (None, "=1+1", None, 1, None, "0012", None),
    ]
    found = read(parquet(columns, rows))
    assert [str(kind) for kind in found.schema.types] == [
        *("date32[day]", "string", "int64", "double", "bool", "string", "string"),
    ]
    assert found.to_pylist()[1]["part"] == "=1+1"
    assert found.to_pylist()[0]["month"] == dt.date(2021, 8, 31)


@pytest.mark.parametrize(
    "values",
    [["2021-08-31", "2021-08"], ["2021-02-30"], ["20210831"], [20210831], [], [None], ["２０２１-08-31"]],
)
def test_a_column_is_of_days_only_where_every_value_is_one(values: list[object]) -> None:
    assert not is_of_days(values)


def test_an_answer_without_rows_is_a_table_without_rows() -> None:
    found = read(parquet(["month", "active"], []))
    assert (found.column_names, found.num_rows) == (["month", "active"], 0)


@given(
    st.lists(
        st.tuples(
            st.none() | st.text(st.characters(exclude_categories=["Cs"])),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.dates().map(dt.date.isoformat),
        ),
        max_size=5,
    )
)
def test_parquet_gives_back_every_value(rows: list[tuple[str | None, int | None, str | None]]) -> None:
    found = [tuple(row.values()) for row in read(parquet(["text", "number", "day"], rows)).to_pylist()]
    back = [
        tuple(value.isoformat() if isinstance(value, dt.date) else value for value in row) for row in found
    ]
    assert back == rows


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [("2021-08-31", 1), ("2021-09-30", 2)]
    assert parquet(["month", "people"], rows) == parquet(["month", "people"], rows)
