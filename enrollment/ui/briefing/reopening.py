"""A code typed from a slide opens exactly the numbers of that slide."""

import streamlit as st

from enrollment.briefing import codes, content
from enrollment.edition import EditionDamaged, NothingPublished, UnknownEdition
from enrollment.ui import ask, frame, markup
from enrollment.ui.frame import Choice

_KEY, _FOUND, _FAULT = "slide_code", "slide_found", "slide_fault"


def form(choice: Choice) -> None:
    """The field for a code; who enters one is led to its page, or told what is wrong with it."""
    say = choice.language.say
    found = st.session_state.pop(_FOUND, None)
    if found:
        page, asked = found
        st.switch_page(frame.ROOT / "pages" / f"{page}.py", query_params=asked)
    st.text_input(say("briefing.code"), key=_KEY, placeholder="H2108-9a4fb4f1c6", on_change=_look_up)
    if fault := st.session_state.pop(_FAULT, ""):
        st.warning(markup.inert(say(f"briefing.{fault}", code=st.session_state[_KEY])))


def _look_up() -> None:
    """Before anything is drawn, for then the pickers can be set to what the code names."""
    text = st.session_state[_KEY].strip()
    if not text:
        return
    try:
        code = codes.read(text)
        asked = content.address(code, ask.opened(code.edition))
    except codes.BadCode:
        st.session_state[_FAULT] = "no_code"
        return
    except (UnknownEdition, EditionDamaged, NothingPublished, LookupError):
        st.session_state[_FAULT] = "unknown_code"
        return
    st.session_state["known_on"] = None
    st.session_state.update(asked)
    st.session_state[_FOUND] = (content.PAGES[code.kind], asked)
