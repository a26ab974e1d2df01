"""The steward's form: load deliveries, see what they would change, publish.

What is uploaded stays in memory; only what the contract accepts is kept, and people only by their keys.
It needs no edition, so that the first delivery of an empty data directory can be loaded here as well.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from enrollment.contract.faults import shown
from enrollment.keys import key_file
from enrollment.language import CODES, Language
from enrollment.ui import markup, steward, uploading
from enrollment.ui.editions import publishing
from enrollment.ui.steward import Failed, Wishes

_A_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MARKS = {
    "accepted": ("✓", "ahead"),
    "noted": ("✓", "ahead"),
    "quarantined": ("!", "behind"),
    "unchanged": ("●", ""),
    "confirm": ("?", ""),
    "refused": ("▼", "behind"),
}
_NOTHING_DONE = ("confirm", "unchanged")
_WHOLE_FILE = "whole_file"

Answer = dict[str, Any]
"""The answer to one file: its documents by language, what it asks for, or why nothing came of it."""


def form(language: Language) -> None:
    """Choose files, load them, read what is said of each, publish; or why this server takes none."""
    say = language.say
    why_not = steward.barred()
    if why_not == "not_steward":
        return
    if why_not:
        markup.show(
            markup.section(say("editions.upload.title"))
            + markup.note(say(f"editions.upload.barred.{why_not}"))
        )
        return
    with st.container(key="upload", gap="small"):
        markup.show(uploading.words(language, "upload"))
        markup.show(markup.section(say("editions.upload.title"), say("editions.upload.subtitle")))
        if steward.ends_the_sample():
            markup.show(markup.remarks([say("editions.upload.ends_sample")]))
        if interrupted := st.session_state.pop("loading", ""):
            st.warning(markup.inert(say("editions.upload.interrupted", file=interrupted)))
        files = st.file_uploader(
            say("editions.upload.files"),
            accept_multiple_files=True,
            key=f"deliveries_{st.session_state.get('uploads_done', 0)}",
            max_upload_size=steward.UPLOAD_LIMIT,
        )
        wishes = _wishes(language)
        answers: dict[str, Answer] = st.session_state.setdefault("answers", {})
        for gone in set(answers) - {file.file_id for file in files}:
            del answers[gone]
        button, bars = st.container(), st.container()
        with bars:
            _load_wanted(language, files, wishes)
        fresh = [file for file in files if file.file_id not in answers]
        with button:
            st.button(
                say("editions.upload.load"),
                key="load",
                type="primary",
                disabled=not fresh or wishes is None,
                on_click=_want,
                args=({file.file_id: None for file in fresh},),
            )
        for file in files:
            if file.file_id in answers:
                _answer(language, file, answers[file.file_id])
        publishing.form(language)


def _wishes(language: Language) -> Wishes | None:
    """What may be said of the files beside their content; None while it cannot be read."""
    say = language.say
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="wishes"):
        month = st.text_input(
            say("editions.upload.month"),
            key="delivery_month",
            placeholder=say("editions.upload.month_format"),
            help=None,
            width=190,
        ).strip()
        try:
            sources = steward.source_names(language)
        except Failed as failed:
            sources = {}
            st.warning(markup.inert(failed.sentence(language)))
        source = st.selectbox(
            say("editions.upload.source"),
            ["", *sources],
            key="delivery_source",
            format_func=lambda code: sources[code] if code else say("editions.upload.any_source"),
            width=330,
        )
        scope = st.selectbox(
            say("editions.upload.scope"),
            ("full", "province"),
            key="delivery_scope",
            format_func=lambda option: say(f"editions.upload.scopes.{option}"),
            width=330,
        )
    if month and not _A_MONTH.fullmatch(month):
        markup.show(markup.note(say("editions.upload.not_a_month", text=month[:40])))
        return None
    return Wishes(month=month or None, source=source or None, scope=scope)


def _want(files: dict[str, Wishes | None]) -> None:
    """Remember what the steward asked to load, and how; the run that follows does it, with its progress."""
    st.session_state["wanted"] = files


def _load_wanted(language: Language, files: Sequence[UploadedFile], wishes: Wishes | None) -> None:
    """Load files one after another, each under its own progress bar."""
    wanted: dict[str, Wishes | None] = st.session_state.pop("wanted", {})
    for file in files:
        if file.file_id not in wanted:
            continue
        name = shown(file.name)
        bar = st.progress(0.0, text=markup.inert(language.say("editions.upload.loading", file=name)))
        # Whatever the visitor does meanwhile ends this run; the next one then says what was not loaded.
        st.session_state["loading"] = name
        how = wanted[file.file_id] or wishes or Wishes()
        st.session_state["answers"][file.file_id] = _loaded(file, how, uploading.told(bar, language, name))
        del st.session_state["loading"]
        bar.empty()


def _loaded(file: UploadedFile, wishes: Wishes, progress: Callable[[int, int], None]) -> Answer:
    if file.size > steward.UPLOAD_LIMIT << 20:
        return {"failed": Failed("too_large", limit=str(steward.UPLOAD_LIMIT)), "wishes": wishes}
    had_key = key_file().exists()
    try:
        file.seek(0)
        receipt = steward.load(file, file.name, wishes, progress)
    except Failed as failed:
        return {"failed": failed, "wishes": wishes}
    # The documents alone are kept: the rows of a reading would stay in memory with the session.
    return {
        "wishes": wishes,
        "documents": {code: receipt.document(Language(code)) for code in CODES},
        "key_made": "" if had_key or not key_file().exists() else str(key_file()),
        _WHOLE_FILE: receipt.reading.whole_file or bool(receipt.faults),
    }


def _answer(language: Language, file: UploadedFile, answer: Answer) -> None:
    """What is said of one file: verdict, counts, notes, faults, and what it asks the steward for."""
    say = language.say
    name = shown(file.name)
    if "failed" in answer:
        st.error(markup.inert(f"{name}: {answer['failed'].sentence(language)}"))
        _again(language, file, answer["wishes"], say("editions.upload.again"))
        return
    document: Mapping[str, Any] = answer["documents"][language.code]
    verdict = document["verdict"]
    mark, tone = _MARKS[verdict]
    counts = say(
        f"editions.upload.counts_{verdict}" if verdict in _NOTHING_DONE else "editions.upload.counts",
        rows=language.number(document["rows"]),
        accepted=language.number(document["accepted"]),
        quarantined=language.number(document["quarantined"]),
        refused=language.number(document["refused"]),
    )
    about = [part for part in (", ".join(document["months"]), ", ".join(document["sources"][:8])) if part]
    faults, made = document["faults"], answer["key_made"]
    markup.show(
        '<div class="receipt">'
        f'<p class="detail"><span class="chip {tone}"><span aria-hidden="true">{mark}</span> '
        f"{escape(say(f'editions.verdict.{verdict}'))}</span><strong>{escape(name)}</strong></p>"
        + markup.note(" · ".join([say(f"editions.kind.{document['kind']}"), *about, counts]))
        + (markup.remarks(markup.plain(note) for note in document["notes"]) if document["notes"] else "")
        + (markup.note(say("editions.upload.key_made", path=made)) if made else "")
        + (uploading.faults(language, faults, document["fault_counts"].values()) if faults else "")
        + "</div>"
    )
    if faults:
        uploading.download(faults, name, file.file_id)
    _asked(language, file, answer, document)


def _asked(language: Language, file: UploadedFile, answer: Answer, document: Mapping[str, Any]) -> None:
    """The boxes that an answer asks for: set faulty rows aside, or say that a doubtful file is right."""
    say = language.say
    wishes: Wishes = answer["wishes"]
    verdict = document["verdict"]
    ticked = False
    if verdict == "refused" and not answer[_WHOLE_FILE]:
        ticked = st.checkbox(say("editions.upload.quarantine"), key=f"quarantine_{file.file_id}")
        wishes = Wishes(wishes.month, wishes.source, wishes.scope, ticked, wishes.confirmed)
    elif verdict == "confirm":
        ticked = st.checkbox(say("editions.upload.confirm"), key=f"confirm_{file.file_id}")
        wishes = Wishes(wishes.month, wishes.source, wishes.scope, wishes.quarantine, ticked)
    else:
        return
    _again(language, file, wishes, say("editions.upload.load_again"), enabled=ticked)


def _again(
    language: Language, file: UploadedFile, wishes: Wishes, label: str, *, enabled: bool = True
) -> None:
    st.button(
        label,
        key=f"again_{file.file_id}",
        disabled=not enabled,
        on_click=_want,
        args=({file.file_id: wishes},),
    )
