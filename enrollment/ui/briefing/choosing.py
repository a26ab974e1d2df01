"""The presenter's choices: which slides in which order, of which sources, against which edition, own words.

What is chosen stands in the address; own sentences and notes stay in the session.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from enrollment import answers
from enrollment.briefing.content import Wish
from enrollment.briefing.slides import KINDS
from enrollment.edition import Edition
from enrollment.ui import address, ask, markup
from enrollment.ui.frame import Choice

_ROWS, _LAST, _EDITOR = "briefing_rows", "briefing_last", "briefing_slides"
_LONGEST_OWN, _LONGEST_NOTES = 160, 2_000

Row = Mapping[str, Any]


def pick(choice: Choice) -> Wish:
    """The table of slides and the pickers beside it; at least one slide is always chosen."""
    rows = _table(choice)
    shown = sorted((row for row in rows if row["use"]), key=lambda row: row["order"] or 0)
    kinds = tuple(KINDS[row["kind"]] for row in shown) or KINDS[:1]
    address.write("slides", kinds, ",".join(KINDS))
    compared = _compared(choice)
    return Wish(
        kinds=kinds,
        sources=_sources(choice),
        own=_texts(shown, "own"),
        notes=_texts(shown, "notes"),
        compared=compared,
        base_url=_origin(),
    )


def _table(choice: Choice) -> Sequence[Row]:
    """One row for each kind of slide: whether it is told, when, and with which words."""
    say = choice.language.say
    # The editor keeps its edits by itself while the page is open, and begins with the last ones after that.
    if _EDITOR not in st.session_state:
        st.session_state[_ROWS] = st.session_state.get(_LAST) or _asked()
    named = [{**row, "slide": say(f"briefing.kind.{KINDS[row['kind']]}")} for row in st.session_state[_ROWS]]
    markup.show(markup.section(say("briefing.choose"), say("briefing.choose_how")))
    edited: Sequence[Row] = st.data_editor(
        named,
        key=_EDITOR,
        hide_index=True,
        column_order=("use", "order", "slide", "own", "notes"),
        disabled=("slide",),
        column_config={
            "use": st.column_config.CheckboxColumn(say("briefing.column.use"), width=76),
            "order": st.column_config.NumberColumn(
                say("briefing.column.order"), min_value=1, max_value=99, step=1, width=76
            ),
            "slide": st.column_config.TextColumn(say("briefing.column.slide"), width=190),
            "own": st.column_config.TextColumn(say("briefing.column.own"), max_chars=_LONGEST_OWN, width=200),
            "notes": st.column_config.TextColumn(
                say("briefing.column.notes"), max_chars=_LONGEST_NOTES, width=200
            ),
        },
    )
    st.session_state[_LAST] = edited
    return edited


def _asked() -> list[Row]:
    """The rows as the address has them: chosen slides first, in their order."""
    asked = [kind for kind in st.query_params.get("slides", "").split(",") if kind in KINDS] or KINDS
    order = [*asked, *(kind for kind in KINDS if kind not in asked)]
    return [
        {"use": kind in asked, "order": order.index(kind) + 1, "kind": place, "own": "", "notes": ""}
        for place, kind in enumerate(KINDS)
    ]


def _texts(rows: Sequence[Row], name: str) -> tuple[tuple[str, str], ...]:
    return tuple((KINDS[row["kind"]], row[name]) for row in rows if row[name])


def _sources(choice: Choice) -> tuple[str, ...]:
    """The partner sources that are told of; none chosen are all."""
    ladder = ask.ask(answers.commitment_ladder, choice.edition, as_of=choice.as_of)
    named = {row.source: choice.language.pick(row.name, row.name_en) for row in ladder}
    if not named:
        return ()
    address.remember_many("sources", named)
    chosen: list[str] = st.multiselect(
        choice.language.say("briefing.sources"),
        list(named),
        key="sources",
        format_func=lambda code: markup.inert(named[code]),
        placeholder=choice.language.say("briefing.all_sources"),
        persist_state="session",
    )
    address.write("sources", chosen)
    return tuple(chosen)


def _compared(choice: Choice) -> Edition | None:
    """The edition that then-and-now looks back to; the one before, unless another is chosen."""
    say, language = choice.language.say, choice.language
    past = {
        item.short: item
        for item in reversed(ask.published())
        if item.number < choice.edition.publication.number and item.short != choice.edition.short
    }
    if not past:
        return None
    options = list(past)
    address.remember("against", options, options[0])
    if len(options) > 1:
        st.selectbox(
            say("briefing.against"),
            options,
            key="against",
            format_func=lambda short: say(
                "editions.edition_option", day=language.day(past[short].known_on), edition=short
            ),
            persist_state="session",
        )
    picked: str = st.session_state["against"]
    address.write("against", picked, options[0])
    return ask.opened(past[picked].fingerprint)


def _origin() -> str:
    """Where this visitor reached the dashboard, without the page."""
    parts = urlsplit(st.context.url or "")
    if not parts.netloc:
        return ""
    path = parts.path.removesuffix("/briefing").rstrip("/")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
