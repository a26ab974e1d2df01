"""The entrance: who may come in, the plain page for who may not, and the way out again.

A visitor who may not come in is shown a sentence, what they can do, and nothing else.
"""

import sys
from typing import cast

import streamlit as st

from enrollment.access import ROLES, AccessFault, Rights, Role
from enrollment.language import CODES, Language
from enrollment.ui import markup, steward, visitor
from enrollment.ui.steward import Failed
from enrollment.ui.visitor import Outside

_ACCOUNT, _AS_ROLE, _AS_PARTNER = "account", "as_role", "as_partner"
_FAULTS = 20
_told: list[str] = []


def admitted(language: Language) -> Rights:
    """The rights of the visitor; who has none is told why, and the run ends."""
    try:
        found = visitor.rights()
    except Outside as outside:
        _stay_outside(language, outside)
        st.stop()
        raise AssertionError from outside
    _looking_as(language)
    return found


def _stay_outside(language: Language, outside: Outside) -> None:
    say = language.say
    # Identity numbers of an uploaded roster are among what a session remembers.
    for key in [key for key in st.session_state if key != "lang"]:
        del st.session_state[key]
    with st.container(key="pickers", horizontal=True, horizontal_alignment="right"):
        language_picker(language)
    detail = say(f"access.outside.{outside.reason}.detail", who=markup.plain(outside.who))
    markup.show(markup.heading(say(f"access.outside.{outside.reason}.title"), detail))
    if outside.fault:
        _tell(outside.fault)
        markup.show(markup.note(markup.plain(fault_sentence(language, outside.fault))))
    with st.container(key="entrance", horizontal=True):
        if outside.reason in ("signed_out", "expired"):
            for provider in visitor.providers():
                label = say("access.sign_in_with", provider=provider) if provider else say("access.sign_in")
                key = f"sign_in_{provider or ''}"
                st.button(label, key=key, type="primary", on_click=st.login, args=(provider,))
        elif outside.reason != "secrets":
            st.button(say("access.sign_out"), key="sign_out", on_click=visitor.leave)


def fault_sentence(language: Language, fault: AccessFault) -> str:
    """What is wrong with the file of rights: the file, the key, the value, and what was expected."""
    return language.say(f"access.fault.{fault.reason}", **fault.values)


def _tell(fault: AccessFault) -> None:
    """Say once to whoever runs the server what keeps everybody out."""
    said = "\n".join(fault_sentence(Language(code), fault) for code in CODES)
    if said not in _told:
        _told[:] = [*_told[-_FAULTS:], said]
        sys.stderr.write(f"{said}\n")


def language_picker(language: Language) -> None:
    """The two languages beside each other."""
    st.segmented_control(
        language.say("frame.language"),
        CODES,
        key="lang",
        format_func=str.upper,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )


def account(language: Language) -> None:
    """Who is signed in and in which role, the way out, and for a steward a look as somebody else."""
    say = language.say
    signed_in = visitor.signs_in()
    if not signed_in and not visitor.holds_everything():
        return
    opened = st.popover(
        say("access.account"), key=_ACCOUNT, icon=":material/person:", type="tertiary", on_change="rerun"
    )
    if not opened.open:
        return
    with opened:
        markup.show(markup.section(visitor.name(), say(f"access.role.{visitor.role()}")))
        if visitor.role() == ROLES[-1]:
            _look(language)
        if signed_in:
            st.button(say("access.sign_out"), key="sign_out", on_click=visitor.leave)


def _look(language: Language) -> None:
    """Choose as whom to look; what they may not see is gone until one comes back."""
    say = language.say
    st.selectbox(
        say("access.as.role"), ROLES[:-1], key=_AS_ROLE, format_func=lambda role: say(f"access.role.{role}")
    )
    try:
        partners = steward.partner_names(language)
    except Failed:
        partners = {}
    st.selectbox(
        say("access.as.partner"),
        ["", *partners],
        key=_AS_PARTNER,
        format_func=lambda code: markup.inert(partners[code]) if code else say("access.as.all"),
    )
    st.button(say("access.as.look"), key="look_as", on_click=_looked)


def _looked() -> None:
    partner = st.session_state[_AS_PARTNER]
    st.session_state[_ACCOUNT] = False
    visitor.look_as(Rights(cast("Role", st.session_state[_AS_ROLE]), (partner,) if partner else None))


def _looking_as(language: Language) -> None:
    """As whom a steward looks, and one click that ends it; it stays in sight."""
    seen = visitor.looks_as()
    if seen is None:
        return
    role = language.say(f"access.role.{seen.role}")
    key = "access.as.now" if seen.partners is None else "access.as.now_of"
    said = language.say(key, role=role, partner=", ".join(seen.partners or ()))
    with st.container(key="view_as", horizontal=True, vertical_alignment="center"):
        markup.show(markup.note(said))
        back = language.say("access.as.back")
        st.button(back, key="look_as_oneself", on_click=visitor.look_as, args=(None,), type="tertiary")
