"""People of a month: everybody known by then, and how they came to be counted where they are.

A part holds one row per person ever known, in the order of the keys: key, the cell in which they are or
were last counted, whether they are active, and the cohort in which they joined. A month's part is made from
the part before it and the month's files about people in one walk along the keys, so that memory does not
grow with the people.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enrollment.contract.values import AGE_BANDS
from enrollment.fold import merging
from enrollment.fold.cohorts import Cohorts
from enrollment.fold.memberships import DIMENSIONS, KeptPeople, Numbering
from enrollment.fold.merging import Slice
from enrollment.fold.origins import Holding, Origin
from enrollment.fold.steps import literal, step
from enrollment.store import Store

ROW_GROUP = 1 << 18
"""So many people, and fewer than twice as many, lie in one row group of a part."""
LAST = 1 << 31
"""The priority of a source that the list of partner sources no longer names."""

PLACES = """
    place bigint, source varchar, segment varchar, province varchar, regency varchar, programmes varchar,
    sex varchar, age_band varchar
"""
CELLS = """
    source varchar, segment varchar, province varchar, regency varchar, programmes varchar, sex varchar,
    age_band varchar, new bigint, reactivated bigint, lapsed bigint, moved_in bigint, moved_out bigint,
    reclassified_in bigint, reclassified_out bigint, active bigint, simulated boolean, comparable boolean
"""
COHORTS = """
    cohort integer, joined date, source varchar, segment varchar, province varchar, joined_people bigint,
    active bigint
