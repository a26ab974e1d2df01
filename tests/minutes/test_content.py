"""What minutes say: dates in words, shares that add up, actions that follow from counts, and by when."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment.language import CODES, Language
from enrollment.minutes.actions import actions, next_delivery, next_month_end
from enrollment.minutes.content import Facts, Minutes, Table, Text, minutes_of, shares
from enrollment.minutes.spelling import day_words, words_of
from enrollment.minutes.terms import planned_by, terms_of
from enrollment.months import parse_month
from enrollment.reconciliation.result import Result
from tests.minutes.results import AUGUST, NOTHING, USUAL, results, tables, with_partner

ID, EN = Language("id"), Language("en")


def all_words(minutes: Minutes) -> str:
    """Everything the minutes say, block after block."""
    said = [minutes.title, minutes.subject, minutes.opening, *minutes.closing, minutes.footer]
    for band in minutes.bands:
        for section in (*band.sections, *band.beside):
            said.append(section.heading)
            for block in section.blocks:
                if isinstance(block, Text):
                    said.append(block.text)
                elif isinstance(block, Facts):
                    said += [f"{label} {fact}" for label, fact in block.facts]
                else:
                    said += [" ".join(row.cells) for row in block.rows]
    return "\n".join(said)


# Words for numbers and days


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [
        (2021, "dua ribu dua puluh satu", "two thousand and twenty-one"),
        (2000, "dua ribu", "two thousand"),
        (1945, "seribu sembilan ratus empat puluh lima", "one thousand nine hundred and forty-five"),
        (1100, "seribu seratus", "one thousand one hundred"),
        (2011, "dua ribu sebelas", "two thousand and eleven"),
        (340, "tiga ratus empat puluh", "three hundred and forty"),
        (0, "nol", "zero"),
    ],
)
def test_a_year_is_spelt_as_officials_spell_it(number: int, indonesian: str, english: str) -> None:
    assert (words_of(number, ID), words_of(number, EN)) == (indonesian, english)


@pytest.mark.parametrize("language", [ID, EN])
def test_no_two_numbers_have_the_same_words(language: Language) -> None:
    assert len({words_of(number, language) for number in range(10_000)}) == 10_000


def test_a_number_of_five_digits_is_not_spelt() -> None:
    with pytest.raises(ValueError, match="10000"):
        words_of(10_000, ID)


def test_a_day_is_a_number_in_indonesian_and_a_place_in_english() -> None:
    for day in range(1, 32):
        assert day_words(dt.date(2021, 8, day), ID) == words_of(day, ID)
    assert [day_words(dt.date(2021, 8, day), EN) for day in (1, 12, 23, 31)] == [
        *("first", "twelfth", "twenty-third", "thirty-first"),
    ]


# The opening


def test_the_opening_has_the_day_in_words_and_the_legal_basis() -> None:
    opening = minutes_of(USUAL, tables(), ID).opening
    assert opening.startswith(
        "Pada hari ini, Kamis, tanggal enam belas bulan September tahun dua ribu dua puluh satu"
        " (16-09-2021), berdasarkan Instruksi Presiden Nomor 2 Tahun 2021,"
        " Nota kesepahaman (MoU) BPJAMSOSTEK dan Kemendes PDTT tanggal 9 April 2021, dan"
        " Perjanjian kerja sama (PKB) BPJAMSOSTEK dan Kemendes PDTT tanggal 9 April 2021,"
    )
    english = minutes_of(USUAL, tables(), EN, on=dt.date(2021, 10, 1)).opening
    assert english.startswith(
        "On this day, Friday, the first of October two thousand and twenty-one (01-10-2021), pursuant to"
        " Presidential Instruction Number 2 of 2021, "
    )


def test_without_an_agreement_no_legal_basis_is_claimed() -> None:
    minutes = minutes_of(NOTHING, tables(), ID)
    assert "berdasarkan" not in minutes.opening
    assert "(16-09-2021), BPJS Ketenagakerjaan (**Pihak Kesatu**)" in minutes.opening
    assert "Tidak ada komitmen yang tercatat" in all_words(minutes)


def test_the_day_is_that_of_the_result_in_western_indonesian_time() -> None:
    late = replace(USUAL, at=dt.datetime(2021, 9, 15, 17, 30, tzinfo=dt.UTC))
    assert minutes_of(late, tables(), ID).day == dt.date(2021, 9, 16)


def test_a_name_from_the_data_sets_nothing_in_bold_and_hides_no_sign() -> None:
    hostile = with_partner(partner_name="Kementerian **X**\u202e\u200b\nBaru", name="**TPP**")
    minutes = minutes_of(USUAL, hostile, ID)
    assert minutes.second.name == "Kementerian **X** Baru"
    assert "Kementerian *X* Baru" in minutes.opening
    assert minutes.opening.count("**") == 4


def test_a_number_in_a_file_name_that_may_be_a_nik_is_masked() -> None:
    named = replace(USUAL, file="daftar_3171234567890001.csv")
    assert "3171************" in all_words(minutes_of(named, tables(), ID))
    assert "3171234567890001" not in all_words(minutes_of(named, tables(), ID))


# Shares


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=9))
def test_shares_add_up_to_the_whole_and_are_off_by_less_than_a_tenth(counts: list[int]) -> None:
    found = shares(counts)
    whole = sum(counts)
    if not whole:
        assert set(found) == {None}
        return
    assert sum(share or 0 for share in found) == 1_000
    for count, share in zip(counts, found, strict=True):
        assert share is not None
        assert abs(share * whole - count * 1_000) < whole


# Actions


@given(results())
def test_actions_follow_from_the_counts(result: Result) -> None:
    on = result.at.date()
    found = actions(result, terms_of(result, tables()), on)
    counted = {(action.name, action.missing): action.count for action in found}
    committed = {"TPP": 34_449, "NON_ASN": 1_039, "BUMDES": 39_844}[result.source]
    expected = {
        ("hand_over", ""): max(committed - result.people - result.reverse, 0) if result.agreement else 0,
        ("not_found", ""): result.classes["not_found"] - result.near_misses,
        ("near_misses", ""): result.near_misses,
        ("lapsed", ""): result.classes["lapsed"],
        ("other_source", ""): result.classes["other_source"],
        ("reverse", ""): result.reverse,
        ("mend", ""): result.classes["invalid"] + result.classes["duplicate"],
        ("out_of_scope", ""): result.classes["out_of_scope"],
        **{("active_part", missing): people for missing, people in result.missing.items()},
    }
    assert counted == {key: count for key, count in expected.items() if count}
    assert all(on < action.due <= on + dt.timedelta(62) for action in found)


@pytest.mark.parametrize(
    ("on", "due_day", "due"),
    [
        (dt.date(2021, 9, 4), 5, dt.date(2021, 9, 5)),
        (dt.date(2021, 9, 5), 5, dt.date(2021, 10, 5)),
        (dt.date(2021, 12, 6), 5, dt.date(2022, 1, 5)),
        (dt.date(2021, 1, 31), 31, dt.date(2021, 2, 28)),
        (dt.date(2021, 9, 16), None, dt.date(2021, 9, 30)),
    ],
)
def test_a_partner_answers_with_its_next_delivery(on: dt.date, due_day: int | None, due: dt.date) -> None:
    assert next_delivery(on, due_day) == due


def test_who_meets_on_the_last_day_of_a_month_has_until_the_end_of_the_next() -> None:
    assert next_month_end(dt.date(2021, 9, 30)) == dt.date(2021, 10, 31)


# The commitment


def the_commitment(result: Result, plan: int | None) -> dict[str, str]:
    section = minutes_of(result, tables(), ID, plan=plan).bands[1].beside[1]
    table = section.blocks[0]
    assert isinstance(table, Table)
    return {row.cells[0]: row.cells[1] for row in table.rows}


def test_the_difference_is_from_the_plan_where_there_is_one() -> None:
    assert the_commitment(USUAL, 22_000) == {
        "Dijanjikan (9 April 2021)": "39.844",
        "Rencana sampai Agustus": "22.000",
        "Aktif di semua program (JKK, JHT, JKM)": "12.410",
        "di antaranya peserta baru": "9.874",
        "Selisih dari rencana": "−9.590",
    }
    assert the_commitment(replace(USUAL, simulated=False), None)["Selisih dari komitmen"] == "−27.434"


def plan(month: str, planned: int | None, **given: Any) -> dict[str, Any]:
    day = parse_month(month)
    return {
        "source": "BUMDES",
        "province": None,
        "month": day,
        "planned": planned,
        "simulated": False,
    } | given


@pytest.mark.parametrize(
    ("plans", "planned"),
    [
        ([], None),
        ([plan("2021-09", 9)], None),
        ([plan("2021-07", 7), plan("2021-06", 6), plan("2021-09", 9)], 7),
        ([plan("2021-07", 7), plan("2021-08", None)], 7),
        ([plan("2021-07", 7, province="ID-JB"), plan("2021-08", 2, province="ID-AC")], 9),
        ([plan("2021-07", 7, province="ID-JB"), plan("2021-08", 2)], 2),
        ([plan("2021-08", 8, source="TPP")], None),
        ([plan("2021-08", 8, simulated=True)], None),
    ],
)
def test_a_plan_holds_until_its_next_row(plans: list[dict[str, Any]], planned: int | None) -> None:
    assert planned_by(replace(USUAL, simulated=False), plans) == planned


def test_a_simulated_plan_counts_for_a_simulated_result() -> None:
    assert planned_by(USUAL, [plan("2021-08", 8, simulated=True)]) == 8


def test_an_agreement_that_nobody_knows_to_be_signed_binds_nobody() -> None:
    documents = terms_of(USUAL, tables()).documents
    assert [document.signed_on for document in documents] == [dt.date(2021, 4, 9)] * 2


def test_newly_active_is_at_most_so_many_where_people_are_known_later_than_the_agreement() -> None:
    late = replace(USUAL, people_since=AUGUST)
    assert the_commitment(late, None)["di antaranya peserta baru, paling banyak"] == "9.874"
    assert "satu per satu hanya sejak Agustus 2021" in all_words(minutes_of(late, tables(), ID))
    assert "satu per satu sejak" not in all_words(minutes_of(USUAL, tables(), ID))


# What is said at all


@pytest.mark.parametrize("code", CODES)
def test_nothing_to_do_is_said(code: str) -> None:
    said = all_words(minutes_of(NOTHING, tables(), Language(code)))
    assert Language(code).say("minutes.actions.none") in said
    assert Language(code).say("minutes.changes.first") in said


def test_an_edition_is_named_where_one_is_given() -> None:
    assert "dari edisi 7f3a2c91ab." in minutes_of(USUAL, tables(), ID, edition="7f3a2c91ab").footer
    assert minutes_of(NOTHING, tables(), ID).footer == "Dibuat dengan Cakupan."


def test_many_files_and_sources_are_cut_with_their_number() -> None:
    files = tuple(
        replace(USUAL.compared[0], file=f"berkas-{place}.csv", people=1_000 + place) for place in range(9)
    )
    many = replace(USUAL, compared=files, totals_only=tuple(f"S{place}" for place in range(40)))
    said = all_words(minutes_of(many, tables(), ID))
    assert "berkas-5.csv" in said
    assert "berkas-6.csv" not in said
    assert "3 berkas lagi, 3.021 orang" in said
    assert "32 lainnya" in said


def test_a_source_that_no_table_knows_is_its_own_partner() -> None:
    unknown = replace(NOTHING, source="BARU")
    assert minutes_of(unknown, tables(), ID).second.name == "BARU"
