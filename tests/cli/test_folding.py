"""`fold`: members of a cluster become parts that `publish` takes; what is wrong with them publishes nothing.

Here they are folded by DuckDB. `tests/spark` folds the same on Spark.
"""

import datetime as dt
import importlib.util
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from enrollment import answers, edition, lock
from enrollment.fold.engines import EngineFailed, OnDuckDB
from enrollment.language import CODES
from enrollment.store import Store
from tests.builders import DataDirectory, Reference, cell, partner_source, person
from tests.builders.deliveries import KEY_SPACE
from tests.builders.members import members
from tests.cli.conftest import ROOT, run

APRIL = dt.date(2021, 4, 30)
HISTORY = {
    "2021-03": (person("a"), person("b", source="PEMDA", birth_year=1991), person("c", regency="1101")),
    "2021-04": (person("a", source="PEMDA"), person("b", source="PEMDA", birth_year=1991), person("d")),
    "2021-05": (person("a"), person("c"), person("d", sex="P"), person("d", source="PEMDA")),
}


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "own")


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    for month, rows in HISTORY.items():
        members(tmp_path / "cluster", month, *rows)
    return tmp_path / "cluster"


def lineage(found: edition.Edition) -> set[str]:
    return {row.sha256 for row in answers.active_lineage(found, as_of=APRIL)}


def test_what_is_published_from_members_of_a_cluster_is_what_is_published_from_loaded_ones(
    tmp_path: Path, cluster: Path, directory: DataDirectory
) -> None:
    loaded = DataDirectory(tmp_path / "loaded")
    for month, rows in HISTORY.items():
        loaded.deliver_people(month, *rows)
    said = run("fold", "--members", cluster, "--data", directory.store.data, "--json")
    assert (said.code, [row["verdict"] for row in said.document["members"]]) == (0, ["accepted"] * 3)
    assert run("publish", "--data", directory.store.data).code == 0
    folded, usual = edition.open_edition(directory.store), loaded.publish()
    assert folded.fingerprint == usual.fingerprint
    assert lineage(folded) != lineage(usual)
    assert answers.movement_by_month(folded, as_of=APRIL) == answers.movement_by_month(usual, as_of=APRIL)
    assert run("verify", "--data", directory.store.data).code == 0
    # The people themselves did not come along.
    assert list((directory.store.root / "snapshots").glob("*.parquet")) == []
    assert list((directory.store.root / "parts").glob("people-*")) == []


def test_the_same_members_again_are_known_and_change_nothing(cluster: Path, directory: DataDirectory) -> None:
    first = run("fold", "--members", cluster, "--data", directory.store.data, "--json").document
    moved = cluster.rename(cluster.with_name("moved"))
    again = run("fold", "--members", moved, "--data", directory.store.data, "--json").document
    assert {row["verdict"] for row in again["members"]} == {"unchanged"}
    assert again["parts"] == first["parts"]


def test_one_more_month_goes_on_from_the_people_that_were_kept(
    cluster: Path, directory: DataDirectory
) -> None:
    newest = cluster / "month=2021-05"
    later = newest.rename(cluster.with_name("month=2021-05"))
    run("fold", "--members", cluster, "--data", directory.store.data)
    run("publish", "--data", directory.store.data)
    early = {path.name for path in (directory.store.root / "parts").iterdir()}
    assert run("fold", "--members", later, "--data", directory.store.data).code == 0
    assert early < {path.name for path in (directory.store.root / "parts").iterdir()}
    run("publish", "--data", directory.store.data)
    at_once = DataDirectory(directory.store.data.with_name("at-once"))
    for month, rows in HISTORY.items():
        at_once.deliver_people(month, *rows)
    assert edition.open_edition(directory.store).fingerprint == at_once.publish().fingerprint


def test_people_who_are_not_kept_any_more_are_folded_again_from_the_members(
    cluster: Path, directory: DataDirectory
) -> None:
    newest = (cluster / "month=2021-05").rename(cluster.with_name("month=2021-05"))
    run("fold", "--members", cluster, "--data", directory.store.data)
    shutil.rmtree(directory.store.root / "elsewhere")
    assert run("fold", "--members", newest, "--data", directory.store.data).code == 0


