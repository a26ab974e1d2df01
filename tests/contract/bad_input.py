"""Files as they come from outside, good ones and broken ones of every class, each with its answer.

A file is made from a table of texts, in any of the four forms, so that the same trouble is met as CSV,
compressed CSV, spreadsheet and Parquet; what a form alone can have is made by hand.
"""

import csv
import datetime as dt
import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.styles import Font

Cells = list[str]
Found = tuple[str, int | None]
"""A rule, and the row in which it is broken."""

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
MEMBERS = _rows(
    "members",
    "nik,periode,sumber,segmen,provinsi,kab_kota,program,jenis_kelamin,tgl_lahir,kpj",
    f"{nik(11)},2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,L,1990-05-17,00123456789",
    f"{nik(12, '1985-12-03', 'P')},2021-08,TPP,BPU,ID-AC,,JKK+JKM+JHT,P,1985-12-03,12345678901",
    f"{nik(13, '1979-01-31')},2021-08,BUMDES,PU,ID-JB,3204,JKK+JKM,,1979-01-31,",
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


@dataclass(frozen=True)
class Case:
    """A file, and what it must be answered with.

    `found` are all rules broken, with their rows; `notes` the rules of notes that must be among those
    given. `before` are files loaded earlier. `rows` is the number of data rows, None where it cannot
    be known. `delivered` is what a file that is kept must have been read as.
    """

    title: str
    content: bytes
    verdict: str = "refused"
    found: tuple[Found, ...] = ()
    name: str = "kiriman.csv"
    notes: tuple[str, ...] = ()
    said: dict[str, Any] = field(default_factory=dict)
    before: tuple[tuple[str, bytes], ...] = ()
    rows: int | None = None
    delivered: Rows | None = None

    def __str__(self) -> str:
        return self.title


def good(
    title: str, content: bytes | str, table: Rows, name: str = "kiriman.csv", *notes: str, **more: Any
) -> Case:
    """A file that must be accepted exactly."""
    verdict = "noted" if notes else "accepted"
    raw = content.encode() if isinstance(content, str) else content
    return Case(title, raw, verdict, (), name, notes, rows=len(table.rows), delivered=table, **more)


def bad(title: str, content: bytes | str, *found: Found, name: str = "kiriman.csv", **more: Any) -> Case:
    """A file that must be refused."""
    raw = content.encode() if isinstance(content, str) else content
    return Case(title, raw, "refused", found, name, **more)


def _in(form: str, title: str, table: Rows, rule: str, index: int, **more: Any) -> Case:
    """A table with one row at fault, in a form."""
    return bad(
        f"{table.kind} as {form}: {title}",
        bytes_of(table, form),
        (rule, row_of(index, form)),
        name=f"kiriman{SUFFIX[form]}",
        rows=len(table.rows),
        **more,
    )


# Single cells

_TOTALS_CELLS = (
    ("month with a day", "periode", "2021-08-31", "month_format"),
    ("source nobody knows", "sumber", "TPP2", "unknown_source"),
    ("source named by a picture", "sumber", "![](http://host/x.png)", "unknown_source"),
    ("source named by a headline", "sumber", ":red[**TOTAL 0**]", "unknown_source"),
    ("source named by a formula", "sumber", "=HYPERLINK(A1)", "unknown_source"),
    ("source named by a statement", "sumber", "'; drop table snapshots; --", "unknown_source"),
    ("source named by a script", "sumber", "<script>alert(1)</script>", "unknown_source"),
    ("province by a bare number", "provinsi", "94", "province_number"),
    ("age band turned into a date", "kelompok_umur", "20-Sep", "unknown_age_band"),
    ("count with dot", "aktif", "30.214", "count_separator"),
    ("count with dot and comma", "aktif", "30.214,5", "count_decimal"),
    ("count with underscore", "aktif", "1_000", "count_separator"),
    ("count with power of ten", "aktif", "1e3", "count_exponent"),
    ("count with power of ten and sign", "aktif", "1E+4", "count_exponent"),
    ("count with decimals", "aktif", "12.7", "count_decimal"),
    ("count in base sixteen", "aktif", "0x1F", "count_not_digits"),
    ("count not a number", "aktif", "NaN", "count_not_digits"),
    ("count with minus", "aktif", "-5", "count_sign"),
    ("count with leading zero", "aktif", "0120", "count_leading_zero"),
    ("count missing", "aktif", "", "empty_required"),
    ("count of more people than there are", "aktif", "300000001", "count_too_large"),
    ("count in full-width digits", "aktif", "１２０", "full_width_character"),
    ("code with zero width space", "sumber", "TPP\u200b", "invisible_character"),
    ("code with no-break space", "sumber", "TPP\u00a0", "invisible_character"),
    ("code with Cyrillic letter", "sumber", "T\N{CYRILLIC CAPITAL LETTER ER}P", "look_alike_character"),
    ("code with decomposed accent", "sumber", "TPE\u0301", "unknown_source"),
)
_GOOD_NIK = nik(13, "1979-01-31")
_MEMBERS_CELLS = (
    ("NIK of 15 digits", "nik", _GOOD_NIK[1:], "nik_too_short"),
    ("NIK of 17 digits", "nik", _GOOD_NIK + "1", "nik_too_long"),
    ("NIK made a number", "nik", "1.10101310179001E+15", "nik_exponent"),
    ("NIK made a number in Indonesian", "nik", "1,10101310179001E+15", "nik_exponent"),
    ("NIK with decimals", "nik", _GOOD_NIK + ".0", "nik_decimal"),
    ("NIK behind an apostrophe", "nik", "'" + _GOOD_NIK, "nik_apostrophe"),
    ("NIK with blanks around", "nik", f" {_GOOD_NIK} ", "nik_space"),
    ("NIK in groups", "nik", f"{_GOOD_NIK[:4]} {_GOOD_NIK[4:8]} {_GOOD_NIK[8:]}", "nik_separator"),
    ("NIK with dots", "nik", f"{_GOOD_NIK[:6]}.{_GOOD_NIK[6:12]}.{_GOOD_NIK[12:]}", "nik_separator"),
    ("NIK with the letter O", "nik", _GOOD_NIK.replace("0", "O", 1), "nik_letters"),
    ("NIK of one digit", "nik", "1" * 16, "nik_same_digit"),
    ("NIK of no region", "nik", "00" + _GOOD_NIK[2:], "nik_region"),
    ("NIK of no day", "nik", _GOOD_NIK[:6] + "36" + _GOOD_NIK[8:], "nik_day"),
    ("NIK of no month", "nik", _GOOD_NIK[:8] + "13" + _GOOD_NIK[10:], "nik_month"),
    ("NIK with serial 0000", "nik", _GOOD_NIK[:12] + "0000", "nik_serial"),
    ("NIK in full-width digits", "nik", "１" + _GOOD_NIK[1:], "full_width_character"),
    ("no NIK", "nik", "", "empty_required"),
    ("birth date that is none", "tgl_lahir", "1979-02-31", "date_impossible"),
    ("birth date with a remark", "tgl_lahir", "1979-01-31 (sementara)", "date_format"),
    ("birth date without end", "tgl_lahir", "infinity", "date_format"),
    ("birth date short", "tgl_lahir", "1/8/79", "date_format"),
    ("birth date as a moment in UTC", "tgl_lahir", "1979-01-30T17:00:00Z", "date_format"),
    ("birth date against the NIK", "tgl_lahir", "1979-01-30", "nik_birth_date"),
    ("sex against the NIK", "jenis_kelamin", "P", "nik_sex"),
    ("KPJ of 10 digits", "kpj", "1234567890", "kpj_too_short"),
    ("KPJ made a number", "kpj", "1.23456E+10", "kpj_exponent"),
    ("programmes in another order", "program", "JKM+JKK", "programmes_order"),
)
_ROSTER_CELLS = (
    ("NIK of 15 digits", "nik", nik(23, "1979-01-31")[1:], "nik_too_short"),
    ("birth date against the NIK", "tgl_lahir", "1980-01-31", "nik_birth_date"),
    ("sex in words", "jenis_kelamin", "Perempuan", "unknown_sex"),
    ("somebody's number as a name", "nama", "Budi 3171234567890123", "text_long_number"),
    ("name with a control character", "nama", "Bu\x07di", "control_character"),
    ("unknown source", "sumber", "KEMENDES", "unknown_source"),
)
_SAME_IN_ALL_FORMS = frozenset(
    {
        *("count with dot", "count with leading zero", "source named by a formula", "count missing"),
        *("source nobody knows", "NIK of 15 digits", "NIK made a number", "birth date that is none"),
        *("sex against the NIK", "NIK behind an apostrophe", "unknown source", "code with zero width space"),
    }
)


def cells() -> Iterator[Case]:
    for table, places in ((TOTALS, _TOTALS_CELLS), (MEMBERS, _MEMBERS_CELLS), (ROSTER, _ROSTER_CELLS)):
        for title, column, value, rule in places:
            for form in FORMS if title in _SAME_IN_ALL_FORMS else FORMS[:1]:
                yield _in(form, title, table.with_cell(2, column, value), rule, 2)


# Rows that are no data, rows of another width, rows that come twice


def rows() -> Iterator[Case]:
    for table in KINDS:
        width = len(table.header)
        wide = ("Jumlah", *[""] * (width - 1))
        for form in ("csv", "xlsx"):
            for title, rule, row in (
                ("total row", "total_row", ("TOTAL", *[""] * (width - 2), "30429")),
                ("comment row", "comment_row", ("# dibuat oleh sistem", *[""] * (width - 1))),
                ("header repeated", "repeated_header", table.header),
                ("footer", "text_row", ("Dicetak 5 September 2021", *[""] * (width - 1))),
                ("subtotal", "total_row", wide),
            ):
                yield _in(form, title, table.inserted(2, row), rule, 2)
        yield _in("csv", "short row", table.inserted(2, table.rows[2][:4]), "short_row", 2)
        yield _in("csv", "long row", table.inserted(2, (*table.rows[2], "x")), "long_row", 2)
        twice = "duplicate_cell" if table.kind == "totals" else "duplicate_person"
        for form in FORMS:
            yield _in(form, "row twice", table.inserted(4, table.rows[0]), twice, 4)
    text = text_of(TOTALS)
    other = text.replace(text.split("\n")[3], text.split("\n")[3].replace(",", ";"))
    yield bad("other delimiter in mid-file", other, ("short_row", 4), rows=5)
    late = [
        (*TOTALS.rows[0][:4], code, *TOTALS.rows[0][5:8], str(n), "") for n, code in enumerate(MANY_REGENCIES)
    ]
    grouped = replace(TOTALS, rows=tuple(late)).with_cell(6_900, "aktif", "30.214")
    yield _in("csv", "count with dot late in the file", grouped, "count_separator", 6_900)
    people = replace(
        MEMBERS,
        rows=tuple(
            (nik(n % 9_000 + 1, region=f"1101{n // 9_000 + 1:02}"), *MEMBERS.rows[0][1:9], "")
            for n in range(25_000)
        ),
    )
    lost = people.with_cell(24_000, "nik", people.rows[24_000][0][1:])
    yield _in("csv", "NIK without its first digit late in the file", lost, "nik_too_short", 24_000)


# Headers


def headers() -> Iterator[Case]:
    for table, column in ((TOTALS, "aktif"), (MEMBERS, "program"), (ROSTER, "tgl_lahir")):
        for form in FORMS:
            row = None if form == "parquet" else 1
            name = f"kiriman{SUFFIX[form]}"
            count = len(table.rows)

            def case(title: str, changed: Rows, *rules: str, form: str = form, **more: Any) -> Case:
                place = more.pop("row")
                return bad(
                    f"{changed.kind} as {form}: {title}",
                    bytes_of(changed, form),
                    *((rule, place) for rule in rules),
                    **more,
                )

            more: dict[str, Any] = {"row": row, "name": name, "rows": count if form == "csv" else None}
            yield case(
                "column renamed",
                table.renamed(column, column + "x"),
                "unknown_column",
                "missing_column",
                **more,
            )
            yield case("column missing", table.without(column), "missing_column", **more)
            if form != "gz":
                yield case("column nobody knows", table.added("catatan", "x"), "unknown_column", **more)
                repeated = table.added(column.upper(), "x")
                yield case("column twice", repeated, "duplicate_column", **more)
    for table in KINDS:
        text = text_of(table)
        first, rest = text.split("\n", 1)
        kind = table.kind
        count = len(table.rows)
        yield bad(f"{kind}: no header", rest, ("header_missing", 1), rows=None)
        yield bad(f"{kind}: title above the header", "Data Agustus\n" + text, ("title_above_header", 2))
        groups = "wilayah" + "," * (len(table.header) - 2) + "peserta\n"
        yield bad(f"{kind}: header in two rows", groups + text, ("header_in_two_rows", 2))
        yield bad(f"{kind}: header only", first + "\n", ("no_rows", None), rows=0)
        yield bad(
            f"{kind}: column without a name",
            text_of(table.added("", "")),
            ("unnamed_column", 1),
            rows=count,
        )
    swapped = replace(TOTALS, header=(*TOTALS.header[:2], *reversed(TOTALS.header[2:4]), *TOTALS.header[4:]))
    found = [(rule, row) for row in range(2, 7) for rule in ("unknown_segment", "unknown_province")]
    yield bad("totals: names of two columns swapped", text_of(swapped), *found, rows=5)


# The text as a whole


def texts() -> Iterator[Case]:
    for table in KINDS:
        text, kind, count = text_of(table), table.kind, len(table.rows)
        lines = text.split("\n")
        yield bad(
            f"{kind}: Windows-1252",
            text.replace("ID-JB", "ID-JÉ", 1).encode("cp1252"),
            ("not_utf8", 4) if kind != "roster" else ("not_utf8", 2),
        )
        yield bad(f"{kind}: invalid byte", text.encode().replace(b"ID-JB", b"ID-\xff", 1), ("not_utf8", 4))
        yield bad(f"{kind}: UTF-16 without mark", text.encode("utf-16-le"), ("utf16_without_bom", None))
        yield bad(f"{kind}: UTF-32", text.encode("utf-32"), ("utf32", None))
        nul = text.replace("ID-JB", "ID\x00JB", 1)
        yield bad(f"{kind}: NUL in a cell", nul, ("control_character", 4), rows=count)
        yield bad(
            f"{kind}: quote not closed",
            "\n".join([*lines[:3], '"' + lines[3], *lines[4:]]),
            ("open_quote", 4),
        )
        closed = [*lines[:2], lines[2][:-1] + '"', lines[3] + '"', *lines[4:]]
        swallowing = "\n".join([*lines[:2], lines[2].rsplit(",", 1)[0] + ',"', lines[3] + '"', *lines[4:]])
        assert closed != lines
        yield bad(f"{kind}: quote closed a row later", swallowing, ("open_quote", 3))
        yield bad(f"{kind}: huge field", text + "X" * 40_000, ("line_too_long", count + 2))
        yield bad(
            f"{kind}: cut off in its last row",
            text[: -len(lines[-2]) // 2],
            ("truncated", count + 1),
            ("short_row", count + 1),
        )
        yield bad(
            f"{kind}: two months", text_of(table.with_cell(2, "periode", "2021-07")), ("mixed_months", 4)
        )
        yield bad(
            f"{kind}: month to come", text_of(table.with_column("periode", "2099-01")), ("future_month", 2)
        )
        yield good(
            f"{kind}: byte order mark", b"\xef\xbb\xbf" + text.encode(), table, "kiriman.csv", "utf8_bom"
        )
        yield good(f"{kind}: UTF-16", text.encode("utf-16"), table, "kiriman.csv", "utf16")
        yield good(f"{kind}: CR", text.replace("\n", "\r"), table, "kiriman.csv", "line_ends_cr")
        yield good(
            f"{kind}: mixed line ends", text.replace("\n", "\r\n", 3), table, "kiriman.csv", "line_ends_mixed"
        )
        yield good(f"{kind}: CRLF", text.replace("\n", "\r\n"), table)
        yield good(f"{kind}: no final line break", text[:-1], table, "kiriman.csv", "no_final_line_break")
        yield good(f"{kind}: blank rows", text.replace("\n", "\n\n", 2), table, "kiriman.csv", "blank_rows")
        for delimiter, word in ((";", "semicolon"), ("\t", "tab"), ("|", "stroke")):
            yield good(f"{kind}: {word}", text_of(table, delimiter), table)
        for form in FORMS:
            yield good(f"{kind}: {form}", bytes_of(table, form), table, f"kiriman{SUFFIX[form]}")
    yield bad("nothing", b"", ("empty_file", None), rows=0)
    yield bad("blank lines only", b"\n\n  \n,,,\n", ("empty_file", None), rows=0)
    yield bad("ten thousand columns", ",".join(f"k{n}" for n in range(10_000)), ("line_too_long", 1))
    yield bad("four hundred columns", ",".join(["periode"] * 400) + "\n", ("too_many_columns", 1), rows=0)
    zeros = MEMBERS.with_column("nik", *(row[0][:15] + "0" for row in MEMBERS.rows))
    zeros = zeros.with_column("nik", *(row[0][:14] + f"{n}0" for n, row in enumerate(zeros.rows, 1)))
    yield bad("members: every NIK ends in 0", text_of(zeros), ("nik_all_end_in_zero", None))
    free = ROSTER.with_cell(0, "nama", "Siti\nAminah")
    yield good("roster: line break in a name", text_of(free), free)


# Spreadsheets


def _book(table: Rows, change: Callable[[openpyxl.Workbook], object]) -> bytes:
    book = workbook_of(table)
    change(book)
    return saved(book)


def patched(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed."""
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in source.infolist():
            data = source.read(info)
            archive.writestr(info.filename, change(data) if info.filename == part else data)
    return target.getvalue()


_SHEET = "xl/worksheets/sheet1.xml"


def spreadsheets() -> Iterator[Case]:
    name = "kiriman.xlsx"

    def refused(title: str, content: bytes, *found: Found, **more: Any) -> Case:
        return bad(f"spreadsheet: {title}", content, *found, name=name, **more)

    def noted(title: str, content: bytes, *notes: str, table: Rows = TOTALS) -> Case:
        return good(f"spreadsheet: {title}", content, table, name, *notes)

    def sheet(change: Callable[[Any], object], table: Rows = TOTALS) -> bytes:
        return _book(table, lambda book: change(book.active))

    def cell(place: str, value: Any, table: Rows = TOTALS, **traits: Any) -> bytes:
        def change(page: Any) -> None:
            page[place].value = value
            for trait, said in traits.items():
                setattr(page[place], trait, said)

        return sheet(change, table)

    second = _book(TOTALS, lambda book: book.create_sheet("Lain").append(["periode"]))
    yield refused("data on two sheets", second, ("several_sheets", None))

    def hide_second(book: openpyxl.Workbook) -> None:
        book.create_sheet("Rahasia").append(["x"])
        book["Rahasia"].sheet_state = "hidden"

    yield refused("data on a hidden sheet too", _book(TOTALS, hide_second), ("several_sheets", None))

    def hide_first(book: openpyxl.Workbook) -> None:
        book.create_sheet("Sampul")
        book.active.sheet_state = "veryHidden"

    yield noted("the only data on a hidden sheet", _book(TOTALS, hide_first), "hidden_sheet", "empty_sheets")
    yield noted("empty sheets", _book(TOTALS, lambda book: book.create_sheet("Sheet2")), "empty_sheets")
    yield refused("merged cells", sheet(lambda page: page.merge_cells("B2:B3")), ("merged_cells", 2))
    titled = sheet(lambda page: (page.insert_rows(1), page.cell(1, 1, "Data Agustus 2021")))
    yield refused("title above the header", titled, ("title_above_header", 2))
    yield refused("formula without a stored result", cell("I4", "=1+1"), ("formula_without_value", 4), rows=5)
    yield refused("error cell", cell("I4", "#REF!", data_type="e"), ("cell_error", 4), rows=5)
    stored = patched(
        cell("I2", "=100+20"),
        _SHEET,
        lambda xml: (
            xml.replace(b"<v />", b"<v>120</v>")
            .replace(b"<v/>", b"<v>120</v>")
            .replace(b"<v></v>", b"<v>120</v>")
        ),
    )
    yield noted("formula with a stored result", stored, "formula_values")

    def hide_rows(page: Any) -> None:
        page.row_dimensions[3].hidden = True
        page.column_dimensions["E"].hidden = True

    yield noted("hidden rows and columns", sheet(hide_rows), "hidden_rows", "hidden_columns")
    yield refused("fraction as a count", cell("I4", 12.5), ("count_decimal", 4), rows=5)
    yield refused(
        "text with leading zeros as a count",
        cell("I4", "0012", data_type="s"),
        ("count_leading_zero", 4),
        rows=5,
    )
    yield refused("truth as a count", cell("I4", True), ("count_not_digits", 4), rows=5)
    yield refused("date as a count", cell("I4", dt.date(2021, 8, 31)), ("count_not_digits", 4), rows=5)
    yield refused("date as an age band", cell("H4", dt.date(2021, 9, 20)), ("unknown_age_band", 4), rows=5)
    yield refused("date as a month", cell("A4", dt.date(2021, 8, 1)), ("month_format", 4), rows=5)
    yield refused("count of millions of millions", cell("I4", 1.5e13), ("count_exponent", 4), rows=5)
    number = cell("A4", int(_GOOD_NIK), MEMBERS)
    yield refused("NIK as a number", number, ("nik_exponent", 4), rows=6)
    yield noted(
        "birth date as a date", cell("I4", dt.date(1979, 1, 31), MEMBERS), "date_cells", table=MEMBERS
    )
    yield noted("KPJ as a number", cell("J3", 12345678901, MEMBERS), "number_cells", table=MEMBERS)
    yield refused("content beyond the header", cell("L4", "x"), ("long_row", 4), rows=5)
    yield noted("formats without content", cell("Z900", None, font=Font(bold=True)))
    yield refused("cells at the far end", cell("XFD1", "x"), ("too_many_columns", 1))
    yield refused("nothing in it", saved(openpyxl.Workbook()), ("empty_file", None), rows=0)
    yield refused("half of it", bytes_of(TOTALS, "xlsx")[:3_000], ("broken_archive", None))
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    declared = patched(
        bytes_of(TOTALS, "xlsx"), _SHEET, lambda xml: entity + xml.removeprefix(b"<?xml version='1.0'?>")
    )
    yield refused("entities", declared, ("sheet_markup", None))
    macros = io.BytesIO(bytes_of(TOTALS, "xlsx"))
    with zipfile.ZipFile(macros, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    yield refused("macros", macros.getvalue(), ("sheet_macros", None))
    locked = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(900)
    )
    yield refused("password", locked, ("password", None))


# Parquet


def columnar() -> Iterator[Case]:
    name = "kiriman.parquet"

    def refused(title: str, content: bytes, *found: Found, **more: Any) -> Case:
        return bad(f"Parquet: {title}", content, *found, name=name, **more)

    def table(rows: Rows, **columns: pa.Array) -> pa.Table:
        texts = dict(zip(rows.header, map(list, zip(*rows.rows, strict=True)), strict=True))
        return pa.table(
            {name: columns.get(name, pa.array(values, pa.string())) for name, values in texts.items()}
        )

    counts = [120, 95, 30214, 0, 17]
    whole = table(TOTALS, aktif=pa.array(counts, pa.int64()), baru=pa.array([7, None, 0, 0, 1], pa.int32()))
    yield good("Parquet: counts as numbers", parquet(whole), TOTALS, name)
    words = table(TOTALS, sumber=pa.array([row[1] for row in TOTALS.rows]).dictionary_encode())
    yield good("Parquet: dictionary", parquet(words, compression="zstd"), TOTALS, name)
    large = table(TOTALS, provinsi=pa.array([row[3] for row in TOTALS.rows], pa.large_string()))
    yield good("Parquet: large text, many row groups", parquet(large, row_group_size=2), TOTALS, name)
    days = pa.array([dt.date.fromisoformat(row[8]) if row[8] else None for row in MEMBERS.rows], pa.date32())
    yield good("Parquet: birth dates as days", parquet(table(MEMBERS, tgl_lahir=days)), MEMBERS, name)
    yield good(
        "Parquet: no checksums", parquet_of(TOTALS, write_page_checksum=False), TOTALS, name, "no_checksums"
    )
    numbers = pa.array([int(row[0]) for row in MEMBERS.rows], pa.int64())
    yield refused("NIK as a number", parquet(table(MEMBERS, nik=numbers)), ("nik_not_text", None))
    yield refused(
        "NIK as a float", parquet(table(MEMBERS, nik=numbers.cast(pa.float64()))), ("nik_not_text", None)
    )
    yield refused("KPJ as a number", parquet(table(MEMBERS, kpj=numbers)), ("column_type", None))
    floats = pa.array(counts, pa.float64())
    yield refused("counts as floats", parquet(table(TOTALS, aktif=floats)), ("column_type", None))
    moments = pa.array([dt.datetime(1979, 1, 30, 17, tzinfo=dt.UTC)] * 6, pa.timestamp("us", "UTC"))
    yield refused("birth dates as moments", parquet(table(MEMBERS, tgl_lahir=moments)), ("column_type", None))
    decimals = pa.array(counts, pa.int64()).cast(pa.decimal128(24, 2))
    yield refused("counts as decimals", parquet(table(TOTALS, aktif=decimals)), ("column_type", None))
    nested = pa.array([[1]] * 5)
    yield refused("lists", parquet(table(TOTALS, aktif=nested)), ("column_type", None))
    yield refused("Brotli", parquet_of(TOTALS, compression="brotli"), ("compression_not_supported", None))
    latin = pa.array([b"Budi", b"Bud\xed", b"c", b"d", b"e"], pa.binary()).view(pa.string())
    yield refused("text that is not UTF-8", parquet(table(ROSTER, nama=latin)), ("not_utf8", 2))
    content = parquet_of(TOTALS)
    yield refused("cut off", content[:-30], ("broken_parquet", None))
    yield refused("beginning only", content[:60], ("broken_parquet", None))
    yield refused("footer of nothing", content[:-8] + b"\xff\xff\xff\x7f" + b"PAR1", ("broken_parquet", None))
    flipped = bytearray(content)
    flipped[content.index(b"BUMDES")] ^= 1
    yield refused("one bit flipped", bytes(flipped), ("broken_parquet", None))
    yield refused("encrypted", b"PARE" + content[4:-4] + b"PARE", ("password", None))
    wide = pa.table({f"k{n}": ["x"] for n in range(10_000)})
    yield refused("ten thousand columns", parquet(wide), ("too_many_columns", None))
    yield refused("no rows", parquet(whole.slice(0, 0)), ("no_rows", None), rows=0)
    negative = table(TOTALS, aktif=pa.array([-5, *counts[1:]], pa.int64()))
    yield refused("a negative number", parquet(negative), ("count_sign", 1), rows=5)


# Bombs: little to send, much to unpack


def zip_bomb(size: int, *, declared: int | None = None) -> bytes:
    """A workbook whose sheet unpacks to `size` bytes, nearly all blanks, and may say that it is smaller."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(bytes_of(TOTALS, "xlsx"))) as source,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for info in source.infolist():
            if info.filename != _SHEET:
                archive.writestr(info.filename, source.read(info))
        xml = source.read(_SHEET)
        with archive.open(_SHEET, "w") as part:
            part.write(xml[: xml.index(b"<sheetData>")])
            for _ in range(size // 2**20):
                part.write(b" " * 2**20)
            part.write(xml[xml.index(b"<sheetData>") :])
    data = bytearray(content.getvalue())
    if declared is not None:
        entry = data.rindex(b"PK\x01\x02", 0, data.rindex(_SHEET.encode()))
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


# Disguises, names


def disguises() -> Iterator[Case]:
    csv_text = text_of(TOTALS).encode()
    office = bytes_of(TOTALS, "xlsx")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("kiriman.csv", csv_text)
    for title, content, name in (
        ("PDF named CSV", b"%PDF-1.7 ...", "kiriman.csv"),
        ("spreadsheet named CSV", office, "kiriman.csv"),
        ("CSV named spreadsheet", csv_text, "kiriman.xlsx"),
        ("CSV named Parquet", csv_text, "kiriman.parquet"),
        ("Parquet named spreadsheet", parquet_of(TOTALS), "kiriman.xlsx"),
        ("CSV named gzip", csv_text, "kiriman.csv.gz"),
        ("gzip named CSV", gzip.compress(csv_text), "kiriman.csv"),
        ("archive named spreadsheet", archive.getvalue(), "kiriman.xlsx"),
        ("error page named CSV", b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "kiriman.csv"),
        ("JSON named CSV", json.dumps([{"periode": "2021-08"}]).encode(), "kiriman.csv"),
        ("old spreadsheet named new", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "kiriman.xlsx"),
    ):
        yield bad(f"disguise: {title}", content, ("disguise", None), name=name)
    yield bad("archive", archive.getvalue(), ("form_not_supported", None), name="kiriman.zip")
    within = gzip.compress(office)
    yield bad("spreadsheet within gzip", within, ("form_not_supported", None), name="kiriman.csv.gz")
    cut = gzip.compress(csv_text)[:-30]
    yield bad("gzip cut off", cut, ("broken_gzip", None), name="kiriman.csv.gz")


NAMES = (
    "snap_[0-9].csv",
    "*.csv",
    "a b\tc.csv",
    "baris\nbaru.csv",
    "![](http:__host_x.png).csv",
    "<script>alert(1)<_script>.csv",
    "=HYPERLINK(A1).csv",
    "-rf.csv",
    "~.csv",
    "%2e%2e%2fetc.csv",
    "\u202evsc.exe.csv",
    "NIK 3171234567890123 Siti.csv",
    "n" * 240 + ".csv",
)


def names() -> Iterator[Case]:
    for name in NAMES:
        yield good(f"name: {name[:40]!r}", text_of(TOTALS), TOTALS, name)
        wrong = TOTALS.with_cell(2, "aktif", "x")
        yield bad(
            f"name of a bad file: {name[:40]!r}", text_of(wrong), ("count_not_digits", 4), name=name, rows=5
        )


# What is in order in itself, but not beside what was delivered before


def others() -> Iterator[Case]:
    july = TOTALS.with_column("periode", "2021-07")
    tenfold = TOTALS.with_cell(2, "aktif", "302140")
    few = TOTALS.with_cell(2, "aktif", "3000")
    without = replace(TOTALS, rows=(*TOTALS.rows[:2], *TOTALS.rows[3:]))
    before = (("juli.csv", text_of(july).encode()),)

    def asked(title: str, table: Rows, name: str, *notes: str, **more: Any) -> Case:
        content = text_of(table).encode()
        return Case(title, content, "confirm", (), name, notes, rows=len(table.rows), **more)

    yield asked("ten times more", tenfold, "agustus.csv", "implausible", before=before)
    yield asked("90 % fewer", few, "agustus.csv", "implausible", before=before)
    yield asked("a source missing", without, "agustus.csv", "source_absent", before=before)
    yield asked("another month in the name", TOTALS, "kiriman-2021-07.csv", "name_month")
    told = good("ten times more, confirmed", text_of(tenfold), tenfold, "agustus.csv", before=before)
    yield replace(told, said={"confirmed": True})
    for table in KINDS:
        text, count = text_of(table).encode(), len(table.rows)
        same = (("pertama.csv", text),)
        rewritten = text_of(table, ";", "\r\n").encode()
        for title, content in (("same bytes again", text), ("same rows in other bytes", rewritten)):
            yield Case(
                f"{table.kind}: {title}", content, "unchanged", (), "kedua.csv", rows=count, before=same
            )
        wrong = table.with_cell(2, "provinsi", "91")
        found = (("province_number", 4),)
        said = {"quarantine": True}
        yield Case(
            f"{table.kind}: a bad row set aside",
            text_of(wrong).encode(),
            "quarantined",
            found,
            rows=count,
            said=said,
            delivered=replace(table, rows=(*table.rows[:2], *table.rows[3:])),
        )
    whole = text_of(TOTALS.without("aktif")).encode()
    yield Case(
        "no bad row is set aside of a bad file",
        whole,
        found=(("missing_column", 1),),
        said={"quarantine": True},
        rows=5,
    )


def cases() -> tuple[Case, ...]:
    """All of them; titles are unique."""
    makers = (cells, rows, headers, texts, spreadsheets, columnar, disguises, names, others)
    made = tuple(case for maker in makers for case in maker())
    assert len({case.title for case in made}) == len(made)
    return made
