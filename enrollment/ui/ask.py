"""The one door from a page to answers: opens editions and asks questions, each at most once.

Caches are keyed by identity (edition, question, parameters) and bounded; publishing clears nothing.
Rows are frozen, so visitors share them.
"""

import datetime as dt
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from enrollment import answers, edition, publishing
from enrollment.edition import Edition, Publication
from enrollment.store import PROJECT_DATA, DeliveryDamaged, Store

Row = TypeVar("Row")


def data_directory() -> Path:
    """Where the dashboard's data lie: `CAKUPAN_DATA`, else the project's own."""
    return Path(os.environ.get("CAKUPAN_DATA", PROJECT_DATA))


def opened(edition_id: str | None) -> Edition:
    """The current edition, or a named one. Raises NothingPublished, UnknownEdition, EditionDamaged."""
    store = _store(data_directory())
    return _opened(store, edition_id, _stamp(store))


def published() -> tuple[Publication, ...]:
    """All publications, oldest first."""
    store = _store(data_directory())
    return _published(store, _stamp(store))


def before(current: Edition) -> Edition | None:
    """The edition that was published before this one."""
    earlier = [item for item in published() if item.number < current.publication.number]
    return opened(earlier[-1].fingerprint) if earlier else None


@lru_cache(maxsize=4096)
def ask(question: Callable[..., tuple[Row, ...]], current: Edition, /, **params: Any) -> tuple[Row, ...]:
    """The rows of a question; list parameters are given as tuples. Raises NotRecorded."""
    return question(current, **params)


def default_month(current: Edition) -> dt.date:
    """The month that the dashboard opens with."""
    return _default_month(current)


@lru_cache(maxsize=64)
def _default_month(current: Edition) -> dt.date:
    return publishing.default_month(current)


@lru_cache(maxsize=8)
def _store(data: Path) -> Store:
    data.mkdir(parents=True, exist_ok=True)
    return Store(data)


def _stamp(store: Store) -> int:
    """Changes whenever a publication is put in place."""
    folder = store.root / "publications"
    return folder.stat().st_mtime_ns if folder.exists() else 0


@lru_cache(maxsize=32)
def _opened(store: Store, edition_id: str | None, stamp: int) -> Edition:
    return publishing.current(store, edition_id=edition_id)


@lru_cache(maxsize=4)
def _published(store: Store, stamp: int) -> tuple[Publication, ...]:
    return edition.publications(store)[0]


def waiting(known: Sequence[answers.DeliveriesReceived]) -> int:
    """How many kept deliveries the edition that lists `known` did not have; 0 while a record is damaged."""
    recorded = {row.sha256 for row in known}
    try:
        kept = _store(data_directory()).kept()
    except DeliveryDamaged:
        return 0
    return sum(delivery.sha256 not in recorded for delivery in kept)
