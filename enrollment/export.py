"""CSV for people and machines: plain numbers, ISO dates, and text that no spreadsheet runs as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")


def cell(value: Any) -> Any:
    """A value as CSV holds it; text that a spreadsheet would run as a formula gets a quote mark before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and (value[:1] in _FORMULA or value.lstrip()[:1] in _FORMULA):
        return f"'{value}"
    return value


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV document with a header line, comma and LF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return buffer.getvalue()
