"""Keys and people in custody: a new key, a person taken out, and that neither is ever half done."""

import datetime as dt
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from enrollment import answers, custody, durable, keys, lock, publishing
from enrollment.delivery import DeliveryDamaged, counted
from enrollment.edition import open_edition
from enrollment.keys import KeyFault, open_keys
from enrollment.store import Store

HEADER = "nik,periode,sumber,segmen,provinsi,program,jenis_kelamin,tgl_lahir,kpj"
NOW = dt.datetime(2021, 9, 5, 8, 0, tzinfo=dt.UTC)
FOREIGN = "dukcapil-2021"


def nik(number: int) -> str:
    return f"317101010190{number:04}"


def member(number: int, source: str = "TPP", month: str = "2021-08") -> str:
    return f"{nik(number)},{month},{source},PU,ID-JK,JKK+JKM,L,1990-01-01,{number:011}"


def written(folder: Path, name: str, *rows: str, header: str = HEADER) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """July, August with two rows set aside, and a file under somebody else's keys."""
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "config" / "key"))
    store = Store(tmp_path / "data")
    july = [member(number, month="2021-07") for number in range(1, 30)]
    august = [*(member(number) for number in range(1, 25)), member(3), f"{nik(0)}{member(1)[16:]}"]
    august += [member(number, "BUMDES") for number in (3, 77)]
    foreign = [f"{number:032x}{member(1, 'NON_ASN')[16:]},{FOREIGN}" for number in (3, 4)]
    for path in (
        written(tmp_path / "in", "juli.csv", *july),
        written(tmp_path / "in", "agustus.csv", *august),
        written(
            tmp_path / "in", "lain.csv", *foreign, header=f"{HEADER},kunci_ruang".replace("nik", "kunci")
        ),
    ):
        receipt = store.load(path, quarantine=True, confirmed=True, now=NOW, by="sari")
        assert receipt.kept, [fault.rule for fault in receipt.all_faults]
    return store


def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    """What every people file holds, but the keys, by the row of the delivery."""
    found = {}
    for item in store.kept():
        without = [name for name in pq.read_schema(item.path).names if not name.startswith("key")]
        table = pq.read_table(store.people(item), columns=without)
        found[item.file] = table.sort_by("row").to_pylist()
    return found


def kept_keys(store: Store) -> dict[tuple[str, int], bytes]:
    """The key in every row of every people file."""
    found = {}
    for item in store.kept():
        for row in pq.read_table(store.people(item), columns=["key", "row"]).to_pylist():
            found[item.file, row["row"]] = row["key"].bytes
    return found


def leftovers(store: Store) -> list[str]:
    known = {item.path.name for item in store.kept()}
    files = [path for path in (store.root / "snapshots").iterdir() if path.suffix != ".json"]
    return [path.name for path in (*files, *durable.leftovers(store.root)) if path.name not in known]


def test_a_new_key_changes_keys_and_nothing_else(store: Store) -> None:
    old, before, was = open_keys(store.data, make=False), rows(store), kept_keys(store)
    aside = store.quarantine()
    receipt = custody.rotate(store, now=NOW, by="sari")
    new = open_keys(store.data, make=False)
    assert new.chain[:-1] == old.chain
    assert (receipt.key_space, receipt.finished, receipt.foreign) == (new.space, False, (FOREIGN,))
    assert (set(receipt.files), receipt.rows, receipt.by) == ({"juli.csv", "agustus.csv"}, 29 + 26, "sari")
    assert rows(store) == before
    wrapped = {
        place: key if place[0] == "lain.csv" else new.wrap(key, len(old.chain)) for place, key in was.items()
    }
    assert kept_keys(store) == wrapped
    assert kept_keys(store)["juli.csv", 2] == new.key_of(nik(1))
    assert {item.file: item.key_space for item in store.kept()} == {
        "juli.csv": new.space,
        "agustus.csv": new.space,
        "lain.csv": FOREIGN,
    }
    repeated = new.key_of(nik(3)).hex()
    assert [found.key for found in store.quarantine()] == [found.key and repeated for found in aside]
    assert receipt.quarantined == sum(found.key is not None for found in aside) > 0
    assert leftovers(store) == []


def test_files_stay_sorted_by_key_under_a_new_key(store: Store) -> None:
    custody.rotate(store)
    for item in store.kept():
        found = pq.read_table(item.path, columns=["key", "key_range"]).to_pylist()
        assert found == sorted(found, key=lambda row: row["key"].bytes)
        assert all(row["key_range"] == row["key"].bytes[0] >> 4 for row in found)


