"""A look at one slide, and presenting all of them: both live in the browser alone once they are there."""

from functools import lru_cache

import streamlit as st

from enrollment.briefing import web
from enrollment.briefing.content import Wish
from enrollment.briefing.slides import Deck
from enrollment.language import Language
from enrollment.ui import address, markup
from enrollment.ui.briefing import decks
from enrollment.ui.frame import Choice

_PREVIEW = """
export default function(component) {
    const { data, parentElement } = component;
    let look = parentElement.querySelector(".look");
    if (!look) {
        look = document.createElement("div");
        look.className = "look";
        parentElement.appendChild(look);
    }
    // Drawn anew only when it is another slide, so that nothing blinks on a rerun.
    if (look.shown !== data.html) look.innerHTML = look.shown = data.html;
}
"""
_PREVIEW_STYLE = """
.look {
    width: 100%;
    aspect-ratio: 16 / 9;
    border: 1px solid var(--grid);
}
"""
_PRESENT = """
export default function(component) {
    const { data, setTriggerValue } = component;
    document.querySelector("#cakupan-presenting")?.remove();
    const frame = document.createElement("iframe");
    frame.id = "cakupan-presenting";
    frame.title = data.title;
    frame.allow = "fullscreen";
    frame.setAttribute("sandbox", "allow-scripts allow-popups");
    frame.style.cssText = "position:fixed;inset:0;width:100vw;height:100vh;border:0;z-index:1000000";
    frame.srcdoc = data.html;
    frame.onload = () => frame.focus();
    const leave = event => {
        if (event.source !== frame.contentWindow || event.data?.briefing !== "leave") return;
        window.removeEventListener("message", leave);
        frame.remove();
        setTriggerValue("left", true);
    };
    window.addEventListener("message", leave);
    document.body.appendChild(frame);
    return () => { window.removeEventListener("message", leave); frame.remove(); };
}
"""
_NUMBER = "slide"
_PRESENTING = "presenting"

_mount_preview = st.components.v2.component("cakupan_slide", js=_PREVIEW, css=_PREVIEW_STYLE)
_mount_presenting = st.components.v2.component("cakupan_presenting", js=_PRESENT)


def preview(choice: Choice, deck: Deck) -> None:
    """One slide at 16:9, picked by its number."""
    say = choice.language.say
    numbers = [str(number) for number in range(1, len(deck.slides) + 1)]
    address.remember(_NUMBER, numbers, "1")
    picked = st.segmented_control(
        say("briefing.preview"),
        numbers,
        key=_NUMBER,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    address.write(_NUMBER, picked, "1")
    number = int(picked or 1)
    slide = deck.slides[number - 1]
    _mount_preview(key="slide_preview", data={"html": _preview(deck, number)}, width="stretch")
    markup.show(markup.note(say("briefing.code_of", code=slide.code)))


@lru_cache(maxsize=64)
def _preview(deck: Deck, number: int) -> str:
    return web.preview(deck.slides[number - 1], Language(deck.language), number=number)


def present(choice: Choice, wish: Wish) -> None:
    """A button that fills the window with the slides; Esc comes back."""
    say = choice.language.say
    if st.button(say("briefing.present"), key="present", type="primary"):
        st.session_state[_PRESENTING] = True
    markup.show(markup.note(say("briefing.present_how")))
    if not st.session_state.get(_PRESENTING):
        return
    with st.spinner(say("briefing.preparing")):
        both = decks.every(choice, wish)
        document = _document(tuple(both.values()), choice.language.code)
    _mount_presenting(
        key="presented",
        data={"html": document, "title": both[choice.language.code].title},
        on_left_change=lambda: st.session_state.update({_PRESENTING: False}),
    )


@lru_cache(maxsize=8)
def _document(both: tuple[Deck, ...], start: str) -> str:
    return web.html(both, start=start)
