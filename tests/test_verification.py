"""Verification: a whole store is called whole, and whatever was damaged is named with what to do."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from enrollment import durable, edition, publishing
from enrollment.cli import program
from enrollment.language import CODES
from enrollment.store import Store
from enrollment.verification import verify
from tests.builders import cell, delivery_text

Finding = tuple[str, str, str]
MONTHS = {
    "2021-07": delivery_text("2021-07", [cell(1_100, source="BESAR", new=150), cell(520, source="TANI")]),
    "2021-08": delivery_text("2021-08", [cell(1_250, source="BESAR", new=190), cell(540, source="TANI")]),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with two deliveries and two editions."""
    store = Store(tmp_path_factory.mktemp("made") / "data")
    for month, text in MONTHS.items():
        path = store.data.parent / f"kiriman-{month}.csv"
        path.write_text(text, encoding="utf-8")
        assert store.load(path).kept
        assert publishing.publish(store).new
    return store.data


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Store:
    """A copy of it that a test may break."""
    shutil.copytree(made, tmp_path / "data")
    return Store(tmp_path / "data")


def found(store: Store) -> set[Finding]:
    """What verification finds, and that the command says the same with its exit code."""
    findings = verify(store)
    damaged = any(finding.kind == "damage" for finding in findings)
    printed = CliRunner().invoke(program, ["verify", "--data", str(store.data), "--json"])
    document = json.loads(printed.stdout)
    assert document["whole"] is not damaged
    assert printed.exit_code == (1 if damaged else 0)
    assert [item["rule"] for item in document["findings"]] == [finding.rule for finding in findings]
    return {(finding.kind, finding.rule, finding.subject) for finding in findings}


def delivery(store: Store) -> Path:
    return store.kept()[0].path


def older_file(store: Store) -> Path:
    return store.root / "editions" / edition.publications(store)[0][0].file


def current_file(store: Store) -> Path:
    return edition.open_edition(store).path


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_store_nobody_touched_is_whole(store: Store) -> None:
    assert found(store) == set()


def test_an_empty_directory_is_whole(tmp_path: Path) -> None:
    assert found(Store(tmp_path)) == set()


def test_verifying_changes_no_file(store: Store) -> None:
    before = {path: path.stat().st_mtime_ns for path in store.data.rglob("*")}
    found(store)
    assert {path: path.stat().st_mtime_ns for path in store.data.rglob("*")} == before


@pytest.mark.parametrize("damage", [flip, Path.unlink, lambda path: path.write_bytes(b"")])
def test_a_delivery_that_changed_or_went_away_is_damage(store: Store, damage: Callable[[Path], None]) -> None:
    path = delivery(store)
    damage(path)
    assert found(store) == {("damage", "delivery", path.name)}


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b"\xff\xfe\x00", b"[]", b"{}", b'{"number": 1, "contents": [{"x": 1}]}'],
    ids=["cut off", "empty", "no text", "a list", "nothing in it", "something else in it"],
)
def test_a_sidecar_that_is_not_readable_is_damage_and_hides_no_other(store: Store, content: bytes) -> None:
    first, second = (item.path for item in store.kept())
    first.with_suffix(".json").write_bytes(content)
    flip(second)
    findings = found(store)
    assert {(kind, rule) for kind, rule, _ in findings} == {("damage", "sidecar"), ("damage", "delivery")}
    assert ("damage", "delivery", second.name) in findings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rows_digest", "0" * 64),
        ("sha256", "0" * 64),
        ("month", "2021-06"),
        ("contents", [{"source": "BESAR", "cells": 2, "active": 9_999, "simulated": False}]),
    ],
)
def test_a_sidecar_that_says_something_else_than_its_delivery_is_damage(
    store: Store, name: str, value: Any
) -> None:
    path = delivery(store).with_suffix(".json")
    path.write_text(
        json.dumps(json.loads(path.read_text(encoding="utf-8")) | {name: value}), encoding="utf-8"
    )
    assert any(kind == "damage" and rule in ("delivery", "sidecar") for kind, rule, _ in found(store))


@pytest.mark.parametrize("which", [current_file, older_file], ids=["the current one", "an older one"])
@pytest.mark.parametrize("damage", [flip, Path.unlink], ids=["one bit", "deleted"])
def test_an_edition_that_changed_or_went_away_is_damage(
    store: Store, which: Callable[[Store], Path], damage: Callable[[Path], None]
) -> None:
    path = which(store)
    damage(path)
    assert found(store) == {("damage", "edition", path.name)}


def test_a_write_ahead_log_beside_an_edition_is_damage(store: Store) -> None:
    path = current_file(store)
    path.with_name(f"{path.name}.wal").write_bytes(b"forged")
    assert ("damage", "edition", path.name) in found(store)


