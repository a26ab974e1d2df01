"""Rows of a delivery as the readers of each form hand them over: all cells still text."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pyarrow as pa

Record = tuple[int, list[str]]
"""The row on which a record begins, as a person sees it, and its cells."""

Hint = Callable[[int], bool]
"""Whether the column at a position holds texts that hardly ever repeat, so that a dictionary is waste."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive rows of a delivery.

    `rows` holds for each row of the header's width its number as a person sees it (int64, rising);
    `columns` one array per header cell, as long as `rows`, of text or dictionary of text, without
    nulls: an empty cell is the empty text. `misfits` are records of another width, blank lines among
    them, with rows of their own between those of `rows`.
    """

    rows: pa.Int64Array
    columns: tuple[pa.Array, ...]
    misfits: tuple[Record, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def first_row(self) -> int:
        """The first row of all, misfits included."""
        rows: list[int] = self.rows[:1].to_pylist()
        return min(rows + [row for row, _ in self.misfits[:1]])

    @property
    def last_row(self) -> int:
        """The last row of all, misfits included."""
        rows: list[int] = self.rows[-1:].to_pylist()
        return max(rows + [row for row, _ in self.misfits[-1:]])

    def record(self, position: int) -> Record:
        """One row as its number and its cells."""
        return self.rows[position].as_py(), [column[position].as_py() for column in self.columns]


def of_records(records: list[Record], width: int) -> Batch:
    """A batch of records that were read one by one."""
    fitting = [record for record in records if len(record[1]) == width]
    misfits = tuple(record for record in records if len(record[1]) != width)
    texts = zip(*(cells for _, cells in fitting), strict=True) if fitting else [()] * width
    columns = tuple(pa.array(cells, pa.string()) for cells in texts)
    return Batch(pa.array([row for row, _ in fitting], pa.int64()), columns, misfits)


@dataclass(frozen=True, slots=True)
class Table:
    """A delivery whose header is known: the header record, and its rows, to be read once."""

    header: Record
    batches: Iterator[Batch]
