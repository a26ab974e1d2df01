"""One-off events: what looks like one, the steward's word on it, and those that are registered."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import streamlit as st

from enrollment import answers, suggestions
from enrollment.answers import Events
from enrollment.contract.values import LONGEST_TEXT
from enrollment.figures.description import Column
from enrollment.language import Language
from enrollment.names import names
from enrollment.query import NotRecorded
from enrollment.reference import EVENT_KINDS, SEGMENTS
from enrollment.suggestions import Suggestion
from enrollment.ui import ask, markup, steward
from enrollment.ui.editions import entering
from enrollment.ui.frame import Choice
from enrollment.ui.steward import Failed

_SHOWN = 6
_TEXTS = ("note", "note_en", "source_url")
_SAID = ("kind", "people", *_TEXTS)
_OWN = "event"
"""The form for an event that nothing suggests."""

Whom = tuple[str | None, str | None]
"""Source and segment that an event is about; None for all of them."""


@dataclass(frozen=True)
class Register:
    """Events of the edition that is shown, those that the next one will know, and the sources to name."""

    until: dt.date
    known: tuple[Events, ...]
    coming: tuple[Events, ...]
    segments: Mapping[str, str | None]
    sources: Mapping[str, str]

    def whose(self, language: Language, whom: Whom) -> str:
        """The name of those whom an event is about."""
        source, segment = whom
        if source:
            return self.sources.get(source, source)
        return language.say(f"parts.segment.{segment}" if segment else "events.everyone")


def events(choice: Choice) -> None:
    """What may be an event with a form to register it, an event of one's own, and all that are registered."""
    say = choice.language.say
    with st.container(key="card_events", gap="small"):
        markup.show(markup.section(say("events.title"), say("events.subtitle")))
        try:
            register = _register_of(choice)
        except Failed as failed:
            markup.show(markup.note(failed.sentence(choice.language)))
            return
        if said := st.session_state.pop("event_registered", ""):
            st.success(markup.inert(said))
        if entering.ahead(choice):
            _suggested(choice, register)
        markup.show(_listed(choice, register))
        if entering.allowed(choice):
            _own(choice, register)


def _register_of(choice: Choice) -> Register:
    edition = choice.edition
    months = ask.ask(answers.known_months, edition)
    until = months[-1].month
    try:
        known = ask.ask(answers.events, edition, as_of=until)
    except NotRecorded:
        known = ()
    if not steward.opens():
        return Register(until, known, known, {}, _named(choice))
    coming = known
    if entering.newest(choice):
        coming = steward.events(until, simulated=any(month.simulated for month in months))
    return Register(
        until=until,
        known=known,
        coming=coming,
        segments=steward.segments(),
        sources=steward.source_names(choice.language),
    )


def _named(choice: Choice) -> Mapping[str, str]:
    """Names of the sources that the edition knows; those that only the store knows are the steward's."""
    found = names(choice.edition, "source", choice.language)
    return {source: name for source, name in found.items() if source}


# What looks like an event


def _suggested(choice: Choice, register: Register) -> None:
    language = choice.language
    say = language.say
    rows = ask.ask(answers.breakdown_by_month, choice.edition, dimension="source", as_of=register.until)
    found = suggestions.suggested(rows, register.coming, register.segments)
    if not found:
        markup.show(markup.note(say("events.suggested.none")))
        return
    rule = say(
        "events.suggested.rule",
        spreads=language.number(suggestions.SPREADS),
        share=language.percent(suggestions.LEAST_SHARE, 2),
    )
    markup.show(f'<h3 class="part">{escape(say("events.suggested.title"))}</h3>{markup.note(rule)}')
    with st.container(key="suggestions", gap=None):
        for each in found[:_SHOWN]:
            _one(choice, register, each)
    if older := found[_SHOWN:]:
        with st.expander(say("events.suggested.more", count=language.number(len(older)))):
            for each in older:
                _one(choice, register, each)


def _one(choice: Choice, register: Register, each: Suggestion) -> None:
    """A suggestion in two lines, and behind a button the form that registers it."""
    language = choice.language
    say = language.say
    key = f"event_{each.source}_{each.month:%Y-%m}"
    line = say(
        "events.suggested.one",
        source=markup.plain(register.whose(language, (each.source, None))),
        month=language.month(each.month),
        people=language.signed(each.people),
    )
    usual = say(
        "events.suggested.usual", change=language.signed(each.net_change), usual=language.signed(each.usual)
    )
    with st.container(key=f"suggestion_{key}", horizontal=True, vertical_alignment="center", gap="small"):
        markup.show(f"<div>{markup.rich(line)}</div>{markup.note(usual)}")
        if not entering.allowed(choice):
            return
        popover = st.popover(say("events.register"), key=key, on_change="rerun", type="tertiary")
        if not popover.open:
            return
        with popover, st.form(f"form_{key}", border=False):
            markup.show(markup.section(line))
            _fields(language, key, each.kind, each.people)
            st.form_submit_button(
                say("events.register"),
                type="primary",
                on_click=_register_suggested,
                args=(language, register, key, each),
            )
            _refused(key)


def _register_suggested(language: Language, register: Register, key: str, each: Suggestion) -> None:
    _enter(language, register, key, each.month, (each.source, each.segment))


# An event of one's own


