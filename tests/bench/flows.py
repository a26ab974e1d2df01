"""What the flows between two months of people cost, against one plain full outer join of both.

The yardstick joins the two kept files on the key in one go and counts people by the cell they leave and
the cell they enter. Ours folds the second month, with the first one folded already.
"""

from pathlib import Path

from tests.bench.fold import copied, fold_months, people_files
from tests.bench.process import Cost, cost, in_turn
from tests.bench.yardsticks import join

CPU, PEAK = 0.75, 0.15
"""Limits of T4: ratios of CPU and of memory."""


def measure(store: Path, folder: Path, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """What our flows and the yardstick cost, round by round in turn. `store` holds two months."""
    begun = copied(store, folder / "begun")
    fold_months(str(begun), "1")
    before, after = people_files(store)
    return in_turn(
        rounds,
        lambda: cost(fold_months, data=copied(begun, folder / "folded"), months="2"),
        lambda: cost(join, before=before, after=after),
    )
