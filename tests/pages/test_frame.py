"""The frame around every page: how it opens, what its address holds, and what it says when it cannot."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from enrollment import edition, publishing
from enrollment.language import CODES, Language
from enrollment.lock import writing
from enrollment.store import Store
from enrollment.ui import frame
from tests.pages.conftest import Open, deliver

PAGES = ("progress", "breakdown", "movement", "commitments", "editions")
# A steward works there with what the store keeps besides editions.
WITH_THE_STORE = ("editions", "reconciliation")
# What was promised is not what is active.
WITHOUT_TOTAL = ("commitments",)
# What only the sample says: its totals and paces that were never published.
SAMPLE_WORDS = (
    "simulasi",
    "simulated",
    "267778",
    "28950000",
    "28396667",
    "28093333",
    "28865000",
    "Aceh",
    "PEMDA",
)


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize("walked", [True, False], ids=["by the navigation", "by its own link"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_by_its_own_link_in_both_languages(
    show: Open, sample: Path, page: str, walked: bool, lang: str
) -> None:
    shown = show(sample, page, walked=walked, lang=lang)
    assert shown.finding
    assert Language(lang).say("format.simulated") in shown.text
    assert shown.app.session_state["lang"] == lang
    assert {picker.key for picker in shown.app.selectbox} >= {"month", "goal"}
    assert "{" not in shown.html
    assert "None" not in shown.text


def test_the_address_of_a_default_view_is_bare(show: Open, sample: Path) -> None:
    for page in PAGES:
        assert show(sample, page).address == {}


def test_what_a_visitor_picks_stands_in_the_address_under_stable_keys(show: Open, sample: Path) -> None:
    shown = show(sample, "progress").choose("month", "2021-07").choose("goal", "2021-33.67")
    assert shown.address == {"month": "2021-07", "goal": "2021-33.67"}
    english = shown.choose("lang", "en")
    assert english.address == {"month": "2021-07", "goal": "2021-33.67", "lang": "en"}
    assert "July" in english.text
    assert english.choose("month", "2021-08").choose("lang", "id").address == {"goal": "2021-33.67"}


def test_a_link_opens_what_was_shared_in_another_session(show: Open, sample: Path) -> None:
    first = show(sample, "progress", month="2021-07", goal="2021-37.0", lang="en")
    again = show(sample, "progress", **first.address)
    assert again.finding == first.finding
    assert again.html == first.html


@pytest.mark.parametrize("page", PAGES)
def test_the_choice_stays_on_the_way_from_page_to_page_and_back(show: Open, sample: Path, page: str) -> None:
    shown = show(sample, "progress", month="2021-05", lang="en").go(page).go("progress")
    assert shown.app.session_state["month"] == "2021-05"
    assert shown.app.session_state["lang"] == "en"
    assert "May" in shown.text


def test_goals_of_one_number_are_told_apart_by_their_days(show: Open, tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    (store.data / "reference").mkdir(parents=True)
    shipped = (Path(__file__).parents[2] / "data" / "reference" / "targets.csv").read_text(encoding="utf-8")
    changed = shipped.replace("2021-37.0,2021,37000000,", "2021-37.0,2021,38000000,")
    (store.data / "reference" / "targets.csv").write_text(changed, encoding="utf-8")
    deliver(store, "2021-06", besar=1_000, tani=500)
    publishing.publish(store)
    shown = show(store.data, "progress", lang="en")
    (goals,) = [picker for picker in shown.app.selectbox if picker.key == "goal"]
    assert sorted(goals.options) == [
        "Goal 33.67 million",
        "Goal 38 million (30 Mar 2021)",
        "Goal 38 million (9 Apr 2021)",
        "Goal 48.5 million",
    ]


STRANGE = (
    {"month": "besok", "goal": "2014-15.3", "lang": "fr"},
    {"month": "2019-01", "goal": "2021-99.0"},
    {"month": "", "goal": "", "lang": ""},
    {"by": "warna", "measure": "berat", "since": "2099-01", "source": "RAKSASA,,"},
    {"month": "<script>alert(1)</script>", "goal": "![](http://x)"},
    {"asing": "1"},
)


@pytest.mark.parametrize("page", PAGES)
def test_what_the_address_does_not_know_falls_back_to_the_default(
    show: Open, sample: Path, page: str
) -> None:
    bare = show(sample, page)
    for address in STRANGE:
        shown = show(sample, page, **address)
        assert shown.text == bare.text, address
        assert shown.figures == bare.figures
        assert not {"lang", "month", "goal", "edition"} & shown.address.keys()


@pytest.mark.parametrize(
    ("lang", "name"), [("id", "ffffffffff"), ("en", "ffffffffff"), ("id", "0"), ("en", "<b>x</b>")]
)
def test_an_unknown_edition_is_explained_with_a_way_to_the_newest(
    show: Open, sample: Path, lang: str, name: str
) -> None:
    shown = show(sample, edition=name, lang=lang)
    assert shown.finding == Language(lang).say("frame.plain.unknown_edition.title")
    assert "<b>" not in shown.html
    assert not shown.figures
    (newest,) = shown.app.button
    newest.click().run()
    assert shown.sound().figures
    assert "edition" not in shown.address


@pytest.mark.parametrize("lang", CODES)
def test_an_older_edition_says_that_it_is_older_and_leads_to_the_newest(
    show: Open, sample: Path, lang: str
) -> None:
    older = edition.publications(Store(sample))[0][5]
    shown = show(sample, "progress", edition=older.short, lang=lang)
    assert older.short in shown.text
    assert Language(lang).day(older.known_on) in shown.text
    assert shown.app.session_state["month"] == "2021-05"
    (newest,) = [button for button in shown.app.button if button.label == Language(lang).say("frame.newest")]
    newest.click().run()
    assert "29" in shown.sound().finding
    assert "edition" not in shown.address


@pytest.mark.parametrize("lang", CODES)
@pytest.mark.parametrize("page", PAGES)
def test_somebody_s_own_data_show_no_sample_number_and_no_simulation(
    show: Open, own: Path, page: str, lang: str
) -> None:
    shown = show(own, page, lang=lang)
    assert Language(lang).number(1_740) in shown.text or page in WITHOUT_TOTAL
    said = re.sub(r"(?<=\d)[.,](?=\d{3})", "", shown.text)
    assert [word for word in SAMPLE_WORDS if word in said] == []


@pytest.mark.parametrize("walked", [True, False], ids=["by the navigation", "by its own link"])
@pytest.mark.parametrize("page", PAGES)
def test_an_empty_directory_shows_a_plain_page_that_says_what_to_do(
    show: Open, tmp_path: Path, page: str, walked: bool
) -> None:
    for lang in CODES:
        shown = show(tmp_path / "data", page, walked=walked, lang=lang)
        assert shown.finding == Language(lang).say("frame.plain.nothing_published.title")
        assert "enrollment load" in shown.text
        assert str(tmp_path / "data") in shown.text
        assert not shown.figures


def test_a_new_edition_is_picked_up_at_the_next_run(show: Open, own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "data")
    store = Store(tmp_path / "data")
    shown = show(store.data, "progress")
    before = shown.html
    deliver(store, "2021-09", besar=1_300, tani=560)
    shown.app.run()
    assert shown.sound().html == before
    publishing.publish(store)
    newer = show(store.data, "progress")
    assert Language("id").number(1_860) in newer.text
    shown.app.run()
    assert edition.open_edition(store).short in shown.sound().html


@pytest.mark.parametrize("page", [page for page in frame.PAGES if page not in WITH_THE_STORE])
def test_a_copy_of_editions_and_publications_alone_shows_what_the_whole_directory_shows(
    show: Open, sample: Path, tmp_path: Path, page: str
) -> None:
    for name in ("editions", "publications"):
        shutil.copytree(sample / "store" / name, tmp_path / "store" / name)
    assert show(tmp_path, page).text == show(sample, page).text


def test_a_damaged_edition_is_named_above_the_last_good_one(show: Open, own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "data")
    store = Store(tmp_path / "data")
    deliver(store, "2021-09", besar=1_300, tani=560)
    publishing.publish(store)
    file = edition.open_edition(store).path
    file.unlink()
    for page in PAGES:
        shown = show(store.data, page)
        (warning,) = shown.app.warning
        assert file.name[:10] in warning.value
        assert "verify" in warning.value
        assert Language("id").number(1_740) in shown.text or page in WITHOUT_TOTAL


@pytest.mark.parametrize("lang", CODES)
def test_a_store_without_a_whole_edition_shows_a_plain_page(
    show: Open, own: Path, tmp_path: Path, lang: str
) -> None:
    shutil.copytree(own, tmp_path / "data")
    file = edition.open_edition(Store(tmp_path / "data")).path
    file.write_bytes(b"rusak")
    shown = show(tmp_path / "data", "progress", lang=lang)
    assert shown.finding == Language(lang).say("frame.plain.edition_damaged.title")
    assert file.name in shown.text


def everything_garbled(data: Path) -> None:
    for path in (data / "store").rglob("*"):
        if path.is_file():
            path.write_bytes(b"\x00\xffrusak")


def sidecars_garbled(data: Path) -> None:
    for path in (data / "store" / "snapshots").glob("*.json"):
        path.write_bytes(b"{")


def store_is_a_file(data: Path) -> None:
    shutil.rmtree(data / "store")
    (data / "store").write_bytes(b"rusak")


def data_is_a_file(data: Path) -> None:
    shutil.rmtree(data)
    data.write_bytes(b"rusak")


def publication_is_a_folder(data: Path) -> None:
    (data / "store" / "publications" / "000001.json").unlink()
    (data / "store" / "publications" / "000001.json").mkdir()


def headline_lost(data: Path) -> None:
    path = data / "store" / "publications" / "000001.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(record | {"headline": {}}), encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "damage",
    [
        everything_garbled,
        sidecars_garbled,
        store_is_a_file,
        data_is_a_file,
        publication_is_a_folder,
        headline_lost,
    ],
    ids=lambda damage: damage.__name__,
)
def test_whatever_is_wrong_with_the_data_every_page_says_so_plainly(
    show: Open, own: Path, tmp_path: Path, page: str, damage: Callable[[Path], None]
) -> None:
    shutil.copytree(own, tmp_path / "data")
    damage(tmp_path / "data")
    assert show(tmp_path / "data", page).finding


def test_pages_can_be_read_while_somebody_loads(show: Open, own: Path) -> None:
    with writing(own / "store"):
        assert show(own, "editions").finding


def test_names_from_reference_data_are_never_read_as_markup(show: Open, own: Path, tmp_path: Path) -> None:
    shutil.copytree(own, tmp_path / "data")
    shipped = (Path(__file__).parents[2] / "data" / "reference" / "partner_sources.csv").read_text(
        encoding="utf-8"
    )
    (tmp_path / "data" / "reference").mkdir()
    hostile = shipped.replace("Usaha besar dan menengah", "<img src=x onerror=alert(1)> ![](http://x/y.png)")
    hostile = hostile.replace("Petani dan penyuluh", ":red[**TOTAL 0**] $x$ [a](javascript:b)")
    (tmp_path / "data" / "reference" / "partner_sources.csv").write_text(hostile, encoding="utf-8")
    publishing.publish(Store(tmp_path / "data"))
    for page in PAGES:
        shown = show(tmp_path / "data", page)
        assert "<img" not in shown.html
        assert "<strong>TOTAL" not in shown.html
