"""People in memory: records of fixed width, which are spread, sorted and read back as bytes.

A text of a record is its number among the distinct texts of its column; a person is the 16 bytes of the key.
"""

from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

TEXT_TYPE = pa.dictionary(pa.int32(), pa.string())

Records = npt.NDArray[np.void]
Numbers = npt.NDArray[np.int64]


class Texts:
    """The distinct texts of a column; each has a number from 1, and null is 0."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {None: 0}
        self._texts: list[str] = []
        self._arrow = pa.array([], pa.string())
        self._last: tuple[pa.Array, npt.NDArray[np.uint32]] | None = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def numbers(self, column: pa.Array, form: np.dtype[Any]) -> npt.NDArray[np.uint32]:
        """The number of each text of a column, in the order of first appearance."""
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        if not self._last or not column.dictionary.equals(self._last[0]):
            known = self._numbers
            found = [known.setdefault(text, len(known)) for text in column.dictionary.to_pylist()]
            if len(known) > np.iinfo(form).max:
                raise ValueError("too many different texts")
            self._last = column.dictionary, np.array([*found, 0], np.uint32)
        # The last place is that of null, which is found from behind.
        numbers: npt.NDArray[np.uint32] = self._last[1][plain(column.indices, -1)]
        return numbers

    def sort(self) -> npt.NDArray[np.uint32]:
        """Number the texts by the alphabet; the new number of each old one."""
        self._texts = sorted(text for text in self._numbers if text is not None)
        ranks = np.zeros(len(self._numbers), np.uint32)
        for rank, text in enumerate(self._texts, 1):
            ranks[self._numbers[text]] = rank
        self._arrow = pa.array(self._texts, pa.string())
        return ranks

    def column(self, ranks: npt.NDArray[Any]) -> pa.Array:
        """Texts by their sorted numbers, with a dictionary of no more than these."""
        if not self._texts:
            return pa.nulls(len(ranks), TEXT_TYPE)
        used = np.zeros(len(self._texts) + 1, np.bool_)
        used[ranks] = True
        null = ranks == 0 if used[0] else None
        used[0] = False
        places = (np.cumsum(used) - 1).astype(np.int32)
        texts = self._arrow.take(pa.array(np.flatnonzero(used) - 1))
        return pa.DictionaryArray.from_arrays(pa.array(places.take(ranks), mask=null), texts)


def order_of(records: Records, source_ranks: npt.NDArray[np.uint32]) -> tuple[Numbers, Numbers, Numbers]:
    """The places of the records by key and source; those left out as duplicates, and their earlier ones.

    Place and leading bits of the key are sorted as one number, which is several times faster than to sort
    places; the few neighbours that these bits do not tell apart are sorted once more.
    """
    count = len(records)
    bits = np.uint64(max(count - 1, 1).bit_length())
    places = (np.uint64(1) << bits) - np.uint64(1)
    leading = _half_of_key(records, 0)
    # The first digit is the same in the whole range.
    numbers = ((leading << np.uint64(4)) & ~places) | np.arange(count, dtype=np.uint64)
    numbers.sort()
    order = (numbers & places).astype(np.int64)
    numbers >>= bits
    alike = numbers[1:] == numbers[:-1]
    if not alike.any():
        return order, order[:0], order[:0]
    tied = np.zeros(count, np.bool_)
    tied[1:] = alike
    tied[:-1] |= alike
    at = np.flatnonzero(tied)
    some = taken(records, order[at])
    criteria = (_half_of_key(some, 0), _half_of_key(some, 1), source_ranks[some["source"]], some["row"])
    sorting = np.lexsort(criteria[::-1])
    order[at] = order[at][sorting]
    new = np.ones(len(at), np.bool_)
    new[1:] = False
    for criterion in criteria[:-1]:
        values = criterion[sorting]
        new[1:] |= values[1:] != values[:-1]
    again = np.flatnonzero(~new)
    if not len(again):
        return order, order[:0], order[:0]
    first = np.maximum.accumulate(np.where(new, np.arange(len(at)), 0))
    left_out, earlier = order[at[again]], order[at[first[again]]]
    return np.delete(order, at[again]), left_out, earlier


def _half_of_key(records: Records, half: int) -> npt.NDArray[np.uint64]:
    step = records.dtype.itemsize
    halves = np.ndarray((len(records),), ">u8", records, records.dtype.fields["key"][1] + 8 * half, (step,))  # type: ignore[index]
    return halves.astype(np.uint64)


def bytes_of(records: Records) -> npt.NDArray[np.uint8]:
    """The same memory as a table of bytes, a row for each record."""
    return records.view(np.uint8).reshape(len(records), -1)


def taken(records: Records, places: npt.NDArray[np.int64], into: Records | None = None) -> Records:
    """Records at places. As bytes without fields, since numpy copies field by field otherwise."""
    into = np.empty(len(places), records.dtype) if into is None else into
    whole = f"V{records.dtype.itemsize}"
    np.take(records.view(whole), places, out=into.view(whole), mode="clip")
    return into


def read_into(file: BinaryIO, records: Records) -> None:
    """Fill records from an unbuffered file. Raises OSError where it ends too soon."""
    rest = bytes_of(records).data.cast("B")
    while rest:
        count = file.readinto(rest)  # type: ignore[attr-defined]
        if not count:
            raise OSError(f"{file.name} is too short")
        rest = rest[count:]


def plain(column: pa.Array, null: int) -> npt.NDArray[Any]:
    """Numbers, days or truths of a column, with a value for null."""
    if pa.types.is_date(column.type):
        column = column.cast(pa.date32()).view(pa.int32())
    column = column.cast(pa.uint8()) if pa.types.is_boolean(column.type) else column
    values: npt.NDArray[Any] = pc.fill_null(column, null).to_numpy(zero_copy_only=False)
    return values
