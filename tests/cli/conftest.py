"""Commands run in this process or as a person runs them, over small data directories."""

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from enrollment.cli import program
from tests.builders import cell, delivery_text

ROOT = Path(__file__).parents[2]
MONTHS = ("2021-06", "2021-07", "2021-08")


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


@pytest.fixture(scope="session")
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


def corrected(data: Path, folder: Path, *, month: int = 2, old: str = ",1200,", new: str = ",1300,") -> Path:
    """A corrected delivery of one month, loaded but not published."""
    path = folder / "koreksi.csv"
    path.write_text(deliveries(folder / "in")[month].read_text().replace(old, new), encoding="utf-8")
    assert run("load", path, "--data", data).code == 0
    return path


def new_delivery(folder: Path) -> Path:
    path = folder / "baru.csv"
    path.write_text(delivery_text("2021-09", [cell(1_300, source="BESAR", segment="PU")]), encoding="utf-8")
    return path


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for the key file, where none is yet."""
    path = tmp_path / "kunci" / "cakupan"
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(path))
    return path


@pytest.fixture(scope="session")
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
