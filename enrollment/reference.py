"""Reference data: goals, sources, agreements, plans, places, published figures, remarks, events, prognoses.

Each table comes from the file delivered last, else from `DIR/reference/`, else from the shipped ones;
columns are matched by name and converted strictly. A column of `OPTIONAL` may be absent, which says of every
row that its value is not known. What is entered by hand and moves a forecast, events and prognoses, is
judged row by row as well. `data/README.md` says what the columns mean.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from enrollment.durable import sha256
from enrollment.export import csv_lines
from enrollment.months import parse_month

SHIPPED = Path(__file__).parents[1] / "data" / "reference"

CONSTRUCTION = "JAKON"
SEGMENTS = ("PU", "BPU", CONSTRUCTION, "PMI")
EVENT_KINDS: Mapping[str, int] = {"joined": 1, "left": -1, "reclassified": 0, "cleaned": -1, "ending": -1}
"""What a one-off event can be, and the sign that its people have; 0 where they may have either."""

_NUMBER = re.compile(r"-?\d{1,18}(\.\d+)?", re.ASCII)
_TEXT, _WHOLE, _DAY, _YES = pa.string(), pa.int64(), pa.date32(), pa.bool_()

SCHEMAS: Mapping[str, Mapping[str, pa.DataType]] = {
    "targets": {
        "goal": _TEXT,
        "year": _WHOLE,
        "target": _WHOLE,
        "due": _DAY,
        "baseline": _WHOLE,
        "baseline_date": _DAY,
        "definition": _TEXT,
        "definition_en": _TEXT,
        "document": _TEXT,
        "document_en": _TEXT,
        "source": _TEXT,
        "stated_on": _DAY,
        "superseded_by": _TEXT,
        "is_default": _YES,
        "note": _TEXT,
        "note_en": _TEXT,
    },
    "partner_sources": {
        "source": _TEXT,
        "partner": _TEXT,
        "partner_name": _TEXT,
        "partner_name_en": _TEXT,
        "name": _TEXT,
        "name_en": _TEXT,
        "segment": _TEXT,
        "priority": _WHOLE,
        "expected_from": _DAY,
        "due_day": _WHOLE,
    },
    "agreements": {
        "agreement": _TEXT,
        "document": _TEXT,
        "document_en": _TEXT,
        "signed_on": _DAY,
        "expires_on": _DAY,
        "parties": _TEXT,
        "parties_en": _TEXT,
        "programmes": _TEXT,
        "reconciliation": _TEXT,
        "source": _TEXT,
        "committed": _WHOLE,
        "announced_on": _DAY,
        "note": _TEXT,
        "note_en": _TEXT,
        "source_url": _TEXT,
    },
    "plans": {
        "source": _TEXT,
        "province": _TEXT,
        "month": _DAY,
        "planned": _WHOLE,
        "note": _TEXT,
        "note_en": _TEXT,
        "source_url": _TEXT,
        "simulated": _YES,
    },
    "instructions": {
        "party": _TEXT,
        "party_en": _TEXT,
        "duty": _TEXT,
        "duty_en": _TEXT,
        "document": _TEXT,
        "section": _TEXT,
        "source": _TEXT,
    },
    "provinces": {
        "province": _TEXT,
        "name": _TEXT,
        "name_en": _TEXT,
        "short": _TEXT,
        "region": _TEXT,
        "region_en": _TEXT,
        "kemendagri": _TEXT,
        "bps": _TEXT,
        "from_year": _WHOLE,
        "until_year": _WHOLE,
        "tile_column": _WHOLE,
        "tile_row": _WHOLE,
    },
    "regencies": {
        "regency": _TEXT,
        "province": _TEXT,
        "name": _TEXT,
        "name_en": _TEXT,
        "short": _TEXT,
        "from_year": _WHOLE,
        "until_year": _WHOLE,
        "successor": _TEXT,
    },
    "eligible": {
        "as_of": _DAY,
        "province": _TEXT,
        "eligible": _WHOLE,
        "source": _TEXT,
        "note": _TEXT,
        "note_en": _TEXT,
    },
    "annotations": {
        "date": _DAY,
        "text": _TEXT,
        "text_en": _TEXT,
        "source": _TEXT,
        "author": _TEXT,
    },
    "events": {
        "date": _DAY,
        "source": _TEXT,
        "segment": _TEXT,
        "people": _WHOLE,
        "kind": _TEXT,
        "note": _TEXT,
        "note_en": _TEXT,
        "source_url": _TEXT,
        "simulated": _YES,
    },
    "prognoses": {
        "stated_on": _DAY,
        "due": _DAY,
        "value": _WHOLE,
        "document": _TEXT,
        "document_en": _TEXT,
        "source": _TEXT,
    },
    "published_figures": {
        "as_of_date": _DAY,
        "metric": _TEXT,
        "segment": _TEXT,
        "value": pa.float64(),
        "unit": _TEXT,
        "source": _TEXT,
        "confidence": _TEXT,
        "note": _TEXT,
    },
}

OPTIONAL: Mapping[str, frozenset[str]] = {
    "provinces": frozenset({"tile_column", "tile_row"}),
    "regencies": frozenset({"short", "from_year", "until_year", "successor"}),
    "eligible": frozenset({"note", "note_en"}),
    "annotations": frozenset({"text_en"}),
    "plans": frozenset({"province", "note", "note_en", "source_url", "simulated"}),
    "instructions": frozenset({"party_en", "duty_en", "section"}),
    "events": frozenset({"note", "note_en", "source_url", "simulated"}),
    "prognoses": frozenset({"document_en"}),
}
"""Columns that a file need not have, so that files made before a column was known still load."""

_FILLED: Mapping[str, tuple[str, ...]] = {
    "events": ("date", "people", "kind"),
    "prognoses": ("stated_on", "due", "value", "document", "source"),
}
_UNIQUE: Mapping[str, tuple[str, ...]] = {
    "events": ("date", "source", "segment", "people"),
    "prognoses": ("due", "stated_on"),
}
"""Columns that together stand in one row only: what is entered twice would count twice."""


class ReferenceFault(Exception):
    """A reference file cannot be used; the parts say which file, row, column and value.

    `rule` is the rule of the contract's faults that it breaks, `details` what its sentence needs besides.
    """

    def __init__(
        self,
        path: Path,
        row: int,
        column: str,
        value: str,
        rule: str = "reference_value",
        **details: str,
    ) -> None:
        super().__init__(f"{path.name}: row {row}, column {column}: {value!r}")
        self.path, self.row, self.column, self.value = path, row, column, value
        self.rule, self.details = rule, details


@dataclass(frozen=True, slots=True)
class Reference:
    """All reference tables, typed, with the SHA-256 of the files that they were read from."""

    tables: Mapping[str, pa.Table]
    digests: Mapping[str, str]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A table as dictionaries."""
        rows: list[dict[str, Any]] = self.tables[name].to_pylist()
        return rows


