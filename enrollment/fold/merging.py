"""Everybody of a month, slice of keys by slice of keys: memberships and people known so far, merged.

The meaning is that of the steps `people.sql`, `people_known.sql` and `people_listed.sql`. All that comes in
lies in the order of the keys, so that one walk along it finds who is the same, where SQL has to hash.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

SLICE = 1 << 16
"""So many rows are worked on at once, so that what is worked out of them stays close to the processor."""
NOWHERE = -1
"""Stands for the null of the SQL: not known before, or not listed."""

_Numbers = npt.NDArray[np.int64]
_Halves = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows in the order of their keys, each with a number. A key is two halves of 64 bits."""

    high: _Halves
    low: _Halves
    number: _Numbers

    @classmethod
    def of(cls, keys: pa.ChunkedArray, number: _Numbers) -> "Slice":
        """Rows with their keys as Arrow has them: 16 bytes each."""
        chunks = [chunk.storage for chunk in keys.chunks]
        halves = [
            np.frombuffer(chunk.buffers()[1], ">u8").reshape(-1, 2)[chunk.offset :][: len(chunk)]
            for chunk in chunks
        ]
        both = halves[0] if len(halves) == 1 else np.concatenate(halves)
        return cls(both[:, 0].astype(np.uint64), both[:, 1].astype(np.uint64), number)

    @classmethod
    def empty(cls) -> "Slice":
        return cls(np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.int64))

    @classmethod
    def joined(cls, slices: Sequence["Slice"]) -> "Slice":
        """The rows of several slices one after another."""
        filled = [rows for rows in slices if len(rows)] or [cls.empty()]
        if len(filled) == 1:
            return filled[0]
        return cls(
            np.concatenate([rows.high for rows in filled]),
            np.concatenate([rows.low for rows in filled]),
            np.concatenate([rows.number for rows in filled]),
        )

    def __len__(self) -> int:
        return len(self.high)

    def where(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp] | slice) -> "Slice":
        """Some of the rows."""
        return Slice(self.high[rows], self.low[rows], self.number[rows])


@dataclass(frozen=True, slots=True)
class People:
    """People in the order of their keys: `before` and `listed` as `people.sql` says.

    `sources` and `stayed` are the sources of the memberships, by their place in the numbers, each person
    and source once, and of those `people_listed.sql` counts as stayed.
    """

    high: _Halves
    low: _Halves
    before: _Numbers
    listed: _Numbers
    sources: _Numbers
    stayed: _Numbers

    @property
    def place(self) -> _Numbers:
        """The cells in which they are or were last counted."""
        return np.where(self.listed >= 0, self.listed >> 1, self.before >> 2)

    @property
    def active(self) -> npt.NDArray[np.bool_]:
        """Whether they are listed or carried."""
        return (self.listed >= 0) | _carried(self.before)

    @property
    def keys(self) -> pa.Array:
        """Their keys as UUIDs."""
        both = np.empty((len(self.high), 2), ">u8")
        both[:, 0], both[:, 1] = self.high, self.low
        bytes_ = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(both), [None, pa.py_buffer(both)])
        return pa.ExtensionArray.from_storage(pa.uuid(), bytes_)


