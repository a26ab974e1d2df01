"""What would change if the steward published, and publishing itself."""

from typing import Any

import streamlit as st

from enrollment.language import Language
from enrollment.publishing import Outcome
from enrollment.ui import ask, markup, steward
from enrollment.ui.editions import change_list
from enrollment.ui.steward import Failed

_LONGEST_NOTE = 200


def form(language: Language) -> None:
    """See what would change, then publish it with a note."""
    say = language.say
    markup.show(markup.section(say("editions.publish.title"), say("editions.publish.subtitle")))
    if done := st.session_state.pop("published", None):
        st.success(markup.inert(_done(language, done)))
    if st.button(say("editions.publish.preview"), key="preview_changes"):
        with st.spinner(say("editions.publish.previewing")):
            st.session_state["preview"] = _tried(steward.preview)
        st.session_state["preview_of"] = steward.state()
    outcome: Outcome | Failed | None = st.session_state.get("preview")
    if outcome is None:
        return
    if st.session_state.get("preview_of") != steward.state():
        markup.show(markup.note(say("editions.publish.outdated")))
        return
    if isinstance(outcome, Failed):
        st.error(markup.inert(outcome.sentence(language)))
        return
    if not outcome.new:
        markup.show(markup.note(say("editions.publish.nothing_new", edition=outcome.publication.short)))
        return
    _would_change(language, outcome)
    note = st.text_input(say("editions.publish.note"), key="publication_note", max_chars=_LONGEST_NOTE)
    if st.button(say("editions.publish.publish"), key="publish", type="primary"):
        with st.spinner(say("editions.publish.publishing")):
            result = _tried(lambda: steward.publish(note.strip()))
        if isinstance(result, Failed):
            st.error(markup.inert(result.sentence(language)))
            return
        _show_the_new_edition(result)
        st.rerun()


def _would_change(language: Language, outcome: Outcome) -> None:
    say = language.say
    if outcome.comparison is None:
        markup.show(markup.note(say("editions.publish.first")))
        return
    try:
        source_names = steward.source_names(language)
    except Failed:
        source_names = {}
    told = change_list.told(language, outcome.comparison, source_names)
    markup.show(f'<div class="preview">{markup.section(say("editions.publish.would"))}{told}</div>')


def _tried(step: Any) -> Outcome | Failed:
    try:
        outcome: Outcome = step()
    except Failed as failed:
        return failed
    return outcome


def _show_the_new_edition(outcome: Outcome) -> None:
    """Let go of everything that belonged to the files just published, and of any earlier edition."""
    for name in ("preview", "preview_of", "answers", "month", "goal", "known_on", "against"):
        st.session_state.pop(name, None)
    st.session_state["edition"] = None
    st.session_state["known_on"] = None
    # Another key is another uploader, which holds no files.
    st.session_state["uploads_done"] = st.session_state.get("uploads_done", 0) + 1
    st.session_state["published"] = (outcome.publication.short, outcome.new)


def _done(language: Language, done: tuple[str, bool]) -> str:
    short, new = done
    moment = next((item.time for item in reversed(ask.published()) if item.short == short), None)
    if not new or moment is None:
        return language.say("editions.publish.nothing_new", edition=short)
    return language.say("editions.publish.done", edition=short, moment=language.moment(moment))
