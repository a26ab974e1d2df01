"""Reference data: goals, partner sources, agreements and plans, places, published figures, notes on days.

Each table comes from the file delivered last, else from `DIR/reference/`, else from the shipped ones;
columns are matched by name and converted strictly. A column of `OPTIONAL` may be absent, which says of every
row that its value is not known. `data/README.md` says what the columns mean.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from enrollment.durable import sha256
from enrollment.months import parse_month

SHIPPED = Path(__file__).parents[1] / "data" / "reference"

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
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
}
"""Columns that a file need not have, so that files made before a column was known still load."""


class ReferenceFault(Exception):
    """A reference file cannot be used; the parts say which file, row, column and value."""

    def __init__(self, path: Path, row: int, column: str, value: str) -> None:
        super().__init__(f"{path.name}: row {row}, column {column}: {value!r}")
        self.path, self.row, self.column, self.value = path, row, column, value


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


def required(name: str) -> tuple[str, ...]:
    """The columns that a file of a table must have."""
    return tuple(column for column in SCHEMAS[name] if column not in OPTIONAL.get(name, ()))


def _locate(data: Path, name: str) -> Path:
    own = data / "reference" / f"{name}.csv"
    return own if own.exists() else SHIPPED / f"{name}.csv"


def table(name: str, path: Path, content: bytes) -> pa.Table:
    """A reference table from the bytes of its file, typed. Raises ReferenceFault, which names `path`."""
    try:
        return _converted(path, content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise ReferenceFault(path, 1, "", f"byte {error.start}") from error
    except csv.Error as error:
        raise ReferenceFault(path, 1, "", str(error)) from error


@lru_cache(maxsize=32)
def _converted(path: Path, text: str, table: str) -> pa.Table:
    schema = SCHEMAS[table]
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    header = reader.fieldnames or []
    if missing := [name for name in required(table) if name not in header]:
        raise ReferenceFault(path, 1, missing[0], "")
    columns: dict[str, list[Any]] = {name: [] for name in schema}
    for row in reader:
        if None in row or None in row.values():
            raise ReferenceFault(path, reader.line_num, "", str(len(header)))
        for name, kind in schema.items():
            value = row.get(name, "").strip()
            try:
                columns[name].append(_convert(value, kind))
            except ValueError:
                raise ReferenceFault(path, reader.line_num, name, value) from None
    return pa.table({name: pa.array(columns[name], kind) for name, kind in schema.items()})


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
