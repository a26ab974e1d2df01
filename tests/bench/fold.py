"""What folding one month of people into its cells costs, against decoding the columns it needs.

The yardstick decodes them with Arrow, batch after batch, and throws them away: DuckDB would answer a count
from the file's statistics, and its values cost more to hand out. The month is the first known one, so there
are no flows; `flows` measures those.
"""

import os
import shutil
from pathlib import Path

import pyarrow as pa

from enrollment import fold
from enrollment.store import Store
from tests.bench.process import Cost, cost, in_turn
from tests.bench.yardsticks import decode

CPU = 3.0
"""Limit of T3: ratio of CPU."""

# Arrow looks for pandas when it makes its first array, which is a part of starting.
pa.array([0])


def measure(store: Path, folder: Path, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """What the fold and the yardstick cost, round by round in turn. `store` holds two months."""
    return in_turn(
        rounds,
        lambda: cost(fold_months, data=copied(store, folder / "folded"), months="1"),
        lambda: cost(decode, month=people_files(store)[0]),
    )


def copied(store: Path, into: Path) -> Path:
    """A data directory with the same files, by links; what is folded in it stays in it."""
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(store, into, copy_function=os.link)
    return into


def fold_months(data: str, months: str) -> None:
    """Fold the first `months` months that were delivered, each from the cache where it is there."""
    store = Store(Path(data))
    deliveries = sorted(store.deliveries(), key=lambda delivery: delivery.month)[: int(months)]
    priorities = {row["source"]: row["priority"] for row in store.reference().rows("partner_sources")}
    folded = fold.parts(store, fold.origins(deliveries, {}), priorities)
    assert len(folded) == int(months)


def people_files(data: Path) -> list[Path]:
    """The people files of a data directory, by month."""
    store = Store(data)
    return [store.people(delivery) for delivery in sorted(store.deliveries(), key=lambda d: d.month)]
