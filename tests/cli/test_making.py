"""`template`, `sample`: files to fill in, or to try the program with."""

from pathlib import Path

import pytest

from enrollment.language import CODES
from enrollment.store import PROJECT_DATA
from tests.cli.conftest import run


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


@pytest.mark.parametrize("kind", ["totals", "members", "roster"])
def test_every_kind_of_delivery_has_a_template(kind: str) -> None:
    for lang in CODES:
        said = run("template", kind, lang=lang)
        assert said.code == 0
        assert [line.split(":")[0] for line in said.err.splitlines()] == said.out.strip().split(",")
    assert run("template", kind, "--json").document["kind"] == kind


def test_the_sample_command_makes_the_shipped_bytes(tmp_path: Path) -> None:
    said = run("sample", "--out", tmp_path / "contoh", "--json", "--data", tmp_path / "d")
    written = {Path(name).relative_to(tmp_path / "contoh") for name in said.document}
    shipped = {path.relative_to(PROJECT_DATA) for path in (PROJECT_DATA / "snapshots").iterdir()}
    assert shipped <= written
    assert all(
        (tmp_path / "contoh" / name).read_bytes() == (PROJECT_DATA / name).read_bytes() for name in shipped
    )


def test_the_sample_of_people_is_the_same_for_the_same_options(keys: Path, tmp_path: Path) -> None:
    words = ("sample", "--people", 30, "--months", 2, "--until", "2021-05", "--json")
    first = run(*words, "--out", tmp_path / "a").document
    second = run(*words, "--out", tmp_path / "b").document
    assert [Path(path).name for path in first][:2] == ["2021-04.csv", "2021-05.csv"]
    assert [Path(path).read_bytes() for path in first] == [Path(path).read_bytes() for path in second]
