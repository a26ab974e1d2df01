"""What only the browser knows and needs: the page's language, and whether the window is narrow."""

import streamlit as st

NARROW = 640
"""Windows below this many CSS pixels get the narrow layout of figures."""

_SCRIPT = """
export default function(component) {
    const { data, setStateValue } = component;
    document.documentElement.lang = data.language;
    // What charts are drawn with is asked for while the page is still being made.
    if (data.script && !document.querySelector("link[rel=preload][as=script]")) {
        document.head.append(Object.assign(document.createElement("link"),
            { rel: "preload", as: "script", href: data.script }));
    }
    const narrow = window.matchMedia(`(max-width: ${data.limit}px)`);
    const tell = () => { if (narrow.matches !== data.narrow) setStateValue("narrow", narrow.matches); };
    tell();
    narrow.addEventListener("change", tell);
    return () => narrow.removeEventListener("change", tell);
}
"""

_mount = st.components.v2.component("cakupan_browser", js=_SCRIPT)
_KEY = "browser"


def narrow(language: str, script: str | None) -> bool:
    """Tell the browser the page's language and a script to come; answer whether its window is narrow.

    Until the browser has said so, a telephone is recognised by the header that it sends.
    """
    known = st.session_state.get(_KEY)
    said = known.get("narrow") if known else None
    guess = bool(said) if said is not None else "Mobi" in (st.context.headers.get("User-Agent") or "")
    result = _mount(
        key=_KEY,
        data={"language": language, "limit": NARROW, "narrow": guess, "script": script},
        default={"narrow": guess},
        on_narrow_change=lambda: None,
    )
    return bool(result.narrow) if result.narrow is not None else guess
