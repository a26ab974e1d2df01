"""The rows of one delivery: cells judged in batches, rows that are no data named for what they are.

Cells are judged once per distinct text and column, so a clean file costs little more than its
splitting; single rows are looked at only where a text was bad.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from enrollment.contract import columns, values
from enrollment.contract.columns import COLUMNS, KEY, SCHEMA, Column
from enrollment.contract.faults import Fault, Findings, Refused
from enrollment.contract.text import Record
from enrollment.contract.values import Codes, Problem, Value

_BATCH = 2_000
"""Rows judged at once: few enough to stay in the processor's cache."""

_TOTAL = re.compile(r"(grand|sub)?[ -]?(total|jumlah)\b", re.IGNORECASE)


class JudgedColumn:
    """One column of a delivery: each distinct text with its value or its problem."""

    def __init__(self, column: Column, codes: Codes) -> None:
        self.column = column
        self.problems: dict[str, Problem] = {}
        self.respelt: dict[str, str] = {}
        """Texts that were accepted in another spelling, with that spelling."""
        self.respelt_rows = 0
        self._codes = codes
        self._values: dict[str, Value] = {}

    def take(self, texts: Sequence[str]) -> tuple[pa.Array, list[int]]:
        """The values of a batch, null where there is none, and the positions of problems."""
        encoded = pa.array(texts, pa.string()).dictionary_encode()
        distinct = encoded.dictionary.to_pylist()
        for text in distinct:
            if text not in self._values and text not in self.problems:
                self._learn(text)
        if not self.respelt.keys().isdisjoint(distinct):
            self.respelt_rows += sum(text in self.respelt for text in texts)
        offending: list[int] = []
        if not self.problems.keys().isdisjoint(distinct):
            offending = [position for position, text in enumerate(texts) if text in self.problems]
        found = pa.array(list(map(self._values.get, distinct)), self.column.type)
        return found.take(encoded.indices), offending

    def _learn(self, text: str) -> None:
        verdict = self.column.judge(text, self._codes)
        if isinstance(verdict, Problem):
            self.problems[text] = verdict
            return
        self._values[text] = verdict
        spelling = self.column.spelling(text)
        if spelling and spelling != text:
            self.respelt[text] = spelling


class Rows:
    """The rows of one delivery as they are read."""

    def __init__(self, codes: Codes, findings: Findings) -> None:
        self.findings = findings
        self.codes = codes
        self.judged: list[JudgedColumn] = []
        self.rows_in = 0
        self.blank = 0
        self.months: dict[dt.date, int] = {}
        """Each month of the file with the row that names it first."""
        self.placed: pa.Table = SCHEMA.empty_table()
        """Rows whose cell is known, whatever their counts are worth."""
        self._first_row: int | None = None
        self._last_row = 0
        self._last_short_row = -1

    @property
    def cut_row(self) -> int | None:
        """The last row of the file, if it is too short."""
        return self._last_row if self._last_row == self._last_short_row else None

    def accepted(self) -> pa.Table:
        """Rows without a fault."""
        faulty = pa.array(self.findings.faulty_rows, pa.int32())
        return self.placed.filter(pc.invert(pc.is_in(self.placed["row"], value_set=faulty)))

    def has_content(self, record: Record) -> bool:
        """Whether any cell is filled; rows without content are counted as blank."""
        filled = any(cell.strip(" \t\n") for cell in record[1])
        self.blank += not filled
        return filled

    def take(self, matched: Sequence[Column], records: Iterator[Record], supplied: Mapping[str, str]) -> None:
        """Judge all records. Raises Refused where the first of them belongs to the header."""
        self.judged = [JudgedColumn(column, self.codes) for column in matched]
        constants = {
            column.field: pa.scalar(column.judge(supplied.get(column.field, ""), self.codes), column.type)
            for column in COLUMNS
            if column not in matched
        }
        tables = [self.placed]
        while batch := list(islice(records, _BATCH)):
            tables.append(self._take_batch(batch, constants))
        self.placed = pa.concat_tables(tables).combine_chunks()

    def _take_batch(self, batch: list[Record], constants: Mapping[str, pa.Scalar]) -> pa.Table:
        width = len(self.judged)
        fitting = [record for record in batch if len(record[1]) == width]
        if len(fitting) < len(batch):
            for record in batch:
                if len(record[1]) != width and self.has_content(record):
                    self._misfit(record)
        self._last_row = batch[-1][0]
        if not fitting:
            return SCHEMA.empty_table()
        arrays = {field: pa.repeat(value, len(fitting)) for field, value in constants.items()}
        arrays["row"] = pa.array([row for row, _ in fitting], pa.int32())
        offending: dict[int, list[int]] = {}
        texts_by_column = zip(*(cells for _, cells in fitting), strict=True)
        for index, texts in enumerate(texts_by_column):
            judged = self.judged[index]
            arrays[judged.column.field], positions = judged.take(texts)
            for position in positions:
                offending.setdefault(position, []).append(index)
        self._see_months(arrays["month"], arrays["row"])
        self._first_row = self._first_row or batch[0][0]
        placed = [True] * len(fitting)
        for position in sorted(offending):
            placed[position] = self._judge_row(fitting[position], offending[position])
        self.rows_in += len(fitting)
        table = pa.table([arrays[field] for field in SCHEMA.names], schema=SCHEMA)
        return table if all(placed) else table.filter(pa.array(placed))

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

    def _judge_row(self, record: Record, bad: Sequence[int]) -> bool:
        """Say what is wrong in the columns `bad` of a row; whether the row still names its cell."""
        row, cells = record
        if not self.has_content(record):
            self.rows_in -= 1
            return False
        if self._is_no_data(record):
            return False
        if row == self._first_row and self._continues_header(cells, bad):
            raise Refused(Fault.of("header_in_two_rows", row=row))
        for index in bad:
            judged, text = self.judged[index], cells[index]
            problem = judged.problems[text]
            details = problem.explained(text) if self.findings.keeps_more else None
            self.findings.fault(problem.rule, row, judged.column.header, text, details)
        return all(self.judged[index].column.field not in KEY for index in bad)

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
        counts = [
            cell
            for judged, cell in zip(self.judged, cells, strict=True)
            if judged.column.rule is values.count
        ]
        filled = sum(bool(cell.strip()) for cell in cells)
        return filled > 1 and required <= set(bad) and not re.search(r"\d", " ".join(counts))