def test_an_edition_whose_content_is_not_its_fingerprint_is_damage(store: Store) -> None:
    """Somebody changed a figure and made the publication agree with the file."""
    path = current_file(store)
    with duckdb.connect(str(path)) as connection:
        connection.execute("update cube_fine set active = active + 1, correction = correction + 1")
    record = store.root / "publications" / "000002.json"
    document = json.loads(record.read_text(encoding="utf-8"))
    record.write_text(json.dumps(document | {"sha256": durable.sha256(path)}), encoding="utf-8")
    assert ("damage", "fingerprint", path.name) in found(store)


@pytest.mark.parametrize(
    "content",
    [b"", b"rusak", b"[]", b"{}", b"\xff", b'{"time": 1}'],
    ids=["empty", "text", "a list", "nothing in it", "no text", "a number for a time"],
)
def test_a_publication_that_is_not_readable_is_damage(store: Store, content: bytes) -> None:
    (store.root / "publications" / "000002.json").write_bytes(content)
    assert ("damage", "publication", "000002.json") in found(store)


def test_the_temporary_file_of_a_killed_command_is_named_and_no_damage(store: Store) -> None:
    for folder in ("snapshots", "parts", "editions", "publications"):
        (store.root / folder / f".part-4711-{folder}").write_bytes(b"half")
    assert found(store) == {
        ("leftover", "interrupted", f".part-4711-{folder}")
        for folder in ("snapshots", "parts", "editions", "publications")
    }


def test_a_delivery_without_its_sidecar_is_named_and_no_damage(store: Store) -> None:
    path = store.root / "snapshots" / f"{'0' * 64}.csv"
    path.write_text(MONTHS["2021-08"], encoding="utf-8")
    assert found(store) == {("leftover", "without_sidecar", path.name)}


def test_an_edition_that_was_built_and_never_published_is_named_and_no_damage(store: Store) -> None:
    path = store.root / "editions" / "0123456789-0123456789.duckdb"
    shutil.copy(current_file(store), path)
    ((kind, _, subject),) = found(store)
    assert (kind, subject) == ("leftover", path.name)


def test_a_cube_that_does_not_hold_what_was_delivered_is_damage(store: Store) -> None:
    """Folded parts exchanged for others of the same form make an edition that closes and is wrong."""
    opening, flows = 0, "correction + 7"
    for month in ("2021-07-31", "2021-08-31"):
        for path in (store.root / "parts").iterdir():
            if duckdb.sql(f"from read_parquet('{path}') where month = '{month}'").fetchall():
                other = path.with_name("other")
                duckdb.sql(
                    f"copy (select * replace (active + 7 as active, opening + {opening} as opening,"  # noqa: S608
                    f" {flows} as correction) from read_parquet('{path}')) to '{other}' (format parquet)"
                )
                other.replace(path)
        opening, flows = 7, "correction"
    shutil.rmtree(store.root / "publications")
    shutil.rmtree(store.root / "editions")
    publishing.publish(store)
    current = edition.open_edition(store)
    delivered = sum(content.active for item in store.kept() for content in item.contents)
    held = sum(row[0] for row in current.cursor().execute("select active from months").fetchall())
    assert held == delivered or any(kind == "damage" for kind, _, _ in found(store))


def test_several_damages_are_all_named_at_once(store: Store) -> None:
    flip(delivery(store))
    flip(older_file(store))
    (store.root / "publications" / "000003.json").write_text("rusak")
    (store.root / "parts" / ".part-1-x").write_bytes(b"")
    assert {rule for _, rule, _ in found(store)} == {"delivery", "edition", "publication", "interrupted"}


@pytest.mark.parametrize("lang", CODES)
def test_a_person_is_told_of_each_finding_what_it_is_and_what_to_do(store: Store, lang: str) -> None:
    flip(delivery(store))
    flip(older_file(store))
    (store.root / "publications" / "000003.json").write_text("rusak")
    (store.root / "parts" / ".part-1-x").write_bytes(b"")
    (store.root / "snapshots" / f"{'0' * 64}.csv").write_text("x")
    said = CliRunner().invoke(program, ["verify", "--data", str(store.data), "--lang", lang])
    findings = verify(store)
    assert said.exit_code == 1
    assert len(said.stdout.splitlines()) == len(findings) == 5
    assert all(finding.subject in said.stdout for finding in findings)
    assert "{" not in said.stdout


def test_where_everything_is_garbage_all_of_it_is_damage(store: Store) -> None:
    for path in store.root.rglob("*"):
        if path.is_file():
            path.write_bytes(b"\x00\xffrusak")
    assert {"sidecar", "publication"} <= {rule for _, rule, _ in found(store)}
