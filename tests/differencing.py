"""An attack by subtraction: which counts of a hidden table follow from the numbers that were shown?

Each number shown says that the sum of some cells lies within bounds. A cell is recovered when the least and
the greatest whole number that it may be, given all that was said, are the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array


@dataclass
class Attack:
    """What is known of unknown whole numbers, none of which is below zero."""

    unknown: dict[object, int] = field(default_factory=dict)
    _said: dict[frozenset[int], tuple[float, float]] = field(default_factory=dict)

    def learn(self, cells: Iterable[object], low: float, high: float) -> None:
        """The sum of some cells lies between two numbers, each possible."""
        sum_of = frozenset(self.unknown.setdefault(cell, len(self.unknown)) for cell in cells)
        known = self._said.get(sum_of, (0.0, np.inf))
        self._said[sum_of] = (max(low, known[0]), min(high, known[1]))

    def recovered(self, cells: Iterable[object]) -> int | None:
        """The sum of some cells, if only one number is left that it can be."""
        least, greatest = self._end(cells, 1), self._end(cells, -1)
        return least if least == greatest else None

    def _end(self, cells: Iterable[object], direction: int) -> int:
        wanted = np.zeros(len(self.unknown))
        wanted[[self.unknown[cell] for cell in cells]] = direction
        found = milp(
            wanted,
            integrality=np.ones(len(self.unknown)),
            bounds=Bounds(0, np.inf),
            constraints=self._constraints(),
        )
        assert found.success, f"what was said contradicts itself: {found.message}"
        return direction * round(found.fun)

    def _constraints(self) -> LinearConstraint:
        rows, columns = [], []
        for place, sum_of in enumerate(self._said):
            rows += [place] * len(sum_of)
            columns += sum_of
        shape = (len(self._said), len(self.unknown))
        matrix = csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
        lows, highs = zip(*self._said.values(), strict=True)
        return LinearConstraint(matrix, lows, highs)
