"""The one way in which a page hands out a file: made when it is asked for, entered in the access log, given.

A download is made outside the visitor's session, so who asks and in which role is taken down with the button.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import streamlit as st

from enrollment.journal import Details, Journal
from enrollment.language import Language
from enrollment.ui import ask, metrics, visitor


def button(
    label: str,
    make: Callable[[], str | bytes],
    *,
    file_name: str,
    mime: str,
    key: str,
    action: str = "export",
    details: Details | None = None,
) -> None:
    """A button that makes a file and hands it out once it stands in the access log.

    Where that cannot be written, or the visitor's rights have changed since, the browser gets no file, and
    says so in the words of `words`.
    """
    journal, who, role = opened(), visitor.name(), visitor.role()
    permitted = visitor.while_permitted(make)

    def handed_out() -> str | bytes:
        made = permitted()
        journal.write(who, role, action, {"file": file_name, **(details or {})})
        metrics.exported(file_name)
        return made

    st.download_button(
        label, handed_out, file_name=file_name, mime=mime, key=key, on_click="ignore", type="tertiary"
    )


def opened() -> Journal:
    """The access log of the dashboard's store."""
    return Journal(ask.opened_store().root)


def doing(action: str, details: Details) -> AbstractContextManager[dict[str, str | int | None]]:
    """Enter what this visitor is about to do, and after the block what came of it. Raises Unwritten."""
    return opened().doing(visitor.name(), visitor.role(), action, details)


def words(language: Language) -> str:
    """What is said in place of Streamlit's English words where a file was not handed out."""
    said = language.say("journal.not_handed_out")
    return f'<style>:root {{ --not-handed-out: "{css_text(said)}"; }}</style>'


def css_text(text: str) -> str:
    """Text within a string of CSS."""
    return "".join(letter if letter.isalnum() or letter == " " else f"\\{ord(letter):x} " for letter in text)
