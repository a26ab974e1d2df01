"""What form a file has, told from its content; its name may only agree."""

from pathlib import PurePath

from enrollment.contract.faults import Fault, Refused

TEXT = "CSV"
GZIP = "gzip"
SPREADSHEET = "XLSX"
COLUMNAR = "Parquet"
TAKEN = frozenset({TEXT, GZIP, SPREADSHEET, COLUMNAR})
"""The forms a delivery may have."""

SAMPLE = 65_536
"""How many bytes of a file's beginning and end are looked at."""

_MAGIC = (
    (b"PAR1", COLUMNAR),
    (b"PARE", "password"),
    (b"\x1f\x8b", GZIP),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "XLS"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"BZh", "bzip2"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"Rar!", "RAR"),
    (b"{\\rtf", "RTF"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "EXE"),
    (b"ARROW1", "Arrow"),
    (b"Obj\x01", "Avro"),
    (b"ORC", "ORC"),
    (b"SQLite format 3\x00", "SQLite"),
)
_SUFFIXES = {
    ".csv": TEXT,
    ".tsv": TEXT,
    ".txt": TEXT,
    ".xlsx": SPREADSHEET,
    ".xlsm": SPREADSHEET,
    ".xlsb": "XLSB",
    ".xls": "XLS",
    ".ods": "ODS",
    ".parquet": COLUMNAR,
    ".gz": GZIP,
    ".zip": "ZIP",
    ".pdf": "PDF",
    ".html": "HTML",
    ".htm": "HTML",
    ".json": "JSON",
    ".xml": "XML",
}
# The name of the stream in which an Office file lies encrypted.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def form_of(head: bytes, tail: bytes) -> str:
    """The form of a file by its first and its last `SAMPLE` bytes; what is nothing else is text."""
    for magic, form in _MAGIC:
        if head.startswith(magic) and not (magic.isalnum() and _reads_on(head[len(magic) :])):
            return "password" if form == "XLS" and (_ENCRYPTED in head or _ENCRYPTED in tail) else form
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive(head + tail)
    if head[8:12] == b"DUCK":
        return "DuckDB"
    start = (
        head[:4_096].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n").lower()
    )
    if start.startswith(b"<?xml"):
        return "XML"
    if start.startswith(b"<"):
        return "HTML"
    return "JSON" if start.startswith((b"{", b"[")) else TEXT


def _reads_on(rest: bytes) -> bool:
    """Whether letters that begin a binary file are the beginning of a word in a text."""
    return all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in rest[:32]) and bool(rest)


def _archive(content: bytes) -> str:
    if b"xl/workbook.bin" in content:
        return "XLSB"
    if b"xl/" in content:
        return SPREADSHEET
    if b"word/" in content:
        return "DOCX"
    return "ODS" if b"opendocument" in content[:256] else "ZIP"


def check(form: str, name: str) -> None:
    """Refuse a form that is not taken, and a name that claims another form than the content has."""
    if form == "password":
        raise Refused(Fault.of("password"))
    claimed = _SUFFIXES.get(PurePath(name).suffix.lower(), form)
    if claimed != form:
        raise Refused(Fault.of("disguise", details={"form": form, "claimed": claimed}))
    if form not in TAKEN:
        raise Refused(Fault.of("form_not_supported", details={"form": form}))
