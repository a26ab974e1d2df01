"""Follow-up lists: whom they name, why, what is to be done, and no NIK in clear unless it was given."""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import followups
from enrollment.contract.faults import RULES
from enrollment.language import CODES, Language
from enrollment.reconciliation.result import CLASSES, NEAR_MISSES, PEOPLE, REVERSE, ROWS, Result
from enrollment.reference import Reference
from tests.minutes.results import USUAL, tables

ID, EN = Language("id"), Language("en")
MASKED = "3171************"
# Rules for deliveries of totals, of keys, of members alone, and for what the store knows.
NOT_OF_A_ROSTER = (
    *("duplicate_cell", "unknown_segment", "unknown_age_band", "key_format", "key_is_nik"),
    *("key_space_format", "npp_format", "npp_long_number", "mends_format", "mends_row_format"),
    *("reference_value", "mends_unknown_delivery", "mends_unknown_row", "mends_kept_row"),
    *("event_kind", "event_of_nobody", "event_not_above_zero", "event_not_below_zero"),
    *("stated_after_due", "duplicate_entry"),
)


def row(number: int, name: str, **given: Any) -> dict[str, Any]:
    return {"row": number, "class": name, "masked": MASKED, "province": "ID-JB", "regency": "3201"} | given


ROSTER = [
    row(2, "active_all"),
    row(3, "active_part", missing="JHT+JKM"),
    row(4, "other_source", elsewhere="BESAR+TANI"),
    row(5, "lapsed", lapsed_since=dt.date(2021, 7, 31)),
    row(6, "not_found", months_not_found=1),
    row(7, "not_found", months_not_found=4, regency=None),
    row(8, "duplicate", earlier_row=3),
    row(9, "invalid", rule="nik_too_short", masked=None, province=None, regency=None),
    row(10, "out_of_scope", province="ID-XX", source="TPP", month=dt.date(2021, 7, 31)),
    row(11, "active_part", missing="JHT", confirmed=True),
]
SLIP = {
    "row": 7,
    "masked": MASKED,
    "masked_candidate": "3271************",
    "slip": "digit",
    "position": 2,
    "same_birth": True,
    "same_sex": None,
    "same_province": False,
    "source": "TPP",
    "programmes": "JKK+JKM",
}
SWAP = SLIP | {"slip": "swap", "position": 15, "masked_candidate": MASKED}
MEMBER = {"kpj": "12345678901", "province": "ID-AC", "programmes": "JKK+JKM+JHT"}


def table(schema: pa.Schema, rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=schema)


def of(rows: list[dict[str, Any]]) -> Result:
    """A result with the counts of the rows."""
    classes = {name: sum(row["class"] == name for row in rows) for name in CLASSES}
    people = sum(classes[name] for name in PEOPLE)
    return replace(USUAL, classes=classes, rows=len(rows), people=people, near_misses=1, reverse=1)


def listed(name: str, rows: list[dict[str, Any]], language: Language = ID, **given: Any) -> list[list[str]]:
    """A list as it is read from its CSV, without the header."""
    schema = {"near_misses": NEAR_MISSES, "reverse": REVERSE}.get(name, ROWS)
    content = followups.csv(name, of(ROSTER), table(schema, rows), tables(), language, **given)
    return list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]


def workbook(language: Language = ID, rows: list[dict[str, Any]] = ROSTER, **given: Any) -> bytes:
    return followups.workbook(
        of(rows),
        table(ROWS, rows),
        table(NEAR_MISSES, [SLIP, SWAP]),
        table(REVERSE, [MEMBER]),
        tables(),
        language,
        **given,
    )


def opened(content: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [list(line) for line in sheet.iter_rows(values_only=True)] for sheet in book}


