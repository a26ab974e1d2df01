"""Editions: what was loaded, how complete it is, what changed, and where a figure comes from."""

import shutil
from pathlib import Path

import pytest

from enrollment import edition
from enrollment.language import CODES, Language
from enrollment.store import Store
from tests.pages.conftest import Open, deliver


def number(text: str) -> int:
    return int(text.replace(".", "").replace("−", "-").replace("+", ""))


@pytest.mark.parametrize("lang", CODES)
def test_the_page_says_how_complete_deliveries_are_and_what_was_revised(
    show: Open, sample: Path, lang: str
) -> None:
    shown = show(sample, "editions", lang=lang)
    assert (
        shown.finding
        == {
            "id": "144 dari 144 kiriman masuk; edisi ini mengubah Juli 2021 sebesar +12.400 peserta",
            "en": "144 of 144 deliveries are in; this edition changed July 2021 by +12,400 participants",
        }[lang]
    )


def test_all_nine_editions_of_the_sample_are_listed_newest_first(show: Open, sample: Path) -> None:
    _, *rows = show(sample, "editions").table("Semua edisi")
    published = edition.publications(Store(sample))[0]
    assert len(published) == 9
    assert [row[0].split()[0] for row in rows] == [item.short for item in reversed(published)]
    assert "29.200.000" in rows[0]
    assert "29.980.000" in rows[-1]


def test_picking_an_edition_shows_every_page_as_it_was_known_then(show: Open, sample: Path) -> None:
    older = edition.publications(Store(sample))[0][6]
    shown = show(sample, "editions").choose("shown_edition", older.short)
    assert shown.address == {"edition": older.short}
    assert shown.app.session_state["month"] in ("2021-05", "2021-06")
    progress = shown.go("progress")
    assert older.short in progress.text
    assert progress.address["edition"] == older.short
    newest = progress.go("editions").choose("shown_edition", edition.publications(Store(sample))[0][-1].short)
    assert "edition" not in newest.address


def test_a_late_source_is_told_in_the_edition_that_lacks_it_and_in_the_one_that_has_it(
    show: Open, sample: Path
) -> None:
    published = edition.publications(Store(sample))[0]
    lacking = show(sample, "editions", edition=published[6].short)
    assert "Belum datang" in lacking.text
    assert "Pekerja BUMDes (Juni 2021)" in lacking.text
    having = show(sample, "editions", edition=published[7].short)
    assert "kiriman terlambat" in having.text


def test_the_change_list_adds_up(show: Open, sample: Path) -> None:
    header, *rows = show(sample, "editions").table("Yang berubah dengan edisi ini")
    *changes, total = rows
    assert sum(number(row[-1]) for row in changes) == number(total[-1]) == 12_400
    assert all(number(row[-2]) - number(row[-3]) == number(row[-1]) for row in changes)
    assert len(header) == 6


@pytest.mark.parametrize("month", ["2020-12", "2021-04", "2021-08"])
def test_a_figure_is_traced_to_files_that_add_up_to_it(show: Open, sample: Path, month: str) -> None:
    shown = show(sample, "editions", month=month)
    _, *rows = shown.table("Asal-usul satu angka")
    *files, total = rows
    assert sum(number(row[-1]) for row in files) == number(total[-1])
    assert sum(number(row[-2]) for row in files) == number(total[-2])
    progress = shown.go("progress")
    assert Language("id").millions(number(total[-1]), 2) in progress.text


def test_the_deliveries_say_who_sent_what_and_what_became_of_it(show: Open, sample: Path) -> None:
    shown = show(sample, "editions")
    header, *rows = shown.table("Kiriman yang dimuat")
    assert rows
    assert all(len(row) == len(header) for row in rows)
    assert {row[-1] for row in rows} <= {"berlaku", "digantikan"}
    assert "digantikan" in shown.text


def test_what_was_loaded_and_not_yet_published_is_announced(show: Open, own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "data")
    assert "menunggu" not in show(tmp_path / "data", "editions").text
    deliver(Store(tmp_path / "data"), "2021-09", besar=1_300, tani=560)
    waiting = show(tmp_path / "data", "editions")
    assert "1 kiriman sudah dimuat dan menunggu" in " ".join(waiting.text.split())


def test_a_first_edition_has_none_to_be_compared_with(show: Open, own: Path) -> None:
    shown = show(own, "editions")
    assert "edisi pertama" in shown.text
    assert shown.finding == "6 dari 6 kiriman masuk; edisi ini tidak mengubah bulan yang sudah terbit"
