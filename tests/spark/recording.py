"""Engines that write down what every step made, and the two of them held against each other."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from enrollment.fold.engines import Engine, OnDuckDB, Values
from enrollment.fold.steps import STEPS, step

STEP_OF = {step(path.stem): path.stem for path in STEPS.glob("*.sql")}
"""The name of each step, by its statement."""


class Recording:
    """An engine that writes every table it makes below a folder, a folder a month; else it is the engine.

    A table is written under the name of its step, or, where no step makes it, as `own-NAME`.
    """

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
        made = STEP_OF.get(statement, f"own-{name}")
        path = self.folder / f"{self.month:02d}" / f"{self.made:03d}-{made}"
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


def held_together(here: Recording, there: Recording) -> dict[str, int]:
    """What two engines made since they were held together last, all of it alike: rows of each step."""
    made = _tables(here.folder)
    assert made == _tables(there.folder)
    found: dict[str, int] = {}
    differ = []
    for table in made:
        rows, different = _differing(here.folder, there.folder, table)
        name = table.split("-", 1)[1]
        found[name] = found.get(name, 0) + rows
        differ += [(table, different)] if different else []
    assert differ == []
    for folder in (here.folder, there.folder):
        # Millions of people, written after every step, would fill a disk.
        shutil.rmtree(folder, ignore_errors=True)
    return found


def _tables(folder: Path) -> list[str]:
    """What was made, in its order."""
    return sorted(str(path.relative_to(folder)) for path in folder.glob("*/*"))


def _differing(one: Path, other: Path, table: str) -> tuple[int, int]:
    """Rows of a table, and how many of them, or of the other's, the other does not have as often."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
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
