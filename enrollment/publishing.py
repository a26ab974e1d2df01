"""Publishing: build an edition, keep its headline with it, and move the pointer.

This is also where a first visitor's dashboard comes from: the project's own data directory publishes
the shipped sample, one edition a month as it would have become known.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from enrollment import answers, building, comparison, edition, fold, lock
from enrollment.building import Candidate
from enrollment.comparison import Comparison
from enrollment.delivery import Delivery, PeopleElsewhere, counted
from enrollment.edition import Edition, NothingPublished, Publication
from enrollment.headline import forecast, headline
from enrollment.keys import KeyFault
from enrollment.months import WESTERN_INDONESIA
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.sample_assumptions import KNOWLEDGE_DAY
from enrollment.sample_loading import SamplePeople
from enrollment.store import Store, sample_deliveries

__all__ = [
    "NothingToPublish",
    "Outcome",
    "current",
    "preview",
    "publish",
    "publish_sample",
    "rebuild",
    "return_to",
    "sample_counts",
]


_FIRST_START = 120.0
"""Seconds for which whoever comes second waits while the sample is published."""


class NothingToPublish(Exception):
    """No delivery has been kept yet."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What publishing did, or would do: the publication, whether it is new, and what differs with it.

    `comparison` is None when nothing is new, and when there was no edition to compare with.
    """

    publication: Publication
    new: bool
    comparison: Comparison | None = None

    @property
    def changes(self) -> tuple[answers.EditionChanges, ...]:
        """What moved per month and source, and why."""
        return self.comparison.changes if self.comparison else ()


def publish(
    store: Store,
    *,
    note: str = "",
    who: str | None = None,
    now: dt.datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Fold what is kept, build an edition and make it current; nothing happens when it is current already.

    `progress` is told months folded and months in all.

    Raises NothingToPublish, StoreLocked, DeliveryDamaged, ReferenceFault.
    """
    with lock.writing(store.root):
        time = now or dt.datetime.now(dt.UTC)
        return _publish(store, _deliveries(store), note, who or lock.user(), time, progress)


def preview(store: Store, *, progress: Callable[[int, int], None] | None = None) -> Outcome:
    """What `publish` would do now; nothing is published. Raises what `publish` raises.

    The edition is built in full, compared and thrown away; folded months stay cached.
    """
    with lock.writing(store.root):
        before = _before(store)
        now = dt.datetime.now(dt.UTC)
        deliveries = _deliveries(store)
        results = Reconciliations(store).results(now)
        candidate = building.build(store, deliveries, store.reference(), progress, results)
        built = _opened(candidate, lock.user(), "", now)
        try:
            if before and candidate.fingerprint == before.fingerprint:
                return Outcome(before.publication, False)
            return Outcome(built.publication, True, _compared(built, before))
        finally:
            built.close()
            _discard(store, candidate)


def return_to(
    store: Store, edition_id: str, *, note: str = "", who: str | None = None, now: dt.datetime | None = None
) -> Outcome:
    """Make an earlier edition current again, by a new publication; nothing happens when it is current.

    Raises UnknownEdition, NothingPublished, EditionDamaged, StoreLocked.
    """
    with lock.writing(store.root):
        wanted = edition.open_edition(store, edition=edition_id)
        before = _before(store)
        if before and before.fingerprint == wanted.fingerprint:
            return Outcome(before.publication, False)
        publication = edition.publish(
            store,
            Candidate(wanted.fingerprint, wanted.publication.sha256, wanted.path),
            who=who or lock.user(),
            note=note,
            time=now or dt.datetime.now(dt.UTC),
            headline=wanted.publication.headline,
            forecast=wanted.publication.forecast,
        )
        return Outcome(publication, True, _compared(wanted, before))


def rebuild(store: Store) -> tuple[Publication, ...]:
    """Build the editions anew whose files are lost or damaged, each from what was known at its time.

    A publication keeps its number, time and headline, and gets a file of the same fingerprint. One whose
    fingerprint cannot be reached, because a delivery or a reference file of the user's own is no longer
    what it was, or because members of a cluster have to be folded there first, stays damaged. Returns the
    publications that were rebuilt. Raises StoreLocked, DeliveryDamaged, ReferenceFault.
    """
    rebuilt = []
    with lock.writing(store.root):
        store.sweep()
        whole: dict[str, Candidate] = {}
        lost = []
        for publication in edition.publications(store)[0]:
            path = store.root / "editions" / publication.file
            try:
                edition.check(path, publication.sha256)
                whole[publication.fingerprint] = Candidate(publication.fingerprint, publication.sha256, path)
            except edition.EditionDamaged:
                lost.append(publication)
        for publication in lost:
            if publication.fingerprint not in whole:
                deliveries, tables = store.as_known(publication.time)
                results = Reconciliations(store).results(publication.time)
                try:
                    candidate = building.build(store, deliveries, tables, results=results)
                except PeopleElsewhere:
                    continue
                if candidate.fingerprint != publication.fingerprint:
                    _discard(store, candidate)
                    continue
                whole[publication.fingerprint] = candidate
            rebuilt.append(edition.replace_file(store, publication, whole[publication.fingerprint]))
    return tuple(rebuilt)


