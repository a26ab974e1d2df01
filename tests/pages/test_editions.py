"""Editions: what was loaded, how complete it is, what changed, and where a figure comes from."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
from starlette.formparsers import MultiPartParser

from enrollment import edition, lock
from enrollment.language import CODES, Language
from enrollment.store import Store, sample_deliveries
from enrollment.ui import visitor
from tests.builders import cell, delivery_text
from tests.oracle import Row
from tests.pages.conftest import Open, Shown, deliver


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
    shown = show(sample, "editions")
    _, *newest = shown.table("Semua edisi")
    _, *earliest = shown.table("1 edisi sebelumnya")
    rows = [*newest, *earliest]
    published = edition.publications(Store(sample))[0]
    assert len(published) == 9
    assert [row[0].split()[0] for row in rows] == [item.short for item in reversed(published)]
    assert rows[0][-1].split()[0] == "29.200.000"
    assert rows[-1][-1].split()[0] == "29.980.000"
    assert "Agustus 2021 pertama; Juli 2021 direvisi +12.400" in rows[0][3]
    assert "edisi pertama" in rows[-1][3]


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
    shown = show(sample, "editions")
    _, *causes, total = shown.table("Yang berubah dengan edisi ini")
    assert sum(number(row[-1]) for row in causes) == number(total[-1]) == 12_400
    assert [row[0].split(maxsplit=1)[0] for row in causes] == ["koreksi"]
    header, *changes, total = shown.table("Perubahan per bulan dan sumber")
    assert sum(number(row[-1]) for row in changes) == number(total[-1]) == 12_400
    assert all(number(row[-2]) - number(row[-3]) == number(row[-1]) for row in changes)
    assert len(header) == 6
    assert "Angka utama Juli 2021: 28.937.600 menjadi 28.950.000 (+12.400)." in shown.words


def test_an_edition_is_compared_with_any_earlier_one_by_an_address(show: Open, sample: Path) -> None:
    published = edition.publications(Store(sample))[0]
    shown = show(sample, "editions", against=published[6].short)
    assert shown.address == {"against": published[6].short}
    _, *causes, total = shown.table("Yang berubah dengan edisi ini")
    assert {row[0].split()[0] for row in causes} == {"kiriman"}
    assert sum(number(row[-1]) for row in causes) == number(total[-1])
    nearer = shown.choose("against", published[7].short)
    assert "against" not in nearer.address


@pytest.mark.parametrize("written", ["2021-07-19", "19/07/2021"])
def test_every_page_is_shown_as_known_on_a_day(show: Open, sample: Path, written: str) -> None:
    published = edition.publications(Store(sample))[0]
    shown = show(sample, "editions")
    shown.app.text_input(key="known_on_day").set_value(written).run()
    assert shown.sound().address == {"known_on": "2021-07-19"}
    assert "seperti diketahui pada 19 Juli 2021" in shown.words
    assert published[6].short in shown.words
    progress = shown.go("progress")
    assert progress.address["known_on"] == "2021-07-19"
    assert "28,4 juta" in progress.finding


@pytest.mark.parametrize("page", ["progress", "editions"])
def test_before_the_first_edition_nothing_is_known_yet(show: Open, sample: Path, page: str) -> None:
    shown = show(sample, page, known_on="2020-12-31", lang="en")
    assert shown.finding == "Not yet known"
    assert "the first one is of 5 January 2021" in shown.words
    shown.app.button[0].click().run()
    assert shown.sound().finding != "Not yet known"


def test_a_text_that_is_no_day_is_said_to_be_none(show: Open, sample: Path) -> None:
    shown = show(sample, "editions")
    shown.app.text_input(key="known_on_day").set_value("kemarin").run()
    assert "“kemarin” bukan tanggal" in shown.sound().text
    assert shown.address == {}
    assert show(sample, "editions", known_on="kemarin").address == {}


@pytest.mark.parametrize("month", ["2020-12", "2021-04", "2021-08"])
def test_a_figure_is_traced_to_files_that_add_up_to_it(show: Open, sample: Path, month: str) -> None:
    shown = show(sample, "editions", month=month)
    _, *rows = shown.table("Asal-usul satu angka")
    assert "✓ Menutup" in shown.text
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
    assert {row[-1] for row in rows} <= {"berlaku", "digantikan", "berlaku untuk 12 dari 13 sumber"}
    assert "digantikan" in shown.text


def test_what_was_loaded_and_not_yet_published_is_announced(show: Open, own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "data")
    assert "sudah dimuat dan menunggu" not in show(tmp_path / "data", "editions").words
    deliver(Store(tmp_path / "data"), "2021-09", besar=1_300, tani=560)
    waiting = show(tmp_path / "data", "editions")
    assert "1 kiriman sudah dimuat dan menunggu" in waiting.words
    _, first, *_ = waiting.table("Kiriman yang dimuat")
    assert first[-1] == "menunggu edisi berikutnya"


def test_a_first_edition_has_none_to_be_compared_with(show: Open, own: Path) -> None:
    shown = show(own, "editions")
    assert "edisi pertama" in shown.text
    assert shown.finding == "6 dari 6 kiriman masuk; edisi ini tidak mengubah bulan yang sudah terbit"


def test_a_figure_of_another_page_leads_to_its_files(show: Open, sample: Path) -> None:
    breakdown = show(sample, "breakdown", source="TPP,BUMDES").open("menu_breakdown")
    assert "./editions?figure=breakdown&amp;source=TPP%2CBUMDES" in breakdown.html
    shown = show(sample, "editions", figure="breakdown", source="TPP,BUMDES")
    assert "breakdown.sql" in shown.text
    _, *files, total = shown.table("Asal-usul satu angka")
    assert [row[0] for row in files] == ["TPP desa", "Pekerja BUMDes"]
    assert sum(number(row[-1]) for row in files) == number(total[-1])


def test_a_delivery_opens_with_its_rows_and_people_by_source(show: Open, sample: Path) -> None:
    delivery = next(item for item in sample_deliveries() if item.contents)
    shown = show(sample, "editions", delivery=delivery.sha256[:16])
    assert shown.address == {"delivery": delivery.sha256[:10]}
    assert delivery.sha256 in shown.text
    _, *sources, total = shown.table(delivery.sha256)
    assert len(sources) == len(delivery.contents)
    assert sum(number(row[1]) for row in sources) == number(total[1])
    assert sum(number(row[2]) for row in sources) == number(total[2])


def test_definitions_and_reference_files_are_named_with_their_digests(show: Open, sample: Path) -> None:
    shown = show(sample, "editions")
    _, *rows = shown.table("berkas rujukan dengan sidik berkasnya")
    facts = edition.open_edition(Store(sample)).facts
    assert {row[0]: row[1] for row in rows} == {
        f"{name}.csv": digest for name, digest in facts.reference.items()
    }


def test_a_damaged_publication_is_passed_over_and_named(show: Open, own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "data")
    (tmp_path / "data" / "store" / "publications" / "000002.json").write_text("{", encoding="utf-8")
    shown = show(tmp_path / "data", "editions")
    assert "000002.json rusak dan dilewati" in shown.words
    assert "6 dari 6 kiriman" in shown.finding


def test_only_what_is_missing_or_late_can_be_shown(show: Open, sample: Path) -> None:
    shown = show(sample, "editions", show="wanting")
    _, *rows = shown.table("Kelengkapan kiriman")
    assert [row[0] for row in rows] == ["Pekerja BUMDes"]
    assert "1 dari 16 sumber" in shown.text
    _, *rows = shown.choose("show", "all").table("Kelengkapan kiriman")
    assert len(rows) == 16


# The steward's form

NIK = "3171234567890123"


def load(shown: Shown, *files: tuple[str, str]) -> Shown:
    """Choose files and have them checked and loaded."""
    shown.app.file_uploader[0].set_value([(name, text.encode(), "text/csv") for name, text in files])
    shown.app.run()
    return press(shown, "load")


def press(shown: Shown, key: str) -> Shown:
    """Press a button, by its key or by how its key begins."""
    next(button for button in shown.app.button if (button.key or "").startswith(key)).click()
    shown.app.run()
    return shown.sound()


def tick(shown: Shown, key: str) -> Shown:
    """Tick a box that an answer asks for."""
    next(box for box in shown.app.checkbox if (box.key or "").startswith(key)).check()
    shown.app.run()
    return shown.sound()


def september(people: int = 1_300, *more: Row) -> str:
    """A delivery of the month after those of somebody's own data."""
    rows = [
        cell(people, source="BESAR", segment="PU", province="ID-JB", new=150, lapsed=50, sex="L"),
        cell(560, source="TANI", province="ID-JT", programmes="JKK+JKM+JHT"),
    ]
    return delivery_text("2021-09", [*rows, *more])


