"""The address: every choice of a visitor under a stable key, the same in both languages.

A choice is read from the address once, when its session begins, kept in the session under the same
name, and written back whenever it differs from the default. What the address does not know, or knows
wrongly, falls back to the default. Who goes back in the browser finds the choices of that address again.
"""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlencode, urlsplit

import streamlit as st

_WRITTEN, _SHOWN, _PATH = "address_written", "address_shown", "address_path"


def follow() -> None:
    """Take the choices from the address where the visitor went back or forth to it; first thing of a run.

    The address then differs from the one shown last though no choice does. An empty one on another page
    is only that page's link, and the choices go along.
    """
    path = urlsplit(st.context.url or "").path
    before, st.session_state[_PATH] = st.session_state.get(_PATH), path
    written: dict[str, str] = st.session_state.get(_WRITTEN, {})
    asked = st.query_params.to_dict()
    if not written or asked == st.session_state[_SHOWN] or (path != before and not asked):
        return
    if all(_text(st.session_state.get(name)) == text for name, text in written.items()):
        for name in written:
            st.session_state.pop(name, None)
        st.session_state[_WRITTEN] = {}


def remember(name: str, options: Collection[str], default: str) -> None:
    """Make sure that the session holds a valid choice of one option before its picker is drawn."""
    if st.session_state.get(name) not in options:
        asked = st.query_params.get(name)
        st.session_state[name] = asked if asked in options else default


def remember_many(name: str, options: Collection[str]) -> None:
    """The same for a choice of any number of options; none chosen is the default."""
    if name not in st.session_state:
        asked = st.query_params.get(name, "").split(",")
        st.session_state[name] = [option for option in asked if option in options]
    else:
        st.session_state[name] = [option for option in st.session_state[name] if option in options]


def write(name: str, value: str | Sequence[str] | None, default: str | None = None) -> None:
    """Bring the address in line with a choice; a default stays out of it."""
    text = _text(value)
    if not text or text == default:
        if name in st.query_params:
            del st.query_params[name]
    elif st.query_params.get(name) != text:
        st.query_params[name] = text
    st.session_state.setdefault(_WRITTEN, {})[name] = text
    st.session_state[_SHOWN] = st.query_params.to_dict()


def link(page: str, choices: Mapping[str, str]) -> str:
    """A relative address of a page with choices."""
    asked = query(choices)
    return f"./{page}?{asked}" if asked else f"./{page}"


def query(choices: Mapping[str, str]) -> str:
    """Choices as the part of an address after the question mark."""
    return urlencode({name: value for name, value in choices.items() if value})


def _text(value: str | Sequence[str] | None) -> str:
    return value if isinstance(value, str) else ",".join(value or ())
