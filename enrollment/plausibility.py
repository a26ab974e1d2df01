"""Well-formed but hard to believe: what a delivery says that needs a person's word before it is kept.

Each doubt names what was known, what came, and the ratio; `--confirm` is that person's word.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

from enrollment.contract import Note
from enrollment.delivery import Counted, Delivery, Piece
from enrollment.months import month_text

SURGE = 10
"""A source this many times larger or smaller than its last known month needs a person's word."""


def doubts(delivery: Delivery, name_month: dt.date | None, counting: Counted) -> Iterator[Note]:
    """Doubts about a delivery that is not kept yet; `name_month` is a month that its file's name claims."""
    month = delivery.month
    if month is None:
        return
    if name_month and name_month != month:
        yield Note.of("name_month", name_month=month_text(name_month), month=month_text(month))
    if delivery.mends or delivery.kind == "roster":
        return
    last = _last_known(counting, month)
    for content in delivery.contents:
        known = last.get(content.source)
        old = known and _people(known[1], content.source, delivery)
        if known and old and (content.active >= SURGE * old or content.active * SURGE <= old):
            yield Note.of(
                "implausible",
                source=content.source,
                old=str(old),
                old_month=month_text(known[0]),
                new=str(content.active),
                ratio=f"{content.active / old:.2f}",
            )
    if delivery.scope == "full" and delivery.stated_source is None:
        yield from _absent(delivery, month, counting, last)


def _last_known(counting: Counted, month: dt.date) -> Mapping[str, tuple[dt.date, tuple[Piece, ...]]]:
    last: dict[str, tuple[dt.date, tuple[Piece, ...]]] = {}
    for (known, source), pieces in sorted(counting.items(), key=lambda item: item[0]):
        if known <= month:
            last[source] = (known, pieces)
    return last


def _people(pieces: tuple[Piece, ...], source: str, delivery: Delivery) -> int:
    """People of a source in pieces; a delivery of single provinces is compared with its like alone."""
    alike = [
        piece.delivery
        for piece in pieces
        if piece.delivery.scope == delivery.scope
        and (delivery.scope == "full" or piece.delivery.provinces == delivery.provinces)
    ]
    return sum(content.active for item in alike for content in item.contents if content.source == source)


def _absent(
    delivery: Delivery,
    month: dt.date,
    counting: Counted,
    last: Mapping[str, tuple[dt.date, tuple[Piece, ...]]],
) -> Iterator[Note]:
    """Sources that came in one file with these the last time, and have not come for this month."""
    together: dict[str, tuple[dt.date, int]] = {}
    for source in delivery.sources:
        for piece in last[source][1] if source in last and last[source][0] < month else ():
            if piece.delivery.scope == "full" and not piece.delivery.mends:
                for content in piece.delivery.contents:
                    together[content.source] = (last[source][0], content.active)
    for source, (known, people) in sorted(together.items()):
        if source not in delivery.sources and (month, source) not in counting and people:
            yield Note.of("source_absent", source=source, old=str(people), old_month=month_text(known))
