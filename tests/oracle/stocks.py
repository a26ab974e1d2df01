"""Cells: the stock of a source, how it came about, and whether anything of it is still owed."""

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from enrollment import answers
from tests.oracle.counting import counted_people, flows_of_people
from tests.oracle.delivered import comparable, owed_from, rows_of, speaker, that_counts
from tests.oracle.known import (
    DIMENSIONS,
    INWARD,
    OUTWARD,
    RECLASSIFIED,
    Cell,
    Known,
    Row,
    month_before,
    months,
    place,
)


@lru_cache(maxsize=1000)
def stock(known: Known, month: dt.date, source: str) -> dict[Cell, Row]:
    """The cells that hold a source's people in a month, carried forward where it has not delivered."""
    if month < months(known)[0]:
        return {}
    found: dict[Cell, dict[str, Any]] = {}
    for cell, row in stock(known, month_before(month), source).items():
        if row["active"] and speaker(known, month, source, row["province"]) is None:
            found[cell] = {**row, "carried": True, **dict.fromkeys(INWARD + OUTWARD)}
    for delivery in known.deliveries:
        if delivery.kind == "totals" and delivery.month == month:
            for row in rows_of(delivery, source):
                if speaker(known, month, source, row["province"]) is delivery:
                    found[place(row)] = {**row, "carried": False}
    for cell, simulated in counted_people(known, month).values():
        if cell[0] == source and speaker(known, month, source, cell[2]) is not None:
            row = dict(zip(DIMENSIONS, cell, strict=True)) | {
                "active": 0,
                "simulated": False,
                "carried": False,
            }
            row = found.setdefault(cell, row | dict.fromkeys(INWARD + OUTWARD))
            row["active"] += 1
            row["simulated"] |= simulated
    return found


def state(known: Known, month: dt.date, source: str) -> str | None:
    """`delivered`, `partial` (people of some provinces are carried), `missing`, or None: nothing is owed."""
    if month not in months(known):
        return None
    if that_counts(known, month, source):
        carried = (row for row in stock(known, month, source).values() if row["carried"] and row["active"])
        return "partial" if any(carried) else "delivered"
    return "missing" if month >= owed_from(known)[source] else None


@lru_cache(maxsize=4)
def sources(known: Known) -> list[str]:
    """Every source that delivered, or owes, in a known month."""
    return sorted(
        source for source in owed_from(known) if any(state(known, month, source) for month in months(known))
    )


@lru_cache(maxsize=1000)
def people(known: Known, month: dt.date, source: str | None = None) -> int:
    """Active participants of a month, of one source or of all."""
    chosen = [source] if source else sources(known)
    return sum(row["active"] for one in chosen for row in stock(known, month, one).values())


@lru_cache(maxsize=4)
def cells(known: Known) -> list[dict[str, Any]]:
    """Every cell of every month that a delivery names or that somebody was in a month earlier."""
    return [
        cell
        for month in months(known)
        for source in sources(known)
        for cell in cells_of(known, month, source)
    ]


def cells_of(known: Known, month: dt.date, source: str) -> list[dict[str, Any]]:
    first = month == months(known)[0]
    before = stock(known, month_before(month), source)
    now = stock(known, month, source)
    alike = comparable(known, month, source) and not first
    booked = {} if first else flows_of_people(known, month)
    reporting = [row for row in now.values() if not row["carried"]]
    knows_flows = any(row[flow] is not None for row in reporting for flow in INWARD + OUTWARD)
    named = [*now, *(key for key, row in before.items() if row["active"] and key not in now)]
    found = []
    for key in named:
        active = now[key]["active"] if key in now else 0
        opening = before[key]["active"] if key in before else 0
        delivery = speaker(known, month, source, key[2])
        cell = dict(zip(DIMENSIONS, key, strict=True))
        cell |= {flow: now[key][flow] if key in now else None for flow in INWARD + OUTWARD}
        cell |= dict.fromkeys(RECLASSIFIED)
        flows_known = knows_flows
        if delivery and delivery.kind == "members":
            flows_known = alike
            if alike:
                cell |= dict.fromkeys((*INWARD, *OUTWARD, *RECLASSIFIED), 0)
        for flow, number in booked.get(key, {}).items():
            if alike or flow not in ("new", "reactivated", "lapsed"):
                cell[flow] = (cell[flow] or 0) + number
        unexplained = (
            active
            - opening
            - sum(cell[flow] or 0 for flow in (*INWARD, "reclassified_in"))
            + sum(cell[flow] or 0 for flow in (*OUTWARD, "reclassified_out"))
        )
        cell |= {
            "month": month,
            "opening": None if first else opening,
            "active": active,
            "correction": None if first else unexplained,
            "flows_unknown": None if first else 0 if flows_known else unexplained,
            "carried": delivery is None,
            "simulated": key in now and now[key]["simulated"],
        }
        found.append(cell)
    return found


def parts_of(cell: Row, dimension: str) -> list[str | None]:
    """The parts a cell belongs to; several for single programmes only."""
    if dimension == "programme":
        return list(cell["programmes"].split("+"))
    return [cell[dimension]]


def chosen(cell: Row, filters: Mapping[str, Any]) -> bool:
    """Whether a cell is among those that a question is about."""
    for name, wanted in filters.items():
        if wanted is None:
            continue
        if name == "programme":
            if wanted not in cell["programmes"].split("+"):
                return False
        elif (cell[name] or answers.NOT_REPORTED) not in wanted:
            return False
    return True


def nulls_last(value: Any) -> tuple[bool, Any]:
    return (value is None, value or "")


def late(known: Known, month: dt.date, source: str) -> bool:
    """Whether something of a source is owed for a month and has not come."""
    return state(known, month, source) in ("missing", "partial")


def carried_people(known: Known, month: dt.date, source: str | None = None) -> int:
    chosen = [source] if source else sources(known)
    return sum(row["active"] for one in chosen for row in stock(known, month, one).values() if row["carried"])


def simulated(known: Known, month: dt.date) -> bool:
    return any(cell["simulated"] for cell in cells(known) if cell["month"] == month)