"""
_SCHEMA = pa.schema(
    [("key", pa.uuid()), ("place", pa.int64()), ("active", pa.bool_()), ("cohort", pa.int32())]
)


@dataclass(frozen=True, slots=True)
class People:
    """The people of a month, and the cells and cohorts behind their numbers, as Parquet files."""

    known: Path
    places: Path
    cohorts: Path


def listed(origins: Sequence[Origin]) -> dict[Holding, list[str]]:
    """The files about people that count for a month, each with the sources it counts for."""
    found: dict[Holding, list[str]] = {}
    for origin in origins:
        for holding in origin.fresh:
            if holding.delivery.about_people:
                found.setdefault(holding, []).append(origin.source)
    return found


def fold(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    origins: Sequence[Origin],
    previous: People | None,
    priorities: Mapping[str, int],
    known: Path,
    *,
    first: bool,
) -> None:
    """Fold the people of a month: the part goes to `known`. `first` is a month with none known before it.

    Expects the table `delivered`. Leaves `people_cells` (CELLS), `places`, `cohorts` and `overlap` behind.
    """
    kept = _kept(store, listed(origins))
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"create temp table places_before ({PLACES})")
    connection.execute(f"create temp table cohorts_before ({COHORTS})")
    if previous:
        connection.execute(f"insert into places_before from read_parquet({literal(previous.places)})")
        connection.execute(f"insert into cohorts_before from read_parquet({literal(previous.cohorts)})")
    numbering = Numbering(_codes(connection, kept, numbered(origins, priorities)))
    lists = {**numbering.codes, "age_bands": list(AGE_BANDS)}
    connection.execute(
        f"""
        create temp table cells_before as
        with rows as ({step("places_aged")}),
        numbered as ({step("place_number")})
        {step("cells_before")}
        """,
        lists,
    )
    memberships = [file.slices(numbering, origins[0].month.year) for file in kept]
    people = merging.merged(memberships, _known(connection, previous), numbering.of_source)
    comparing = compared(origins, first)
    cohorts = _cohorts(connection, previous, numbering, comparing)
    _count(connection, people, cohorts, numbering.codes["sources"], known)
    connection.execute(f"create temp table places as {step('people_places')}", lists)
    connection.register("compared_sources", comparing)
    connection.execute("create temp table compared as from compared_sources")
    _count_cohorts(connection, cohorts, numbering, origins[0].month)
    connection.execute(f"create temp view people_cells as {step('people_cells')}")
    connection.execute(
        f"create temp table overlap as {step('people_overlap')}", {"one_key_space": one_key_space(origins)}
    )
    connection.execute("set preserve_insertion_order = true")


def _kept(store: Store, files: Mapping[Holding, Sequence[str]]) -> list[KeptPeople]:
    return [
        KeptPeople(
            store.people(holding.delivery),
            None if set(sources) == set(holding.delivery.sources) else frozenset(sources),
            holding.without,
        )
        for holding, sources in files.items()
    ]


def _codes(
    connection: duckdb.DuckDBPyConnection, kept: Iterable[KeptPeople], sources: Sequence[str]
) -> dict[str, Sequence[str]]:
    """The values of each dimension in the order in which numbers are made of them."""
    found = [file.values() for file in kept]
    codes: dict[str, Sequence[str]] = {"sources": sources}
    for name, column in list(DIMENSIONS.items())[1:]:
        before = connection.execute(f"select distinct {column} from places_before").fetchall()  # noqa: S608
        values = {value for (value,) in before if value is not None}
        codes[name] = sorted(values.union(*(file[column] for file in found)))
    return codes


def _known(connection: duckdb.DuckDBPyConnection, previous: People | None) -> Iterator[Slice]:
    """Everybody known a month earlier, with what `people.sql` calls before."""
    if previous is None:
        return
    cells: pa.Table = connection.sql("select place, cell, carried from cells_before").to_arrow_table()
    inactive = cells["cell"].to_numpy() * 4
    active = inactive + 2 + cells["carried"].to_numpy()
    with pq.ParquetFile(previous.known) as file:
        for group in range(file.num_row_groups):
            rows = file.read_row_group(group, ["key", "place", "active"])
            cell = pc.index_in(rows["place"], value_set=cells["place"]).to_numpy()
            before = np.where(rows["active"].to_numpy(), active[cell], inactive[cell])
            yield Slice.of(rows["key"], before)


def _cohorts(
    connection: duckdb.DuckDBPyConnection, previous: People | None, numbering: Numbering, compared: pa.Table
) -> Cohorts:
    """The cohorts so far, into which the people of a month are put."""
    (last,) = connection.sql("select coalesce(max(cohort), 0) from cohorts_before").fetchall()[0]
    comparable = dict(zip(compared["source"].to_pylist(), compared["comparable"].to_pylist(), strict=True))
    return Cohorts(
        _cohorts_known(previous),
        # No source has the first place.
        [False, *(comparable[source] for source in numbering.codes["sources"])],
        of_source=numbering.of_source,
        of_cohort=numbering.weights["segment"],
        last=last,
    )


def _cohorts_known(previous: People | None) -> Iterator[npt.NDArray[np.int32]]:
    """The cohorts of everybody known a month earlier."""
    if previous is None:
        return
    with pq.ParquetFile(previous.known) as file:
        for group in range(file.num_row_groups):
            yield file.read_row_group(group, ["cohort"])["cohort"].to_numpy()


def _count_cohorts(
    connection: duckdb.DuckDBPyConnection, cohorts: Cohorts, numbering: Numbering, month: dt.date
) -> None:
    """How many people of each cohort are active, into the table `cohorts`."""
    begun = cohorts.last - len(cohorts.begun) + 1
    connection.register("cohorts_begun", _numbered(begun, _places(cohorts.begun, numbering)))
    connection.register("cohorts_active", _numbered(1, {"active": pa.array(cohorts.active[1:])}))
    connection.execute(f"create temp table cohorts as {step('cohorts')}", {"month": month})


def _numbered(first: int, columns: Mapping[str, pa.Array]) -> pa.Table:
    """Something of each of some cohorts, whose numbers follow each other."""
    numbers = np.arange(first, first + len(next(iter(columns.values()))))
    return pa.table({"cohort": pa.array(numbers, pa.int32()), **columns})


def _places(begun: Sequence[int], numbering: Numbering) -> dict[str, pa.Array]:
    """Where the people of some cohorts joined."""
    codes = numbering.codes
    rest, segment = np.divmod(np.array(begun, np.int64), len(codes["segments"]) + 1)
    source, province = np.divmod(rest, len(codes["provinces"]) + 1)
    return {
        DIMENSIONS[name]: pa.array([None, *codes[name]], pa.string()).take(pa.array(at))
        for name, at in (("sources", source), ("segments", segment), ("provinces", province))
    }


def _count(
    connection: duckdb.DuckDBPyConnection,
    people: Iterable[merging.People],
    cohorts: Cohorts,
    sources: Sequence[str],
    known: Path,
) -> None:
    """Count who went from where to where into the table `ways`, and whom each source lists into `listings`.

    Everybody goes to the file `known`.
    """
    connection.execute("create temp table counted (before bigint, listed bigint, people bigint)")
    lists = np.zeros((2, len(sources) + 1), np.int64)
    waiting: list[pa.Table] = []
    # Keys are random, and packing the rest costs more time than it saves room.
    with pq.ParquetWriter(
        known, _SCHEMA, compression="none", use_dictionary=False, write_statistics=False
    ) as writer:

        def settle() -> None:
            settled = pa.concat_tables(waiting)
            waiting.clear()
            connection.register("people", settled.select(["before", "listed"]))
            connection.execute(f"insert into counted {step('people_counted')}")
            writer.write_table(settled.select(_SCHEMA.names), row_group_size=max(len(settled), 1))

        for some in people:
            for row, found in enumerate((some.sources, some.stayed)):
                lists[row] += np.bincount(found, minlength=len(sources) + 1)
            waiting.append(_table(some, cohorts.of(some)))
            if sum(map(len, waiting)) >= ROW_GROUP:
                settle()
        if waiting:
            settle()
    connection.execute(
        """
        create temp table ways as
        select before, listed, sum(people)::bigint as people from counted group by before, listed
        """
    )
    names = pa.array([None, *sources], pa.string())
    listings = pa.table({"source": names, "listed": lists[0], "stayed": lists[1]})
    connection.register("listings", listings.filter(lists[0] > 0))


def _table(people: merging.People, cohorts: npt.NDArray[np.int32]) -> pa.Table:
    """People as they are written, and where they came from and went to."""
    return pa.table(
        {
            "key": people.keys,
            "place": people.place,
            "active": people.active,
            "cohort": cohorts,
            "before": pa.array(people.before, mask=people.before == merging.NOWHERE),
            "listed": pa.array(people.listed, mask=people.listed == merging.NOWHERE),
        }
    )


def numbered(origins: Sequence[Origin], priorities: Mapping[str, int]) -> list[str]:
    """The sources of a month in the order in which cells get their numbers: a part of the month's key.

    First those that list people, in the order in which they may be somebody's main source: lowest priority,
    then code. Of the others the priority decides nothing, and may change without folding again.
    """
    listing = {source for sources in listed(origins).values() for source in sources}
    return sorted(
        {origin.source for origin in origins},
        key=lambda source: (0, priorities.get(source, LAST), source) if source in listing else (1, 0, source),
    )


def one_key_space(origins: Sequence[Origin]) -> bool:
    """Whether all people of a month can be compared, those who are carried among them."""
    spaces = {
        holding.delivery.key_space
        for origin in origins
        for holding in (*origin.fresh, *origin.carried)
        if holding.delivery.about_people
    }
    return len(spaces) < 2


def compared(origins: Sequence[Origin], first: bool) -> pa.Table:
    """Each source, and whether its people of a month earlier are known one by one; `first` knows nobody's."""
    return pa.table(
        {
            "source": [origin.source for origin in origins],
            "comparable": [origin.comparable and not first for origin in origins],
        }
    )
