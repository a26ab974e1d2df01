"""The Commitments page: what is known of every promise, who owes what, and what is not known."""

from pathlib import Path

import pytest

from enrollment.language import CODES
from tests.builders import DataDirectory, Reference, cell, commitment, goal, partner_source, plan, reconciled
from tests.pages.conftest import Open

FIGURES = {"commitment_ladder", "commitment_by_month", "commitment_bridge", "commitment_by_source"}
SOURCES = (
    partner_source("TPP", name="TPP **desa** <b>", partner_name="Kemendes & Co"),
    partner_source("BUMDES", due_day=10),
    partner_source("LAINNYA", priority=99),
)


@pytest.fixture(scope="module")
def reconciled_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """July and August of two promises: one reconciled and behind its plan, one without a roster."""
    directory = DataDirectory(
        tmp_path_factory.mktemp("reconciled") / "own",
        Reference(
            partner_sources=SOURCES,
            targets=(goal("2021-2000", is_default=True),),
            agreements=(
                commitment("TPP", 400, note="Tahun 2017 sudah mencakup sebagian."),
                commitment("BUMDES", 700),
            ),
            plans=(plan("TPP", "2021-07", 150), plan("TPP", "2021-08", 300), plan("TPP", "2021-10", 400)),
        ),
    )
    directory.deliver("2021-07", cell(140), cell(1_000, source="LAINNYA"))
    directory.deliver("2021-08", cell(260), cell(1_020, source="LAINNYA"))
    directory.reconcile(
        reconciled("2021-07", active_all=140, not_found=60, newly_active=40),
        reconciled(
            "2021-08",
            active_all=200,
            active_part=50,
            not_found=40,
            lapsed=10,
            invalid=2,
            missing={"JHT": 50},
            newly_active=90,
            reverse=10,
        ),
    )
    directory.publish()
    return directory.store.data


def test_the_page_says_how_many_are_active_who_is_behind_and_who_has_no_roster(
    show: Open, reconciled_data: Path
) -> None:
    shown = show(reconciled_data, "commitments", month="2021-08")
    assert shown.finding == (
        "200 dari 1.100 pekerja aktif di semua program; TPP *desa* <b> tertinggal 100 dari jadwal"
    )
    words = shown.words
    for said in (
        "Gabungan kurang 100 dari jadwal 300.",
        "Belum ada daftar yang dipadankan: Sumber BUMDES.",
        "27,3% dari yang dijanjikan",
        "90",
        "110 sudah peserta sebelumnya",
    ):
        assert said in words, said
    assert shown.figures.keys() == FIGURES


def test_next_steps_name_people_owner_and_day_and_say_aloud_that_nobody_has_one(
    show: Open, reconciled_data: Path
) -> None:
    words = show(reconciled_data, "commitments", month="2021-08").words
    for said in (
        "90 nama belum masuk daftar Kemendes & Co, 5 Sep 2021",
        "40 ada di daftar, belum cocok: daftarkan atau periksa NIK BPJAMSOSTEK, 30 Sep 2021",
        "50 aktif di sebagian program: tambahkan JHT BPJAMSOSTEK, 30 Sep 2021",
        "2 baris tidak sah: perbaiki",
        "700 belum ada daftar untuk dipadankan Belum ada yang menanggung",
    ):
        assert said in words, said


def test_what_was_announced_and_may_not_be_new_is_said(show: Open, reconciled_data: Path) -> None:
    words = show(reconciled_data, "commitments", month="2021-08").words
    assert "Yang diumumkan belum tentu baru" in words
    assert "Tahun 2017 sudah mencakup sebagian." in words
    assert "34 gubernur" in words
    assert "nomor belum diketahui" in words


def test_an_earlier_month_shows_what_was_reconciled_by_then(show: Open, reconciled_data: Path) -> None:
    shown = show(reconciled_data, "commitments", month="2021-07")
    assert shown.finding.startswith("140 dari 1.100 pekerja aktif di semua program")
    assert "tertinggal 10" in shown.finding


@pytest.mark.parametrize("lang", CODES)
def test_without_a_reconciled_roster_nothing_is_called_zero(show: Open, tmp_path: Path, lang: str) -> None:
    agreements = (commitment("TPP", 400), commitment("BUMDES", 700))
    directory = DataDirectory(
        tmp_path / "own",
        Reference(
            partner_sources=SOURCES, targets=(goal("2021-2000", is_default=True),), agreements=agreements
        ),
    )
    directory.deliver("2021-08", cell(260), cell(1_020, source="LAINNYA"))
    directory.publish()
    shown = show(directory.store.data, "commitments", month="2021-08", lang=lang)
    known = {
        "id": "1.100 pekerja dijanjikan; berapa yang aktif belum diketahui",
        "en": "1,100 workers promised; how many are active is not known",
    }
    assert shown.finding.startswith(known[lang])
    assert shown.html.count('<div class="tile-number">– ') == 3
    assert "nan" not in shown.text.lower().split()


def test_before_any_agreement_the_page_says_that_nothing_is_promised(show: Open, sample: Path) -> None:
    shown = show(sample, "commitments", month="2021-02")
    assert shown.finding == "Belum ada komitmen mitra yang berlaku pada Februari 2021"
    assert shown.figures == {}
    assert "Kesepakatan BPJAMSOSTEK dan Kemendes PDTT, 2017" in shown.words


def test_the_magnified_view_of_progress_tells_who_is_listed_and_who_is_only_promised(
    show: Open, reconciled_data: Path
) -> None:
    words = show(reconciled_data, "progress", month="2021-08").words
    assert "50 di daftar, 90 belum masuk daftar" in words
    assert "– dijanjikan, belum masuk daftar" in words
