"""Questions: one SQL file each, asked of an edition, answered in typed rows.

The header of a file says what it asks, its parameters, grain, columns and order; tests hold header,
parameters, function and row type to each other. Values reach DuckDB as parameters only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from enrollment import disclosure
from enrollment.edition import Edition

FOLDER = Path(__file__).parents[1] / "queries"

_ENTRY = re.compile(r"--   (\w+) +([A-Z]+(?:\[\])?)(?=\s|$)")
Row = TypeVar("Row")


class NotRecorded(Exception):
    """The edition is older than the question: it has no table or column that the question needs."""


class AnswerMismatch(Exception):
    """A question's columns are not the fields of its row type."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a question says of itself."""

    question: str
    params: Mapping[str, str]
    grain: str
    columns: Mapping[str, str]
    order: tuple[str, ...]


@lru_cache
def text(name: str) -> str:
    """The SQL text of a question. Raises FileNotFoundError for an unknown one."""
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@lru_cache
def _parsed(name: str) -> duckdb.Statement:
    """A question ready to be bound: reading the longer ones takes DuckDB as long as answering them.

    Executing it works on a copy, so that all threads may share it.
    """
    (statement,) = duckdb.extract_statements(text(name))
    return statement


def names() -> tuple[str, ...]:
    """All questions, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.sql")))


@lru_cache
def header(name: str) -> Header:
    """The header of a question."""
    sections: dict[str, str] = {}
    entries: dict[str, dict[str, str]] = {"params": {}, "columns": {}}
    section = ""
    for line in text(name).splitlines():
        if not line.startswith("--"):
            break
        if match := re.fullmatch(r"-- (question|params|grain|columns|order):\s*(.*)", line):
            section, sections[match[1]] = match[1], match[2]
        elif (match := _ENTRY.match(line)) and section in entries:
            entries[section][match[1]] = match[2]
        elif section:
            sections[section] = f"{sections[section]} {line.lstrip('- ')}".strip()
    return Header(
        question=sections["question"],
        params=entries["params"],
        grain=sections["grain"],
        columns=entries["columns"],
        order=tuple(part.split()[0] for part in sections["order"].split(",")),
    )


def question_of(row: type[Any]) -> str:
    """`ActiveByMonth` answers `active_by_month`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", row.__name__).lower()


def ask(edition: Edition, row: type[Row], /, **params: Any) -> tuple[Row, ...]:
    """Ask the question of a row type and return its rows in the question's order.

    Raises NotRecorded when the edition lacks what the question needs, AnswerMismatch when the
    columns that come back are not the row's fields.
    """
    name = question_of(row)
    earlier = params.pop("earlier", None)
    cursor = edition.cursor_beside(earlier) if isinstance(earlier, Edition) else edition.cursor()
    try:
        cursor.execute(
            _parsed(name),
            {key: list(value) if isinstance(value, tuple) else value for key, value in params.items()},
        )
        columns = [column[0] for column in cursor.description or []]
        expected = [item.name for item in fields(row)]  # type: ignore[arg-type]
        if columns != expected:
            raise AnswerMismatch(f"{name}: {columns} instead of {expected}")
        found = cursor.fetchall()
        if edition.protected:
            found = list(disclosure.told(name, columns, found, params))
        return tuple(row(*values) for values in found)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise NotRecorded(name) from error
    finally:
        cursor.close()
