"""Months: one way to write them, always carried as their last day."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.months import (
    WESTERN_INDONESIA,
    add_months,
    month_end,
    month_text,
    months_apart,
    months_between,
    parse_as_of,
    parse_month,
    today,
)

MONTHS = st.dates(dt.date(1950, 1, 1), dt.date(2100, 12, 31)).map(lambda day: month_end(day.year, day.month))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-08", dt.date(2021, 8, 31)),
        ("2021-02", dt.date(2021, 2, 28)),
        ("2020-02", dt.date(2020, 2, 29)),
        ("2000-02", dt.date(2000, 2, 29)),
        ("2100-02", dt.date(2100, 2, 28)),
        ("2021-12", dt.date(2021, 12, 31)),
    ],
)
def test_a_month_is_its_last_day_in_leap_years_too(text: str, day: dt.date) -> None:
    assert parse_month(text) == day
    assert month_text(day) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2021",
        "2021-8",
        "2021-00",
        "2021-13",
        "0000-01",
        "2021-08-31",
        "08-2021",
        "2021/08",
        " 2021-08",
        "2021-08\n",
    ],
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        parse_month(text)


def test_a_month_is_written_in_plain_digits() -> None:
    with pytest.raises(ValueError, match="month"):
        parse_month("２０２１-０８")


def test_a_reference_month_may_be_given_as_its_last_day() -> None:
    assert parse_as_of("2021-04-30") == parse_as_of("2021-04") == dt.date(2021, 4, 30)


@pytest.mark.parametrize("text", ["2021-04-29", "2021-04-31", "2021-02-30", "2021-04-01", "besok"])
def test_a_day_within_a_month_names_no_snapshot(text: str) -> None:
    with pytest.raises(ValueError, match=r"month|day"):
        parse_as_of(text)


@given(MONTHS)
def test_a_month_survives_being_written_and_read(month: dt.date) -> None:
    assert parse_month(month_text(month)) == parse_as_of(month.isoformat()) == month


@given(MONTHS, st.integers(-500, 500))
def test_going_forth_and_back_leads_to_the_same_month(month: dt.date, count: int) -> None:
    there = add_months(month, count)
    assert (there + dt.timedelta(days=1)).day == 1
    assert add_months(there, -count) == month


@given(MONTHS, st.integers(-500, 500))
def test_a_month_lies_as_many_months_off_as_one_goes(month: dt.date, count: int) -> None:
    there = add_months(month, count)
    assert months_apart(month, there) == count
    assert months_apart(month.replace(day=1), there) == count


@given(MONTHS, st.integers(0, 60))
def test_a_span_of_months_has_no_hole(month: dt.date, count: int) -> None:
    span = months_between(month, add_months(month, count))
    assert len(span) == count + 1
    assert (span[0], span[-1]) == (month, add_months(month, count))
    assert all(add_months(before, 1) == after for before, after in pairwise(span))


def test_a_span_that_ends_before_it_begins_is_empty() -> None:
    assert months_between(dt.date(2021, 8, 31), dt.date(2021, 7, 31)) == ()


def test_the_day_is_that_of_western_indonesia() -> None:
    before = dt.datetime.now(dt.UTC) + dt.timedelta(hours=7)
    shown = today()
    after = dt.datetime.now(dt.UTC) + dt.timedelta(hours=7)
    assert before.date() <= shown <= after.date()
    assert dt.datetime(2021, 8, 31, 17, 30, tzinfo=dt.UTC).astimezone(WESTERN_INDONESIA).date() == dt.date(
        2021, 9, 1
    )
