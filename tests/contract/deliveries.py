"""Deliveries for the tests of the contract: a good one, and one of every kind of broken one."""

import datetime as dt
import gzip
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from enrollment.contract import Codes, Reading, read
from enrollment.keys import Keys
from enrollment.reference import SCHEMAS

TODAY = dt.date(2021, 9, 5)
CODES = Codes(
    sources=frozenset({"TPP", "NON_ASN", "BUMDES", "LAINNYA"}),
    provinces={
        "ID-AC": (1959, None),
        "ID-JB": (1950, None),
        "ID-PA": (1969, None),
        "ID-PB": (2003, None),
        "ID-PD": (2022, None),
        "ID-TT": (1976, 1999),
    },
    province_names={"ACEH": "ID-AC", "11": "ID-AC"},
    # Numbers enough for the cells of a long file.
    regencies={
        **{str(code): frozenset({"ID-AC"}) for code in range(1101, 7999)},
        "8201": frozenset({"ID-JB"}),
        "9103": frozenset({"ID-PA"}),
        "9201": frozenset({"ID-PB", "ID-PD"}),
        "9601": frozenset({"ID-PB", "ID-PD"}),
    },
)
HEADER = "periode,sumber,segmen,provinsi,kab_kota,program,jenis_kelamin,kelompok_umur,aktif,baru"
COLUMNS = HEADER.split(",")
ROWS = (
    "2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,L,20-29,120,7",
    "2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,P,20-29,95,",
    "2021-08,BUMDES,PU,ID-JB,,JKK+JKM+JHT,,,30214,0",
    "2021-08,LAINNYA,JAKON,ID-PB,9201,JKK+JKM+JHT+JP+JKP,P,60+,0,0",
)


KEYS = Keys((bytes(range(32)),), Path("kunci"))


