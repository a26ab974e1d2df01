"""The columns of a totals snapshot, and the header that names them."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from enrollment.contract import values
from enrollment.contract.faults import Fault, Findings, Refused
from enrollment.contract.values import Codes, Problem, Value
from enrollment.language import Language

MOST_COLUMNS = 200
HEADER_SEARCH = 20
"""Rows in which a header that does not stand first is looked for."""


def _upper(text: str) -> str:
    return text.strip(" \t").upper()


def _trimmed(text: str) -> str:
    return text.strip(" \t")


def _lower(text: str) -> str:
    return text.strip(" \t").lower()


def _as_it_is(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its English name (inside the program, and an alias in a delivery), its rule.

    `spelling` is what may differ between sender and contract, with a note: case and outer blanks of
    codes, nothing in counts.
    """

    header: str
    field: str
    rule: Callable[[str, Codes], Value | Problem]
    type: pa.DataType
    required: bool = False
    spelling: Callable[[str], str] = _upper
    empty: Value = None

    def judge(self, text: str, codes: Codes) -> Value | Problem:
        """The value of a cell, `empty` where an optional one is."""
        bare = text.strip(" \t")
        if not bare:
            return Problem("empty_required") if self.required else self.empty
        if not (bare.isascii() and bare.isprintable()):
            # A plain letter's upper case may come from another letter, so nothing is spelt anew here.
            return values.strange(bare) or self.rule(bare, codes)
        return self.rule(self.spelling(text), codes)

    def note(self, language: Language) -> str:
        """What the column holds, for somebody who fills in an empty delivery."""
        return language.say(f"faults.column.{self.field}")


def _count(header: str, field: str, *, required: bool = False) -> Column:
    return Column(header, field, values.count, pa.int64(), required, _as_it_is)


COLUMNS = (
    Column("periode", "month", values.month, pa.date32(), True, _trimmed),
    Column("sumber", "source", values.source, pa.string(), True),
    Column("segmen", "segment", values.segment, pa.string(), True),
    Column("provinsi", "province", values.province, pa.string(), True),
    Column("kab_kota", "regency", values.regency, pa.string()),
    Column("program", "programmes", values.programmes, pa.string(), True),
    Column("jenis_kelamin", "sex", values.sex, pa.string()),
    Column("kelompok_umur", "age_band", values.age_band, pa.string()),
    _count("aktif", "active", required=True),
    _count("baru", "new"),
    _count("aktif_kembali", "reactivated"),
    _count("berhenti", "lapsed"),
    _count("pindah_masuk", "moved_in"),
    _count("pindah_keluar", "moved_out"),
    Column("simulasi", "simulated", values.simulated, pa.bool_(), False, _lower, False),
)
KEY = ("month", "source", "segment", "province", "regency", "programmes", "sex", "age_band")
"""What names a cell: no two rows of a delivery may share it."""

SCHEMA = pa.schema([(column.field, column.type) for column in COLUMNS] + [("row", pa.int32())])

_BY_NAME = {name.upper(): column for column in COLUMNS for name in (column.header, column.field)}
_OF_PEOPLE = frozenset({"NIK", "KUNCI"})


def template(kind: str) -> tuple[Column, ...]:
    """The columns of an empty delivery of a kind, in the order in which they are offered."""
    if kind != "totals":
        raise ValueError(f"not a kind of delivery: {kind!r}")
    return COLUMNS


def known(name: str) -> bool:
    """Whether a header cell names a column of the contract."""
    return _upper(name) in _BY_NAME


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row consists of column names for the larger part."""
    return sum(map(known, cells)) > max(2, len(cells) // 2)


def match(row: int, cells: Sequence[str], supplied: frozenset[str], findings: Findings) -> tuple[Column, ...]:
    """The column of each header cell. `supplied` are the fields that need no column of their own.

    Raises Refused with every fault of the header.
    """
    if len(cells) > MOST_COLUMNS:
        limit = {"fields": str(len(cells)), "limit": str(MOST_COLUMNS)}
        raise Refused(Fault.of("too_many_columns", row=row, details=limit))
    if _OF_PEOPLE & {_upper(cell) for cell in cells}:
        raise Refused(Fault.of("people_file", row=row))
    faults: list[Fault] = []
    columns: list[Column] = []
    for position, cell in enumerate(cells, start=1):
        column = _BY_NAME.get(_upper(cell)) if cell.isascii() else None
        if column is None:
            faults.append(_unknown(row, position, cell))
        elif column in columns:
            faults.append(Fault.of("duplicate_column", row=row, column=column.header, value=cell))
        else:
            columns.append(column)
    faults.extend(
        Fault.of("missing_column", row=row, column=column.header)
        for column in COLUMNS
        if column.required and column not in columns and column.field not in supplied
    )
    if faults:
        raise Refused(*faults)
    respelt = [
        cell for cell, column in zip(cells, columns, strict=True) if cell not in (column.header, column.field)
    ]
    if respelt:
        findings.note("header_spelling", columns=", ".join(name.strip() for name in respelt))
    return tuple(columns)


def _unknown(row: int, position: int, cell: str) -> Fault:
    name = cell.strip()
    if not name:
        return Fault.of("unnamed_column", row=row, details={"position": str(position)})
    problem = values.strange(name)
    if problem:
        return Fault.of(problem.rule, row=row, column=name, value=name, details=problem.details)
    nearest = difflib.get_close_matches(name.upper()[:80], _BY_NAME, n=1)
    suggestion = {"nearest": _BY_NAME[nearest[0]].header if nearest else ""}
    return Fault.of("unknown_column", row=row, column=name, value=name, details=suggestion)


def missing(first: tuple[int, list[str]], following: Sequence[tuple[int, list[str]]]) -> Fault:
    """Why the first row with content is no header: one stands further down, or there is none."""
    for row, cells in following:
        if is_header(cells):
            filled = sum(bool(cell.strip()) for cell in first[1])
            return Fault.of("header_in_two_rows" if filled > 1 else "title_above_header", row=row)
    expected = ", ".join(column.header for column in COLUMNS if column.required)
    return Fault.of("header_missing", row=first[0], details={"expected": expected})
