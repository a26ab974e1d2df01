"""The sandbox: what analysts ask is answered, and what goes further is refused, twice over."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from enrollment import answers, disclosure, publishing, sandbox, schema
from enrollment.edition import Edition, UnknownEdition, publications
from enrollment.store import Store
from tests.sandbox import attacks

ROOT = Path(__file__).resolve().parents[2]

# Each statement ends with a semicolon at the end of its line; lines that begin with -- are headings.
ORDINARY = [
    statement.strip()
    for statement in re.sub(
        r"^--.*\n",
        "",
        Path(__file__).with_name("ordinary.sql").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    ).split(";\n")
    if statement.strip()
]

FORBIDDEN = {
    "reads": (*attacks.READS, *attacks.POINTERS),
    "writes": attacks.WRITES,
    "modifications": attacks.MODIFICATIONS,
    "settings": attacks.SETTINGS,
    "network": attacks.NETWORK,
    "information": attacks.INFORMATION,
    "hidden tables": attacks.HIDDEN_TABLES,
}


@pytest.fixture(scope="module")
def edition(published_sample: Path) -> Edition:
    return publishing.current(Store(published_sample / "data"))


@pytest.fixture(autouse=True)
def asked_of_the_sample(published_sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAKUPAN_DATA", str(published_sample / "data"))


@pytest.fixture(scope="module")
def free(edition: Edition) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB without any sandbox, over the same tables and columns."""
    connection = duckdb.connect()
    connection.execute("set threads = 1")
    connection.execute(f"attach '{edition.path}' as edition (read_only)")
    connection.execute("use edition")
    for name, select in sandbox.permitted(edition).items():
        connection.execute(f"create table memory.main.{name} as {select}")
    connection.execute("use memory")
    connection.execute("detach edition")
    yield connection
    connection.close()


def spelled(attack: str, edition: Edition, out: Path = Path("/tmp")) -> str:  # noqa: S108
    """An attack with the paths that it is after."""
    store = edition.path.parents[1]
    return attack.format(
        out=out,
        edition=edition.path,
        data=store.parent,
        snapshots=store / "snapshots",
        publication=store / "publications" / "000001.json",
    )


@pytest.mark.parametrize("sql", ORDINARY)
def test_what_analysts_ordinarily_ask_is_answered_as_free_duckdb_answers_it(
    sql: str, free: duckdb.DuckDBPyConnection
) -> None:
    wanted = free.execute(sql)
    columns = tuple(column[0] for column in wanted.description)
    rows = wanted.fetchall()
    assert rows, "a statement that answers nothing shows nothing"
    found = sandbox.run(sql)
    assert (found.columns, list(found.rows)) == (columns, rows)
    assert not found.cut


@pytest.mark.parametrize("after", FORBIDDEN)
def test_what_an_analyst_may_not_is_refused_by_name(after: str, edition: Edition) -> None:
    got_through = {}
    for attack in FORBIDDEN[after]:
        sql = spelled(attack, edition)
        try:
            got_through[sql] = sandbox.run(sql).rows
        except sandbox.Mistake as mistake:
            # Not understood at all is refused too, as long as nothing was looked at.
            if "Parser Error" not in mistake.values["said"] and "Binder Error" not in mistake.values["said"]:
                got_through[sql] = mistake.values["said"]
        except (sandbox.NotOneSelect, sandbox.NotPermitted, sandbox.PivotNeedsList):
            continue
    assert got_through == {}


def test_there_are_more_than_a_hundred_and_fifty_attacks_and_sixty_ordinary_questions() -> None:
    assert sum(map(len, FORBIDDEN.values())) + len(attacks.EXHAUSTION) >= 150
    assert len(ORDINARY) >= 60


def test_no_refusal_names_a_path_or_a_hidden_table(edition: Edition) -> None:
    hidden = {"reference_files", "lineage_parts"}
    for attack in (*attacks.HIDDEN_TABLES, *attacks.INFORMATION, "from month", "select nothing from months"):
        sql = spelled(attack, edition)
        with pytest.raises(sandbox.Refused) as refusal:
            sandbox.run(sql)
        said = " ".join((*refusal.value.values.values(), refusal.value.filled))
        assert str(edition.path.parents[2]) not in said
        assert edition.path.name not in said
        assert not [name for name in hidden if name in said and name not in sql]


