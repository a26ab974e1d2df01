"""The classes of a roster worked out person by person in plain Python, without keys, SQL or Arrow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

PROGRAMMES = ("JKK", "JHT", "JKM")
PEOPLE = ("active_all", "active_part", "other_source", "lapsed", "not_found")

Row = Mapping[str, Any]
Known = Mapping[str, Sequence[Row]]
"""Per month (YYYY-MM) the memberships that were delivered for it."""


@dataclass
class Ledger:
    """What is expected of a reconciliation; rows are counted from 2, below the header."""

    classes: dict[int, str] = field(default_factory=dict)
    reasons: dict[int, Any] = field(default_factory=dict)
    persons: dict[int, str] = field(default_factory=dict)
    programmes: dict[str, dict[str, int]] = field(default_factory=dict)
    reverse: set[str] = field(default_factory=set)
    newly_active: int = 0

    def count(self, name: str) -> int:
        return list(self.classes.values()).count(name)


def active(known: Known, month: str) -> list[Row]:
    """Who is active in a month: of a source that is late its last people."""
    found: list[Row] = []
    for source in sorted({row["sumber"] for rows in known.values() for row in rows}):
        delivered = [
            at for at, rows in known.items() if at <= month and any(row["sumber"] == source for row in rows)
        ]
        if delivered:
            found += [row for row in known[max(delivered)] if row["sumber"] == source]
    return found


def reconcile(
    roster: Sequence[Row],
    known: Known,
    *,
    source: str,
    month: str,
    agreed: Sequence[str],
    last_before: str,
    same: Mapping[str, str],
) -> Ledger:
    """The ledger of a source's roster. `last_before` is the last month that ended before the agreement.

    `same` says of a NIK on the roster whose NIK is meant. A row that is invalid says so under `bad`.
    """
    found = Ledger()
    now = active(known, month)
    before = [(at, row) for at, rows in sorted(known.items()) if at < month for row in rows]
    seen: dict[tuple[str, str, str], int] = {}
    for number, row in enumerate(roster, start=2):
        if row["bad"]:
            found.classes[number] = "invalid"
            continue
        person = same.get(row["nik"], row["nik"])
        about = (person, row["periode"], row["sumber"])
        if about in seen:
            found.classes[number], found.reasons[number] = "duplicate", seen[about]
            continue
        seen[about] = number
        if (row["periode"], row["sumber"]) != (month, source):
            found.classes[number] = "out_of_scope"
            continue
        found.persons[number] = person
        memberships = [item for item in now if item["nik"] == person]
        earlier = [at for at, item in before if item["nik"] == person]
        own = [item for item in memberships if item["sumber"] == source]
        if own:
            missing = [name for name in agreed if name not in own[0]["program"].split("+")]
            found.classes[number] = "active_part" if missing else "active_all"
            found.reasons[number] = "+".join(missing) or None
            if not missing and min([*earlier, month]) > last_before:
                found.newly_active += 1
        elif memberships:
            found.classes[number] = "other_source"
            found.reasons[number] = "+".join(sorted(item["sumber"] for item in memberships))
        elif earlier:
            found.classes[number], found.reasons[number] = "lapsed", max(earlier)
        else:
            found.classes[number] = "not_found"
    for programme in PROGRAMMES:
        counts = {"active": 0, "lapsed": 0, "never": 0}
        for person in found.persons.values():
            has = any(programme in item["program"].split("+") for item in now if item["nik"] == person)
            had = any(programme in item["program"].split("+") for _, item in before if item["nik"] == person)
            counts["active" if has else "lapsed" if had else "never"] += 1
        found.programmes[programme] = counts
    listed = set(found.persons.values())
    found.reverse = {item["nik"] for item in now if item["sumber"] == source and item["nik"] not in listed}
    return found


def one_slip_away(one: str, other: str) -> bool:
    """Whether two NIKs differ, beside birth and sex, in a digit or in two neighbours that changed places."""
    places = [place for place in range(16) if one[place] != other[place]]
    if any(6 <= place < 12 for place in places):
        return False
    if len(places) == 1:
        return True
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return one[first] == other[second] and one[second] == other[first]
