"""Bombs: little to send, much to unpack."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable

import pyarrow as pa

from tests.contract.tables import MEMBERS, SHEET, TOTALS, Rows, bytes_of, parquet, text_of


def zip_bomb(size: int, *, declared: int | None = None) -> bytes:
    """A workbook whose sheet unpacks to `size` bytes, nearly all blanks, and may say that it is smaller."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(bytes_of(TOTALS, "xlsx"))) as source,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for info in source.infolist():
            if info.filename != SHEET:
                archive.writestr(info.filename, source.read(info))
        xml = source.read(SHEET)
        with archive.open(SHEET, "w") as part:
            part.write(xml[: xml.index(b"<sheetData>")])
            for _ in range(size // 2**20):
                part.write(b" " * 2**20)
            part.write(xml[xml.index(b"<sheetData>") :])
    data = bytearray(content.getvalue())
    if declared is not None:
        entry = data.rindex(b"PK\x01\x02", 0, data.rindex(SHEET.encode()))
        data[entry + 24 : entry + 28] = struct.pack("<I", declared)
    return bytes(data)


def gzip_bomb(table: Rows, size: int) -> bytes:
    """The same row over and over, in a file of several members."""
    rows = (",".join(table.rows[0]) + "\n").encode() * 200_000
    return gzip.compress(text_of(table).encode()) + gzip.compress(rows, 9) * (size // len(rows))


def parquet_bomb(rows: int) -> bytes:
    """Rows that are all alike: next to nothing once encoded."""
    indices = pa.repeat(pa.scalar(0, pa.int32()), rows)
    column = pa.DictionaryArray.from_arrays(indices, pa.array(["2021-08"]))
    return parquet(pa.table(dict.fromkeys(TOTALS.header[:2], column)), row_group_size=rows)


BOMBS: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "gzip of 2 GB of totals": ("bom.csv.gz", lambda: gzip_bomb(TOTALS, 2**31), "bomb"),
    "gzip of 2 GB of people": ("bom.csv.gz", lambda: gzip_bomb(MEMBERS, 2**31), "bomb"),
    "sheet of 400 MB": ("bom.xlsx", lambda: zip_bomb(400 * 2**20), "bomb"),
    "sheet said to be small": ("bom.xlsx", lambda: zip_bomb(400 * 2**20, declared=1_000), "broken_archive"),
    "sheet said to be large": ("bom.xlsx", lambda: zip_bomb(2**20, declared=2**31), "bomb"),
    "twenty million rows in a few bytes": ("bom.parquet", lambda: parquet_bomb(20_000_000), "bomb"),
}