def test_behind_the_list_the_process_itself_can_read_write_and_reach_nothing(
    edition: Edition, tmp_path: Path
) -> None:
    """The same attacks past the list: the second wall alone stops them."""
    attacked = (*attacks.READS, *attacks.WRITES, *attacks.NETWORK)
    given = {
        "edition": str(edition.path),
        "tables": dict(sandbox.permitted(edition)),
        "statements": [spelled(attack, edition, tmp_path) for attack in attacked],
    }
    found = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("beyond.py"))],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    gave = json.loads(found.stdout)
    assert len(gave) == len(attacked)
    assert {sql: rows for sql, rows in gave.items() if rows} == {}
    assert list(tmp_path.iterdir()) == []


def test_statements_that_never_end_or_want_all_memory_are_ended_in_time(
    published_sample: Path, size: Callable[[int, int], int]
) -> None:
    chosen = attacks.EXHAUSTION[:: size(8, 1)]
    found = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("exhausting.py"))],
        input=json.dumps(chosen),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    report = json.loads(found.stdout)
    answered = {
        sql[:80]: outcome for sql, outcome in report["outcomes"].items() if outcome["refused"] is None
    }
    assert {sql: outcome for sql, outcome in answered.items() if outcome["bytes"] > 10_000_000} == {}
    assert {sql[:80]: o["seconds"] for sql, o in report["outcomes"].items() if o["seconds"] > 6} == {}
    assert report["most_kilobytes"] < 1_000_000
    assert any(outcome["refused"] == "TookTooLong" for outcome in report["outcomes"].values())


def test_values_come_back_as_the_kind_they_are() -> None:
    columns, rows = sandbox.run(
        "select date '2021-04-09' as day, timestamp '2021-04-09 10:00' as moment,"
        " 1.50::decimal(9, 2) as exact, 170141183460469231731687303715884105727::hugeint as huge,"
        " interval 36 hours as span, [1, 2] as list, {'a': date '2021-04-09'} as pair, 'ab'::blob as bytes,"
        " null as nothing, 'nan'::double as odd"
    )
    (row,) = rows
    found = dict(zip(columns, row, strict=True))
    assert found["odd"] != found["odd"]
    del found["odd"]
    assert found == {
        "day": dt.date(2021, 4, 9),
        "moment": dt.datetime(2021, 4, 9, 10),  # noqa: DTZ001
        "exact": Decimal("1.50"),
        "huge": 2**127 - 1,
        "span": dt.timedelta(hours=36),
        "list": [1, 2],
        "pair": {"a": dt.date(2021, 4, 9)},
        "bytes": b"ab",
        "nothing": None,
    }


def test_more_rows_than_are_let_out_are_cut_and_said_to_be() -> None:
    found = sandbox.run("select * from range(10_001) order by 1")
    assert found.cut
    assert [value for (value,) in found.rows] == list(range(10_000))
    assert not sandbox.run("from range(10_000)").cut


def test_a_parameter_is_bound_and_never_pasted() -> None:
    sql = "select active from months where month = $as_of"
    (row,) = sandbox.run(sql, params={"as_of": dt.date(2021, 8, 31)}).rows
    assert row == (29_200_000,)
    hostile = sandbox.run("select $text as text", params={"text": "'; drop table months; --"})
    assert hostile.rows == (("'; drop table months; --",),)


