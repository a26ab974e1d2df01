"""Editions: the steward's word on one-off events, and what the body itself has foretold."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from enrollment import edition, outlook, publishing
from enrollment.edition import Edition
from enrollment.language import CODES, Language
from enrollment.outlook import Basis
from enrollment.store import Store
from tests.builders import cell, delivery_text
from tests.pages.conftest import Open, Shown

ID = Language("id")
MAY = "event_BESAR_2021-05"
MONTHS = tuple(f"2021-{month:02d}" for month in range(1, 9))


@pytest.fixture(scope="session")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Own data of eight months, in one edition: large employers add 100 a month, and 5,000 more in May."""
    store = Store(tmp_path_factory.mktemp("stepped") / "data")
    store.data.mkdir()
    for number, month in enumerate(MONTHS):
        active = 20_000 + 100 * number + (5_000 if number > 3 else 0)
        rows = [
            cell(active, source="BESAR", segment="PU", province="ID-JB"),
            cell(500 + 20 * number, source="TANI", province="ID-JT", programmes="JKK+JKM+JHT"),
        ]
        path = store.data.parent / f"jumlah-{month}.csv"
        path.write_text(delivery_text(month, rows), encoding="utf-8")
        assert store.load(path, confirmed=True).kept
    publishing.publish(store, who="sari")
    return store.data


