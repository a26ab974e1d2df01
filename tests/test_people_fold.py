"""People one by one: every flow exact to the person, whoever is late, twice or somewhere else."""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enrollment import answers, fold
from enrollment.answers import Filters
from enrollment.fold import memberships, merging, people
from enrollment.fold.cohorts import Cohorts
from enrollment.fold.memberships import KeptPeople, Numbering
from tests import oracle
from tests.builders import DataDirectory, Reference, cell, partner_source, person
from tests.builders.drawn import PROVINCES, SEGMENTS, SOURCES, filters, reported
from tests.oracle import DIMENSIONS, INWARD, OUTWARD, RECLASSIFIED, Row

pytestmark = pytest.mark.long

MARCH, APRIL, MAY = dt.date(2021, 3, 31), dt.date(2021, 4, 30), dt.date(2021, 5, 31)
MONTHS = ("2020-10", "2020-11", "2020-12", "2021-01", "2021-02")
FLOWS = (*INWARD, *OUTWARD, *RECLASSIFIED)
COLUMNS = (
    "month",
    *DIMENSIONS,
    "opening",
    *FLOWS,
    "correction",
    "active",
    "flows_unknown",
    "carried",
    "simulated",
)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "own")


# Random histories


@dataclass(frozen=True)
class Step:
    """One delivery: people one by one, or cells."""

    month: str
    rows: tuple[Row, ...]
    kind: str
    scope: str
    key_space: str


people_rows = st.fixed_dictionaries(
    {
        "source": st.sampled_from(SOURCES),
        "segment": st.sampled_from(SEGMENTS),
        "province": st.sampled_from(PROVINCES),
        "programmes": st.sampled_from(("JKK+JKM", "JKK+JKM+JHT")),
        "regency": reported(("1101",)),
        "sex": reported(("L", "P")),
        "birth_year": reported((1961, 1991, 2001)),
    }
)
cell_rows = st.fixed_dictionaries(
    {
        "source": st.sampled_from(SOURCES),
        "province": st.sampled_from(PROVINCES),
        "active": st.integers(0, 9),
        "new": reported((0, 2)),
    }
)


@st.composite
def steps(draw: st.DrawFn, months: tuple[str, ...]) -> Step:
    kind = draw(st.sampled_from(("members", "members", "members", "totals")))
    scope = draw(st.sampled_from(("full", "full", "province")))
    rows: tuple[Row, ...]
    if kind == "totals":
        drawn = draw(
            st.lists(
                cell_rows, min_size=1, max_size=3, unique_by=lambda row: (row["source"], row["province"])
            )
        )
        rows = tuple(cell(**row) for row in drawn)
    else:
        named = st.tuples(st.sampled_from("abcdefgh"), people_rows)
        found = draw(
            st.lists(named, min_size=1, max_size=8, unique_by=lambda item: (item[0], item[1]["source"]))
        )
        simulated = draw(st.booleans())
        rows = tuple(person(name, **row, simulated=simulated) for name, row in found)
    space = draw(st.sampled_from(("0" * 16,) * 9 + ("1" * 16,)))
    return Step(draw(st.sampled_from(months)), rows, kind, scope, space)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Step, ...]:
    """Deliveries over one to five months in any order, a turn of the year among them."""
    months = MONTHS[: draw(st.integers(1, len(MONTHS)))]
    return tuple(draw(st.lists(steps(months), min_size=1, max_size=8)))


references = st.builds(
    lambda priorities: replace(
        Reference(),
        partner_sources=tuple(
            partner_source(source, priority=priority)
            for source, priority in zip(SOURCES, priorities, strict=True)
        ),
    ),
    st.tuples(*(st.integers(1, 3) for _ in SOURCES)),
)


def deliver(directory: DataDirectory, history: tuple[Step, ...]) -> None:
    for number, step in enumerate(history, start=1):
        if step.kind == "totals":
            directory.deliver(step.month, *step.rows, file=f"kiriman-{number}.csv", scope=step.scope)
        else:
            directory.deliver_people(
                step.month,
                *step.rows,
                file=f"peserta-{number}.csv",
                scope=step.scope,
                key_space=step.key_space,
            )