def test_numbers_of_cells_do_not_change_with_the_priority_of_a_source_that_lists_nobody(
    cluster: Path, tmp_path: Path
) -> None:
    def reference(others: int) -> Reference:
        priorities = {"TPP": 2, "PEMDA": 3, "LAINNYA": others}
        return Reference(partner_sources=tuple(partner_source(s, priority=p) for s, p in priorities.items()))

    directory = DataDirectory(tmp_path / "own", reference(4))
    newest = (cluster / "month=2021-05").rename(tmp_path / "month=2021-05")
    directory.deliver("2021-03", cell(7, source="LAINNYA"))
    run("fold", "--members", cluster, "--data", directory.store.data)
    shutil.rmtree(directory.store.data / "reference")
    reference(1).write(directory.store.data / "reference")
    shutil.rmtree(directory.store.root / "elsewhere")
    assert run("fold", "--members", newest, "--data", directory.store.data).code == 0
    # Nothing was folded to two results, of which one would be paired with what belongs to the other.
    names = [path.stem.rsplit("-", 1)[0] for path in (directory.store.root / "parts").iterdir()]
    assert len(set(names)) == len(names) > 0


def test_a_person_twice_is_found_also_where_another_file_counts_for_the_month(
    cluster: Path, directory: DataDirectory
) -> None:
    twice(cluster)
    directory.deliver_people("2021-05", person("z", source="BUMDES"), person("y", source="BUMDES"))
    said = run("fold", "--members", cluster, "--data", directory.store.data, lang="en")
    assert said.code == 1
    assert "month=2021-05, column key: 1 rows" in said.err


def test_a_person_whom_two_files_list_under_one_source_is_nobody_twice(
    cluster: Path, directory: DataDirectory
) -> None:
    words = ("fold", "--data", directory.store.data, "--key-space", KEY_SPACE, "--members")
    directory.deliver_people("2021-04", *HISTORY["2021-04"])
    assert run(*words, cluster / "month=2021-05").code == 0
    for source in ("PEMDA", "TPP"):
        there = person("a", source=source, province="ID-JB")
        directory.deliver_people("2021-05", there, file=f"jabar-{source}.csv", scope="province")
    assert run(*words, cluster / "month=2021-05").code == 0
    run("publish", "--data", directory.store.data)
    assert answers.known_months(edition.open_edition(directory.store))[-1].active == 3


def test_members_that_are_not_what_was_folded_have_to_be_named_again(
    cluster: Path, directory: DataDirectory
) -> None:
    words = ("fold", "--data", directory.store.data)
    run(*words, "--members", cluster)
    members(cluster, "2021-04", person("e"))
    shutil.rmtree(directory.store.root / "elsewhere")
    shutil.rmtree(directory.store.root / "parts")
    for lang in CODES:
        said = run(*words, lang=lang)
        assert said.code == 1
        assert str(cluster / "month=2021-04") in said.err
        assert "--members" in said.err
    assert run(*words, "--members", cluster / "month=2021-04").code == 0


def test_members_named_from_where_one_stands_are_found_again_from_elsewhere(
    cluster: Path, directory: DataDirectory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cluster.parent)
    assert run("fold", "--members", cluster.name, "--data", directory.store.data).code == 0
    monkeypatch.chdir("/")
    shutil.rmtree(directory.store.root / "elsewhere")
    shutil.rmtree(directory.store.root / "parts")
    assert run("fold", "--data", directory.store.data).code == 0


@pytest.mark.parametrize("broken", ["its end", "its middle"])
def test_of_several_files_the_broken_one_is_named(
    broken: str, cluster: Path, directory: DataDirectory
) -> None:
    path = members(cluster, "2021-05", person("x")) / "part-1.parquet"
    content = bytearray(path.read_bytes())
    content[4:200] = b"\xab" * 196
    path.write_bytes(content[:-9] if broken == "its end" else content)
    said = run("fold", "--members", cluster, "--data", directory.store.data, lang="en")
    assert said.code == 1
    assert said.err.startswith(f"{path}: this is not a whole Parquet file.")


def test_a_fold_that_finds_no_room_is_told_in_one_sentence(cluster: Path, directory: DataDirectory) -> None:
    work = directory.store.data / "penuh"
    engine = OnDuckDB(work)
    (work / "people-0.part").mkdir(parents=True)
    engine.put("people_known", pa.table({"key": [b"0" * 16]}))
    with pytest.raises(EngineFailed, match="people-0"):
        engine.keep_people("people_known", "0")
    said = run("fold", "--members", cluster, "--data", directory.store.data, "--work", "/proc", lang="en")
    assert (said.code, said.err.count("\n")) == (1, 1)
    engine.connection.execute("set memory_limit = '1MB'")
    with pytest.raises(EngineFailed):
        engine.read_members("members", [str(cluster / "month=2021-05")])


