"""The access log on the Editions page, and what the doors behind the pages enter in it."""

import io
import re
import shutil
from pathlib import Path

import pytest

from enrollment import lock
from enrollment.journal import ACTIONS, Journal
from enrollment.language import CODES, Language
from enrollment.store import Store
from enrollment.ui import steward
from enrollment.ui.steward import Failed, Wishes
from tests.builders import cell, delivery_text
from tests.pages.conftest import Open

ROOT = Path(__file__).parents[2]


@pytest.fixture
def data(own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of somebody's own data that the dashboard shows and a test may change."""
    shutil.copytree(own, tmp_path / "data")
    monkeypatch.setenv("CAKUPAN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def journal(data: Path) -> Journal:
    return Journal(Store(data).root)


def a_file(active: int) -> io.BytesIO:
    return io.BytesIO(delivery_text("2021-09", [cell(active, source="BESAR", segment="PU")]).encode())


def test_no_page_hands_out_a_file_past_the_access_log() -> None:
    sources = [*(ROOT / "enrollment" / "ui").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    found = [path.name for path in sources if re.search(r"\bdownload_button\(", path.read_text("utf-8"))]
    assert found == ["exporting.py"]


def test_what_the_steward_loads_and_publishes_on_a_page_is_entered(data: Path) -> None:
    assert steward.load(a_file(1_400), "september.csv", Wishes(confirmed=True)).kept
    assert steward.load(io.BytesIO(b"%PDF-1.7"), "september.pdf.csv", Wishes()).verdict == "refused"
    edition = steward.publish("").publication.short
    entries = journal(data).newest(9)[::-1]
    assert [(entry.action, entry.of) for entry in entries] == [
        ("load", None),
        ("load", 1),
        ("load", None),
        ("load", 3),
        ("publish", None),
        ("publish", 5),
    ]
    assert [entry.details.get("verdict") for entry in entries[1:4:2]] == ["accepted", "refused"]
    assert entries[-1].details == {"result": "done", "edition": edition, "new": "yes"}
    assert {(entry.who, entry.role) for entry in entries} == {(lock.user(), "steward")}


@pytest.mark.parametrize("lang", CODES)
def test_without_an_entry_nothing_is_loaded_or_published_and_the_steward_is_told(
    data: Path, lang: str
) -> None:
    journal(data).path.parent.write_text("no folder", encoding="utf-8")
    kept = Store(data).kept()
    with pytest.raises(Failed) as told:
        steward.load(a_file(1_400), "september.csv", Wishes(confirmed=True))
    assert {"id": "Catatan akses tidak dapat ditulis", "en": "The access log could not be written"}[
        lang
    ] in told.value.sentence(Language(lang))
    with pytest.raises(Failed):
        steward.publish("")
    assert Store(data).kept() == kept


@pytest.mark.parametrize("lang", CODES)
def test_the_steward_sees_the_newest_entries_and_that_the_chain_is_whole(
    show: Open, data: Path, lang: str
) -> None:
    log = journal(data)
    for number in range(55):
        log.write(f"orang {number}", "viewer", ACTIONS[number % 2], {"file": f"*{number}*<b>.csv"})
    shown = show(data, "editions", lang=lang)
    say = Language(lang).say
    assert say("journal.whole") in shown.text
    _, *rows = shown.table(say("journal.title"))
    assert len(rows) == 50
    assert rows[0][0] == "55"
    assert rows[0][2:] == [
        "orang 54",
        say("journal.role.viewer"),
        say("journal.action.export"),
        f"{say('journal.detail.file')} *54*<b>.csv",
    ]
    only = shown.choose("journal_action", ACTIONS[1])
    _, *rows = only.table(say("journal.title"))
    assert {row[4] for row in rows} == {say(f"journal.action.{ACTIONS[1]}")}
    assert [button.proto.id for button in shown.app.get("download_button") if "journal" in button.proto.id]
    assert say("journal.none") in shown.choose("journal_action", "forget").text


def test_the_steward_is_told_which_line_was_changed(show: Open, data: Path) -> None:
    log = journal(data)
    for number in range(4):
        log.write("sari", "viewer", "export", {"rows": number})
    content = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join([*content[:1], content[1].replace(b"sari", b"budi"), *content[2:]]))
    assert "Baris 2 tidak lagi seperti saat ditulis" in show(data, "editions").text
    log.path.write_bytes(b"".join(content[:3]))
    assert "Ada baris yang hilang mulai baris 4" in show(data, "editions").text


def test_opening_pages_enters_nothing(show: Open, data: Path) -> None:
    show(data, "editions").go("progress").go("breakdown")
    assert not journal(data).path.exists()


@pytest.mark.parametrize("lang", CODES)
def test_what_is_entered_is_told_in_the_readers_words(show: Open, data: Path, lang: str) -> None:
    assert steward.load(a_file(1_400), "september.csv", Wishes(confirmed=True)).kept
    with pytest.raises(ValueError, match="2021-13"):
        steward.load(a_file(1_500), "oktober.csv", Wishes(month="2021-13"))
    say = Language(lang).say
    _, failed, _, loaded, _ = show(data, "editions", lang=lang).table(say("journal.title"))[:5]
    assert f"{say('journal.detail.result')} {say('journal.value.failed')}" in failed[5]
    assert say("journal.outcome", number="1") in loaded[5]
    assert f"{say('journal.detail.verdict')} {say('journal.value.accepted')}" in loaded[5]
    assert f"{say('journal.detail.kind')} {say('journal.value.totals')}" in loaded[5]
