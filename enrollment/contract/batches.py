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
    nulls: an empty cell is the empty text. `misfits` are records of another width, with rows of their
    own between those of `rows`. Blank ones are left out and only counted, in `blank`: there may be
    millions of them. `span` is then the first and the last row of all.
    """

    rows: pa.Int64Array
    columns: tuple[pa.Array, ...]
    misfits: tuple[Record, ...] = ()
    blank: int = 0
    span: tuple[int, int] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def first_row(self) -> int:
        """The first row of all, misfits and blank ones included."""
        first: int = self.span[0] if self.span else self.rows[0].as_py()
        return first

    @property
    def last_row(self) -> int:
        """The last row of all, misfits and blank ones included."""
        last: int = self.span[1] if self.span else self.rows[-1].as_py()
        return last

    def record(self, position: int) -> Record:
        """One row as its number and its cells."""
        return self.rows[position].as_py(), [column[position].as_py() for column in self.columns]


def has_content(record: Record) -> bool:
    """Whether any cell is filled."""
    return any(cell.strip(" \t\n") for cell in record[1])


def of_records(records: list[Record], width: int) -> Batch:
    """A batch of records that were read one by one."""
    fitting = [record for record in records if len(record[1]) == width]
    misfits = tuple(record for record in records if len(record[1]) != width and has_content(record))
    texts = zip(*(cells for _, cells in fitting), strict=True) if fitting else [()] * width
    columns = tuple(pa.array(cells, pa.string()) for cells in texts)
    rows = pa.array([row for row, _ in fitting], pa.int64())
    blank = len(records) - len(fitting) - len(misfits)
    return Batch(rows, columns, misfits, blank, (records[0][0], records[-1][0]))


@dataclass(frozen=True, slots=True)
class Table:
    """A delivery whose header is known: the header record, and its rows, to be read once."""

    header: Record
    batches: Iterator[Batch]