def cut(groups: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The rows of some tables, so many at once as make a slice."""
    for rows in groups:
        for begin in range(0, len(rows), SLICE):
            yield rows.slice(begin, SLICE)


def merged(
    memberships: Iterable[Iterator[Slice]], known: Iterator[Slice], of_source: int
) -> Iterator[People]:
    """Everybody who is listed or known, in the order of the keys, some at a time.

    The numbers of `memberships` are those of `place_number.sql`, of which each source has `of_source`; the
    numbers of `known`, who are there once each, are what `people.sql` calls before.
    """
    runs = [*map(_Run, memberships), _Run(known)]
    while any(len(run.rows) for run in runs):
        # Of each run come the rows below the first key half that may go on where a run is not read yet.
        ends = [run.rows.high[-1] for run in runs if not run.ended]
        taken = [run.take(min(ends) if ends else None) for run in runs]
        listed = _sorted(taken[:-1])
        if len(listed) or len(taken[-1]):
            yield _people(listed, taken[-1], of_source)


@dataclass(slots=True)
class _Run:
    """One sorted run: `rows` are read and not taken yet; there are some unless it has ended."""

    slices: Iterator[Slice]
    rows: Slice = field(default_factory=Slice.empty)
    ended: bool = False

    def __post_init__(self) -> None:
        self._read()

    def take(self, end: np.uint64 | None) -> Slice:
        """The rows whose first key half is below `end`; reads on where the last row is not above it."""
        if end is None:
            taken, self.rows = self.rows, Slice.empty()
            return taken
        cut = int(np.searchsorted(self.rows.high, end))
        taken, self.rows = self.rows.where(slice(cut)), self.rows.where(slice(cut, None))
        if not self.ended and (not len(self.rows) or self.rows.high[-1] == end):
            self._read()
        return taken

    def _read(self) -> None:
        for more in self.slices:
            if len(more):
                self.rows = Slice.joined((self.rows, more))
                return
        self.ended = True


def _sorted(taken: Sequence[Slice]) -> Slice:
    """The rows of several runs by key and number."""
    rows = Slice.joined(taken)
    if sum(len(run) > 0 for run in taken) > 1:
        rows = rows.where(np.argsort(rows.high, kind="stable"))
    same = rows.high[1:] == rows.high[:-1]
    if not same.any():
        return rows
    tied = np.zeros(len(rows), np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    (places,) = tied.nonzero()
    order = np.arange(len(rows))
    order[places] = places[np.lexsort((rows.number[places], rows.low[places], rows.high[places]))]
    return rows.where(order)


def _people(memberships: Slice, known: Slice, of_source: int) -> People:
    sources: _Numbers = memberships.number // of_source
    first = np.ones(len(memberships), np.bool_)
    first[1:] = memberships.high[1:] != memberships.high[:-1]
    first[1:] |= memberships.low[1:] != memberships.low[:-1]
    main = memberships.where(first) if not first.all() else memberships
    once = first.copy()
    once[1:] |= sources[1:] != sources[:-1]
    each = sources if once.all() else sources[once]
    if not len(known):
        return People(main.high, main.low, np.full(len(main), NOWHERE), main.number, each, sources[:0])

    place, is_known = _found(main, known)
    # Who is not known yet is put in between those who are.
    added = (~is_known).nonzero()[0]
    at_added = place[added] + np.arange(len(added))
    old = np.ones(len(known) + len(added), np.bool_)
    old[at_added] = False
    (at_known,) = old.nonzero()
    at_main = np.empty(len(main), np.intp)
    at_main[added] = at_added
    at_main[is_known] = at_known[place[is_known]]

    high, low = np.empty(len(old), np.uint64), np.empty(len(old), np.uint64)
    high[at_known], low[at_known] = known.high, known.low
    high[at_added], low[at_added] = main.high[added], main.low[added]
    before, listed = np.full(len(old), NOWHERE), np.full(len(old), NOWHERE)
    before[at_known] = known.number
    listed[at_main] = main.number
    carried = _carried(before)
    listed[carried] = NOWHERE

    if carried.any():
        was = before[at_main][np.cumsum(first) - 1]
        # A number is twice its cell, what was before four times.
        stayed = sources[once & _carried(was) & (was // 2 // of_source == sources)]
    else:
        stayed = sources[:0]
    return People(high, low, before, listed, each, stayed)


def _carried(before: _Numbers) -> npt.NDArray[np.bool_]:
    is_carried: npt.NDArray[np.bool_] = (before >= 0) & (before & 1 == 1)
    return is_carried


def _found(main: Slice, known: Slice) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Where each key is among the known ones, or would be; and whether it is there."""
    place = np.searchsorted(known.high, main.high)
    inside = np.minimum(place, len(known) - 1)
    same_high = (place < len(known)) & (known.high[inside] == main.high)
    is_there = same_high & (known.low[inside] == main.low)
    (unsure,) = (same_high & ~is_there).nonzero()
    # First halves meet by chance once in a great while; then the second ones decide, step by step.
    while len(unsure):
        ahead = known.low[place[unsure]] < main.low[unsure]
        unsure = unsure[ahead]
        place[unsure] += 1
        unsure = unsure[place[unsure] < len(known)]
        unsure = unsure[known.high[place[unsure]] == main.high[unsure]]
        is_there[unsure] = known.low[place[unsure]] == main.low[unsure]
        unsure = unsure[~is_there[unsure]]
    return place, is_there
