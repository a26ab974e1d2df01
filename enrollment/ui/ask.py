"""The one door from a page to answers: opens editions and asks questions, each at most once.

Caches are keyed by identity (edition, question, parameters) and bounded; publishing clears nothing.
Rows are frozen, so visitors share them.
"""

import datetime as dt
import sys
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from enrollment import answers, comparison, disclosure, edition, headline, publishing, rights
from enrollment import outlook as outlooks
from enrollment.comparison import Comparison
from enrollment.edition import Edition, Facts, Publication, Sight
from enrollment.keys import KeyFault
from enrollment.language import CODES, Language
from enrollment.outlook import Given, Outlook
from enrollment.store import Store, data_directory
from enrollment.ui import metrics, visitor

Row = TypeVar("Row")


def opened(edition_id: str | None, known_on: dt.date | None = None) -> Edition:
    """The current edition, a named one, or the one current on a day, as this visitor sees it.

    Raises NothingPublished, UnknownEdition, EditionDamaged, and Outside for somebody who may see nothing.
    """
    store = opened_store()
    return _seen(_opened(store, edition_id, known_on, _stamp(store)), sight())


def readiness() -> tuple[Edition, tuple[answers.KnownMonths, ...]]:
    """The current edition and its months, for what the server says of itself to whoever watches it.

    No visitor asks here, so that nobody's rights are looked at. Raises as opening does, and NothingPublished.
    """
    store = opened_store()
    current = _opened(store, None, None, _stamp(store))
    return current, _asked(answers.known_months, current)


def sight() -> Sight | None:
    """What this visitor sees of any edition; None sees everything. Raises Outside."""
    seen = rights.sight(visitor.rights().partners)
    return disclosure.over(seen, _protecting(opened_store())) if visitor.small_counts_are_kept() else seen


@lru_cache(maxsize=8)
def _protecting(store: Store) -> Sight:
    return disclosure.sight(disclosure.rounding_secret(store))


def published() -> tuple[Publication, ...]:
    """All publications, oldest first."""
    store = opened_store()
    return _published(store, _stamp(store))[0]


def damaged_publications() -> tuple[str, ...]:
    """Names of the publication records that cannot be read and are passed over."""
    store = opened_store()
    return _published(store, _stamp(store))[1]


def before(current: Edition) -> Publication | None:
    """What was published before this edition."""
    earlier = [item for item in published() if item.number < current.publication.number]
    return earlier[-1] if earlier else None


def facts(publication: Publication) -> Facts:
    """How an edition was made. Raises EditionDamaged."""
    return _told_by_source(publication).facts


def changes(later: Publication, earlier: Publication) -> tuple[answers.EditionChanges, ...]:
    """What differs between two editions by month and source. Raises NotRecorded, EditionDamaged, Outside."""
    return _asked(answers.edition_changes, _told_by_source(later), earlier=_told_by_source(earlier))


def compared(later: Publication, earlier: Publication) -> Comparison:
    """Everything that differs in an edition from an earlier one. Raises as `changes` does."""
    return _compared(_told_by_source(later), _told_by_source(earlier))


def _told_by_source(publication: Publication) -> Edition:
    """An edition as this visitor sees it along sources alone, where no small count has to be kept.

    What is asked of it comes from this module only: it is never handed out, and nothing is prepared for it.
    """
    store = opened_store()
    found = _opened(store, publication.fingerprint, None, _stamp(store))
    return _seen(found, rights.sight(visitor.rights().partners))


class Rows(tuple[Row, ...]):
    """Rows that are hashed once, for figures are kept by the rows that they show."""

    _hash: int | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = super().__hash__()
        return self._hash


def ask(question: Callable[..., tuple[Row, ...]], current: Edition, /, **params: Any) -> tuple[Row, ...]:
    """The rows of a question; list parameters are given as tuples. Raises NotRecorded, NoRight."""
    permit(current)
    return _asked(question, current, **params)


@lru_cache(maxsize=4096)
def _asked(question: Callable[..., tuple[Row, ...]], current: Edition, /, **params: Any) -> tuple[Row, ...]:
    with metrics.answering(question.__name__):
        return Rows(question(current, **params))


@lru_cache(maxsize=64)
def _compared(later: Edition, earlier: Edition) -> Comparison:
    return comparison.compare(later, earlier)


