"""Memberships of a month as keys and whole numbers, read from the kept files about people.

What `listed_people.sql` and `place_number.sql` say of a row, worked out on the codes in which the files
keep their texts: decoding them to texts costs more than all the rest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from enrollment.contract.values import AGE_BANDS
from enrollment.fold.merging import Slice, cut

DIMENSIONS = {
    "sources": "source",
    "provinces": "province",
    "segments": "segment",
    "regencies": "regency",
    "programmes": "programmes",
    "sexes": "sex",
}
"""Lists of codes and their columns, in the order in which they make up a number."""

_T = TypeVar("_T", bound=np.generic)
_TEXTS = tuple(DIMENSIONS.values())
_AGES = len(AGE_BANDS) + 1
_YEARS = ("birth_year", "birth_date")
_WHOLE_DICTIONARY = 1 << 20
"""A column of fewer bytes cannot have outgrown its dictionary, at whose size Parquet gives it up."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a cell becomes a number in a month: the codes of each dimension, in the order of DIMENSIONS."""

    codes: Mapping[str, Sequence[str]]

    @property
    def weights(self) -> dict[str, int]:
        """What one step of each column adds to a number."""
        weight, found = _AGES * 2, {}
        for name, column in reversed(DIMENSIONS.items()):
            found[column] = weight
            weight *= len(self.codes[name]) + 1
        return found

    @property
    def of_source(self) -> int:
        """How many numbers each source has."""
        return self.weights["source"]

    def parts(self, column: str, values: Sequence[str | None]) -> npt.NDArray[np.int64]:
        """What each value of a column adds to a number, and at the end what an unknown one does."""
        (name,) = (name for name, named in DIMENSIONS.items() if named == column)
        places: dict[str | None, int] = {code: place for place, code in enumerate(self.codes[name], 1)}
        weight = self.weights[column]
        return np.array([*(places[value] * weight if value else 0 for value in values), 0], np.int64)


@dataclass(frozen=True, slots=True)
class KeptPeople:
    """A kept file about people, and which of its rows count: those of `sources`, but those `without`.

    `sources` None is all of them.
    """

    path: Path
    sources: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    def values(self) -> dict[str, set[str]]:
        """The values of each text column, some of them perhaps only in rows that do not count."""
        found: dict[str, set[str]] = {column: set() for column in _TEXTS}
        with pq.ParquetFile(self.path, read_dictionary=_TEXTS) as file:
            for group in range(file.num_row_groups):
                # The first row comes with the dictionary of all the others.
                whole = not all(map(_has_whole_dictionary, _chunks(file, group)))
                size = file.metadata.row_group(group).num_rows if whole else 1
                batches = file.iter_batches(size, [group], columns=_TEXTS, use_threads=False)
                for batch in islice(batches, 1):
                    for column in _TEXTS:
                        found[column].update(batch[column].dictionary.to_pylist())
        return {column: values - {None} for column, values in found.items()}

    def slices(self, numbering: Numbering, year: int) -> Iterator[Slice]:
        """Keys and numbers of the rows that count, in the order of the keys."""
        with pq.ParquetFile(self.path, read_dictionary=_TEXTS) as file:
            years = [name for name in _YEARS if name in file.schema_arrow.names]
            columns = ["key", *_TEXTS, *years, "simulated"]
            for rows in cut(file.read_row_group(group, columns) for group in range(file.num_row_groups)):
                found = Slice.of(rows["key"], _numbers(rows, numbering, year))
                yield found.where(self._counting(rows)) if self.sources is not None or self.without else found

    def _counting(self, rows: pa.Table) -> npt.NDArray[np.bool_]:
        sources, without = self.sources, self.without
        by_source = _each(
            rows["source"],
            lambda values: np.array([*(not sources or value in sources for value in values), not sources]),
        )
        by_province = _each(
            rows["province"],
            lambda values: np.array([*(value not in without for value in values), not without]),
        )
        counting: npt.NDArray[np.bool_] = by_source & by_province
        return counting


def _numbers(rows: pa.Table, numbering: Numbering, year: int) -> npt.NDArray[np.int64]:
    total = 2 * _ages(rows, year)
    for column in _TEXTS:

        def parts(values: list[str | None], column: str = column) -> npt.NDArray[np.int64]:
            return numbering.parts(column, values)

        total += _each(rows[column], parts)
    total += rows["simulated"].to_numpy()
    return total


def _ages(rows: pa.Table, year: int) -> npt.NDArray[np.int64]:
    """Positions of age bands in AGE_BANDS, counted from 1; 0 where no birth is known."""
    born = rows["birth_year"]
    if born.null_count == len(born) and "birth_date" in rows.column_names:
        return _ages_by_day(rows["birth_date"], year)
    if born.null_count and "birth_date" in rows.column_names:
        born = pc.coalesce(born, pc.cast(pc.year(rows["birth_date"]), pa.int16()))
    bands = _bands(year - pc.fill_null(born, 0).to_numpy().astype(np.int64))
    if born.null_count:
        bands[pc.is_null(born).to_numpy()] = 0
    return bands


def _ages_by_day(dates: pa.ChunkedArray, year: int) -> npt.NDArray[np.int64]:
    """The same from dates of birth: there are far fewer days than people, so each is worked out once."""
    days = dates.cast(pa.int32())
    span = pc.min_max(days).as_py()
    if span["min"] is None:
        return np.zeros(len(days), np.int64)
    each = np.arange(span["min"], span["max"] + 1).astype("datetime64[D]")
    bands = _bands(year - 1970 - each.astype("datetime64[Y]").astype(np.int64))
    # The last place is for a date that is not known.
    places = pc.fill_null(pc.subtract(days, span["min"]), len(bands)).to_numpy()
    found: npt.NDArray[np.int64] = np.append(bands, 0)[places]
    return found


def _bands(ages: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    bands: npt.NDArray[np.int64] = np.clip(ages // 10, 1, len(AGE_BANDS))
    return bands


def _each(
    column: pa.ChunkedArray, of_values: Callable[[list[str | None]], npt.NDArray[_T]]
) -> npt.NDArray[_T]:
    """Something of each value of a column, worked out once for each value of its dictionaries.

    `of_values` says it for the values of a dictionary and, last, for a missing value.
    """
    found = []
    for chunk in column.chunks:
        codes = chunk.indices
        if codes.null_count:
            codes = pc.fill_null(codes, len(chunk.dictionary))
        found.append(of_values(chunk.dictionary.to_pylist())[codes.to_numpy()])
    return found[0] if len(found) == 1 else np.concatenate(found)


def _chunks(file: pq.ParquetFile, group: int) -> Iterator[Any]:
    metadata = file.metadata.row_group(group)
    for place in range(metadata.num_columns):
        chunk = metadata.column(place)
        if chunk.path_in_schema in _TEXTS:
            yield chunk


def _has_whole_dictionary(chunk: Any) -> bool:
    return bool(chunk.has_dictionary_page) and chunk.total_uncompressed_size < _WHOLE_DICTIONARY