def test_deliveries_are_known_again_after_a_new_key(store: Store, tmp_path: Path) -> None:
    before = {
        place: [piece.delivery.sha256 for piece in pieces] for place, pieces in counted(store.kept()).items()
    }
    custody.rotate(store)
    after = {
        place: [piece.delivery.sha256 for piece in pieces] for place, pieces in counted(store.kept()).items()
    }
    assert after == before
    assert store.load(tmp_path / "in" / "juli.csv").verdict == "unchanged"
    july = [member(number, month="2021-07") for number in range(29, 0, -1)]
    assert store.load(written(tmp_path / "in", "lagi.csv", *july)).verdict == "unchanged"
    september = written(tmp_path / "in", "september.csv", *(member(n, month="2021-09") for n in range(1, 30)))
    assert store.load(september, confirmed=True).kept
    places = kept_keys(store)
    assert places["september.csv", 2] == places["juli.csv", 2]


def test_keys_can_be_renewed_again_and_again(store: Store) -> None:
    for _ in range(2):
        custody.rotate(store)
    chain = open_keys(store.data, make=False)
    assert len(chain.chain) == 3
    assert kept_keys(store)["juli.csv", 2] == chain.key_of(nik(1))
    records = [json.loads(path.read_text()) for path in sorted((store.root / "custody").iterdir())]
    assert [record["kind"] for record in records] == ["rotation", "rotation"]


def test_folded_people_do_not_outlive_their_keys(store: Store) -> None:
    parts = store.root / "parts"
    parts.mkdir()
    (parts / "people-0123-4567.parquet").write_bytes(b"")
    (parts / "0123-4567.parquet").write_bytes(b"")
    custody.rotate(store)
    assert [path.name for path in parts.iterdir()] == ["0123-4567.parquet"]


def test_a_damaged_people_file_gets_no_new_key(store: Store) -> None:
    path = store.kept()[0].path
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(DeliveryDamaged):
        custody.rotate(store)
    assert len(open_keys(store.data, make=False).chain) == 1


def test_a_damaged_quarantine_is_named_and_gets_no_new_key(store: Store) -> None:
    (path,) = (store.root / "quarantine").iterdir()
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DeliveryDamaged) as damaged:
        custody.rotate(store)
    assert damaged.value.path == path


def test_keys_of_somebody_else_do_not_rotate_what_is_kept(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "other" / "key"))
    open_keys(store.data, make=True)
    with pytest.raises(KeyFault) as fault:
        custody.rotate(store)
    assert fault.value.reason == "other_keys"


class Killed(BaseException):
    """The process is no more."""


