"""XLSX: from the bytes of a workbook to the records of the one sheet that holds data.

Rows carry the numbers that a spreadsheet program shows. A cell is taken as its stored value is, never as a
cell format would draw it.
"""

import datetime as dt
import posixpath
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import BinaryIO
from xml.parsers import expat

from enrollment.contract.archive import Archive, Attributes, bomb, elements_named, parsed, read_through
from enrollment.contract.batches import Record
from enrollment.contract.faults import Fault, Findings, Refused
from enrollment.contract.values import marked

LARGEST_FILE = 64 * 2**20
MOST_ROWS = 1_048_576
MOST_COLUMNS = 200
MOST_CELLS = 30_000_000
LONGEST_CELL = 32_767
"""Characters a spreadsheet program lets into a cell."""
MOST_TEXTS = 4_000_000
MOST_TEXT_MEMORY = 300 * 2**20

_RELATIONS = "/relationships"
_DAY_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_A_DAY = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_AS_TEXT = frozenset({"KPJ", "NPP"})
"""Columns in which a cell that is a number may have lost its leading zeros."""


def records(
    file: BinaryIO, findings: Findings, *, progress: Callable[[int], None] | None = None
) -> Iterator[Record]:
    """Records of the sheet with data, the header first, blank rows as empty records.

    A record is as long as the header, or longer where its last cells with content stand beyond it.
    `progress` is told how many bytes of the file are done. Raises Refused for a fault of the whole
    file, some of them only after the last row; notes go to `findings`.
    """
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Refused(Fault.of("file_too_large", details={"limit": str(LARGEST_FILE // 2**20)}))
    try:
        with Archive(content) as archive:
            yield from _Workbook(archive).records(findings, progress or (lambda done: None))
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, NotImplementedError) as error:
        raise Refused(Fault.of("broken_archive")) from error


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str | None
    """None for a sheet that holds no cells, as one that is a chart."""
    hidden: bool


@dataclass(slots=True)
class _Facts:
    """What a sheet holds besides its values."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    formula_rows: list[int] = field(default_factory=list)
    day_columns: set[int] = field(default_factory=set)
    number_columns: set[int] = field(default_factory=set)


class _Workbook:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._sheets: list[_Sheet] = []
        self._epoch_1904 = False
        self._styles: str | None = None
        self._texts: str | None = None
        self._read_book()
        self.days = _day_styles(archive, self._styles) if self._styles else frozenset[str]()
        self.texts: list[str] = _shared_texts(archive, self._texts) if self._texts else []

    def _read_book(self) -> None:
        book = next(
            (
                target
                for kind, target in self._related("_rels/.rels", "").values()
                if kind == "officeDocument"
            ),
            "xl/workbook.xml",
        )
        folder, _, name = book.rpartition("/")
        related = self._related(f"{folder}/_rels/{name}.rels", folder)
        for kind, target in related.values():
            if kind == "styles":
                self._styles = target
            elif kind == "sharedStrings":
                self._texts = target
        elements = elements_named("sheet", "workbookPr")

        def start(name: str, attributes: Attributes) -> None:
            element = elements.get(name)
            if element == "workbookPr":
                self._epoch_1904 = attributes.get("date1904") in ("1", "true")
            elif element == "sheet":
                id_ = next((v for k, v in attributes.items() if k.endswith(f"{_RELATIONS} id")), "")
                if id_ not in related:
                    raise zipfile.BadZipFile
                kind, target = related[id_]
                hidden = attributes.get("state", "visible") != "visible"
                part = target if kind == "worksheet" else None
                self._sheets.append(_Sheet(attributes.get("name", ""), part, hidden))

        read_through(parsed(self._archive, book, start=start))

    def _related(self, part: str, folder: str) -> dict[str, tuple[str, str]]:
        """By id the kind and the name of the parts that a part refers to."""
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: Attributes) -> None:
            if name.endswith(" Relationship") and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "").replace("\\", "/")
                whole = target if target.startswith("/") else f"{folder}/{target}"
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = (kind, posixpath.normpath(whole).lstrip("/"))

        if part in self._archive:
            read_through(parsed(self._archive, part, start=start))
        return found

    def records(self, findings: Findings, progress: Callable[[int], None]) -> Iterator[Record]:
        filled = [sheet for sheet in self._sheets if sheet.part and self._holds_data(sheet.part)]
        if not filled:
            raise Refused(Fault.of("empty_file"))
        if len(filled) > 1:
            names = ", ".join(sheet.name for sheet in filled)
            raise Refused(Fault.of("several_sheets", details={"sheets": names}))
        (sheet,) = filled
        others = ", ".join(other.name for other in self._sheets if other is not sheet)
        if others:
            findings.note("empty_sheets", sheets=others)
        if sheet.hidden:
            findings.note("hidden_sheet", sheet=sheet.name)
        facts = _Facts()
        header: list[str] = []
        for row, cells in self._rows(sheet.part or "", facts):
            if not header and _has_content(cells):
                header = cells
            yield row, cells + [""] * (len(header) - len(cells)) if cells else []
            progress(self._archive.position)
        _judge_merged(facts.merged, header)
        _note(facts, header, findings)

    def _holds_data(self, part: str) -> bool:
        return any(_has_content(cells) for _, cells in self._rows(part, _Facts()))

    def _rows(self, part: str, facts: _Facts) -> Iterator[Record]:
        """Rows up to the last one with content; those without content are empty records."""
        reader = _SheetReader(self, facts)
        last = 0
        for _ in parsed(self._archive, part, start=reader.start, end=reader.end, text=reader.text):
            for row, cells in reader.taken():
                for blank in range(last + 1, row):
                    yield blank, []
                yield row, cells
                last = row

    def spelt(self, number: str, style: str | None) -> tuple[str, bool]:
        """A number as text, and whether it is a day.

        Numbers of 12 and more digits are written with a power of ten: those of them that name
        something have lost digits.
        """
        if style in self.days and (day := _day(number, self._epoch_1904)):
            return day, True
        try:
            value = Decimal(number)
        except InvalidOperation:
            return number, False
        if not value.is_finite() or abs(value.adjusted()) > 400:
            return number, False
        if value != value.to_integral_value():
            return f"{value.normalize():f}" if value.adjusted() > -20 else str(value), False
        if value.adjusted() < 11:
            return str(int(value)), False
        digits = "".join(map(str, value.normalize().as_tuple().digits))
        sign = "-" if value < 0 else ""
        return f"{sign}{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}E+{value.adjusted():02d}", False


def _day(number: str, epoch_1904: bool) -> str | None:
    """The day that a cell in a date format holds, YYYY-MM-DD, with the time where there is one."""
    try:
        serial = float(number)
    except ValueError:
        return None
    if not 0 <= serial < 2_958_466:
        return None
    days, seconds = divmod(round(serial * 86_400), 86_400)
    if epoch_1904:
        day = dt.date(1904, 1, 1) + dt.timedelta(days)
    elif days in (0, 60):
        # Spreadsheet programs show the days 0 January and 29 February 1900, which never were.
        return "1900-02-29" if days else "1900-01-00"
    else:
        day = dt.date(1899, 12, 30 if days > 60 else 31) + dt.timedelta(days)
    minutes, second = divmod(seconds, 60)
    return day.isoformat() + (f"T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}" if seconds else "")


def _day_styles(archive: Archive, part: str) -> frozenset[str]:
    """The cell styles, as cells name them, that show a number as a day or a time."""
    custom: set[str] = set()
    formats: list[str] = []
    elements = elements_named("numFmt", "cellXfs", "xf")
    within = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal within
        element = elements.get(name)
        if element == "cellXfs":
            within = True
        elif element == "xf" and within:
            formats.append(attributes.get("numFmtId", "0"))
        elif element == "numFmt" and _shows_a_day(attributes.get("formatCode", "")):
            custom.add(attributes.get("numFmtId", ""))

    def end(name: str) -> None:
        nonlocal within
        within = within and elements.get(name) != "cellXfs"

    for _ in parsed(archive, part, start=start, end=end):
        if len(formats) > 2**17 or len(custom) > 2**17:
            raise bomb()
    days = custom | {str(number) for number in _DAY_FORMATS}
    return frozenset(str(index) for index, format_ in enumerate(formats) if format_ in days)


def _shows_a_day(format_: str) -> bool:
    bare = _NOT_A_DAY.sub("", format_.split(";")[0]).lower()
    return bare != "general" and any(letter in bare for letter in "dmyhs")


def _shared_texts(archive: Archive, part: str) -> list[str]:
    """The texts that cells refer to by their number."""
    elements = elements_named("si", "t", "rPh")
    texts: list[str] = []
    known: dict[str, str] = {}
    parts: list[str] = []
    length = memory = 0
    within = sounded = False

    def start(name: str, attributes: Attributes) -> None:
        nonlocal within, sounded, length
        element = elements.get(name)
        if element == "si":
            parts.clear()
            length = 0
        elif element == "rPh":
            sounded = True
        elif element == "t":
            within = not sounded

    def end(name: str) -> None:
        nonlocal within, sounded, memory
        element = elements.get(name)
        if element == "t":
            within = False
        elif element == "rPh":
            sounded = False
        elif element == "si":
            value = _plain(parts)
            if len(value) < 4:
                value = known.setdefault(value, value)
            else:
                memory += sys.getsizeof(value)
            texts.append(value)

    def text(piece: str) -> None:
        nonlocal length
        if within:
            length += len(piece)
            if length > LONGEST_CELL:
                raise Refused(Fault.of("cell_too_long", details={"limit": str(LONGEST_CELL)}))
            parts.append(piece)

    for _ in parsed(archive, part, start=start, end=end, text=text):
        if len(texts) > MOST_TEXTS or memory > MOST_TEXT_MEMORY:
            raise bomb()
    return texts


def _plain(parts: list[str]) -> str:
    """Text without the escapes by which a workbook writes control characters."""
    text = "".join(parts)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


class _SheetReader:
    """Takes the elements of a sheet and gathers rows with content."""

    _ELEMENTS = elements_named("sheetData", "row", "c", "v", "f", "is", "t", "rPh", "col", "mergeCell")

    def __init__(self, book: _Workbook, facts: _Facts) -> None:
        self._book = book
        self._facts = facts
        self._rows: list[Record] = []
        self._data = False
        self._row = 0
        self._hidden_row = False
        self._formula_row = False
        self._cells: dict[int, str] = {}
        self._cell_count = 0
        self._letters: dict[str, int] = {}
        self._column = 0
        self._kind = "n"
        self._style: str | None = None
        self._parts: list[str] = []
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._length = 0
        self._has_value = False
        self._sounded = False

    def taken(self) -> list[Record]:
        """The rows gathered since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def start(self, name: str, attributes: Attributes) -> None:
        element = self._ELEMENTS.get(name)
        if element is None:
            return
        if not self._data:
            self._around(element, attributes)
        elif element == "c":
            self._start_cell(attributes)
        elif element == "v" or (element == "t" and self._kind == "inlineStr" and not self._sounded):
            self._into = self._parts
            self._has_value = True
        elif element == "f":
            self._into = self._formula = []
        elif element == "row":
            self._start_row(attributes)
        elif element == "rPh":
            self._sounded = True

    def _around(self, element: str, attributes: Attributes) -> None:
        if element == "sheetData":
            self._data = True
        elif element == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(self._facts.hidden_columns) < MOST_COLUMNS:
                self._facts.hidden_columns.append((int(first), int(last)))
        elif element == "mergeCell" and len(self._facts.merged) < 10_000:
            self._facts.merged.append(attributes.get("ref", ""))

    def _start_row(self, attributes: Attributes) -> None:
        row = self._number(attributes["r"]) if "r" in attributes else self._row + 1
        if row <= self._row:
            raise zipfile.BadZipFile
        if row > MOST_ROWS:
            raise Refused(Fault.of("too_many_rows", details={"limit": str(MOST_ROWS)}))
        self._row = row
        self._hidden_row = attributes.get("hidden") in ("1", "true")
        self._formula_row = False
        self._column = 0

    def _start_cell(self, attributes: Attributes) -> None:
        self._cell_count += 1
        if self._cell_count > MOST_CELLS:
            raise bomb()
        place = attributes.get("r")
        if place is None:
            column = self._column + 1
        else:
            letters = place.rstrip("0123456789")
            if place[len(letters) :] != str(self._row):
                raise zipfile.BadZipFile
            column = self._letters.get(letters) or self._learn(letters)
        if column <= self._column:
            raise zipfile.BadZipFile
        self._column = column
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s")
        self._parts = []
        self._formula = None
        self._length = 0
        self._has_value = False

    def _learn(self, letters: str) -> int:
        column = _column(letters)
        self._letters[letters] = column
        return column

    @staticmethod
    def _number(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise zipfile.BadZipFile
        return int(text)

    def text(self, piece: str) -> None:
        if self._into is not None:
            self._length += len(piece)
            if self._length > 2 * LONGEST_CELL:
                details = {"limit": str(LONGEST_CELL)}
                raise Refused(Fault.of("cell_too_long", row=self._row, details=details))
            self._into.append(piece)

    def end(self, name: str) -> None:
        element = self._ELEMENTS.get(name)
        if element is None or not self._data:
            return
        if element in ("v", "f", "t"):
            self._into = None
        elif element == "c":
            text = self._value()
            if text:
                if self._column > MOST_COLUMNS:
                    details = {"fields": str(self._column), "limit": str(MOST_COLUMNS)}
                    raise Refused(Fault.of("too_many_columns", row=self._row, details=details))
                self._cells[self._column] = text
        elif element == "row":
            self._end_row()
        elif element == "sheetData":
            self._data = False
        elif element == "rPh":
            self._sounded = False

    def _end_row(self) -> None:
        if not self._cells:
            return
        cells = [self._cells.get(column, "") for column in range(1, max(self._cells) + 1)]
        self._cells.clear()
        self._rows.append((self._row, cells))
        if self._hidden_row:
            self._facts.hidden_rows.append(self._row)
        if self._formula_row:
            self._facts.formula_rows.append(self._row)

    def _value(self) -> str:
        """The text of the cell that has just ended."""
        raw = "".join(self._parts)
        if self._formula is not None:
            if not self._has_value or (not raw and self._kind not in ("str", "inlineStr")):
                return marked("formula_without_value", "=" + "".join(self._formula)[:80])
            self._formula_row = True
        if self._kind == "n":
            return self._number_cell(raw.strip()) if raw else ""
        if not raw:
            return ""
        if self._kind == "s":
            index = self._number(raw.strip())
            if index >= len(self._book.texts):
                raise zipfile.BadZipFile
            return self._book.texts[index]
        if self._kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(raw.strip(), raw)
        if self._kind == "e":
            return marked("cell_error", raw)
        return _plain(self._parts)

    def _number_cell(self, raw: str) -> str:
        text, is_day = self._book.spelt(raw, self._style)
        (self._facts.day_columns if is_day else self._facts.number_columns).add(self._column)
        return text


def _has_content(cells: list[str]) -> bool:
    return any(map(str.strip, cells))


def _column(letters: str) -> int:
    """The number of a column that a spreadsheet names by letters."""
    if not (re.fullmatch("[A-Z]{1,3}", letters)):
        raise zipfile.BadZipFile
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _judge_merged(merged: list[str], header: list[str]) -> None:
    """Merged cells hide that cells are empty: whether a value was meant for all of them is not known."""
    faults = []
    for place in merged:
        match = re.match(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", place)
        column = _column(match[1]) if match else 0
        named = header[column - 1].strip() if 0 < column <= len(header) else ""
        row = int(match[2]) if match else None
        faults.append(Fault.of("merged_cells", row=row, column=named or None, value=place))
    if faults:
        raise Refused(*faults)


def _note(facts: _Facts, header: list[str], findings: Findings) -> None:
    def names(columns: set[int]) -> str:
        return ", ".join(header[column - 1].strip() for column in sorted(columns) if column <= len(header))

    if facts.hidden_rows:
        findings.note("hidden_rows", rows=str(len(facts.hidden_rows)), first=str(facts.hidden_rows[0]))
    hidden = {
        column for first, last in facts.hidden_columns for column in range(first, min(last, len(header)) + 1)
    }
    if hidden:
        findings.note("hidden_columns", columns=names(hidden))
    if facts.formula_rows:
        findings.note("formula_values", rows=str(len(facts.formula_rows)), first=str(facts.formula_rows[0]))
    if facts.day_columns:
        findings.note("date_cells", columns=names(facts.day_columns))
    numbers = {
        column
        for column in facts.number_columns
        if column <= len(header) and header[column - 1].strip().upper() in _AS_TEXT
    }
    if numbers:
        findings.note("number_cells", columns=names(numbers))
