"""Findings of the Reconciliation page: every case of a roster has its sentence, in both languages."""

import datetime as dt
from typing import Any

import pytest

from enrollment import findings
from enrollment.language import CODES, Language
from enrollment.reconciliation.result import CLASSES
from tests.figures.rows import AUGUST, roster

ID = Language("id")
NOBODY: dict[str, Any] = dict.fromkeys(CLASSES, 0)
CASES = {
    "Daftar BUMDes tidak memuat satu baris pun": {},
    "Tidak satu pun dari 9 baris daftar BUMDes dapat dicocokkan": {"invalid": 9},
    "Semua 9 orang di daftar BUMDes aktif di ketiga program": {"active_all": 9},
    "Dari 10 baris daftar BUMDes, semua 9 orang yang sah aktif di ketiga program": {
        "active_all": 9,
        "duplicate": 1,
    },
    "Dari 12 baris daftar BUMDes, 9 aktif di ketiga program; 3 tidak ditemukan": {
        "active_all": 9,
        "not_found": 3,
    },
    "Dari 12 baris daftar BUMDes, 9 aktif di ketiga program; semua orang ditemukan": {
        "active_all": 9,
        "active_part": 3,
    },
    "Lebih dari separuh daftar BUMDes tidak ditemukan: 7 dari 12 orang": {"active_all": 5, "not_found": 7},
    "Dari 2 baris daftar BUMDes, 1 aktif di kedua program; 1 tidak ditemukan": {
        "active_all": 1,
        "not_found": 1,
        "agreed": "JKK+JKM",
    },
}


def came(day: int, hour: int = 3) -> dt.datetime:
    return dt.datetime(2021, 9, day, hour, tzinfo=dt.UTC)


@pytest.mark.parametrize("title", CASES)
def test_each_case_of_a_roster_has_its_title(title: str) -> None:
    row = roster(**{**NOBODY, **CASES[title]})
    assert findings.reconciliation_title(row, "BUMDes", AUGUST, ID) == title
    english = findings.reconciliation_title(row, "BUMDes", AUGUST, Language("en"))
    assert "{" not in english
    assert english != title


def test_without_a_roster_the_title_says_so() -> None:
    assert (
        findings.reconciliation_title(None, "BUMDes", AUGUST, ID)
        == "Belum ada rekonsiliasi daftar BUMDes untuk Agustus 2021"
    )


@pytest.mark.parametrize(
    ("moment", "known_on", "status", "said"),
    [
        (came(5), came(30), "on_time", "Tepat waktu"),
        # Half past midnight in Jakarta, still the day before in Greenwich.
        (came(5, 17), came(30), "late", "Terlambat 1 hari"),
        (came(13), came(30), "late", "Terlambat 8 hari"),
        (None, came(2), "awaited", "Ditunggu, sisa 3 hari"),
        (None, came(5), "awaited", "Ditunggu, sisa 0 hari"),
        (None, came(9), "overdue", "Belum datang, lewat 4 hari"),
    ],
)
@pytest.mark.parametrize("code", CODES)
def test_a_roster_is_late_after_its_due_day_of_the_next_month(
    moment: dt.datetime | None, known_on: dt.datetime, status: str, said: str, code: str
) -> None:
    when = findings.arrival(moment, AUGUST, 5, known_on.date())
    assert when.status == status
    assert findings.reconciliation_status(when, ID) == said
    row = roster() if moment else None
    language = Language(code)
    assert language.day(dt.date(2021, 9, 5)) in findings.reconciliation_detail(row, when, AUGUST, language)


def test_the_programme_that_most_people_lack_is_named_and_a_simulation_is_said() -> None:
    when = findings.arrival(came(3), AUGUST, 5, came(3).date())
    said = findings.reconciliation_detail(roster(jht_active=11_000), when, AUGUST, ID)
    assert "JHT, **15.344** orang tidak aktif" in said
    assert "Data contoh (simulasi)" in said
    real = roster(jht_active=11_000, agreed="JKK+JKM", simulated=False)
    said = findings.reconciliation_detail(real, when, AUGUST, ID)
    assert "JKK, **7.562** orang" in said
    assert "simulasi" not in said


@pytest.mark.parametrize("since", [dt.date(2020, 12, 31), dt.date(2021, 5, 31)])
def test_newly_active_is_at_most_so_many_where_people_are_known_only_since_after_the_agreement(
    since: dt.date,
) -> None:
    said = findings.newly_active(roster(people_since=since), ID)
    assert ("paling banyak 8.000" in said) is (since.month == 5)
    assert findings.newly_active(roster(agreed_on=None), ID) == ""
