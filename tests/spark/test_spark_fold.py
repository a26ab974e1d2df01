"""Spark folds what DuckDB folds: every step row for row, every part byte for byte, every edition alike."""

import datetime as dt
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from enrollment import answers, edition
from enrollment.fold.engines import EngineFailed, OnDuckDB
from enrollment.fold.on_spark import OnSpark
from enrollment.fold.spark_sql import translated
from enrollment.fold.steps import STEPS, step
from enrollment.store import Store
from tests.builders import DataDirectory, Reference, partner_source, person
from tests.builders.members import members
from tests.cli.conftest import run
from tests.cli.test_folding import FAULTS, HISTORY
from tests.spark.recording import Recording, differing, tables
from tests.test_fold_statements import contents, folded_by, folded_here
from tests.test_people_fold import SOURCES, Step, deliver, histories

HISTORIES = 200
APRIL = dt.date(2021, 4, 30)


def agree(directory: DataDirectory, spark: Any, folder: Path) -> list[tuple[str, int]]:
    """Fold what was delivered in three ways, all alike; the tables that were made, and their rows."""
    stores = {}
    for name in ("duckdb", "spark"):
        shutil.copytree(directory.store.data, folder / name)
        stores[name] = Store(folder / name)
    here = OnDuckDB(folder / "people")
    there = OnSpark(spark, (folder / "people-there").as_uri())
    by_duckdb = folded_by(Recording(here, folder / "here"), stores["duckdb"])
    by_spark = folded_by(Recording(there, folder / "there"), stores["spark"])
    made = tables(folder / "here")
    assert made == tables(folder / "there")
    found = [(table, *differing(folder / "here", folder / "there", table)) for table in made]
    assert [(table, different) for table, _, different in found if different] == []
    assert contents(by_spark) == contents(by_duckdb) == contents(folded_here(directory.store))
    return [(table, rows) for table, rows, _ in found]


def apart(history: tuple[Step, ...], number: int) -> Iterator[Step]:
    """A history whose sources and people are nobody else's."""
    for delivery in history:
        rows = []
        for row in delivery.rows:
            own = {**row, "source": f"{row['source']}_{number}"}
            rows.append(own | {"person": f"{number} {row['person']}"} if "person" in row else own)
        yield replace(delivery, rows=tuple(rows))


def side_by_side(found: list[tuple[Step, ...]]) -> tuple[Step, ...]:
    """Many histories as one: what comes at the same place, of the same month and kind, is one file."""
    together: dict[tuple[Any, ...], list[Any]] = {}
    for number, history in enumerate(found):
        for place, delivery in enumerate(apart(history, number)):
            way = (place, delivery.month, delivery.kind, delivery.scope, delivery.key_space)
            together.setdefault(way, []).extend(delivery.rows)
    return tuple(
        Step(month, tuple(rows), kind, scope, space)
        for (_, month, kind, scope, space), rows in sorted(together.items())
    )


def drawn(count: int) -> list[tuple[Step, ...]]:
    """So many random histories."""
    found: list[tuple[Step, ...]] = []

    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(histories())
    def take(history: tuple[Step, ...]) -> None:
        found.append(history)

    take()
    return found[:count]


def test_two_hundred_random_histories_side_by_side_give_the_same_rows_in_every_step(
    spark: Any, tmp_path: Path
) -> None:
    found = drawn(HISTORIES)
    assert len(found) == HISTORIES
    random.Random(7).shuffle(found)
    one_space = [tuple(replace(delivery, key_space="0" * 16) for delivery in history) for history in found]
    sources = tuple(
        partner_source(f"{source}_{number}", priority=1 + (number + place) % 3)
        for number in range(HISTORIES)
        for place, source in enumerate(SOURCES)
    )
    directory = DataDirectory(tmp_path / "own", replace(Reference(), partner_sources=sources))
    deliver(directory, side_by_side(one_space))
    made = agree(directory, spark, tmp_path)
    steps = {table.split("-", 1)[1] for table, rows in made if rows}
    # What every history is about came up: nothing agrees for want of rows.
    assert {"memberships", "people", "places", "cohorts", "people_cells", "people_overlap"} <= steps


@pytest.mark.parametrize("number", range(3))
def test_a_random_history_gives_the_same_rows_in_every_step(number: int, spark: Any, tmp_path: Path) -> None:
    found = drawn(60)
    history = max(found[number::3], key=lambda steps: len({delivery.key_space for delivery in steps}))
    directory = DataDirectory(tmp_path / "own")
    deliver(directory, history)
    agree(directory, spark, tmp_path)


@pytest.mark.parametrize("name", sorted(path.stem for path in STEPS.glob("*.sql")))
def test_every_step_is_said_in_sparks_dialect_with_the_same_parameters(name: str) -> None:
    said = translated(step(name))
    assert "$" not in said
    assert "::" not in said


CLUSTER = ("fold", "--engine", "spark", "--master", "local[2]", "--partitions", "2", "--members")


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    for month, rows in HISTORY.items():
        members(tmp_path / "cluster", month, *rows)
    return tmp_path / "cluster"


