"""The access log as the steward sees it: what was done of late, by whom, and whether the chain is whole."""

from functools import lru_cache

import streamlit as st

from enrollment.export import csv_text
from enrollment.figures.description import Column
from enrollment.journal import ACTIONS, COLUMNS, Entry, Flaw, Journal, machine_row
from enrollment.language import Language
from enrollment.ui import exporting, markup, visitor
from enrollment.ui.frame import Choice

_SHOWN = 50
_EVERYTHING = 1_000_000_000
_FLAWS_NAMED = 5
_DETAILS = (
    *("verdict", "decision", "result", "reason", "file", "folder", "files", "kind", "edition", "new"),
    *("month", "source", "row", "rows", "identity_numbers", "delivery", "name"),
)
_CODED = frozenset({"verdict", "decision", "result", "kind", "new", "identity_numbers"})
"""Details whose values are words of the program's own."""
_TEXTS = ("time", "who", "role", "action", "details")


def journal(choice: Choice) -> None:
    """The newest entries, of one kind if asked, and all of them as a file. For the steward alone."""
    if visitor.role() != "steward":
        return
    language = choice.language
    say = language.say
    with st.container(key="card_journal", gap="small"):
        markup.show(markup.section(say("journal.title"), say("journal.subtitle")))
        try:
            kept = exporting.opened()
            markup.show(_whole(language, _checked(kept, kept.stamp())))
            picked = st.selectbox(
                say("journal.only"),
                ["", *ACTIONS],
                key="journal_action",
                format_func=lambda action: say(f"journal.action.{action}") if action else say("journal.all"),
                width=330,
            )
            entries = kept.newest(_SHOWN, picked or None)
        except OSError as error:
            st.warning(markup.inert(say("journal.unreadable", reason=error.strerror or str(error))))
            return
        markup.show(_table(language, entries) if entries else markup.note(say("journal.none")))
        with st.container(horizontal=True, gap="medium", key="downloads_journal", width="content"):
            exporting.button(
                "CSV",
                lambda: csv_text(COLUMNS, map(machine_row, kept.newest(_EVERYTHING))),
                file_name="journal.csv",
                mime="text/csv",
                key="csv_journal",
            )


@lru_cache(maxsize=4)
def _checked(kept: Journal, stamp: tuple[int, ...]) -> tuple[Flaw, ...]:
    return kept.check()


def _whole(language: Language, flaws: tuple[Flaw, ...]) -> str:
    """Whether the chain is whole; else the first lines that are not."""
    say = language.say
    found = [
        say("journal.flaw.line", line=language.number(flaw.line))
        if flaw.rule == "line"
        else say("journal.flaw.end", line=language.number(flaw.line))
        if flaw.rule == "end"
        else say(f"journal.flaw.{flaw.rule}")
        for flaw in flaws[:_FLAWS_NAMED]
    ]
    return markup.remarks(found) if found else markup.note(f"✓ {say('journal.whole')}")


def _table(language: Language, entries: tuple[Entry, ...]) -> str:
    say = language.say
    columns = (
        Column(say("journal.column.number")),
        *(
            Column(say(f"journal.column.{name}"), "left")
            for name in ("time", "who", "role", "action", "details")
        ),
    )
    rows = [
        (
            str(entry.number),
            language.moment(entry.time),
            entry.who,
            _named(language, "role", entry.role),
            _named(language, "action", entry.action),
            _details(language, entry),
        )
        for entry in entries
    ]
    return f'<div class="faults">{markup.table(columns, rows)}</div>'


def _named(language: Language, what: str, code: str) -> str:
    key = f"journal.{what}.{code}"
    return language.say(key) if language.has(key) else code


def _details(language: Language, entry: Entry) -> str:
    """What an entry says besides, in words and in one order; that it went well is not said."""
    said = [language.say("journal.outcome", number=str(entry.of))] if entry.of else []
    for name in (*_DETAILS, *sorted(entry.details.keys() - set(_DETAILS))):
        value = entry.details.get(name, "")
        if value and (name, value) != ("result", "done"):
            word = _named(language, "value", value) if name in _CODED else value
            said.append(f"{_named(language, 'detail', name)} {word}")
    return " · ".join(said)
