"""`journal`: what commands enter in the access log, and that without an entry they do nothing."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from enrollment import lock
from enrollment.journal import COLUMNS, Journal
from enrollment.language import CODES
from enrollment.store import Store
from tests.cli.conftest import MONTHS, corrected, run


def entries(data: Path, *words: str) -> list[dict[str, Any]]:
    """The access log, oldest first."""
    found: list[dict[str, Any]] = run("journal", "--json", "--data", data, *words).document
    return found[::-1]


def told(data: Path) -> list[tuple[str, bool, dict[str, str]]]:
    """What was done, whether it is an outcome, and the details."""
    return [(entry["action"], entry["of"] is not None, entry["details"]) for entry in entries(data)]


def test_loading_publishing_and_withdrawing_are_entered_with_what_came_of_them(
    data: Path, tmp_path: Path
) -> None:
    loaded = len(entries(data))
    corrected(data, tmp_path)
    edition = run("publish", "--json", "--note", "rahasia", "--data", data).document["edition"]
    newest = run("deliveries", "--json", "--data", data).document[0]["sha256"]
    assert run("withdraw", newest, "--reason", "salah kirim", "--data", data).code == 0
    assert run("publish", "--dry-run", "--data", data).code == 0
    load, outcome, publish, published, withdraw, withdrawn = told(data)[loaded:]
    assert load == ("load", False, {"file": "koreksi.csv"})
    assert outcome[:2] == ("load", True)
    assert outcome[2] == {
        "result": "done",
        "verdict": "accepted",
        "kind": "totals",
        "delivery": newest[:10],
        "month": "2021-08",
        "source": "BESAR TANI",
        "rows": "2",
    }
    assert publish == ("publish", False, {})
    assert published == ("publish", True, {"result": "done", "edition": edition, "new": "yes"})
    assert withdraw == ("withdraw", False, {"delivery": newest[:10]})
    assert withdrawn[2]["file"] == "koreksi.csv"
    every = entries(data)
    assert {(entry["who"], entry["role"]) for entry in every} == {(lock.user(), "command_line")}
    assert [entry["number"] for entry in every] == list(range(1, len(every) + 1))
    assert "rahasia" not in json.dumps(every)
    assert "salah kirim" not in json.dumps(every)


def test_a_command_that_is_refused_is_entered_too(data: Path) -> None:
    assert run("withdraw", "ffffffff", "--reason", "x", "--data", data).code == 1
    assert told(data)[-1] == ("withdraw", True, {"result": "failed", "reason": "UnknownDelivery"})


def test_rows_and_lists_that_leave_as_files_are_entered_and_reading_is_not(data: Path) -> None:
    before = len(entries(data))
    name = run("deliveries", "--json", "--data", data).document[0]["sha256"]
    assert run("rows", name, "--data", data).code == 0
    assert run("status", "--json", "--data", data).code == 0
    assert run("ask", "known_months", "--csv", "--data", data).code == 0
    assert len(entries(data)) == before
    assert run("rows", name, "--csv", "--data", data).code == 0
    assert run("quarantine", "--csv", "--data", data).code == 0
    assert [entry[2]["file"] for entry in told(data)[before:]] == [f"rows-{name[:10]}.csv", "quarantine.csv"]


def test_the_journal_itself_can_be_taken_away_and_that_is_entered(data: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("journal", "--csv", "--data", data).out)))
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["action"], rows[0]["details"]) == ("export", "file=journal.csv")
    assert len(rows) == len(entries(data))
    only = entries(data, "--action", "publish")
    assert {entry["action"] for entry in only} == {"publish"}
    assert len(entries(data, "--last", "2")) == 2
    for lang in CODES:
        lines = run("journal", "--last", "3", "--data", data, lang=lang).out.splitlines()
        assert len(lines) == 4
        assert "journal.csv" in lines[1]


@pytest.mark.parametrize("lang", CODES)
def test_without_an_entry_nothing_is_loaded_published_or_handed_out(
    data: Path, tmp_path: Path, lang: str
) -> None:
    kept = [item.sha256 for item in Store(data).kept()]
    folder = Journal(Store(data).root).path.parent
    folder.rename(tmp_path / "aside")
    folder.write_text("no folder", encoding="utf-8")
    (tmp_path / "lain.csv").write_text("apa saja", encoding="utf-8")
    name = kept[0]
    for words in (
        ("load", tmp_path / "lain.csv"),
        ("publish",),
        ("withdraw", name, "--reason", "x"),
        ("rows", name, "--csv"),
        ("journal", "--csv"),
        ("brief", "--out", tmp_path / "paparan", "--format", "html"),
    ):
        said = run(*words, "--data", data, lang=lang)
        assert (said.code, said.out) == (1, ""), words
        assert {"id": "Catatan akses tidak dapat ditulis", "en": "The access log could not be written"}[
            lang
        ] in said.err
    assert [item.sha256 for item in Store(data).kept()] == kept
    assert all(item.withdrawn is None for item in Store(data).kept())
    assert not (tmp_path / "paparan").exists()


@pytest.mark.parametrize("lang", CODES)
def test_verify_names_the_line_that_was_tampered_with(data: Path, lang: str) -> None:
    journal = Journal(Store(data).root)
    lines = journal.path.read_bytes().splitlines(keepends=True)
    assert len(lines) > len(MONTHS)
    lines[2] = lines[2].replace(b"load", b"lood", 1)
    journal.path.write_bytes(b"".join(lines))
    said = run("verify", "--data", data, lang=lang)
    assert said.code == 1
    assert {"id": "baris 3 catatan akses", "en": "line 3 of the access log"}[lang] in said.out
    findings = run("verify", "--json", "--data", data).document["findings"]
    assert [(item["kind"], item["rule"], item["subject"]) for item in findings] == [
        ("damage", "journal", "3")
    ]
