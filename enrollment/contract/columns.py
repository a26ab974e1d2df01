"""The columns of each kind of delivery, and the header that names them and decides the kind."""

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from enrollment import reference
from enrollment.contract import values, whole_columns
from enrollment.contract.faults import Fault, Findings, Refused
from enrollment.contract.values import Codes, Problem, Value
from enrollment.language import Language

MOST_COLUMNS = 200
HEADER_SEARCH = 20
"""Rows in which a header that does not stand first is looked for."""

Texts = Callable[[pa.Array], pa.Array]


def _upper(text: str) -> str:
    return text.strip(" \t").upper()


def _trimmed(text: str) -> str:
    return text.strip(" \t")


def _lower(text: str) -> str:
    return text.strip(" \t").lower()


def _as_it_is(text: str) -> str:
    return text


def _plain_texts(texts: pa.Array) -> pa.BooleanArray:
    """Which free texts are so ordinary that no rule has to look at them."""
    printable = pc.and_(pc.string_is_ascii(texts), pc.ascii_is_printable(texts))
    short = pc.less_equal(pc.binary_length(texts), values.LONGEST_TEXT)
    wordy = pc.invert(pc.match_substring_regex(texts, "[0-9]"))
    filled = pc.match_substring_regex(texts, "^[^ ].*[^ ]$")
    return pc.and_(pc.and_(printable, short), pc.and_(wordy, filled))


def _same_keys(texts: pa.Array) -> pa.Array:
    return pc.ascii_lower(pc.replace_substring(texts, "-", ""))


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, its English name (inside the program, and an alias in a delivery), its rule.

    `spelling` is what may differ between sender and contract, with a note: case and outer blanks of
    codes, nothing in counts. A column that hardly ever repeats a text has `valid`, which says for many
    texts at once which of them the rule takes; `settled` is what the rule makes of these. `free` text
    may be anything that can be read. What is not `kept` is judged and forgotten.
    """

    header: str
    field: str
    rule: Callable[[str, Codes], Value | Problem]
    type: pa.DataType
    required: bool = False
    spelling: Callable[[str], str] = _upper
    empty: Value = None
    valid: Texts | None = None
    settled: Texts | None = None
    free: bool = False
    kept: bool = True

    def judge(self, text: str, codes: Codes) -> Value | Problem:
        """The value of a cell, `empty` where an optional one is."""
        bare = text.strip(" \t")
        if not bare:
            return Problem("empty_required") if self.required else self.empty
        if self.free:
            return (bare[0] in values.MARKS and values.strange(bare)) or self.rule(bare, codes)
        if not (bare.isascii() and bare.isprintable()):
            # A plain letter's upper case may come from another letter, so nothing is spelt anew here.
            return values.strange(bare) or self.rule(bare, codes)
        return self.rule(self.spelling(text), codes)

    def note(self, language: Language) -> str:
        """What the column holds, for somebody who fills in an empty delivery."""
        said = language.say(f"faults.column.{self.field}")
        return language.say("faults.hint.required", note=said) if self.required else said


def _count(header: str, field: str, *, required: bool = False) -> Column:
    return Column(header, field, values.count, pa.int64(), required, _as_it_is)


_MONTH = Column("periode", "month", values.month, pa.date32(), True, _trimmed)
_SOURCE = Column("sumber", "source", values.source, pa.string(), True)
_SEGMENT = Column("segmen", "segment", values.segment, pa.string(), True)
_PROVINCE = Column("provinsi", "province", values.province, pa.string(), True)
_REGENCY = Column("kab_kota", "regency", values.regency, pa.string())
_PROGRAMMES = Column("program", "programmes", values.programmes, pa.string(), True)
_SEX = Column("jenis_kelamin", "sex", values.sex, pa.string())
_SIMULATED = Column("simulasi", "simulated", values.simulated, pa.bool_(), False, _lower, False)
_NIK = Column("nik", "nik", values.nik, pa.string(), True, _as_it_is, valid=whole_columns.valid_niks)
_KEY = Column(
    "kunci", "key", values.key, pa.string(), True, _as_it_is, None, whole_columns.valid_keys, _same_keys
)
_KEY_SPACE = Column("kunci_ruang", "key_space", values.key_space, pa.string(), True, _trimmed)
_KPJ = Column("kpj", "kpj", values.kpj, pa.string(), False, _as_it_is, valid=whole_columns.valid_kpjs)
_BIRTH_DATE = Column("tgl_lahir", "birth_date", values.birth_date, pa.date32(), False, _trimmed)


def _delivery(text: str, codes: Codes) -> Value | Problem:
    """The beginning of a delivery's name, as receipts and the quarantine print it."""
    return text if re.fullmatch("[0-9a-f]{8,64}", text) else Problem("mends_format")


