"""The command line as a whole: the first steps, wrong usage, and help."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from enrollment.cli import program
from tests.cli.conftest import deliveries, run_apart


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


def test_every_command_explains_itself() -> None:
    for command in (None, *program.commands):
        result = CliRunner().invoke(program, [*filter(None, [command]), "--help"])
        assert result.exit_code == 0
        assert "Usage" in result.stdout