def permitted(current: Edition) -> bool:
    """Whether this visitor sees an edition in this way; of one run it is asked anew every moment."""
    run, now = get_script_run_ctx(suppress_warning=True), time.monotonic()
    lately = getattr(_LATELY, "found", None)
    if run and lately and lately[0] is run and now < lately[1] and lately[2] == current.sight:
        return True
    try:
        found = sight()
    except visitor.Outside:
        return False
    _LATELY.found = (run, now + _MOMENT, found)
    return current.sight == found


# A page asks dozens of questions within a moment of this many seconds.
_MOMENT = 0.1
_LATELY = threading.local()


def permit(current: Edition) -> None:
    """Let nothing be asked of an edition but as this visitor sees it.

    A part of a page that runs again by itself holds the edition of an earlier run: where rights have changed
    since, the whole page begins anew. Raises NoRight.
    """
    if not permitted(current):
        st.rerun()
        raise visitor.NoRight


def outlook(current: Edition, as_of: dt.date, goal: str) -> Outlook:
    """Where a month leads by the due date of a goal, with nothing that was published after the edition.

    Raises LookupError for a month or goal that the edition does not know; the frame offers no such.
    """
    return _outlook(current, as_of, goal, _earlier(current))


def record(current: Edition, as_of: dt.date) -> tuple[Given, ...]:
    """The ranges that earlier editions gave for months that have come."""
    months = ask(answers.active_by_month, current, since=None, as_of=as_of)
    return outlooks.record(months, _earlier(current))


def _earlier(current: Edition) -> tuple[Publication, ...]:
    return tuple(item for item in published() if item.number < current.publication.number)


@lru_cache(maxsize=256)
def _outlook(current: Edition, as_of: dt.date, goal: str, earlier: tuple[Publication, ...]) -> Outlook:
    found = outlooks.outlook(current, as_of=as_of, goal=goal, earlier=earlier)
    if found is None:
        raise LookupError(goal)
    return found


def default_month(current: Edition) -> dt.date:
    """The month that the dashboard opens with."""
    return _default_month(current)


@lru_cache(maxsize=64)
def _default_month(current: Edition) -> dt.date:
    return headline.default_month(current)


def default_goal(current: Edition, as_of: dt.date) -> str:
    """The goal that a month opens with. Raises NoGoal."""
    return _default_goal(current, as_of)


@lru_cache(maxsize=256)
def _default_goal(current: Edition, as_of: dt.date) -> str:
    return headline.default_goal(current, as_of)


def opened_store() -> Store:
    """The store of the dashboard's data directory, which is made when it is missing."""
    return _store(data_directory())


@lru_cache(maxsize=8)
def _store(data: Path) -> Store:
    data.mkdir(parents=True, exist_ok=True)
    return Store(data)


def _stamp(store: Store) -> int:
    """Changes whenever a publication is put in place."""
    folder = store.root / "publications"
    return folder.stat().st_mtime_ns if folder.exists() else 0


@lru_cache(maxsize=64)
def _seen(opened_: Edition, seen: Sight | None) -> Edition:
    # One object for all visitors who see the same, for it holds the connection.
    if seen is None:
        return opened_
    shown = opened_.seen(seen)
    return shown.seen_from(opened_store().root / "protected") if seen.protects else shown


@lru_cache(maxsize=32)
def _opened(store: Store, edition_id: str | None, known_on: dt.date | None, stamp: int) -> Edition:
    return publishing.current(
        store,
        edition_id=edition_id,
        known_on=known_on,
        on_first_start=lambda: _log("command.first_start"),
        on_totals_alone=_log_totals_alone,
    )


def _log_totals_alone(fault: KeyFault) -> None:
    _log("command.totals_alone")
    _log(f"command.key.{fault.reason}", file=str(fault.path))


def _log(key: str, **values: str) -> None:
    """Say something to whoever started the server; while the first page is made there is nowhere else."""
    for code in CODES:
        sys.stderr.write(Language(code).say(key, **values) + "\n")


@lru_cache(maxsize=4)
def _published(store: Store, stamp: int) -> tuple[tuple[Publication, ...], tuple[str, ...]]:
    return edition.publications(store)
