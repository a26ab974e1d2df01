"""Publishing: build an edition, keep its headline with it, and move the pointer.

This is also where a first visitor's dashboard comes from: the project's own data directory publishes
the shipped sample, one edition a month as it would have become known.
"""

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from enrollment import answers, building, edition, lock
from enrollment.building import Candidate
from enrollment.edition import Edition, NothingPublished, Publication
from enrollment.months import WESTERN_INDONESIA
from enrollment.sample_assumptions import KNOWLEDGE_DAY
from enrollment.store import Delivery, Store, sample_deliveries


class NothingToPublish(Exception):
    """No delivery has been kept yet."""


class NoGoal(Exception):
    """No goal in `targets.csv` has a baseline, so there is nothing to measure against."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What `publish` did: the current publication, whether it is new, and what changed with it."""

    publication: Publication
    new: bool
    changes: tuple[answers.EditionChanges, ...]


def default_month(opened: Edition) -> dt.date:
    """The newest month with nothing missing; where every month misses something, the newest."""
    months = answers.known_months(opened)
    complete = [row.month for row in months if not row.missing]
    return max(complete) if complete else max(row.month for row in months)


def default_goal(opened: Edition, as_of: dt.date | None = None) -> str:
    """The goal that the dashboard opens with; past its due date the last one stated for the month's year.

    Raises NoGoal when reference data hold no goal with a baseline.
    """
    goals = [row for row in answers.published_goals(opened) if row.baseline is not None]
    if not goals:
        raise NoGoal
    chosen = next((row for row in goals if row.is_default), goals[0])
    if as_of and as_of > chosen.due:
        of_the_year = [row for row in goals if row.year == as_of.year]
        chosen = max(of_the_year, key=lambda row: row.stated_on or row.due, default=chosen)
    return chosen.goal


def publish(
    store: Store, *, note: str = "", who: str | None = None, now: dt.datetime | None = None
) -> Outcome:
    """Fold what is kept, build an edition and make it current; nothing happens when it is current already.

    Raises NothingToPublish, StoreLocked, DeliveryDamaged, ReferenceFault.
    """
    with lock.writing(store.root):
        deliveries = store.deliveries()
        if not deliveries:
            raise NothingToPublish
        return _publish(store, deliveries, note, who or lock.user(), now or dt.datetime.now(dt.UTC))


def current(
    store: Store,
    *,
    edition_id: str | None = None,
    known_on: dt.date | None = None,
    on_first_start: Callable[[], None] = lambda: None,
) -> Edition:
    """Open an edition; on the project's own data the very first reader publishes the sample.

    Raises NothingPublished, UnknownEdition, EditionDamaged.
    """
    try:
        return edition.open_edition(store, edition=edition_id, known_on=known_on)
    except NothingPublished:
        if not store.ships_sample or store.kept() or any(edition.publications(store)):
            raise
    on_first_start()
    publish_sample(store)
    return edition.open_edition(store, edition=edition_id, known_on=known_on)


def publish_sample(store: Store) -> None:
    """Publish the shipped sample, each edition on its knowledge day; done already is done."""
    with lock.writing(store.root, wait=120):
        deliveries = sample_deliveries()
        days = sorted({_knowledge_time(delivery) for delivery in deliveries})
        done = len(edition.publications(store)[0])
        for time in days[done:]:
            known = tuple(delivery for delivery in deliveries if delivery.received_at <= time)
            _publish(store, known, "", known[-1].received_by, time)


def _knowledge_time(delivery: Delivery) -> dt.datetime:
    """The first knowledge day, at nine in the morning, on or after the delivery was received."""
    local = delivery.received_at.astimezone(WESTERN_INDONESIA)
    time = local.replace(day=KNOWLEDGE_DAY, hour=9, minute=0, second=0, microsecond=0)
    if time < local:
        time = (time.replace(day=1) + dt.timedelta(days=32)).replace(day=KNOWLEDGE_DAY)
    return time.astimezone(dt.UTC)


def _publish(
    store: Store, deliveries: tuple[Delivery, ...], note: str, who: str, time: dt.datetime
) -> Outcome:
    try:
        before = edition.open_edition(store)
    except (NothingPublished, edition.EditionDamaged):
        before = None
    candidate = building.build(store, deliveries, store.reference())
    if before and candidate.fingerprint == before.fingerprint:
        if candidate.path != before.path:
            candidate.path.unlink()
        return Outcome(before.publication, False, ())
    built = _opened(candidate, who, note, time)
    publication = edition.publish(store, candidate, who=who, note=note, time=time, headline=headline(built))
    changes = answers.edition_changes(built, earlier=before) if before else ()
    return Outcome(publication, True, changes)


def _opened(candidate: Candidate, who: str, note: str, time: dt.datetime) -> Edition:
    publication = Publication(
        0, time, who, note, candidate.fingerprint, candidate.sha256, candidate.path.name
    )
    return Edition(publication, candidate.path)


def headline(opened: Edition) -> dict[str, Any]:
    """The status of the default goal at the default month, as it is kept with a publication."""
    as_of = default_month(opened)
    try:
        goal = default_goal(opened, as_of)
    except NoGoal:
        return {}
    rows = answers.goal_progress(opened, as_of=as_of, goal=goal)
    document: dict[str, Any] = json.loads(json.dumps(asdict(rows[0]), default=str)) if rows else {}
    return document
