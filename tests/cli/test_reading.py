"""`status`, `ask`: what an edition says."""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from enrollment import edition, publishing, query
from enrollment.language import CODES, Language
from enrollment.store import PROJECT_DATA, Store
from tests.builders import cell, delivery_text
from tests.cli.conftest import deliveries, run

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
    "probability",
    "median_at_due",
    "low80_at_due",
    "high80_at_due",
    "edition",
    "known_on",
    "simulated",
    "missing",
)


@pytest.fixture(scope="module")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which the sample's months from April on were published."""
    store = Store(tmp_path_factory.mktemp("sample") / "data")
    for path in sorted((PROJECT_DATA / "snapshots").glob("2021-0[4-8]-*.csv")):
        assert store.load(path).kept
    publishing.publish(store)
    return store.data


def test_three_hand_written_files_give_a_status_without_any_sample_number(made: Path) -> None:
    status = run("status", "--json", "--data", made).document
    assert status["simulated"] is False
    assert (status["as_of"], status["active"], status["missing"]) == ("2021-08-31", 1_740, [])
    assert (status["recent_per_month"], status["gap"]) == (120, 38_000_000 - 1_740)
    for lang in CODES:
        said = run("status", "--data", made, lang=lang).out
        assert "simulasi" not in said
        assert "simulated" not in said
        published_on = Language(lang).day(dt.date.fromisoformat(status["known_on"]))
        assert "29" not in said.replace(published_on, "")


def test_status_gives_at_least_what_is_promised(made: Path) -> None:
    document = run("status", "--json", "--data", made).document
    assert [name for name in STATUS if name not in document] == []
    assert document["outlook"] == "out_of_reach"
    assert 0 <= document["probability"] < 0.01
    assert document["low80_at_due"] <= document["median_at_due"] <= document["high80_at_due"]
    whole = ("active", "baseline", "target", "gap", "rise_needed", "needed_per_month", "recent_per_month")
    whole += ("median_at_due", "low80_at_due", "high80_at_due")
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


def test_status_says_how_likely_the_goal_is_and_why_it_cannot(sample_data: Path) -> None:
    august = run("status", "--data", sample_data)
    for words in (
        "Proyeksi pada 31 Desember 2021: ",
        "(80%: ",
        "di bawah 1%, di luar jangkauan",
        "Dari 100 deret",
    ):
        assert words in august.out, words
    assert "under 1%, out of reach" in run("status", "--data", sample_data, lang="en").out
    for asked, said in (
        (("--as-of", "2021-04"), "baru satu bulan data"),
        (("--goal", "2018-29.6"), "tenggat sudah lewat"),
    ):
        assert said in run("status", *asked, "--data", sample_data).out
        document = run("status", *asked, "--json", "--data", sample_data).document
        unknown = ("outlook", "probability", "median_at_due", "low80_at_due", "high80_at_due")
        assert [document[name] for name in unknown] == [None] * 5


def test_status_looks_ahead_with_nothing_that_was_published_later(data: Path, tmp_path: Path) -> None:
    before = run("status", "--json", "--data", data).document
    path = tmp_path / "september.csv"
    rows = [cell(9_000, source="BESAR", segment="PU"), cell(900, source="TANI", province="ID-JT")]
    path.write_text(delivery_text("2021-09", rows), encoding="utf-8")
    assert run("load", path, "--confirm", "--data", data).code == 0
    assert run("publish", "--data", data).code == 0
    after = run("status", "--edition", before["edition"], "--json", "--data", data).document
    assert after == before | {"current": False}


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


def given(question: str, made: Path) -> list[str]:
    """Values for the parameters that a question cannot do without."""
    values = {"dimension": "source", "across": "segment", "earlier": edition.open_edition(Store(made)).short}
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
    words = ("ask", question, "--dimension", "source", "--province", "ID-JB,ID-JT", "--source=TANI")
    document = run(*words, "--json", "--data", made).document
    assert document["params"]["source"] == ["TANI"]
    assert {row["part"] for row in document["rows"]} == {"TANI"}


def test_a_question_takes_its_parameters_with_dashes_equals_signs_and_months(made: Path) -> None:
    words = ("ask", "breakdown", "--dimension=segment", "--since", "2021-06", "--as-of", "2021-07")
    document = run(*words, "--json", "--data", made).document
    assert (document["params"]["since"], document["params"]["as_of"]) == ("2021-06-30", "2021-07-31")
    assert sum(row["closing"] for row in document["rows"]) == 1_620


def test_a_prognosis_is_told_from_the_day_on_which_it_was_stated(tmp_path: Path) -> None:
    store = Store(tmp_path / "data")
    assert store.load(deliveries(tmp_path / "made")[0]).kept
    publishing.publish(store, now=dt.datetime(2021, 9, 6, tzinfo=dt.UTC))

    def told(*words: str) -> list[int]:
        document = run("ask", "prognoses", *words, "--json", "--data", store.data).document
        assert document["params"] == {"known_on": words[1] if words else None}
        return [row["value"] for row in document["rows"]]

    assert told("--known-on", "2021-09-14") == []
    assert told("--known-on", "2021-09-15") == told() == [30_500_000]


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
