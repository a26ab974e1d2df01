"""Which deliveries came, in time or not, and which of them hold the people of a month."""

import datetime as dt

from enrollment import answers
from tests.oracle.delivered import holder, last_delivered, named_provinces, received, rows_of
from tests.oracle.known import JAKARTA, Delivery, Known, month_before, months, next_month
from tests.oracle.stocks import carried_people, late, people, sources, state, stock


def missing_deliveries(known: Known, *, as_of: dt.date) -> list[answers.MissingDeliveries]:
    found = []
    for month in months(known):
        for source in sources(known):
            if month <= as_of and late(known, month, source):
                last = last_delivered(known, month_before(month), source)
                carried = carried_people(known, month, source)
                found.append(answers.MissingDeliveries(month, source, last.month if last else None, carried))
    return found


def delivery_completeness(known: Known) -> list[answers.DeliveryCompleteness]:
    due_days = {row["source"]: row["due_day"] for row in known.partner_sources}
    found = []
    for source in sources(known):
        for month in months(known):
            came = received(known, month, source)
            owed = state(known, month, source)
            word, days_late = {"missing": "missing"}.get(owed or "", "not_expected"), None
            if came:
                day = (min(item.received_at for item in came) + JAKARTA).date()
                due = next_month(month).replace(day=due_days[source])
                word = "late" if day > due else "on_time"
                days_late = (day - due).days if day > due else None
            active = people(known, month, source) if owed else None
            found.append(answers.DeliveryCompleteness(source, month, word, days_late, len(came), active))
    return found


def deliveries_received(known: Known) -> list[answers.DeliveriesReceived]:
    rows = []
    for delivery in known.deliveries:
        named = sorted({row["source"] for row in delivery.rows})
        rows.append(
            answers.DeliveriesReceived(
                sha256=delivery.sha256,
                file=delivery.file,
                kind=delivery.kind,
                month=delivery.month,
                sources=len(named),
                cells=len(delivery.rows),
                active=sum(row.get("active", 1) for row in delivery.rows),
                received_at=delivery.received_at.replace(tzinfo=None),
                received_by=delivery.received_by,
                simulated=any(row["simulated"] for row in delivery.rows),
                counted=sum(delivery in pieces(known, delivery.month, source) for source in named),
            )
        )
    rows.sort(key=lambda row: row.sha256)
    return sorted(rows, key=lambda row: row.received_at, reverse=True)


def pieces(known: Known, month: dt.date, source: str) -> list[Delivery]:
    """The deliveries of this very month that hold a source: the last full one and all after it."""
    found: list[Delivery] = []
    for delivery in received(known, month, source):
        found = [delivery] if delivery.scope == "full" else [*found, delivery]
    return found


def held_by(known: Known, month: dt.date, source: str) -> list[Delivery]:
    """The deliveries that hold people of a source in a month, or say that there are none."""
    if month not in months(known):
        return []
    before = held_by(known, month_before(month), source)
    fresh = [
        delivery
        for delivery in pieces(known, month, source)
        if delivery.scope == "full" or holds_something(known, month, source, delivery)
    ]
    if any(delivery.scope == "full" for delivery in fresh):
        return fresh
    if not fresh:
        return before
    return [item for item in before if holds_something(known, month, source, item)] + fresh


def holds_something(known: Known, month: dt.date, source: str, delivery: Delivery) -> bool:
    return any(holder(known, month, source, province) is delivery for province in named_provinces(delivery))


def active_lineage(known: Known, *, as_of: dt.date) -> list[answers.ActiveLineage]:
    rows = []
    for source in sources(known):
        for delivery in held_by(known, as_of, source):
            cells = stock(known, as_of, source).values()
            rows.append(
                answers.ActiveLineage(
                    source=source,
                    file=delivery.file,
                    sha256=delivery.sha256,
                    delivered_month=delivery.month,
                    cells=len(rows_of(delivery, source)),
                    active=sum(
                        row["active"]
                        for row in cells
                        if holder(known, as_of, source, row["province"]) is delivery
                    ),
                )
            )
    return sorted(rows, key=lambda row: (-row.active, row.source, row.sha256))