def _row(text: str, codes: Codes) -> Value | Problem:
    """A row of the delivery that is mended."""
    return int(text) if re.fullmatch("[1-9][0-9]{0,8}", text) else Problem("mends_row_format")


MENDING = (
    Column("kiriman", "mends", _delivery, pa.string(), True, _lower),
    Column("baris", "mends_row", _row, pa.int32(), True, _trimmed),
)
"""The columns that say which set-aside rows of which delivery these rows bring in order."""

COLUMNS = (
    _MONTH,
    _SOURCE,
    _SEGMENT,
    _PROVINCE,
    _REGENCY,
    _PROGRAMMES,
    _SEX,
    Column("kelompok_umur", "age_band", values.age_band, pa.string()),
    _count("aktif", "active", required=True),
    _count("baru", "new"),
    _count("aktif_kembali", "reactivated"),
    _count("berhenti", "lapsed"),
    _count("pindah_masuk", "moved_in"),
    _count("pindah_keluar", "moved_out"),
    _SIMULATED,
)
"""The columns of a totals snapshot."""
MEMBERS = (
    _NIK,
    _KEY,
    _KEY_SPACE,
    _MONTH,
    _SOURCE,
    _SEGMENT,
    _PROVINCE,
    _REGENCY,
    _PROGRAMMES,
    _SEX,
    _BIRTH_DATE,
    Column("tahun_lahir", "birth_year", values.birth_year, pa.int16(), False, _trimmed),
    _KPJ,
    Column("npp", "npp", values.npp, pa.string(), False, _trimmed),
    _SIMULATED,
)
ROSTER = (
    _NIK,
    _KEY,
    _KEY_SPACE,
    Column(
        "nama",
        "name",
        values.free_text,
        pa.string(),
        True,
        _trimmed,
        valid=_plain_texts,
        free=True,
        kept=False,
    ),
    replace(_BIRTH_DATE, required=True),
    replace(_SEX, required=True),
    _PROVINCE,
    _REGENCY,
    _SOURCE,
    _MONTH,
    replace(_PROGRAMMES, required=False),
    _KPJ,
    Column("jabatan", "position", values.free_text, pa.string(), False, _trimmed, free=True),
    Column("tgl_daftar", "registered_on", values.day, pa.date32(), False, _trimmed),
    Column("upah", "wage", values.wage, pa.int64(), False, _trimmed, kept=False),
    _SIMULATED,
)
KINDS = {"totals": COLUMNS, "members": MEMBERS, "roster": ROSTER}
PEOPLE = frozenset({"members", "roster"})
KEY = ("month", "source", "segment", "province", "regency", "programmes", "sex", "age_band")
"""What names a cell: no two rows of a delivery may share it."""

SCHEMA = pa.schema([(column.field, column.type) for column in COLUMNS] + [("row", pa.int32())])

_BY_NAME = {
    kind: {name.upper(): column for column in (*columns, *MENDING) for name in (column.header, column.field)}
    for kind, columns in KINDS.items()
}
_KNOWN = frozenset(name for names in _BY_NAME.values() for name in names)
_REFERENCE = frozenset(name.upper() for schema in reference.SCHEMAS.values() for name in schema)
_EITHER = {"nik": ("key", "key_space"), "birth_date": ("birth_year",)}
"""A field, and what may stand in its place: never both."""


def column_of(kind: str, name: str) -> Column | None:
    """The column of a kind that a header cell names."""
    return _BY_NAME.get(kind, {}).get(_upper(name)) if name.isascii() else None


def template(kind: str) -> tuple[Column, ...]:
    """The columns of an empty delivery of a kind, in the order in which they are offered."""
    if kind not in KINDS:
        raise ValueError(f"not a kind of delivery: {kind!r}")
    instead = {field for fields in _EITHER.values() for field in fields}
    return tuple(column for column in KINDS[kind] if column.field not in instead)


