"""What finding the people of a roster among the members of a month costs, against decoding their keys.

The yardstick decodes the keys of the month with Arrow and throws them away; nobody is found for less.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from enrollment import fold
from enrollment.reconciliation import members
from enrollment.reconciliation.members import Sought
from enrollment.store import Store
from tests.bench.fold import people_files
from tests.bench.process import Cost, cost, in_turn

CPU = 1.2
"""Limit of T5 for SMALL rows: ratio of CPU. LARGE rows may cost twice as much."""
SMALL, LARGE = 40_000, 5_000_000


def measure(store: Path, folder: Path, rows: int, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """What looking `rows` people up and the yardstick cost, round by round in turn."""
    roster = folder / f"roster-{rows}.npy"
    _write_keys(people_files(store)[-1], rows, roster)
    return in_turn(
        rounds,
        lambda: cost(look_up, data=store, roster=roster),
        lambda: cost(decode_keys, month=people_files(store)[-1]),
    )


def look_up(data: str, roster: str) -> None:
    """The memberships of the people on a roster in the newest month."""
    store = Store(Path(data))
    origins = fold.origins(store.deliveries(), {})
    month = max(origin.month for origin in origins)
    listed = members.listings([origin for origin in origins if origin.month == month])
    keys = np.load(roster)
    sought = Sought.of(
        pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(keys), [None, pa.py_buffer(keys)])
    )
    found = members.memberships(store, listed, sought, ("key", "source", "programmes"))
    assert len(found) >= len(keys) // 2


def _write_keys(month: Path, rows: int, roster: Path) -> None:
    """The keys of a roster: half of them members spread over the whole file, half of them nobody."""
    with pq.ParquetFile(month) as file:
        step = max(1, file.metadata.num_rows // (rows // 2))
        found, before = [], 0
        for group in range(file.num_row_groups):
            for chunk in file.read_row_group(group, ["key"])["key"].chunks:
                plain = chunk.storage
                every = np.frombuffer(plain.buffers()[1], "u1").reshape(-1, 16)[plain.offset :][: len(plain)]
                found.append(every[-before % step :: step])
                before += len(plain)
    members_ = np.concatenate(found)
    nobody = np.random.default_rng(1).integers(0, 256, members_.shape, "u1")
    np.save(roster, np.concatenate([members_, nobody]))


def decode_keys(month: str) -> None:
    """Decode the keys of a month, row group after row group."""
    with pq.ParquetFile(month) as file:
        for group in range(file.num_row_groups):
            file.read_row_group(group, ["key"])
