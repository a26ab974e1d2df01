"""Months: the only place where the text of a month becomes a date, and where days become months.

A month is carried everywhere as its last calendar day.
"""

import calendar
import datetime as dt
import re

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)

WESTERN_INDONESIA = dt.timezone(dt.timedelta(hours=7), "WIB")


def month_end(year: int, month: int) -> dt.date:
    """The last calendar day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def parse_month(text: str) -> dt.date:
    """`2021-08` as 2021-08-31. Raises ValueError for anything else."""
    match = _MONTH.fullmatch(text)
    if not match:
        raise ValueError(f"not a month: {text!r}")
    year, month = (int(part) for part in match.groups())
    if not 1 <= month <= 12 or year < 1:
        raise ValueError(f"not a month: {text!r}")
    return month_end(year, month)


def parse_day(text: str) -> dt.date:
    """`2021-04-09` as that day. Raises ValueError for anything else."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"not a day: {text!r}")
    return dt.date.fromisoformat(text)


def parse_as_of(text: str) -> dt.date:
    """`2021-08` or `2021-08-31` as 2021-08-31.

    Snapshots are month-end stocks, so a day inside a month names no snapshot: ValueError.
    """
    if _DAY.fullmatch(text):
        day = dt.date.fromisoformat(text)
        if day != month_end(day.year, day.month):
            raise ValueError(f"not a month end: {text!r}")
        return day
    return parse_month(text)


def month_text(month: dt.date) -> str:
    """2021-08-31 as `2021-08`, the way addresses and files write a month."""
    return f"{month.year:04d}-{month.month:02d}"


def add_months(month: dt.date, count: int) -> dt.date:
    """The month end `count` months after (or, if negative, before) a month."""
    index = month.year * 12 + month.month - 1 + count
    return month_end(index // 12, index % 12 + 1)


def months_apart(first: dt.date, last: dt.date) -> int:
    """How many months the month of `last` lies after that of `first`, whatever the days; negative before."""
    return (last.year - first.year) * 12 + last.month - first.month


def months_between(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """All month ends from `first` to `last`, both included."""
    months = []
    month = first
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    return tuple(months)


def today() -> dt.date:
    """Today in Western Indonesian Time, which decides to which day a moment belongs."""
    return dt.datetime.now(WESTERN_INDONESIA).date()


def same_day(day: dt.date, count: int) -> dt.date:
    """The day `count` months later: a month end for a month end, else the same day or the month's last."""
    end = add_months(month_end(day.year, day.month), count)
    if day == month_end(day.year, day.month):
        return end
    return end.replace(day=min(day.day, end.day))


def months_until(day: dt.date, later: dt.date) -> float:
    """Months from a day to a later one, a part of a month by its days; whole between month ends."""
    count = max(months_apart(day, later) - 1, 0)
    while same_day(day, count + 1) <= later:
        count += 1
    whole, after = same_day(day, count), same_day(day, count + 1)
    return count + (later - whole).days / (after - whole).days
