"""Engines that write down what every step made, and the two of them held against each other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from enrollment.fold.engines import Engine, OnDuckDB, Values


class Recording:
    """An engine that writes every table it makes below a folder, a folder a month; else it is the engine."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.month = 0
        self.made = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)

    def make(self, name: str, statement: str, values: Values, *, kept: bool = False) -> None:
        self.engine.make(name, statement, values, kept=kept)
        self.made += 1
        path = self.folder / f"{self.month:02d}" / f"{self.made:02d}-{name}"
        if isinstance(self.engine, OnDuckDB):
            path.mkdir(parents=True)
            self.engine.connection.execute(f"copy {name} to '{path}/rows.parquet' (format parquet)")
        else:
            table: Any = self.engine
            table.spark.table(name).write.parquet(path.as_uri())

    def month_ended(self) -> None:
        self.engine.month_ended()
        self.month += 1
        self.made = 0


def tables(folder: Path) -> list[str]:
    """What was made, in its order."""
    return sorted(str(path.relative_to(folder)) for path in folder.glob("*/*"))


def differing(one: Path, other: Path, table: str) -> tuple[int, int]:
    """Rows of a table, and how many of them, or of the other's, the other does not have as often."""
    with duckdb.connect() as connection:
        sides: Sequence[str] = [f"read_parquet('{side}/{table}/*.parquet')" for side in (one, other)]
        columns = [row[0] for row in connection.execute(f"describe from {sides[0]}").fetchall()]
        names = [row[0] for row in connection.execute(f"describe from {sides[1]}").fetchall()]
        assert columns == names, (table, columns, names)
        # Whole numbers may be of other widths, keys UUIDs or bytes.
        first, second = (f"select {', '.join(columns)} from {side}" for side in sides)
        (found,) = connection.execute(
            f"""
            select
                (select count(*) from ({first})),
                (select count(*) from (({first}) except all ({second})))
                    + (select count(*) from (({second}) except all ({first})))
            """
        ).fetchall()
    rows, different = found
    return rows, different
