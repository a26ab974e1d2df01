"""The command line: what it prints, what it refuses, and that nobody is ever shown a traceback."""

import csv
import datetime as dt
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from enrollment import edition, publishing, query
from enrollment.cli import program
from enrollment.language import CODES, catalogue
from enrollment.lock import writing
from enrollment.store import PROJECT_DATA, Store
from tests.builders import cell, delivery_text

ROOT = Path(__file__).parents[1]
MONTHS = ("2021-06", "2021-07", "2021-08")
STATUS = (
    "as_of",
    "active",
    "baseline",
    "target",
    "due",
    "gap",
    "rise_needed",
    "rise_achieved_share",
    "needed_per_month",
    "recent_per_month",
    "pace_ratio",
    "status",
    "outlook",
    "edition",
    "known_on",
    "simulated",
    "missing",
)
LOAD = {
    "file",
    "kind",
    "months",
    "sources",
    "verdict",
    "rows",
    "accepted",
    "quarantined",
    "refused",
    "faults",
    "fault_counts",
    "notes",
    "sha256",
}


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
}


@dataclass(frozen=True)
class Said:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output, and nothing else there."""
        return json.loads(self.out)


def run(*words: object, lang: str = "id") -> Said:
    """Run a command in this process; an exception that reaches a reader fails the test."""
    result = CliRunner().invoke(program, [str(word) for word in (*words, "--lang", lang)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


def run_apart(*words: object, **environment: str) -> Said:
    """Run a command as a person does, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "enrollment", *map(str, words)],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, done.stdout, done.stderr)


