"""Which delivery speaks for a source, and for each of its provinces."""

import datetime as dt
from functools import lru_cache

from tests.oracle.known import Delivery, Known, Row, end_of_month, month_before, months


def rows_of(delivery: Delivery, source: str) -> list[Row]:
    return [row for row in delivery.rows if row["source"] == source]


def received(known: Known, month: dt.date, source: str) -> list[Delivery]:
    """All deliveries for a month and source, in the order of loading."""
    return [item for item in known.deliveries if item.month == month and rows_of(item, source)]


def that_counts(known: Known, month: dt.date, source: str) -> Delivery | None:
    """The delivery loaded last for a month and source."""
    return received(known, month, source)[-1] if received(known, month, source) else None


def last_delivered(known: Known, month: dt.date, source: str) -> Delivery | None:
    """What counts for a month or, failing that, for the nearest month before it."""
    for earlier in reversed([item for item in months(known) if item <= month]):
        if delivery := that_counts(known, earlier, source):
            return delivery
    return None


def owed_from(known: Known) -> dict[str, dt.date]:
    """From which month on each source owes a delivery.

    That is its first month delivered; where the data are the sample's, also the month in which the
    list of partner sources expects it.
    """
    owed: dict[str, dt.date] = {}
    if any(row["simulated"] for delivery in known.deliveries for row in delivery.rows):
        for row in known.partner_sources:
            if row["expected_from"]:
                year, month = row["expected_from"].split("-")
                owed[row["source"]] = end_of_month(dt.date(int(year), int(month), 1))
    for delivery in known.deliveries:
        for row in delivery.rows:
            owed[row["source"]] = min(owed.get(row["source"], delivery.month), delivery.month)
    return owed


def speaks_for(delivery: Delivery, source: str, province: str) -> bool:
    if not rows_of(delivery, source):
        return False
    return delivery.scope == "full" or province in named_provinces(delivery)


def named_provinces(delivery: Delivery) -> set[str]:
    return {row["province"] for row in delivery.rows}


def speaker(known: Known, month: dt.date, source: str, province: str) -> Delivery | None:
    """The delivery of this very month that holds a province of a source: the last that speaks for it."""
    found = [item for item in known.deliveries if item.month == month and speaks_for(item, source, province)]
    return found[-1] if found else None


@lru_cache(maxsize=10_000)
def holder(known: Known, month: dt.date, source: str, province: str) -> Delivery | None:
    """The delivery that holds a province of a source, of this month or of the nearest one before it."""
    for earlier in reversed([item for item in months(known) if item <= month]):
        if delivery := speaker(known, earlier, source, province):
            return delivery
    return None


def comparable(known: Known, month: dt.date, source: str) -> bool:
    """Whether a source's people are known in the same way as a month earlier, in every province."""
    before = month_before(month)
    for delivery in known.deliveries:
        for province in named_provinces(delivery):
            if holder(known, before, source, province) is delivery:
                if delivery.kind == "totals" and not any(row["active"] for row in rows_of(delivery, source)):
                    continue
                now = speaker(known, month, source, province)
                if now and (now.kind, now.key_space) != (delivery.kind, delivery.key_space):
                    return False
    return True
