"""Reconciliation: a roster's rows in classes that close, near misses to decide, and nobody's NIK."""

import datetime as dt
import io
import shutil
from pathlib import Path

import pytest

from enrollment import edition, publishing
from enrollment.language import CODES, Language
from enrollment.lock import writing
from enrollment.months import parse_month
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.reconciliation.reconciling import reconcile
from enrollment.reconciliation.result import CLASSES, PEOPLE
from enrollment.store import Store
from tests.builders import DataDirectory, Reference, cell, goal, reconciled
from tests.pages.conftest import Open, Shown
from tests.people import members_text, nik, roster_text

ID = Language("id")
JUNE = parse_month("2021-06")
THREE = "JKK+JKM+JHT"
FIGURES = {"reconciliation_ledger", "reconciliation_programmes", "reconciliation_months"}
BASELINE = goal("2021-2000", is_default=True, stated_on=dt.date(2021, 1, 4))


def member(number: int, **said: str) -> dict[str, str]:
    return {"nik": nik(number), "program": THREE, **said}


MEANT = member(7000)
MEMBERS = [
    *(member(number) for number in range(12)),
    *(member(number, program="JKK+JKM") for number in range(12, 15)),
    member(15, sumber="BESAR", segmen="PU"),
    MEANT,
]
LAPSED = [member(16), member(17)]
SLIP = MEANT["nik"][:15] + "9"
ROSTER = [
    *({"nik": nik(number)} for number in range(18)),
    {"nik": SLIP},
    {"nik": nik(18, region="320101")},
    {"nik": nik(0)},
    {"nik": "3171000000"},
]
"""12 active in all, 3 in part, 1 elsewhere, 2 lapsed, 2 not found, 1 of them a slip, 1 twice, 1 invalid."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Members of two months, published; then the roster of June, which no edition knows yet."""
    store = Store(tmp_path_factory.mktemp("kept") / "data")
    for month, people in (("2021-05", [*MEMBERS[:10], *LAPSED]), ("2021-06", MEMBERS)):
        file = io.BytesIO(members_text(month, people).encode())
        assert store.load(file, name=f"anggota-{month}.csv", confirmed=True).kept
    publishing.publish(store)
    file = io.BytesIO(roster_text("2021-06", ROSTER).encode())
    now = dt.datetime(2021, 7, 9, 3, tzinfo=dt.UTC)
    assert reconcile(store, file, source="TPP", month=JUNE, name="daftar.csv", now=now).result
    return store.data


