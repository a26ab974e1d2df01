"""How a Parquet file is laid out: its footer and page headers, judged before anything is decoded.

The library that decodes Parquet believes the footer. Here the footer is held against the page headers,
so that no row can be missing, no page unpack to more than fits into memory, and no column be nested,
encrypted, or compressed in a way that is not taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from enrollment.contract.faults import Fault, Refused

MOST_ROWS = 200_000_000
MOST_COLUMNS = 200
LARGEST_FOOTER = 16 * 2**20
LARGEST_PAGES = 256 * 2**20
"""Bytes that the largest pages of all columns take together, which is what is in memory at once."""
ROWS_IN_ANY_FILE = 1_000_000
ROWS_A_BYTE = 4
"""Rows that a larger file may hold for each of its bytes: no two rows of a delivery are alike."""

_MARK = b"PAR1"
_LOCKED = b"PARE"
_CODECS = ("UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW")
_NOT_TAKEN = frozenset({"LZO", "BROTLI"})
_LENGTHS_FIRST = 6
_SHARED_PREFIXES = 7
"""An encoding by which a small page may hold texts of any length."""
_LARGEST_PAGE_HEADER = 2**16
"""Statistics within it may hold a whole value."""


@dataclass(slots=True)
class Layout:
    """What is known of a file before it is decoded."""

    names: list[str] = field(default_factory=list)
    rows: int = 0
    checksums: bool = True
    """Whether every page has one."""
    dictionaries: list[set[str]] = field(default_factory=list)
    """For each row group the columns that begin with a dictionary of their texts."""
    by_length: set[str] = field(default_factory=set)
    """Columns with texts that cannot be decoded into a dictionary."""


def check(file: BinaryIO) -> Layout:
    """The layout of a file. Raises Refused for one that must not be decoded."""
    size = file.seek(0, 2)
    footer = _Structure(_footer(file, size)).read()
    layout = _schema(footer)
    layout.rows = _whole(footer.get(3))
    if layout.rows > MOST_ROWS:
        raise Refused(Fault.of("too_many_rows", details={"limit": str(MOST_ROWS)}))
    if layout.rows > ROWS_IN_ANY_FILE + ROWS_A_BYTE * size:
        raise _bomb()
    groups = _list(footer.get(4))
    if sum(_whole(group.get(3)) for group in groups) != layout.rows:
        raise broken()
    for group in groups:
        layout.dictionaries.append(set())
        # A group without rows has no pages, and may say anything of where they begin.
        if group[3]:
            _check_group(file, group, layout, size)
    return layout


def broken() -> Refused:
    """The answer to a file that contradicts itself or cannot be decoded."""
    return Refused(Fault.of("broken_parquet"))


def _bomb() -> Refused:
    return Refused(Fault.of("bomb", details={"limit": str(LARGEST_PAGES // 2**20)}))


def _footer(file: BinaryIO, size: int) -> bytes:
    file.seek(max(0, size - 8))
    end = file.read(8)
    file.seek(0)
    start = file.read(4)
    if size >= 12 and (start == _LOCKED or end[4:] == _LOCKED):
        raise Refused(Fault.of("password"))
    length = int.from_bytes(end[:4], "little")
    if size < 12 or start != _MARK or end[4:] != _MARK or not 0 < length <= size - 12:
        raise broken()
    if length > LARGEST_FOOTER:
        raise _bomb()
    file.seek(size - 8 - length)
    return file.read(length)


def _schema(footer: dict[int, Any]) -> Layout:
    if 8 in footer:
        raise Refused(Fault.of("password"))
    root, *elements = _list(footer.get(2)) or [{}]
    if len(elements) > MOST_COLUMNS:
        limit = {"fields": str(len(elements)), "limit": str(MOST_COLUMNS)}
        raise Refused(Fault.of("too_many_columns", details=limit))
    try:
        names = [element[4].decode() for element in elements]
    except (KeyError, AttributeError, UnicodeDecodeError):
        raise broken() from None
    for element, name in zip(elements, names, strict=True):
        if element.get(5) or element.get(3) == 2:
            raise Refused(Fault.of("column_type", column=name, details={"type": "list"}))
    if root.get(5) != len(elements):
        raise broken()
    return Layout(names)


def _check_group(file: BinaryIO, group: dict[int, Any], layout: Layout, size: int) -> None:
    chunks = _list(group.get(1))
    if len(chunks) != len(layout.names):
        raise broken()
    together = 0
    for chunk, name in zip(chunks, layout.names, strict=True):
        column = chunk.get(3)
        if 8 in chunk or 9 in chunk:
            raise Refused(Fault.of("password"))
        if 1 in chunk or not isinstance(column, dict) or column.get(3) != [name.encode()]:
            raise broken()
        codec = _whole(column.get(4))
        if codec >= len(_CODECS) or _whole(column.get(5)) != _whole(group.get(3)):
            raise broken()
        if _CODECS[codec] in _NOT_TAKEN:
            compression = {"compression": _CODECS[codec]}
            raise Refused(Fault.of("compression_not_supported", column=name, details=compression))
        largest = _walk(file, name, column, layout, size)
        together += largest
    if together > LARGEST_PAGES:
        raise _bomb()


def _walk(file: BinaryIO, name: str, column: dict[int, Any], layout: Layout, size: int) -> int:
    """Go from page to page of one column of one row group; the bytes of the largest."""
    place = _whole(column.get(9))
    # Some writers name a dictionary at 0 where there is none.
    place = min(place, _whole(column.get(11)) or place) if 11 in column else place
    end = place + _whole(column.get(7))
    if end > size:
        raise broken()
    values = largest = 0
    while place < end:
        file.seek(place)
        structure = _Structure(file.read(min(_LARGEST_PAGE_HEADER, end - place)))
        page = structure.read()
        largest = max(largest, _whole(page.get(2)))
        if largest > LARGEST_PAGES:
            raise _bomb()
        layout.checksums = layout.checksums and 4 in page
        kind = page.get(1)
        if kind in (0, 3):
            details = page.get(5 if kind == 0 else 8)
            if not isinstance(details, dict):
                raise broken()
            values += _whole(details.get(1))
            encoding = details.get(2 if kind == 0 else 4)
            if encoding == _SHARED_PREFIXES:
                found = {"compression": "DELTA_BYTE_ARRAY"}
                raise Refused(Fault.of("compression_not_supported", column=name, details=found))
            if encoding == _LENGTHS_FIRST:
                layout.by_length.add(name)
        elif kind == 2:
            layout.dictionaries[-1].add(name)
        place += structure.place + _whole(page.get(3))
    if place != end or values != _whole(column.get(5)):
        raise broken()
    return largest


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise broken()
    return value


def _list(value: Any) -> Sequence[dict[int, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise broken()
    return value


_DEEPEST = 16


class _Structure:
    """A structure in the compact form of Thrift, as a dictionary by the numbers of its fields."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.place = 0
        """How many bytes have been read."""

    def read(self) -> dict[int, Any]:
        """The structure. Raises Refused for bytes that are none."""
        try:
            return dict(self._fields(0))
        except IndexError:
            raise broken() from None

    def _fields(self, depth: int) -> Iterator[tuple[int, Any]]:
        number = 0
        while byte := self._byte():
            step, kind = byte >> 4, byte & 15
            number = number + step if step else self._signed()
            yield number, kind == 1 if kind in (1, 2) else self._value(kind, depth)

    def _byte(self) -> int:
        self.place += 1
        return self._data[self.place - 1]

    def _bytes(self, length: int) -> bytes:
        start, self.place = self.place, self.place + length
        if self.place > len(self._data):
            raise IndexError
        return self._data[start : self.place]

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 63:
                raise IndexError

    def _signed(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)

    def _value(self, kind: int, depth: int) -> Any:
        if kind in (4, 5, 6):
            return self._signed()
        if kind == 8:
            return self._bytes(self._unsigned())
        if depth < _DEEPEST and kind == 12:
            return dict(self._fields(depth + 1))
        if depth < _DEEPEST and kind in (9, 10):
            head = self._byte()
            length = head >> 4 if head >> 4 < 15 else self._unsigned()
            if length > len(self._data) - self.place:
                raise IndexError
            return [self._value(head & 15, depth + 1) for _ in range(length)]
        # Within a list a truth takes a byte of its own.
        if kind in (1, 2, 3):
            return self._bytes(1)
        if kind == 7:
            return self._bytes(8)
        raise IndexError
