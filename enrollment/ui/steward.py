"""The door from a page to the store behind the editions: what is kept, and the steward's work on it.

It opens for a steward alone, whatever a page draws: a call without the right raises Failed, so does one that
would keep something on a server with `CAKUPAN_UPLOADS=off`.
"""

import datetime as dt
import errno
import io
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, BinaryIO, ParamSpec, TypeVar

from starlette.formparsers import MultiPartParser

from enrollment import lock, publishing, reference
from enrollment.answers import Events, Prognoses
from enrollment.delivery import Delivery, DeliveryDamaged, PeopleElsewhere
from enrollment.edition import EditionDamaged
from enrollment.headline import NoGoal
from enrollment.journal import Unwritten
from enrollment.keys import KeyFault
from enrollment.language import Language
from enrollment.lock import StoreLocked
from enrollment.months import month_end, month_text, parse_month
from enrollment.quarantine import Quarantined
from enrollment.receipt import Receipt
from enrollment.reconciliation.keeping import ResultDamaged, UnknownNearMiss
from enrollment.reconciliation.reconciling import NoMembers
from enrollment.reference import Reference, ReferenceFault
from enrollment.store import Store, sample_deliveries
from enrollment.ui import ask, exporting, visitor

UPLOAD_LIMIT = 200
"""Megabytes of one uploaded file; it is held in memory."""

# What is uploaded may hold identity numbers and must not reach the disk, not as a temporary file either.
MultiPartParser.spool_max_size = 0

_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be loaded."""

    month: str | None = None
    source: str | None = None
    scope: str = "full"
    quarantine: bool = False
    confirmed: bool = False


class Failed(Exception):
    """What the steward wanted could not be done; carries the key of the sentence and its values."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, language: Language) -> str:
        """What went wrong and what to do."""
        return language.say(f"editions.failed.{self.key}", **self.values)


def barred() -> str:
    """Why this visitor may load nothing here: `off`, `not_local`, `not_steward`, or nothing."""
    if os.environ.get("CAKUPAN_UPLOADS", "").strip().lower() == "off":
        return "off"
    if opens():
        return ""
    return "not_steward" if visitor.signs_in() or visitor.holds_everything() else "not_local"


def opens() -> bool:
    """Whether this door opens: the visitor is a steward, and looks as one."""
    try:
        return visitor.role() == "steward"
    except visitor.Outside:
        return False


Asked = ParamSpec("Asked")
Given = TypeVar("Given")


