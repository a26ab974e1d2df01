"""The steward's form for a roster: judged in memory, reconciled, its result kept; the file is not."""

import datetime as dt
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from enrollment.contract.faults import shown
from enrollment.keys import key_file
from enrollment.language import CODES, Language
from enrollment.months import month_text, parse_month
from enrollment.reconciliation.reconciling import Outcome
from enrollment.ui import markup, reconciling, steward, uploading
from enrollment.ui.reconciliation import picked as picking
from enrollment.ui.reconciliation.picked import Picked
from enrollment.ui.steward import Failed

_WANTED, _RUNNING, _ANSWER, _DONE = "roster_wanted", "roster_running", "roster_answer", "rosters_done"

Answer = dict[str, Any]
"""What is said of a roster, and at which source and month: documents by language, or what went wrong."""


def form(picked: Picked) -> None:
    """Choose a roster, its source and its month, and reconcile it; or why this server takes none."""
    language = picked.choice.language
    say = language.say
    why_not = steward.barred()
    if why_not == "not_steward":
        return
    if why_not:
        markup.show(markup.note(say(f"editions.upload.barred.{why_not}")))
        return
    with st.expander(say("reconciliation.upload.title")), st.container(key="reconcile", gap="small"):
        subtitle = markup.note(say("reconciliation.upload.subtitle"))
        markup.show(uploading.words(language, "reconcile") + subtitle)
        if interrupted := st.session_state.pop(_RUNNING, ""):
            st.warning(markup.inert(say("reconciliation.upload.interrupted", file=interrupted)))
        file = st.file_uploader(
            say("reconciliation.upload.file"),
            key=f"roster_file_{st.session_state.get(_DONE, 0)}",
            max_upload_size=steward.UPLOAD_LIMIT,
        )
        source, month = _about(picked)
        if file and st.session_state.pop(_WANTED, None) == file.file_id:
            _reconcile(picked, file, source, month)
        st.button(
            say("reconciliation.upload.reconcile"),
            key="reconcile_roster",
            type="primary",
            disabled=file is None,
            on_click=_want,
            args=(file.file_id if file else "",),
        )
    answer: Answer = st.session_state.get(_ANSWER, {})
    if answer.get("about") == (picked.source, picked.month):
        _answer(language, answer)


def _reconcile(picked: Picked, file: UploadedFile, source: str, month: dt.date) -> None:
    """Reconcile what was asked for; its result is shown at once, and the file is let go of."""
    answer = _reconciled(picked.choice.language, file, source, month)
    result = answer.pop("result", None)
    shown_next = (picked.source, picked.month) if result is None else (result.source, result.month)
    st.session_state[_ANSWER] = answer | {"name": shown(file.name), "about": shown_next}
    if result is not None:
        picking.show_next(picked.choice, result)
        # Another key is another uploader, which holds no file.
        st.session_state[_DONE] = st.session_state.get(_DONE, 0) + 1
        st.rerun()


def _about(picked: Picked) -> tuple[str, dt.date]:
    """Whose roster it is and of which month; what is looked at is offered first."""
    language = picked.choice.language
    try:
        sources = steward.source_names(language)
        months = {item.month for item in steward.kept() if item.kind == "members" and item.month}
    except Failed as failed:
        st.warning(markup.inert(failed.sentence(language)))
        sources, months = {}, set()
    sources.setdefault(picked.source, picked.source_name)
    offered = sorted(months | {picked.month}, reverse=True)
    texts = [month_text(month) for month in offered]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        source = st.selectbox(
            language.say("reconciliation.upload.source"),
            list(sources),
            index=list(sources).index(picked.source),
            format_func=sources.__getitem__,
            key=f"roster_source_{picked.source}",
            width=330,
        )
        month = st.selectbox(
            language.say("reconciliation.upload.month"),
            texts,
            index=offered.index(picked.month),
            format_func=lambda text: language.month(parse_month(text)),
            key=f"roster_month_{month_text(picked.month)}",
            width=190,
        )
    return source, parse_month(month)


def _want(file_id: str) -> None:
    """Remember what the steward asked for; the run that follows does it, with its progress."""
    st.session_state[_WANTED] = file_id


def _reconciled(language: Language, file: UploadedFile, source: str, month: dt.date) -> Answer:
    """Reconcile under a progress bar; of the outcome only what is said of the file is remembered."""
    name = shown(file.name)
    if file.size > steward.UPLOAD_LIMIT << 20:
        return {"failed": Failed("too_large", limit=str(steward.UPLOAD_LIMIT))}
    had_key = key_file().exists()
    bar = st.progress(0.0, text=markup.inert(language.say("editions.upload.loading", file=name)))
    # Whatever the visitor does meanwhile ends this run; the next one then says that nothing came of it.
    st.session_state[_RUNNING] = name
    try:
        file.seek(0)
        outcome = reconciling.reconcile(file, file.name, source, month, uploading.told(bar, language, name))
    except Failed as failed:
        return {"failed": failed}
    finally:
        del st.session_state[_RUNNING]
        bar.empty()
    return {
        "result": outcome.result,
        "fresh": outcome.fresh if outcome.result else None,
        "rows": outcome.reading.rows_in,
        "counts": dict(outcome.reading.fault_counts),
        "key_made": "" if had_key or not key_file().exists() else str(key_file()),
        "documents": {code: _document(outcome, Language(code)) for code in CODES},
    }


def _document(outcome: Outcome, language: Language) -> Mapping[str, Any]:
    """Faults and notes of a roster as finished text."""
    file = outcome.reading.file
    return {
        "faults": [
            {
                "row": fault.row,
                "column": fault.column,
                "value": fault.value,
                "rule": fault.rule,
                "message": fault.message(language, file),
            }
            for fault in outcome.faults
        ],
        "notes": [note.message(language, file) for note in outcome.notes],
    }


def _answer(language: Language, answer: Answer) -> None:
    """Refused or reconciled, the notes, and the faults row by row."""
    say: Callable[..., str] = language.say
    name = answer["name"]
    if "failed" in answer:
        st.error(markup.inert(f"{name}: {answer['failed'].sentence(language)}"))
        return
    document = answer["documents"][language.code]
    faults, refused = document["faults"], answer["fresh"] is None
    verdict = "refused" if refused else "fresh" if answer["fresh"] else "known"
    made = answer["key_made"]
    mark, tone = ("▼", "behind") if refused else ("✓", "ahead")
    counts = say(
        f"reconciliation.upload.counts_{verdict}",
        rows=language.number(answer["rows"]),
        faulty=language.number(len({fault["row"] for fault in faults})),
    )
    markup.show(
        '<div class="receipt">'
        f'<p class="detail"><span class="chip {tone}"><span aria-hidden="true">{mark}</span> '
        f"{escape(say(f'reconciliation.upload.verdict.{verdict}'))}</span><strong>{escape(name)}</strong></p>"
        + markup.note(counts)
        + (markup.remarks(markup.plain(note) for note in document["notes"]) if document["notes"] else "")
        + (markup.note(say("editions.upload.key_made", path=made)) if made else "")
        + (uploading.faults(language, faults, answer["counts"].values()) if faults else "")
        + "</div>"
    )
    if faults:
        uploading.download(faults, name, "roster")
