"""Remarks on days: which ones a time chart shows, and the steward's form for one more."""

import datetime as dt

import streamlit as st

from enrollment import answers
from enrollment.answers import Annotations
from enrollment.ui import ask, markup, steward
from enrollment.ui.frame import Choice
from enrollment.ui.steward import Failed

_FIELDS = ("day", "text", "text_en", "source", "author")


def between(choice: Choice, since: dt.date, until: dt.date) -> tuple[Annotations, ...]:
    """The remarks on the days that a chart shows."""
    return ask.ask(answers.annotations, choice.edition, since=since, until=until)


def known(choice: Choice) -> tuple[Annotations, ...]:
    """All remarks up to the month that is shown."""
    return ask.ask(answers.annotations, choice.edition, since=None, until=choice.as_of)


def form(choice: Choice) -> None:
    """A steward adds a remark; it is kept as a reference delivery and drawn from the next edition on."""
    if steward.barred():
        return
    say = choice.language.say
    popover = st.popover(say("annotations.add"), key="annotate", on_change="rerun", type="tertiary")
    if not popover.open:
        return
    with popover, st.form("annotation", clear_on_submit=False, border=False):
        st.date_input(say("annotations.day"), key="annotation_day", value=choice.as_of, format="YYYY-MM-DD")
        for name in _FIELDS[1:]:
            st.text_input(say(f"annotations.{name}"), key=f"annotation_{name}", max_chars=200)
        if st.form_submit_button(say("annotations.keep")):
            _keep(choice)


def _keep(choice: Choice) -> None:
    say = choice.language.say
    day: dt.date = st.session_state["annotation_day"]
    texts = {name: st.session_state[f"annotation_{name}"].strip() for name in _FIELDS[1:]}
    if not texts["text"] or not texts["author"]:
        st.warning(say("annotations.incomplete"))
        return
    try:
        receipt = steward.annotate(day, **texts)
    except Failed as failed:
        st.warning(markup.inert(failed.sentence(choice.language)))
        return
    if receipt.kept:
        st.success(say("annotations.kept"))
        return
    faults = [fault.message(choice.language, receipt.reading.file) for fault in receipt.all_faults]
    st.warning(markup.inert(" ".join(faults)))
