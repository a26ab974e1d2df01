"""A command that dies or fails at any file operation leaves the store as it was, or as it was to be."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from enrollment import publishing
from enrollment.lock import StoreLocked, writing
from enrollment.store import Store
from tests.builders import cell, delivery_text, person
from tests.builders.members import members
from tests.people import members_text, nik, roster_text

pytestmark = pytest.mark.long

JULY = delivery_text("2021-07", [cell(1_000, source="BESAR", segment="PU"), cell(500, source="TANI")])
AUGUST = delivery_text("2021-08", [cell(1_100, source="BESAR", segment="PU"), cell(510, source="TANI")])
JULY_AGAIN = delivery_text("2021-07", [cell(1_010, source="BESAR", segment="PU"), cell(500, source="TANI")])
FAULTY = AUGUST + "2021-08,BESAR,PU,ID-AC,,JKK+JKM,,,banyak,,,,,,\n"


def people(month: str) -> str:
    return members_text(month, [{"nik": nik(number)} for number in range(int(month[-2:]), 40)])


Prepare = Callable[[Store, Path], list[str]]


def written(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def loading(store: Store, folder: Path) -> list[str]:
    return ["load", str(written(folder, "agustus.csv", AUGUST))]


def setting_rows_aside(store: Store, folder: Path) -> list[str]:
    return ["load", str(written(folder, "agustus.csv", FAULTY)), "--quarantine"]


def loading_people(store: Store, folder: Path) -> list[str]:
    return ["load", str(written(folder, "orang.csv", people("2021-08")))]


def publishing_people(store: Store, folder: Path) -> list[str]:
    for month in ("2021-06", "2021-07"):
        store.load(written(folder, f"{month}.csv", people(month)), confirmed=True)
    return ["publish"]


def publishing_the_first(store: Store, folder: Path) -> list[str]:
    return ["publish"]


def publishing_a_correction(store: Store, folder: Path) -> list[str]:
    publishing.publish(store)
    store.load(written(folder, "juli-2.csv", JULY_AGAIN))
    store.load(written(folder, "agustus.csv", AUGUST))
    return ["publish"]


def reconciling(store: Store, folder: Path) -> list[str]:
    store.load(written(folder, "orang.csv", people("2021-08")), confirmed=True)
    roster = roster_text("2021-08", [{"nik": nik(number)} for number in range(4, 44)])
    return [
        "reconcile",
        str(written(folder, "daftar.csv", roster)),
        *("--source", "TPP", "--month", "2021-08"),
    ]


def withdrawing(store: Store, folder: Path) -> list[str]:
    return ["withdraw", store.kept()[0].sha256, "--reason", "uji"]


def folding(store: Store, folder: Path) -> list[str]:
    for month in ("2021-06", "2021-07"):
        members(folder / "klaster", month, *(person(str(number), source="TANI") for number in range(6)))
    return ["fold", "--members", str(folder / "klaster"), "--confirm"]


ACTIONS: dict[str, Prepare] = {
    "load": loading,
    "load with rows set aside": setting_rows_aside,
    "load people": loading_people,
    "publish people": publishing_people,
    "publish for the first time": publishing_the_first,
    "publish a correction": publishing_a_correction,
    "reconcile": reconciling,
    "withdraw": withdrawing,
    "fold": folding,
}


@pytest.mark.parametrize("action", list(ACTIONS))
def test_an_action_that_dies_or_fails_anywhere_leaves_old_or_new_and_a_retry_succeeds(
    action: str, tmp_path: Path, size: Callable[[int, int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "kunci" / "key"))
    data = tmp_path / "data"
    store = Store(data)
    store.load(written(tmp_path / "in", "juli.csv", JULY))
    plan = {
        "data": str(data),
        "work": str(tmp_path / "work"),
        "action": ACTIONS[action](store, tmp_path / "in"),
        "most": size(2, 10_000),
    }
    path = written(tmp_path, "plan.json", json.dumps(plan))
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.crashing", str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    report = json.loads(run.stdout)
    assert report["ended"] == 0
    assert report["differs"]
    assert report["operations"] >= 10
    for found in report["tries"]:
        assert found["left"] in ("old", "new"), found
        if found["ended"] == 0:
            assert found["left"] == "new", found
        else:
            assert found["ended"] in (1, -signal.SIGKILL, -signal.SIGXFSZ), found
        assert "Traceback" not in found["said"], found
        # What was withdrawn before the command died is not withdrawn again.
        done_before = action == "withdraw" and found["left"] == "new"
        assert (found["retried"], found["after"], found["leftovers"]) == (int(done_before), "new", []), found
    assert {"old"} <= {found["left"] for found in report["tries"]}


LOADER = """
import sys
from pathlib import Path
from enrollment.lock import StoreLocked, writing
from enrollment.store import Store
try:
    print(Store(Path(sys.argv[1])).load(Path(sys.argv[2]), confirmed=True).verdict)
except StoreLocked as locked:
    print("locked", locked.holder)
"""


def test_of_two_loaders_at_once_each_loads_or_is_told_who_holds_the_store(tmp_path: Path) -> None:
    files = [written(tmp_path / "in", f"{n}.csv", text) for n, text in enumerate((JULY, AUGUST, JULY_AGAIN))]
    loaders = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", LOADER, str(tmp_path / "data"), str(file)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
        )
        for file in files
    ]
    said = [loader.communicate(timeout=60)[0].strip() for loader in loaders]
    assert all(answer == "accepted" or f"process {os.getpid()}" not in answer for answer in said)
    assert all(answer == "accepted" or answer.startswith("locked ") for answer in said)
    store = Store(tmp_path / "data")
    assert len(store.kept()) == said.count("accepted") >= 1
    for file in files:
        store.load(file, confirmed=True)
    assert len(store.kept()) == len(files)
    # Whoever holds the lock goes on in the same thread.
    with writing(store.root), ThreadPoolExecutor(1) as somebody_else, pytest.raises(StoreLocked):
        somebody_else.submit(store.load, files[0]).result()
