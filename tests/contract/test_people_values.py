"""The rules for values about people, and that whole columns are judged as single values are."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.contract import values, whole_columns
from enrollment.contract.values import Problem

NIK = "3171010101900001"
KEY = "0123456789abcdef0123456789abcdef"


def rule(verdict: object) -> str | None:
    return verdict.rule if isinstance(verdict, Problem) else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NIK, None),
        ("3171014101900001", None),  # a woman
        ("3171017112900001", None),  # a woman of the 31st
        ("9702012902960001", None),  # the 29th of February in a leap year
        ("3171012902000001", None),
        ("317101010190000", "nik_too_short"),
        ("31710101019000012", "nik_too_long"),
        ("", "nik_not_digits"),
        ("3.17E+15", "nik_exponent"),
        ("3,17101E+15", "nik_exponent"),
        ("3171010101900000e0", "nik_exponent"),
        ("3171010101900001.0", "nik_decimal"),
        ("3171010101900001,", "nik_decimal"),
        ("'3171010101900001", "nik_apostrophe"),
        ('"3171010101900001"', "nik_apostrophe"),
        (" 3171010101900001", "nik_space"),
        ("3171010101900001\t", "nik_space"),
        ("317101 010190 0001", "nik_separator"),
        ("317101-010190-0001", "nik_separator"),
        ("31.71.01.010190.0001", "nik_separator"),
        ("317101O101900001", "nik_letters"),
        ("NIK3171010101900001", "nik_letters"),
        ("+3171010101900001", "nik_not_digits"),
        ("tidak ada", "nik_not_digits"),
        ("3171************", "nik_not_digits"),
        ("３１７１０１０１０１９００００１", "full_width_character"),
        ("٣١٧١٠١٠١٠١٩٠٠٠٠١", "look_alike_character"),
        ("3171010101900001\u200b", "invisible_character"),
        ("1111111111111111", "nik_same_digit"),
        ("0000000000000000", "nik_same_digit"),
        ("0971010101900001", "nik_region"),
        ("9871010101900001", "nik_region"),
        ("3100010101900001", "nik_region"),
        ("3171000101900001", "nik_region"),
        ("3171010001900001", "nik_day"),
        ("3171013201900001", "nik_day"),
        ("3171014001900001", "nik_day"),
        ("3171017201900001", "nik_day"),
        ("3171013104900001", "nik_day"),
        ("3171012902950001", "nik_day"),
        ("3171010100900001", "nik_month"),
        ("3171010113900001", "nik_month"),
        ("3171010101900000", "nik_serial"),
    ],
)
def test_every_broken_form_of_a_nik_has_its_rule(text: str, expected: str | None) -> None:
    verdict = values.nik(text)
    assert rule(verdict) == expected
    if expected is None:
        assert verdict == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (KEY, KEY),
        (KEY.upper(), KEY),
        ("01234567-89AB-cdef-0123-456789abcdef", KEY),
        (KEY[1:], "key_format"),
        (KEY + "0", "key_format"),
        ("g" + KEY[1:], "key_format"),
        ("0123456789ab-cdef-0123-4567-89abcdef", "key_format"),
        ("{01234567-89ab-cdef-0123-456789abcdef}", "key_format"),
        ("0" * 32, "key_format"),
        ("00000000-0000-0000-0000-000000000000", "key_format"),
        (NIK, "key_is_nik"),
    ],
)
def test_a_key_is_32_hexadecimal_digits(text: str, expected: str) -> None:
    verdict = values.key(text)
    assert (rule(verdict) or verdict) == expected


@pytest.mark.parametrize(
    ("judge", "text", "expected"),
    [
        (values.kpj, "12345678901", None),
        (values.kpj, "1234567890", "kpj_too_short"),
        (values.kpj, "123456789012", "kpj_too_long"),
        (values.kpj, "1.23E+10", "kpj_exponent"),
        (values.kpj, "12345 678901", "kpj_separator"),
        (values.kpj, "1234567890O", "kpj_letters"),
        (values.npp, "JJ012345", None),
        (values.npp, "AB/12-3.4", None),
        (values.npp, "JJ 012345", "npp_format"),
        (values.npp, "", "npp_format"),
        (values.npp, "A" * 21, "npp_format"),
        (values.npp, "=1+1", "npp_format"),
        (values.npp, NIK, "npp_long_number"),
        (values.npp, "317101-010190-0001", "npp_long_number"),
        (values.key_space, "0123456789abcdef", None),
        (values.key_space, "dukcapil-2026", None),
        (values.key_space, "a b c d", "key_space_format"),
        (values.key_space, NIK, "key_space_format"),
        (values.free_text, "Ny. Siti Nur'aini, S.Pd. – «Ketua» 王", None),
        (values.free_text, '=HYPERLINK("http://x")<script>\';drop table', None),
        (values.free_text, "Jl. Melati\nNo. 3", None),
        (values.free_text, "a\x00b", "control_character"),
        (values.free_text, "a\tb", "control_character"),
        (values.free_text, "a\x7fb", "control_character"),
        (values.free_text, "a\u202eb", "control_character"),
        (values.free_text, "x" * 201, "text_too_long"),
        (values.free_text, f"Ketua {NIK}", "text_long_number"),
        (values.free_text, "Ketua 3171 0101 0190 0001", "text_long_number"),
        (values.free_text, "３１７１０１０１０１９００００１", "text_long_number"),
        (values.wage, "4500000", None),
        (values.wage, "4.500.000", "count_separator"),
        (values.wage, "4500000,00", "count_decimal"),
        (values.wage, "Rp4500000", "count_not_digits"),
        (values.wage, "99999999999", "wage_too_large"),
        (values.birth_date, "1990-01-31", None),
        (values.birth_date, "31/01/1990", "date_format"),
        (values.birth_date, "1990-1-31", "date_format"),
        (values.birth_date, "1990-02-30", "date_impossible"),
        (values.birth_date, "1899-12-31", "birth_too_early"),
        (values.birth_date, "infinity", "date_format"),
        (values.birth_date_day_first, "31/01/1990", None),
        (values.birth_date_day_first, "01/31/1990", "date_format"),
        (values.birth_date_day_first, "1990-01-31", "date_format"),
        (values.birth_date_day_first, "31/01/1890", "birth_too_early"),
        (values.birth_year, "1990", None),
        (values.birth_year, "90", "year_format"),
        (values.birth_year, "1990.0", "year_format"),
        (values.birth_year, "1899", "birth_too_early"),
        (values.day, "2021-04-09", None),
        (values.day, "2021-04-09 (sementara)", "date_format"),
    ],
)
def test_a_value_about_a_person_is_taken_or_has_its_rule(
    judge: Callable[..., object], text: str, expected: str | None
) -> None:
    assert rule(judge(text)) == expected


@pytest.mark.parametrize(
    "text", [NIK[:15], NIK + "1", NIK + ".0", f"'{NIK}", f" {NIK}", "317101 010190 0001"]
)
def test_no_detail_of_a_problem_holds_a_nik(text: str) -> None:
    verdict = values.nik(text)
    assert isinstance(verdict, Problem)
    assert all(len(detail) < 12 for detail in verdict.explained(text).values())


def test_a_day_has_two_readings_with_slashes() -> None:
    assert values.day_first("03/04/2021") == dt.date(2021, 4, 3)
    assert values.month_first("03/04/2021") == dt.date(2021, 3, 4)
    assert values.month_first("13/04/2021") is None
    assert values.day_first("3/4/2021") is None


digit = st.sampled_from("0123456789")
groups = st.sampled_from(["00", "01", "11", "28", "29", "30", "31", "32", "40", "41", "69", "72", "97", "98"])
alike = st.one_of(
    st.lists(groups, min_size=8, max_size=8).map("".join),
    st.tuples(st.sampled_from(["319701", "110000", "317101"]), st.dates(dt.date(1930, 1, 1)), digit).map(
        lambda parts: f"{parts[0]}{parts[1]:%d%m%y}000{parts[2]}"
    ),
    st.text(digit, min_size=15, max_size=17),
    digit.map(lambda one: one * 16),
    st.text(st.sampled_from("0123456789 ٣３E+."), min_size=4, max_size=18),
    st.text(digit, min_size=11, max_size=11),
    st.text(st.sampled_from("0123456789abcdefABCDEF"), min_size=32, max_size=32),
    st.text(st.sampled_from("0fg-"), min_size=32, max_size=36),
    st.uuids().map(str),
    st.just(KEY),
    st.none(),
)


@given(st.lists(alike, max_size=30), st.booleans(), st.integers(0, 3), st.booleans())
def test_a_whole_column_is_judged_as_its_single_values_are(
    texts: list[str | None], dictionary: bool, skipped: int, large: bool
) -> None:
    column = pa.array(texts, pa.large_string() if large else pa.string())
    column = (column.dictionary_encode() if dictionary else column)[skipped:]
    for many, one in (
        (whole_columns.valid_niks, values.nik),
        (whole_columns.valid_keys, values.key),
        (whole_columns.valid_kpjs, values.kpj),
    ):
        expected = [text is not None and rule(one(text)) is None for text in texts[skipped:]]
        assert many(column).to_pylist() == expected


def slow_contradictions(
    nik: str | None, birth_date: dt.date | None, birth_year: int | None, sex: str | None
) -> list[str]:
    if nik is None:
        return []
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    born = (day - 40 if day > 40 else day, month, year)
    found = []
    if birth_date and born != (birth_date.day, birth_date.month, birth_date.year % 100):
        found.append("nik_birth_date")
    if birth_year and year != birth_year % 100:
        found.append("nik_birth_year")
    if sex and (sex == "P") != (day > 40):
        found.append("nik_sex")
    return found


@st.composite
def people(draw: st.DrawFn) -> tuple[str | None, dt.date | None, int | None, str | None]:
    born = draw(st.dates(dt.date(1900, 1, 1), dt.date(2021, 12, 31)))
    woman = draw(st.booleans())
    nik = f"317101{born.day + 40 * woman:02}{born:%m%y}0001"
    other = draw(st.dates(dt.date(1900, 1, 1), dt.date(2021, 12, 31)))
    return (
        draw(st.sampled_from([nik, nik, nik, None])),
        draw(st.sampled_from([born, born, born.replace(year=1900 + born.year % 100, day=1), other, None])),
        draw(st.sampled_from([born.year, born.year, other.year, None])),
        draw(st.sampled_from(["LP"[woman], "LP"[woman], "L", "P", None])),
    )


@given(st.lists(people(), max_size=20), st.booleans(), st.booleans())
def test_a_nik_that_contradicts_its_row_is_found(
    rows: list[tuple[str | None, dt.date | None, int | None, str | None]], dictionary: bool, sliced: bool
) -> None:
    columns = [
        pa.array([row[index] for row in rows], kind)
        for index, kind in enumerate((pa.string(), pa.date32(), pa.int16(), pa.string()))
    ]
    if dictionary:
        columns[3] = columns[3].dictionary_encode()
    if sliced:
        rows, columns = rows[1:], [column[1:] for column in columns]
    found = {
        (rule, position) for rule, at in whole_columns.contradictions(*columns) for position in at.tolist()
    }
    assert found == {(rule, at) for at, row in enumerate(rows) for rule in slow_contradictions(*row)}


def test_columns_that_are_absent_contradict_nothing() -> None:
    assert whole_columns.contradictions(pa.array([NIK])) == []
    assert whole_columns.contradictions(pa.array([NIK]), sexes=pa.array([None], pa.string())) == []
    ((rule, at),) = whole_columns.contradictions(pa.array([None, NIK]), sexes=pa.array(["P", "P"]))
    assert (rule, at.tolist(), at.dtype) == ("nik_sex", [1], np.int64)


def test_a_column_that_a_spreadsheet_has_rounded_ends_in_zeros() -> None:
    assert whole_columns.all_end_in_zero(pa.array([NIK[:15] + "0", NIK[:14] + "20"]))
    assert not whole_columns.all_end_in_zero(pa.array([NIK[:15] + "0", NIK]))
    assert not whole_columns.all_end_in_zero(pa.array([], pa.string()))
    assert whole_columns.all_end_in_zero(pa.array([NIK[:15] + "0"]).dictionary_encode())