# Reasons


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("active_part", [("3", "belum mengikuti JHT dan JKM"), ("11", "belum mengikuti JHT; dicocokkan")]),
        ("other_source", [("4", "aktif melalui Usaha besar dan menengah dan Petani dan penyuluh")]),
        ("lapsed", [("5", "tidak aktif sejak Juli 2021")]),
        (
            "not_found",
            [("6", "tidak ditemukan bulan ini"), ("7", "tidak ditemukan, bulan berturut-turut: 4")],
        ),
        ("duplicate", [("8", "sama dengan baris 3")]),
        ("invalid", [("9", "NIK kurang dari 16 angka")]),
        ("out_of_scope", [("10", "untuk TPP desa, Juli 2021")]),
    ],
)
def test_each_row_says_why_it_is_listed(name: str, expected: list[tuple[str, str]]) -> None:
    lines = listed(name, ROSTER)
    assert [line[0] for line in lines] == [number for number, _ in expected]
    assert all(line[3].startswith(reason) for line, (_, reason) in zip(lines, expected, strict=True))
    assert {line[4] for line in lines} == {ID.say(f"followups.action.{name}")}


def test_a_place_is_named_and_an_unknown_one_keeps_its_code() -> None:
    assert listed("lapsed", ROSTER)[0][5:] == ["Jawa Barat", "Kabupaten Bogor"]
    assert listed("lapsed", ROSTER, EN)[0][5] == "West Java"
    assert listed("not_found", ROSTER)[1][5:] == ["Jawa Barat", ""]
    assert listed("out_of_scope", ROSTER)[0][5] == "ID-XX"


def test_a_near_miss_says_what_differs_and_what_agrees() -> None:
    digit, swap = listed("near_misses", [SLIP, SWAP])
    assert digit[:9] == [
        *("7", MASKED, "3271************", "angka ke-2 berbeda", "ya", "tidak dilaporkan", "tidak"),
        *("TPP desa", "JKK+JKM"),
    ]
    assert swap[3] == "angka ke-15 dan ke-16 tertukar"
    assert listed("near_misses", [SWAP], EN)[0][3] == "digits 15 and 16 swapped"


def test_a_near_miss_that_was_decided_is_no_longer_listed() -> None:
    decided = [SLIP | {"decision": "other"}, SWAP | {"decision": "same"}]
    assert listed("near_misses", [*decided, SLIP]) == listed("near_misses", [SLIP])


def test_a_member_who_is_not_on_the_list_has_number_place_and_programmes() -> None:
    assert listed("reverse", [MEMBER])[0][:3] == ["12345678901", "Aceh", "JKK+JKM+JHT"]


@pytest.mark.parametrize("language", [ID, EN])
def test_every_rule_that_a_row_of_a_roster_may_break_has_words_of_its_own(language: Language) -> None:
    of_rows = RULES[RULES.index("short_row") :]
    general = language.say("followups.rule.contract", rule="")[:-2]
    for rule in set(of_rows) - set(NOT_OF_A_ROSTER):
        words = listed("invalid", [row(2, "invalid", rule=rule)], language)[0][3]
        assert not words.startswith(general), rule
    unknown = listed("invalid", [row(2, "invalid", rule="not_yet_known")], language)[0][3]
    assert unknown == language.say("followups.rule.contract", rule="not_yet_known")


def test_a_name_that_is_no_list_is_refused() -> None:
    with pytest.raises(KeyError):
        listed("active_all", ROSTER)


# Identity numbers


def test_a_nik_is_in_full_only_where_it_was_given() -> None:
    nik = "3171234567890001"
    assert listed("not_found", ROSTER, niks={7: nik})[1][1] == nik
    assert listed("not_found", ROSTER, niks={7: nik})[0][1] == MASKED
    assert listed("near_misses", [SLIP], niks={7: nik})[0][1:3] == [nik, "3271************"]
    sheets = opened(workbook(niks={7: nik}))
    assert sheets["Tidak ditemukan"][2][1] == nik
    assert any("jaga kerahasiaannya" in str(line[1]) for line in sheets["Tentang"])


