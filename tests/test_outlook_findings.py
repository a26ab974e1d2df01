"""Findings of the outlook: every case has its sentence, with the numbers of the moment, in both languages."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrollment import findings
from enrollment.language import CODES, Language
from enrollment.outlook import Ahead, Basis, Outlook, Scored
from enrollment.scenario import CLOSED_ENOUGH
from enrollment.turnover import Turnover
from tests.figures.rows import ACTIVE, foretold, leading, no_outlook, with_pledge
from tests.figures.rows import given as ranges

ID, EN = Language("id"), Language("en")
PLAIN: dict[str, Any] = {"months": 9, "construction": False, "seasonal": False, "widening": 1.0}


def at(median: int) -> dict[str, Any]:
    """The path of an outlook that leads to a median, give or take a million."""
    ends = (median - 2_000_000, median - 1_000_000, median, median + 1_000_000, median + 2_000_000)
    return {"path": (Ahead(dt.date(2021, 12, 31), *ends),)}


CASES: dict[str, tuple[Outlook, str, str]] = {
    "forecast": (
        leading(**at(29_914_915), probability=0.3, word="less_likely_than_not"),
        "Paling mungkin 29,9 juta di akhir tahun; peluang mencapai 38 juta 30%",
        "Most likely 29.9 million at year end; chance of reaching 38 million 30%",
    ),
    "falling": (
        leading((30_000_000, 29_000_000, 28_000_000), **at(24_100_000), probability=0.0),
        "Peserta berkurang; paling mungkin 24,1 juta di akhir tahun, peluang mencapai 38 juta di bawah 1%",
        "Participants are falling; most likely 24.1 million at year end, "
        "chance of reaching 38 million under 1%",
    ),
    "constant": (
        leading((5, 5, 5)),
        "Paling mungkin tetap 5 di akhir tahun; peluang mencapai 38 juta di bawah 1%",
        "Most likely still 5 at year end; chance of reaching 38 million under 1%",
    ),
    "nobody": (
        leading((0, 0, 0)),
        "Paling mungkin tetap 0 di akhir tahun; peluang mencapai 38 juta di bawah 1%",
        "Most likely still 0 at year end; chance of reaching 38 million under 1%",
    ),
    "reached": (
        leading(**at(29_914_915), target=29_000_000, probability=0.92, word="likely"),
        "Sasaran 29 juta sudah terlampaui; paling mungkin 29,9 juta di akhir tahun, "
        "peluang tetap di atasnya 92%",
        "The goal of 29 million is passed already; most likely 29.9 million at year end, "
        "chance of staying above it 92%",
    ),
    "one_month": (
        no_outlook("one_month"),
        "Belum ada proyeksi: baru satu bulan data, 29,2 juta peserta aktif",
        "No forecast yet: a single month of data, 29.2 million active participants",
    ),
    "past_short": (
        no_outlook("past"),
        "Tenggat sasaran sudah lewat; pada 31 Agustus 2021 peserta aktif 29,2 juta, "
        "8,8 juta di bawah 38 juta",
        "The goal's due date has passed; 29.2 million active participants on 31 August 2021, "
        "8.8 million below 38 million",
    ),
    "past_reached": (
        replace(no_outlook("past"), active=39_000_000),
        "Tenggat sasaran sudah lewat; pada 31 Agustus 2021 peserta aktif 39 juta, tidak kurang dari 38 juta",
        "The goal's due date has passed; 39 million active participants on 31 August 2021, "
        "no fewer than 38 million",
    ),
}


def clean(sentence: str) -> str:
    """The sentence itself, once nothing is left in it that a reader should not see."""
    assert not re.search(r"[{}]|  |None|\bnan\b|\binf\b", sentence), sentence
    assert sentence == sentence.strip()
    assert sentence.count("**") % 2 == 0
    return sentence


@pytest.mark.parametrize("case", CASES)
def test_every_case_has_its_finding(case: str) -> None:
    stand, indonesian, english = CASES[case]
    assert clean(findings.outlook_title(stand, ID)) == indonesian
    assert clean(findings.outlook_title(stand, EN)) == english


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("case", CASES)
def test_every_case_has_its_line_under_the_title(case: str, code: str) -> None:
    assert clean(findings.outlook_detail(CASES[case][0], Language(code))).endswith(".")


def test_the_line_says_range_pace_for_80_and_the_pace_of_now() -> None:
    stand = replace(leading(), likely_per_month=2_343_530)
    end = stand.path[-1]
    low, high = (ID.people(value, 2) for value in (end.low80, end.high80))
    assert findings.outlook_detail(stand, ID) == (
        f"8 dari 10 kemungkinan: antara {low} dan {high}. "
        "Agar peluangnya 80% perlu **+2,34 juta** per bulan; rata-rata 3 bulan terakhir +267.778."
    )


def test_where_the_goal_is_likely_no_pace_for_80_is_asked() -> None:
    said = findings.outlook_detail(replace(leading(), probability=0.85, word="likely"), EN)
    assert "The chance is 80% or more already" in said
    assert "it takes" not in said


@pytest.mark.parametrize(("months", "few"), [(2, True), (5, True), (6, False), (9, False)])
def test_a_forecast_of_two_to_five_snapshots_says_so(months: int, few: bool) -> None:
    said = findings.outlook_detail(leading(ACTIVE[-months:]), EN)
    assert ("Few snapshots" in said) is few


def test_one_month_gives_the_pace_needed_and_no_forecast() -> None:
    assert "Perlu **2,20 juta** per bulan" in findings.outlook_detail(no_outlook("one_month"), ID)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "no seasonal correction yet, it takes 24 months"),
        ({"months": 30}, "no clear seasonal pattern"),
        ({"months": 30, "seasonal": True}, "with seasonal correction"),
        ({"events": 2}, "2 events taken out of the history"),
        ({"construction": True}, "construction forecast apart"),
        ({"scheduled": 1}, "1 scheduled project endings counted in"),
        ({"between": 1}, "1 of them reckoned between two snapshots"),
        ({"corrected": -12_000}, "newest month corrected by −12,000 for past revisions"),
        ({"widening": 1.25}, "ranges widened 1.2× from the record"),
    ],
)
def test_what_a_forecast_rests_on_is_said(changes: dict[str, Any], expected: str) -> None:
    basis = Basis(**{**dict.fromkeys(("between", "events", "scheduled", "corrected"), 0), **PLAIN, **changes})
    assert expected in clean(findings.outlook_basis(basis, EN)).split(" · ")
    assert clean(findings.outlook_basis(basis, ID))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("people", [0, 30_000, 3_000_000, 40_000_000])
def test_a_scenario_is_said_in_people_and_in_points(people: int, code: str) -> None:
    stand, language = leading(), Language(code)
    found = with_pledge(stand, people)
    rows = findings.scenario_rows(stand, found, language)
    assert [len(row) for row in rows] == [4, 4, 4]
    for cell in (cell for row in rows for cell in row):
        assert clean(cell)
    for said in (
        findings.pledged_remark(people, found.added, stand.due, language),
        findings.registered_remark(people, stand, found, language),
        findings.partners_remark(stand, people, None, language),
        findings.partners_remark(stand, people, 12.4, language),
        findings.partners_remark(replace(stand, target=1), people, 0, language),
    ):
        assert clean(said).endswith(".")


@given(st.integers(0, 5_000_000))
def test_a_pledge_never_lowers_what_is_reached(people: int) -> None:
    stand = leading()
    found = with_pledge(stand, people)
    assert found.added >= 0
    assert found.probability >= (stand.probability or 0)
    for before, after in zip(stand.path, found.path, strict=True):
        assert after.low80 >= before.low80 - 1
        assert after.median >= before.median - 1
    if not people:
        assert found.path == stand.path


@pytest.mark.parametrize(
    ("closed", "word"), [((), "assumed"), ((0.9,) * (CLOSED_ENOUGH - 1), "assumed"), ((0.9,) * 10, "learned")]
)
def test_a_share_is_called_assumed_until_ten_pledges_have_closed(closed: Sequence[float], word: str) -> None:
    assert findings.realisation_note(closed, CLOSED_ENOUGH, EN).startswith(word)


def test_a_chance_that_does_not_move_is_said_not_to_move() -> None:
    stand = leading()
    small = findings.registered_remark(100, stand, with_pledge(stand, 100), ID)
    assert small.endswith("Peluang tidak berubah.")
    near = leading(target=30_500_000)
    large = findings.registered_remark(3_000_000, near, with_pledge(near, 3_000_000), ID)
    assert "Peluang berubah +" in large


def test_what_is_needed_gross_names_the_rate_of_lapses_and_who_joined() -> None:
    stand = leading(needed_per_month=2_195_492, turnover=Turnover(6, 858_156, 0.0215))
    assert clean(findings.outlook_gross(stand, ID)) == (
        "Bruto: untuk sampai sasaran perlu **2,82 juta** peserta masuk per bulan, sebab 2,2% dari 29,20 juta "
        "berhenti setiap bulan; rata-rata 6 bulan terakhir 858.156 masuk."
    )
    assert clean(findings.outlook_gross(stand, EN)) == (
        "Gross: to reach the goal **2.82 million** people have to join in a month, because 2.2% of "
        "29.20 million lapse every month; mean of the last 6 months: 858,156 joined."
    )


@pytest.mark.parametrize("changes", [{"turnover": None}, {"needed_per_month": 0}, {"needed_per_month": None}])
def test_where_nothing_is_needed_or_no_flow_is_known_nothing_is_said_of_it(changes: dict[str, Any]) -> None:
    known: dict[str, Any] = {"needed_per_month": 2_195_492, "turnover": Turnover(6, 858_156, 0.0215)}
    assert findings.outlook_gross(leading(**{**known, **changes}), ID) == ""


def test_a_prognosis_is_scored_beside_the_median_of_its_time() -> None:
    (row,) = ranges((30_660_000,))
    told = replace(foretold(), value=30_500_000)
    alone, beside = Scored(told, 30_660_000, None), Scored(told, 30_660_000, row)
    assert clean(findings.scored_remark(beside, ID)) == (
        "Prognosis resmi 15 Sep 2021 untuk 31 Des 2021: 30,50 juta; yang datang 30,66 juta, "
        "selisih **\u2212160.000**. Median proyeksi Juli 2021: 29,10 juta, selisih **\u22121,56 juta**."
    )
    assert "no forecast at that time" in clean(findings.scored_remark(alone, EN))
