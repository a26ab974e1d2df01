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
