"""What a reading command opens: edition, month and goal, and what it says where there is none."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from enrollment import edition
from enrollment.language import CODES
from enrollment.store import Store
from tests.cli.conftest import corrected, run


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


@pytest.mark.parametrize("as_of", ["2021-07", "2021-07-31"])
def test_the_reference_month_may_be_written_in_both_ways(made: Path, as_of: str) -> None:
    status = run("status", "--as-of", as_of, "--json", "--data", made).document
    assert (status["as_of"], status["active"]) == ("2021-07-31", 1_620)


def test_an_earlier_edition_can_be_asked_by_id_and_by_day(data: Path, tmp_path: Path) -> None:
    (first,) = run("editions", "--json", "--data", data).document
    corrected(data, tmp_path)
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


def test_a_damaged_edition_is_passed_over_and_said_on_standard_error(data: Path, tmp_path: Path) -> None:
    corrected(data, tmp_path)
    run("publish", "--data", data)
    file = edition.open_edition(Store(data)).path
    file.unlink()
    said = run("status", "--json", "--data", data)
    assert (said.code, said.document["active"]) == (0, 1_740)
    assert file.name in said.err


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


def test_an_unknown_goal_is_refused_with_the_goals_there_are(made: Path) -> None:
    said = run("ask", "goal_progress", "--goal", "2021-99.0", "--json", "--data", made)
    assert (said.code, said.out) == (1, "")
    assert "2021-38.0" in said.err
