"""A delivery as a table of texts, and as a file of any form made from it."""

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

FORMS = ("csv", "gz", "xlsx", "parquet")
SUFFIX = {"csv": ".csv", "gz": ".csv.gz", "xlsx": ".xlsx", "parquet": ".parquet"}


def nik(number: int, born: str = "1990-05-17", sex: str = "L", region: str = "110101") -> str:
    """A well-formed identity number of nobody."""
    year, month, day = born.split("-")
    return f"{region}{int(day) + 40 * (sex == 'P'):02}{month}{year[2:]}{number:04}"


@dataclass(frozen=True)
class Rows:
    """What a delivery says: column names, and rows of texts."""

    kind: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def with_cell(self, row: int, column: str, value: str) -> "Rows":
        """One cell changed; `row` counts from 0."""
        place = self.header.index(column)
        changed = (*self.rows[row][:place], value, *self.rows[row][place + 1 :])
        return self.with_row(row, changed)

    def with_row(self, row: int, cells: Sequence[str]) -> "Rows":
        return replace(self, rows=(*self.rows[:row], tuple(cells), *self.rows[row + 1 :]))

    def inserted(self, row: int, cells: Sequence[str]) -> "Rows":
        return replace(self, rows=(*self.rows[:row], tuple(cells), *self.rows[row:]))

    def with_column(self, column: str, *values: str) -> "Rows":
        """A column changed in every row; a single value stands for all."""
        changed = self
        for row in range(len(self.rows)):
            changed = changed.with_cell(row, column, values[row % len(values)])
        return changed

    def renamed(self, old: str, new: str) -> "Rows":
        return replace(self, header=tuple(new if name == old else name for name in self.header))

    def without(self, column: str) -> "Rows":
        place = self.header.index(column)
        return replace(
            self,
            header=self.header[:place] + self.header[place + 1 :],
            rows=tuple(row[:place] + row[place + 1 :] for row in self.rows),
        )

    def added(self, column: str, *values: str) -> "Rows":
        rows = tuple((*row, values[index % len(values)]) for index, row in enumerate(self.rows))
        return replace(self, header=(*self.header, column), rows=rows)


def _rows(kind: str, header: str, *rows: str) -> Rows:
    return Rows(kind, tuple(header.split(",")), tuple(tuple(row.split(",")) for row in rows))


TOTALS = _rows(
    "totals",
    "periode,sumber,segmen,provinsi,kab_kota,program,jenis_kelamin,kelompok_umur,aktif,baru",
    "2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,L,20-29,120,7",
    "2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,P,20-29,95,",
    "2021-08,BUMDES,PU,ID-JB,,JKK+JKM+JHT,,,30214,0",
    "2021-08,LAINNYA,JAKON,ID-PA,9103,JKK+JKM+JHT+JP+JKP,P,60+,0,0",
    "2021-08,PEMDA,PMI,ID-JB,3204,JKK+JKM,L,30-39,17,1",
)
GOOD_NIK = nik(13, "1979-01-31")
"""The number in the third row of `MEMBERS`, the one that is changed."""
MEMBERS = _rows(
    "members",
    "nik,periode,sumber,segmen,provinsi,kab_kota,program,jenis_kelamin,tgl_lahir,kpj",
    f"{nik(11)},2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,L,1990-05-17,00123456789",
    f"{nik(12, '1985-12-03', 'P')},2021-08,TPP,BPU,ID-AC,,JKK+JKM+JHT,P,1985-12-03,12345678901",
    f"{GOOD_NIK},2021-08,BUMDES,PU,ID-JB,3204,JKK+JKM,,1979-01-31,",
    f"{nik(14, '2001-07-09', 'P', '320101')},2021-08,BUMDES,BPU,ID-JB,,JKK+JKM,P,,",
    f"{nik(15, '1966-02-28')},2021-08,PEMDA,PU,ID-PA,,JKK+JKM+JHT+JP,L,1966-02-28,",
    f"{nik(16, '1999-11-30', 'P')},2021-08,LAINNYA,PU,ID-PA,,JKK+JKM,P,1999-11-30,",
)
ROSTER = _rows(
    "roster",
    "nik,nama,tgl_lahir,jenis_kelamin,provinsi,sumber,periode,jabatan",
    f"{nik(21)},Siti Aminah Ñuñez,1990-05-17,L,ID-AC,TPP,2021-08,Pendamping Desa",
    f"{nik(22, '1985-12-03', 'P')},Budi,1985-12-03,P,ID-AC,TPP,2021-08,",
    f"{nik(23, '1979-01-31')},'Aisyah binti H. Abdul,1979-01-31,L,ID-JB,TPP,2021-08,Tenaga Ahli",
    f"{nik(24, '2001-07-09', 'P')},I Gusti Ayu O'Neil-Putri,2001-07-09,P,ID-JB,TPP,2021-08,",
    f"{nik(25, '1966-02-28')},Ir. J. Dé,1966-02-28,L,ID-PA,TPP,2021-08,Kepala",
)
KINDS = (TOTALS, MEMBERS, ROSTER)
MANY_REGENCIES = tuple(str(code) for code in range(1102, 8200) if code != 3204)[:7_000]
"""Codes in Aceh, enough for the cells of a long file."""


def text_of(table: Rows, delimiter: str = ",", end: str = "\n") -> str:
    """A table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return text.getvalue()


def workbook_of(table: Rows) -> openpyxl.Workbook:
    """A table as a workbook; counts are numbers, everything else is text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(table.header))
    for number, row in enumerate(table.rows, start=2):
        for place, value in enumerate(row, start=1):
            plain = value.isdecimal() and (value == "0" or value[0] != "0") and len(value) < 11
            is_count = place <= len(table.header) and table.header[place - 1] in ("aktif", "baru")
            cell = sheet.cell(number, place)
            if value:
                cell.value = int(value) if plain and is_count else value
                cell.data_type = "n" if plain and is_count else "s"
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
"""The part of a workbook that holds its rows."""


def patched(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            data = source.read(info)
            archive.writestr(info.filename, change(data) if info.filename == part else data)
    return target.getvalue()


def parquet_of(table: Rows, **options: Any) -> bytes:
    """A table as Parquet, all columns text."""
    columns = [pa.array(values, pa.string()) for values in zip(*table.rows, strict=True)]
    return parquet(pa.Table.from_arrays(columns, names=list(table.header)), **options)


def parquet(table: pa.Table, **options: Any) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content, **{"write_page_checksum": True, **options})
    return content.getvalue()


def bytes_of(table: Rows, form: str) -> bytes:
    """A table as a file of one of the `FORMS`."""
    if form == "xlsx":
        return saved(workbook_of(table))
    if form == "parquet":
        return parquet_of(table)
    text = text_of(table).encode()
    return gzip.compress(text, mtime=0) if form == "gz" else text


def row_of(index: int, form: str) -> int:
    """The number that a person sees at a row of data; Parquet has no header row."""
    return index + (1 if form == "parquet" else 2)
