"""What the body itself has foretold: each prognosis with what came, and the steward's form for one more."""

import datetime as dt
from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from enrollment import answers
from enrollment.answers import Prognoses
from enrollment.contract.values import LONGEST_TEXT
from enrollment.figures.description import Column
from enrollment.language import Language
from enrollment.months import month_end
from enrollment.query import NotRecorded
from enrollment.ui import ask, markup, steward
from enrollment.ui.editions import entering
from enrollment.ui.frame import Choice
from enrollment.ui.steward import Failed

_FORM = "prognosis"
_DAYS = ("due", "stated_on")
_TEXTS = ("document", "document_en", "source")
_SAID = ("value", *_DAYS, *_TEXTS)
_NEEDED = ("value", "due", "stated_on", "document", "source")


def prognoses(choice: Choice) -> None:
    """Every prognosis that is known or waits, and a form for one more."""
    say = choice.language.say
    with st.container(key="card_prognoses", gap="small"):
        markup.show(markup.section(say("prognoses.title"), say("prognoses.subtitle")))
        if said := st.session_state.pop("prognosis_registered", ""):
            st.success(markup.inert(said))
        try:
            known = ask.ask(answers.prognoses, choice.edition, known_on=choice.known_on)
        except NotRecorded:
            known = ()
        try:
            coming = steward.prognoses() if entering.ahead(choice) else known
        except Failed as failed:
            markup.show(markup.note(failed.sentence(choice.language)))
            coming = known
        markup.show(_listed(choice, known, coming))
        if entering.allowed(choice):
            _form(choice)


def _listed(choice: Choice, known: tuple[Prognoses, ...], coming: tuple[Prognoses, ...]) -> str:
    language = choice.language
    say = language.say
    rows = sorted({*known, *coming}, key=lambda row: (row.due, row.stated_on), reverse=True)
    if not rows:
        return markup.note(say("prognoses.none"))
    until = ask.ask(answers.known_months, choice.edition)[-1].month
    months = ask.ask(answers.active_by_month, choice.edition, since=None, as_of=until)
    active = {row.month: row.active for row in months}
    columns = (
        Column(say("prognoses.due"), "left"),
        Column(say("prognoses.value")),
        Column(say("prognoses.came")),
        Column(say("prognoses.document"), "left"),
    )
    lines = []
    for row in rows:
        states = [say("prognoses.stated", day=language.short_day(row.stated_on))]
        if row not in known:
            states.append(say("entering.waiting"))
        elif row not in coming:
            states.append(say("entering.dropped"))
        link = markup.anchor(language.pick(row.document, row.document_en), row.source, new_tab=True)
        lines.append(
            (
                language.short_day(row.due),
                language.number(row.value),
                _came(language, row, active, until),
                markup.Html(f'{link}<br><span class="note">{escape(" · ".join(states))}</span>'),
            )
        )
    return f'<div class="register noted">{markup.table(columns, lines)}</div>'


def _came(language: Language, row: Prognoses, active: Mapping[dt.date, int], until: dt.date) -> str:
    """What was counted at the end of the month that was foretold, and by how much it differs."""
    if row.due > until:
        return language.say("prognoses.to_come")
    month = month_end(row.due.year, row.due.month)
    if month not in active:
        return language.say("prognoses.not_known")
    said = language.signed(active[month] - row.value)
    if month != row.due:
        said += f" · {language.short_day(month)}"
    return markup.two_lines(language.number(active[month]), said)


def _form(choice: Choice) -> None:
    language = choice.language
    say = language.say
    popover = st.popover(say("prognoses.add"), key=_FORM, on_change="rerun", type="tertiary")
    if not popover.open:
        return
    with popover, st.form(f"form_{_FORM}", border=False):
        st.number_input(say("prognoses.value"), key=f"{_FORM}_value", value=None, min_value=0, step=1)
        with st.container(horizontal=True, gap="small"):
            for name in _DAYS:
                st.date_input(
                    say(f"prognoses.{name}"),
                    key=f"{_FORM}_{name}",
                    value=None,
                    min_value=entering.FIRST_DAY,
                    max_value=entering.LAST_DAY,
                    format="YYYY-MM-DD",
                    width=200,
                )
        for name in _TEXTS:
            st.text_input(say(f"prognoses.entered.{name}"), key=f"{_FORM}_{name}", max_chars=LONGEST_TEXT)
        st.form_submit_button(say("prognoses.keep"), type="primary", on_click=_enter, args=(language,))
        if said := st.session_state.pop(f"{_FORM}_refused", ""):
            st.error(markup.inert(said))


def _enter(language: Language) -> None:
    """Keep what the form says and close it, or have it say what is wrong."""
    said = entering.values(_FORM, _SAID)
    if wrong := _kept(language, said):
        st.session_state[f"{_FORM}_refused"] = wrong
        return
    st.session_state[_FORM] = False
    entering.cleared(_FORM, _SAID)
    st.session_state["prognosis_registered"] = language.say(
        "prognoses.registered", value=language.number(said["value"]), day=language.day(said["due"])
    )


def _kept(language: Language, said: Mapping[str, Any]) -> str:
    """Keep a prognosis; why that cannot be, else nothing."""
    if any(said[name] is None for name in _NEEDED):
        return language.say("prognoses.incomplete")
    if entering.not_an_address(said["source"]):
        return language.say("entering.not_an_address")
    texts = {language.say(f"prognoses.entered.{name}"): said[name] for name in ("document", "document_en")}
    if wrong := entering.wrong_text(language, texts):
        return wrong
    try:
        receipt = steward.foretell(said)
    except Failed as failed:
        return failed.sentence(language)
    return entering.refusal(language, receipt, {})
