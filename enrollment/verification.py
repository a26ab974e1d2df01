"""Verification: is the store still what was accepted and published?

Every kept delivery is hashed and read again, every line of the access log held against its hash, every
publication and edition against hash and fingerprint, and the current cube against the snapshots and the
identities that always hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from enrollment import answers, durable, edition
from enrollment.delivery import DeliveryDamaged
from enrollment.edition import Edition, EditionDamaged, NothingPublished
from enrollment.journal import Journal
from enrollment.reconciliation.keeping import Reconciliations, ResultDamaged
from enrollment.store import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `damage` needs a person, `leftover` is swept by the next load."""

    kind: str
    rule: str
    subject: str
    detail: str = ""


def verify(store: Store) -> tuple[Finding, ...]:
    """Everything found in a store; empty when it is whole."""
    return (
        *_leftovers(store),
        *_journal(store),
        *_deliveries(store),
        *_reconciliations(store),
        *_publications(store),
    )


def _leftovers(store: Store) -> Iterator[Finding]:
    for path in durable.leftovers(store.root):
        yield Finding("leftover", "interrupted", path.name)
    for path in store.unrecorded():
        yield Finding("leftover", "without_sidecar", path.name)
    for path in store.unpublished():
        yield Finding("leftover", "unpublished", path.name)


def _journal(store: Store) -> Iterator[Finding]:
    """Each line of the access log that is not what was written, and whether its end is there."""
    for flaw in Journal(store.root).check():
        rule = "journal" if flaw.rule == "line" else f"journal_{flaw.rule}"
        kind = "leftover" if flaw.rule == "torn" else "damage"
        yield Finding(kind, rule, str(flaw.line) if flaw.line else "journal")


def _deliveries(store: Store) -> Iterator[Finding]:
    deliveries, damaged = store.readable()
    for path in damaged:
        yield Finding("damage", "sidecar", path.name)
    found = {delivery.sha256: delivery for delivery in deliveries}
    if not damaged:
        # While the sample counts, its shipped files are looked at too.
        found |= {delivery.sha256: delivery for delivery in store.deliveries()}
    for delivery in found.values():
        try:
            whole = store.recounted(delivery) == delivery.contents
        except DeliveryDamaged:
            whole = False
        if not whole:
            yield Finding("damage", "delivery", delivery.path.name, delivery.file)
    if not damaged:
        try:
            store.quarantine()
        except DeliveryDamaged as error:
            yield Finding("damage", "quarantine", error.path.name)


def _reconciliations(store: Store) -> Iterator[Finding]:
    """Every reconciliation against its hashes, and its rows against its counts."""
    kept = Reconciliations(store)
    try:
        results = kept.all()
        kept.decisions()
    except ResultDamaged as error:
        yield Finding("damage", "reconciliation", error.path.name)
        return
    for result in results:
        try:
            kept.check(result)
        except ResultDamaged as error:
            yield Finding("damage", "reconciliation", error.path.name, result.file)


def _publications(store: Store) -> Iterator[Finding]:
    found, damaged = edition.publications(store)
    for name in damaged:
        yield Finding("damage", "publication", name)
    for publication in found:
        path = store.root / "editions" / publication.file
        try:
            edition.check(path, publication.sha256)
        except EditionDamaged:
            yield Finding("damage", "edition", publication.file)
            continue
        opened = Edition(publication, path)
        if edition.recomputed_fingerprint(opened) != publication.fingerprint:
            yield Finding("damage", "fingerprint", publication.file)
    try:
        current = edition.open_edition(store)
    except (NothingPublished, EditionDamaged):
        return
    yield from _identities(current)
    yield from _cube(current, store)


def _cube(current: Edition, store: Store) -> Iterator[Finding]:
    """The cube's people per month and source against what the deliveries hold, read from their bytes."""
    try:
        totals = {
            (delivery.sha256, content.source): content.active
            for delivery in store.deliveries()
            if delivery.kind == "totals"
            for content in delivery.contents
        }
    except DeliveryDamaged:
        return
    for month in answers.known_months(current):
        cells = answers.breakdown(current, dimension="source", since=None, as_of=month.month)
        files: dict[str, list[answers.ActiveLineage]] = {}
        for row in answers.active_lineage(current, as_of=month.month):
            files.setdefault(row.source, []).append(row)
        in_cube = {row.part: row.closing for row in cells}
        for source, rows in files.items():
            # People of one file are counted under another source, or replaced by a later one, for good
            # reason; totals of a source that has one file are what that file says.
            alone = len(rows) == 1
            expected = totals.get((rows[0].sha256, source), rows[0].active) if alone else None
            active = sum(row.active for row in rows)
            if in_cube.get(source, 0) != active or (alone and active != expected):
                yield Finding("damage", "cube", month.month.isoformat(), source)


def _identities(current: Edition) -> Iterator[Finding]:
    months = answers.known_months(current)
    movement = answers.movement_by_month(current, as_of=months[-1].month)
    for before, row in zip((None, *movement), movement, strict=False):
        flows = (
            (row.new or 0)
            + (row.reactivated or 0)
            - (row.lapsed or 0)
            + (row.moved_in or 0)
            - (row.moved_out or 0)
            + (row.reclassified_in or 0)
            - (row.reclassified_out or 0)
            + (row.correction or 0)
        )
        closes = row.opening is None or row.opening + flows == row.closing
        follows = before is None or row.opening == before.closing
        if not (closes and follows):
            yield Finding("damage", "identity", row.month.isoformat())
    for month in months:
        lineage = answers.active_lineage(current, as_of=month.month)
        if sum(row.active for row in lineage) != month.active:
            yield Finding("damage", "lineage", month.month.isoformat())
