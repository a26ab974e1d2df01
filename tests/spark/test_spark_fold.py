"""Spark folds what DuckDB folds: every step row for row, every part byte for byte, every edition alike."""

import datetime as dt
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings

from enrollment import answers, edition, fold
from enrollment.fold.engines import EngineFailed, OnDuckDB
from enrollment.fold.members import survey
from enrollment.fold.on_spark import OnSpark
from enrollment.fold.spark_sql import translated
from enrollment.fold.steps import STEPS, step
from enrollment.sample_people import write_people
from enrollment.store import Store, codes_of
from tests.builders import DataDirectory, Reference, partner_source, person
from tests.builders.drawn import SOURCES
from tests.builders.drawn_people import Step, deliver, histories
from tests.builders.members import members
from tests.cli.conftest import run
from tests.cli.test_folding import FAULTS, HISTORY
from tests.spark import cells
from tests.spark.conftest import LARGE
from tests.spark.recording import STEP_OF, Recording, held_together
from tests.test_fold_statements import contents, folding_by

HISTORIES = 200
APRIL = dt.date(2021, 4, 30)


def agree(directory: Path, spark: Any, folder: Path) -> dict[str, int]:
    """Fold what was delivered in three ways, month by month and all alike; the rows that each step made."""
    stores = {}
    for name in ("here", "there", "walk"):
        shutil.copytree(directory, folder / name)
        stores[name] = Store(folder / name)
    here = Recording(OnDuckDB(folder / "people-here"), folder / "made-here")
    there = Recording(OnSpark(spark, (folder / "people-there").as_uri()), folder / "made-there")
    foldings = folding_by(here, stores["here"]), folding_by(there, stores["there"])
    origins = fold.origins(stores["walk"].deliveries(), {})
    found: Counter[str] = Counter()
    for month in sorted({origin.month for origin in origins}):
        until = [origin for origin in origins if origin.month <= month]
        by_duckdb, by_spark = (contents(folding.parts(until)) for folding in foldings)
        assert by_spark == by_duckdb
        found += Counter(held_together(here, there))
    folding, edition_of = cells.told(stores["walk"])
    assert contents(folding.parts(origins)) == by_spark
    for engine in (here, there):
        cells.make(engine, folding, edition_of)
    return dict(found + Counter(held_together(here, there)))


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


@pytest.mark.parametrize("keys", ["of one space", "as drawn"])
def test_two_hundred_random_histories_side_by_side_give_the_same_rows_in_every_step(
    keys: str, spark: Any, tmp_path: Path
) -> None:
    found = drawn(HISTORIES)
    assert len(found) == HISTORIES
    random.Random(7).shuffle(found)
    if keys == "of one space":
        found = [tuple(replace(delivery, key_space="0" * 16) for delivery in history) for history in found]
    sources = tuple(
        partner_source(f"{source}_{number}", priority=1 + (number + place) % 3)
        for number in range(HISTORIES)
        for place, source in enumerate(SOURCES)
    )
    directory = DataDirectory(tmp_path / "own", replace(Reference(), partner_sources=sources))
    deliver(directory, side_by_side(found))
    rows = agree(directory.store.data, spark, tmp_path)
    # Nothing agrees for want of rows.
    assert {name for name in STEP_OF.values() if not rows.get(name)} == set()


@pytest.mark.parametrize("number", range(3))
def test_a_random_history_gives_the_same_rows_in_every_step(number: int, spark: Any, tmp_path: Path) -> None:
    found = drawn(60)
    history = max(found[number::3], key=lambda steps: len({delivery.key_space for delivery in steps}))
    directory = DataDirectory(tmp_path / "own")
    deliver(directory, history)
    agree(directory.store.data, spark, tmp_path)


def test_three_months_of_a_made_sample_give_the_same_rows_in_every_step(
    spark: Any, tmp_path: Path, size: Callable[[Any, Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAKUPAN_KEY_FILE", str(tmp_path / "key"))
    store = Store(tmp_path / "own")
    people = size(2_000, 5_000_000)
    for path in write_people(tmp_path / "sample", people, 3, seed=1, form="parquet"):
        if path.parent.name == "snapshots":
            assert store.load(path, confirmed=True).kept
    shutil.rmtree(tmp_path / "sample")
    before = {name: spark.conf.get(name) for name in LARGE}
    for name, value in LARGE.items():
        spark.conf.set(name, size(before[name], value))
    rows = agree(store.data, spark, tmp_path)
    for name, value in before.items():
        spark.conf.set(name, value)
    assert rows["listed"] > 3 * people
    assert {name for name in STEP_OF.values() if not rows.get(name)} == set()


def test_days_of_birth_are_judged_digested_and_counted_alike(spark: Any, tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "own")
    codes = codes_of(directory.store.reference())
    engines = OnDuckDB(tmp_path / "people"), OnSpark(spark, (tmp_path / "people-there").as_uri())
    days = [dt.date(1900, 1, 1), dt.date(1961, 12, 31), dt.date(2001, 1, 1), dt.date(2021, 4, 30), None]
    years = [None, 1962, None, None, None]
    found = []
    for last in (None, dt.date(1991, 7, 1)):
        columns = {
            "birth_date": pa.array([*days[:-1], last], pa.date32()),
            "birth_year": pa.array(years, pa.int16()),
        }
        partition = members(tmp_path / str(last), "2021-04", *map(person, "abcde"), columns=columns)
        surveys = [survey(engine, APRIL, [str(partition)], codes) for engine in engines]
        assert surveys[0] == surveys[1]
        assert surveys[0].rows == len(days)
        found.append(surveys[0].digest)
    # A day of birth is part of what the members amount to.
    assert len(set(found)) == 2
    parts = []
    for engine in ("duckdb", "spark"):
        own = DataDirectory(tmp_path / engine)
        words = ("--engine", engine, "--data", own.store.data, "--members", tmp_path / str(last))
        parts.append(run("fold", *words, "--json").document["parts"])
        run("publish", "--data", own.store.data)
        ages = answers.breakdown_by_month(edition.open_edition(own.store), as_of=APRIL, dimension="age_band")
        assert {row.part: row.active for row in ages if row.active} == dict.fromkeys(
            ("0-19", "20-29", "30-39", "50-59", "60+"), 1
        )
    assert parts[0] == parts[1]


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


@pytest.mark.parametrize(("lang", "told"), [("id", "Spark berakhir"), ("en", "Spark ended")])
def test_a_spark_that_ends_on_the_way_is_told_as_that_and_nothing_is_kept(
    cluster: Path, tmp_path: Path, lang: str, told: str
) -> None:
    data, work = tmp_path / "data", tmp_path / "work"
    words = [*map(str, CLUSTER), cluster, "--work", work.as_uri(), "--data", data, "--lang", lang]
    with subprocess.Popen(
        [sys.executable, "-m", "enrollment", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as command:
        # By then the first month is folded; two more are to come.
        while command.poll() is None and not list(work.rglob("_SUCCESS")):
            time.sleep(0.05)
        os.kill(java_below(command.pid), signal.SIGKILL)
        out, err = command.communicate()
    assert (command.returncode, out) == (1, "")
    assert told in err
    assert "Traceback" not in err
    assert Store(data).kept() == ()


def java_below(process: int) -> int:
    """The JVM that a process has started."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            name, fields = stat.read_text(encoding="utf-8").rsplit(")", 1)
            if name.endswith("(java") and int(fields.split()[1]) == process:
                return int(stat.parent.name)
    raise AssertionError("no JVM")


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
