"""Near misses: who is probably meant by a row that was not found, for the steward to decide."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from enrollment.ui import markup, reconciling
from enrollment.ui.frame import Choice
from enrollment.ui.reconciliation.picked import Picked
from enrollment.ui.steward import Failed

_ON_A_PAGE = 6
_DECIDED, _FAILED = "near_miss_decided", "near_miss_failed"

Pair = Mapping[str, Any]
"""A row of the roster and a member it may mean, with the columns of NEAR_MISSES."""


def show(picked: Picked) -> None:
    """The pairs page by page; those who may not decide learn how many wait."""
    language, row = picked.choice.language, picked.row
    if row is None:
        return
    if picked.result is None:
        if row.near_misses:
            waiting = language.say("reconciliation.near.waiting", rows=language.number(row.near_misses))
            markup.show(markup.section(waiting, language.say("reconciliation.near.steward")))
        return
    _decide_on(picked)


@st.fragment
def _decide_on(picked: Picked) -> None:
    """A fragment: another page of pairs leaves the rest of the page alone, a decision counts everywhere."""
    if st.session_state.pop(_DECIDED, False):
        st.rerun()
    language, result = picked.choice.language, picked.result
    if result is None:
        return
    say = language.say
    with st.container(key="near_misses", gap="small"):
        title = say("reconciliation.near.waiting", rows=language.number(result.near_misses))
        markup.show(markup.section(title, say("reconciliation.near.subtitle")))
        if failed := st.session_state.pop(_FAILED, None):
            st.error(markup.inert(failed.sentence(language)))
        try:
            pairs = reconciling.near_misses(result)
        except Failed as failure:
            st.error(markup.inert(failure.sentence(language)))
            return
        if not pairs:
            markup.show(markup.note(say("reconciliation.near.none")))
            return
        pages = -(-len(pairs) // _ON_A_PAGE)
        turned = f"near_miss_page_{picked.source}_{picked.month:%Y-%m}"
        page = min(st.session_state.setdefault(turned, _first_waiting(pairs)), pages - 1)
        markup.show(_header(picked.choice))
        for pair in pairs[page * _ON_A_PAGE : (page + 1) * _ON_A_PAGE]:
            _pair(picked, pair, settled={other["row"] for other in pairs if other["decision"] == "same"})
        _pager(picked.choice, turned, page, len(pairs))


def _first_waiting(pairs: Sequence[Pair]) -> int:
    """The first page that has something to decide."""
    settled = {pair["row"] for pair in pairs if pair["decision"] == "same"}
    waiting = (
        place for place, pair in enumerate(pairs) if pair["decision"] is None and pair["row"] not in settled
    )
    return next(waiting, 0) // _ON_A_PAGE


def _header(choice: Choice) -> str:
    say = choice.language.say
    heads = ("row", "listed", "member", "differs", "birth", "sex", "province")
    cells = "".join(f"<span>{escape(say(f'reconciliation.near.column.{head}'))}</span>" for head in heads)
    return f'<div class="pair head" aria-hidden="true">{cells}</div>'


def _pair(picked: Picked, pair: Pair, settled: set[int]) -> None:
    """One row and whom it may mean; the buttons stay where they are whatever was decided."""
    say = picked.choice.language.say
    key = f"{pair['row']}_{pair['candidate'].hex()[:8]}"
    with st.container(key=f"pair_{key}", horizontal=True, vertical_alignment="center", gap="small"):
        markup.show(_facts(picked.choice, pair))
        decided = pair["decision"] or ("other" if pair["row"] in settled else None)
        if decided is None:
            for same, word in ((True, "same"), (False, "other")):
                st.button(
                    say(f"reconciliation.near.{word}"),
                    key=f"{word}_{key}",
                    on_click=_decide,
                    args=(picked, pair, same),
                )
            return
        markup.show(f'<span class="decided">{escape(say(f"reconciliation.near.decided.{decided}"))}</span>')
        if pair["decision"]:
            st.button(
                say("reconciliation.near.undo"),
                key=f"undo_{key}",
                on_click=_decide,
                args=(picked, pair, None),
                type="tertiary",
            )


def _facts(choice: Choice, pair: Pair) -> str:
    language = choice.language
    say = language.say
    position = language.number(pair["position"])
    differs = say(
        f"followups.slip.{pair['slip']}",
        position=position,
        next=language.number(pair["position"] + 1),
    )
    cells = [
        ("row", language.number(pair["row"])),
        ("listed", pair["masked"]),
        ("member", pair["masked_candidate"]),
        ("differs", differs),
        ("birth", _agrees(choice, pair["same_birth"])),
        ("sex", _agrees(choice, pair["same_sex"])),
        ("province", _agrees(choice, pair["same_province"])),
    ]
    told = ""
    for name, text in cells:
        head = escape(say(f"reconciliation.near.column.{name}"))
        told += f'<span class="{name}"><i>{head}</i> {escape(text)}</span>'
    return f'<div class="pair">{told}</div>'


def _agrees(choice: Choice, same: bool | None) -> str:
    word = {True: "agrees", False: "differs", None: "unknown"}[same]
    return choice.language.say(f"reconciliation.near.agreement.{word}")


def _pager(choice: Choice, turned: str, page: int, count: int) -> None:
    pages = -(-count // _ON_A_PAGE)
    language = choice.language
    say = language.say
    with st.container(key="pager", horizontal=True, vertical_alignment="center", gap="small"):
        for word, step, ends in (("earlier", -1, page == 0), ("later", 1, page == pages - 1)):
            st.button(
                say(f"reconciliation.near.{word}"),
                key=f"near_misses_{word}",
                disabled=ends,
                on_click=_turn,
                args=(turned, page + step),
                type="tertiary",
            )
        first = page * _ON_A_PAGE + 1
        markup.show(
            markup.note(
                say(
                    "reconciliation.near.shown",
                    first=language.number(first),
                    last=language.number(min(first + _ON_A_PAGE - 1, count)),
                    count=language.number(count),
                )
            )
        )


def _turn(turned: str, page: int) -> None:
    st.session_state[turned] = page


def _decide(picked: Picked, pair: Pair, same: bool | None) -> None:
    """Keep the decision and count again; the whole page then shows the new counts."""
    if picked.result is None:
        return
    try:
        reconciling.decide(picked.result, pair["row"], pair["candidate"], same)
    except Failed as failed:
        st.session_state[_FAILED] = failed
        return
    st.session_state[_DECIDED] = True
