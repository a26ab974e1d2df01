"""forecast: from a plain CSV file, one series or many."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from enrollment.forecast import QUANTILES, fit
from tests.builders import DataDirectory, cell
from tests.cli.conftest import run, run_apart

ACTIVES = (1_000, 1_050, 1_090, 1_150, 1_190)

RISING = "date,value\n2021-04-30,27.7\n2021-05-31,28.0\n2021-06-30,28.35\n2021-07-31,28.7\n2021-08-31,29.05\n"


@pytest.fixture
def rising(tmp_path: Path) -> Path:
    path = tmp_path / "rising.csv"
    path.write_text(RISING, encoding="utf-8")
    return path


def test_a_history_gives_quantiles_path_and_probability(rising: Path) -> None:
    said = run("forecast", "--history", rising, "--until", "2021-12-31", "--target", 38, "--json")
    document = said.document
    assert said.code == 0
    assert (document["as_of"], document["until"]) == ("2021-08-31", "2021-12-31")
    assert list(document["quantiles"]) == [str(share) for share in QUANTILES]
    assert [point["date"] for point in document["path"]] == [
        "2021-09-30",
        "2021-10-31",
        "2021-11-30",
        "2021-12-31",
    ]
    expected = fit([27.7, 28.0, 28.35, 28.7, 29.05], month=8)
    assert list(document["quantiles"].values()) == pytest.approx(list(expected.quantiles(4)[-1]))
    assert document["path"][-1] == {
        "date": "2021-12-31",
        **{share: document["quantiles"][share] for share in ("0.1", "0.5", "0.9")},
    }
    assert document["probability"] == pytest.approx(expected.probability(4, 38))
    assert document["needed_per_month"] == pytest.approx((38 - 29.05) / 122 * 30.4375)
    assert document["recent_per_month"] == pytest.approx(0.35)


def test_one_snapshot_gives_the_needed_pace_alone_and_says_why(tmp_path: Path) -> None:
    path = tmp_path / "april.csv"
    path.write_text("date,value\n2021-04-09,27700000\n", encoding="utf-8")
    for lang, why in (("id", "Tanpa proyeksi"), ("en", "No forecast")):
        words = ("forecast", "--history", path, "--until", "2021-12-31", "--target", 38_000_000)
        document = run(*words, "--json", lang=lang).document
        assert (document["quantiles"], document["path"], document["probability"]) == (None, [], None)
        assert round(document["needed_per_month"] / 1_000_000, 3) == 1.179
        assert why in document["reason"]
        assert why in run(*words, lang=lang).out


def test_words_say_the_same(rising: Path) -> None:
    words = ("forecast", "--history", rising, "--until", "2021-12-31", "--target", 38)
    assert "Most likely by 31 December 2021: 30.39 (8 in 10: 28.60 to 32.19)" in run(*words, lang="en").out
    assert "Peluang mencapai sasaran: di bawah 1%" in run(*words, lang="id").out


def test_a_day_that_has_passed_is_refused(rising: Path) -> None:
    said = run("forecast", "--history", rising, "--until", "2021-08-31", "--json", lang="en")
    assert (said.code, said.out) == (1, "")
    assert "later day" in said.err


def test_a_file_with_a_fault_is_refused_by_row_and_value(tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("date,value\n2021-04-30,banyak\n", encoding="utf-8")
    said = run("forecast", "--history", path, "--until", "2021-12-31", lang="id")
    assert said.code == 1
    assert 'wrong.csv, baris 2, kolom value: nilai "banyak"' in said.err


def test_many_series_are_forecast_into_one_file(tmp_path: Path) -> None:
    batch, out = tmp_path / "many.csv", tmp_path / "out.csv"
    lines = [f"a,3,2021-{month:02d},{100 + month}" for month in range(1, 7)] + ["b,2,2020-12,5"]
    batch.write_text("task_id,horizon,month,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    said = run("forecast", "--batch", batch, "--out", out, lang="en")
    assert said.code == 0
    assert "b has one month only" in said.err
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["task_id", "month", "quantile", "value"]
    assert [row["month"] for row in rows[::23]] == ["2021-07", "2021-08", "2021-09"]
    expected = fit([100 + month for month in range(1, 7)], month=6).quantiles(3)
    assert [float(row["value"]) for row in rows] == pytest.approx(list(expected.flatten()))
    assert [float(row["quantile"]) for row in rows[:23]] == list(QUANTILES)


def test_a_batch_with_a_fault_writes_nothing(tmp_path: Path) -> None:
    batch, out = tmp_path / "many.csv", tmp_path / "out.csv"
    batch.write_text("task_id,horizon,month,value\na,3,2021-01,5\na,3,2021-03,6\n", encoding="utf-8")
    assert run("forecast", "--batch", batch, "--out", out).code == 1
    assert not out.exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--history", "FILE"),
        ("--history", "FILE", "--until", "2021-12-31", "--as-of", "2021-03"),
        ("--batch", "FILE"),
        ("--out", "out.csv", "--until", "2021-12-31"),
        ("--batch", "FILE", "--out", "out.csv", "--until", "2021-12-31"),
        ("--history", "FILE", "--until", "2021-12-31", "--target", "-3"),
        ("--history", "nowhere.csv", "--until", "2021-12-31"),
    ],
)
def test_wrong_usage_ends_with_2(rising: Path, words: tuple[str, ...]) -> None:
    assert run("forecast", *(rising if word == "FILE" else word for word in words)).code == 2


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A data directory of five months, each published once it was delivered."""
    directory = DataDirectory(tmp_path / "data")
    for month, active in zip(("01", "02", "03", "04", "05"), ACTIVES, strict=True):
        directory.deliver(f"2021-{month}", cell(active))
        directory.publish()
    return directory.store.data


def test_an_edition_gives_a_forecast_of_its_months(published: Path) -> None:
    words = ("forecast", "--data", published, "--until", "2021-12-31", "--target", 2_000, "--json")
    document = run(*words).document
    assert document["as_of"] == "2021-05-31"
    expected = fit(ACTIVES, month=5).quantiles(7)[-1]
    assert list(document["quantiles"].values()) == pytest.approx(list(expected))
    assert document["recent_per_month"] == pytest.approx((ACTIVES[-1] - ACTIVES[1]) / 3)
    earlier = run(*words, "--as-of", "2021-03").document
    assert (earlier["as_of"], earlier["months"]) == ("2021-03-31", 3)
    assert run(*words, "--as-of", "2021-01").document["quantiles"] is None
    assert run(*words, "--as-of", "2022-01").code == 1


def test_without_an_edition_a_forecast_says_what_to_do(tmp_path: Path) -> None:
    said = run("forecast", "--data", tmp_path / "empty", "--until", "2021-12-31", lang="en")
    assert said.code == 1
    assert "then publish" in said.err


def test_a_forecast_starts_as_a_person_starts_it(rising: Path) -> None:
    said = run_apart("forecast", "--history", rising, "--until", dt.date(2022, 1, 15), "--json")
    assert said.code == 0
    assert [point["date"] for point in said.document["path"]][-2:] == ["2021-12-31", "2022-01-15"]
