"""What the server counts of itself, for whoever watches it: times and numbers, and no person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_REGISTRY = CollectorRegistry()
_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)

_QUESTIONS = Histogram(
    "cakupan_question_seconds",
    "Time that a question took which was not remembered",
    ["question"],
    registry=_REGISTRY,
    buckets=_SECONDS,
)
_RERUNS = Counter("cakupan_reruns", "Pages that were drawn", registry=_REGISTRY)
_EXCEPTIONS = Counter("cakupan_page_exceptions", "Pages that failed", ["kind"], registry=_REGISTRY)
_EXPORTS = Counter("cakupan_exports", "Files that were handed out", ["form"], registry=_REGISTRY)
_REFUSED = Counter("cakupan_refused_statements", "Statements refused", ["reason"], registry=_REGISTRY)
_SESSIONS = Gauge("cakupan_sessions", "Browser windows that are open now", registry=_REGISTRY)
_TURNED_AWAY = Counter("cakupan_turned_away", "Visitors who were told that it is full", registry=_REGISTRY)


@contextmanager
def answering(question: str) -> Iterator[None]:
    """Take the time of a question, by its name."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        _QUESTIONS.labels(question).observe(time.perf_counter() - begun)


def drawn() -> None:
    """A page is drawn."""
    _RERUNS.inc()


def failed(kind: str) -> None:
    """A page ended with an exception of a kind."""
    _EXCEPTIONS.labels(kind).inc()


def exported(file_name: str) -> None:
    """A file was handed out; its form alone is counted."""
    _EXPORTS.labels(PurePath(file_name).suffix.lstrip(".") or "none").inc()


def refused(reason: str) -> None:
    """A reader's own statement was refused, for a reason of the sandbox."""
    _REFUSED.labels(reason).inc()


def open_sessions(count: int) -> None:
    """So many browser windows are open."""
    _SESSIONS.set(count)


def turned_away() -> None:
    """Somebody was shown the busy page."""
    _TURNED_AWAY.inc()


def text() -> bytes:
    """Everything that is counted, as Prometheus reads it."""
    return generate_latest(_REGISTRY)
