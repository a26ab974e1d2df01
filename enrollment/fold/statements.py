"""The people of a month by SQL alone, on any engine.

`people.fold` works most of these steps out along sorted files, which costs a fraction of what SQL does;
the statements are what it has to agree with, and what a cluster runs. Tests hold both together.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract.values import AGE_BANDS
from enrollment.fold.engines import Engine, PeopleNotKept, Values
from enrollment.fold.memberships import DIMENSIONS
from enrollment.fold.steps import step

KNOWN = pa.schema(
    [("key", pa.binary()), ("place", pa.int64()), ("active", pa.bool_()), ("cohort", pa.int32())]
)
LISTED = "listed_"
"""The rows of each file that count are a table of this name and the number of the file, from 0 on."""
_TEXTS = tuple(DIMENSIONS.values())


@dataclass(frozen=True, slots=True)
class Listed:
    """Files about people that count for a month: paths, the sources they count for, provinces left out."""

    paths: tuple[str, ...]
    sources: tuple[str, ...]
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What the month before left: the key of its people, and the cells and cohorts behind their numbers."""

    key: str | None
    places: pa.Table
    cohorts: pa.Table


def fold(
    engine: Engine,
    month: dt.date,
    key: str,
    listed: Sequence[Listed],
    before: Before,
    *,
    sources: Sequence[str],
    delivered: pa.Table,
    compared: pa.Table,
    one_key_space: bool,
) -> None:
    """Fold the people of a month, who are kept under `key`; `sources` are in the order of their priority.

    Leaves `people_cells`, `places`, `cohorts` and `people_overlap` with the engine, until `month_ended`.
    Raises EngineFailed, MembersFault, and PeopleNotKept where the people before are not kept any more.
    """
    if before.key is None:
        engine.put("known", KNOWN.empty_table())
    elif not engine.read_people("known", before.key):
        raise PeopleNotKept(before.key)
    for name, table in {
        "places_before": before.places,
        "cohorts_before": before.cohorts,
        "delivered": delivered,
        "compared": compared,
    }.items():
        engine.put(name, table)
    _listed(engine, listed)
    last = pc.max(before.cohorts["cohort"]).as_py() or 0
    values: Values = {
        **_codes(engine, before.places, sources),
        "age_bands": list(AGE_BANDS),
        "month": month,
        "year": month.year,
        "last": last,
        "one_key_space": one_key_space,
    }

    def make(name: str, statement: str, *, kept: bool = False) -> None:
        engine.make(name, step(statement), values, kept=kept)

    make("rows", "places_aged")
    make("numbered", "place_number")
    make("cells_before", "cells_before", kept=True)
    make("rows", "listed_people")
    make("memberships", "place_number", kept=True)
    make("people", "people", kept=True)
    make("ways", "people_counted", kept=True)
    make("places", "people_places", kept=True)
    make("cohorts_begun", "cohorts_begun", kept=True)
    make("people_known", "people_known")
    engine.keep_people("people_known", key)
    make("cohorts_active", "cohorts_active", kept=True)
    make("cohorts", "cohorts", kept=True)
    make("listings", "people_listed", kept=True)
    make("people_cells", "people_cells", kept=True)
    make("people_overlap", "people_overlap", kept=True)


def _listed(engine: Engine, listed: Sequence[Listed]) -> None:
    """The rows that count, of all files, into `listed`."""
    tables = []
    for number, files in enumerate(listed):
        engine.read_members("members", files.paths)
        tables.append(f"{LISTED}{number}")
        counting: Values = {"counting": list(files.sources), "without": list(files.without)}
        engine.make(tables[-1], step("listed"), counting)
    if not tables:
        engine.put("members", _NOBODY)
        tables.append(f"{LISTED}0")
        engine.make(tables[-1], step("listed"), {"counting": [""], "without": [""]})
    together = " union all ".join(f"select * from {name}" for name in tables)  # noqa: S608 - own names
    engine.make("listed", together, {})


_NOBODY = pa.schema(
    [
        ("key", pa.binary()),
        *((name, pa.string()) for name in _TEXTS),
        ("birth_year", pa.int32()),
        ("birth_date", pa.date32()),
        ("simulated", pa.bool_()),
    ]
).empty_table()


def _codes(engine: Engine, places: pa.Table, sources: Sequence[str]) -> dict[str, list[str]]:
    """The values of each dimension in the order in which numbers are made of them."""
    columns = ", ".join(_TEXTS)
    engine.make("found", f"select distinct {columns} from listed", {})  # noqa: S608 - own names
    found: Mapping[str, pa.ChunkedArray] = engine.get("found")
    codes = {"sources": list(sources)}
    for name, column in list(DIMENSIONS.items())[1:]:
        values = {*found[column].unique().to_pylist(), *places[column].unique().to_pylist()} - {None}
        codes[name] = sorted(values)
    return codes