def current(
    store: Store,
    *,
    edition_id: str | None = None,
    known_on: dt.date | None = None,
    on_first_start: Callable[[], None] = lambda: None,
    on_totals_alone: Callable[[KeyFault], None] = lambda fault: None,
) -> Edition:
    """Open an edition; on the project's own data the very first reader publishes the sample.

    `on_first_start` is told that it does, `on_totals_alone` why it does so without people.
    Raises NothingPublished, UnknownEdition, EditionDamaged.
    """
    try:
        return edition.open_edition(store, edition=edition_id, known_on=known_on)
    except NothingPublished:
        if not sample_counts(store) or any(edition.publications(store)):
            raise
    on_first_start()
    publish_sample(store, on_totals_alone=on_totals_alone)
    return edition.open_edition(store, edition=edition_id, known_on=known_on)


def sample_counts(store: Store) -> bool:
    """Whether the shipped sample is what an edition is built from: no snapshot has been kept yet."""
    found, damaged = store.readable()
    return not damaged and store.sample_counts(found)


def publish_sample(store: Store, *, on_totals_alone: Callable[[KeyFault], None] = lambda fault: None) -> None:
    """Publish the shipped sample, each edition on its knowledge day; done already is done.

    The ministry's people are loaded and reconciled on the way. Where there can be no secret key for them, the
    totals are published alone, and `on_totals_alone` is told why.
    """
    with lock.writing(store.root, wait=_FIRST_START):
        days = sorted({_knowledge_time(delivery) for delivery in sample_deliveries()})
        done = len(edition.publications(store)[0])
        if done == len(days):
            return
        people = SamplePeople(store)
        try:
            people.load()
        except KeyFault as fault:
            on_totals_alone(fault)
        kept = store.sample_people()
        deliveries = sample_deliveries(kept)
        for time in days[done:]:
            if kept:
                people.reconcile(time)
            known = tuple(delivery for delivery in deliveries if delivery.received_at <= time)
            # Nobody reads what differs from edition to edition here; pages ask for it when it is shown.
            _publish(store, known, "", known[-1].received_by, time, compares=False)


def _knowledge_time(delivery: Delivery) -> dt.datetime:
    """The first knowledge day, at nine in the morning, on or after the delivery was received."""
    local = delivery.received_at.astimezone(WESTERN_INDONESIA)
    time = local.replace(day=KNOWLEDGE_DAY, hour=9, minute=0, second=0, microsecond=0)
    if time < local:
        time = (time.replace(day=1) + dt.timedelta(days=32)).replace(day=KNOWLEDGE_DAY)
    return time.astimezone(dt.UTC)


def _deliveries(store: Store) -> tuple[Delivery, ...]:
    deliveries = store.deliveries()
    if not counted(deliveries):
        raise NothingToPublish
    return deliveries


def _before(store: Store) -> Edition | None:
    try:
        return edition.open_edition(store)
    except (NothingPublished, edition.EditionDamaged):
        return None


def _publish(
    store: Store,
    deliveries: tuple[Delivery, ...],
    note: str,
    who: str,
    time: dt.datetime,
    progress: Callable[[int, int], None] | None = None,
    *,
    compares: bool = True,
) -> Outcome:
    before = _before(store)
    results = Reconciliations(store).results(time)
    candidate = building.build(store, deliveries, store.reference(), progress, results)
    if before and candidate.fingerprint == before.fingerprint:
        if candidate.path != before.path:
            _discard(store, candidate)
        return Outcome(before.publication, False)
    built = _opened(candidate, who, note, time)
    earlier, _ = edition.publications(store)
    publication = edition.publish(
        store,
        candidate,
        who=who,
        note=note,
        time=time,
        headline=headline(built),
        forecast=forecast(built, earlier),
    )
    fold.forget_parts_but(store, candidate.folded)
    return Outcome(publication, True, _compared(built, before) if compares else None)


def _compared(built: Edition, before: Edition | None) -> Comparison | None:
    return comparison.compare(built, before) if before else None


def _discard(store: Store, candidate: Candidate) -> None:
    """Remove a built edition that is not published, unless a publication names this very file."""
    if candidate.path in store.unpublished():
        candidate.path.unlink(missing_ok=True)


def _opened(candidate: Candidate, who: str, note: str, time: dt.datetime) -> Edition:
    publication = Publication(
        0, time, who, note, candidate.fingerprint, candidate.sha256, candidate.path.name
    )
    return Edition(publication, candidate.path)