def stewards(work: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """A function that looks behind the editions, for a steward alone. It raises Failed for others."""

    @wraps(work)
    def checked(*args: Asked.args, **named: Asked.kwargs) -> Given:
        if not opens():
            raise Failed("no_right")
        return work(*args, **named)

    return checked


def keeps(work: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """A function that keeps or publishes something, for a steward where the server takes deliveries.

    It raises Failed for others.
    """

    @wraps(work)
    def checked(*args: Asked.args, **named: Asked.kwargs) -> Given:
        if barred():
            raise Failed("no_right")
        return work(*args, **named)

    return checked


@stewards
def kept() -> tuple[Delivery, ...]:
    """Everything that is kept, in the order of loading, withdrawn and unpublished deliveries among it.

    Where a sidecar cannot be read its delivery is left out; `damaged` names it.
    """
    store = ask.opened_store()
    return tuple(item for item in _readable(store, _stamp(store))[0] if not item.sample)


@stewards
def damaged() -> tuple[str, ...]:
    """Names of the sidecars that cannot be read."""
    store = ask.opened_store()
    return _readable(store, _stamp(store))[1]


@stewards
def partner_names(language: Language) -> dict[str, str]:
    """The partners of reference data, by code. Raises Failed."""
    rows = _kept_rows("partner_sources")
    return {row["partner"]: language.pick(row["partner_name"], row["partner_name_en"]) for row in rows}


@stewards
def described(names: Collection[str]) -> tuple[Delivery, ...]:
    """Everything kept, and those of the shipped sample that are among the names asked for."""
    found = kept()
    missing = set(names) - {item.sha256 for item in found}
    store = ask.opened_store()
    return (*(item for item in _sample(store, _stamp(store)) if item.sha256 in missing), *found)


@stewards
def waiting(known: Collection[str]) -> tuple[Delivery, ...]:
    """Deliveries that an edition with the `known` ones does not know of; the next edition will."""
    return tuple(
        item
        for item in kept()
        if item.sha256 not in known and item.withdrawn is None and item.kind in ("totals", "members")
    )


@stewards
def quarantine() -> tuple[Quarantined, ...]:
    """Faulty rows that were set aside and still wait to be mended. Raises Failed."""
    with said():
        store = ask.opened_store()
        return _quarantine(store, _stamp(store))


@stewards
def ends_the_sample() -> bool:
    """Whether the next delivery ends the simulated sample that is shown."""
    store = ask.opened_store()
    found, unreadable = _readable(store, _stamp(store))
    return not unreadable and store.sample_counts(found)


@stewards
def source_names(language: Language) -> dict[str, str]:
    """The partner sources of reference data, by code. Raises Failed."""
    rows = _kept_rows("partner_sources")
    return {row["source"]: language.pick(row["name"], row["name_en"]) for row in rows}


@stewards
def due_days() -> dict[str, int]:
    """The day of the next month by which each partner source is due, by code. Raises Failed."""
    rows = _kept_rows("partner_sources")
    return {row["source"]: row["due_day"] for row in rows if row["due_day"] is not None}


@keeps
def load(
    file: BinaryIO, name: str, wishes: Wishes, progress: Callable[[int, int], None] | None = None
) -> Receipt:
    """Judge one file from memory and keep it if the contract accepts it. Raises Failed."""
    with said(), exporting.doing("load", {"file": name}) as outcome:
        receipt = ask.opened_store().load(
            file,
            name=name,
            month=parse_month(wishes.month) if wishes.month else None,
            source=wishes.source,
            scope=wishes.scope,
            quarantine=wishes.quarantine,
            confirmed=wishes.confirmed,
            by=visitor.name(),
            progress=progress,
        )
        outcome |= receipt.entered()
        return receipt


@keeps
def annotate(day: dt.date, text: str, text_en: str, source: str, author: str) -> Receipt:
    """Keep one more remark on a day; it counts from the next edition. Raises Failed."""
    row = {"date": day, "text": text, "text_en": text_en, "source": source, "author": author}
    return _one_more("annotations", row, "annotation")


@keeps
def register(row: Mapping[str, Any]) -> Receipt:
    """Keep one more one-off event, a row of `events.csv`; it counts from the next edition. Raises Failed."""
    return _one_more("events", row, "event")


@keeps
def foretell(row: Mapping[str, Any]) -> Receipt:
    """Keep one more prognosis, a row of `prognoses.csv`; it counts from the next edition. Raises Failed."""
    return _one_more("prognoses", row, "prognosis")


@stewards
def events(as_of: dt.date, *, simulated: bool) -> tuple[Events, ...]:
    """The events that the next edition will know, as `answers.events` tells them of one. Raises Failed."""
    rows = [
        Events(
            **{**row, "simulated": bool(row["simulated"])},
            month=month_end(row["date"].year, row["date"].month),
            scheduled=row["date"] > as_of,
        )
        for row in _kept_rows("events")
        if simulated or not row["simulated"]
    ]
    return tuple(sorted(rows, key=lambda row: (row.date, row.source or "", row.segment or "", row.people)))


@stewards
def prognoses() -> tuple[Prognoses, ...]:
    """The prognoses that the next edition will know, as `answers.prognoses` tells them. Raises Failed."""
    rows = [
        Prognoses(**{**row, "document_en": row["document_en"] or row["document"]})
        for row in _kept_rows("prognoses")
    ]
    return tuple(sorted(rows, key=lambda row: (row.due, row.stated_on)))


@stewards
def segments() -> dict[str, str | None]:
    """The segment of each partner source, by code. Raises Failed."""
    return {row["source"]: row["segment"] for row in _kept_rows("partner_sources")}


def _kept_rows(table: str) -> Sequence[Mapping[str, Any]]:
    with said():
        store = ask.opened_store()
        own = tuple(path.stat().st_mtime_ns for path in sorted((store.data / "reference").glob("*.csv")))
        return _reference(store, (*_stamp(store), *own)).rows(table)


def _one_more(table: str, row: Mapping[str, Any], action: str) -> Receipt:
    with said(), exporting.doing(action, {"file": f"{table}.csv"}) as outcome:
        store = ask.opened_store()
        # From reading the table to keeping it with one row more nobody else adds one.
        with lock.writing(store.root):
            document = reference.document(table, [*store.reference().rows(table), row])
            receipt = store.load(io.BytesIO(document.encode()), name=f"{table}.csv", by=visitor.name())
        outcome |= receipt.entered()
        return receipt


@stewards
def preview() -> publishing.Outcome:
    """What publishing would change now; nothing is published. Raises Failed."""
    with said():
        return publishing.preview(ask.opened_store())


@stewards
def state() -> tuple[tuple[str, bool], ...]:
    """What is kept, so that a preview of something else is told from one of this."""
    return tuple((item.sha256, item.withdrawn is not None) for item in kept())


@keeps
def publish(note: str) -> publishing.Outcome:
    """Build an edition from what is kept and make it current. Raises Failed."""
    with said(), exporting.doing("publish", {}) as told:
        outcome = publishing.publish(ask.opened_store(), note=note, who=visitor.name())
        told |= {"edition": outcome.publication.short, "new": "yes" if outcome.new else "no"}
        return outcome


@contextmanager
def said() -> Iterator[None]:
    """Turn what can go wrong in the store into one plain sentence. Raises Failed."""
    try:
        yield
    except StoreLocked as error:
        raise Failed("locked", holder=error.holder) from error
    except KeyFault as error:
        raise Failed(f"key_{error.reason}", path=str(error.path)) from error
    except ReferenceFault as error:
        raise Failed("reference", reason=str(error)) from error
    except PeopleElsewhere as error:
        raise Failed("people_elsewhere", file=error.file) from error
    except DeliveryDamaged as error:
        raise Failed("delivery_damaged", file=error.path.name) from error
    except EditionDamaged as error:
        raise Failed("edition_damaged", file=str(error)) from error
    except ResultDamaged as error:
        raise Failed("result_damaged", file=error.path.name) from error
    except UnknownNearMiss as error:
        raise Failed("unknown_near_miss") from error
    except Unwritten as error:
        raise Failed("unlogged", reason=error.reason) from error
    except NoMembers as error:
        raise Failed(f"members_{error.reason}", source=error.source, month=month_text(error.month)) from error
    except publishing.NothingToPublish as error:
        raise Failed("nothing_kept") from error
    except NoGoal as error:
        raise Failed("no_goal") from error
    except MemoryError as error:
        raise Failed("memory") from error
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise Failed("disk_full") from error
        raise Failed("system", reason=error.strerror or str(error)) from error


@lru_cache(maxsize=4)
def _sample(store: Store, stamp: tuple[int, ...]) -> tuple[Delivery, ...]:
    return sample_deliveries(store.readable()[0])


@lru_cache(maxsize=4)
def _reference(store: Store, stamp: tuple[int, ...]) -> Reference:
    return store.reference()


@lru_cache(maxsize=4)
def _readable(store: Store, stamp: tuple[int, ...]) -> tuple[tuple[Delivery, ...], tuple[str, ...]]:
    found, unreadable = store.readable()
    return found, tuple(path.name for path in unreadable)


@lru_cache(maxsize=4)
def _quarantine(store: Store, stamp: tuple[int, ...]) -> tuple[Quarantined, ...]:
    return store.quarantine()


def _stamp(store: Store) -> tuple[int, ...]:
    """Changes whenever a delivery or its sidecar is put in place."""
    folders = (store.root / name for name in ("snapshots", "reference", "quarantine"))
    return tuple(folder.stat().st_mtime_ns if folder.exists() else 0 for folder in folders)