def test_people_who_do_not_fit_in_memory_lie_beside_those_that_are_kept_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    work = tmp_path / "hasil olahan"
    work.mkdir()
    engine = OnDuckDB(work)
    engine.connection.execute("set memory_limit = '60MB'")
    engine.make("people_known", "select uuid() as key from range(6_000_000)", {})
    assert list((work / "spilled").iterdir())
    assert list(tmp_path.iterdir()) == [work]
    engine.connection.close()
    assert list(work.rglob("*")) == []


def test_people_that_an_interrupted_fold_left_half_written_are_swept(
    cluster: Path, directory: DataDirectory
) -> None:
    words = ("fold", "--members", cluster, "--data", directory.store.data)
    run(*words)
    folder = directory.store.root / "elsewhere" / "duckdb"
    whole = {path.name for path in folder.iterdir()}
    (folder / sorted(whole)[0]).with_suffix(".part").write_bytes(b"PAR1")
    assert run(*words).code == 0
    assert {path.name for path in folder.iterdir()} == whole


def test_an_edition_of_members_that_are_not_folded_any_more_keeps_no_other_from_being_rebuilt(
    cluster: Path, directory: DataDirectory
) -> None:
    run("fold", "--members", cluster, "--data", directory.store.data)
    assert run("publish", "--data", directory.store.data).code == 0
    for item in directory.store.kept():
        run("withdraw", item.sha256, "--reason", "keliru", "--data", directory.store.data)
    directory.deliver("2021-03", cell(7))
    assert run("publish", "--data", directory.store.data).code == 0
    for path in (directory.store.root / "editions").iterdir():
        path.unlink()
    said = run("rebuild", "--json", "--data", directory.store.data)
    first, second = edition.publications(directory.store)[0]
    assert [row["number"] for row in said.document["rebuilt"]] == [second.number]
    assert (said.code, said.document["damaged"]) == (1, [first.file])


DYING = """
import os, signal, sys
from enrollment import cli

left, *words = sys.argv[1:]
left = int(left)

def die(event, paths):
    global left
    if event == "os.rename" and "/snapshots/" in str(paths[1]):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
sys.argv[1:] = words
cli.main()
"""


