"""Stock and flows, of all people or by the parts of one or two dimensions."""

import datetime as dt
from collections.abc import Sequence
from itertools import product
from typing import Unpack

from enrollment import answers
from tests.oracle.known import INWARD, OUTWARD, RECLASSIFIED, Known, Row, month_before, months, total
from tests.oracle.stocks import cells, chosen, nulls_last, parts_of


def movement_by_month(
    known: Known, *, as_of: dt.date, **filters: Unpack[answers.Filters]
) -> list[answers.MovementByMonth]:
    found = []
    for month in months(known):
        here = [cell for cell in cells(known) if cell["month"] == month and chosen(cell, filters)]
        if here and month <= as_of:
            found.append(
                answers.MovementByMonth(
                    month=month,
                    opening=total(cell["opening"] for cell in here),
                    **flows(here),
                    closing=sum(cell["active"] for cell in here),
                    flows_unknown=total(cell["flows_unknown"] for cell in here),
                    carried=sum(cell["active"] for cell in here if cell["carried"]),
                )
            )
    return found


def flows(here: Sequence[Row]) -> dict[str, int | None]:
    """The flows of some cells, the correction with them."""
    names = (*INWARD, *OUTWARD, *RECLASSIFIED, "correction")
    return {name: total(cell[name] for cell in here) for name in names}


def breakdown(
    known: Known,
    *,
    dimension: str,
    since: dt.date | None,
    as_of: dt.date,
    **filters: Unpack[answers.Filters],
) -> list[answers.Breakdown]:
    opens = since or month_before(as_of)
    parts: dict[str | None, list[Row]] = {}
    for cell in cells(known):
        if opens <= cell["month"] <= as_of and chosen(cell, filters):
            for part in parts_of(cell, dimension):
                parts.setdefault(part, []).append(cell)
    rows = []
    for part, here in parts.items():
        between = [cell for cell in here if cell["month"] > opens]
        opening, closing = at(here, opens), at(here, as_of)
        opening_known = opens in months(known)
        rows.append(
            answers.Breakdown(
                part=part,
                opening=opening if opening_known else None,
                **flows(between),
                flows_unknown=total(cell["flows_unknown"] for cell in between),
                closing=closing,
                net_change=closing - opening if opening_known else None,
                carried=at([cell for cell in here if cell["carried"]], as_of),
                simulated=any(cell["simulated"] for cell in here),
            )
        )
    return sorted(rows, key=lambda row: (-row.closing, nulls_last(row.part)))


def at(here: Sequence[Row], month: dt.date) -> int:
    """The people of some cells at a month end."""
    return sum(cell["active"] for cell in here if cell["month"] == month)


def breakdown_by_month(
    known: Known, *, dimension: str, as_of: dt.date, **filters: Unpack[answers.Filters]
) -> list[answers.BreakdownByMonth]:
    parts: dict[tuple[dt.date, str | None], list[Row]] = {}
    for cell in cells(known):
        if cell["month"] <= as_of and chosen(cell, filters):
            for part in parts_of(cell, dimension):
                parts.setdefault((cell["month"], part), []).append(cell)
    rows = []
    for (month, part), here in parts.items():
        active, opening = sum(cell["active"] for cell in here), total(cell["opening"] for cell in here)
        rows.append(
            answers.BreakdownByMonth(
                month=month,
                part=part,
                active=active,
                net_change=None if opening is None else active - opening,
                new=total(cell["new"] for cell in here),
                reactivated=total(cell["reactivated"] for cell in here),
                lapsed=total(cell["lapsed"] for cell in here),
                carried=sum(cell["active"] for cell in here if cell["carried"]),
            )
        )
    return sorted(rows, key=lambda row: (row.month, nulls_last(row.part)))


def crosstab(
    known: Known,
    *,
    dimension: str,
    across: str,
    since: dt.date | None,
    as_of: dt.date,
    **filters: Unpack[answers.Filters],
) -> list[answers.Crosstab]:
    opens = since or month_before(as_of)
    pairs: dict[tuple[str | None, str | None], list[Row]] = {}
    for cell in cells(known):
        if opens <= cell["month"] <= as_of and as_of in months(known) and chosen(cell, filters):
            for pair in product(parts_of(cell, dimension), parts_of(cell, across)):
                pairs.setdefault(pair, []).append(cell)
    rows = []
    for (part, other), here in pairs.items():
        between = flows([cell for cell in here if cell["month"] > opens])
        opening, closing = at(here, opens), at(here, as_of)
        opening_known = opens in months(known)
        rows.append(
            answers.Crosstab(
                part=part,
                across=other,
                opening=opening if opening_known else None,
                new=between["new"],
                reactivated=between["reactivated"],
                lapsed=between["lapsed"],
                closing=closing,
                net_change=closing - opening if opening_known else None,
                carried=at([cell for cell in here if cell["carried"]], as_of),
            )
        )
    return sorted(rows, key=lambda row: (nulls_last(row.part), nulls_last(row.across)))
