"""reconcile, decide, reconciliations: the classes of a roster on the command line."""

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cli.conftest import Said, run
from tests.people import members_text, nik, roster_text
from tests.reconciliation.test_ledger import hundred


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory that knows the members of two months."""
    folder = tmp_path_factory.mktemp("reconciling")
    known, rows = hundred()
    for month, people in known.items():
        path = folder / f"{month}.csv"
        path.write_text(members_text(month, people), encoding="utf-8")
        assert run("load", path, "--data", folder / "data", "--confirm").code == 0
    (folder / "daftar.csv").write_text(roster_text("2021-06", rows), encoding="utf-8")
    return folder / "data"


def reconcile(data: Path, *words: object, file: str = "daftar.csv", lang: str = "id") -> Said:
    path = data.parent / file
    return run("reconcile", path, "--source", "TPP", "--month", "2021-06", "--data", data, *words, lang=lang)


def test_the_document_holds_the_classes_of_the_roster(data: Path) -> None:
    said = reconcile(data, "--json")
    document = said.document
    assert document["rows"] == 100
    assert document["classes"] == {
        "active_all": 70,
        "active_part": 6,
        "other_source": 2,
        "lapsed": 5,
        "not_found": 10,
        "duplicate": 3,
        "invalid": 4,
        "out_of_scope": 0,
    }
    assert document["programmes"]["JHT"] == {"active": 72, "lapsed": 5, "never": 16}
    assert {line["candidates"][0]["slip"] for line in document["near_misses"]} == {"digit"}
    assert len(document["near_misses"]) == document["reverse"] == 2
    assert document["rule_version"] == 1
    assert json.loads(reconcile(data, "--json").out) == document


def test_the_folder_holds_ledger_lists_and_minutes_without_a_nik(data: Path, tmp_path: Path) -> None:
    said = reconcile(data, "--out", tmp_path)
    assert said.code == 0, said.err
    names = {path.name for path in tmp_path.iterdir()}
    assert {"2021-06-TPP-ledger.csv", "2021-06-TPP-not_found.csv", "2021-06-TPP-en.pdf"} <= names
    ledger = (tmp_path / "2021-06-TPP-ledger.csv").read_text(encoding="utf-8")
    assert len(ledger.splitlines()) == 101
    assert nik(0) not in ledger
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "2021-06-TPP-id.pdf").pages)
    assert nik(0)[4:] not in text.replace(" ", "")
    assert "100" in text


def test_a_decision_moves_the_counts_by_what_it_decides_and_can_be_taken_back(data: Path) -> None:
    before = reconcile(data, "--json").document
    row = next(line["row"] for line in before["near_misses"] if len(line["candidates"]) == 1)
    about = ("--source", "TPP", "--month", "2021-06", "--data", data, "--row", row)
    decided = run("decide", *about, "--as", "same", "--json").document
    assert decided["classes"]["active_all"] == before["classes"]["active_all"] + 1
    assert decided["classes"]["not_found"] == before["classes"]["not_found"] - 1
    assert (decided["confirmed"], decided["reverse"]) == (1, before["reverse"] - 1)
    listed = json.loads(run("reconciliations", "--data", data, "--json").out)
    assert [item["name"] for item in listed] == [decided["name"]]
    assert run("decide", *about, "--as", "open", "--json").document["classes"] == before["classes"]
    assert run("decide", *about[:-1], 2, "--as", "same").code == 1


def test_what_cannot_be_reconciled_is_said_in_the_readers_language(data: Path) -> None:
    def refused(*words: object, lang: str = "en") -> str:
        said = run("reconcile", *words, "--data", data, lang=lang)
        assert said.code == 1
        assert said.out == ""
        return said.err

    about = ("--source", "TPP", "--month")
    assert "2020" in refused(data.parent / "daftar.csv", *about, "2020-01")
    assert "Muat dahulu" in refused(data.parent / "daftar.csv", *about, "2020-01", lang="id")
    assert "not a partner's roster" in refused(data.parent / "2021-06.csv", *about, "2021-06")
    assert "BUKAN" in refused(data.parent / "daftar.csv", "--source", "BUKAN", "--month", "2021-06")
    assert "nothing" in refused(data.parent / "none.csv", *about, "2021-06").lower()
