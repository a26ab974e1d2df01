"""Cohorts: who joined in the same month and under the same source, segment and province.

The meaning is that of the steps `cohorts_begun.sql` and `people_known.sql`: whoever is new is given the
number of a cohort, keeps it for ever, and counts in it whenever they are active. Numbers are given in the
order of the smallest keys.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from enrollment.fold.merging import NOWHERE, People

UNKNOWN = 0
"""The number of those of whom it is not known when they joined."""
_UNNUMBERED = -1

Numbers = npt.NDArray[np.int32]


@dataclass(slots=True)
class Cohorts:
    """The cohorts of a month while it is folded.

    `known` are those of everybody known a month earlier, in the order of the keys. `of_cohort` place numbers
    belong to one cohort, `of_source` to one source; who appears under a source that is not `comparable`
    (by its place in the numbers) may have been there before. `last` is the last number given so far.
    """

    known: Iterator[Numbers]
    comparable: Sequence[bool]
    of_source: int
    of_cohort: int
    last: int
    begun: list[int] = field(default_factory=list)
    """The place numbers that begin a cohort, divided by `of_cohort`, in the order of the numbers given."""
    active: npt.NDArray[np.int64] = field(init=False)
    """How many people of each cohort are active, by its number; of UNKNOWN it says nothing."""
    _number: Numbers = field(init=False)
    _waiting: Numbers = field(init=False)

    def __post_init__(self) -> None:
        each = np.where(self.comparable, _UNNUMBERED, UNKNOWN).astype(np.int32)
        self._number = np.repeat(each, self.of_source // self.of_cohort)
        self._waiting = np.empty(0, np.int32)
        self.active = np.zeros(self.last + 1, np.int64)

    def of(self, people: People) -> Numbers:
        """The cohorts of people, who come in the order of the keys; counts those who are active."""
        (new,) = (people.before == NOWHERE).nonzero()
        if not len(new):
            found = self._taken(len(people.before))
        else:
            found = np.empty(len(people.before), np.int32)
            # Everybody known goes on, and in the same order.
            found[people.before != NOWHERE] = self._taken(len(found) - len(new))
            found[new] = self._joined(people.listed[new] // self.of_cohort)
        if self.last:
            counts = np.bincount(found[people.active], minlength=self.last + 1)
            counts[: len(self.active)] += self.active
            self.active = counts
        return found

    def _taken(self, count: int) -> Numbers:
        """The cohorts of the next people known."""
        while len(self._waiting) < count:
            self._waiting = np.concatenate((self._waiting, next(self.known)))
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return taken

    def _joined(self, codes: npt.NDArray[np.int64]) -> Numbers:
        """The cohorts that people join, numbered now where they are the first."""
        found = self._number[codes]
        first = codes[found == _UNNUMBERED]
        if len(first):
            begun, at = np.unique(first, return_index=True)
            begun = begun[np.argsort(at)]
            self._number[begun] = np.arange(self.last + 1, self.last + 1 + len(begun))
            self.begun += begun.tolist()
            self.last += len(begun)
            found = self._number[codes]
        return found