@pytest.mark.parametrize(
    ("bare", "filled"),
    [
        (
            "pivot cube_coarse on segment using sum(active) group by month order by month",
            "pivot cube_coarse on segment in ('BPU', 'JAKON', 'PMI', 'PU') using sum(active) group by month"
            " order by month",
        ),
        (
            "with few as (from cube_coarse where segment <> 'PMI') pivot few on segment using sum(active)",
            "with few as (from cube_coarse where segment <> 'PMI') pivot few on segment"
            " in ('BPU', 'JAKON', 'PU') using sum(active)",
        ),
        (
            "from (pivot (from cube_coarse where month >= date '2021-07-01') on month using sum(active)"
            " group by source)",
            "from (pivot (from cube_coarse where month >= date '2021-07-01') on month"
            " in (date '2021-07-31', date '2021-08-31') using sum(active) group by source)",
        ),
    ],
)
def test_a_pivot_without_its_list_comes_back_with_the_list_and_then_runs(
    bare: str, filled: str, free: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(sandbox.PivotNeedsList) as refusal:
        sandbox.run(bare)
    assert refusal.value.filled == filled
    wanted = free.execute(bare)
    columns = tuple(column[0] for column in wanted.description)
    found = sandbox.run(filled)
    assert found.columns == columns
    assert sorted(found.rows, key=str) == sorted(wanted.fetchall(), key=str)


def test_a_pivot_whose_list_would_be_endless_is_refused_without_one() -> None:
    with pytest.raises(sandbox.PivotNeedsList) as refusal:
        sandbox.run("pivot cube_fine on active using count(*)")
    assert refusal.value.filled == ""


def test_a_table_that_is_nearly_named_is_suggested() -> None:
    with pytest.raises(sandbox.NotPermitted) as refusal:
        sandbox.run("from cube_corse")
    assert (refusal.value.reason, refusal.value.values["near"]) == ("table_near", "cube_coarse")


def test_nothing_is_there_but_what_the_schema_describes(edition: Edition) -> None:
    shown = {name for (name,) in sandbox.run("show tables").rows}
    assert shown == {table.name for table in schema.TABLES}
    for table in schema.TABLES:
        described = [row[0] for row in sandbox.run(f"describe {table.name}").rows]
        assert described == [column.name for column in table.columns]


def test_an_older_edition_answers_with_its_own_numbers(published_sample: Path) -> None:
    found, _ = publications(Store(published_sample / "data"))
    sql = "select max(month), arg_max(active, month) from months"
    newest, oldest = sandbox.run(sql), sandbox.run(sql, edition=found[0].fingerprint[:10])
    assert oldest.edition == found[0].short
    assert oldest.rows != newest.rows
    with pytest.raises(UnknownEdition):
        sandbox.run(sql, edition="0123456789")


def one_of_many(n: int) -> sandbox.Result:
    return sandbox.run("select $n as n, sum(active) from cube_fine", params={"n": n})


def test_a_viewers_statement_sees_protected_counts_and_an_analysts_the_exact_ones(edition: Edition) -> None:
    sql = "select sum(active) from cube_traits where month = $as_of and source = 'TPP' and sex = 'P'"
    month = {"as_of": dt.date(2021, 8, 31)}
    rows = answers.breakdown(edition, dimension="sex", since=None, as_of=month["as_of"], source=["TPP"])
    (exact,) = (row.closing for row in rows if row.part == "P")
    assert sandbox.run(sql, params=month).rows == ((exact,),)
    ((shown,),) = sandbox.run(sql, role="viewer", params=month).rows
    assert shown % disclosure.BASE == 0
    assert abs(shown - exact) <= disclosure.FARTHEST
    assert (
        sandbox.run("select * from months order by 1", role="viewer").rows
        == sandbox.run("select * from months order by 1").rows
    )


def test_several_ask_at_once_and_each_gets_an_answer_of_their_own() -> None:
    with ThreadPoolExecutor(12) as visitors:
        found = list(visitors.map(one_of_many, range(36)))
    assert [result.rows[0][0] for result in found] == list(range(36))
    assert len({result.rows[0][1] for result in found}) == 1


def busy() -> int:
    """The one process that is at work on a statement."""
    children = "".join(
        path.read_text(encoding="ascii") for path in Path("/proc/self/task").glob("*/children")
    ).split()
    workers = {
        int(child) for child in children if b"sandboxed.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
    }
    waiting = {worker.process.pid for worker in sandbox._POOL.idle}
    (process,) = workers - waiting
    return process


def test_a_process_that_dies_is_one_visitors_message_and_the_next_is_answered(edition: Edition) -> None:
    sandbox.run("select 1")
    running = sandbox.Running(edition, "select count(*) from range(10_000_000_000_000)")
    with ThreadPoolExecutor(2) as visitors:
        waiting = visitors.submit(running.result)
        beside = visitors.submit(sandbox.run, "select 2")
        assert beside.result().rows == ((2,),)
        time.sleep(0.5)
        os.kill(busy(), signal.SIGKILL)
        with pytest.raises(sandbox.WorkerDied):
            waiting.result()
    assert sandbox.run("select 3").rows == ((3,),)


def test_whoever_cancels_is_let_go_at_once(edition: Edition) -> None:
    sandbox.run("select 1")
    running = sandbox.Running(edition, "select count(*) from range(10_000_000_000_000)")
    threading.Timer(0.3, running.cancel).start()
    begun = time.monotonic()
    with pytest.raises(sandbox.Cancelled):
        running.result()
    assert time.monotonic() - begun < sandbox.SECONDS


def test_nothing_is_kept_from_one_statement_to_the_next() -> None:
    sandbox.run("with mine as (select 42 as x) select * from mine")
    with pytest.raises(sandbox.NotPermitted):
        sandbox.run("from mine")
