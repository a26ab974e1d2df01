"""Single cells at fault; rows that are no data, of another width, or there twice."""

from collections.abc import Iterator
from dataclasses import replace

from tests.contract.bad_input.case import Case, bad, in_form
from tests.contract.tables import (
    FORMS,
    GOOD_NIK,
    KINDS,
    MANY_REGENCIES,
    MEMBERS,
    ROSTER,
    TOTALS,
    nik,
    text_of,
)

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
_MEMBERS_CELLS = (
    ("NIK of 15 digits", "nik", GOOD_NIK[1:], "nik_too_short"),
    ("NIK of 17 digits", "nik", GOOD_NIK + "1", "nik_too_long"),
    ("NIK made a number", "nik", "1.10101310179001E+15", "nik_exponent"),
    ("NIK made a number in Indonesian", "nik", "1,10101310179001E+15", "nik_exponent"),
    ("NIK with decimals", "nik", GOOD_NIK + ".0", "nik_decimal"),
    ("NIK behind an apostrophe", "nik", "'" + GOOD_NIK, "nik_apostrophe"),
    ("NIK with blanks around", "nik", f" {GOOD_NIK} ", "nik_space"),
    ("NIK in groups", "nik", f"{GOOD_NIK[:4]} {GOOD_NIK[4:8]} {GOOD_NIK[8:]}", "nik_separator"),
    ("NIK with dots", "nik", f"{GOOD_NIK[:6]}.{GOOD_NIK[6:12]}.{GOOD_NIK[12:]}", "nik_separator"),
    ("NIK with the letter O", "nik", GOOD_NIK.replace("0", "O", 1), "nik_letters"),
    ("NIK of one digit", "nik", "1" * 16, "nik_same_digit"),
    ("NIK of no region", "nik", "00" + GOOD_NIK[2:], "nik_region"),
    ("NIK of no day", "nik", GOOD_NIK[:6] + "36" + GOOD_NIK[8:], "nik_day"),
    ("NIK of no month", "nik", GOOD_NIK[:8] + "13" + GOOD_NIK[10:], "nik_month"),
    ("NIK with serial 0000", "nik", GOOD_NIK[:12] + "0000", "nik_serial"),
    ("NIK in full-width digits", "nik", "１" + GOOD_NIK[1:], "full_width_character"),
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
                yield in_form(form, title, table.with_cell(2, column, value), rule, 2)


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
                yield in_form(form, title, table.inserted(2, row), rule, 2)
        yield in_form("csv", "short row", table.inserted(2, table.rows[2][:4]), "short_row", 2)
        yield in_form("csv", "long row", table.inserted(2, (*table.rows[2], "x")), "long_row", 2)
        twice = "duplicate_cell" if table.kind == "totals" else "duplicate_person"
        for form in FORMS:
            yield in_form(form, "row twice", table.inserted(4, table.rows[0]), twice, 4)
    text = text_of(TOTALS)
    other = text.replace(text.split("\n")[3], text.split("\n")[3].replace(",", ";"))
    yield bad("other delimiter in mid-file", other, ("short_row", 4), rows=5)
    late = [
        (*TOTALS.rows[0][:4], code, *TOTALS.rows[0][5:8], str(n), "") for n, code in enumerate(MANY_REGENCIES)
    ]
    grouped = replace(TOTALS, rows=tuple(late)).with_cell(6_900, "aktif", "30.214")
    dotted = in_form("csv", "count with dot late in the file", grouped, "count_separator", 6_900)
    yield replace(dotted, regencies=MANY_REGENCIES)
    people = replace(
        MEMBERS,
        rows=tuple(
            (nik(n % 9_000 + 1, region=f"1101{n // 9_000 + 1:02}"), *MEMBERS.rows[0][1:9], "")
            for n in range(25_000)
        ),
    )
    lost = people.with_cell(24_000, "nik", people.rows[24_000][0][1:])
    yield in_form("csv", "NIK without its first digit late in the file", lost, "nik_too_short", 24_000)
