"""A statement with its parameters, as text in an address and as the starting points that the page offers."""

import base64
import binascii
import datetime as dt
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from enrollment import answers, query
from enrollment.months import month_end
from enrollment.ui.ask import ask
from enrollment.ui.frame import Choice

# These ask two editions at once, or who did something, or the names and hashes of files.
LEFT_OUT = (
    "active_lineage",
    "annotations",
    "deliveries_received",
    "edition_changes",
    "reconciliation_by_month",
)

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
# Comments and texts, in which a dollar sign is a dollar sign.
_SAID = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", re.DOTALL)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_LONGEST = 6_000
"""Characters of a code that an address can hold."""


@dataclass(frozen=True)
class Statement:
    """SQL and what stands in the fields of its parameters, as text; an empty one is NULL."""

    sql: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The statement as an address holds it; empty where it is too long for one."""
        written = json.dumps([self.sql, dict(self.values)], ensure_ascii=False, separators=(",", ":"))
        packed = base64.urlsafe_b64encode(zlib.compress(written.encode(), 9)).decode().rstrip("=")
        return packed if len(packed) <= _LONGEST else ""

    @classmethod
    def of(cls, code: str) -> "Statement | None":
        """The statement of a code; None for what is none."""
        try:
            packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
            unpacker = zlib.decompressobj()
            written = unpacker.decompress(packed, 1 << 17)
            if unpacker.unconsumed_tail or not unpacker.eof:
                return None
            sql, values = json.loads(written)
        except (binascii.Error, zlib.error, ValueError, TypeError):
            return None
        sound = isinstance(sql, str) and isinstance(values, dict)
        if not sound or not all(isinstance(text, str) for item in values.items() for text in item):
            return None
        return cls(sql, values)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that stand in the SQL behind a dollar sign, in their order."""
        return tuple(dict.fromkeys(_PARAMETER.findall(_SAID.sub("", self.sql))))

    def bound(self) -> dict[str, Any]:
        """The values as DuckDB takes them: days, whole numbers, lists and text."""
        return {name: _value(name, self.values.get(name, "")) for name in self.parameters}


_LISTS = frozenset(
    name
    for question in query.names()
    for name, kind in query.header(question).params.items()
    if kind.endswith("[]")
)


def _value(name: str, text: str) -> Any:
    plain = text.strip()
    if not plain:
        return None
    if name in _LISTS:
        return [part.strip() for part in plain.split(",") if part.strip()]
    if match := _MONTH.fullmatch(plain):
        try:
            return month_end(int(match[1]), int(match[2]))
        except ValueError:
            return plain
    try:
        return dt.date.fromisoformat(plain)
    except ValueError:
        return int(plain) if plain.isascii() and plain.isdigit() else plain


def offered() -> tuple[str, ...]:
    """The questions of the dashboard that a statement can ask as well."""
    return tuple(name for name in query.names() if name not in LEFT_OUT)


def question(name: str, choice: Choice) -> Statement:
    """A question of the dashboard as a statement, with the values that the pages would give it."""
    usual = {
        "as_of": choice.as_of.isoformat(),
        "until": choice.as_of.isoformat(),
        "known_on": choice.edition.publication.known_on.isoformat(),
        "goal": choice.goal,
        "dimension": "source",
        "across": "segment",
    }
    if name == "published_active":
        usual["since"] = ask(answers.known_months, choice.edition)[0].month.isoformat()
    named = query.header(name).params
    return Statement(query.text(name), {param: usual[param] for param in named if param in usual})
