"""CSV and Parquet for machines: plain numbers, ISO dates, and text that no spreadsheet runs as a formula."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def cell(value: Any) -> Any:
    """A value as CSV holds it; text that a spreadsheet would run as a formula gets a quote mark before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and (value[:1] in _FORMULA or _first_visible(value) in _FORMULA):
        return f"'{value}"
    return value


def _first_visible(text: str) -> str:
    """The first sign that is seen: what is blank, or no sign at all, some programs leave out."""
    return next((sign for sign in text if sign.isprintable() and not sign.isspace()), "")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV document with a header line, comma and LF."""
    return csv_lines((columns, *([cell(value) for value in row] for row in rows)))


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Lines of a CSV document, from values that `cell` let through."""
    found = list(rows)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(found)
    text = buffer.getvalue()
    # Where no cell holds a line break, the ends of lines can be changed in one go.
    if text.count("\n") == text.count("\r") == len(found):
        return text.replace("\r\n", "\n")
    return "".join(map(_line, found))


def _line(row: Sequence[Any]) -> str:
    """One line; the writer puts a lone CR into quotes only where lines end in CR LF."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow(row)
    return f"{buffer.getvalue()[:-2]}\n"


def is_of_days(values: Iterable[Any]) -> bool:
    """Whether a column holds days in ISO's form and nothing else, so that it can be typed as days."""
    found = [value for value in values if value is not None]
    return bool(found) and all(isinstance(value, str) and _is_day(value) for value in found)


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def parquet(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """The rows of a CSV as Parquet: whole numbers, days and text with their types, nothing as null.

    Text is kept to the letter: no program runs what a typed file holds.
    """
    kept = [tuple(row) for row in rows]
    arrays = [_typed([row[place] for row in kept]) for place in range(len(columns))]
    target = pa.BufferOutputStream()
    pq.write_table(pa.table(arrays, names=list(columns)), target, compression="zstd")
    return bytes(target.getvalue())


def _typed(values: Sequence[Any]) -> pa.Array:
    present = [value for value in values if value is not None]
    if is_of_days(values):
        days = [None if value is None else dt.date.fromisoformat(value) for value in values]
        return pa.array(days, pa.date32())
    kinds = {type(value) for value in present}
    for kind, arrow in ((bool, pa.bool_()), (int, pa.int64()), (dt.date, pa.date32())):
        if kinds == {kind}:
            return pa.array(values, arrow)
    if kinds and kinds <= {int, float}:
        return pa.array(values, pa.float64())
    texts = [None if value is None else value if isinstance(value, str) else str(value) for value in values]
    return pa.array(texts, pa.string())