def lines(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    """The text of a delivery."""
    return "".join(row + end for row in (header, *rows))


def with_cell(column: str, value: str, row: str = ROWS[0]) -> str:
    """A row with one cell changed."""
    cells = row.split(",")
    cells[COLUMNS.index(column)] = value
    return ",".join(cells)


def deliver(folder: Path, content: str | bytes, file: str = "kiriman.csv", **said: object) -> Reading:
    """Write a file and read it as a delivery."""
    path = folder / file
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return reading_of(path, **said)  # type: ignore[arg-type]


def reading_of(path: Path, codes: Codes = CODES, today: dt.date = TODAY, **said: object) -> Reading:
    """What the contract says of a file, on the day of the tests; people go into a file beside it."""
    said = {"keys": lambda: KEYS, "into": path.parent / "orang.parquet", **said}
    return read(path, codes, today=today, **said)  # type: ignore[arg-type]


Expected = tuple[str, int | None, str | None]


@dataclass(frozen=True)
class Broken:
    """A broken delivery and the faults it must get: rule, row, column."""

    title: str
    content: str | bytes
    expected: tuple[Expected, ...]
    name: str = "kiriman.csv"
    said: dict[str, object] = field(default_factory=dict)


def _cell(title: str, column: str, value: str, rule: str) -> Broken:
    """A good file whose third row has one bad cell."""
    content = lines(ROWS[1], with_cell(column, value), *ROWS[2:])
    return Broken(title, content, ((rule, 3, column),))


def _row(title: str, row: str, rule: str) -> Broken:
    """A good file with a row between that is no data."""
    return Broken(title, lines(*ROWS[:2], row, *ROWS[2:]), ((rule, 4, None),))


def _file(title: str, content: str | bytes, *expected: Expected, **options: object) -> Broken:
    return Broken(title, content, expected, **options)  # type: ignore[arg-type]


def _header(title: str, change: Callable[[str], str], *expected: Expected) -> Broken:
    return Broken(title, lines(*ROWS, header=change(HEADER)), expected)


GOOD = lines(*ROWS)
GOALS = ",".join(SCHEMAS["targets"]) + "\n"
ZIP = b"PK\x03\x04" + bytes(26)

CELLS = (
    _cell("month without leading zero", "periode", "2021-8", "month_format"),
    _cell("month in another order", "periode", "08/2021", "month_format"),
    _cell("month in words", "periode", "Agustus 2021", "month_format"),
    _cell("month with a day", "periode", "2021-08-31", "month_format"),
    _cell("thirteenth month", "periode", "2021-13", "month_format"),
    _cell("month zero of year zero", "periode", "0000-08", "month_format"),
    _cell("source nobody knows", "sumber", "TPP2", "unknown_source"),
    _cell("source named by markup", "sumber", "![](http://host/x.png)", "unknown_source"),
    _cell("source named by a formula", "sumber", "=HYPERLINK(A1)", "unknown_source"),
    _cell("source named by a statement", "sumber", "'; drop table snapshots; --", "unknown_source"),
    _cell("empty source", "sumber", "", "empty_required"),
    _cell("source of blanks", "sumber", "   ", "empty_required"),
    _cell("segment nobody knows", "segmen", "PNS", "unknown_segment"),
    _cell("province by name", "provinsi", "Aceh", "unknown_province"),
    _cell("province without prefix", "provinsi", "AC", "unknown_province"),
    _cell("province by a number that is ambiguous", "provinsi", "91", "province_number"),
    _cell("province by any number", "provinsi", "11", "province_number"),
    _cell("province that does not exist yet", "provinsi", "ID-PD", "province_not_in_year"),
    _cell("province that exists no more", "provinsi", "ID-TT", "province_not_in_year"),
    _cell("regency with a dot", "kab_kota", "11.01", "regency_format"),
    _cell("regency by name", "kab_kota", "Simeulue", "regency_format"),
    _cell("regency in no province", "kab_kota", "0901", "regency_format"),
    _cell("regency nobody knows", "kab_kota", "8199", "unknown_regency"),
    _cell("regency of another province", "kab_kota", "8201", "regency_elsewhere"),
    _cell("single programme", "program", "JHT", "programmes_incomplete"),
    _cell("programmes without JKM", "program", "JKK+JHT", "programmes_incomplete"),
    _cell("programmes in another order", "program", "JKM+JKK", "programmes_order"),
    _cell("programme named twice", "program", "JKK+JKM+JKM", "programmes_order"),
    _cell("programmes with blanks between", "program", "JKK + JKM", "programmes_order"),
    _cell("programme nobody knows", "program", "JKK+JKM+BPJS", "unknown_programme"),
    _cell("programmes joined by a stroke", "program", "JKK/JKM", "unknown_programme"),
    _cell("sex in words", "jenis_kelamin", "Laki-laki", "unknown_sex"),
    _cell("age instead of a band", "kelompok_umur", "25", "unknown_age_band"),
    _cell("age band turned into a date", "kelompok_umur", "20-Sep", "unknown_age_band"),
    _cell("age band with a dash", "kelompok_umur", "20\N{EN DASH}29", "look_alike_character"),
    _cell("empty count", "aktif", "", "empty_required"),
    _cell("count in words", "aktif", "seratus", "count_not_digits"),
    _cell("count with a unit", "aktif", "120 orang", "count_not_digits"),
    _cell("count not a number", "aktif", "NaN", "count_not_digits"),
    _cell("count in base sixteen", "aktif", "0x1F", "count_not_digits"),
    _cell("count unknown as a dash", "aktif", "-", "count_not_digits"),
    _cell("count as a formula", "aktif", "=1+1", "count_not_digits"),
    _cell("negative count", "aktif", "-5", "count_sign"),
    _cell("count with plus", "aktif", "+5", "count_sign"),
    _cell("negative flow", "baru", "-5", "count_sign"),
    _cell("count with dot", "aktif", "30.214", "count_separator"),
    _cell("count with apostrophe", "aktif", "30'214", "count_separator"),
    _cell("count with underscore", "aktif", "1_000", "count_separator"),
    _cell("count with blank between", "aktif", "30 214", "count_separator"),
    _cell("count with two dots", "aktif", "1.030.214", "count_separator"),
    _cell("count with decimals", "aktif", "12.0", "count_decimal"),
    _cell("count with dots and decimals", "aktif", "30.214.5", "count_decimal"),
    _cell("count with power of ten", "aktif", "1e3", "count_exponent"),
    _cell("count with power of ten and sign", "aktif", "1.2E+4", "count_exponent"),
    _cell("count with leading zero", "aktif", "0120", "count_leading_zero"),
    _cell("count of zeros", "aktif", "00", "count_leading_zero"),
    _cell("count with blank before", "aktif", " 120", "count_space"),
    _cell("count of more people than there are", "aktif", "300000001", "count_too_large"),
    _cell("count beyond any integer", "aktif", "9" * 40, "count_too_large"),
    _cell("count in full-width digits", "aktif", "１２０", "full_width_character"),
    _cell("count in Arabic digits", "aktif", "\u0661\u0662", "look_alike_character"),
    _cell("count with a true minus", "baru", "\N{MINUS SIGN}5", "look_alike_character"),
    _cell("count with no-break space", "aktif", "120\u00a0", "invisible_character"),
    _cell("code with zero width space", "sumber", "TPP\u200b", "invisible_character"),
    _cell("code with writing direction", "sumber", "\u202eTPP", "invisible_character"),
    _cell("code with byte order mark inside", "segmen", "\ufeffBPU", "invisible_character"),
    _cell("code with NUL", "sumber", "TP\x00P", "control_character"),
    _cell("code with tab inside", "sumber", "TP\tP", "control_character"),
    _cell("code with Cyrillic letter", "sumber", "T\N{CYRILLIC CAPITAL LETTER ER}P", "look_alike_character"),
    _cell("code in full-width letters", "sumber", "ＴＰＰ", "full_width_character"),
    _cell("code with dotless i", "segmen", "PM\N{LATIN SMALL LETTER DOTLESS I}", "look_alike_character"),
    _cell("code with accent", "sumber", "TPÉ", "unknown_source"),
    _cell("code with decomposed accent", "sumber", "TPE\u0301", "unknown_source"),
    _cell("code with a quote", "sumber", 'T"PP', "unknown_source"),
    _cell("code over two lines", "sumber", '"TPP\nDESA"', "line_break_in_cell"),
    Broken(
        "simulated spelt otherwise",
        lines(ROWS[0] + ",ya", ROWS[1] + ",tidak", header=HEADER + ",simulasi"),
        (("not_ya", 3, "simulasi"),),
    ),
    Broken(
        "number of people late in the file",
        lines(
            *(with_cell("aktif", str(n), with_cell("kab_kota", str(1101 + n))) for n in range(6000)), ROWS[2]
        )
        + with_cell("aktif", "30.214", ROWS[3])
        + "\n",
        (("count_separator", 6003, "aktif"),),
    ),
    Broken(
        "two bad cells in one row",
        lines(ROWS[1], with_cell("aktif", "x", with_cell("segmen", "Y")), ROWS[2]),
        (("count_not_digits", 3, "aktif"), ("unknown_segment", 3, "segmen")),
    ),
)

LINES = (
    _row("short row", "2021-08,TPP,BPU,ID-AC,1101", "short_row"),
    _row("long row", ROWS[0] + ",", "long_row"),
    _row("thousands separator is the delimiter", with_cell("aktif", "30,214"), "long_row"),
    _row("other delimiter in mid-file", ROWS[0].replace(",", ";"), "short_row"),
    _row("total row", "TOTAL,,,,,,,,30429,7", "total_row"),
    _row("total row in Indonesian", "2021-08,Jumlah,,,,,,,30429,7", "total_row"),
    _row("subtotal", "2021-08,TPP,Subtotal TPP,,,,,,215,7", "total_row"),
    _row("short total row", "Grand Total,30429", "total_row"),
    _row("comment row", "# dibuat oleh sistem", "comment_row"),
    _row("row commented out", "#" + ROWS[0], "comment_row"),
    _row("title row", "Kepesertaan Agustus 2021,,,,,,,,,", "text_row"),
    _row("footer", "Dicetak 5 September 2021 oleh Biro Data", "text_row"),
    _row("header repeated", HEADER, "repeated_header"),
    _row("header repeated in upper case", HEADER.upper(), "repeated_header"),
    _row("row twice", ROWS[0], "duplicate_cell"),
    _row("cell twice with another count", with_cell("aktif", "121"), "duplicate_cell"),
    _row("cell twice in another spelling", ROWS[0].lower().replace("jkk", " jkk"), "duplicate_cell"),
    Broken(
        "cell twice, the first with a bad count",
        lines(with_cell("aktif", "x"), ROWS[0], ROWS[1]),
        (("count_not_digits", 2, "aktif"), ("duplicate_cell", 3, None)),
    ),
    Broken(
        "footer without line break",
        lines(*ROWS) + "Sumber: BPJS Ketenagakerjaan",
        (("text_row", 6, None),),
    ),
)

HEADERS = (
    _file("no header", "".join(row + "\n" for row in ROWS), ("header_missing", 1, None)),
    _file("title above the header", "Data Agustus\n" + GOOD, ("title_above_header", 2, None)),
    _file("separator line of a spreadsheet", "sep=,\n" + GOOD, ("title_above_header", 2, None)),
    _file(
        "groups above the header",
        "wilayah" + "," * 5 + "peserta,,,\n" + GOOD,
        ("header_in_two_rows", 2, None),
    ),
    _file(
        "units below the header",
        lines("(YYYY-MM),(kode),(kode),(kode),,(himpunan),,,(orang),(orang)", *ROWS),
        ("header_in_two_rows", 2, None),
    ),
    _header(
        "column renamed",
        lambda header: header.replace("aktif", "aktiv"),
        ("unknown_column", 1, "aktiv"),
        ("missing_column", 1, "aktif"),
    ),
    _header("column unknown", lambda header: header.replace("baru", "upah"), ("unknown_column", 1, "upah")),
    _header("column twice", lambda header: header.replace("baru", "aktif"), ("duplicate_column", 1, "aktif")),
    _header(
        "column twice in two languages",
        lambda header: header.replace("baru", "active"),
        ("duplicate_column", 1, "aktif"),
    ),
    _header("column without a name", lambda header: header.replace("baru", ""), ("unnamed_column", 1, None)),
    _header(
        "column name with zero width space",
        lambda header: header.replace("baru", "baru\u200b"),
        ("invisible_character", 1, "baru"),
    ),
    _file(
        "delimiter at the end of every line",
        lines(*ROWS, end=",\n"),
        ("unnamed_column", 1, None),
    ),
    _file(
        "column missing",
        lines(*(row.rpartition(",")[0].rpartition(",")[0] for row in ROWS), header=",".join(COLUMNS[:-2])),
        ("missing_column", 1, "aktif"),
    ),
    _file("two hundred columns too many", ",".join(["periode"] * 400) + "\n", ("too_many_columns", 1, None)),
    _file("header only", HEADER + "\n", ("no_rows", None, None)),
    _file("header and blank rows only", HEADER + "\n\n,,,,,,,,,\n", ("no_rows", None, None)),
)

FILES = (
    _file("nothing", b"", ("empty_file", None, None)),
    _file("blank lines only", b"\n\n  \n,,,\n", ("empty_file", None, None)),
    _file("byte order mark only", b"\xef\xbb\xbf", ("empty_file", None, None)),
    _file("Windows-1252", GOOD.replace("BUMDES", "BUMDÉS").encode("cp1252"), ("not_utf8", 4, None)),
    _file("invalid byte", GOOD.encode().replace(b"ID-JB", b"ID-\xffB"), ("not_utf8", 4, None)),
    _file("half a character at the end", GOOD.encode() + b"\xe2\x80", ("not_utf8", 6, None)),
    _file("half a UTF-16 unit", GOOD.encode("utf-16") + b"\x00", ("not_utf16", 6, None)),
    _file("UTF-16 without mark", GOOD.encode("utf-16-le"), ("utf16_without_bom", None, None)),
    _file("UTF-32", GOOD.encode("utf-32"), ("utf32", None, None)),
    _file("broken spreadsheet", ZIP + b"xl/workbook.xml", ("broken_archive", None, None), name="a.xlsx"),
    _file("broken Parquet", b"PAR1" + bytes(64) + b"PAR1", ("broken_parquet", None, None), name="a.parquet"),
    _file("broken gzip", b"\x1f\x8b\x08" + bytes(30), ("broken_gzip", None, None), name="a.csv.gz"),
    _file("gzip cut off", gzip.compress(GOOD.encode())[:-9], ("broken_gzip", None, None), name="a.csv.gz"),
    _file("PDF in gzip", gzip.compress(b"%PDF-1.7"), ("form_not_supported", None, None), name="a.csv.gz"),
    _file("gzip that grows", gzip.compress(b" " * 70_000_000), ("bomb", None, None), name="a.csv.gz"),
    _file("file without suffix that is PDF", b"%PDF-1.7 ...", ("form_not_supported", None, None), name="a"),
    _file("PDF named CSV", b"%PDF-1.7 ...", ("disguise", None, None)),
    _file("spreadsheet named CSV", ZIP + b"xl/workbook.xml", ("disguise", None, None)),
    _file("archive named CSV", ZIP, ("disguise", None, None)),
    _file("old spreadsheet named CSV", b"\xd0\xcf\x11\xe0\xa1\xb1", ("disguise", None, None)),
    _file("error page named CSV", b"\n<!DOCTYPE html><html>502</html>", ("disguise", None, None)),
    _file("JSON named CSV", b'[{"periode":"2021-08"}]', ("disguise", None, None)),
    _file("XML named CSV", b"\xef\xbb\xbf<?xml version='1.0'?>", ("disguise", None, None)),
    _file("database named CSV", bytes(8) + b"DUCK" + bytes(40), ("disguise", None, None)),
    _file("CSV named spreadsheet", GOOD, ("disguise", None, None), name="kiriman.xlsx"),
    _file("CSV named gzip", GOOD, ("disguise", None, None), name="kiriman.csv.gz"),
    _file("huge field", lines(ROWS[0], with_cell("sumber", "X" * 40_000)), ("line_too_long", 3, None)),
    _file("ten thousand columns", ",".join(f"k{n}" for n in range(10_000)), ("line_too_long", 1, None)),
    _file("endless lines", HEADER + "\n" * 1_000_001, ("too_many_lines", None, None)),
    _file("open quote to the end", lines(ROWS[1], '"' + ROWS[0], *ROWS[2:]), ("open_quote", 3, None)),
    _file(
        "open quote closed rows later",
        lines(ROWS[1], with_cell("baru", '"7'), ROWS[2], ROWS[3] + '"'),
        ("open_quote", 3, None),
    ),
    _file("text behind a quote", lines(ROWS[1], with_cell("sumber", '"TPP"x')), ("broken_quote", 3, None)),
    _file("cut off in a row", GOOD[:-25], ("truncated", 5, None), ("short_row", 5, None)),
    _file(
        "two months",
        lines(*ROWS, with_cell("periode", "2021-07")),
        ("mixed_months", 6, "periode"),
    ),
    _file("month to come", GOOD.replace("2021-08", "2021-10"), ("future_month", 2, "periode")),
    _file("month not yet ended", GOOD.replace("2021-08", "2021-09"), ("future_month", 2, "periode")),
    _file("month of another century", GOOD.replace("2021-08", "1921-08"), ("month_too_early", 2, "periode")),
    _file(
        "other month than stated",
        GOOD,
        ("other_month", 2, "periode"),
        said={"month": dt.date(2021, 7, 31)},
    ),
    _file("other source than stated", GOOD, ("other_source", 4, "sumber"), said={"source": "TPP"}),
    _file("stated source unknown", GOOD, ("unknown_source", None, "sumber"), said={"source": "tpp9"}),
)

MEMBERS_HEADER = "nik,periode,sumber,segmen,provinsi,kab_kota,program,jenis_kelamin,tgl_lahir,kpj,npp"
MEMBERS = (
    "3171011708900001,2021-08,TPP,BPU,ID-AC,1101,JKK+JKM,L,1990-08-17,12345678901,AA123456",
    "3171015708900002,2021-08,TPP,BPU,ID-JB,,JKK+JKM,P,1990-08-17,,",
    "9201024101010013,2021-08,BUMDES,PU,ID-PB,9201,JKK+JKM+JHT,P,2001-01-01,10987654321,",
    "1101032902000024,2021-08,LAINNYA,JAKON,ID-PA,,JKK+JKM+JHT+JP,,,,",
)
ROSTER_HEADER = (
    "nik,nama,tgl_lahir,jenis_kelamin,provinsi,kab_kota,sumber,periode,program,kpj,jabatan,tgl_daftar,upah"
)
ROSTER = (
    "3171011708900001,Siti,1990-08-17,L,ID-AC,1101,TPP,2021-08,JKK+JKM,12345678901,Pendamping,2021-04-09,2500000",
    "3171015708900002,Ni Wayan D'É,1990-08-17,P,ID-JB,,TPP,2021-08,,,,,",
    '9201024101010013,"B. Budi, S.E.",2001-01-01,P,ID-PB,9201,BUMDES,2021-08,,,,,0',
)


def people(*rows: str, header: str = MEMBERS_HEADER) -> str:
    """The text of a delivery about people."""
    return lines(*rows, header=header)


def with_member(column: str, value: str, row: str = MEMBERS[0]) -> str:
    """A member with one cell changed."""
    cells = row.split(",")
    cells[MEMBERS_HEADER.split(",").index(column)] = value
    return ",".join(cells)


def with_listed(column: str, value: str, row: str = ROSTER[0]) -> str:
    """A row of a roster with one cell changed."""
    cells = row.split(",")
    cells[ROSTER_HEADER.split(",").index(column)] = value
    return ",".join(cells)


def _member(title: str, column: str, value: str, rule: str) -> Broken:
    """A good file about members whose third row has one bad cell."""
    return Broken(title, people(MEMBERS[1], with_member(column, value), *MEMBERS[2:]), ((rule, 3, column),))


def _listed(title: str, column: str, value: str, rule: str) -> Broken:
    """A good roster whose third row has one bad cell."""
    rows = (ROSTER[1], with_listed(column, value), ROSTER[2])
    return Broken(title, people(*rows, header=ROSTER_HEADER), ((rule, 3, column),))


def _keyed(title: str, key: str, space: str, *expected: Expected) -> Broken:
    """A delivery that names people by keys."""
    rows = (
        f"{'ab' * 16},ruang-1,2021-08,TPP,BPU,ID-AC,JKK+JKM",
        f"{key},{space},2021-08,TPP,BPU,ID-AC,JKK+JKM",
    )
    header = "kunci,kunci_ruang,periode,sumber,segmen,provinsi,program"
    return Broken(title, people(*rows, header=header), expected)


def mending(delivery: str, row: str) -> str:
    """A member's row that mends another row."""
    return f"{MEMBERS[0]},{delivery},{row}"


MENDING_HEADER = f"{MEMBERS_HEADER},kiriman,baris"

MEMBER_CELLS = (
    _member("empty NIK", "nik", "", "empty_required"),
    _member("NIK with 15 digits", "nik", "317101170890000", "nik_too_short"),
    _member("NIK with 17 digits", "nik", "31710117089000011", "nik_too_long"),
    _member("NIK as a power of ten", "nik", "3.17101E+15", "nik_exponent"),
    _member("NIK with decimals", "nik", "3171011708900001.0", "nik_decimal"),
    _member("NIK behind an apostrophe", "nik", "'3171011708900001", "nik_apostrophe"),
    _member("NIK with a blank behind", "nik", "3171011708900001 ", "nik_space"),
    _member("NIK in groups", "nik", "3171-0117-0890-0001", "nik_separator"),
    _member("NIK with the letter O", "nik", "317101170890000O", "nik_letters"),
    _member("NIK in words", "nik", "tidak ada", "nik_not_digits"),
    _member("NIK of one digit", "nik", "1111111111111111", "nik_same_digit"),
    _member("NIK of no region", "nik", "0071011708900001", "nik_region"),
    _member("NIK of no day", "nik", "3171013208900001", "nik_day"),
    _member("NIK of no month", "nik", "3171011713900001", "nik_month"),
    _member("NIK without serial number", "nik", "3171011708900000", "nik_serial"),
    _member("NIK in full-width digits", "nik", "３１７１０１１７０８９００００１", "full_width_character"),
    _member("KPJ with 10 digits", "kpj", "1234567890", "kpj_too_short"),
    _member("KPJ with 12 digits", "kpj", "123456789012", "kpj_too_long"),
    _member("KPJ as a power of ten", "kpj", "1.2E+10", "kpj_exponent"),
    _member("KPJ with decimals", "kpj", "12345678901.0", "kpj_decimal"),
    _member("KPJ behind an apostrophe", "kpj", "'12345678901", "kpj_apostrophe"),
    _member("KPJ with a blank", "kpj", " 12345678901", "kpj_space"),
    _member("KPJ in groups", "kpj", "123 4567 8901", "kpj_separator"),
    _member("KPJ with a letter", "kpj", "1234567890l", "kpj_letters"),
    _member("KPJ in words", "kpj", "ada?", "kpj_not_digits"),
    _member("NPP with a blank", "npp", "AA 123", "npp_format"),
    _member("NPP that may be a NIK", "npp", "3171011708900001", "npp_long_number"),
    _member("birth in words", "tgl_lahir", "17 Agustus 1990", "date_format"),
    _member("birth with a remark", "tgl_lahir", "1990-08-17 (sementara)", "date_format"),
    _member("birth at no end", "tgl_lahir", "infinity", "date_format"),
    _member("birth written day first once", "tgl_lahir", "17/08/1990", "date_format"),
    _member("birth on no day", "tgl_lahir", "1990-02-30", "date_impossible"),
    _member("birth in another age", "tgl_lahir", "1890-08-17", "birth_too_early"),
    _member("other birth than in the NIK", "tgl_lahir", "1990-08-18", "nik_birth_date"),
    _member("other sex than in the NIK", "jenis_kelamin", "P", "nik_sex"),
    _member("unknown sex of a member", "jenis_kelamin", "X", "unknown_sex"),
    _member("segment of a member nobody knows", "segmen", "PNS", "unknown_segment"),
    _member("member in a province to come", "provinsi", "ID-PD", "province_not_in_year"),
    _member("regency of a member nobody knows", "kab_kota", "8199", "unknown_regency"),
    _member("member in a regency of another province", "kab_kota", "8201", "regency_elsewhere"),
    _member("member without month", "periode", "", "empty_required"),
    _listed("listed in a regency of another province", "kab_kota", "9201", "regency_elsewhere"),
    _listed("empty name", "nama", "", "empty_required"),
    _listed("name with a NIK", "nama", "Siti 3171011708900001", "text_long_number"),
    _listed("endless name", "nama", "Siti " * 50, "text_too_long"),
    _listed("name with a control character", "nama", "Si\x07ti", "control_character"),
    _listed("occupation with a NIK", "jabatan", "a.n. 3171 0117 0890 0001", "text_long_number"),
    _listed("wage with separators", "upah", "2.500.000", "count_separator"),
    _listed("wage of a thousand people", "upah", "99999999999", "wage_too_large"),
    _listed("registration in words", "tgl_daftar", "kemarin", "date_format"),
    _listed("empty birth", "tgl_lahir", "", "empty_required"),
    Broken(
        "birth year that is none",
        people(
            "3171011708900001,2021-08,TPP,BPU,ID-AC,JKK+JKM,90",
            "3171015708900002,2021-08,TPP,BPU,ID-AC,JKK+JKM,1991",
            "9201024101010013,2021-08,TPP,BPU,ID-AC,JKK+JKM,2001",
            "9201024101250013,2021-08,TPP,BPU,ID-AC,JKK+JKM,2025",
            header="nik,periode,sumber,segmen,provinsi,program,tahun_lahir",
        ),
        (
            ("year_format", 2, "tahun_lahir"),
            ("nik_birth_year", 3, "tahun_lahir"),
            ("birth_in_future", 5, "tahun_lahir"),
        ),
    ),
    _keyed("key too short", "abc", "ruang-1", ("key_format", 3, "kunci")),
    _keyed("NIK for a key", "3171011708900001", "ruang-1", ("key_is_nik", 3, "kunci")),
    _keyed("key space that is none", "cd" * 16, "x", ("key_space_format", 3, "kunci_ruang")),
    Broken(
        "mended delivery without name",
        people(
            mending("abcdef01", "7"), mending("abc", "0").replace("0001", "0003", 1), header=MENDING_HEADER
        ),
        (("mends_format", 3, "kiriman"), ("mends_row_format", 3, "baris")),
    ),
    Broken("member twice", people(*MEMBERS, MEMBERS[1]), (("duplicate_person", 6, "nik"),)),
    Broken("total row among members", people(*MEMBERS, "TOTAL,,,,,,,,,,"), (("total_row", 6, None),)),
    Broken("short row among members", people(*MEMBERS, "x,y,z"), (("short_row", 6, None),)),
)
PEOPLE_FILES = (
    _file(
        "file about people with few columns",
        "nik,periode,sumber\n3171234567890123,2021-08,TPP\n",
        *(("missing_column", 1, column) for column in ("nama", "tgl_lahir", "jenis_kelamin", "provinsi")),
    ),
    _file(
        "NIK and key",
        people(f"kunci,{MEMBERS[0]}", header=f"kunci,{MEMBERS_HEADER}"),
        ("either_column", 1, "kunci"),
        ("missing_column", 1, "kunci_ruang"),
    ),
    _file(
        "key without its space",
        people("x", header="kunci,segmen,periode,sumber,provinsi,program"),
        ("missing_column", 1, "kunci_ruang"),
    ),
    _file(
        "row that mends no delivery",
        people(header=f"{MEMBERS_HEADER},baris"),
        ("missing_column", 1, "kiriman"),
    ),
    _file(
        "NIK from a spreadsheet",
        people(*(row[:14] + "10" + row[16:] for row in MEMBERS[:3])),
        ("nik_all_end_in_zero", None, "nik"),
    ),
    _keyed("keys of two spaces", "cd" * 16, "ruang-2", ("mixed_key_spaces", None, "kunci_ruang")),
    _file(
        "rows of two deliveries mended",
        people(mending("abcdef01", "7"), mending("abcdef02", "7"), header=MENDING_HEADER),
        ("mixed_mends", None, "kiriman"),
    ),
    _file(
        "day or month first",
        people(with_member("tgl_lahir", "07/08/1990", MEMBERS[0].replace("1708900001", "0708900001"))),
        ("ambiguous_dates", None, "tgl_lahir"),
    ),
    _file(
        "dates in two ways late in the file",
        people(
            *(
                with_member("tgl_lahir", "17/08/1990", MEMBERS[0].replace("0001", f"{n:04}", 1))
                for n in range(1, 1101)
            ),
            MEMBERS[1],
        ),
        ("mixed_dates", 1102, "tgl_lahir"),
    ),
    _file(
        "members of two months",
        people(MEMBERS[0], with_member("periode", "2021-07", MEMBERS[1])),
        ("mixed_months", 3, "periode"),
    ),
    _file(
        "members of a month to come",
        people(with_member("periode", "2021-12")),
        ("future_month", 2, "periode"),
    ),
    _file(
        "members of another source", people(*MEMBERS), ("other_source", 4, "sumber"), said={"source": "TPP"}
    ),
    _file("members header only", people(), ("no_rows", None, None)),
    _file("members cut off", people(*MEMBERS)[:-40], ("truncated", 5, None), ("short_row", 5, None)),
    _file("reference with semicolons", GOALS.replace(",", ";"), ("reference_form", None, None)),
    _file(
        "reference column renamed",
        GOALS.replace("due", "sampai"),
        ("unknown_column", 1, "sampai"),
        ("missing_column", 1, "due"),
    ),
    _file(
        "reference column twice",
        GOALS.replace("note_en", "note"),
        ("duplicate_column", 1, "note"),
        ("missing_column", 1, "note_en"),
    ),
    _file("reference row too short", GOALS + "38M,2021\n", ("short_row", 2, None)),
    _file(
        "no good row",
        people("x" + MEMBERS[0][1:]),
        ("no_good_row", None, None),
        ("nik_letters", 2, "nik"),
        said={"quarantine": True},
    ),
)
BROKEN = CELLS + LINES + HEADERS + FILES + MEMBER_CELLS + PEOPLE_FILES
