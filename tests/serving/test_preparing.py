"""Protected editions are there before somebody asks for them."""

import threading
import time
from pathlib import Path

import pytest

from enrollment import disclosure, rights
from enrollment.edition import open_edition
from enrollment.store import Store
from enrollment.ui import ask, preparing
from tests.builders import DataDirectory, cell

FILE = """
[roles]
pimpinan = "viewer"
analis = "analyst"
mitra = "viewer"

[partners]
mitra = ["KEMENDES"]
"""


def made(store: Store) -> set[str]:
    return {path.name for path in (store.root / "protected").glob("[!.]*.duckdb")}


def wanted(store: Store) -> set[str]:
    """The files that viewers and officers of one partner need of the current edition."""
    edition = open_edition(store)
    return {
        disclosure.protected(edition, store, rights.sight(partners)).path.name
        for partners in (None, ["KEMENDES"])
    }


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDirectory:
    directory = DataDirectory(tmp_path)
    directory.deliver("2021-07", cell(40, source="TPP"))
    directory.publish()
    monkeypatch.setenv("CAKUPAN_DATA", str(directory.store.data))
    monkeypatch.setenv("CAKUPAN_ACCESS", str(tmp_path / "access.toml"))
    return directory


def test_nothing_is_made_where_nobody_is_kept_from_anything(directory: DataDirectory) -> None:
    preparing.prepare()
    assert made(directory.store) == set()


def test_each_edition_is_made_for_whom_it_is_kept_from_soon_after_it_was_published(
    directory: DataDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "access.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.setattr(preparing, "_EVERY", 0.1)
    ended = threading.Event()
    preparing.start(ended)
    try:
        first = waited_for(directory.store, 2)
        directory.deliver("2021-08", cell(50, source="TPP"))
        directory.publish()
        both = waited_for(directory.store, 4)
    finally:
        ended.set()
    assert first < both
    assert wanted(directory.store) == both - first
    assert made(directory.store) == both
    assert ask.opened_store().root == directory.store.root


def waited_for(store: Store, count: int) -> set[str]:
    given_up = time.monotonic() + 60
    while len(made(store)) < count and time.monotonic() < given_up:
        time.sleep(0.05)
    return made(store)
