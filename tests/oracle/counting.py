"""People, one by one: who is counted in which cell, and who came, went or moved."""

import datetime as dt
from functools import lru_cache

from tests.oracle.delivered import speaker
from tests.oracle.known import Cell, Delivery, Known, Row, month_before, months, place

Person = tuple[str | None, str]


def person_of(delivery: Delivery, row: Row) -> Person:
    """Who a row is about; under other keys nobody is recognised."""
    return (delivery.key_space, row["person"])


def memberships(known: Known, month: dt.date) -> dict[Person, list[Row]]:
    """Under which sources each person is listed in the files that count for a month."""
    found: dict[Person, list[Row]] = {}
    for delivery in known.deliveries:
        if delivery.kind != "members" or delivery.month != month:
            continue
        for row in delivery.rows:
            if speaker(known, month, row["source"], row["province"]) is delivery:
                found.setdefault(person_of(delivery, row), []).append(row)
    return found


def age_band(month: dt.date, row: Row) -> str | None:
    if row["birth_year"] is None:
        return None
    age = month.year - row["birth_year"]
    if age < 20:
        return "0-19"
    return "60+" if age >= 60 else f"{age // 10}0-{age // 10}9"


@lru_cache(maxsize=1000)
def counted_people(known: Known, month: dt.date) -> dict[Person, tuple[Cell, bool]]:
    """Everybody counted one by one in a month: in which cell, and whether a simulated row says so.

    Where nothing was delivered for the province of a source, everybody stays. Everybody else is under
    the source of the lowest priority, then code, and the first province, among those that list them.
    """
    if month not in months(known):
        return {}
    priority = {row["source"]: row["priority"] for row in known.partner_sources}
    found = {
        person: (cell, simulated)
        for person, (cell, simulated) in counted_people(known, month_before(month)).items()
        if speaker(known, month, cell[0], cell[2]) is None
    }
    for person, rows in memberships(known, month).items():
        if person not in found:
            main = min(rows, key=lambda row: (priority[row["source"]], row["source"], row["province"]))
            found[person] = (place({**main, "age_band": age_band(month, main)}), main["simulated"])
    return found


def ever_counted(known: Known, month: dt.date) -> set[Person]:
    """Everybody who was counted in some month before."""
    return {person for item in months(known) if item < month for person in counted_people(known, item)}


def flows_of_people(known: Known, month: dt.date) -> dict[Cell, dict[str, int]]:
    """Per cell how many came and went, and how; nobody does in a month without one before it."""
    found: dict[Cell, dict[str, int]] = {}

    def book(cell: Cell, flow: str) -> None:
        found.setdefault(cell, {}).setdefault(flow, 0)
        found[cell][flow] += 1

    before, now = counted_people(known, month_before(month)), counted_people(known, month)
    earlier = ever_counted(known, month)
    for person in before.keys() | now.keys():
        old = before[person][0] if person in before else None
        new = now[person][0] if person in now else None
        if old == new:
            continue
        if old is None and new is not None:
            book(new, "reactivated" if person in earlier else "new")
        elif new is None and old is not None:
            book(old, "lapsed")
        elif old is not None and new is not None:
            kind = "moved" if old[0] != new[0] else "reclassified"
            book(old, "moved_out" if kind == "moved" else "reclassified_out")
            book(new, f"{kind}_in")
    return found