def _own(choice: Choice, register: Register) -> None:
    """An event that is known from elsewhere, such as projects that will have ended by a day to come."""
    language = choice.language
    say = language.say
    popover = st.popover(say("events.own"), key=_OWN, on_change="rerun", type="tertiary")
    if not popover.open:
        return
    with popover, st.form(f"form_{_OWN}", border=False):
        markup.show(markup.note(say("events.own_note")))
        st.date_input(
            say("events.day"),
            key=f"{_OWN}_day",
            value=None,
            min_value=entering.FIRST_DAY,
            max_value=entering.LAST_DAY,
            format="YYYY-MM-DD",
        )
        everybody: list[Whom] = [
            *register.segments.items(),
            *((None, segment) for segment in SEGMENTS),
            (None, None),
        ]
        st.selectbox(
            say("events.whose"),
            everybody,
            key=f"{_OWN}_whose",
            format_func=lambda whom: register.whose(language, whom),
        )
        _fields(language, _OWN, next(iter(EVENT_KINDS)), None)
        st.form_submit_button(
            say("events.register"), type="primary", on_click=_register_own, args=(language, register)
        )
        _refused(_OWN)


def _register_own(language: Language, register: Register) -> None:
    _enter(language, register, _OWN, st.session_state[f"{_OWN}_day"], st.session_state[f"{_OWN}_whose"])


# The form


def _fields(language: Language, form: str, kind: str, people: int | None) -> None:
    say = language.say
    kinds = list(EVENT_KINDS)
    with st.container(horizontal=True, gap="small"):
        st.selectbox(
            say("events.kind_of"),
            kinds,
            index=kinds.index(kind),
            key=f"{form}_kind",
            format_func=lambda code: say(f"events.kind.{code}"),
            width=250,
        )
        st.number_input(say("events.people"), key=f"{form}_people", value=people, step=1, width=200)
    for name in _TEXTS:
        st.text_input(
            say(f"events.{name}"),
            key=f"{form}_{name}",
            max_chars=LONGEST_TEXT,
            placeholder=say("entering.optional"),
        )


def _refused(form: str) -> None:
    """Why what the form said was not kept, once."""
    if said := st.session_state.pop(f"{form}_refused", ""):
        st.error(markup.inert(said))


def _enter(language: Language, register: Register, form: str, day: dt.date | None, whom: Whom) -> None:
    """Keep what a form says and close it, or have it say what is wrong."""
    said = entering.values(form, _SAID)
    if wrong := _kept(language, day, {**said, "source": whom[0], "segment": whom[1]}):
        st.session_state[f"{form}_refused"] = wrong
        return
    st.session_state[form] = False
    entering.cleared(form, (*_SAID, "day", "whose"))
    st.session_state["event_registered"] = language.say(
        "events.registered",
        whose=register.whose(language, whom),
        day=language.day(day) if day else "",
        people=language.signed(said["people"]),
    )


def _kept(language: Language, day: dt.date | None, said: Mapping[str, Any]) -> str:
    """Keep an event; why that cannot be, else nothing."""
    if day is None or said["people"] is None:
        return language.say("events.incomplete")
    if entering.not_an_address(said["source_url"]):
        return language.say("entering.not_an_address")
    texts = {language.say(f"events.{name}"): said[name] for name in ("note", "note_en")}
    if wrong := entering.wrong_text(language, texts):
        return wrong
    try:
        receipt = steward.register({"date": day, "simulated": False, **said})
    except Failed as failed:
        return failed.sentence(language)
    return entering.refusal(
        language, receipt, {kind: language.say(f"events.kind.{kind}") for kind in EVENT_KINDS}
    )


# What is registered


def _listed(choice: Choice, register: Register) -> str:
    """Every event, the newest first, with what becomes of it in the next edition."""
    language = choice.language
    say = language.say
    dropped = [row for row in register.known if row not in register.coming]
    rows = sorted((*register.coming, *dropped), key=lambda row: row.date, reverse=True)
    title = f'<h3 class="part">{escape(say("events.listed"))}</h3>'
    if not rows:
        return title + markup.note(say("events.none"))
    columns = (
        Column(say("events.day"), "left"),
        Column(say("events.whose"), "left"),
        Column(say("events.column.people")),
        Column(say("events.column.kind"), "left"),
    )
    lines = [
        (
            language.short_day(row.date),
            register.whose(language, (row.source, row.segment)),
            language.signed(row.people),
            _told(language, row, _states(language, register, row)),
        )
        for row in rows
    ]
    earlier = lines[_SHOWN:]
    return (
        title
        + f'<div class="register noted">{markup.table(columns, lines[:_SHOWN])}</div>'
        + (
            markup.folded(
                say("events.earlier", count=language.number(len(earlier))),
                f'<div class="register noted">{markup.table(columns, earlier)}</div>',
            )
            if earlier
            else ""
        )
    )


def _states(language: Language, register: Register, row: Events) -> Sequence[str]:
    found = []
    if row not in register.known:
        found.append(language.say("entering.waiting"))
    elif row not in register.coming:
        found.append(language.say("entering.dropped"))
    if row.scheduled:
        found.append(language.say("events.scheduled"))
    if row.simulated:
        found.append(language.say("format.simulated"))
    return found


def _told(language: Language, row: Events, states: Sequence[str]) -> markup.Html:
    """Kind and state of an event in a line, its note and where it can be read below."""
    head = escape(" · ".join((language.say(f"events.kind.{row.kind}"), *states)))
    note = escape(language.pick(row.note or row.note_en or "", row.note_en or ""))
    link = markup.anchor(language.say("events.read"), row.source_url, new_tab=True) if row.source_url else ""
    below = " ".join(part for part in (note, link) if part)
    return markup.Html(f'{head}<br><span class="note">{below}</span>' if below else head)