@pytest.fixture
def mine(own: Path, tmp_path: Path) -> Path:
    """Somebody's own data, to be changed."""
    return Path(shutil.copytree(own, tmp_path / "data"))


@pytest.mark.parametrize("lang", CODES)
def test_a_broken_file_is_refused_with_every_fault_named(show: Open, mine: Path, lang: str) -> None:
    broken = september().replace("1300", "1.300").replace("ID-JT", "ID-XX")
    shown = load(show(mine, "editions", lang=lang), ("2021-09-rusak.csv", broken))
    assert {"id": "Ditolak", "en": "Refused"}[lang] in shown.text
    header, *faults = shown.table("2021-09-rusak.csv")
    assert len(header) == 4
    assert [fault[:3] for fault in faults] == [["2", "aktif", "1.300"], ["3", "provinsi", "ID-XX"]]
    assert {"id": "2 baris: 0 diterima", "en": "2 rows: 0 accepted"}[lang] in shown.words
    assert len(Store(mine).kept()) == 3


def test_a_number_like_a_nik_never_reaches_the_page(show: Open, mine: Path) -> None:
    hostile = september().replace("ID-JT", NIK)
    shown = load(show(mine, "editions"), (f"kiriman-{NIK}.csv", hostile))
    assert "3171************" in shown.text
    assert NIK not in shown.text
    assert NIK not in shown.html
    assert NIK not in json.dumps(list(shown.app.query_params.items()))


