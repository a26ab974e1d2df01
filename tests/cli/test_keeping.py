"""`deliveries`, `quarantine`, `withdraw`: what the store holds."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from enrollment.language import CODES
from tests.builders import cell, delivery_text
from tests.cli.conftest import corrected, run


def test_deliveries_lists_what_is_kept_newest_first_and_which_of_it_counts(
    data: Path, tmp_path: Path
) -> None:
    corrected(data, tmp_path)
    rows = run("deliveries", "--json", "--data", data).document
    assert [(row["file"], row["state"]) for row in rows] == [
        ("koreksi.csv", "counts"),
        ("jumlah-2021-08.csv", "replaced"),
        ("jumlah-2021-07.csv", "counts"),
        ("jumlah-2021-06.csv", "counts"),
    ]
    assert (rows[0]["month"], rows[0]["rows"], rows[0]["active"]) == ("2021-08", 2, 1_840)
    assert rows[0]["counted_sources"] == rows[0]["sources"] == ["BESAR", "TANI"]
    for lang in CODES:
        lines = run("deliveries", "--data", data, lang=lang).out.splitlines()
        assert len(lines) == 1 + len(rows)
        assert rows[0]["sha256"][:10] in lines[1]


def test_a_withdrawn_delivery_stays_listed_and_the_one_before_counts_again(
    data: Path, tmp_path: Path
) -> None:
    corrected(data, tmp_path)
    assert run("publish", "--json", "--data", data).document["changes"][0]["cause"] == "correction"
    newest = run("deliveries", "--json", "--data", data).document[0]["sha256"]
    gone = run("withdraw", newest[:12], "--reason", "salah kirim", "--json", "--data", data)
    assert (gone.code, gone.document["state"]) == (0, "withdrawn")
    assert gone.document["withdrawn"]["reason"] == "salah kirim"
    listed = run("deliveries", "--json", "--data", data).document
    assert [row["state"] for row in listed] == ["withdrawn", "counts", "counts", "counts"]
    assert run("status", "--json", "--data", data).document["active"] == 1_840
    changes = run("publish", "--json", "--data", data).document["changes"]
    assert [(row["source"], row["cause"], row["change"]) for row in changes] == [("BESAR", "withdrawn", -100)]
    again = run("withdraw", newest, "--reason", "lagi", "--data", data)
    assert (again.code, again.out) == (1, "")
    assert newest[:10] in again.err


@pytest.mark.parametrize("name", ["", "abc", "ffffffff", "../..", "*"])
@pytest.mark.parametrize(
    "words", [("withdraw", "--reason", "x"), ("rows", "--csv")], ids=lambda words: words[0]
)
def test_an_unknown_delivery_is_refused_and_nothing_is_changed(
    data: Path, words: Sequence[str], name: str
) -> None:
    said = run(words[0], name, *words[1:], "--data", data)
    assert (said.code, said.out) == (1, "")
    assert "deliveries" in said.err
    assert all(row["state"] == "counts" for row in run("deliveries", "--json", "--data", data).document)


def test_withdrawing_needs_a_reason(data: Path) -> None:
    name = run("deliveries", "--json", "--data", data).document[0]["sha256"]
    assert run("withdraw", name, "--data", data).code == 2
    assert run("withdraw", name, "--reason", "  ", "--data", data).code == 2


def test_rows_set_aside_are_listed_until_they_are_mended(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "sebagian.csv"
    rows = [cell(1_300, source="BESAR", segment="PU"), cell(550, source="TANI", province="ID-JT")]
    path.write_text(delivery_text("2021-09", rows).replace(",550", ",5.50"), encoding="utf-8")
    words = ("load", path, "--quarantine", "--confirm", "--json", "--data", data)
    document = run(*words).document
    assert document["verdict"] == "quarantined"
    assert (document["rows"], document["accepted"], document["quarantined"], document["refused"]) == (
        2,
        1,
        1,
        0,
    )
    (waiting,) = run("quarantine", "--json", "--data", data).document
    assert (waiting["delivery"], waiting["row"], waiting["column"], waiting["value"], waiting["rule"]) == (
        document["sha256"],
        3,
        "aktif",
        "5.50",
        "count_decimal",
    )
    table = list(csv.DictReader(io.StringIO(run("quarantine", "--csv", "--data", data).out)))
    assert [row["rule"] for row in table] == ["count_decimal"]
    for lang in CODES:
        assert path.name in run("quarantine", "--data", data, lang=lang).out
    assert run("deliveries", "--json", "--data", data).document[0]["waiting"] == 1
    mended = tmp_path / "perbaikan.csv"
    header, _, line = delivery_text("2021-09", rows).splitlines()
    mended.write_text(f"{header},kiriman,baris\n{line},{document['sha256'][:10]},3\n", encoding="utf-8")
    assert run("load", mended, "--confirm", "--json", "--data", data).document["verdict"] in (
        "accepted",
        "noted",
    )
    assert run("quarantine", "--json", "--data", data).document == []
    run("publish", "--data", data)
    assert run("status", "--as-of", "2021-09", "--json", "--data", data).document["active"] == 1_850
