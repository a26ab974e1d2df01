"""`rotate-key`, `forget`: the keys of the people who are kept."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from enrollment.cli import program
from enrollment.language import CODES
from tests.cli.conftest import niks, run


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