@pytest.mark.usefixtures("spark")
def test_an_edition_from_sparks_parts_has_the_fingerprint_of_one_folded_here(
    cluster: Path, tmp_path: Path
) -> None:
    there, here = DataDirectory(tmp_path / "there"), DataDirectory(tmp_path / "here")
    by_spark = run(*CLUSTER, cluster, "--data", there.store.data, "--json").document
    by_duckdb = run("fold", "--members", cluster, "--data", here.store.data, "--json").document
    assert by_spark["parts"] == by_duckdb["parts"]
    assert by_spark["members"] == by_duckdb["members"]
    loaded = DataDirectory(tmp_path / "loaded")
    for month, rows in HISTORY.items():
        loaded.deliver_people(month, *rows)
    assert run("publish", "--data", there.store.data).code == 0
    published, usual = edition.open_edition(there.store), loaded.publish()
    assert published.fingerprint == usual.fingerprint
    assert answers.movement_by_month(published, as_of=APRIL) == answers.movement_by_month(usual, as_of=APRIL)
    assert {row.sha256 for row in answers.active_lineage(published, as_of=APRIL)} == {
        row["delivery"] for row in by_spark["members"] if row["month"] == "2021-04"
    }


@pytest.mark.usefixtures("spark")
def test_keys_may_be_plain_bytes_and_one_more_month_goes_on_from_people_kept(
    tmp_path: Path, cluster: Path
) -> None:
    directory = DataDirectory(tmp_path / "own")
    later = (cluster / "month=2021-05").rename(tmp_path / "month=2021-05")
    for path in cluster.rglob("*.parquet"):
        plain(path)
    assert run(*CLUSTER, cluster, "--data", directory.store.data).code == 0
    assert run(*CLUSTER, later, "--data", directory.store.data).code == 0
    run("publish", "--data", directory.store.data)
    loaded = DataDirectory(tmp_path / "loaded")
    for month, rows in HISTORY.items():
        loaded.deliver_people(month, *rows)
    assert edition.open_edition(directory.store).fingerprint == loaded.publish().fingerprint


def plain(path: Path) -> None:
    """Keys as Spark itself would write them."""
    table = pq.read_table(path)
    keys = table["key"].combine_chunks().storage.cast(pa.binary())
    pq.write_table(table.set_column(table.column_names.index("key"), "key", keys), path)


@pytest.mark.usefixtures("spark")
def test_folders_may_be_called_as_people_call_them(cluster: Path, tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "Data BPJS")
    directory.deliver_people("2021-02", person("a"))
    named = cluster.rename(tmp_path / "Peserta 100%25")
    assert run(*CLUSTER, named, "--data", directory.store.data).code == 0
    assert [path for path in tmp_path.rglob("*") if "%20" in path.name] == []
    assert {path.name for path in tmp_path.iterdir()} == {"Data BPJS", "Peserta 100%25"}
    assert list((directory.store.root / "elsewhere" / "spark").glob("people-*")) != []


@pytest.mark.usefixtures("spark")
@pytest.mark.parametrize("rule", FAULTS)
def test_bad_members_are_said_clearly_on_spark_too_and_nothing_is_published(
    rule: str, cluster: Path, tmp_path: Path
) -> None:
    directory = DataDirectory(tmp_path / "own")
    damage, said_of_it = FAULTS[rule]
    damage(cluster)
    said = run(*CLUSTER, cluster, "--data", directory.store.data, lang="en")
    assert said.code == 1
    assert said_of_it in said.err
    assert "1101015203850001" not in said.err
    assert directory.store.kept() == ()
    assert run("publish", "--data", directory.store.data).code == 1
    assert edition.publications(directory.store)[0] == ()


@pytest.mark.usefixtures("spark")
def test_a_column_that_is_missing_is_said(cluster: Path, tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "own")
    (path,) = (cluster / "month=2021-05").glob("*.parquet")
    pq.write_table(pq.read_table(path).drop_columns(["province"]), path)
    said = run(*CLUSTER, cluster, "--data", directory.store.data, lang="en")
    assert (said.code, "province" in said.err) == (1, True)


def test_what_spark_is_asked_with_a_wrong_statement_ends_in_its_own_first_line(
    spark: Any, tmp_path: Path
) -> None:
    engine = OnSpark(spark, tmp_path.as_uri())
    engine.put("people", pa.table({"key": [1]}))
    with pytest.raises(EngineFailed, match="nowhere"):
        engine.make("found", "select nowhere from people", {})


def test_people_without_a_sign_that_they_are_whole_are_not_gone_on_from(spark: Any, tmp_path: Path) -> None:
    engine = OnSpark(spark, tmp_path.as_uri())
    engine.put("people", pa.table({"key": [b"0" * 16]}))
    engine.keep_people("people", "a")
    assert engine.read_people("known", "a")
    spark.conf.set("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
    try:
        with pytest.raises(EngineFailed, match="people-b"):
            engine.keep_people("people", "b")
    finally:
        spark.conf.unset("mapreduce.fileoutputcommitter.marksuccessfuljobs")


def test_members_named_from_where_one_stands_are_remembered_as_where_they_lie(
    cluster: Path, tmp_path: Path, spark: Any
) -> None:
    engine = OnSpark(spark, tmp_path.as_uri())
    here = os.path.relpath(cluster)
    found = engine.partitions(here)
    assert set(found.values()) == {f"file:{cluster}/month={month}" for month in HISTORY}
    assert engine.partitions(f"{here}/month=2021-05") == {"2021-05": f"file:{cluster}/month=2021-05"}


def test_a_failure_in_the_jvm_is_told_by_its_cause_and_not_by_the_name_of_the_call(
    spark: Any, tmp_path: Path
) -> None:
    engine = OnSpark(spark, tmp_path.as_uri())
    with pytest.raises(EngineFailed, match="nosuch") as failed:
        engine.partitions("nosuch://x/y")
    assert "error occurred" not in str(failed.value)
    engine.put("people", pa.table({"number": ["keliru"]}))
    engine.make("numbered", "select number::bigint as number from people", {})
    with pytest.raises(EngineFailed, match="keliru") as failed:
        engine.get("numbered")
    assert "error occurred" not in str(failed.value)