@pytest.fixture
def mine(stepped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, to be changed by a steward."""
    monkeypatch.delenv("CAKUPAN_UPLOADS", raising=False)
    return Path(shutil.copytree(stepped, tmp_path / "data"))


def fill(shown: Shown, form: str, **said: Any) -> Shown:
    """Write into the fields of an opened form."""
    app = shown.app
    fields = {
        item.key: item for item in (*app.text_input, *app.number_input, *app.selectbox, *app.date_input)
    }
    for name, value in said.items():
        fields[f"{form}_{name}"].set_value(value)
    return shown


def submit(shown: Shown, key: str = "events.register", lang: str = "id") -> Shown:
    """Press the button of the one form that is open."""
    (button,) = [item for item in shown.app.button if item.label == Language(lang).say(key)]
    button.click().run()
    return shown.sound()


def notices(shown: Shown) -> str:
    """What the page answers, as it is read."""
    found = (*shown.app.success, *shown.app.error)
    return " ".join(item.value.replace("\\", "") for item in found)


def events(data: Path) -> list[dict[str, Any]]:
    """What the store knows of events, but those of the sample."""
    return [row for row in Store(data).reference().rows("events") if not row["simulated"]]


def prognoses(data: Path) -> list[dict[str, Any]]:
    return Store(data).reference().rows("prognoses")


def rests_on(opened: Edition) -> Basis:
    found = outlook.outlook(opened, as_of=dt.date(2021, 8, 31), goal="2021-38.0")
    assert found
    assert found.basis
    return found.basis


@pytest.mark.parametrize(
    ("lang", "employers", "suggestion", "people", "told"),
    [
        ("id", "Usaha besar dan menengah", "Mei 2021: +5.000 peserta", "+5.000", "Mitra besar bergabung"),
        (
            "en",
            "Large and medium employers",
            "May 2021: +5,000 participants",
            "+5,000",
            "A large partner joined",
        ),
    ],
)
def test_a_suggested_event_is_registered_and_taken_out_of_the_next_editions_forecast(
    show: Open, mine: Path, lang: str, employers: str, suggestion: str, people: str, told: str
) -> None:
    say = Language(lang).say
    shown = show(mine, "editions", lang=lang)
    assert f"{employers}, {suggestion}" in shown.words
    shown = shown.open(MAY)
    fill(shown, MAY, note="Mitra besar bergabung", note_en="A large partner joined")
    fill(shown, MAY, source_url="https://contoh.id/a")
    before = shown.finding
    shown = submit(shown, lang=lang)
    assert say(
        "events.registered", whose=employers, day=Language(lang).day(dt.date(2021, 5, 31)), people=people
    ) in notices(shown)
    assert MAY not in {item.key for item in shown.app.get("popover")}
    assert say("events.suggested.none") in shown.text
    assert say("entering.waiting") in shown.text
    assert shown.finding == before
    assert events(mine) == [
        {
            "date": dt.date(2021, 5, 31),
            "source": "BESAR",
            "segment": "PU",
            "people": 5_000,
            "kind": "joined",
            "note": "Mitra besar bergabung",
            "note_en": "A large partner joined",
            "source_url": "https://contoh.id/a",
            "simulated": False,
        }
    ]
    # The sample's events stay in the list, and out of this edition.
    assert len(Store(mine).reference().rows("events")) == 3
    assert rests_on(edition.open_edition(Store(mine))).events == 0
    publishing.publish(Store(mine))
    assert rests_on(edition.open_edition(Store(mine))).events == 1
    again = show(mine, "editions", lang=lang)
    assert say("entering.waiting") not in again.text
    assert say("events.suggested.none") in again.text
    _, row = again.table(say("events.listed"))
    assert row[1:3] == [employers, people]
    assert told in row[3]


def test_people_that_contradict_their_kind_are_refused_in_one_sentence_and_the_form_stays(
    show: Open, mine: Path
) -> None:
    shown = show(mine, "editions").open(MAY)
    shown = submit(fill(shown, MAY, kind="left"))
    assert "Untuk “keluar sekaligus” jumlah orang harus di bawah 0" in notices(shown)
    shown = submit(fill(shown, MAY, kind="joined", people=-5))
    assert "Untuk “bergabung sekaligus” jumlah orang harus di atas 0" in notices(shown)
    shown = submit(fill(shown, MAY, people=0))
    assert ID.say("entering.event_of_nobody") in notices(shown)
    shown = submit(fill(shown, MAY, people=5, source_url="contoh.id"))
    assert ID.say("entering.not_an_address") in notices(shown)
    shown = submit(fill(shown, MAY, source_url="", note="dilaporkan NIK 3171234567890123"))
    assert "Catatan: “dilaporkan NIK 3171************” memuat 12 angka atau lebih" in notices(shown)
    assert events(mine) == []
    submit(fill(shown, MAY, people=4_900, note=""))
    assert [row["people"] for row in events(mine)] == [4_900]


def test_an_ending_that_is_known_beforehand_is_registered_once(show: Open, mine: Path) -> None:
    said = {"day": dt.date(2021, 12, 31), "whose": (None, "JAKON"), "kind": "ending", "people": -300}
    shown = show(mine, "editions").open("event")
    shown = submit(shown)
    assert ID.say("events.incomplete") in notices(shown)
    shown = submit(fill(shown, "event", **said))
    assert "Terdaftar: Jasa konstruksi, 31 Desember 2021, −300 peserta" in notices(shown)
    assert "berakhir sesuai jadwal · menunggu edisi berikutnya · akan datang" in shown.words
    # What is registered is one thing, what is suggested another.
    assert "Mei 2021: +5.000" in shown.words
    shown = submit(fill(shown.open("event"), "event", **said))
    assert ID.say("entering.duplicate_entry") in notices(shown)
    assert [(row["source"], row["segment"], row["people"]) for row in events(mine)] == [(None, "JAKON", -300)]
    publishing.publish(Store(mine))
    assert rests_on(edition.open_edition(Store(mine))).scheduled == 1


def test_an_event_of_a_source_carries_its_segment_along(show: Open, mine: Path) -> None:
    shown = show(mine, "editions").open("event")
    said = {"day": dt.date(2021, 5, 3), "whose": ("BESAR", "PU"), "kind": "joined", "people": 5_000}
    shown = submit(fill(shown, "event", **said))
    assert [(row["source"], row["segment"]) for row in events(mine)] == [("BESAR", "PU")]
    assert ID.say("events.suggested.none") in shown.text


def test_an_event_that_a_newer_list_leaves_out_ends_with_the_next_edition(
    show: Open, mine: Path, tmp_path: Path
) -> None:
    submit(show(mine, "editions").open(MAY))
    publishing.publish(Store(mine))
    path = tmp_path / "events.csv"
    path.write_text("date,source,segment,people,kind\n2021-03-31,TANI,BPU,7,joined\n", encoding="utf-8")
    assert Store(mine).load(path).kept
    shown = show(mine, "editions")
    _, *rows = shown.table(ID.say("events.listed"))
    assert [row[2] for row in rows] == ["+5.000", "+7"]
    assert ID.say("entering.dropped") in rows[0][3]
    assert ID.say("entering.waiting") in rows[1][3]
    assert "Mei 2021: +5.000" in shown.words


def test_a_prognosis_is_kept_and_held_against_what_came(show: Open, mine: Path) -> None:
    shown = show(mine, "editions").open("prognosis")
    shown = submit(shown, "prognoses.keep")
    assert ID.say("prognoses.incomplete") in notices(shown)
    said = {
        "value": 26_000,
        "due": dt.date(2021, 7, 31),
        "stated_on": dt.date(2021, 8, 15),
        "document": "Keterangan pers",
        "source": "https://contoh.id/prognosis",
    }
    shown = submit(fill(shown, "prognosis", **said), "prognoses.keep")
    assert "Prognosis tidak dapat dinyatakan setelah tanggal yang diperkirakannya" in notices(shown)
    shown = submit(fill(shown, "prognosis", stated_on=dt.date(2021, 4, 15)), "prognoses.keep")
    assert "Tersimpan: 26.000 peserta untuk 31 Juli 2021" in notices(shown)
    assert [row["value"] for row in prognoses(mine)] == [30_500_000, 26_000]
    _, later, came = shown.table(ID.say("prognoses.title"))
    assert later[:3] == ["31 Des 2021", "30.500.000", ID.say("prognoses.to_come")]
    assert came[:3] == ["31 Jul 2021", "26.000", "26.220+220"]
    assert "menunggu edisi berikutnya" in came[3]
    publishing.publish(Store(mine))
    _, _, came = show(mine, "editions").table(ID.say("prognoses.title"))
    assert came[3] == "Keterangan persdinyatakan 15 Apr 2021"


@pytest.mark.parametrize("lang", CODES)
def test_the_sample_lists_its_endings_and_the_prognosis_of_the_body(
    show: Open, sample: Path, lang: str
) -> None:
    say = Language(lang).say
    shown = show(sample, "editions", lang=lang)
    _, *rows = shown.table(say("events.listed"))
    assert [row[2].replace(".", "").replace(",", "") for row in rows] == ["−988900", "−965700"]
    assert all(say("format.simulated") in row[3] for row in rows)
    _, row = shown.table(say("prognoses.title"))
    assert row[2] == say("prognoses.to_come")


def test_a_server_that_others_reach_shows_the_lists_and_no_form(
    show: Open, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit(show(mine, "editions").open(MAY))
    monkeypatch.setenv("CAKUPAN_UPLOADS", "off")
    shown = show(mine, "editions")
    assert len(shown.table(ID.say("events.listed"))) == 2
    assert len(shown.table(ID.say("prognoses.title"))) == 2
    for form in ("event", "prognosis", MAY):
        opened = shown.open(form)
        assert not opened.app.number_input
        assert not opened.app.date_input


def test_an_older_edition_shows_what_it_knew_and_no_form(show: Open, mine: Path) -> None:
    submit(show(mine, "editions").open(MAY))
    first = edition.publications(Store(mine))[0][0]
    publishing.publish(Store(mine))
    shown = show(mine, "editions", edition=first.short).open("event").open("prognosis")
    assert ID.say("events.none") in shown.text
    assert ID.say("events.suggested.title") not in shown.html
    assert not shown.app.number_input
