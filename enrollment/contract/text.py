"""From bytes to records: encoding, line ends, delimiter, quotes. Knows nothing of columns.

Nothing is detected from the data rows: the encoding follows from the first bytes, the delimiter from
the header line alone. A record is numbered by the physical line on which it begins, the line that an
editor shows; in a file without line breaks inside quotes that is the row of a spreadsheet.

    file -> Source (bytes hashed, inflated, proved UTF-8) -> pieces that end at a line end
         -> Text: header record, then batches

A piece without anything unusual is split by Arrow, which is held to the number of lines counted here.
Any other piece is read record by record; both ways give the same rows.
"""

import codecs
import csv
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import BinaryIO, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv

from enrollment.contract.batches import Batch, Hint, Record, has_content, of_records
from enrollment.contract.faults import Fault, Findings, Refused

PIECE = 8 * 1024 * 1024
"""Bytes judged at once: so many rows that what is asked once for each distinct text costs little."""
LARGEST_FILE = 64 * 1024 * 1024
LONGEST_LINE = 32 * 1024
MOST_LINES = 1_000_000
"""Seventy times what the whole country needs in a month of totals."""
MOST_PEOPLE = 100_000_000
LARGEST_RATIO = 100
"""How many times a compressed file may grow; text of rows grows some ten times."""
RECORDS = 4_000
"""Records in a batch that are read one by one."""
_MOSTLY_BLANK = 8
"""A piece whose lines have fewer bytes on average is relieved of blank ones before it is split."""
_NOTED = 1 << 18
"""Bytes among which blank lines are looked for at once."""

DELIMITERS = ",;\t|"
_GZIP = 31
"""What makes zlib expect the header and the checksum of gzip."""
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LINE_END = re.compile(rb"\r\n|\r|\n")

Numbers = npt.NDArray[np.int64]