@pytest.fixture
def mine(kept: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return Path(shutil.copytree(kept, tmp_path / "data"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An edition that knows the rosters of two months, and no store behind it that does."""
    directory = DataDirectory(tmp_path_factory.mktemp("published") / "own", Reference(targets=(BASELINE,)))
    directory.deliver("2021-05", cell(300))
    directory.deliver("2021-06", cell(400))
    moved = {"newly_registered": 9, "joined": 50, "left": 4, "lost": 1}
    directory.reconcile(
        reconciled("2021-05", active_all=100, not_found=80),
        reconciled(
            "2021-06",
            since=moved,
            active_all=160,
            active_part=20,
            lapsed=6,
            not_found=30,
            duplicate=3,
            invalid=4,
            near_misses=2,
            reverse=11,
            newly_active=90,
            at=dt.datetime(2021, 7, 4, 18, tzinfo=dt.UTC),
        ),
    )
    directory.publish()
    return directory.store.data


def ledger(shown: Shown, language: Language = ID) -> dict[str, int]:
    """The ledger's numbers by what stands before them, the total last."""
    _, *rows = shown.table('<div class="ledger">')
    return {row[0]: int(row[1].replace(".", "").replace(",", "")) for row in rows}


def press(shown: Shown, key: str) -> Shown:
    """Press the first button whose key begins so."""
    next(button for button in shown.app.button if (button.key or "").startswith(key)).click()
    shown.app.run()
    return shown.sound()


def upload(shown: Shown, text: str, name: str = "daftar.csv") -> Shown:
    shown.app.file_uploader[0].set_value([(name, text.encode(), "text/csv")])
    shown.app.run()
    return press(shown, "reconcile_roster")


@pytest.mark.parametrize("lang", CODES)
def test_the_ledger_closes_with_people_between(show: Open, published: Path, lang: str) -> None:
    language = Language(lang)
    shown = show(published, "reconciliation", lang=lang)
    found = ledger(shown, language)
    names = [language.say(f"reconciliation.class.{name}") for name in CLASSES]
    assert sum(found[name] for name in names) == found[language.say("reconciliation.total")] == 223
    people = sum(found[name] for name in names[: len(PEOPLE)])
    assert found[language.say("reconciliation.people")] == people == 216
    assert language.say("reconciliation.closes") in shown.words
    assert shown.figures.keys() == FIGURES
    for number in (223, 160, 30):
        assert language.number(number) in shown.finding
    assert "{" not in shown.html
    assert "None" not in shown.text


def test_a_roster_that_came_by_its_due_day_is_in_time_and_the_day_is_that_of_western_indonesia(
    show: Open, published: Path
) -> None:
    shown = show(published, "reconciliation")
    assert "Daftar Juni 2021 tiba 5 Juli 2021, batasnya 5 Juli 2021." in shown.words
    assert ID.say("reconciliation.status.on_time") in shown.text


def test_a_late_roster_says_by_how_many_days(show: Open, kept: Path) -> None:
    shown = show(kept, "reconciliation", roster="TPP")
    assert "Terlambat 4 hari" in shown.words


@pytest.mark.parametrize("lang", CODES)
def test_without_a_roster_the_page_says_so_and_until_when_it_was_due(
    show: Open, published: Path, lang: str
) -> None:
    language = Language(lang)
    shown = show(published, "reconciliation", lang=lang, roster="BUMDES")
    assert language.month(JUNE) in shown.finding
    assert language.day(dt.date(2021, 7, 5)) in shown.words
    assert shown.figures == {}


def test_what_moved_since_the_month_before_is_told(show: Open, published: Path) -> None:
    shown = show(published, "reconciliation")
    for name, people in (("newly_registered", 9), ("joined", 50), ("left_roster", 4), ("lost", 1)):
        said = ID.say(f"reconciliation.since.{name}", people=str(people)).replace("**", "")
        assert said in shown.words
    first = show(published, "reconciliation", month="2021-05")
    assert ID.say("reconciliation.since.none") in first.words


def test_source_and_month_are_in_the_address(show: Open, published: Path) -> None:
    shown = show(published, "reconciliation", roster="BUMDES", month="2021-05")
    assert shown.address == {"roster": "BUMDES", "month": "2021-05"}
    assert shown.choose("roster", "TPP").address == {"month": "2021-05"}
    assert show(published, "reconciliation", roster="<b>").address == {}


def test_a_visitor_sees_the_summary_alone(
    show: Open, kept: Path, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_UPLOADS", "off")
    shown = show(published, "reconciliation")
    assert ledger(shown)[ID.say("reconciliation.total")] == 223
    assert "2 baris" in shown.words
    assert not shown.app.file_uploader
    assert {button.key for button in shown.app.button if (button.key or "").startswith("same")} == set()
    assert not [one for one in shown.app.get("download_button") if "followups" in one.proto.id]
    nothing = show(kept, "reconciliation", roster="TPP")
    assert nothing.figures == {}
    assert "daftar.csv" not in nothing.text


def test_the_steward_sees_what_waits_to_be_published_and_it_is_said(show: Open, kept: Path) -> None:
    shown = show(kept, "reconciliation", roster="TPP")
    assert ID.say("reconciliation.not_published") in shown.words
    assert list(ledger(shown).values()) == [12, 3, 1, 2, 2, 20, 1, 1, 0, 22]
    assert "Dari 22 baris" in shown.finding


def test_an_earlier_edition_stands_for_itself(show: Open, mine: Path) -> None:
    store = Store(mine)
    (first,) = edition.publications(store)[0]
    file = io.BytesIO(members_text("2021-07", MEMBERS).encode())
    assert store.load(file, name="anggota-2021-07.csv", confirmed=True).kept
    publishing.publish(store)
    assert show(mine, "reconciliation", roster="TPP", month="2021-06").figures
    shown = show(mine, "reconciliation", roster="TPP", month="2021-06", edition=first.short)
    assert shown.figures == {}


@pytest.mark.parametrize(("word", "classes"), [("same", (13, 1)), ("other", (12, 2))])
def test_a_decision_moves_the_counts_by_exactly_one_and_can_be_undone(
    show: Open, mine: Path, word: str, classes: tuple[int, int]
) -> None:
    shown = show(mine, "reconciliation", roster="TPP")
    before = ledger(shown)
    shown = press(shown, f"{word}_")
    found = list(ledger(shown).values())
    assert (found[0], found[4]) == classes
    assert ledger(shown)[ID.say("reconciliation.total")] == 22
    assert ID.say("reconciliation.near.waiting", rows="0") in shown.words
    assert ID.say(f"reconciliation.near.decided.{word}") in shown.words
    assert "Terlambat 4 hari" in shown.words
    shown = press(shown, "undo_")
    assert ledger(shown) == before
    assert ID.say("reconciliation.near.waiting", rows="1") in shown.words


def test_a_decision_while_the_store_is_in_use_changes_nothing_and_says_so(show: Open, mine: Path) -> None:
    shown = show(mine, "reconciliation", roster="TPP")
    before = ledger(shown)
    with writing(Store(mine).root):
        shown = press(shown, "same_")
        assert "Penyimpanan sedang dipakai oleh" in shown.text
    assert ledger(shown) == before


@pytest.mark.parametrize("lang", CODES)
def test_a_roster_is_judged_row_by_row_and_its_result_shown_at_once(
    show: Open, mine: Path, lang: str
) -> None:
    language = Language(lang)
    more = [*ROSTER, {"nik": nik(30)}]
    shown = show(mine, "reconciliation", roster="TPP", lang=lang)
    shown = upload(shown, roster_text("2021-06", more), "juni.csv")
    assert "23" in shown.finding
    assert ledger(shown)[language.say("reconciliation.total")] == 23
    assert language.say("reconciliation.upload.verdict.fresh") in shown.text
    _, *faults = shown.table("juni.csv</strong>")
    assert [fault[:2] for fault in faults] == [["23", "nik"]]
    said = language.say("reconciliation.lists.in_full").replace("**", "")
    assert said in shown.words
    for person in more:
        assert len(person["nik"]) < 16 or person["nik"] not in shown.html + shown.text
    assert {result.file for result in Reconciliations(Store(mine)).results()} == {"juni.csv"}
    other = show(mine, "reconciliation", roster="TPP", lang=lang)
    assert language.say("reconciliation.lists.masked") in other.words


def test_a_file_that_is_no_roster_is_refused_and_changes_nothing(show: Open, mine: Path) -> None:
    shown = show(mine, "reconciliation", roster="TPP")
    before = ledger(shown)
    shown = upload(shown, members_text("2021-06", MEMBERS), "anggota.csv")
    assert ID.say("reconciliation.upload.verdict.refused") in shown.text
    assert ledger(shown) == before
    assert [result.file for result in Reconciliations(Store(mine)).all()] == ["daftar.csv"]


def test_a_roster_of_another_month_is_shown_with_that_month(show: Open, mine: Path) -> None:
    shown = show(mine, "reconciliation", roster="TPP")
    shown.app.selectbox(key="roster_month_2021-06").set_value("2021-05")
    shown = upload(shown, roster_text("2021-05", ROSTER[:3]), "mei.csv")
    assert shown.finding == "Semua 3 orang di daftar TPP desa aktif di ketiga program"
    assert shown.address == {"month": "2021-05"}


def test_a_source_known_as_totals_is_refused_in_plain_words(show: Open, published: Path) -> None:
    shown = upload(show(published, "reconciliation"), roster_text("2021-06", ROSTER[:3]))
    said = ID.say("editions.failed.members_no_people", source="TPP", month="2021-06")
    assert said in shown.text.replace("\\", "")
