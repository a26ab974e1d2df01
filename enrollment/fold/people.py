"""People of a month: everybody known by then, and how they came to be counted where they are.

A part holds one row per person ever known: key, the cell in which they are or were last counted, and
whether they are active. A month's part is made from the part before it and the month's files about
people, range of keys by range of keys, so that memory does not grow with the number of people.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from enrollment.contract.values import AGE_BANDS
from enrollment.fold.origins import Holding, Origin
from enrollment.fold.steps import literal, literals, step
from enrollment.store import Store

RANGES = 16
FEW = 1 << 20
"""So many memberships and people are folded at once; more of them range by range."""
ROW_GROUP = 1 << 20
LAST = 1 << 31
"""The priority of a source that the list of partner sources no longer names."""

_LISTS = {
    "segments": "segment",
    "provinces": "province",
    "regencies": "regency",
    "programmes": "programmes",
    "sexes": "sex",
}
_LISTED = (
    ("key", "uuid"),
    ("key_range", "utinyint"),
    *((name, "varchar") for name in ("source", "segment", "province", "regency", "programmes", "sex")),
    ("birth_year", "smallint"),
    ("simulated", "boolean"),
)
_DELIVERED = {"birth_year": "coalesce(birth_year, year(birth_date))::smallint as birth_year"}
"""Columns that a kept file may hold in another form."""
_PLACES = """
    place bigint, source varchar, segment varchar, province varchar, regency varchar, programmes varchar,
    sex varchar, age_band varchar
"""
CELLS = """
    source varchar, segment varchar, province varchar, regency varchar, programmes varchar, sex varchar,
    age_band varchar, new bigint, reactivated bigint, lapsed bigint, moved_in bigint, moved_out bigint,
    reclassified_in bigint, reclassified_out bigint, active bigint, simulated boolean, comparable boolean
"""
_SCHEMA = pa.schema(
    [("key", pa.uuid()), ("key_range", pa.uint8()), ("place", pa.int64()), ("active", pa.bool_())]
)
# Keys are random: packing them would only cost time.
_COMPRESSION = {"key": "none", "key_range": "lz4", "place": "lz4", "active": "lz4"}


@dataclass(frozen=True, slots=True)
class People:
    """The people of a month and the cells behind their numbers, as Parquet files."""

    known: Path
    places: Path


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

    Expects the table `delivered`. Leaves the tables `people_cells` (CELLS), `places` and `overlap` behind.
    """
    month = origins[0].month
    files = listed(origins)
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set arrow_lossless_conversion = true")
    connection.execute(f"create temp table no_people ({', '.join(map(' '.join, _LISTED))})")
    connection.execute(f"create temp view listed as {_view(store, files)}")
    if previous:
        connection.execute(f"create temp view known as from read_parquet({literal(previous.known)})")
        connection.execute(
            f"create temp table places_before as from read_parquet({literal(previous.places)})"
        )
    else:
        connection.execute(
            "create temp table known (key uuid, key_range utinyint, place bigint, active boolean)"
        )
        connection.execute(f"create temp table places_before ({_PLACES})")
    codes = _codes(connection, origins, priorities)
    connection.execute(
        f"""
        create temp table cells_before as
        with rows as (
            select *, coalesce(list_position($age_bands::varchar[], age_band), 0) as age, 0 as simulated
            from places_before
        ),
        numbered as ({step("place_number")})
        {step("cells_before")}
        """,  # noqa: S608 - the steps are the project's own
        {**codes, "age_bands": list(AGE_BANDS)},
    )
    _fold_ranges(connection, month, files, origins, codes, known)
    connection.execute(
        f"create temp table places as {step('people_places')}", {**codes, "age_bands": list(AGE_BANDS)}
    )
    connection.register("compared_sources", _compared(origins, first))
    connection.execute("create temp table compared as from compared_sources")
    connection.execute(f"create temp table people_cells as {step('people_cells')}")
    spaces = {
        holding.delivery.key_space
        for origin in origins
        for holding in (*origin.fresh, *origin.carried)
        if holding.delivery.about_people
    }
    connection.execute(
        f"create temp table overlap as {step('people_overlap')}", {"one_key_space": len(spaces) < 2}
    )
    connection.execute("set preserve_insertion_order = true")