class Digest(Protocol):
    """What takes the bytes of a file one after another: a hash or a keyed hash."""

    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class Source:
    """The bytes of a delivered text as they are read, once, in pieces of UTF-8 that end at a line end.

    What has been read is handed to `digests`, also those set later. `progress` is told how many bytes
    of the file are done.
    """

    def __init__(
        self, file: BinaryIO, findings: Findings, *, gzip: bool, progress: Callable[[int], None] | None
    ) -> None:
        self._file = file
        self._findings = findings
        self._gzip = gzip
        self._progress = progress
        self._before: list[bytes] | None = []
        self._digests: tuple[Digest, ...] = ()
        self._read = 0
        self.expanded = 0
        """Bytes of text so far."""

    def hash_with(self, *digests: Digest) -> None:
        """Hash all bytes of the file, those already read as well."""
        for data in self._before or []:
            for digest in digests:
                digest.update(data)
        self._before, self._digests = None, digests

    @property
    def hashing(self) -> bool:
        """Whether there is anything that takes the bytes."""
        return self._before is None

    def hash_rest(self) -> None:
        """Hash what has not been read, for a file that is not read to its end."""
        while self._digests and self._take():
            pass

    def head(self) -> bytes:
        """The beginning of the text, inflated, without reading on."""
        start = self._file.read(LONGEST_LINE)
        self._file.seek(0)
        if not self._gzip:
            return start
        try:
            return zlib.decompressobj(_GZIP).decompress(start, LONGEST_LINE)
        except zlib.error:
            raise Refused(Fault.of("broken_gzip")) from None

    def pieces(self) -> Iterator[bytes]:
        """The text as proved UTF-8 without a byte order mark. Raises Refused where it is none."""
        kept: list[bytes] = []
        length = 0
        for text in self._proved():
            length += len(text)
            if length < PIECE:
                kept.append(text)
                continue
            cut = text.rfind(b"\n") + 1
            if cut:
                yield b"".join((*kept, memoryview(text)[:cut]))
                kept = [text[cut:]]
            else:
                # Rare: a line longer than all that was read, or lines that end in CR.
                joined = b"".join((*kept, text))
                # The last CR may be half of a CRLF; a line too long is a fault whatever follows.
                cut = max(joined.rfind(b"\n"), joined.rfind(b"\r", 0, len(joined) - 1)) + 1
                cut = cut or (len(joined) if len(joined) > 4 * LONGEST_LINE else 0)
                if cut:
                    yield joined[:cut]
                kept = [joined[cut:]]
            length = len(kept[0])
        if length:
            yield b"".join(kept)

    def _take(self) -> bytes:
        data = self._file.read(PIECE)
        self._read += len(data)
        for digest in self._digests:
            digest.update(data)
        if self._before is not None:
            self._before.append(data)
        if self._progress:
            self._progress(self._read)
        return data

    def parts(self) -> Iterator[bytes]:
        """The text in the encoding of the file."""
        if self._gzip:
            yield from self._inflated()
            return
        while data := self._take():
            self.expanded += len(data)
            yield data

    def _inflated(self) -> Iterator[bytes]:
        """The text of a gzip file, which may have several members."""
        inflate = zlib.decompressobj(_GZIP)
        consumed, grown = 0, 0
        try:
            while data := self._take():
                consumed += len(data)
                while data:
                    if inflate.eof:
                        if not data.strip(b"\0"):
                            break
                        inflate = zlib.decompressobj(_GZIP)
                    text = inflate.decompress(data, PIECE)
                    data = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
                    grown += len(text)
                    if grown > LARGEST_FILE:
                        if grown > LARGEST_RATIO * (consumed - len(data)):
                            raise Refused(Fault.of("bomb", details={"limit": str(LARGEST_FILE // 2**20)}))
                        consumed, grown = len(data), 0
                    self.expanded += len(text)
                    if text:
                        yield text
            while not inflate.eof and (text := inflate.decompress(b"", PIECE)):
                self.expanded += len(text)
                yield text
        except zlib.error:
            raise Refused(Fault.of("broken_gzip")) from None
        if not inflate.eof:
            raise Refused(Fault.of("broken_gzip"))

    def _proved(self) -> Iterator[bytes]:
        """The text in UTF-8. A byte order mark is noted; anything but UTF-8 and UTF-16 is refused."""
        parts = self.parts()
        start = b""
        for part in parts:
            start += part
            if len(start) >= 1_000:
                break
        if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            raise Refused(Fault.of("utf32"))
        for mark, encoding in _UTF16.items():
            if start.startswith(mark):
                self._findings.note("utf16")
                yield from _decoded(chain([start[2:]], parts), encoding, "not_utf16", 2)
                return
        if start[:1_000].count(0) > len(start[:1_000]) // 4:
            raise Refused(Fault.of("utf16_without_bom"))
        marked = len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0
        if marked:
            self._findings.note("utf8_bom")
        yield from _decoded(chain([start[marked:]], parts), "utf-8", "not_utf8", marked)


def _decoded(parts: Iterator[bytes], encoding: str, rule: str, offset: int) -> Iterator[bytes]:
    """Text as UTF-8, whole characters only, proved to be text in its encoding.

    `offset` is the place in the file at which it begins.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    plain = encoding == "utf-8"
    row, after_cr, pending = 1, False, False
    for data in chain(parts, [b""]):
        offset += len(data)
        if plain and data and not pending and data.isascii():
            text = data
        else:
            try:
                text = decoder.decode(data, final=not data).encode()
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding).encode()
                details = {
                    "offset": str(offset - len(error.object) + error.start),
                    "byte": f"0x{error.object[error.start]:02X}",
                }
                row += _line_ends(before, after_cr=after_cr)
                raise Refused(Fault.of(rule, row=row, details=details)) from None
            pending = bool(decoder.getstate()[0])
        if text:
            row += _line_ends(text, after_cr=after_cr)
            after_cr = text.endswith(b"\r")
            yield text


def _line_ends(text: bytes, *, after_cr: bool) -> int:
    """How many lines end; a line break at the very beginning may complete a CRLF."""
    count = _line_feeds(text) - (after_cr and text.startswith(b"\n"))
    return count + text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else count


def _line_feeds(text: bytes) -> int:
    # Several times faster than bytes.count where there are many.
    return int(np.count_nonzero(np.frombuffer(text, np.uint8) == ord("\n")))


class Text:
    """The records of a delivered text: the header first, then everything else in batches.

    `ended` and `line_ends` are true of what has been read so far. `most_lines` may be changed once the
    header is known.
    """

    def __init__(self, pieces: Iterator[bytes], known: Callable[[str], bool]) -> None:
        self.ended = True
        self.line_ends: set[str] = set()
        self.most_lines = MOST_LINES
        self.delimiter = ","
        self._known = known
        self._pieces = pieces
        self._piece = b""
        self._before = 0
        """Lines before the piece."""
        self._taken = 0
        """Lines in whole records."""
        self._width = 0
        self._delimiters = 0
        """Delimiters in the header line; a line with as many is a row."""

    def header(self) -> tuple[Record, int]:
        """The first record with content, and how many blank ones stand above it.

        Raises Refused for a text without content.
        """
        line = self._first_line()
        self.delimiter = delimiter_of(line, self._known)
        self._delimiters = line.count(self.delimiter)
        blank = 0
        for record in self.records():
            if has_content(record):
                break
            blank += 1
        else:
            raise Refused(Fault.of("empty_file"))
        self._width = len(record[1])
        # What the header leaves of the piece is read on from here.
        done = 0
        for end in islice(_LINE_END.finditer(self._piece), self._taken - self._before):
            self.line_ends.add(end[0].decode())
            done = end.end()
        self._piece = self._piece[done:] if self.ended else b""
        self._before = self._taken
        return record, blank

    def _first_line(self) -> str:
        """The first line with content, read ahead."""
        above = 0
        read: list[bytes] = []
        while self._next_piece() and above <= LARGEST_FILE:
            read.append(self._piece)
            above += len(self._piece)
            lines = io.TextIOWrapper(io.BytesIO(self._piece), "utf-8", newline=None)
            while line := lines.readline(LONGEST_LINE + 1):
                if not is_blank(line):
                    self._piece = b"".join(read)
                    return line
        raise Refused(Fault.of("empty_file"))

    def batches(self, distinct: Hint) -> Iterator[Batch]:
        """All rows below the header."""
        while self._piece or self._next_piece():
            batch = self._split(distinct)
            if batch is not None:
                yield batch
                continue
            records = self.records()
            while taken := list(islice(records, RECORDS)):
                yield of_records(taken, self._width)

    def records(self) -> Iterator[Record]:
        """Records with the line each begins on, at least to the end of the piece; blank lines are empty.

        Raises Refused where the quotes do not tell for certain where a record ends: from there on rows
        could be swallowed.
        """
        before = self._before
        start = before + 1
        reader = csv.reader(self._lines(), delimiter=self.delimiter, strict=True)
        try:
            for cells in reader:
                taken = before + reader.line_num
                if taken > start and self._swallows(cells):
                    raise Refused(Fault.of("open_quote", row=start))
                self._taken = taken
                yield start, cells
                start = taken + 1
        except csv.Error as error:
            broken = "expected after" in str(error)
            raise Refused(Fault.of("broken_quote" if broken else "open_quote", row=start)) from None

    def _lines(self) -> Iterator[str]:
        """Lines to the end of the piece, and of further pieces while a record is not complete."""
        number = self._before
        while self._piece or self._next_piece():
            text = io.TextIOWrapper(io.BytesIO(self._piece), "utf-8", newline=None)
            for line in iter(partial(text.readline, LONGEST_LINE + 1), ""):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise Refused(Fault.of("line_too_long", row=number, details={"limit": str(LONGEST_LINE)}))
                if number > self.most_lines:
                    raise Refused(Fault.of("too_many_lines", details={"limit": str(self.most_lines)}))
                self.ended = line.endswith("\n")
                yield line
            met = text.newlines or ()
            self.line_ends.update((met,) if isinstance(met, str) else met)
            self._before, self._piece = number, b""
            if self._taken == number:
                return

    def _swallows(self, cells: list[str]) -> bool:
        lines = (line for cell in cells if "\n" in cell for line in cell.split("\n"))
        return any(line.count(self.delimiter) >= self._delimiters for line in lines)

    def _next_piece(self) -> bool:
        self._piece = next(self._pieces, b"")
        return bool(self._piece)

    def _split(self, distinct: Hint) -> Batch | None:
        """The piece as a batch where nothing in it is unusual, else None."""
        data = self._piece
        if self._width < 2 or b'"' in data or b"\0" in data or data.startswith(codecs.BOM_UTF8):
            return None
        line_feeds = _line_feeds(data)
        ends = {"\n": line_feeds, "\r\n": 0, "\r": 0}
        if b"\r" in data:
            both = data.count(b"\r\n")
            ends = {"\n": line_feeds - both, "\r\n": both, "\r": data.count(b"\r") - both}
            if ends["\r"]:
                data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        ended = data.endswith(b"\n")
        rows = line_feeds + ends["\r"] + (not ended)
        if self._before + rows > self.most_lines or _has_long_line(data):
            return None
        first = self._before + 1
        if len(data) < _MOSTLY_BLANK * rows:
            data, places = _without_blank(data, self.delimiter)
            numbers = places + first
        else:
            numbers = np.arange(first, first + rows)
        columns = _columns(data, self.delimiter, [distinct(position) for position in range(self._width)])
        if columns is not None and len(columns[0]) == len(numbers):
            batch = Batch(pa.array(numbers), columns)
        elif len(numbers) < min(rows, RECORDS):
            cells = csv.reader(data.decode().removesuffix("\n").split("\n"), delimiter=self.delimiter)
            batch = of_records(list(zip(numbers.tolist(), cells, strict=True)), self._width)
        else:
            return None
        self.ended = ended
        self.line_ends.update(end for end, count in ends.items() if count)
        self._before = self._taken = self._before + rows
        self._piece = b""
        return replace(batch, blank=batch.blank + rows - len(numbers), span=(first, self._before))


def _without_blank(data: bytes, delimiter: str) -> tuple[bytes, Numbers]:
    """Those lines that hold more than blanks, and their places among all lines."""
    filling = np.ones(256, np.bool_)
    filling[[letter for letter in b" \t\r\n" if letter != ord(delimiter)]] = False
    texts: list[bytes] = []
    places: list[Numbers] = []
    start = above = 0
    while start < len(data):
        # A little at a time: what is noted of a line is many times as long as a blank line.
        end = data.find(b"\n", start + _NOTED) + 1 or len(data)
        letters = np.frombuffer(data, np.uint8, end - start, start)
        breaks = np.flatnonzero(letters[:-1] == ord("\n"))
        starts = np.concatenate((np.zeros(1, np.int64), breaks + 1))
        filled = np.logical_or.reduceat(filling[letters], starts)
        texts.append(letters[np.repeat(filled, np.diff(starts, append=len(letters)))].tobytes())
        places.append(np.flatnonzero(filled) + above)
        start, above = end, above + len(starts)
    return b"".join(texts), np.concatenate(places)


def _columns(data: bytes, delimiter: str, distinct: list[bool]) -> tuple[pa.Array, ...] | None:
    """Text without quotes as columns, None where the lines do not all have the same width."""
    if not data:
        return (pa.array([], pa.string()),) * len(distinct)
    names = [str(position) for position in range(len(distinct))]
    types = [pa.string() if rare else pa.dictionary(pa.int32(), pa.string()) for rare in distinct]
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
            pyarrow.csv.ParseOptions(
                delimiter=delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False
            ),
            pyarrow.csv.ConvertOptions(
                check_utf8=False,
                column_types=dict(zip(names, types, strict=True)),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    columns = (column.combine_chunks() for column in table.columns)
    return tuple(c.chunk(0) if isinstance(c, pa.ChunkedArray) else c for c in columns)


def _has_long_line(data: bytes) -> bool:
    start = 0
    while len(data) - start > LONGEST_LINE:
        end = data.rfind(b"\n", start, start + LONGEST_LINE)
        if end < 0:
            return True
        start = end + 1
    return False


def is_blank(line: str) -> bool:
    """Whether a line holds nothing but blanks, delimiters and empty quotes."""
    return not line.strip(' \t\n,;|"')


def delimiter_of(line: str, known: Callable[[str], bool]) -> str:
    """The delimiter that turns the header line into the most known column names."""

    def score(delimiter: str) -> tuple[int, int]:
        names = next(csv.reader([line], delimiter=delimiter), [])
        return sum(known(name) for name in names), len(names)

    return max(DELIMITERS, key=score)


def check_ratio(file: BinaryIO) -> None:
    """Refuse a gzip bomb before a row of it is looked at. Raises Refused."""
    file.seek(0)
    read = 0
    for data in Source(file, Findings(), gzip=True, progress=None).parts():
        read += len(data)
        if read > LARGEST_FILE:
            break
    file.seek(0)


def count_rows(file: BinaryIO, *, gzip: bool) -> int:
    """Lines with content behind the first in the first part of a file, which may be no text at all."""
    count, read, rest = 0, 0, b""
    with suppress(Refused):
        for data in Source(file, Findings(), gzip=gzip, progress=None).parts():
            read += len(data)
            lines = (rest + data if b"\n" in data else rest + data.replace(b"\r", b"\n")).split(b"\n")
            rest = lines.pop()
            count += sum(map(_is_filled, lines))
            if read > LARGEST_FILE:
                break
    return max(0, count + _is_filled(rest) - 1)


def _is_filled(line: bytes) -> bool:
    return bool(line.strip(b' \t\r\n,;|"\x00\xff\xfe'))
