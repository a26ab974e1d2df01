"""The door from a page to the kept reconciliations: what they found, and the steward's work on them.

They are the steward's alone: who may not load is shown nothing of the store, and a call without the right
raises Failed. What an edition knows of them is asked like every other question.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import streamlit as st

from enrollment.journal import Details
from enrollment.months import month_text
from enrollment.reconciliation import reconciling
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.reconciliation.reconciling import Outcome
from enrollment.reconciliation.result import Result
from enrollment.ui import ask, exporting, steward, visitor
from enrollment.ui.steward import keeps

_NIKS = "roster_niks"
_ROSTERS_HELD = 3
"""Of so many rosters a session remembers the identity numbers, the newest ones."""


def results() -> dict[tuple[str, dt.date], Result]:
    """The result that counts of each source and month. Raises Failed."""
    if steward.barred():
        return {}
    with steward.said():
        return {(result.source, result.month): result for result in _kept().results()}


@keeps
def tables(result: Result) -> Mapping[str, Any]:
    """The rows, near misses and members not listed of a result, as Arrow tables by name. Raises Failed."""
    with steward.said():
        kept = _kept()
        return {
            "rows": kept.rows(result),
            "near_misses": kept.near_misses(result),
            "reverse": kept.reverse(result),
        }


@keeps
def near_misses(result: Result) -> list[dict[str, Any]]:
    """The near misses of a result as records with the columns of NEAR_MISSES, by row. Raises Failed."""
    with steward.said():
        found: list[dict[str, Any]] = _kept().near_misses(result).to_pylist()
        return found


@keeps
def decide(result: Result, row: int, candidate: bytes, same: bool | None) -> Result:
    """Say whether a row is the member proposed, None takes it back; then reconcile again. Raises Failed."""
    decision = {None: "open", True: "same", False: "other"}[same]
    about: Details = {
        "source": result.source,
        "month": month_text(result.month),
        "row": row,
        "decision": decision,
    }
    with steward.said(), exporting.doing("decide", about):
        if same is None:
            _kept().undecide(result, row, candidate)
        else:
            _kept().decide(result, row, candidate, same, by=visitor.name())
        return reconciling.again(ask.opened_store(), result)


@keeps
def reconcile(
    file: BinaryIO, name: str, source: str, month: dt.date, progress: Callable[[int, int], None]
) -> Outcome:
    """Reconcile a roster from memory and keep the result. Raises Failed.

    Its identity numbers stay in this visitor's session, for this visitor's downloads, and nowhere else.
    """
    about = {"file": name, "source": source, "month": month_text(month)}
    with steward.said(), exporting.doing("reconcile", about) as told:
        outcome = reconciling.reconcile(
            ask.opened_store(),
            file,
            source=source,
            month=month,
            name=name,
            by=visitor.name(),
            progress=progress,
        )
        told |= outcome.entered()
    if outcome.result is not None:
        held: dict[str, Mapping[int, str]] = st.session_state.setdefault(_NIKS, {})
        held.pop(outcome.result.sha256, None)
        held[outcome.result.sha256] = outcome.niks
        for oldest in list(held)[:-_ROSTERS_HELD]:
            del held[oldest]
    return outcome


def niks(result: Result) -> Mapping[int, str] | None:
    """The identity numbers by roster row, where this visitor supplied the roster in this session."""
    held: Mapping[str, Mapping[int, str]] = st.session_state.get(_NIKS, {})
    return held.get(result.sha256)


def _kept() -> Reconciliations:
    return Reconciliations(ask.opened_store())
