"""What the program says of itself: one JSON object a line, and nothing of anybody's data."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from enrollment.logs import Line
from tests.builders import cell, delivery_text
from tests.people import members_text, nik

ROOT = Path(__file__).parents[1]


def said(data: Path, *words: str | Path) -> list[dict[str, Any]]:
    """What a command writes to standard error with CAKUPAN_LOG=json, a record a line."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "enrollment", *map(str, words), "--data", str(data), "--json"],
        cwd=ROOT,
        env={**os.environ, "CAKUPAN_LOG": "json", "CAKUPAN_KEY_FILE": str(data.parent / "kunci" / "key")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert nik(1) not in run.stderr
    return [json.loads(line) for line in run.stderr.splitlines() if line.startswith("{")]


def test_a_load_its_refusal_and_a_publish_are_a_line_each_and_name_nobody(tmp_path: Path) -> None:
    good = tmp_path / f"anggota {nik(1)}.csv"
    good.write_text(members_text("2021-08", [{"nik": nik(number)} for number in range(5)]), encoding="utf-8")
    bad = tmp_path / "salah.csv"
    bad.write_text("%PDF-1.7", encoding="utf-8")
    lines = said(tmp_path / "data", "load", good, bad) + said(tmp_path / "data", "publish")
    assert [(line["event"], line.get("verdict")) for line in lines] == [
        ("load", None),
        ("load", "accepted"),
        ("load", None),
        ("load", "refused"),
        ("publish", None),
        ("publish", None),
    ]
    assert lines[0]["file"] == f"anggota {nik(1)[:4]}************.csv"
    assert {"time", "level", "entry", "sha256", "role"} <= lines[1].keys()
    assert "who" not in lines[1]
    assert len(lines[-1]["edition"]) == 10
    assert [line["entry"] for line in lines] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", ["cakupan", "streamlit.error_util", "uvicorn.error"])
def test_of_an_exception_only_its_kind_and_place_are_told(name: str) -> None:
    try:
        raise KeyError(f"NIK {nik(1)}, a secret")
    except KeyError:
        record = logging.getLogger(name).makeRecord(
            name, logging.ERROR, __file__, 1, "Uncaught %s", ("app",), sys.exc_info()
        )
    line = json.loads(Line().format(record))
    assert (line["level"], line["kind"]) == ("error", "KeyError")
    assert line["where"].startswith("tests/test_logs.py:")
    assert line["event"] == ("Uncaught app" if name == "cakupan" else f"{name}:1")
    assert nik(1) not in json.dumps(line)
    assert "secret" not in json.dumps(line)


def test_without_the_variable_nothing_more_is_said(tmp_path: Path) -> None:
    path = tmp_path / "jumlah.csv"
    path.write_text(delivery_text("2021-08", [cell(5, source="BESAR")]), encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "CAKUPAN_LOG"}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "enrollment", "load", path, "--data", tmp_path / "data"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stderr == ""