def known(name: str) -> bool:
    """Whether a header cell names a column of any kind of delivery."""
    return _upper(name) in _KNOWN or _upper(name) in _REFERENCE


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row consists of column names for the larger part."""
    return sum(map(known, cells)) > max(2, len(cells) // 2)


def kind_of(cells: Sequence[str]) -> tuple[str, str | None]:
    """The kind of delivery that a header belongs to, and for a reference file the table."""
    names = {_upper(cell) for cell in cells}
    if names & {"NIK", "KUNCI"}:
        members = names & {"SEGMEN", "SEGMENT"} and not names & {"NAMA", "NAME"}
        return "members" if members else "roster", None
    score = {
        table: len(names & {name.upper() for name in schema}) for table, schema in reference.SCHEMAS.items()
    }
    table = max(score, key=lambda name: (score[name], -len(reference.SCHEMAS[name])))
    if score[table] > max(2, len(names & _BY_NAME["totals"].keys())):
        return "reference", table
    return "totals", None


def match(
    kind: str, row: int, cells: Sequence[str], supplied: frozenset[str], findings: Findings
) -> tuple[Column, ...]:
    """The column of each header cell. `supplied` are the fields that need no column of their own.

    Raises Refused with every fault of the header.
    """
    named = _BY_NAME[kind]
    faults: list[Fault] = []
    columns: list[Column] = []
    for position, cell in enumerate(cells, start=1):
        column = column_of(kind, cell)
        if column is None:
            faults.append(_unknown(row, position, cell, {name: each.header for name, each in named.items()}))
        elif column in columns:
            faults.append(Fault.of("duplicate_column", row=row, column=column.header, value=cell))
        else:
            columns.append(column)
    fields = {column.field for column in columns}
    needed = [column for column in KINDS[kind] if column.required and column.field not in supplied]
    if "key" in fields:
        needed.remove(_NIK)
    else:
        needed = [column for column in needed if column not in (_KEY, _KEY_SPACE)]
    if fields & {column.field for column in MENDING}:
        needed.extend(MENDING)
    for field, others in _EITHER.items():
        if field in fields and fields & set(others):
            (second,) = (column.header for column in columns if column.field == others[0])
            first = next(column.header for column in columns if column.field == field)
            faults.append(Fault.of("either_column", row=row, column=second, details={"other": first}))
    faults.extend(
        Fault.of("missing_column", row=row, column=column.header)
        for column in needed
        if column not in columns
    )
    if faults:
        raise Refused(*faults)
    respelt = [
        cell for cell, column in zip(cells, columns, strict=True) if cell not in (column.header, column.field)
    ]
    if respelt:
        findings.note("header_spelling", columns=", ".join(name.strip() for name in respelt))
    return tuple(columns)


def match_reference(table: str, row: int, cells: Sequence[str]) -> None:
    """Hold a header against a reference table, whose names are taken literally. Raises Refused."""
    names = {name.upper(): name for name in reference.SCHEMAS[table]}
    faults = [
        Fault.of("duplicate_column", row=row, column=cell, value=cell)
        if cell in names.values()
        else _unknown(row, position, cell, names)
        for position, cell in enumerate(cells, start=1)
        if cell not in names.values() or cell in cells[: position - 1]
    ]
    faults += [
        Fault.of("missing_column", row=row, column=name)
        for name in reference.required(table)
        if name not in cells
    ]
    if faults:
        raise Refused(*faults)


def check_width(row: int, cells: Sequence[str]) -> None:
    """Refuse more columns than anybody needs."""
    if len(cells) > MOST_COLUMNS:
        limit = {"fields": str(len(cells)), "limit": str(MOST_COLUMNS)}
        raise Refused(Fault.of("too_many_columns", row=row, details=limit))


def _unknown(row: int, position: int, cell: str, headers: Mapping[str, str]) -> Fault:
    name = cell.strip()
    if not name:
        return Fault.of("unnamed_column", row=row, details={"position": str(position)})
    problem = values.strange(name)
    if problem:
        return Fault.of(problem.rule, row=row, column=name, value=name, details=problem.details)
    nearest = difflib.get_close_matches(name.upper()[:80], headers, n=1)
    suggestion = {"nearest": headers[nearest[0]] if nearest else ""}
    return Fault.of("unknown_column", row=row, column=name, value=name, details=suggestion)


def missing(first: tuple[int, list[str]], following: Sequence[tuple[int, list[str]]]) -> Fault:
    """Why the first row with content is no header: one stands further down, or there is none."""
    for row, cells in following:
        if is_header(cells):
            filled = sum(bool(cell.strip()) for cell in first[1])
            return Fault.of("header_in_two_rows" if filled > 1 else "title_above_header", row=row)
    expected = ", ".join(column.header for column in COLUMNS if column.required)
    return Fault.of("header_missing", row=first[0], details={"expected": expected})
