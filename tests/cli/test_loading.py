"""`load`: what it says of each file, what it refuses, and that a stop leaves the store whole."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from enrollment.language import CODES
from enrollment.store import Store
from tests.builders import cell, delivery_text
from tests.cli.conftest import ROOT, deliveries, run

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


def test_the_first_file_about_people_says_where_the_key_file_was_made(keys: Path, tmp_path: Path) -> None:
    out = tmp_path / "contoh"
    assert run("sample", "--people", 50, "--months", 2, "--format", "parquet", "--out", out).code == 0
    first, second = sorted((out / "snapshots").iterdir())
    for lang, path, said in (("id", first, True), ("en", second, False)):
        loaded = run("load", path, "--json", "--data", tmp_path / "d", lang=lang)
        assert (loaded.code, loaded.document["kind"]) == (0, "members")
        assert (str(keys) in loaded.err) == said
    assert keys.stat().st_mode & 0o077 == 0


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