def read(data: Path, delivered: Mapping[str, Path] | None = None) -> Reference:
    """Read every reference table for a data directory; `delivered` are the files that were loaded.

    Raises ReferenceFault for a bad one.
    """
    paths = {name: (delivered or {}).get(name) or _locate(data, name) for name in SCHEMAS}
    return Reference(
        tables={name: table(name, path, path.read_bytes()) for name, path in paths.items()},
        digests={name: sha256(path) for name, path in paths.items()},
    )


def document(name: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """The file of a table that reads back as these rows."""
    columns = tuple(SCHEMAS[name])
    return csv_lines((columns, *([_written(row[column]) for column in columns] for row in rows)))


def required(name: str) -> tuple[str, ...]:
    """The columns that a file of a table must have."""
    return tuple(column for column in SCHEMAS[name] if column not in OPTIONAL.get(name, ()))


def _locate(data: Path, name: str) -> Path:
    own = data / "reference" / f"{name}.csv"
    return own if own.exists() else SHIPPED / f"{name}.csv"


def table(name: str, path: Path, content: bytes, sources: frozenset[str] | None = None) -> pa.Table:
    """A reference table from the bytes of its file, typed. Raises ReferenceFault, which names `path`.

    `sources` are the codes that events may name; None where they are not asked for, because the list of
    sources may have changed since the events were judged.
    """
    try:
        return _converted(path, content.decode("utf-8-sig"), name, sources)
    except UnicodeDecodeError as error:
        raise ReferenceFault(path, 1, "", f"byte {error.start}") from error
    except csv.Error as error:
        raise ReferenceFault(path, 1, "", str(error)) from error


@lru_cache(maxsize=32)
def _converted(path: Path, text: str, table: str, sources: frozenset[str] | None) -> pa.Table:
    schema = SCHEMAS[table]
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    header = reader.fieldnames or []
    if missing := [name for name in required(table) if name not in header]:
        raise ReferenceFault(path, 1, missing[0], "")
    rows: list[dict[str, Any]] = []
    earlier: dict[tuple[Any, ...], int] = {}
    for cells in reader:
        if None in cells or None in cells.values():
            raise ReferenceFault(path, reader.line_num, "", str(len(header)))
        row: dict[str, Any] = {}
        for name, kind in schema.items():
            value = cells.get(name, "").strip()
            try:
                row[name] = _convert(value, kind)
            except ValueError:
                raise ReferenceFault(path, reader.line_num, name, value) from None
        if broken := _broken(table, row, sources):
            column, rule, details = broken
            raise ReferenceFault(path, reader.line_num, column, cells[column].strip(), rule, **details)
        if unique := _UNIQUE.get(table):
            first = earlier.setdefault(tuple(row[name] for name in unique), reader.line_num)
            if first != reader.line_num:
                names = {"earlier": str(first), "columns": ", ".join(unique)}
                raise ReferenceFault(path, reader.line_num, "", "", "duplicate_entry", **names)
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=pa.schema(list(schema.items())))


