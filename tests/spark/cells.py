"""The steps about cells, made by any engine from what they are made of here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from enrollment import building, fold
from enrollment.fold.engines import Engine, Values
from enrollment.fold.parts import Folding
from enrollment.fold.steps import step
from enrollment.store import Store

OF_A_MONTH = ("totals_rows", "people_cells", "previous", "delivered")
OF_AN_EDITION = ("cube_fine", "counting", "digests", "holdings", "people_lists")
STEPS = ("cube_coarse", "cube_regency", "cube_traits", "lineage", "lineage_parts", "overlap", "months")
"""The steps that make an edition of the cells of its months, in their order."""


@dataclass(frozen=True, slots=True)
class Told(Folding):
    """The fold as it is here, which tells from what the cells of each month are made."""

    months: list[tuple[Values, dict[str, pa.Table]]] = field(default_factory=list)

    def _write(
        self, connection: duckdb.DuckDBPyConnection, query: str, name: str, values: Any = None
    ) -> None:
        if query == step("month_cells"):
            self.months.append((values, _taken(connection, OF_A_MONTH)))
        Folding._write(self, connection, query, name, values)


def told(store: Store) -> tuple[Told, dict[str, pa.Table]]:
    """The fold of a store in which nothing was folded yet, and from what its edition is made."""
    tables = store.reference()
    deliveries = store.deliveries()
    origins = fold.origins(deliveries, {})
    folding = Told(store, building.priorities_of(tables), {})
    parts = folding.parts(origins)
    with duckdb.connect() as connection:
        building._write(connection, parts, origins, deliveries, tables, ())
        return folding, _taken(connection, OF_AN_EDITION)


def make(engine: Engine, folding: Told, edition: dict[str, pa.Table]) -> None:
    """The cells of every month and the tables of the edition, by an engine."""
    for values, tables in folding.months:
        _put(engine, tables)
        engine.make("month_cells", step("month_cells"), values)
        engine.month_ended()
    _put(engine, edition)
    for name in STEPS:
        engine.make(name, step(name), {}, kept=True)
    engine.month_ended()


def _put(engine: Engine, tables: dict[str, pa.Table]) -> None:
    for name, table in tables.items():
        engine.put(name, table)


def _taken(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, pa.Table]:
    return {name: connection.sql(f"from {name}").to_arrow_table() for name in names}
