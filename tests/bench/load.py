"""What loading a members snapshot costs, against DuckDB's own COPY of the same file.

The yardstick is told the schema, makes the same keys with the same expression and writes the same kind of
file. It checks nothing, sorts nothing and finds nobody twice.
"""

import datetime as dt
import os
from functools import partial
from pathlib import Path

import pyarrow as pa

from enrollment.contract import read
from enrollment.keys import open_keys
from enrollment.store import Store, codes_of
from tests.bench.process import Cost, cost, in_turn
from tests.bench.yardsticks import copy

CPU, PEAK = 1.3, 500
"""Limits of T1: ratio of CPU, and MB."""
CHECKED_CPU, CHECKED_PEAK = 1.4, 750
"""Limits of T2, which finds people listed twice and sums up by source. Our load always does."""

# Arrow looks for pandas when it makes its first array, which is a part of starting.
pa.array([0])


def measure(snapshot: Path, folder: Path, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """What our load and the yardstick cost, round by round in turn."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    os.environ["CAKUPAN_KEY_FILE"] = str(folder / "key")
    open_keys(data, make=True)
    return in_turn(
        rounds,
        lambda: cost(load, snapshot=snapshot, data=data, into=folder / "ours.parquet"),
        lambda: cost(copy, snapshot=snapshot, data=data, into=folder / "copied.parquet"),
    )


def load(snapshot: str, data: str, into: str) -> None:
    """Our load: every rule for every row, keys, duplicates, sums by source, the file written."""
    keys = partial(open_keys, Path(data), make=False)
    codes = codes_of(Store(Path(data)).reference())
    reading = read(Path(snapshot), codes, today=dt.date.max, keys=keys, into=Path(into))
    assert reading.faults == ()
    assert reading.people.rows == reading.rows_in