@pytest.mark.parametrize("code", CODES)
def test_no_list_holds_a_nik_by_itself(code: str) -> None:
    slipped = [row(2, "not_found", masked="3171234567890001"), *ROSTER]
    said = repr(opened(workbook(Language(code), slipped)))
    assert not re.search(r"\d{12}", said)
    assert not re.search(r"\d{12}", repr(listed("not_found", slipped)))


# The workbook


@pytest.mark.parametrize("code", CODES)
def test_the_workbook_has_the_lines_of_every_list(code: str) -> None:
    language = Language(code)
    sheets = opened(workbook(language))
    names = [language.say(f"followups.part.{name}") for name in followups.LISTS]
    assert list(sheets) == [*names, language.say("followups.about")]
    given: Mapping[str, list[dict[str, Any]]] = {"near_misses": [SLIP, SWAP], "reverse": [MEMBER]}
    for name, sheet in zip(followups.LISTS, names, strict=True):
        written = [["" if cell is None else str(cell) for cell in line] for line in sheets[sheet][1:]]
        assert written == listed(name, given.get(name, ROSTER), language)


def test_the_workbook_says_what_it_is_taken_from() -> None:
    about = {line[0]: line[1] for line in opened(workbook(edition="7f3a2c91ab"))["Tentang"] if line[0]}
    assert about["Sumber"] == "Pekerja BUMDes"
    assert about["Bulan"] == "Agustus 2021"
    assert about["Berkas daftar"] == "bumdes_daftar_2021-08.xlsx"
    assert about["Sidik berkunci"] == "4be19c07…5b30d7"
    assert about["Edisi"] == "7f3a2c91ab"
    assert about["Versi aturan"] == 1
    assert about["Catatan"] == "data contoh (simulasi)"
    result = of(ROSTER)
    for name in CLASSES:
        assert about[ID.say(f"minutes.class.{name}")] == result.classes[name]
    assert about["Jumlah baris daftar"] == len(ROSTER)


def test_a_sheet_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(followups, "_MOST_ROWS", 1)
    sheets = opened(workbook())
    assert len(sheets["Tidak ditemukan"]) == 2
    said = [line[1] for line in sheets["Tentang"] if line[0] == "Lembar terpotong"]
    assert "Tidak ditemukan: 1 baris pertama dari 2; CSV memuat semuanya" in said


def test_the_same_result_gives_the_same_bytes() -> None:
    assert workbook() == workbook()


def test_text_that_a_spreadsheet_would_run_is_neutralised() -> None:
    shipped = tables()
    places = shipped.tables["provinces"]
    renamed = [place | {"name": "=cmd|'/C calc'!A0"} for place in places.to_pylist()]
    hostile = Reference(
        {**shipped.tables, "provinces": pa.Table.from_pylist(renamed, schema=places.schema)}, {}
    )
    content = followups.csv("lapsed", of(ROSTER), table(ROWS, ROSTER), hostile, ID)
    assert ",'=cmd" in content.decode()
    book = followups.workbook(
        of(ROSTER), table(ROWS, ROSTER), table(NEAR_MISSES, []), table(REVERSE, []), hostile, ID
    )
    assert opened(book)["Berhenti"][1][5].startswith("'=cmd")


@given(st.lists(st.sampled_from(CLASSES), max_size=40))
def test_every_row_of_a_class_that_asks_for_something_is_on_one_list(names: list[str]) -> None:
    rows = [
        row(number, name, earlier_row=2, missing="JHT", elsewhere="TPP")
        for number, name in enumerate(names, 2)
    ]
    found = {name: [int(line[0]) for line in listed(name, rows)] for name in followups.CLASS_LISTS}
    for name in followups.CLASS_LISTS:
        assert found[name] == [row["row"] for row in rows if row["class"] == name]
    assert sum(map(len, found.values())) == sum(name != "active_all" for name in names)