def _fold_ranges(
    connection: duckdb.DuckDBPyConnection,
    month: dt.date,
    files: Mapping[Holding, Sequence[str]],
    origins: Sequence[Origin],
    codes: Mapping[str, list[str]],
    known: Path,
) -> None:
    connection.execute("create temp table counted (before bigint, listed bigint, people bigint)")
    connection.execute("create temp table listings (source varchar, listed bigint, stayed bigint)")
    names = [source for sources in files.values() for source in sources]
    several = sorted({source for source in names if names.count(source) > 1})
    partly = [origin.source for origin in origins if origin.state == "partial"]
    with pq.ParquetWriter(known, _SCHEMA, compression=_COMPRESSION, use_dictionary=["place"]) as writer:
        for low, high in _ranges(connection):
            span = {"low": low, "high": high}
            connection.execute(
                f"""
                create or replace temp table people as
                with rows as ({step("listed_people")}),
                memberships as ({step("place_number")})
                {step("people")}
                """,
                {**codes, **span, "year": month.year},
            )
            connection.execute(f"insert into counted {step('people_counted')}")
            connection.execute(
                f"insert into listings {step('people_listed')}",
                {**span, "several": several, "partly": partly},
            )
            rows = connection.sql(step("people_known")).to_arrow_table()
            writer.write_table(rows.cast(_SCHEMA), row_group_size=ROW_GROUP)
    connection.execute(
        """
        create temp table ways as
        select before, listed, sum(people)::bigint as people from counted group by before, listed
        """
    )


def _ranges(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, int]]:
    (rows,) = connection.execute(
        "select (select count(*) from listed) + (select count(*) from known)"
    ).fetchall()[0]
    if rows <= FEW:
        return [(0, RANGES - 1)]
    return [(number, number) for number in range(RANGES)]


def _view(store: Store, files: Mapping[Holding, Sequence[str]]) -> str:
    """The rows of some files about people, each with only what it counts for, as one table."""
    columns = ", ".join(_DELIVERED.get(name, name) for name, _ in _LISTED)
    parts = []
    for holding, sources in files.items():
        chosen = []
        if set(sources) != set(holding.delivery.sources):
            chosen.append(f"source in ({literals(sources)})")
        if holding.without:
            chosen.append(f"province not in ({literals(holding.without)})")
        path = literal(store.people(holding.delivery))
        chosen_rows = " and ".join(chosen) or "true"
        parts.append(f"select {columns} from read_parquet({path}) where {chosen_rows}")  # noqa: S608 - quoted
    if not parts:
        return "from no_people"
    return " union all ".join(parts)


def _codes(
    connection: duckdb.DuckDBPyConnection, origins: Sequence[Origin], priorities: Mapping[str, int]
) -> dict[str, list[str]]:
    """The values of each dimension in the order in which numbers are made of them."""
    sources = {origin.source for origin in origins}
    codes = {"sources": by_priority(sources, priorities)}
    for name, column in _LISTS.items():
        found = connection.execute(
            f"select distinct {column} from listed union select distinct {column} from places_before"  # noqa: S608
        ).fetchall()
        codes[name] = sorted(value for (value,) in found if value is not None)
    return codes


def by_priority(sources: Iterable[str], priorities: Mapping[str, int]) -> list[str]:
    """Sources in the order in which they may be somebody's main source: lowest priority, then code."""
    return sorted(sources, key=lambda source: (priorities.get(source, LAST), source))


def _compared(origins: Sequence[Origin], first: bool) -> pa.Table:
    return pa.table(
        {
            "source": [origin.source for origin in origins],
            "comparable": [origin.comparable and not first for origin in origins],
        }
    )
