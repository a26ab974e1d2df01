"""Histories out of CSV files: what is read, and what is refused and why."""

import datetime as dt
from pathlib import Path

import pytest

from enrollment.histories import History, HistoryFault, monthly, read, read_many


def written(folder: Path, text: str) -> Path:
    path = folder / "history.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_history_is_read_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, "date,value,note\n2021-03-31,27790000,DPR\n2021-04-09,27.7e6,\n\n")
    assert read(path) == History((dt.date(2021, 3, 31), dt.date(2021, 4, 9)), (27_790_000, 27_700_000))


@pytest.mark.parametrize(
    ("text", "row", "column", "wanted"),
    [
        ("date,value\n", 2, "date", "day"),
        ("", 1, "date", "column"),
        ("date;value\n2021-01-31;5\n", 1, "date", "column"),
        ("date,people\n2021-01-31,5\n", 1, "value", "column"),
        ("date,value\n31/01/2021,5\n", 2, "date", "day"),
        ("date,value\n2021-01-32,5\n", 2, "date", "day"),
        ("date,value\n2021-02-28,5\n2021-01-31,6\n", 3, "date", "later"),
        ("date,value\n2021-02-28,5\n2021-02-28,5\n", 3, "date", "later"),
        ("date,value\n2021-01-31,\n", 2, "value", "number"),
        ("date,value\n2021-01-31,-1\n", 2, "value", "number"),
        ("date,value\n2021-01-31,nan\n", 2, "value", "number"),
        ("date,value\n2021-01-31,1_000\n", 2, "value", "number"),
        ('date,value\n2021-01-31,"27,7"\n', 2, "value", "number"),
        ("date,value\n2021-01-31\n", 2, "", "cells"),
        ("date,value\n2021-01-31,5,6\n", 2, "", "cells"),
        ('date,value\n"2021-01-31,5\n', 2, "", "text"),
    ],
)
def test_what_cannot_be_read_is_named_by_row_and_column(
    tmp_path: Path, text: str, row: int, column: str, wanted: str
) -> None:
    with pytest.raises(HistoryFault) as fault:
        read(written(tmp_path, text))
    assert (fault.value.row, fault.value.column, fault.value.wanted) == (row, column, wanted)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_bytes(b"date,value\n2021-01-31,\xff\n")
    with pytest.raises(HistoryFault) as fault:
        read(path)
    assert fault.value.wanted == "text"


def test_months_between_two_days_lie_on_the_line_between_them() -> None:
    told = monthly(
        History((dt.date(2020, 12, 31), dt.date(2021, 2, 28), dt.date(2021, 3, 31)), (29.98, 27.75, 27.79))
    )
    assert told.values == pytest.approx((29.98, 29.98 - 2.23 * 31 / 59, 27.75, 27.79))
    assert (told.month, told.between) == (3, 1)


def test_a_history_that_ends_within_a_month_is_counted_back_from_that_day() -> None:
    told = monthly(
        History((dt.date(2021, 2, 28), dt.date(2021, 3, 31), dt.date(2021, 4, 9)), (27.75, 27.79, 27.7))
    )
    assert told.values[-1] == 27.7
    assert len(told.values) == 2
    assert told.month == 3


def test_a_history_of_days_within_one_month_is_a_single_month() -> None:
    told = monthly(History((dt.date(2021, 4, 1), dt.date(2021, 4, 9)), (27.6, 27.7)))
    assert told.values == (27.7,)


def test_many_series_are_read_side_by_side(tmp_path: Path) -> None:
    text = "task_id,horizon,month,value\na,3,2021-01,5\nb,2,2020-12,1\na,3,2021-02,6\n"
    first, second = read_many(written(tmp_path, text))
    assert (first.name, first.horizon, first.last, first.values) == ("a", 3, dt.date(2021, 2, 28), (5, 6))
    assert (second.name, second.values) == ("b", (1,))


@pytest.mark.parametrize(
    ("line", "column", "wanted"),
    [
        ("a,3,2021-03,6", "month", "next"),
        ("a,3,2021-01,6", "month", "next"),
        ("a,4,2021-02,6", "horizon", "same"),
        ("a,0,2021-02,6", "horizon", "horizon"),
        ("a,121,2021-02,6", "horizon", "horizon"),
        ("a,3,2021-2,6", "month", "month"),
        (",3,2021-02,6", "task_id", "name"),
        ("a,3,2021-02,x", "value", "number"),
    ],
)
def test_a_series_that_does_not_go_on_month_by_month_is_refused(
    tmp_path: Path, line: str, column: str, wanted: str
) -> None:
    with pytest.raises(HistoryFault) as fault:
        read_many(written(tmp_path, f"task_id,horizon,month,value\na,3,2021-01,5\n{line}\n"))
    assert (fault.value.row, fault.value.column, fault.value.wanted) == (3, column, wanted)