def folded(directory: DataDirectory) -> list[dict[str, Any]]:
    """The cells of all months as the fold makes them."""
    priorities = {row["source"]: row["priority"] for row in directory.known.partner_sources}
    origins = fold.origins(directory.store.deliveries(), {})
    parts = fold.parts(directory.store, origins, priorities)
    with duckdb.connect() as connection:
        found = connection.execute(
            "select * from read_parquet($paths)", {"paths": [str(part.path) for part in parts]}
        )
        names = [column[0] for column in found.description]
        cells = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    return [{name: cell[name] for name in COLUMNS} for cell in cells]


def by_cell(cells: list[dict[str, Any]]) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {tuple(cell[name] for name in ("month", *DIMENSIONS)): cell for cell in cells}
    assert len(found) == len(cells)
    return found


def agree(directory: DataDirectory) -> list[dict[str, Any]]:
    """Every cell that the fold makes is the one worked out person by person; the cells."""
    cells = folded(directory)
    expected = by_cell(oracle.cells(directory.known))
    assert {key: {name: cell[name] for name in COLUMNS} for key, cell in expected.items()} == by_cell(cells)
    return cells


def closes(cell: Row) -> bool:
    known = {name: cell[name] or 0 for name in FLOWS}
    inward = sum(known[name] for name in (*INWARD, "reclassified_in"))
    outward = sum(known[name] for name in (*OUTWARD, "reclassified_out"))
    return bool(cell["opening"] + inward - outward + cell["correction"] == cell["active"])