STEPS = ("replace", "rename", "unlink", "rmdir", "mkdir", "link", "fsync")


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """Let the process die at its n-th change to the disk: from then on it changes nothing."""
    left = [1 << 30]

    def dying(step: Callable[..., Any]) -> Callable[..., Any]:
        def take(*args: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return step(*args, **named)

        return take

    for name in STEPS:
        monkeypatch.setattr(os, name, dying(getattr(os, name)))

    def after(steps: int) -> None:
        left[0] = steps

    yield after
    after(1 << 30)


def dies(killing: Callable[[int], None], steps: int, command: Callable[[], object]) -> bool:
    killing(steps)
    try:
        command()
    except Killed:
        return True
    finally:
        killing(1 << 30)
    return False


def test_a_rotation_killed_at_any_step_is_completed_by_the_next(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killing: Callable[[int], None]
) -> None:
    before, first = rows(store), keys.open_keys(store.data, make=False).space
    seen = set()
    for steps in range(0, 200, 7):
        home = tmp_path / f"killed-{steps}"
        shutil.copytree(store.data, home / "data")
        shutil.copytree(tmp_path / "config", home / "config")
        monkeypatch.setenv("CAKUPAN_KEY_FILE", str(home / "config" / "key"))
        copy = Store(home / "data")
        if not dies(killing, steps, lambda copy=copy: custody.rotate(copy)):
            break
        chain = open_keys(copy.data, make=False)
        with lock.writing(copy.root):
            copy.sweep()
        (space,) = {item.key_space for item in copy.kept() if item.keyed_here}
        assert space in chain.spaces
        assert rows(copy) == before
        seen.add((len(chain.chain), space == first))
        receipt = custody.rotate(copy)
        chain = open_keys(copy.data, make=False)
        assert (receipt.key_space, rows(copy)) == (chain.space, before)
        assert {item.key_space for item in copy.kept()} == {chain.space, FOREIGN}
        assert kept_keys(copy)["juli.csv", 2] == chain.key_of(nik(1))
        assert leftovers(copy) == []
    else:
        pytest.fail("the rotation took more steps than were tried")
    # It died before the key was added, before the files took their places, and after.
    assert seen == {(1, True), (2, True), (2, False)}


def test_a_rotation_that_was_decided_is_not_done_twice(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    complete = durable.complete

    def stopped(root: Path) -> None:
        if (root / durable.CHANGE).is_dir():
            raise Killed
        complete(root)

    monkeypatch.setattr(durable, "complete", stopped)
    with pytest.raises(Killed):
        custody.rotate(store, now=NOW, by="sari")
    monkeypatch.setattr(durable, "complete", complete)
    receipt = custody.rotate(store)
    assert (receipt.finished, receipt.by, receipt.at, receipt.rows) == (True, "sari", NOW, 55)
    chain = open_keys(store.data, make=False)
    assert len(chain.chain) == 2
    assert kept_keys(store)["juli.csv", 2] == chain.key_of(nik(1))


def test_a_person_is_taken_out_of_every_file(store: Store) -> None:
    before = rows(store)
    chain = open_keys(store.data, make=False)
    receipt = custody.forget(store, nik=nik(3), now=NOW, by="sari")
    assert {(found.file, found.rows, found.quarantined) for found in receipt.files} == {
        ("juli.csv", 1, 0),
        ("agustus.csv", 2, 1),
    }
    assert (receipt.rows, receipt.foreign, receipt.by) == (3, (FOREIGN,), "sari")
    assert chain.key_of(nik(3)) not in kept_keys(store).values()
    remaining = {
        file: [row for row in found if row["kpj"] != f"{3:011}" or file == "lain.csv"]
        for file, found in before.items()
    }
    assert rows(store) == remaining
    for item in store.kept():
        assert sum(content.active for content in item.contents) == len(remaining[item.file])
    assert all(found.key is None for found in store.quarantine())
    assert leftovers(store) == []
    (record,) = (store.root / "custody").iterdir()
    assert chain.key_of(nik(3)).hex() not in record.read_text()
    for path in store.root.rglob("*"):
        if path.is_file():
            assert chain.key_of(nik(3)) not in path.read_bytes()
            assert chain.key_of(nik(3)).hex().encode() not in path.read_bytes()


def test_a_person_is_found_by_a_key_of_any_space(store: Store) -> None:
    receipt = custody.forget(store, key=(3).to_bytes(16, "big"))
    assert [(found.file, found.rows) for found in receipt.files] == [("lain.csv", 1)]
    assert receipt.foreign == ()


def test_a_source_whose_only_person_is_taken_out_stays_delivered(store: Store, tmp_path: Path) -> None:
    one = written(tmp_path / "in", "satu.csv", member(77, "BUMDES", "2021-09"))
    assert store.load(one, confirmed=True).kept
    custody.forget(store, nik=nik(77))
    item = store.kept()[-1]
    assert [(content.source, content.active) for content in item.contents] == [("BUMDES", 0)]


def test_an_unknown_person_changes_nothing(store: Store) -> None:
    before = {item.sha256: item for item in store.kept()}
    assert custody.forget(store, nik=nik(999)).files == ()
    assert {item.sha256: item for item in store.kept()} == before


@pytest.mark.parametrize("asked", [{}, {"nik": nik(1), "key": b"0" * 16}, {"key": b"0"}, {"nik": "31"}])
def test_who_is_to_be_forgotten_must_be_said(store: Store, asked: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        custody.forget(store, **asked)


def test_a_removal_killed_at_any_step_is_whole_after_the_next(
    store: Store, tmp_path: Path, killing: Callable[[int], None]
) -> None:
    before = kept_keys(store)
    key = open_keys(store.data, make=False).key_of(nik(3))
    after = {place: found for place, found in before.items() if found != key}
    for steps in range(0, 200, 11):
        copy = Store(tmp_path / f"killed-{steps}")
        shutil.copytree(store.data, copy.data)
        if not dies(killing, steps, lambda copy=copy: custody.forget(copy, nik=nik(3))):
            break
        with lock.writing(copy.root):
            copy.sweep()
        assert kept_keys(copy) in (before, after)
        custody.forget(copy, nik=nik(3))
        assert kept_keys(copy) == after
        assert leftovers(copy) == []
    else:
        pytest.fail("the removal took more steps than were tried")


def test_what_a_fold_had_decided_is_not_taken_for_a_rotation(store: Store) -> None:
    custody.rotate(store, by="sari")
    prepared = store.root / durable.CHANGE / "snapshots"
    prepared.mkdir(parents=True)
    (prepared / "bulan.json.menunggu").write_bytes(b"")
    assert custody.rotate(store, by="budi").by == "budi"
    assert len(open_keys(store.data, make=False).chain) == 3


def test_editions_are_the_same_under_a_new_key_and_one_person_less_after_a_removal(store: Store) -> None:
    before = publishing.publish(store).publication.fingerprint
    counted_before = answers.known_months(open_edition(store))
    custody.rotate(store)
    again = publishing.publish(store)
    assert (again.new, again.publication.fingerprint) == (False, before)
    shutil.rmtree(store.root / "editions")
    assert [item.fingerprint for item in publishing.rebuild(store)] == [before]
    custody.forget(store, nik=nik(5))
    assert answers.known_months(open_edition(store)) == counted_before
    publishing.publish(store)
    for earlier, later in zip(counted_before, answers.known_months(open_edition(store)), strict=True):
        assert later.active == earlier.active - 1
