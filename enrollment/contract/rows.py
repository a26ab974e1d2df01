"""The rows of one delivery: cells judged in batches, rows that are no data named for what they are.

Single rows are looked at only where a text was bad, so a clean file costs little more than its splitting.
"""

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract import columns, values, whole_columns
from enrollment.contract.batches import Batch, Record
from enrollment.contract.columns import KEY, KINDS, SCHEMA, Column
from enrollment.contract.faults import Fault, Findings, Refused, shown
from enrollment.contract.judged_column import DATES, JudgedColumn
from enrollment.contract.values import Codes
from enrollment.contract.whole_columns import Positions, flagged
from enrollment.months import month_text

EARLIEST_YEAR = 2000
PROBE = 1_000
"""Rows whose dates decide how the dates of a column are written."""
FEWEST_FOR_ZEROS = 3
"""Identity numbers that all end in 0 are chance where there are fewer."""

_TOTAL = re.compile(r"(grand|sub)?[ -]?(total|jumlah)\b", re.IGNORECASE)
_CONTRADICTED = {"nik_birth_date": "birth_date", "nik_birth_year": "birth_year", "nik_sex": "sex"}


class Rows(ABC):
    """The rows of one delivery as they are read; what is done with good ones is said by its kinds."""

    def __init__(self, kind: str, codes: Codes, findings: Findings) -> None:
        self.kind = kind
        self.findings = findings
        self.codes = codes
        self.judged: list[JudgedColumn] = []
        self.rows_in = 0
        self.blank = 0
        self.months: dict[dt.date, int] = {}
        """Each month of the file with the row that names it first."""
        self._constants: dict[str, pa.Scalar] = {}
        self._first_row: int | None = None
        self._last_row = 0
        self._last_short_row = -1
        self._no_data: set[int] = set()
        """Positions in the batch that hold no row of data."""

    @property
    def cut_row(self) -> int | None:
        """The last row of the file, if it is too short."""
        return self._last_row if self._last_row == self._last_short_row else None

    @abstractmethod
    def sources_in(self) -> tuple[str, ...]:
        """The sources of the rows, sorted."""

    @abstractmethod
    def provinces_in(self) -> tuple[str, ...]:
        """The provinces of the rows, sorted."""

    def constant(self, field: str) -> str | None:
        """What all cells of a delivered column hold."""
        judged = self.judged_of(field)
        return str(judged.seen[0]) if judged and judged.seen else None

    def judged_of(self, field: str) -> JudgedColumn | None:
        """The delivered column of a field."""
        return next((judged for judged in self.judged if judged.column.field == field), None)

    def take(self, matched: Sequence[Column], batches: Iterator[Batch], supplied: Mapping[str, str]) -> None:
        """Judge all rows. Raises Refused where the first of them belongs to the header."""
        self.judged = [JudgedColumn(column, self.codes) for column in matched]
        self._constants = {
            column.field: pa.scalar(column.judge(supplied.get(column.field, ""), self.codes), column.type)
            for column in KINDS[self.kind]
            if column not in matched and self.has_constant(column, supplied)
        }
        for batch in self._dates_settled(batches):
            self._take_batch(batch)

    def has_constant(self, column: Column, supplied: Mapping[str, str]) -> bool:
        """Whether a column that was not delivered is filled all the same."""
        return column.field in supplied or not column.required

    @abstractmethod
    def keep(self, batch: Batch, arrays: dict[str, pa.Array], lost: Positions) -> None:
        """Take in the values of a batch; the rows at the positions `lost` have a fault that forbids it."""

    def fault_costs_row(self, column: Column) -> bool:
        """Whether a bad cell of a column makes the row lost at once."""
        return True

    def _dates_settled(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        dates = [index for index, judged in enumerate(self.judged) if judged.column.field in DATES]
        first: list[Batch] = []
        rows = 0
        while dates and rows < PROBE and (batch := next(batches, None)) is not None:
            first.append(batch)
            rows += len(batch)
        for index in dates:
            texts = chain.from_iterable(batch.columns[index][:PROBE].to_pylist() for batch in first)
            self.judged[index].settle_dates(islice(texts, PROBE))
        yield from first
        yield from batches

    def _take_batch(self, batch: Batch) -> None:
        self.blank += batch.blank
        for record in batch.misfits:
            self._misfit(record)
        self._last_row = batch.last_row
        if not len(batch):
            return
        arrays = {field: pa.repeat(value, len(batch)) for field, value in self._constants.items()}
        bad: list[Positions] = []
        for judged, texts in zip(self.judged, batch.columns, strict=True):
            arrays[judged.column.field], positions = judged.take(texts)
            bad.append(positions)
        self._see_months(arrays["month"], batch.rows)
        self._first_row = self._first_row or batch.first_row
        self.rows_in += len(batch)
        self.keep(batch, arrays, self._judge_rows(batch, bad))

    def _see_months(self, months: pa.Array, rows: pa.Array) -> None:
        for month in months.unique().drop_null():
            self.months.setdefault(month.as_py(), rows[months.index(month).as_py()].as_py())

    def _misfit(self, record: Record) -> None:
        row, cells = record
        self.rows_in += 1
        if self._is_no_data(record):
            return
        short = len(cells) < len(self.judged)
        if short:
            self._last_short_row = row
        details = {"found": str(len(cells)), "expected": str(len(self.judged))}
        self.findings.fault("short_row" if short else "long_row", row, details=details)

    def _judge_rows(self, batch: Batch, bad: list[Positions]) -> Positions:
        """Say what is wrong at the positions `bad` of each column; the positions of rows that are lost."""
        self._no_data = set()
        blank = self._blank(batch, bad)
        self.rows_in -= len(blank)
        self.blank += len(blank)
        offending: dict[int, list[int]] = {}
        for index, positions in enumerate(bad):
            for position in np.setdiff1d(positions, blank, assume_unique=True).tolist():
                offending.setdefault(position, []).append(index)
        lost = [at for at in sorted(offending) if not self._judge_row(batch, at, offending[at])]
        return np.union1d(blank, np.array(lost, np.int64))

    def _blank(self, batch: Batch, bad: list[Positions]) -> Positions:
        """Positions of rows whose cells are all empty; each required one of them is bad."""
        required = [places for places, judged in zip(bad, self.judged, strict=True) if judged.column.required]
        at = pa.array(min(required, key=len))
        for column in batch.columns:
            if not len(at):
                break
            cells = _decoded(column.take(at))
            at = at.filter(pc.equal(pc.utf8_trim(cells, " \t\n"), ""))
        found: Positions = at.to_numpy(zero_copy_only=False)
        return found

    def _judge_row(self, batch: Batch, position: int, bad: Sequence[int]) -> bool:
        """Say what is wrong in the columns `bad` of a row; whether the row may stay all the same."""
        row, cells = record = batch.record(position)
        if self._is_no_data(record):
            self._no_data.add(position)
            return False
        if row == self._first_row and self._continues_header(cells, bad):
            raise Refused(Fault.of("header_in_two_rows", row=row))
        for index in bad:
            judged, text = self.judged[index], cells[index]
            problem = judged.problem(text)
            if problem.rule == "mixed_dates":
                raise Refused(Fault.of("mixed_dates", row=row, column=judged.column.header, value=text))
            details = problem.explained(text) if self.findings.keeps_more else None
            self.findings.fault(problem.rule, row, judged.column.header, text, details)
        return not any(self.fault_costs_row(self.judged[index].column) for index in bad)

    def _is_no_data(self, record: Record) -> bool:
        """Whether a faulty row is a total, a comment, a title or a header; says so if it is."""
        row, cells = record
        filled = [cell.strip() for cell in cells if cell.strip()]
        totals = [cell for cell in filled if _TOTAL.match(cell)]
        if not filled:
            return False
        if filled[0].startswith("#"):
            self.findings.fault("comment_row", row, value=filled[0])
        elif columns.is_header(cells):
            self.findings.fault("repeated_header", row)
        elif totals:
            self.findings.fault("total_row", row, value=totals[0])
        elif len(filled) == 1 and re.search(r"[^\W\d_]", filled[0]) and self._stands_alone(cells, filled[0]):
            self.findings.fault("text_row", row, value=filled[0])
        else:
            return False
        return True

    def _stands_alone(self, cells: Sequence[str], text: str) -> bool:
        # A row cut off within its first cell is no title.
        return len(cells) == len(self.judged) or " " in text

    def _continues_header(self, cells: Sequence[str], bad: Sequence[int]) -> bool:
        """Whether a row is words where values are due: no required cell fits, no count has a digit."""
        required = {index for index, judged in enumerate(self.judged) if judged.column.required}
        numbers = [
            cell
            for judged, cell in zip(self.judged, cells, strict=True)
            if judged.column.rule is values.count or judged.column.valid
        ]
        filled = sum(bool(cell.strip()) for cell in cells)
        return filled > 1 and required <= set(bad) and not re.search(r"\d", " ".join(numbers))


class TotalsRows(Rows):
    """Rows of totals, kept in memory: their cells may be named twice anywhere in the file."""

    def __init__(self, codes: Codes, findings: Findings) -> None:
        super().__init__("totals", codes, findings)
        self._batches: list[pa.RecordBatch] = []
        self._placed: pa.Table | None = None

    @property
    def placed(self) -> pa.Table:
        """Rows whose cell is known, whatever their counts are worth."""
        if self._placed is None or self._batches:
            before = self._placed.to_batches() if self._placed else []
            self._placed = pa.Table.from_batches([*before, *self._batches], self._schema()).combine_chunks()
            self._batches = []
        return self._placed

    def accepted(self) -> pa.Table:
        """Rows without a fault."""
        faulty = pa.array(self.findings.faulty_rows, pa.int32())
        return self.placed.filter(pc.invert(pc.is_in(self.placed["row"], value_set=faulty)))

    def keep(self, batch: Batch, arrays: dict[str, pa.Array], lost: Positions) -> None:
        arrays["row"] = batch.rows.cast(pa.int32())
        schema = self._schema()
        decoded = [_decoded(arrays[field]) for field in schema.names]
        self._batches.append(_without(pa.record_batch(decoded, schema=schema), lost))

    def fault_costs_row(self, column: Column) -> bool:
        return column.field in KEY

    def sources_in(self) -> tuple[str, ...]:
        return tuple(sorted(self.placed["source"].unique().to_pylist()))

    def provinces_in(self) -> tuple[str, ...]:
        return tuple(sorted(self.placed["province"].unique().to_pylist()))

    def _schema(self) -> pa.Schema:
        mending = self.judged_of("mends_row")
        return SCHEMA.append(pa.field("mends_row", pa.int32())) if mending else SCHEMA


class PeopleRows(Rows):
    """Rows about people: good ones are handed on at once, nothing of them is kept here.

    `sink` takes the values of good rows. `key_of` turns the identity of a faulty row into its key.
    """

    def __init__(
        self,
        kind: str,
        codes: Codes,
        findings: Findings,
        sink: Callable[[pa.RecordBatch], None],
        key_of: Callable[[str], bytes],
    ) -> None:
        super().__init__(kind, codes, findings)
        self._sources: set[str] = set()
        self._provinces: set[str] = set()
        self.keys: dict[int, bytes] = {}
        """The keys of faulty rows whose identity is well formed, where faulty rows are set aside."""
        self.masked: dict[int, str] = {}
        """The identity numbers of the same rows as they may be shown."""
        self.month: dt.date | None = None
        """The month that rows are judged by; None for the one that the rows name."""
        self._sink = sink
        self._key_of = key_of
        self._numbers = 0
        self._all_end_in_zero = True

    @property
    def all_end_in_zero(self) -> bool:
        """Whether the file holds identity numbers enough, and each of them ends in 0."""
        return self._all_end_in_zero and self._numbers >= FEWEST_FOR_ZEROS

    def has_constant(self, column: Column, supplied: Mapping[str, str]) -> bool:
        return column.field in supplied or column.field == "simulated"

    def keep(self, batch: Batch, arrays: dict[str, pa.Array], lost: Positions) -> None:
        arrays["row"] = batch.rows.cast(pa.int32())
        self._see_zeros(batch)
        lost = np.union1d(lost, np.array([*self._judge_together(batch, arrays)], np.int64))
        if self.findings.sets_aside and len(lost):
            self._see_identities(batch, arrays, lost)
        kept = [name for name in arrays if (judged := self.judged_of(name)) is None or judged.column.kept]
        good = _without(pa.record_batch({name: arrays[name] for name in kept}), lost)
        for found, field in ((self._sources, "source"), (self._provinces, "province")):
            found.update(_distinct(good[field], all_used=not len(lost)))
        if good.num_rows:
            self._sink(good)

    def sources_in(self) -> tuple[str, ...]:
        return tuple(sorted(self._sources))

    def provinces_in(self) -> tuple[str, ...]:
        return tuple(sorted(self._provinces))

    def _see_zeros(self, batch: Batch) -> None:
        place = self._place("nik")
        if place is None:
            self._all_end_in_zero = False
        elif self._all_end_in_zero:
            texts = _decoded(batch.columns[place])
            texts = texts.filter(pc.not_equal(texts, ""))
            self._numbers += len(texts)
            self._all_end_in_zero = not len(texts) or whole_columns.all_end_in_zero(texts)

    def _place(self, field: str) -> int | None:
        fields = [judged.column.field for judged in self.judged]
        return fields.index(field) if field in fields else None

    def _judge_together(self, batch: Batch, arrays: Mapping[str, pa.Array]) -> Iterator[int]:
        """Say where the cells of a row do not fit each other; the positions of such rows."""
        for rule, field, positions, details in self._misfitting(arrays):
            place = self._place(field)
            for position in positions.tolist():
                if place is None or position in self._no_data:
                    continue
                row, cells = batch.record(position)
                header = self.judged[place].column.header
                self.findings.fault(rule, row, header, cells[place], details(position))
                yield position

    def _misfitting(
        self, arrays: Mapping[str, pa.Array]
    ) -> Iterator[tuple[str, str, Positions, Callable[[int], Mapping[str, str]]]]:
        """Rule, field, positions and the explanation of each position."""
        if "nik" in arrays:
            parts = (arrays.get(field) for field in ("birth_date", "birth_year", "sex"))
            for rule, positions in whole_columns.contradictions(arrays["nik"], *parts):
                yield rule, _CONTRADICTED[rule], positions, lambda _: {}
        month = self.month or next(iter(self.months), None)
        if month is None:
            return
        for field, last in (("birth_date", month), ("birth_year", month.year)):
            if field in arrays:
                late = flagged(pc.greater(arrays[field], pa.scalar(last, arrays[field].type)))
                yield "birth_in_future", field, late, lambda _: {"month": month_text(month)}
        provinces = arrays["province"]
        absent = absent_provinces(_distinct(provinces), month.year, self.codes)
        if absent:
            positions = flagged(pc.is_in(_decoded(provinces), value_set=pa.array(absent, pa.string())))
            yield "province_not_in_year", "province", positions, lambda at: absent[provinces[at].as_py()]
        yield from self._misplaced(arrays, absent)

    def _misplaced(
        self, arrays: Mapping[str, pa.Array], absent: Collection[str]
    ) -> Iterator[tuple[str, str, Positions, Callable[[int], Mapping[str, str]]]]:
        if "regency" not in arrays:
            return
        provinces, regencies = (_encoded(arrays[name]) for name in ("province", "regency"))
        pairs = _pairs(provinces, regencies)
        wrong = {
            pair: details
            for pair, (province, regency) in _named_pairs(pairs, provinces, regencies).items()
            if province not in absent and (details := misplaced(province, regency, self.codes)) is not None
        }
        if wrong:
            positions = np.flatnonzero(np.isin(pairs, list(wrong)))
            yield "regency_elsewhere", "regency", positions, lambda at: wrong[int(pairs[at])]

    def _see_identities(self, batch: Batch, arrays: Mapping[str, pa.Array], lost: Positions) -> None:
        identities = arrays["nik"] if "nik" in arrays else arrays["key"]
        chosen = identities.take(pa.array(lost)).to_pylist()
        for position, identity in zip(lost.tolist(), chosen, strict=True):
            if identity is not None:
                row = batch.rows[position].as_py()
                self.keys[row] = self._key_of(identity) if "nik" in arrays else bytes.fromhex(identity)
                if "nik" in arrays:
                    self.masked[row] = shown(identity)


def absent_provinces(provinces: Iterable[str], year: int, codes: Codes) -> dict[str, Mapping[str, str]]:
    """The provinces that do not exist in a year, with the years in which they do."""
    absent: dict[str, Mapping[str, str]] = {}
    for province in provinces:
        first, last = codes.provinces[province]
        if not first <= year <= (last or year):
            absent[province] = {"year": str(year), "years": f"{first}–{last or ''}"}
    return absent


def misplaced(province: str, regency: str, codes: Codes) -> Mapping[str, str] | None:
    """Where a regency lies that does not lie in a province; None where it does, or it is not known."""
    if codes.regencies is None or province in codes.regencies[regency]:
        return None
    return {"province": province, "expected": ", ".join(sorted(codes.regencies[regency]))}


def _pairs(first: pa.DictionaryArray, second: pa.DictionaryArray) -> Positions:
    """One number for the two texts of each row, so that a pair is looked at once however many rows it has."""
    numbers = (
        pc.fill_null(texts.indices, len(texts.dictionary)).to_numpy(zero_copy_only=False).astype(np.int64)
        for texts in (first, second)
    )
    high, low = numbers
    joined: Positions = high * (len(second.dictionary) + 1) + low
    return joined


def _named_pairs(
    pairs: Positions, first: pa.DictionaryArray, second: pa.DictionaryArray
) -> dict[int, tuple[str, str]]:
    """The texts behind the numbers that `_pairs` gave; pairs that lack one of them are left out."""
    names, others = first.dictionary.to_pylist(), second.dictionary.to_pylist()
    found = ((int(pair), divmod(int(pair), len(others) + 1)) for pair in np.flatnonzero(np.bincount(pairs)))
    return {
        pair: (names[high], others[low])
        for pair, (high, low) in found
        if high < len(names) and low < len(others)
    }


def _encoded(array: pa.Array) -> pa.DictionaryArray:
    return array if pa.types.is_dictionary(array.type) else array.dictionary_encode()


def _decoded(array: pa.Array) -> pa.Array:
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _distinct(array: pa.Array, *, all_used: bool = True) -> list[str]:
    """The texts of a column; those of a dictionary of which `all_used` says that each has a row."""
    if all_used and pa.types.is_dictionary(array.type):
        found: list[str] = array.dictionary.to_pylist()
        return found
    return [text for text in array.unique().to_pylist() if text is not None]


def _without(batch: pa.RecordBatch, positions: Positions) -> pa.RecordBatch:
    if not len(positions):
        return batch
    stays = np.ones(batch.num_rows, np.bool_)
    stays[positions] = False
    return batch.filter(pa.array(stays))
