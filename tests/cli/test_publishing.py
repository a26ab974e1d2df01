"""`publish`, `diff`, `editions`, `rebuild`: what becomes current, and what that changes."""

from pathlib import Path

from enrollment import edition
from enrollment.language import CODES
from enrollment.store import PROJECT_DATA, Store
from tests.cli.conftest import corrected, run

PUBLISH = {
    "edition",
    "fingerprint",
    "published_at",
    "new",
    "dry_run",
    "changes",
    "headline",
    "reference",
    "definitions",
    "program",
    "reconciled",
}


def test_publishing_prints_what_changed_and_then_that_nothing_is_new(data: Path, tmp_path: Path) -> None:
    corrected(data, tmp_path, month=1, old=",1100,", new=",1130,")
    said = run("publish", "--json", "--data", data).document
    assert set(said) == PUBLISH
    assert said["new"] is True
    assert said["changes"][0] == {
        "month": "2021-07-31",
        "source": "BESAR",
        "cause": "correction",
        "before": 1_100,
        "after": 1_130,
        "change": 30,
    }
    again = run("publish", "--json", "--data", data)
    assert (again.code, again.document["new"], again.document["edition"]) == (0, False, said["edition"])
    for lang in CODES:
        said_again = run("publish", "--data", data, lang=lang)
        assert said_again.code == 0
        assert said["edition"] in said_again.out
    assert len(edition.publications(Store(data))[0]) == 2


def test_editions_lists_the_newest_first_and_marks_the_current_one(data: Path, tmp_path: Path) -> None:
    corrected(data, tmp_path)
    run("publish", "--data", data)
    newest, oldest = run("editions", "--json", "--data", data).document
    assert (newest["current"], oldest["current"]) == (True, False)
    assert (newest["active"], oldest["active"]) == (1_840, 1_740)
    assert oldest["note"] == "pertama"
    listed = run("editions", "--data", data)
    assert listed.code == 0
    assert newest["edition"] in listed.out


def test_a_dry_run_says_what_publishing_would_change_and_publishes_nothing(
    data: Path, tmp_path: Path
) -> None:
    corrected(data, tmp_path)
    would = run("publish", "--dry-run", "--json", "--data", data).document
    assert (would["new"], would["dry_run"], would["published_at"]) == (True, True, None)
    assert run("status", "--json", "--data", data).document["active"] == 1_740
    assert len(edition.publications(Store(data))[0]) == 1
    assert Store(data).unpublished() == ()
    did = run("publish", "--json", "--data", data).document
    assert (did["edition"], did["changes"], did["headline"]) == (
        would["edition"],
        would["changes"],
        would["headline"],
    )
    nothing = run("publish", "--dry-run", "--json", "--data", data).document
    assert (nothing["new"], nothing["edition"], nothing["changes"]) == (False, did["edition"], [])
    for lang in CODES:
        assert did["edition"] in run("publish", "--dry-run", "--data", data, lang=lang).out


def test_the_report_says_what_becomes_of_the_headline(data: Path, tmp_path: Path) -> None:
    corrected(data, tmp_path)
    headline = run("publish", "--json", "--data", data).document["headline"]
    for moved in headline.values():
        assert (moved["before"]["active"], moved["after"]["active"]) == (1_740, 1_840)
        assert moved["before"]["gap"] - moved["after"]["gap"] == 100
        assert moved["after"]["as_of"] == "2021-08-31"
        assert moved["after"]["status"] == "behind"


def test_an_earlier_edition_is_made_current_again_by_a_new_publication(data: Path, tmp_path: Path) -> None:
    first = run("editions", "--json", "--data", data).document[0]["edition"]
    corrected(data, tmp_path)
    second = run("publish", "--json", "--data", data).document["edition"]
    back = run("publish", "--edition", first, "--note", "kembali", "--json", "--data", data).document
    assert (back["new"], back["edition"], [row["cause"] for row in back["changes"]]) == (
        True,
        first,
        ["withdrawn"],
    )
    listed = run("editions", "--json", "--data", data).document
    assert [(row["edition"], row["current"], row["note"]) for row in listed] == [
        (first, True, "kembali"),
        (second, False, ""),
        (first, False, "pertama"),
    ]
    assert run("status", "--json", "--data", data).document["active"] == 1_740
    assert run("publish", "--edition", first, "--json", "--data", data).document["new"] is False
    assert run("publish", "--json", "--data", data).document["edition"] == second
    assert run("publish", "--edition", "ffffffff", "--data", data).code == 1
    assert run("publish", "--edition", first, "--dry-run", "--data", data).code == 2


def test_two_editions_are_compared_in_both_directions(data: Path, tmp_path: Path) -> None:
    first = run("editions", "--json", "--data", data).document[0]["edition"]
    corrected(data, tmp_path)
    second = run("publish", "--json", "--data", data).document["edition"]
    forth = run("diff", first, second, "--json", "--data", data).document
    named = {"from", "to", "changes", "headline", "reference", "definitions", "program", "reconciled"}
    assert set(forth) == named
    assert (forth["from"], forth["to"], forth["reference"]) == (first, second, [])
    assert [(row["cause"], row["change"]) for row in forth["changes"]] == [("correction", 100)]
    back = run("diff", second[:6], first[:6], "--json", "--data", data).document
    assert [row["change"] for row in back["changes"]] == [-100]
    assert run("diff", first, first, "--json", "--data", data).document["changes"] == []
    for lang in CODES:
        assert "correction" in run("diff", first, second, "--data", data, lang=lang).out
        assert first in run("diff", first, first, "--data", data, lang=lang).out
    assert run("diff", first, "ffffffff", "--json", "--data", data).code == 1


def test_a_changed_reference_file_is_named_in_the_report(data: Path) -> None:
    goals = (PROJECT_DATA / "reference" / "targets.csv").read_text(encoding="utf-8")
    (data / "reference").mkdir()
    (data / "reference" / "targets.csv").write_text(goals.replace("38000000", "39000000"), encoding="utf-8")
    said = run("publish", "--json", "--data", data).document
    assert (said["new"], said["changes"], said["reference"]) == (True, [], ["targets"])
    newest = said["headline"]["newest"]
    assert newest["after"]["gap"] - newest["before"]["gap"] == 1_000_000


def test_a_lost_edition_is_built_anew_from_what_was_known_then(data: Path, tmp_path: Path) -> None:
    first = edition.open_edition(Store(data)).path
    corrected(data, tmp_path)
    assert run("publish", "--data", data).code == 0
    first.unlink()
    said = run("rebuild", "--json", "--data", data)
    assert (said.code, [row["number"] for row in said.document["rebuilt"]]) == (0, [1])
    assert run("verify", "--json", "--data", data).document["whole"] is True
    for lang in CODES:
        assert run("rebuild", "--data", data, lang=lang).code == 0


def test_an_edition_that_cannot_be_built_anew_is_named(data: Path) -> None:
    path = edition.open_edition(Store(data)).path
    path.unlink()
    record = data / "store" / "publications" / "000001.json"
    record.write_text(record.read_text().replace(path.name[:10], "f" * 10), encoding="utf-8")
    said = run("rebuild", "--json", "--data", data)
    assert (said.code, said.document["rebuilt"], len(said.document["damaged"])) == (1, [], 1)