def deliveries(folder: Path) -> list[Path]:
    """Three small totals files, as a user of the dashboard would write them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, month in enumerate(MONTHS):
        rows = [
            cell(1_000 + 100 * number, source="BESAR", segment="PU", province="ID-JB", new=150, lapsed=50),
            cell(500 + 20 * number, source="TANI", province="ID-JT", new=20, lapsed=0),
        ]
        path = folder / f"jumlah-{month}.csv"
        path.write_text(delivery_text(month, rows), encoding="utf-8")
        paths.append(path)
    return paths


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Somebody's own data: three files, loaded and published."""
    folder = tmp_path_factory.mktemp("made")
    assert run("load", *deliveries(folder / "in"), "--data", folder / "data").code == 0
    assert run("publish", "--note", "pertama", "--data", folder / "data").code == 0
    return folder / "data"


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    shutil.copytree(made, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which the sample's months from April on were published."""
    store = Store(tmp_path_factory.mktemp("sample") / "data")
    for path in sorted((PROJECT_DATA / "snapshots").glob("2021-0[4-8]-*.csv")):
        assert store.load(path).kept
    publishing.publish(store)
    return store.data


# Somebody's own three files


def test_three_hand_written_files_give_a_status_without_any_sample_number(made: Path) -> None:
    status = run("status", "--json", "--data", made).document
    assert status["simulated"] is False
    assert (status["as_of"], status["active"], status["missing"]) == ("2021-08-31", 1_740, [])
    assert (status["recent_per_month"], status["gap"]) == (120, 38_000_000 - 1_740)
    for lang in CODES:
        said = run("status", "--data", made, lang=lang).out
        assert "simulasi" not in said
        assert "simulated" not in said
        assert "29" not in said.replace("2029", "")


def test_the_first_steps_work_as_a_person_types_them(tmp_path: Path) -> None:
    data = tmp_path / "not" / "there" / "yet"
    nothing = run_apart("status", CAKUPAN_DATA=str(data))
    assert (nothing.code, nothing.out) == (1, "")
    assert "load" in nothing.err
    assert "publish" in nothing.err
    assert data.is_dir()
    loaded = run_apart("load", *deliveries(tmp_path / "in"), "--json", "--data", data)
    assert (loaded.code, loaded.err) == (0, "")
    assert [document["verdict"] for document in loaded.document] == ["accepted"] * 3
    published = run_apart("publish", "--data", data, CAKUPAN_LANG="en")
    assert published.code == 0
    assert "published" in published.out


@pytest.mark.parametrize(
    "words", [("status",), ("editions",), ("ask", "known_months"), ("publish",)], ids=lambda words: words[0]
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_fresh_directory_answers_that_nothing_is_published_yet(
    tmp_path: Path, words: Sequence[str], as_json: bool
) -> None:
    for lang in CODES:
        said = run(*words, *(["--json"] if as_json else []), "--data", tmp_path / "data", lang=lang)
        assert (said.code, said.out) == (1, "")
        assert "load" in said.err
        assert len(said.err.strip().splitlines()) == 1
    assert list((tmp_path / "data").rglob("*.csv")) == []


# load


def test_load_says_of_each_file_what_came_of_it(tmp_path: Path) -> None:
    first, second, _ = deliveries(tmp_path / "in")
    (tmp_path / "in" / "rusak.csv").write_text(
        first.read_text().replace(",1000,", ",1.000,").replace("TANI", "TANII"), encoding="utf-8"
    )
    said = run(
        "load", first, tmp_path / "in" / "rusak.csv", second, first, "--json", "--data", tmp_path / "d"
    )
    assert said.code == 1
    assert [document["verdict"] for document in said.document] == [
        "accepted",
        "refused",
        "accepted",
        "unchanged",
    ]
    for document in said.document:
        assert set(document) == LOAD
        assert document["rows"] == document["accepted"] + document["quarantined"] + document["refused"] == 2
    assert len(Store(tmp_path / "d").kept()) == 2


def test_load_prints_one_object_for_one_file_and_a_list_for_more(tmp_path: Path) -> None:
    first, second, third = deliveries(tmp_path / "in")
    one = run("load", first, "--json", "--data", tmp_path / "d").document
    assert (one["file"], one["kind"], one["months"], one["sources"]) == (
        "jumlah-2021-06.csv",
        "totals",
        ["2021-06"],
        ["BESAR", "TANI"],
    )
    more = run("load", second, third, "--json", "--data", tmp_path / "d").document
    assert [document["months"] for document in more] == [["2021-07"], ["2021-08"]]


@pytest.mark.parametrize("lang", CODES)
def test_a_broken_file_is_refused_with_file_row_column_and_value(tmp_path: Path, lang: str) -> None:
    path = deliveries(tmp_path / "in")[0]
    path.write_text(path.read_text().replace(",1000,", ",1.000,"), encoding="utf-8")
    said = run("load", path, "--data", tmp_path / "d", lang=lang)
    assert said.code == 1
    (fault,) = [line for line in said.out.splitlines() if "1.000" in line]
    assert all(word in fault for word in (path.name, " 2", "aktif", "1000"))
    document = run("load", path, "--json", "--data", tmp_path / "d", lang=lang).document
    assert document["fault_counts"] == {"count_separator": 1}
    assert [document["faults"][0][name] for name in ("row", "column", "value", "rule")] == [
        2,
        "aktif",
        "1.000",
        "count_separator",
    ]
    assert Store(tmp_path / "d").kept() == ()


def test_many_faults_are_counted_in_full_and_listed_up_to_a_thousand(tmp_path: Path) -> None:
    path = tmp_path / "banyak.csv"
    header, *rows = delivery_text("2021-08", [cell(1, age_band="60+")] * 1_500).splitlines()
    path.write_text("\n".join([header, *(row.replace(",1", ",x") for row in rows)]) + "\n", encoding="utf-8")
    document = run("load", path, "--json", "--data", tmp_path / "d").document
    assert len(document["faults"]) == 1_000
    assert sum(document["fault_counts"].values()) >= 1_500
    assert document["refused"] == document["rows"] == 1_500
    assert len(run("load", path, "--data", tmp_path / "d").out.splitlines()) < 30


def test_the_implausible_is_kept_only_with_confirm(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "besar.csv"
    path.write_text(delivery_text("2021-09", [cell(90_000, source="BESAR", segment="PU")]), encoding="utf-8")
    waiting = run("load", path, "--json", "--data", data)
    assert (waiting.code, waiting.document["verdict"], waiting.document["refused"]) == (1, "confirm", 1)
    for lang in CODES:
        said = run("load", path, "--data", data, lang=lang)
        assert said.code == 1
        assert "--confirm" in said.out
        assert "BESAR" in said.out
    assert run("load", path, "--confirm", "--json", "--data", data).document["verdict"] == "accepted"


def test_the_month_and_source_may_be_said_with_the_command(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "tanpa.csv"
    path.write_text("segmen,provinsi,program,aktif\nPU,ID-JB,JKK+JKM,1300\n", encoding="utf-8")
    assert run("load", path, "--data", data).code == 1
    said = run("load", path, "--month", "2021-09", "--source", "BESAR", "--json", "--data", data)
    assert (said.code, said.document["verdict"], said.document["sources"]) == (0, "noted", ["BESAR"])
    other = run("load", path, "--month", "2021-09", "--source", "RAKSASA", "--json", "--data", data)
    assert (other.code, other.document["verdict"]) == (1, "refused")


@pytest.mark.parametrize("name", ["tidak-ada.csv", ".", "jumlah-*.csv"])
def test_a_path_that_is_no_file_is_named_and_nothing_is_kept(tmp_path: Path, name: str) -> None:
    deliveries(tmp_path)
    said = run("load", tmp_path / name, "--json", "--data", tmp_path / "d")
    assert (said.code, said.out) == (1, "")
    assert str(tmp_path / name) in said.err
    assert Store(tmp_path / "d").kept() == ()


def test_a_missing_file_among_several_is_refused_and_what_was_kept_is_said(tmp_path: Path) -> None:
    first, *_ = deliveries(tmp_path / "in")
    said = run("load", first, tmp_path / "tidak-ada.csv", "--data", tmp_path / "d")
    assert said.code == 1
    assert "tidak-ada.csv" in said.out + said.err
    assert (first.name in said.out) == bool(Store(tmp_path / "d").kept())


def test_a_name_that_no_file_can_have_is_refused_plainly(tmp_path: Path) -> None:
    said = run("load", tmp_path / "a\0b.csv", "--data", tmp_path / "d")
    assert said.code in (1, 2)


def test_an_empty_template_is_loadable_once_a_row_is_added(tmp_path: Path) -> None:
    for lang in CODES:
        said = run("template", "totals", lang=lang)
        header = said.out.strip().split(",")
        assert said.code == 0
        assert [line.split(":")[0] for line in said.err.splitlines()] == header
        path = tmp_path / f"isian-{lang}.csv"
        path.write_text(said.out, encoding="utf-8")
        assert run("load", path, "--data", tmp_path / lang).code == 1
        values = {"periode": "2021-08", "sumber": "TPP", "segmen": "PU", "provinsi": "ID-AC"}
        values |= {"program": "JKK+JKM+JHT", "aktif": "120"}
        path.write_text(said.out + ",".join(values.get(name, "") for name in header) + "\n", encoding="utf-8")
        assert run("load", path, "--json", "--data", tmp_path / lang).document["verdict"] == "accepted"
    document = run("template", "totals", "--json").document
    assert [column["name"] for column in document["columns"]] == header
    required = {column["name"] for column in document["columns"] if column["required"]}
    assert required == {"periode", "sumber", "segmen", "provinsi", "program", "aktif"}


# publish, status, editions


def test_publishing_prints_what_changed_and_then_that_nothing_is_new(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "koreksi.csv"
    path.write_text(deliveries(tmp_path / "in")[1].read_text().replace(",1100,", ",1130,"), encoding="utf-8")
    assert run("load", path, "--data", data).code == 0
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


def test_status_gives_at_least_what_is_promised(made: Path) -> None:
    document = run("status", "--json", "--data", made).document
    assert [name for name in STATUS if name not in document] == []
    assert document["outlook"] is None
    whole = ("active", "baseline", "target", "gap", "rise_needed", "needed_per_month", "recent_per_month")
    assert all(type(document[name]) is int for name in whole)
    for name in ("as_of", "due", "known_on"):
        dt.date.fromisoformat(document[name])


def test_status_of_the_sample_follows_from_its_snapshots(sample_data: Path) -> None:
    status = run("status", "--json", "--data", sample_data).document
    assert (status["as_of"], status["active"], status["gap"]) == ("2021-08-31", 29_200_000, 8_800_000)
    assert (status["needed_per_month"], status["recent_per_month"]) == (2_195_492, 267_778)
    assert (status["baseline"], status["target"], status["rise_needed"]) == (
        27_700_000,
        38_000_000,
        10_300_000,
    )
    assert round(status["pace_ratio"], 2) == 8.2
    assert (status["status"], status["simulated"], status["missing"]) == ("behind", True, [])
    april = run("status", "--as-of", "2021-04-30", "--json", "--data", sample_data).document
    assert (april["as_of"], april["active"], april["gap"]) == ("2021-04-30", 28_093_333, 9_906_667)
    bridge = run("ask", "commitment_bridge", "--json", "--data", sample_data).document["rows"]
    people = {row["step"]: row["people"] for row in bridge}
    assert people["verified"] + people["committed"] + people["unassigned"] == 10_300_000


@pytest.mark.parametrize("as_of", ["2021-07", "2021-07-31"])
def test_the_reference_month_may_be_written_in_both_ways(made: Path, as_of: str) -> None:
    status = run("status", "--as-of", as_of, "--json", "--data", made).document
    assert (status["as_of"], status["active"]) == ("2021-07-31", 1_620)


@pytest.mark.parametrize("as_of", ["2021-05", "2021-05-31", "2021-09", "1999-12", "2199-01"])
@pytest.mark.parametrize("words", [("status",), ("ask", "goal_progress")], ids=lambda words: words[0])
def test_a_month_before_the_first_and_after_the_last_is_refused_with_the_months_there_are(
    made: Path, words: Sequence[str], as_of: str
) -> None:
    for lang, first, last in (("id", "Juni 2021", "Agustus 2021"), ("en", "June 2021", "August 2021")):
        said = run(*words, "--as-of", as_of, "--json", "--data", made, lang=lang)
        assert (said.code, said.out) == (1, "")
        assert first in said.err
        assert last in said.err


def test_status_names_what_is_missing(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "sebagian.csv"
    path.write_text(delivery_text("2021-09", [cell(1_350, source="BESAR", segment="PU")]), encoding="utf-8")
    assert run("load", path, "--confirm", "--data", data).code == 0
    assert run("publish", "--data", data).code == 0
    status = run("status", "--json", "--data", data).document
    assert status["missing"] == [{"month": "2021-09", "source": "TANI"}]
    assert status["as_of"] == "2021-08-31"
    for lang in CODES:
        assert "TANI" in run("status", "--data", data, lang=lang).out


def test_status_knows_every_published_goal_and_no_other(made: Path) -> None:
    said = run("status", "--goal", "2021-33.67", "--json", "--data", made).document
    assert said["target"] == 33_670_000
    other = run("status", "--goal", "2021-99.0", "--json", "--data", made)
    assert (other.code, other.out) == (1, "")
    assert "2021-38.0" in other.err
    assert run("status", "--goal", "2014-15.3", "--data", made).code == 1


def test_an_earlier_edition_can_be_asked_by_id_and_by_day(data: Path, tmp_path: Path) -> None:
    (first,) = run("editions", "--json", "--data", data).document
    path = tmp_path / "koreksi.csv"
    path.write_text(deliveries(tmp_path / "in")[2].read_text().replace(",1200,", ",1300,"), encoding="utf-8")
    run("load", path, "--data", data)
    run("publish", "--data", data)
    for name in (first["edition"], first["edition"][:4], first["fingerprint"]):
        assert run("status", "--edition", name, "--json", "--data", data).document["active"] == 1_740
    assert run("status", "--json", "--data", data).document["active"] == 1_840
    assert run("status", "--known-on", first["known_on"], "--json", "--data", data).code == 0
    for option, value in (
        ("--edition", "ffffffff"),
        ("--edition", first["edition"][:3]),
        ("--known-on", "2001-01-01"),
    ):
        said = run("status", option, value, "--json", "--data", data)
        assert (said.code, said.out) == (1, "")
        assert said.err


def test_editions_lists_the_newest_first_and_marks_the_current_one(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "koreksi.csv"
    path.write_text(deliveries(tmp_path / "in")[2].read_text().replace(",1200,", ",1300,"), encoding="utf-8")
    run("load", path, "--data", data)
    run("publish", "--data", data)
    newest, oldest = run("editions", "--json", "--data", data).document
    assert (newest["current"], oldest["current"]) == (True, False)
    assert (newest["active"], oldest["active"]) == (1_840, 1_740)
    assert oldest["note"] == "pertama"
    listed = run("editions", "--data", data)
    assert listed.code == 0
    assert newest["edition"] in listed.out


def test_a_damaged_edition_is_passed_over_and_said_on_standard_error(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "koreksi.csv"
    path.write_text(deliveries(tmp_path / "in")[2].read_text().replace(",1200,", ",1300,"), encoding="utf-8")
    run("load", path, "--data", data)
    run("publish", "--data", data)
    file = edition.open_edition(Store(data)).path
    file.unlink()
    said = run("status", "--json", "--data", data)
    assert (said.code, said.document["active"]) == (0, 1_740)
    assert file.name in said.err


# What is kept, what would be published, and what was known


def corrected(data: Path, folder: Path, *, month: int = 2, old: str = ",1200,", new: str = ",1300,") -> Path:
    """A corrected delivery of one month, loaded but not published."""
    path = folder / "koreksi.csv"
    path.write_text(deliveries(folder / "in")[month].read_text().replace(old, new), encoding="utf-8")
    assert run("load", path, "--data", data).code == 0
    return path


def test_deliveries_lists_what_is_kept_newest_first_and_which_of_it_counts(
    data: Path, tmp_path: Path
) -> None:
    corrected(data, tmp_path)
    rows = run("deliveries", "--json", "--data", data).document
    assert [(row["file"], row["state"]) for row in rows] == [
        ("koreksi.csv", "counts"),
        ("jumlah-2021-08.csv", "replaced"),
        ("jumlah-2021-07.csv", "counts"),
        ("jumlah-2021-06.csv", "counts"),
    ]
    assert (rows[0]["month"], rows[0]["rows"], rows[0]["active"]) == ("2021-08", 2, 1_840)
    assert rows[0]["counted_sources"] == rows[0]["sources"] == ["BESAR", "TANI"]
    for lang in CODES:
        lines = run("deliveries", "--data", data, lang=lang).out.splitlines()
        assert len(lines) == 1 + len(rows)
        assert rows[0]["sha256"][:10] in lines[1]


def test_a_withdrawn_delivery_stays_listed_and_the_one_before_counts_again(
    data: Path, tmp_path: Path
) -> None:
    corrected(data, tmp_path)
    assert run("publish", "--json", "--data", data).document["changes"][0]["cause"] == "correction"
    newest = run("deliveries", "--json", "--data", data).document[0]["sha256"]
    gone = run("withdraw", newest[:12], "--reason", "salah kirim", "--json", "--data", data)
    assert (gone.code, gone.document["state"]) == (0, "withdrawn")
    assert gone.document["withdrawn"]["reason"] == "salah kirim"
    listed = run("deliveries", "--json", "--data", data).document
    assert [row["state"] for row in listed] == ["withdrawn", "counts", "counts", "counts"]
    assert run("status", "--json", "--data", data).document["active"] == 1_840
    changes = run("publish", "--json", "--data", data).document["changes"]
    assert [(row["source"], row["cause"], row["change"]) for row in changes] == [("BESAR", "withdrawn", -100)]
    again = run("withdraw", newest, "--reason", "lagi", "--data", data)
    assert (again.code, again.out) == (1, "")
    assert newest[:10] in again.err


@pytest.mark.parametrize("name", ["", "abc", "ffffffff", "../..", "*"])
@pytest.mark.parametrize(
    "words", [("withdraw", "--reason", "x"), ("rows", "--csv")], ids=lambda words: words[0]
)
def test_an_unknown_delivery_is_refused_and_nothing_is_changed(
    data: Path, words: Sequence[str], name: str
) -> None:
    said = run(words[0], name, *words[1:], "--data", data)
    assert (said.code, said.out) == (1, "")
    assert "deliveries" in said.err
    assert all(row["state"] == "counts" for row in run("deliveries", "--json", "--data", data).document)


def test_withdrawing_needs_a_reason(data: Path) -> None:
    name = run("deliveries", "--json", "--data", data).document[0]["sha256"]
    assert run("withdraw", name, "--data", data).code == 2
    assert run("withdraw", name, "--reason", "  ", "--data", data).code == 2


def test_the_rows_of_a_totals_delivery_are_printed_as_they_are_kept(data: Path, tmp_path: Path) -> None:
    name = run("deliveries", "--json", "--data", data).document[0]["sha256"]
    said = run("rows", name, "--csv", "--data", data)
    assert said.code == 0
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert [(row["periode"], row["sumber"], row["aktif"]) for row in rows] == [
        ("2021-08", "BESAR", "1200"),
        ("2021-08", "TANI", "540"),
    ]
    document = run("rows", name, "--json", "--data", data).document
    assert document["sha256"] == name
    assert [row["aktif"] for row in document["rows"]] == [1_200, 540]
    assert len(run("rows", name[:10], "--data", data).out.splitlines()) == 3
    copy = tmp_path / "salinan.csv"
    copy.write_text(said.out, encoding="utf-8")
    assert run("load", copy, "--json", "--data", data).document["verdict"] == "unchanged"


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
    assert set(forth) == {"from", "to", "changes", "headline", "reference", "definitions", "program"}
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


@pytest.mark.parametrize("words", [("status",), ("ask", "known_months")], ids=lambda words: words[0])
def test_before_the_first_publication_it_says_that_nothing_was_known_yet(
    made: Path, words: Sequence[str]
) -> None:
    first = edition.publications(Store(made))[0][0].known_on
    for lang, day in (("id", "1 Januari 2001"), ("en", "1 January 2001")):
        said = run(*words, "--known-on", "2001-01-01", "--json", "--data", made, lang=lang)
        assert (said.code, said.out) == (1, "")
        assert day in said.err
        assert str(first.year) in said.err
        assert "load" not in said.err


def test_an_older_edition_says_so_on_standard_error(data: Path, tmp_path: Path) -> None:
    first = run("editions", "--json", "--data", data).document[0]["edition"]
    corrected(data, tmp_path)
    second = run("publish", "--json", "--data", data).document["edition"]
    for words in (("status",), ("ask", "known_months")):
        old = run(*words, "--edition", first, "--json", "--data", data)
        assert old.code == 0
        assert first in old.err
        assert second in old.err
        assert run(*words, "--edition", second, "--json", "--data", data).err == ""
    assert run("status", "--edition", first, "--json", "--data", data).document["current"] is False
    assert run("status", "--json", "--data", data).document["current"] is True


def test_the_faults_are_written_as_csv_that_no_spreadsheet_runs(tmp_path: Path) -> None:
    first, second, _ = deliveries(tmp_path / "in")
    text = second.read_text().replace("TANI", "=1+1").replace(",1100,", ",1.100,")
    second.write_text(text, encoding="utf-8")
    faults = tmp_path / "salah.csv"
    said = run("load", first, second, "--faults", faults, "--json", "--data", tmp_path / "d")
    assert said.code == 1
    rows = list(csv.DictReader(io.StringIO(faults.read_text(encoding="utf-8"))))
    assert [(row["file"], row["row"], row["column"], row["value"], row["rule"]) for row in rows] == [
        (second.name, "2", "aktif", "1.100", "count_separator"),
        (second.name, "3", "sumber", "'=1+1", "unknown_source"),
    ]
    assert run("load", first, "--faults", tmp_path / "x" / "y.csv", "--data", tmp_path / "d").code == 0
    assert (tmp_path / "x" / "y.csv").read_text(encoding="utf-8") == "file,row,column,value,rule,message\n"


def test_rows_set_aside_are_listed_until_they_are_mended(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "sebagian.csv"
    rows = [cell(1_300, source="BESAR", segment="PU"), cell(550, source="TANI", province="ID-JT")]
    path.write_text(delivery_text("2021-09", rows).replace(",550", ",5.50"), encoding="utf-8")
    words = ("load", path, "--quarantine", "--confirm", "--json", "--data", data)
    document = run(*words).document
    assert document["verdict"] == "quarantined"
    assert (document["rows"], document["accepted"], document["quarantined"], document["refused"]) == (
        2,
        1,
        1,
        0,
    )
    (waiting,) = run("quarantine", "--json", "--data", data).document
    assert (waiting["delivery"], waiting["row"], waiting["column"], waiting["value"], waiting["rule"]) == (
        document["sha256"],
        3,
        "aktif",
        "5.50",
        "count_decimal",
    )
    table = list(csv.DictReader(io.StringIO(run("quarantine", "--csv", "--data", data).out)))
    assert [row["rule"] for row in table] == ["count_decimal"]
    for lang in CODES:
        assert path.name in run("quarantine", "--data", data, lang=lang).out
    assert run("deliveries", "--json", "--data", data).document[0]["waiting"] == 1
    mended = tmp_path / "perbaikan.csv"
    header, _, line = delivery_text("2021-09", rows).splitlines()
    mended.write_text(f"{header},kiriman,baris\n{line},{document['sha256'][:10]},3\n", encoding="utf-8")
    assert run("load", mended, "--confirm", "--json", "--data", data).document["verdict"] in (
        "accepted",
        "noted",
    )
    assert run("quarantine", "--json", "--data", data).document == []
    run("publish", "--data", data)
    assert run("status", "--as-of", "2021-09", "--json", "--data", data).document["active"] == 1_850


# Files about people


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the key file, where none is yet."""
    path = tmp_path / "kunci" / "cakupan"
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(path))
    return path


@pytest.fixture(scope="module")
def made_people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of two hundred simulated people, loaded and published, and the key file made for them."""
    folder = tmp_path_factory.mktemp("people")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAKUPAN_KEY_FILE", str(folder / "kunci" / "cakupan"))
        words = ("sample", "--people", 200, "--months", 2, "--until", "2021-08")
        assert run(*words, "--out", folder / "contoh").code == 0
        files = sorted((folder / "contoh" / "snapshots").iterdir())
        assert run("load", *files, "--data", folder / "orang").code == 0
        assert run("publish", "--data", folder / "orang").code == 0
    return folder


@pytest.fixture
def people(made_people: Path, keys: Path, tmp_path: Path) -> Path:
    """A copy of them that a test may change."""
    shutil.copytree(made_people, tmp_path, dirs_exist_ok=True)
    return tmp_path / "orang"


def niks(folder: Path) -> list[str]:
    with (folder / "contoh" / "snapshots" / "2021-08.csv").open(encoding="utf-8", newline="") as file:
        return [row["nik"] for row in csv.DictReader(file)]


def test_the_first_file_about_people_says_where_the_key_file_was_made(keys: Path, tmp_path: Path) -> None:
    out = tmp_path / "contoh"
    assert run("sample", "--people", 50, "--months", 2, "--format", "parquet", "--out", out).code == 0
    first, second = sorted((out / "snapshots").iterdir())
    for lang, path, said in (("id", first, True), ("en", second, False)):
        loaded = run("load", path, "--json", "--data", tmp_path / "d", lang=lang)
        assert (loaded.code, loaded.document["kind"]) == (0, "members")
        assert (str(keys) in loaded.err) == said
    assert keys.stat().st_mode & 0o077 == 0


def test_rows_about_people_have_keys_in_place_of_identity_numbers(people: Path, tmp_path: Path) -> None:
    name = run("deliveries", "--json", "--data", people).document[0]["sha256"]
    said = run("rows", name, "--csv", "--data", people)
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert next(iter(rows[0])) == "kunci"
    assert (
        len(rows)
        == len(niks(tmp_path))
        == len(run("rows", name, "--json", "--data", people).document["rows"])
    )
    assert len({row["kunci"] for row in rows}) == len(set(niks(tmp_path)))
    assert {row["periode"] for row in rows} == {"2021-08"}
    assert not any(nik in said.out for nik in niks(tmp_path))


def test_one_person_is_taken_out_by_the_number_in_a_file_or_piped_in(people: Path, tmp_path: Path) -> None:
    nik = niks(tmp_path)[0]
    file = tmp_path / "satu.txt"
    file.write_text(f"{nik}\n", encoding="utf-8")
    said = run("forget", "--nik-file", file, "--json", "--data", people)
    assert said.code == 0
    assert said.document["rows"] >= 1
    assert nik not in said.out + said.err
    again = CliRunner().invoke(
        program, ["forget", "--nik-file", "-", "--json", "--data", str(people)], input=f"{nik}\n"
    )
    assert (again.exit_code, json.loads(again.stdout)["files"]) == (0, [])
    before = run("status", "--json", "--data", people).document["active"]
    run("publish", "--data", people)
    assert run("status", "--json", "--data", people).document["active"] == before - 1


@pytest.mark.parametrize(
    "text", ["", "123", "317101010190001", "31710101019000a1", "1" * 16 + "\n" + "2" * 16]
)
def test_what_is_not_one_identity_number_takes_nobody_out_and_is_not_repeated(
    people: Path, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "satu.txt"
    file.write_text(text, encoding="utf-8")
    for lang in CODES:
        said = run("forget", "--nik-file", file, "--data", people, lang=lang)
        assert (said.code, said.out) == (1, "")
        assert not text.strip() or text.strip() not in said.err
    assert run("verify", "--data", people).code == 0


def test_one_person_is_taken_out_by_key(people: Path) -> None:
    name = run("deliveries", "--json", "--data", people).document[0]["sha256"]
    key = run("rows", name, "--json", "--data", people).document["rows"][0]["kunci"]
    assert run("forget", "--key", key, "--json", "--data", people).document["rows"] >= 1
    assert run("forget", "--key", key, "--json", "--data", people).document["rows"] == 0
    assert run("forget", "--key", "zz", "--data", people).code == 1
    assert run("forget", "--data", people).code == 2


def test_a_new_key_changes_every_key_and_no_figure(people: Path, keys: Path) -> None:
    before = run("status", "--json", "--data", people).document
    names = [row["sha256"] for row in run("deliveries", "--json", "--data", people).document]
    old = run("rows", names[0], "--csv", "--data", people).out
    receipt = run("rotate-key", "--json", "--data", people)
    assert (receipt.code, len(receipt.document["files"])) == (0, 2)
    assert run("rows", names[0], "--csv", "--data", people).out != old
    assert run("publish", "--json", "--data", people).document["new"] is False
    assert run("status", "--json", "--data", people).document == before
    assert run("verify", "--json", "--data", people).document["whole"] is True


@pytest.mark.parametrize("wrong", ["missing", "malformed", "readable_by_others", "other_keys", "inside_data"])
@pytest.mark.parametrize("words", [("rotate-key",), ("load", "{new}")], ids=lambda words: words[0])
def test_a_key_file_that_cannot_be_used_is_said_in_a_sentence(
    people: Path,
    keys: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    wrong: str,
    words: Sequence[str],
) -> None:
    new = tmp_path / "baru"
    assert run("sample", "--people", 20, "--months", 1, "--until", "2021-09", "--out", new).code == 0
    if wrong == "missing":
        keys.unlink()
    elif wrong == "malformed":
        keys.write_text("rusak")
    elif wrong == "readable_by_others":
        keys.chmod(0o644)
    elif wrong == "other_keys":
        keys.write_text("ab" * 32 + "\n")
    else:
        shutil.copy(keys, people / "kunci")
        monkeypatch.setenv("CAKUPAN_KEY_FILE", str(people / "kunci"))
    for lang in CODES:
        file = new / "snapshots" / "2021-09.csv"
        said = run(*(word.format(new=file) for word in words), "--data", people, lang=lang)
        assert (said.code, said.out, len(said.err.strip().splitlines())) == (1, "", 1)
        assert str(tmp_path) in said.err


def test_the_sample_of_people_is_the_same_for_the_same_options(keys: Path, tmp_path: Path) -> None:
    words = ("sample", "--people", 30, "--months", 2, "--until", "2021-05", "--json")
    first = run(*words, "--out", tmp_path / "a").document
    second = run(*words, "--out", tmp_path / "b").document
    assert [Path(path).name for path in first][:2] == ["2021-04.csv", "2021-05.csv"]
    assert [Path(path).read_bytes() for path in first] == [Path(path).read_bytes() for path in second]


@pytest.mark.parametrize("kind", ["totals", "members", "roster"])
def test_every_kind_of_delivery_has_a_template(kind: str) -> None:
    for lang in CODES:
        said = run("template", kind, lang=lang)
        assert said.code == 0
        assert [line.split(":")[0] for line in said.err.splitlines()] == said.out.strip().split(",")
    assert run("template", kind, "--json").document["kind"] == kind


# Editions whose files are lost


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


# A person stops a command


# The signal comes when the reader has begun, whatever the machine's speed.
STOPPED = """
import os, signal, sys
from enrollment import cli, store
read = store.read
def stopped(path, *words, **more):
    if str(path).endswith("-08.csv"):
        os.kill(os.getpid(), signal.SIGINT)
    return read(path, *words, **more)
store.read = stopped
sys.argv = ["enrollment", *sys.argv[1:]]
cli.main()
"""


def test_a_load_that_is_stopped_leaves_the_store_whole_and_says_so(tmp_path: Path) -> None:
    files = [str(path) for path in deliveries(tmp_path / "in")]
    words = [sys.executable, "-c", STOPPED, "load", *files, "--data", str(tmp_path / "d"), "--json"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1), done.stderr
    assert [document["verdict"] for document in json.loads(done.stdout)] == ["accepted", "accepted"]
    assert run("verify", "--json", "--data", tmp_path / "d").document == {"whole": True, "findings": []}
    assert run("load", *files, "--data", tmp_path / "d").code == 0
    assert len(Store(tmp_path / "d").kept()) == 3


def test_progress_is_said_on_standard_error_when_it_is_asked_for(tmp_path: Path) -> None:
    first, *_ = deliveries(tmp_path / "in")
    said = run("load", first, "--progress", "--json", "--data", tmp_path / "d")
    assert (said.code, said.document["verdict"]) == (0, "accepted")
    assert first.name in said.err


# ask


def given(question: str, made: Path) -> list[str]:
    """Values for the parameters that a question cannot do without."""
    values = {"dimension": "source", "earlier": edition.open_edition(Store(made)).short}
    if question == "published_active":
        values |= {"since": "2021-04", "until": "2021-12"}
    return [
        word
        for name in query.header(question).params
        if name in values
        for word in (f"--{name}", values[name])
    ]


@pytest.mark.parametrize("question", query.names())
def test_every_question_can_be_asked_in_all_three_forms(made: Path, question: str) -> None:
    words = ("ask", question, *given(question, made), "--data", made)
    said = run(*words, "--json")
    assert (said.code, said.err) == (0, "")
    document = said.document
    assert set(document) == {"question", "params", "edition", "rows"}
    assert document["question"] == question
    assert set(document["params"]) == set(query.header(question).params)
    columns = list(query.header(question).columns)
    assert all(list(row) == columns for row in document["rows"])
    table = run(*words, "--csv")
    read = list(csv.reader(io.StringIO(table.out)))
    assert read[0] == columns
    assert len(read) - 1 == len(document["rows"])
    lines = run(*words).out.splitlines()
    assert len(lines) - 1 == len(document["rows"])


@pytest.mark.parametrize("question", ["breakdown", "breakdown_by_month"])
def test_a_list_is_given_with_commas(made: Path, question: str) -> None:
    words = ("ask", question, "--dimension", "source", "--provinces", "ID-JB,ID-JT", "--sources=TANI")
    document = run(*words, "--json", "--data", made).document
    assert document["params"]["sources"] == ["TANI"]
    assert {row["part"] for row in document["rows"]} == {"TANI"}


def test_a_question_takes_its_parameters_with_dashes_equals_signs_and_months(made: Path) -> None:
    words = ("ask", "breakdown", "--dimension=segment", "--since", "2021-06", "--as-of", "2021-07")
    document = run(*words, "--json", "--data", made).document
    assert (document["params"]["since"], document["params"]["as_of"]) == ("2021-06-30", "2021-07-31")
    assert sum(row["closing"] for row in document["rows"]) == 1_620


def test_an_unknown_question_lists_the_questions(made: Path) -> None:
    for name in ("berapa", "../fold/months", "breakdown.sql", ""):
        said = run("ask", name, "--data", made)
        assert (said.code, said.out) == (2, "")
        assert all(question in said.err for question in query.names())


@pytest.mark.parametrize(
    "words",
    [
        ("breakdown",),
        ("breakdown", "--dimension", "warna"),
        ("breakdown", "--dimension"),
        ("breakdown", "--dimension", "source", "--since", "kemarin"),
        ("breakdown", "--dimension", "source", "--colour", "red"),
        ("breakdown", "--dimension", "source", "extra"),
        ("published_active", "--since", "2021-04"),
        ("edition_changes",),
        ("goal_progress", "--as-of", "2021-08-15"),
    ],
    ids=" ".join,
)
def test_wrong_parameters_of_a_question_are_wrong_usage(made: Path, words: Sequence[str]) -> None:
    said = run("ask", *words, "--data", made)
    assert (said.code, said.out) == (2, "")
    assert said.err


def test_comparing_with_an_unknown_edition_is_refused(made: Path) -> None:
    said = run("ask", "edition_changes", "--earlier", "ffffffff", "--json", "--data", made)
    assert (said.code, said.out) == (1, "")


def test_an_unknown_goal_is_refused_with_the_goals_there_are(made: Path) -> None:
    said = run("ask", "goal_progress", "--goal", "2021-99.0", "--json", "--data", made)
    assert (said.code, said.out) == (1, "")
    assert "2021-38.0" in said.err


# Usage, sample, languages


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nyanyi",),
        ("load",),
        ("load", "x.csv", "--month", "2021-13"),
        ("load", "x.csv", "--bulan", "2021-08"),
        ("status", "--as-of", "besok"),
        ("status", "--known-on", "2021-13-01"),
        ("sample",),
        ("template", "bangku"),
        ("status", "--lang", "fr"),
        ("load", "x.csv", "--scope", "desa"),
        ("withdraw", "abcd"),
        ("rows",),
        ("diff", "abcd"),
        ("sample", "--out", "x", "--months", "3"),
        ("sample", "--out", "x", "--people", "0"),
        ("forget",),
        ("forget", "--nik-file", "x", "--key", "y"),
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two(words: Sequence[str]) -> None:
    result = CliRunner().invoke(program, list(words))
    assert result.exit_code == 2
    assert result.stdout == ""


def test_the_sample_command_makes_the_shipped_bytes(tmp_path: Path) -> None:
    said = run("sample", "--out", tmp_path / "contoh", "--json", "--data", tmp_path / "d")
    written = {Path(name).relative_to(tmp_path / "contoh") for name in said.document}
    shipped = {path.relative_to(PROJECT_DATA) for path in (PROJECT_DATA / "snapshots").iterdir()}
    assert shipped <= written
    assert all(
        (tmp_path / "contoh" / name).read_bytes() == (PROJECT_DATA / name).read_bytes() for name in shipped
    )


def test_every_command_explains_itself() -> None:
    for command in (None, *program.commands):
        result = CliRunner().invoke(program, [*filter(None, [command]), "--help"])
        assert result.exit_code == 0
        assert "Usage" in result.stdout


def test_nothing_printed_for_people_is_a_key_or_has_a_placeholder_left(data: Path, tmp_path: Path) -> None:
    keys = set(catalogue("id"))
    for lang in CODES:
        for words in (
            ("status",),
            ("publish",),
            ("editions",),
            ("deliveries",),
            ("quarantine",),
            ("publish", "--dry-run"),
            ("verify",),
            ("load", *deliveries(tmp_path / "in")),
        ):
            said = run(*words, "--data", data, lang=lang)
            assert "{" not in said.out
            assert not keys.intersection(said.out.split())


# Nobody sees a traceback


COMMANDS: Sequence[tuple[str, ...]] = (
    ("status",),
    ("editions",),
    ("verify",),
    ("publish", "--dry-run"),
    ("publish",),
    ("ask", "known_months"),
    ("deliveries",),
    ("quarantine",),
    ("rows", "abcd"),
    ("withdraw", "abcd", "--reason", "x"),
    ("diff", "abcd", "abcd"),
    ("load", "{new}"),
)


def new_delivery(folder: Path) -> Path:
    path = folder / "baru.csv"
    path.write_text(delivery_text("2021-09", [cell(1_300, source="BESAR", segment="PU")]), encoding="utf-8")
    return path


def everything(data: Path, content: bytes) -> None:
    for path in data.rglob("*"):
        if path.is_file():
            path.write_bytes(content)


def replaced(name: str, content: bytes | None) -> Callable[[Path], None]:
    """A file in the place of a folder of the store, or a folder in the place of a file."""

    def replace(data: Path) -> None:
        path = data / "store" / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if content is None:
            path.mkdir(parents=True)
        else:
            path.write_bytes(content)

    return replace


def garbled(pattern: str, content: bytes) -> Callable[[Path], None]:
    """Other content in all files of a kind."""

    def garble(data: Path) -> None:
        for path in (data / "store").glob(pattern):
            path.write_bytes(content)

    return garble


def referred(name: str, content: bytes) -> Callable[[Path], None]:
    """A reference file of the directory's own."""

    def refer(data: Path) -> None:
        (data / "reference").mkdir()
        (data / "reference" / name).write_bytes(content)

    return refer


SHIPPED_GOALS = (PROJECT_DATA / "reference" / "targets.csv").read_bytes()
BROKEN: dict[str, Callable[[Path], None]] = {
    "a store full of garbage": lambda data: everything(data, b"\x00\xffrusak"),
    "a store of empty files": lambda data: everything(data, b""),
    "a store of lists": lambda data: everything(data, b"[]"),
    "a store of empty objects": lambda data: everything(data, b"{}"),
    "a file for a store": replaced(".", b"rusak"),
    "a file for snapshots": replaced("snapshots", b"rusak"),
    "a file for editions": replaced("editions", b"rusak"),
    "a file for publications": replaced("publications", b"rusak"),
    "a file for parts": replaced("parts", b"rusak"),
    "a folder for the lock": replaced("lock", None),
    "a folder for a publication": replaced("publications/000001.json", None),
    "sidecars that are none": garbled("snapshots/*.json", b"{"),
    "parts that are none": garbled("parts/*", b"PAR1"),
    "editions that are none": garbled("editions/*", b"rusak"),
    "publications that are none": garbled("publications/*", b"rusak"),
    "publications of nothing": garbled("publications/*", b'{"time": "2021-09-05T00:00:00+00:00"}'),
    "goals that are no text": referred("targets.csv", b"\xff\xfe\x00"),
    "goals with a quote left open": referred("targets.csv", SHIPPED_GOALS + b'"2022,\n'),
    "no goal at all": referred("targets.csv", SHIPPED_GOALS.splitlines(keepends=True)[0]),
    "provinces without the ones delivered": referred(
        "provinces.csv", (PROJECT_DATA / "reference" / "provinces.csv").read_bytes().replace(b"ID-J", b"ID-X")
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_whatever_lies_in_the_directory_every_command_answers_in_a_sentence(
    data: Path, tmp_path: Path, broken: str
) -> None:
    BROKEN[broken](data)
    new = new_delivery(tmp_path)
    for words in COMMANDS:
        said = run(*(word.format(new=new) for word in words), "--data", data)
        assert said.code in (0, 1), words
        assert said.out or said.err, words
        assert "Error(" not in said.err


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_data_directory_that_is_a_file_is_refused(tmp_path: Path, words: Sequence[str]) -> None:
    (tmp_path / "data").write_text("bukan folder")
    new = new_delivery(tmp_path)
    said = run(*(word.format(new=new) for word in words), "--data", tmp_path / "data")
    assert (said.code, said.out) == (2, "")
    below = run(*(word.format(new=new) for word in words), "--data", tmp_path / "data" / "lagi")
    assert (below.code, below.out) == (1, "")


# Root may read everything, so it becomes nobody first; what Python fetches at its first use it has by then.
AS_NOBODY = """
import os, sys
from enrollment.cli import main
def status(data):
    sys.argv = ["enrollment", "status", "--json", "--data", data]
    try:
        main()
    except SystemExit as stop:
        return stop.code or 0
    return 0
sound, closed = sys.argv[1:]
status(sound)
sys.stdout.flush()
if os.geteuid() == 0:
    os.setuid(65534)
print("---")
sys.exit(status(closed))
"""


def test_a_directory_that_may_not_be_read_is_refused_in_a_sentence(data: Path, made: Path) -> None:
    data.chmod(0)
    try:
        words = [sys.executable, "-c", AS_NOBODY, str(made), str(data)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        data.chmod(0o755)
    assert done.stdout.endswith("---\n"), done.stdout
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1), done.stderr


def test_a_store_in_use_is_refused_with_the_name_of_who_uses_it(data: Path, tmp_path: Path) -> None:
    new = new_delivery(tmp_path)
    with writing(data / "store"):
        for words in (("load", new), ("publish",)):
            said = run(*words, "--data", data)
            assert (said.code, said.out) == (1, "")
            assert f"process {os.getpid()}" in said.err
        assert run("status", "--data", data).code == 0


def test_a_reader_that_stops_reading_ends_the_command_quietly(made: Path) -> None:
    words = (
        f"{sys.executable} -m enrollment ask breakdown_by_month --dimension source --data {made} | head -c 1"
    )
    done = subprocess.run(["bash", "-c", words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
