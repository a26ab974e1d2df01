"""The parts of a workbook: XML in a ZIP archive, unpacked in pieces and parsed as they come.

Every limit is held while unpacking, because sizes that an archive states are not to be trusted; a document
type, which is what entity bombs need, ends the reading.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from xml.parsers import expat

from enrollment.contract.faults import Fault, Refused

MOST_UNPACKED = 2**30
"""Bytes of all parts that are read."""
MOST_PARTS = 10_000
TIMES_LARGER = 200
"""How many times larger than in the archive a part may be; sheets of real data are 5 to 40 times larger."""
ALWAYS_ALLOWED = 16 * 2**20
"""Bytes up to which a part may be any number of times larger."""
LONGEST_TAG = 2**20
"""Bytes of one tag or comment."""
_CHUNK = 2**16

_MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)

Attributes = dict[str, str]


class Archive:
    """The parts of a workbook, each unpacked in pieces within the limits.

    Raises Refused for a bomb, a password or macros, and BadZipFile where it is no whole archive.
    """

    def __init__(self, content: bytes) -> None:
        # Counted before the list of parts is read: each entry takes a hundred times its size in memory.
        if content.count(b"PK\x01\x02") > MOST_PARTS:
            raise bomb()
        self._bytes = io.BytesIO(content)
        try:
            self._zip = zipfile.ZipFile(self._bytes)
        except (ValueError, OSError, UnicodeError, OverflowError) as error:
            raise zipfile.BadZipFile from error
        self._unpacked = 0
        self._parts: dict[str, zipfile.ZipInfo] = {}
        for part in self._zip.infolist():
            name = part.filename.replace("\\", "/").lower()
            if name in self._parts:
                raise Refused(Fault.of("broken_archive"))
            if part.flag_bits & 1:
                raise Refused(Fault.of("password"))
            self._parts[name] = part
        if sum(part.file_size for part in self._parts.values()) > MOST_UNPACKED:
            raise bomb()
        if any(name.endswith(("vbaproject.bin", ".xlm")) or "/macrosheets/" in name for name in self._parts):
            raise Refused(Fault.of("sheet_macros"))

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    @property
    def position(self) -> int:
        """How far in the file the reading is."""
        return self._bytes.tell()

    def pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part. Raises Refused, BadZipFile."""
        part = self._parts.get(name.lower())
        # Only these two unpack no more than they are asked for.
        if part is None or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        size = 0
        try:
            with self._zip.open(part) as unpacked:
                while piece := unpacked.read(_CHUNK):
                    size += len(piece)
                    self._unpacked += len(piece)
                    too_dense = size > ALWAYS_ALLOWED and size > TIMES_LARGER * part.compress_size
                    if too_dense or self._unpacked > MOST_UNPACKED:
                        raise bomb()
                    yield piece
        except (ValueError, OSError, RuntimeError, OverflowError) as error:
            raise zipfile.BadZipFile from error
        if size != part.file_size:
            raise zipfile.BadZipFile


def bomb() -> Refused:
    """What is said of a workbook that unpacks to more than is read."""
    return Refused(Fault.of("bomb", details={"limit": str(MOST_UNPACKED // 2**20)}))


def parsed(
    archive: Archive,
    name: str,
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Parse a part, handing each element to the handlers; yields after each piece.

    Raises Refused for a document type and for a tag without end, ExpatError for what is no XML.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = start
    if end:
        parser.EndElementHandler = end
    if text:
        parser.CharacterDataHandler = text
    fed = 0
    for piece in archive.pieces(name):
        parser.Parse(piece, False)
        fed += len(piece)
        # What is read so far of a tag or a comment that does not end is kept in memory.
        if fed - parser.CurrentByteIndex > LONGEST_TAG:
            raise Refused(Fault.of("sheet_markup"))
        yield
    parser.Parse(b"", True)
    yield


def _refuse_document_type(*_: object) -> None:
    raise Refused(Fault.of("sheet_markup"))


def read_through(steps: Iterator[None]) -> None:
    """Parse a part to its end at once."""
    for _ in steps:
        pass


def elements_named(*names: str) -> dict[str, str]:
    """Elements by the names under which the parser tells them, in both editions of the standard."""
    return {f"{space} {name}": name for space in _MAIN for name in names}
