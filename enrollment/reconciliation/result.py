"""The result of a reconciliation: frozen counts, and one class with its reason for every row of the roster.

A result is named by what it was made from (rules, roster, memberships, agreed programmes, decisions and the
month before), so that the same inputs give the same name, the same counts and the same rows.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import pyarrow as pa

from enrollment.months import month_text, parse_month

RULE_VERSION = 1
"""Raised when a row could get another class from the same inputs."""

CLASSES = (
    "active_all",
    "active_part",
    "other_source",
    "lapsed",
    "not_found",
    "duplicate",
    "invalid",
    "out_of_scope",
)
"""The classes as they are shown: first people, each once, then rows that stand for nobody more."""
PEOPLE = CLASSES[:5]
"""The classes whose rows are people, unique and valid."""
PROGRAMMES = ("JKK", "JHT", "JKM")
"""The programmes that are reconciled one by one."""

ROWS = pa.schema(
    [
        ("row", pa.int32()),
        ("key", pa.binary(16)),
        ("month", pa.date32()),
        ("source", pa.string()),
        ("class", pa.string()),
        ("masked", pa.string()),
        ("rule", pa.string()),
        ("earlier_row", pa.int32()),
        ("missing", pa.string()),
        ("elsewhere", pa.string()),
        ("lapsed_since", pa.date32()),
        ("first_active", pa.date32()),
        ("months_not_found", pa.int16()),
        ("member", pa.binary(16)),
        ("confirmed", pa.bool_()),
        ("province", pa.string()),
        ("regency", pa.string()),
    ]
)
"""One line per row of the roster, by row.

`key` is that of the row's own NIK, null like `month` and `source` where the row is invalid; `member` that of
the member where the steward confirmed a near miss, which `confirmed` says again. `masked` is the NIK as it
may be shown. `rule` is the first rule that an invalid row breaks, `earlier_row` the row that a duplicate
repeats, `missing` the agreed programmes that an `active_part` lacks, joined by `+`, `elsewhere` the sources,
joined by `+`, under which an `other_source` is active, `lapsed_since` the first month end without the person,
`first_active` the first known month end with the person, `months_not_found` for how many months in a row,
this one included, the person was not found.
"""

NEAR_MISSES = pa.schema(
    [
        ("row", pa.int32()),
        ("key", pa.binary(16)),
        ("candidate", pa.binary(16)),
        ("masked", pa.string()),
        ("masked_candidate", pa.string()),
        ("slip", pa.string()),
        ("position", pa.int8()),
        ("same_birth", pa.bool_()),
        ("same_sex", pa.bool_()),
        ("same_province", pa.bool_()),
        ("source", pa.string()),
        ("programmes", pa.string()),
        ("decision", pa.string()),
    ]
)
"""One line per row and member who probably is meant, by row.

`slip` is `digit` or `swap`, `position` that of the digit, or of the first of two neighbours that changed
places, counted from 1. `same_birth` and `same_sex` are null where the membership does not report them; then
the NIK alone speaks. `source` and `programmes` are those of the member in the month.
`decision` is `same` or `other` once the steward has decided.
"""

REVERSE = pa.schema(
    [("key", pa.binary(16)), ("kpj", pa.string()), ("province", pa.string()), ("programmes", pa.string())]
)
"""Members under the roster's source in the month who are not on the roster, by key."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A people file that the roster was held against: its sources in the month of the roster."""

    sha256: str
    file: str
    month: dt.date
    sources: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Since:
    """What moved since the reconciliation of the month before, in people by key.

    `newly_registered` were on that roster and not active under the source, and are now; `joined` and `left`
    are those on one of the two rosters only; `lost` were active under the source then and are not now.
    """

    month: dt.date
    name: str
    newly_registered: int
    joined: int
    left: int
    lost: int
    classes: Mapping[str, int]
    """The classes of the month before, for the column beside."""
    rows: int


@dataclass(frozen=True, slots=True)
class Result:
    """A frozen reconciliation. `classes` sum to `rows`, the classes of PEOPLE to `people`.

    `programmes` says of each programme how many of the people are active in it in the month under any source,
    have lapsed from it, or were never seen in it; the three sum to `people`. `missing` counts the
    `active_part` by what they lack, `rules` the `invalid` by the first rule they break, `not_found_for` the
    `not_found` by months in a row. `near_misses` counts rows with an open proposal, `confirmed` rows matched
    by a decision. `reverse` counts members under the source who are not on the roster. `newly_active` of the
    `active_all` are known in no month up to the day of the agreement; `people_since` is the first month
    that any people file covers: where it lies after the agreement, `newly_active` is the most it can be.
    `totals_only` are the sources of the month known as totals, in which nobody can be looked up; `carried`
    those whose people of an earlier month stand in.
    """

    name: str
    rule_version: int
    source: str
    month: dt.date
    agreement: str | None
    agreed_on: dt.date | None
    agreed: tuple[str, ...]
    """The programmes agreed."""
    file: str
    sha256: str
    """The keyed hash of the roster's bytes."""
    compared: tuple[Compared, ...]
    totals_only: tuple[str, ...]
    carried: tuple[str, ...]
    people_since: dt.date
    rows: int
    people: int
    classes: Mapping[str, int]
    programmes: Mapping[str, Mapping[str, int]]
    missing: Mapping[str, int]
    rules: Mapping[str, int]
    not_found_for: Mapping[int, int]
    near_misses: int
    confirmed: int
    reverse: int
    newly_active: int
    since: Since | None
    simulated: bool
    key_space: str
    at: dt.datetime = field(compare=False)
    """When the roster was reconciled first."""
    by: str = field(compare=False)

    @property
    def matched(self) -> int:
        """People active under the roster's own source."""
        return self.classes["active_all"] + self.classes["active_part"]

    def document(self) -> dict[str, Any]:
        """The result as JSON, with months as YYYY-MM."""
        found = asdict(self)
        found["month"] = month_text(self.month)
        found["people_since"] = month_text(self.people_since)
        found["agreed_on"] = self.agreed_on.isoformat() if self.agreed_on else None
        found["at"] = self.at.astimezone(dt.UTC).isoformat()
        found["not_found_for"] = {str(months): people for months, people in self.not_found_for.items()}
        for compared in found["compared"]:
            compared["month"] = month_text(compared["month"])
        if found["since"]:
            found["since"]["month"] = month_text(found["since"]["month"])
        return found


def result_of(record: Mapping[str, Any]) -> Result:
    """A result from its JSON. Raises ValueError, KeyError or TypeError for anything else."""
    found = dict(record)
    found["month"] = parse_month(found["month"])
    found["people_since"] = parse_month(found["people_since"])
    found["agreed_on"] = dt.date.fromisoformat(found["agreed_on"]) if found["agreed_on"] else None
    found["at"] = dt.datetime.fromisoformat(found["at"])
    found["not_found_for"] = {int(months): people for months, people in found["not_found_for"].items()}
    for name in ("agreed", "totals_only", "carried"):
        found[name] = tuple(found[name])
    found["compared"] = tuple(
        Compared(
            **compared | {"month": parse_month(compared["month"]), "sources": tuple(compared["sources"])}
        )
        for compared in found["compared"]
    )
    if found["since"]:
        found["since"] = Since(**found["since"] | {"month": parse_month(found["since"]["month"])})
    return Result(**found)
