"""People who are listed twice, who stayed, and since when they are known."""

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from enrollment import answers
from tests.oracle.counting import Person, counted_people, ever_counted, memberships
from tests.oracle.delivered import comparable
from tests.oracle.known import DIMENSIONS, Cell, Known, months
from tests.oracle.lineage import held_by
from tests.oracle.stocks import chosen, people, sources, state


def source_overlap(known: Known, *, as_of: dt.date) -> list[answers.SourceOverlap]:
    listed: dict[str, set[Person]] = {}
    for person, rows in memberships(known, as_of).items() if as_of in months(known) else ():
        for row in rows:
            listed.setdefault(row["source"], set()).add(person)
    counted = counted_people(known, as_of)
    spaces = {
        delivery.key_space
        for source in sources(known)
        for delivery in held_by(known, as_of, source)
        if delivery.kind == "members"
    }
    found = []
    for source in sources(known):
        if state(known, as_of, source) is None:
            continue
        theirs = listed.get(source)
        elsewhere = None
        if theirs is not None and len(spaces) < 2:
            elsewhere = sum(counted[person][0][0] != source for person in theirs)
        found.append(
            answers.SourceOverlap(
                source=source,
                listed=None if theirs is None else len(theirs),
                counted=None if theirs is None else people(known, as_of, source),
                elsewhere=elsewhere,
            )
        )
    return sorted(found, key=lambda row: (row.elsewhere is None, -(row.elsewhere or 0), row.source))


@lru_cache(maxsize=4)
def joinings(known: Known) -> dict[Person, tuple[dt.date, Cell]]:
    """In which month and cell each person joined; nobody of whom it is not known that they were new."""
    found = {}
    for month in months(known)[1:]:
        earlier = ever_counted(known, month)
        for person, (cell, _) in counted_people(known, month).items():
            if person not in earlier and comparable(known, month, cell[0]):
                found[person] = (month, cell)
    return found


def retention_by_joining_month(
    known: Known,
    *,
    as_of: dt.date,
    source: Sequence[str] | None = None,
    segment: Sequence[str] | None = None,
    province: Sequence[str] | None = None,
) -> list[answers.RetentionByJoiningMonth]:
    rows = []
    filters = {"source": source, "segment": segment, "province": province}
    for since in months(known):
        joined = {
            person
            for person, (month, cell) in joinings(known).items()
            if month == since and chosen(dict(zip(DIMENSIONS, cell, strict=True)), filters)
        }
        if not joined:
            continue
        later = [month for month in months(known) if since <= month <= as_of]
        for count, month in enumerate(later):
            active = len(joined & counted_people(known, month).keys())
            rows.append(
                answers.RetentionByJoiningMonth(
                    joined=since,
                    month=month,
                    months=count,
                    people=len(joined),
                    active=active,
                    share=active / len(joined),
                )
            )
    return rows


def people_known_since(known: Known, *, as_of: dt.date) -> list[answers.PeopleKnownSince]:
    by_then = [month for month in months(known) if month <= as_of and memberships(known, month)]
    here = [source for source in sources(known) if state(known, as_of, source)]
    listing = {row["source"] for rows in memberships(known, as_of).values() for row in rows}
    return [
        answers.PeopleKnownSince(
            since=by_then[0] if by_then else None,
            sources=len(listing),
            all_sources=len(here),
            people=sum(people(known, as_of, source) for source in listing),
            all_people=sum(people(known, as_of, source) for source in here),
        )
    ]
