"""A file, and what it must be answered with."""

from dataclasses import dataclass, field
from typing import Any

from tests.contract.tables import SUFFIX, Rows, bytes_of, row_of

Found = tuple[str, int | None]
"""A rule, and the row in which it is broken."""


@dataclass(frozen=True)
class Case:
    """A file, and what it must be answered with.

    `found` are all rules broken, with their rows; `notes` the rules of notes that must be among those
    given. `before` are files loaded earlier. `rows` is the number of data rows, None where it cannot
    be known. `delivered` is what a file that is kept must have been read as. `regencies` are codes in Aceh
    that the list of regencies must hold besides its own.
    """

    title: str
    content: bytes
    verdict: str = "refused"
    found: tuple[Found, ...] = ()
    name: str = "kiriman.csv"
    notes: tuple[str, ...] = ()
    said: dict[str, Any] = field(default_factory=dict)
    before: tuple[tuple[str, bytes], ...] = ()
    rows: int | None = None
    delivered: Rows | None = None
    regencies: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.title


def good(
    title: str, content: bytes | str, table: Rows, name: str = "kiriman.csv", *notes: str, **more: Any
) -> Case:
    """A file that must be accepted exactly."""
    verdict = "noted" if notes else "accepted"
    raw = content.encode() if isinstance(content, str) else content
    return Case(title, raw, verdict, (), name, notes, rows=len(table.rows), delivered=table, **more)


def bad(title: str, content: bytes | str, *found: Found, name: str = "kiriman.csv", **more: Any) -> Case:
    """A file that must be refused."""
    raw = content.encode() if isinstance(content, str) else content
    return Case(title, raw, "refused", found, name, **more)


def in_form(form: str, title: str, table: Rows, rule: str, index: int, **more: Any) -> Case:
    """A table with one row at fault, in a form."""
    return bad(
        f"{table.kind} as {form}: {title}",
        bytes_of(table, form),
        (rule, row_of(index, form)),
        name=f"kiriman{SUFFIX[form]}",
        rows=len(table.rows),
        **more,
    )
