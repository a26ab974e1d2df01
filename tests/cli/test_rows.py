"""`rows`: a delivery as it is kept, with keys in place of identity numbers."""

import csv
import io
from pathlib import Path

from tests.cli.conftest import niks, run


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
