"""Histories out of plain CSV files, for forecasts of series that no edition holds."""

import csv
import datetime as dt
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from enrollment.months import add_months, month_text, parse_day, parse_month, same_day

MOST_MONTHS = 120
"""So far ahead a forecast of many series may be asked for."""


class HistoryFault(Exception):
    """A file that cannot be used; `wanted` is what was expected at a row (the header is 1) and column."""

    def __init__(self, file: str, row: int, column: str, value: str, wanted: str) -> None:
        super().__init__(f"{file}: row {row}, column {column}: {value!r} is not {wanted}")
        self.file, self.row, self.column, self.value, self.wanted = file, row, column, value, wanted


@dataclass(frozen=True, slots=True)
class History:
    """Values on rising days."""

    days: tuple[dt.date, ...]
    values: tuple[float, ...]

    @property
    def last_day(self) -> dt.date:
        return self.days[-1]


@dataclass(frozen=True, slots=True)
class Monthly:
    """Values a month apart that end with the last of a history; `between` lie between two of its days."""

    values: tuple[float, ...]
    month: int
    between: int


@dataclass(frozen=True, slots=True)
class Task:
    """One of many series: consecutive months, the last of them `last`, and how far to look ahead."""

    name: str
    horizon: int
    last: dt.date
    values: tuple[float, ...]


def monthly(history: History) -> Monthly:
    """A history on days one month apart, counted back from its last; straight lines lie between its days."""
    days = [history.last_day]
    while (earlier := same_day(history.last_day, -len(days))) >= history.days[0]:
        days.append(earlier)
    days.reverse()
    known = set(history.days)
    values = np.interp(
        [day.toordinal() for day in days], [day.toordinal() for day in history.days], history.values
    )
    # A cut-off in the first days of a month tells of the month before.
    middle = history.last_day - dt.timedelta(days=15)
    return Monthly(tuple(values.tolist()), middle.month, sum(day not in known for day in days))


def read(path: Path) -> History:
    """A file with the columns `date` and `value`, in rising order. Raises HistoryFault."""
    days: list[dt.date] = []
    values = []
    for row, record in _records(path, ("date", "value")):
        day = _day(path, row, record["date"])
        if days and day <= days[-1]:
            raise HistoryFault(path.name, row, "date", record["date"], "later")
        days.append(day)
        values.append(_number(path, row, record["value"]))
    if not days:
        raise HistoryFault(path.name, 2, "date", "", "day")
    return History(tuple(days), tuple(values))


def read_many(path: Path) -> tuple[Task, ...]:
    """A file with the columns `task_id`, `horizon`, `month` and `value`. Raises HistoryFault.

    The months of a task are consecutive, in the order of the file, and share one horizon.
    """
    tasks: dict[str, Task] = {}
    for row, record in _records(path, ("task_id", "horizon", "month", "value")):
        name, months = record["task_id"], record["horizon"]
        if not name:
            raise HistoryFault(path.name, row, "task_id", name, "name")
        if not (months.isascii() and months.isdigit() and 1 <= int(months) <= MOST_MONTHS):
            raise HistoryFault(path.name, row, "horizon", months, "horizon")
        try:
            month = parse_month(record["month"])
        except ValueError:
            raise HistoryFault(path.name, row, "month", record["month"], "month") from None
        value = _number(path, row, record["value"])
        before = tasks.get(name)
        if before and before.horizon != int(months):
            raise HistoryFault(path.name, row, "horizon", months, "same")
        if before and month != add_months(before.last, 1):
            raise HistoryFault(path.name, row, "month", month_text(month), "next")
        tasks[name] = Task(name, int(months), month, (*(before.values if before else ()), value))
    if not tasks:
        raise HistoryFault(path.name, 2, "task_id", "", "name")
    return tuple(tasks.values())


def _records(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of the named columns, with the row number; extra columns and empty lines are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise HistoryFault(path.name, 1, "", f"byte {error.start}", "text") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in reader.fieldnames or []]
        for name in columns:
            if name not in header:
                raise HistoryFault(path.name, 1, name, ",".join(header), "column")
        reader.fieldnames = header
        for record in reader:
            if None in record or None in record.values():
                raise HistoryFault(path.name, reader.line_num, "", "", "cells")
            yield reader.line_num, {name: record[name].strip() for name in columns}
    except csv.Error as error:
        raise HistoryFault(path.name, reader.reader.line_num, "", str(error), "text") from error


def _day(path: Path, row: int, text: str) -> dt.date:
    try:
        return parse_day(text)
    except ValueError:
        raise HistoryFault(path.name, row, "date", text, "day") from None


def _number(path: Path, row: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0 or "_" in text:
        raise HistoryFault(path.name, row, "value", text, "number")
    return value