_Broken = tuple[str, str, dict[str, str]]
"""Column, rule and details of what a row breaks."""


def _broken(table: str, row: Mapping[str, Any], sources: frozenset[str] | None) -> _Broken | None:
    """The first rule that a row breaks beyond the types of its values."""
    for name in _FILLED.get(table, ()):
        if row[name] is None:
            return name, "empty_required", {}
    if table == "events":
        return _broken_event(row, sources)
    if table == "prognoses":
        return _broken_prognosis(row)
    return None


def _broken_event(row: Mapping[str, Any], sources: frozenset[str] | None) -> _Broken | None:
    kind, people = row["kind"], row["people"]
    if kind not in EVENT_KINDS:
        return "kind", "event_kind", {"expected": ", ".join(EVENT_KINDS)}
    if row["segment"] is not None and row["segment"] not in SEGMENTS:
        return "segment", "unknown_segment", {"expected": ", ".join(SEGMENTS)}
    if row["source"] is not None and sources is not None and row["source"] not in sources:
        return "source", "unknown_source", {}
    if people == 0:
        return "people", "event_of_nobody", {}
    if people * EVENT_KINDS[kind] < 0:
        rule = "event_not_above_zero" if people < 0 else "event_not_below_zero"
        return "people", rule, {"kind": kind}
    return None


def _broken_prognosis(row: Mapping[str, Any]) -> _Broken | None:
    if row["value"] < 0:
        return "value", "count_sign", {}
    if row["stated_on"] > row["due"]:
        return "stated_on", "stated_after_due", {"due": row["due"].isoformat()}
    return None


def _written(value: Any) -> Any:
    """A value as `_convert` reads it; the writer leaves None out and writes days as ISO."""
    if isinstance(value, bool):
        return "ya" if value else ""
    return value


def _convert(text: str, kind: pa.DataType) -> Any:
    if kind == _YES:
        if text not in ("", "ya"):
            raise ValueError(text)
        return text == "ya"
    if not text:
        return None
    if kind == _DAY:
        return parse_month(text) if len(text) == len("YYYY-MM") else dt.date.fromisoformat(text)
    if kind == _TEXT:
        return text
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text) if kind == _WHOLE else float(text)