@pytest.mark.parametrize(("at", "seen", "months"), [(3, 0, 0), (9, 0, 3), (11, 3, 3), (12, 3, 3)])
def test_a_fold_that_dies_while_it_keeps_months_keeps_all_or_none_and_shows_no_reader_a_part(
    at: int, seen: int, months: int, cluster: Path, directory: DataDirectory
) -> None:
    words = ["fold", "--members", str(cluster), "--data", str(directory.store.data)]
    dying = [sys.executable, "-W", "ignore", "-c", DYING, str(at), *words]
    assert subprocess.run(dying, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert len(directory.store.kept()) == seen
    assert [item.path.is_file() for item in directory.store.kept()] == [True] * seen
    with lock.writing(directory.store.root):
        directory.store.sweep()
    assert len(directory.store.kept()) == months
    assert run(*words).code == 0
    assert len(directory.store.kept()) == len(HISTORY)


def test_folders_may_be_called_as_people_call_them(cluster: Path, tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "Data BPJS")
    directory.deliver_people("2021-02", person("a"))
    named = cluster.rename(tmp_path / "Peserta 100%25 #1?")
    words = ("fold", "--data", directory.store.data, "--work", tmp_path / "hasil olahan")
    assert run(*words, "--members", f"file://{named}").code == 0
    assert [path for path in tmp_path.rglob("*") if "%20" in path.name] == []
    assert {path.name for path in tmp_path.iterdir()} == {"Data BPJS", "Peserta 100%25 #1?", "hasil olahan"}


def test_totals_of_other_sources_stand_beside_members_of_a_cluster(
    cluster: Path, directory: DataDirectory
) -> None:
    directory.deliver("2021-04", cell(7, source="LAINNYA"))
    run("fold", "--members", cluster, "--data", directory.store.data)
    assert run("publish", "--data", directory.store.data).code == 0
    months = answers.known_months(edition.open_edition(directory.store))
    assert [row.active for row in months] == [3, 10, 10]


def test_what_was_not_folded_in_the_cluster_is_not_published(cluster: Path, directory: DataDirectory) -> None:
    run("fold", "--members", cluster, "--data", directory.store.data)
    name = Store(directory.store.data).kept()[0].sha256
    run("withdraw", name, "--reason", "keliru", "--data", directory.store.data)
    for lang in CODES:
        said = run("publish", "--data", directory.store.data, lang=lang)
        assert said.code == 1
        assert "month=2021-04" in said.err
    assert edition.publications(directory.store)[0] == ()


def nothing(cluster: Path) -> None:
    """Damage that is none."""


def gone(cluster: Path) -> None:
    shutil.rmtree(cluster / "month=2021-04")


def emptied(cluster: Path) -> None:
    shutil.rmtree(cluster / "month=2021-05")
    members(cluster, "2021-05")


def cut(cluster: Path) -> None:
    path = cluster / "month=2021-05" / "part-0.parquet"
    path.write_bytes(path.read_bytes()[:-9])


def misnamed(cluster: Path) -> None:
    (cluster / "month=2021-05").rename(cluster / "month=Mei")


def with_column(name: str, column: pa.Array) -> Callable[[Path], None]:
    def damaged(cluster: Path) -> None:
        members(cluster, "2021-05", person("x"), columns={name: column})

    return damaged


def twice(cluster: Path) -> None:
    members(cluster, "2021-05", person("a"))


FAULTS = {
    "missing_month": (gone, "2021-04"),
    "empty": (emptied, "month=2021-05"),
    "unreadable": (cut, "part-0.parquet"),
    "not_a_month": (misnamed, "Mei"),
    "wrong_type": (with_column("segment", pa.array([1])), "segment"),
    "years of another type": (with_column("birth_year", pa.array([1990])), "birth_year"),
    "null_values": (with_column("programmes", pa.array([None], pa.string())), "programmes"),
    "unknown_value": (with_column("source", pa.array(["TIDAKADA"])), "TIDAKADA"),
    "unborn": (with_column("birth_year", pa.array([2050], pa.int16())), "birth_year"),
    "born too late": (with_column("birth_date", pa.array([dt.date(2021, 6, 1)])), "birth_date"),
    "born too early": (with_column("birth_date", pa.array([dt.date(1, 1, 1)])), "birth_date"),
    "malformed": (with_column("key", pa.array([b"kurang"])), "key"),
    "identities": (with_column("key", pa.array([b"1101015203850001"])), "key"),
    "duplicates": (twice, "key"),
}


@pytest.mark.parametrize("rule", FAULTS)
def test_bad_members_are_said_clearly_and_nothing_is_kept_or_published(
    rule: str, cluster: Path, directory: DataDirectory
) -> None:
    damage, said_of_it = FAULTS[rule]
    damage(cluster)
    for lang in CODES:
        said = run("fold", "--members", cluster, "--data", directory.store.data, lang=lang)
        assert said.code == 1
        assert said_of_it in said.err
        assert "1101015203850001" not in said.err
        assert len(said.err.splitlines()) == 1
    assert directory.store.kept() == ()
    assert list((directory.store.root / "snapshots").glob("*")) == []
    assert run("publish", "--data", directory.store.data).code == 1


def test_members_where_there_are_none_are_said_so(tmp_path: Path, directory: DataDirectory) -> None:
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "empty", tmp_path / "nowhere"):
        said = run("fold", "--members", path, "--data", directory.store.data)
        assert (said.code, str(path) in said.err) == (1, True)


def test_members_that_shrink_beyond_belief_need_a_persons_word(
    tmp_path: Path, directory: DataDirectory
) -> None:
    members(tmp_path / "cluster", "2021-03", *(person(f"{number}") for number in range(40)))
    members(tmp_path / "cluster", "2021-04", person("1"))
    words = ("fold", "--members", tmp_path / "cluster", "--data", directory.store.data)
    assert run(*words).code == 1
    assert directory.store.kept() == ()
    assert run(*words, "--confirm").code == 0


def test_keys_of_the_same_space_are_compared_with_people_who_were_loaded(
    tmp_path: Path, directory: DataDirectory
) -> None:
    directory.deliver_people("2021-03", *HISTORY["2021-03"])
    members(tmp_path / "cluster", "2021-04", *HISTORY["2021-04"])
    words = ("fold", "--members", tmp_path / "cluster", "--data", directory.store.data)
    assert run(*words, "--key-space", KEY_SPACE).code == 0
    run("publish", "--data", directory.store.data)
    april = answers.movement_by_month(edition.open_edition(directory.store), as_of=APRIL)[-1]
    assert (april.new, april.moved_in, april.lapsed) == (1, 1, 1)


@pytest.mark.skipif(importlib.util.find_spec("pyspark") is not None, reason="Spark is installed here")
def test_without_spark_it_is_said_what_to_install(cluster: Path, directory: DataDirectory) -> None:
    said = run("fold", "--engine", "spark", "--members", cluster, "--data", directory.store.data)
    assert said.code == 1
    assert "requirements-spark.txt" in said.err
