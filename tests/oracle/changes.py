"""What differs between two editions, and why."""

import datetime as dt

from enrollment import answers
from tests.oracle.known import INWARD, OUTWARD, RECLASSIFIED, Cell, Known, months, place
from tests.oracle.lineage import pieces
from tests.oracle.stocks import cells, people, sources, state


def edition_changes(known: Known, *, earlier: Known) -> list[answers.EditionChanges]:
    found = []
    for month in sorted({*months(known), *months(earlier)}):
        for source in sorted({*sources(known), *sources(earlier)}):
            before, after = holding(earlier, month, source), holding(known, month, source)
            if before == after:
                continue
            then = people(earlier, month, source) if before else None
            now = people(known, month, source) if after else None
            found.append(
                answers.EditionChanges(
                    month=month,
                    source=source,
                    cause=cause(known, earlier, month, source),
                    before=then,
                    after=now,
                    change=(now or 0) - (then or 0),
                )
            )
    return found


Holding = tuple[str, dict[Cell, tuple[int | None, ...]]]


def holding(known: Known, month: dt.date, source: str) -> Holding | None:
    """What is known of a month and source: its state, and the numbers of the cells that say anything."""
    if source not in sources(known) or not (owed := state(known, month, source)):
        return None
    numbers = {}
    for cell in cells(known):
        if (cell["month"], cell["source"]) == (month, source):
            said = [cell[flow] for flow in INWARD + OUTWARD]
            if cell["active"] or any(number is not None for number in said):
                numbers[place(cell)] = (cell["active"], *said, *(cell[flow] for flow in RECLASSIFIED))
    return owed, numbers


def inputs(known: Known, month: dt.date, source: str) -> set[str]:
    """The deliveries of the newest month, up to this one, in which a source delivered anything."""
    for earlier in reversed([item for item in months(known) if item <= month]):
        if held := pieces(known, earlier, source):
            return {delivery.sha256 for delivery in held}
    return set()


def cause(known: Known, earlier: Known, month: dt.date, source: str) -> str:
    """Why a month and source differ between two editions."""
    before, after = holding(earlier, month, source), holding(known, month, source)
    if after is None:
        return "withdrawn"
    if month not in months(earlier):
        return "new_month"
    counting, counted_then = inputs(known, month, source), inputs(earlier, month, source)
    if before and before[0] == after[0] and counting == counted_then:
        same_rules = [
            getattr(known, name) == getattr(earlier, name)
            for name in ("partner_sources", "provinces", "regencies")
        ]
        return "consequence" if all(same_rules) else "changed_definition"
    if after[0] == "missing":
        return "withdrawn" if before and before[0] != "missing" else "carried"
    if before is None or before[0] == "missing" or (before[0] == "partial" and counted_then <= counting):
        return "late_source"
    if counting <= {delivery.sha256 for delivery in earlier.deliveries}:
        return "withdrawn"
    same_people = people(known, month, source) == people(earlier, month, source)
    return "reclassification" if same_people else "correction"
