"""From bytes to records: form, encoding, line ends, delimiter, quotes. Knows nothing of columns.

Nothing is detected from the data rows: the encoding follows from the first bytes, the delimiter from
the header line alone. A record is numbered by the physical line on which it begins, the line that an
editor shows; in a file without line breaks inside quotes that is the row of a spreadsheet.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import PurePath

from enrollment.contract.faults import Fault, Findings, Refused

LARGEST_FILE = 64 * 1024 * 1024
LONGEST_LINE = 32 * 1024
MOST_LINES = 1_000_000
"""Seventy times what the whole country needs in a month."""

Record = tuple[int, list[str]]
"""The row on which a record begins, and its cells."""

DELIMITERS = ",;\t|"
TEXT = "CSV"

_MAGIC = (
    (b"PAR1", "Parquet"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"Rar!", "RAR"),
    (b"SQLite format 3\x00", "SQLite"),
)
_SUFFIXES = {
    ".csv": TEXT,
    ".tsv": TEXT,
    ".txt": TEXT,
    ".xlsx": "XLSX",
    ".xlsm": "XLSX",
    ".xls": "XLS",
    ".ods": "ODS",
    ".parquet": "Parquet",
    ".gz": "gzip",
    ".zip": "ZIP",
    ".pdf": "PDF",
    ".html": "HTML",
    ".htm": "HTML",
    ".json": "JSON",
    ".xml": "XML",
}


def check_form(data: bytes, name: str) -> None:
    """Refuse what is not text in rows, and a name that claims another form than the content has."""
    found = _form(data)
    claimed = _SUFFIXES.get(PurePath(name).suffix.lower(), found)
    if claimed != found:
        raise Refused(Fault.of("disguise", details={"form": found, "claimed": claimed}))
    if found != TEXT:
        raise Refused(Fault.of("form_not_supported", details={"form": found}))


def _form(data: bytes) -> str:
    for magic, form in _MAGIC:
        if data.startswith(magic):
            return form
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        if b"xl/" in data[:65_536] or b"xl/" in data[-65_536:]:
            return "XLSX"
        return "ODS" if b"opendocument" in data[:256] else "ZIP"
    if data[8:12] == b"DUCK":
        return "DuckDB"
    start = (
        data[:4_096].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    )
    if start.startswith(b"<?xml"):
        return "XML"
    if start.startswith(b"<"):
        return "HTML"
    return "JSON" if start.startswith((b"{", b"[")) else TEXT


def encoding_of(data: bytes, findings: Findings) -> str:
    """The encoding, proved by decoding all of it; a byte order mark is noted.

    Raises Refused for anything but UTF-8 and, with a byte order mark, UTF-16.
    """
    if data.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        raise Refused(Fault.of("utf32"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        findings.note("utf16")
        return _proved(data, "utf-16", "not_utf16")
    if data[:1_000].count(0) > len(data[:1_000]) // 4:
        raise Refused(Fault.of("utf16_without_bom"))
    if data.startswith(b"\xef\xbb\xbf"):
        findings.note("utf8_bom")
        return _proved(data, "utf-8-sig", "not_utf8")
    return _proved(data, "utf-8", "not_utf8")


def _proved(data: bytes, encoding: str, rule: str) -> str:
    if data.isascii():
        return encoding
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        # A decoder that skips a byte order mark counts from behind it.
        offset = error.start + len(data) - len(error.object)
        before = data[:offset].decode(encoding, errors="replace")
        row = before.count("\n") + before.count("\r") - before.count("\r\n") + 1
        details = {"offset": str(offset), "byte": f"0x{data[offset : offset + 1].hex().upper()}"}
        raise Refused(Fault.of(rule, row=row, details=details)) from None
    return encoding


class Lines:
    """The lines of a text, each ending in `\\n` whatever the file used, and what line ends it used.

    `ended` and `line_ends` are true of what has been read so far.
    """

    def __init__(self, data: bytes, encoding: str) -> None:
        self._text = io.TextIOWrapper(io.BytesIO(data), encoding, newline=None)
        self.ended = True

    def __iter__(self) -> Iterator[str]:
        line = "\n"
        for number, line in enumerate(iter(partial(self._text.readline, LONGEST_LINE + 1), ""), start=1):
            if len(line) > LONGEST_LINE:
                raise Refused(Fault.of("line_too_long", row=number, details={"limit": str(LONGEST_LINE)}))
            if number > MOST_LINES:
                raise Refused(Fault.of("too_many_lines", details={"limit": str(MOST_LINES)}))
            yield line
        self.ended = line.endswith("\n")

    @property
    def line_ends(self) -> frozenset[str]:
        """Which of LF, CR and CRLF have been met."""
        met = self._text.newlines or ()
        return frozenset((met,) if isinstance(met, str) else met)


def is_blank(line: str) -> bool:
    """Whether a line holds nothing but blanks, delimiters and empty quotes."""
    return not line.strip(' \t\n,;|"')


def delimiter_of(line: str, known: Callable[[str], bool]) -> str:
    """The delimiter that turns the header line into the most known column names."""

    def score(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([line], delimiter=delimiter), [])
        return sum(known(name) for name in names), len(names)

    return max(DELIMITERS, key=score)


def records(lines: Iterable[str], delimiter: str, width: int) -> Iterator[Record]:
    """Records with the line each begins on; blank lines give empty records. `width` is the header's.

    Raises Refused where the quotes do not tell for certain where a record ends: from there on rows
    could be swallowed.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if reader.line_num > start and _swallows(cells, delimiter, width):
                raise Refused(Fault.of("open_quote", row=start))
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        broken = "expected after" in str(error)
        raise Refused(Fault.of("broken_quote" if broken else "open_quote", row=start)) from None


def _swallows(cells: list[str], delimiter: str, width: int) -> bool:
    lines = (line for cell in cells if "\n" in cell for line in cell.split("\n"))
    return any(line.count(delimiter) >= width - 1 for line in lines)


def count_rows(data: bytes) -> int:
    """Lines with content behind the first, for a file that is refused before its rows can be read."""
    lines = io.BytesIO(data if b"\n" in data else data.replace(b"\r", b"\n"))
    return max(0, sum(1 for line in lines if line.strip(b' \t\r\n,;|"\x00\xff\xfe')) - 1)