def test_every_cell_and_flow_is_the_one_worked_out_person_by_person(size: Callable[[int, int], int]) -> None:
    @settings(max_examples=size(6, 1_000))
    @given(references, histories())
    def hold(reference: Reference, history: tuple[Step, ...]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            directory = DataDirectory(Path(folder), reference)
            deliver(directory, history)
            cells = agree(directory)
            for month in {cell["month"] for cell in cells}:
                here = [cell for cell in cells if cell["month"] == month]
                assert all(closes(cell) for cell in here if cell["opening"] is not None)
                if all(step.kind == "members" for step in history):
                    for way in ("moved", "reclassified"):
                        came = sum(cell[f"{way}_in"] or 0 for cell in here)
                        assert came == sum(cell[f"{way}_out"] or 0 for cell in here)

    hold()


@given(references, histories())
def test_the_answers_about_people_are_those_worked_out_person_by_person(
    reference: Reference, history: tuple[Step, ...]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        directory = DataDirectory(Path(folder), reference)
        deliver(directory, history)
        edition, known = directory.publish(), directory.published
        assert list(answers.known_months(edition)) == oracle.known_months(known)
        for month in oracle.months(known):
            for question in ASKED_BY_MONTH:
                answered = getattr(answers, question)(edition, as_of=month)
                assert list(answered) == getattr(oracle, question)(known, as_of=month), question


ASKED_BY_MONTH = (
    "source_overlap",
    "active_lineage",
    "missing_deliveries",
    "movement_by_month",
    "people_known_since",
    "retention_by_joining_month",
)


@st.composite
def turnover(draw: st.DrawFn) -> tuple[Step, ...]:
    """Months of people who come, go, come back and move; a source may be late or deliver totals once."""
    found = []
    for month in MONTHS:
        for source in SOURCES[:2]:
            kind = draw(st.sampled_from(("members",) * 6 + ("late", "totals")))
            if kind == "totals":
                found.append(Step(month, (cell(3, source=source),), "totals", "full", "0" * 16))
            elif kind == "members" and (named := draw(st.sets(st.sampled_from("abcdefgh"), min_size=1))):
                places = st.tuples(st.sampled_from(SEGMENTS), st.sampled_from(PROVINCES))
                drawn = [(name, *draw(places)) for name in sorted(named)]
                rows = (
                    person(name, source=source, segment=segment, province=province)
                    for name, segment, province in drawn
                )
                found.append(Step(month, tuple(rows), "members", "full", "0" * 16))
    return tuple(found) or (Step(MONTHS[0], (person("a"),), "members", "full", "0" * 16),)


def test_who_stays_is_counted_by_when_and_where_they_joined(size: Callable[[int, int], int]) -> None:
    @settings(max_examples=size(5, 400))
    @given(turnover(), filters)
    def hold(history: tuple[Step, ...], chosen: Filters) -> None:
        with tempfile.TemporaryDirectory() as folder:
            directory = DataDirectory(Path(folder))
            deliver(directory, history)
            edition, known = directory.publish(), directory.published
            narrow: Any = {name: chosen.get(name) for name in ("source", "segment", "province")}
            for as_of in (oracle.months(known)[-1], oracle.months(known)[0]):
                for said in ({}, narrow):
                    answered = answers.retention_by_joining_month(edition, as_of=as_of, **said)
                    assert list(answered) == oracle.retention_by_joining_month(known, as_of=as_of, **said)
            # Who joins is who the cube says is new.
            for row in answers.retention_by_joining_month(edition, as_of=oracle.months(known)[-1]):
                new = (cell["new"] for cell in oracle.cells(known) if cell["month"] == row.joined)
                assert row.people == oracle.total(new)
                assert row.months or row.people == row.active

    hold()


@given(histories())
def test_how_people_are_grouped_in_parts_changes_nothing(history: tuple[Step, ...]) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(people, "ROW_GROUP", 1)
        directory = DataDirectory(Path(folder))
        deliver(directory, history)
        agree(directory)


# What is worked out beside the SQL says what the SQL says

# Halves of keys that meet often, and lie at both ends.
keys = st.builds(
    lambda high, low: high << 64 | low,
    st.sampled_from((0, 1, 2, 1 << 63, (1 << 64) - 1)),
    st.sampled_from((0, 1, 2, (1 << 64) - 1)),
)
CELLS, SEGMENT = 4, 2
"""Cells of each source, and of each segment of it; a number is a cell and a bit."""
LAST = 3
"""Cohorts of months before."""
numbers = st.integers(CELLS * 2, 4 * CELLS * 2 - 1)
pieces = st.lists(st.integers(0, 12), max_size=4)


def sliced(rows: list[tuple[int, int]], cuts: list[int]) -> Iterator[merging.Slice]:
    """Rows of key and number in the order of the keys, in some slices, empty ones among them."""
    rows = sorted(rows, key=lambda row: row[0])
    ends = [0, *sorted(cuts), len(rows)]
    for begin, end in pairwise(ends):
        some = rows[begin:end]
        stored = pa.array([key.to_bytes(16) for key, _ in some], pa.binary(16))
        held = pa.chunked_array([pa.ExtensionArray.from_storage(pa.uuid(), stored)])
        yield merging.Slice.of(held, np.array([number for _, number in some], np.int64))


@given(
    st.lists(st.tuples(st.lists(st.tuples(keys, numbers), max_size=12), pieces), max_size=3),
    st.dictionaries(
        keys,
        st.tuples(st.integers(CELLS, 4 * CELLS - 1), st.booleans(), st.integers(0, LAST)),
        max_size=12,
    ),
    pieces,
    st.lists(st.booleans(), min_size=4 * CELLS, max_size=4 * CELLS),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_merging_says_what_the_steps_say(
    files: list[tuple[list[tuple[int, int]], list[int]]],
    known: dict[int, tuple[int, bool, int]],
    cuts: list[int],
    carried: list[bool],
    comparable: list[bool],
) -> None:
    before = [
        (key, cell * 4 + (2 + carried[cell] if active else 0)) for key, (cell, active, _) in known.items()
    ]
    found = tuple(
        merging.merged((sliced(*file) for file in files), sliced(before, cuts), of_source=CELLS * 2)
    )
    cohorts = Cohorts(
        (np.array([known[key][2]], np.int32) for key in sorted(known)),
        comparable,
        of_source=CELLS * 2,
        of_cohort=SEGMENT * 2,
        last=LAST,
    )
    joined = [number for some in found for number in cohorts.of(some).tolist()]
    with duckdb.connect() as connection:
        connection.execute("create table memberships (key uuid, number bigint, source bigint)")
        connection.execute("create table known (key uuid, place bigint, active boolean, cohort integer)")
        connection.execute("create table places (place bigint, source bigint, segment bigint, province text)")
        connection.execute("create table compared (source bigint, comparable boolean)")
        connection.execute(
            "create table cells_before (place bigint, cell bigint, source bigint, carried boolean)"
        )
        for key, number in (row for rows, _ in files for row in rows):
            values = (UUID(int=key), number, number // (CELLS * 2))
            connection.execute("insert into memberships values (?, ?, ?)", values)
        for key, (cell, *said) in known.items():
            connection.execute("insert into known values (?, ?, ?, ?)", (UUID(int=key), cell + 100, *said))
        for cell, is_carried in enumerate(carried):
            values = (cell + 100, cell, cell // CELLS, is_carried)
            connection.execute("insert into cells_before values (?, ?, ?, ?)", values)
            values = (cell, cell // CELLS, cell % CELLS // SEGMENT, "ID-AC")
            connection.execute("insert into places values (?, ?, ?, ?)", values)
        connection.executemany("insert into compared values (?, ?)", list(enumerate(comparable)))
        connection.execute(f"create table people as {fold.step('people')}")
        connection.execute(f"create table cohorts_begun as {fold.step('cohorts_begun')}", {"last": LAST})
        begun = connection.execute("select source, segment from cohorts_begun order by cohort").fetchall()
        expected = connection.execute("from people order by key::varchar").fetchall()
        places = connection.execute(f"from ({fold.step('people_known')}) order by key::varchar").fetchall()
        listings = connection.execute(fold.step("people_listed")).fetchall()

    def column(name: str) -> list[Any]:
        return [value for some in found for value in getattr(some, name).tolist()]

    named = [UUID(bytes=key) for some in found for key in some.keys.storage.to_pylist()]
    nowhere = {merging.NOWHERE: None}
    ways = ([nowhere.get(value, value) for value in column(name)] for name in ("before", "listed"))
    assert list(zip(named, *ways, strict=True)) == expected
    assert list(zip(named, column("place"), column("active"), joined, strict=True)) == places
    assert [divmod(code, CELLS // SEGMENT) for code in cohorts.begun] == begun
    active = Counter(cohort for *_, is_active, cohort in places if is_active)
    assert cohorts.active[1:].tolist() == [active[cohort] for cohort in range(1, cohorts.last + 1)]
    listed, stayed = Counter(column("sources")), Counter(column("stayed"))
    assert {source: (people, stayed[source]) for source, people in listed.items()} == {
        source: (people, staying) for source, people, staying in listings
    }


kept_rows = st.fixed_dictionaries(
    {
        "key": keys,
        "source": st.sampled_from(SOURCES),
        "segment": st.sampled_from(SEGMENTS),
        "province": st.sampled_from(PROVINCES),
        "regency": reported(("1101", "1102")),
        "programmes": st.sampled_from(("JKK+JKM", "JKK+JKM+JHT")),
        "sex": reported(("L", "P")),
        "birth_year": reported((1900, 1961, 1962, 1991, 2001, 2002, 2030)),
        "birth_date": reported((dt.date(1961, 12, 31), dt.date(2001, 1, 1))),
        "simulated": st.booleans(),
    }
)


@given(
    st.lists(kept_rows, min_size=1, max_size=12),
    st.integers(1, 5),
    st.sampled_from((("source", "regency"), False)),
    st.sampled_from((None, frozenset(SOURCES[:1]))),
    st.sampled_from((frozenset(), frozenset(PROVINCES[:1]))),
)
def test_memberships_say_what_the_steps_say(
    rows: list[Row],
    group: int,
    packed: Any,
    sources: frozenset[str] | None,
    without: frozenset[str],
) -> None:
    rows = sorted(rows, key=lambda row: row["key"])
    texts = tuple(memberships.DIMENSIONS.values())
    stored = pa.array([row["key"].to_bytes(16) for row in rows], pa.binary(16))
    table = pa.table(
        {
            "key": pa.ExtensionArray.from_storage(pa.uuid(), stored),
            **{name: pa.array([row[name] for row in rows], pa.string()) for name in texts},
            "birth_year": pa.array([row["birth_year"] for row in rows], pa.int16()),
            "birth_date": pa.array([row["birth_date"] for row in rows], pa.date32()),
            "simulated": [row["simulated"] for row in rows],
        }
    )
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        path = Path(folder) / "kept.parquet"
        pq.write_table(table, path, row_group_size=group, use_dictionary=packed)
        kept = KeptPeople(path, sources, without)
        values = kept.values()
        assert values == {name: {row[name] for row in rows} - {None} for name in texts}
        codes = {name: sorted(values[column]) for name, column in memberships.DIMENSIONS.items()}
        found = tuple(kept.slices(Numbering(codes), 2021))
        steps = connection.execute(
            f"""
            with listed as (
                select * replace (coalesce(birth_year, year(birth_date)) as birth_year)
                from read_parquet($path)
                where ($chosen is null or list_contains($chosen::varchar[], source))
                    and not list_contains($without::varchar[], province)
            ),
            rows as ({fold.step("listed_people")})
            select key, number from ({fold.step("place_number")}) order by key::varchar, number
            """,  # noqa: S608 - the steps are the project's own
            {
                "path": str(path),
                "year": 2021,
                "chosen": sources and sorted(sources),
                "without": sorted(without),
                **codes,
            },
        ).fetchall()
    numbered = [
        (UUID(int=int(high) << 64 | int(low)), int(number))
        for some in found
        for high, low, number in zip(some.high, some.low, some.number, strict=True)
    ]
    assert sorted(numbered) == steps


# One rule at a time


def flows(directory: DataDirectory, month: dt.date, source: str | None = None) -> dict[str, int | None]:
    """The flows of a month that are not nought."""
    row = answers.movement_by_month(directory.publish(), as_of=month, source=source)[-1]
    named = {name: getattr(row, name) for name in (*FLOWS, "correction", "flows_unknown")}
    return {name: number for name, number in named.items() if number != 0}


def test_who_was_active_elsewhere_and_appears_under_a_partner_is_moved_never_new(
    directory: DataDirectory,
) -> None:
    others = person("c", source="LAINNYA")
    directory.deliver_people("2021-03", person("a", source="LAINNYA"), person("b"), others)
    directory.deliver_people("2021-04", person("a"), person("b"), others)
    assert flows(directory, APRIL) == {"moved_in": 1, "moved_out": 1}
    assert flows(directory, APRIL, "TPP") == {"moved_in": 1}


def test_who_comes_back_after_a_pause_is_reactivated(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b"))
    directory.deliver_people("2021-04", person("b"))
    directory.deliver_people("2021-05", person("a"), person("b"), person("c"))
    assert flows(directory, APRIL) == {"lapsed": 1}
    assert flows(directory, MAY) == {"reactivated": 1, "new": 1}


def test_a_birthday_year_shows_in_january_as_a_reclassification(directory: DataDirectory) -> None:
    directory.deliver_people("2020-12", person("a", birth_year=1991), person("b", birth_year=1985))
    directory.deliver_people("2021-01", person("a", birth_year=1991), person("b", birth_year=1985))
    january = dt.date(2021, 1, 31)
    assert flows(directory, january) == {"reclassified_in": 1, "reclassified_out": 1}


def test_people_of_a_late_source_stay_wherever_else_they_are_listed(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a", source="BUMDES"), person("b"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    edition = directory.publish()
    assert flows(directory, APRIL) == {}
    assert [
        (row.source, row.listed, row.counted, row.elsewhere)
        for row in answers.source_overlap(edition, as_of=APRIL)
    ] == [
        ("TPP", 2, 1, 1),
        ("BUMDES", None, None, None),
    ]


def test_provinces_that_no_file_of_the_month_names_are_carried(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b", province="ID-JB"))
    directory.deliver_people("2021-04", person("c"), scope="province")
    edition = directory.publish()
    april = answers.known_months(edition)[-1]
    assert (april.active, april.missing, april.carried) == (2, 1, 1)
    assert flows(directory, APRIL) == {"new": 1, "lapsed": 1}
    lineage = answers.active_lineage(edition, as_of=APRIL)
    assert {row.file: row.active for row in lineage} == {"peserta-2021-03.csv": 1, "peserta-2021-04.csv": 1}


def test_of_a_source_that_goes_from_totals_to_people_only_the_net_change_is_known(
    directory: DataDirectory,
) -> None:
    directory.deliver("2021-03", cell(5))
    directory.deliver_people("2021-04", person("a"), person("b"))
    unknown = dict.fromkeys(FLOWS)
    assert flows(directory, APRIL) == {**unknown, "correction": -3, "flows_unknown": -3}
    directory.deliver_people("2021-05", person("a"), person("c"))
    assert flows(directory, MAY) == {"new": 1, "lapsed": 1}


def test_under_other_keys_nobody_is_recognised_and_the_overlap_is_not_known(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b", source="PEMDA"))
    directory.deliver_people("2021-04", person("a"), key_space="1" * 16, file="kunci-baru.csv")
    directory.deliver_people("2021-04", person("b", source="PEMDA"))
    edition = directory.publish()
    assert flows(directory, APRIL, "TPP") == dict.fromkeys(FLOWS)
    assert {row.elsewhere for row in answers.source_overlap(edition, as_of=APRIL)} == {None}


def retention(directory: DataDirectory, **said: Any) -> list[tuple[int, int, int]]:
    """Month of joining, months since and people still active, in May."""
    rows = answers.retention_by_joining_month(directory.publish(), as_of=MAY, **said)
    return [(row.joined.month, row.months, row.active) for row in rows]


def test_who_was_there_in_the_first_known_month_is_in_no_cohort(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("b"))
    directory.deliver_people("2021-05", person("a"), person("b"))
    assert retention(directory) == [(4, 0, 1), (4, 1, 1)]


def test_who_comes_back_counts_again_in_the_cohort_they_joined(directory: DataDirectory) -> None:
    directory.deliver_people("2021-02", person("a"))
    directory.deliver_people("2021-03", person("a"), person("b"), person("c"))
    directory.deliver_people("2021-04", person("a"), person("c"))
    directory.deliver_people("2021-05", person("a"), person("b"))
    assert retention(directory) == [(3, 0, 2), (3, 1, 1), (3, 2, 1)]
    (row, *_) = answers.retention_by_joining_month(directory.publish(), as_of=MARCH)
    assert (row.people, row.share) == (2, 1.0)


def test_who_moves_stays_in_the_cohort_they_joined(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    directory.deliver_people("2021-05", person("b", source="PEMDA", province="ID-JB", segment="PU"))
    assert retention(directory, source=["TPP"], segment=["BPU"], province=["ID-AC"]) == [(4, 0, 1), (4, 1, 1)]
    assert retention(directory, source=["PEMDA"]) == retention(directory, province=["ID-JB"]) == []


def test_people_who_are_carried_are_still_active_in_their_cohort(directory: DataDirectory) -> None:
    directory.deliver_people("2021-02", person("a"))
    directory.deliver_people("2021-03", person("a"), person("b"))
    # April knows nothing new of anybody, May only of another source.
    directory.deliver("2021-04", cell(5, source="LAINNYA"))
    directory.deliver_people("2021-05", person("c", source="PEMDA"))
    assert retention(directory) == [(3, 0, 1), (3, 1, 1), (3, 2, 1), (5, 0, 1)]


def test_who_appears_where_nobody_is_known_to_be_new_is_in_no_cohort(directory: DataDirectory) -> None:
    directory.deliver("2021-03", cell(5))
    directory.deliver_people("2021-04", person("a"), person("b"))
    directory.deliver_people("2021-05", person("a"), person("c"))
    assert retention(directory) == [(5, 0, 1)]


def test_it_is_said_since_when_and_of_whom_people_are_known(directory: DataDirectory) -> None:
    directory.deliver("2021-03", cell(5))
    directory.deliver("2021-04", cell(70, source="LAINNYA"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    edition = directory.publish()
    (march,) = answers.people_known_since(edition, as_of=MARCH)
    (april,) = answers.people_known_since(edition, as_of=APRIL)
    assert march == answers.PeopleKnownSince(None, 0, 1, 0, 5)
    assert april == answers.PeopleKnownSince(APRIL, 1, 2, 2, 72)


def test_one_more_month_of_people_folds_one_month(directory: DataDirectory) -> None:
    def folded_files() -> set[str]:
        return {path.name for path in (directory.store.root / "parts").glob("*.parquet")}

    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("a"), person("b"))
    directory.publish()
    before = folded_files()
    directory.deliver_people("2021-05", person("b"))
    directory.publish()
    assert before < folded_files()
    kinds = sorted(name.split("-")[0] for name in folded_files() - before)
    assert len(kinds) == 5
    assert {"cohorts", "overlap", "people", "places"} < set(kinds)


@pytest.mark.parametrize("kind", ["people", "places", "cohorts"])
def test_lost_parts_are_folded_again_to_the_same_content(directory: DataDirectory, kind: str) -> None:
    directory.deliver_people("2021-03", person("a"))
    directory.deliver_people("2021-04", person("a", source="PEMDA"), *(person(name) for name in "bcd"))
    before = directory.publish().fingerprint
    for path in (directory.store.root / "parts").glob(f"{kind}-*.parquet"):
        path.unlink()
    directory.deliver_people("2021-05", person("b"), person("e", province="ID-JB"))
    agree(directory)
    assert directory.publish().fingerprint != before
    assert retention(directory) == [(4, 0, 3), (4, 1, 1), (5, 0, 1)]


def test_a_folded_month_that_is_made_again_numbers_its_cohorts_as_before(directory: DataDirectory) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (directory.store.root / "parts").iterdir()}

    directory.deliver_people("2021-03", person("a"))
    everywhere = [(source, province) for source in SOURCES for province in PROVINCES]
    directory.deliver_people(
        "2021-04", *(person(f"{place}", source=place[0], province=place[1]) for place in everywhere)
    )
    directory.publish()
    before = files()
    for name in before:
        (directory.store.root / "parts" / name).unlink()
    folded(directory)
    assert files() == before


def test_people_are_counted_in_whole_numbers_from_the_first_step_on(directory: DataDirectory) -> None:
    directory.deliver_people("2021-03", person("a"), person("b", source="PEMDA"))
    edition = directory.publish()
    with duckdb.connect() as connection:
        for path in (directory.store.root / "parts").glob("*.parquet"):
            described = connection.execute(
                "describe from read_parquet($path)", {"path": str(path)}
            ).fetchall()
            assert [row for row in described if row[1] in ("DOUBLE", "FLOAT", "HUGEINT")] == []
    cursor = edition.cursor()
    for table in ("lineage_parts", "overlap", "cohorts", "cube_fine"):
        types = {row[1] for row in cursor.execute(f"describe {table}").fetchall()}
        assert types <= {"DATE", "VARCHAR", "BOOLEAN", "BIGINT"}
    cursor.close()
