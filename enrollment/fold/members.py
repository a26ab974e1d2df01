"""Members in a cluster: what a month of them holds, and whether it may be folded.

A cluster holds keys, never identity numbers, in Parquet files under `month=YYYY-MM`. Every combination of
codes is judged as the contract judges a row; a month is taken whole or not at all.
"""

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from enrollment.contract import Codes, shown, values
from enrollment.contract.rows import absent_provinces, misplaced
from enrollment.delivery import SourceContent
from enrollment.fold.engines import REPORTED, Engine, MembersFault
from enrollment.months import month_text, months_between, parse_month

_SURVEY = Path(__file__).parents[2] / "queries" / "members" / "surveyed.sql"
_RULES = {
    "source": values.source,
    "segment": values.segment,
    "province": values.province,
    "regency": values.regency,
    "programmes": values.programmes,
    "sex": values.sex,
}
"""Columns of codes, and the contract's rule for a value of each."""
_COUNTED = {"identities": "key", "malformed": "key", "unborn": "birth_year", "misdated": "birth_date"}
"""Rules whose rows are counted where they lie, and the column that each is about."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the members of a month hold. `digest` is the same whatever the order of rows and files."""

    month: dt.date
    paths: tuple[str, ...]
    rows: int
    contents: tuple[SourceContent, ...]
    provinces: tuple[str, ...]
    digest: str

    def document(self) -> dict[str, Any]:
        """What is kept of it in place of the rows."""
        return {
            "members": list(self.paths),
            "month": month_text(self.month),
            "rows": self.rows,
            "contents": [asdict(content) for content in self.contents],
            "provinces": list(self.provinces),
            "digest": self.digest,
        }

    @property
    def name(self) -> str:
        """SHA-256 of what they are, wherever they lie; keys are hashed already, so nobody is found by it."""
        document = {**self.document(), "members": None}
        return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def found(engine: Engine, roots: Sequence[str], known: Sequence[dt.date] = ()) -> dict[dt.date, list[str]]:
    """The partitions under some paths by month, oldest first.

    `known` are months whose members were folded before: between them and those found none may be missing.
    Raises MembersFault.
    """
    months: dict[dt.date, list[str]] = {}
    for root in roots:
        partitions = engine.partitions(root)
        if not partitions:
            raise MembersFault("no_months", root)
        for text, path in partitions.items():
            try:
                months.setdefault(parse_month(text), []).append(path)
            except ValueError:
                raise MembersFault("not_a_month", path, found=shown(text)) from None
    together = {*months, *known}
    for month in months_between(min(together), max(together)):
        if month not in together:
            raise MembersFault("missing_month", ", ".join(roots), found=month_text(month))
    return dict(sorted(months.items()))


def survey(engine: Engine, month: dt.date, paths: Sequence[str], codes: Codes) -> Survey:
    """Judge the members of a month. Raises MembersFault, EngineFailed."""
    where = ", ".join(paths)
    engine.read_members("members", paths)
    born = {"first_year": values.FIRST_BIRTH_YEAR, "last_year": month.year, "last_day": month}
    engine.make("surveyed", _SURVEY.read_text(encoding="utf-8"), born, kept=True)
    table = engine.get("surveyed")
    rows: list[dict[str, Any]] = table.to_pylist()
    people: Counter[str] = Counter()
    if not rows:
        raise MembersFault("empty", where)
    # Said first, for a file with identity numbers breaks other rules too.
    for rule, column in _COUNTED.items():
        if count := pc.sum(table[rule]).as_py():
            raise MembersFault(rule, where, column, str(count))
    for column, judge in _RULES.items():
        for value in table[column].unique().to_pylist():
            if value is None and column not in REPORTED:
                raise MembersFault("null_values", where, column)
            if value is not None and judge(value, codes) != value:
                raise MembersFault("unknown_value", where, column, shown(value))
    if table["simulated"].null_count:
        raise MembersFault("null_values", where, "simulated")
    for province in absent_provinces(table["province"].unique().to_pylist(), month.year, codes):
        raise MembersFault("province_not_in_year", where, "province", province)
    for row in rows:
        if row["regency"] and misplaced(row["province"], row["regency"], codes):
            raise MembersFault("regency_elsewhere", where, "regency", row["regency"])
        people[row["source"]] += row["people"]
    marked = {row["source"] for row in rows if row["simulated"]}
    sums = [str(sum(int(row[name]) for row in rows)) for name in ("low", "high")]
    return Survey(
        month=month,
        paths=tuple(paths),
        rows=people.total(),
        contents=tuple(SourceContent(name, n, n, name in marked) for name, n in sorted(people.items())),
        provinces=tuple(sorted(set(table["province"].to_pylist()))),
        digest="-".join((str(people.total()), *sums)),
    )