def test_faulty_rows_are_set_aside_when_the_steward_says_so(show: Open, mine: Path) -> None:
    wrong = cell(77, source="TANI", province="ID-XX", programmes="JKK+JKM")
    shown = load(show(mine, "editions"), ("2021-09.csv", september(1_300, wrong)))
    assert "Ditolak" in shown.text
    shown = press(tick(shown, "quarantine_"), "again_")
    assert "Diterima sebagian" in shown.text
    assert "3 baris: 2 diterima, 1 disisihkan, 0 ditolak" in shown.words
    _, *rows = shown.table("1 baris dari 1 berkas menunggu perbaikan")
    assert rows[0][1:4] == ["4", "provinsi", "ID-XX"]
    before = shown.finding
    shown = press(shown, "preview_changes")
    assert "September 2021 terbit pertama kali: 1.860 peserta" in shown.words
    assert shown.finding == before
    shown.app.text_input(key="publication_note").set_value("September pertama").run()
    shown = press(shown, "publish")
    assert "8 dari 8 kiriman masuk" in shown.finding
    assert "September pertama" in shown.text
    assert [item.note for item in edition.publications(Store(mine))[0]] == ["", "September pertama"]
    assert "sebagian" in shown.html
    assert not shown.app.file_uploader[0].value


def test_an_implausible_file_waits_for_the_stewards_word(show: Open, mine: Path) -> None:
    shown = load(show(mine, "editions"), ("2021-09.csv", september(130_000)))
    assert "Perlu dipastikan" in shown.text
    assert "130.000" in shown.text
    assert len(Store(mine).kept()) == 3
    shown = press(tick(shown, "confirm_"), "again_")
    assert "Diterima" in shown.text
    assert len(Store(mine).kept()) == 4
    again = load(show(mine, "editions"), ("2021-09.csv", september(130_000)))
    assert "Sudah ada" in again.text


def test_people_are_loaded_by_their_keys_and_no_nik_stays(
    show: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "settings" / "key"))
    niks = [f"317101{day:02d}01900001" for day in range(1, 9)]
    people = "nik,periode,sumber,segmen,provinsi,program\n" + "".join(
        f"{nik},2021-08,TPP,BPU,ID-JB,JKK+JKM\n" for nik in niks
    )
    shown = load(show(tmp_path / "data", "editions"), ("peserta.csv", people))
    assert "Diterima" in shown.text
    assert "Peserta · 2021-08 · TPP · 8 baris: 8 diterima" in shown.words
    assert "Kunci rahasia baru dibuat" in shown.text
    said = shown.html + press(press(shown, "preview_changes"), "publish").html
    kept = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert [nik for nik in niks if nik in said or any(nik.encode() in content for content in kept)] == []
    assert "Menutup" in shown.text


def test_a_change_after_the_preview_asks_for_another_one(show: Open, mine: Path) -> None:
    shown = load(show(mine, "editions"), ("2021-09.csv", september()))
    shown = press(shown, "preview_changes")
    assert any(button.key == "publish" for button in shown.app.button)
    Store(mine).withdraw(Store(mine).kept()[-1].sha256, "salah kirim", by="sari")
    shown.app.run()
    assert "Kiriman berubah sejak pratinjau dibuat" in shown.text
    assert not any(button.key == "publish" for button in shown.app.button)
    assert "oleh sari: salah kirim" in shown.words


def test_a_busy_store_is_said_in_one_sentence_and_the_file_can_be_tried_again(show: Open, mine: Path) -> None:
    shown = show(mine, "editions")
    with lock.writing(Store(mine).root):
        shown = load(shown, ("2021-09.csv", september()))
        assert "Penyimpanan sedang dipakai oleh" in shown.text
    shown = press(shown, "again_")
    assert "Diterima" in shown.text


def test_an_empty_data_directory_is_filled_and_published_from_the_page(show: Open, tmp_path: Path) -> None:
    shown = show(tmp_path / "new", "editions")
    assert shown.finding == "Belum ada edisi yang terbit"
    shown = press(load(shown, ("2021-09.csv", september())), "preview_changes")
    assert "edisi pertama" in shown.text
    shown = press(shown, "publish")
    assert "2 dari 2 kiriman masuk" in shown.finding


def test_a_server_that_is_not_the_stewards_own_shows_no_form(
    show: Open, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_UPLOADS", "off")
    shown = show(mine, "editions")
    assert not shown.app.file_uploader
    assert "tidak menerima kiriman lewat halaman" in shown.text


@pytest.mark.parametrize(
    ("address", "own_machine"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("::1", True),
        ("192.0.2.7", False),
        (None, False),
        ("x", False),
    ],
)
def test_only_a_loopback_address_is_the_stewards_own(address: str | None, own_machine: bool) -> None:
    assert visitor.loopback(address) is own_machine


def test_an_uploaded_file_is_never_written_to_a_temporary_one() -> None:
    assert MultiPartParser.spool_max_size == 0
    with tempfile.SpooledTemporaryFile(max_size=MultiPartParser.spool_max_size) as file:
        file.write(b"0" * (4 << 20))
        assert file._rolled is False
