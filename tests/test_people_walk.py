"""The walk along files of people says what the steps in SQL say."""

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from enrollment import fold
from enrollment.fold import memberships, merging
from enrollment.fold.cohorts import Cohorts
from enrollment.fold.memberships import KeptPeople, Numbering
from tests.builders.drawn import PROVINCES, SEGMENTS, SOURCES, reported
from tests.oracle import Row

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
