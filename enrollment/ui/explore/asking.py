"""The editor: a starting point, SQL, its parameters, and the statement on its way."""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass

import streamlit as st

from enrollment import logs, sandbox
from enrollment.sandbox import Refused, Result, Running
from enrollment.ui import address, markup, metrics, visitor
from enrollment.ui.ask import permitted
from enrollment.ui.explore.statements import Statement, offered, question
from enrollment.ui.frame import Choice

_AT_ONCE = 0.7
"""Seconds within which an answer comes without a word that it is on its way."""
_LOOKING = 0.4
_REMEMBERED = 30
_HEIGHT = 300

# Statements on their way wait here; how many run at once is the sandbox's own affair.
_WAITING = ThreadPoolExecutor(16, thread_name_prefix="statement")


@dataclass(frozen=True)
class Answer:
    """A statement, and what it gave or why it has no answer."""

    statement: Statement
    edition: str
    outcome: Result | Refused


@dataclass(frozen=True)
class _Job:
    statement: Statement
    edition: str
    running: Running
    future: "Future[Result]"


def ask(choice: Choice) -> Answer | None:
    """The editor, and the answer to what was asked last; None where nothing was, or not yet."""
    _forget_what_others_see(choice)
    _from_address(choice)
    _begin(choice)
    _editor(choice)
    return _answered(choice)


def put(statement: Statement) -> None:
    """Let a statement stand in the editor. For use as a callback."""
    st.session_state["explore_sql"] = statement.sql
    for name, text in statement.values.items():
        st.session_state[f"explore_value_{name}"] = text


def put_and_run(statement: Statement, choice: Choice) -> None:
    """The same, and ask it. For use as a callback."""
    put(statement)
    _run(statement, choice)


def _from_address(choice: Choice) -> None:
    """Take a statement from the address once, and ask it: whoever opens a link sees its answer."""
    if "sql" in st.session_state:
        return
    st.session_state["sql"] = st.query_params.get("sql", "")
    if linked := Statement.of(st.session_state["sql"]):
        put(linked)
        _run(linked, choice)


def _forget_what_others_see(choice: Choice) -> None:
    """An answer to who saw the edition otherwise is not shown to who looks now."""
    if st.session_state.get("explore_sight") != choice.edition.sight:
        if job := st.session_state.get("explore_job"):
            job.running.cancel()
        st.session_state["explore_job"] = None
        st.session_state.pop("explore_answer", None)
    st.session_state["explore_sight"] = choice.edition.sight


def _begin(choice: Choice) -> None:
    """The questions of the dashboard, and what was asked in this session, to begin with."""
    say = choice.language.say
    history: list[Statement] = st.session_state.setdefault("explore_history", [])
    names = {name: say(f"explore.question.{name}") for name in offered()}
    beginning, before = st.columns([3, 2], vertical_alignment="bottom")
    with beginning:
        st.selectbox(
            say("explore.begin"),
            sorted(names, key=names.__getitem__),
            index=None,
            key="explore_begin",
            format_func=names.__getitem__,
            placeholder=say("explore.begin_none"),
            on_change=lambda: _begun(choice),
        )
    with before:
        if not history:
            return
        st.selectbox(
            say("explore.history"),
            range(len(history)),
            index=None,
            key="explore_before",
            format_func=lambda place: _short(history[place].sql),
            placeholder=say("explore.history_none"),
            on_change=lambda: _taken_up(history),
        )


def _begun(choice: Choice) -> None:
    if name := st.session_state["explore_begin"]:
        put(question(name, choice))
        st.session_state["explore_begin"] = None


def _taken_up(history: list[Statement]) -> None:
    place = st.session_state["explore_before"]
    if place is not None and place < len(history):
        put(history[place])
        st.session_state["explore_before"] = None


def _short(sql: str) -> str:
    """The first line of a statement that says something."""
    lines = [line.strip() for line in sql.splitlines() if line.strip() and not line.startswith("--   ")]
    return markup.inert((lines or [""])[0].removeprefix("-- question: ")[:90])


def _editor(choice: Choice) -> None:
    say = choice.language.say
    st.session_state.setdefault("explore_sql", say("explore.first"))
    with st.form("explore_form", border=False):
        st.text_area(say("explore.statement"), key="explore_sql", height=_HEIGHT)
        names = Statement(st.session_state["explore_sql"]).parameters
        if names:
            with st.container(key="explore_values", horizontal=True, gap="small"):
                for name in names:
                    st.text_input(f"${name}", key=f"explore_value_{name}", placeholder="NULL", width=150)
        st.form_submit_button(
            say("explore.run"), type="primary", key="explore_run", on_click=lambda: _run(_written(), choice)
        )
    markup.show(markup.note(say("explore.how")))


def _written() -> Statement:
    sql = st.session_state["explore_sql"]
    named = Statement(sql).parameters
    return Statement(sql, {name: st.session_state.get(f"explore_value_{name}") or "" for name in named})


def _run(statement: Statement, choice: Choice) -> None:
    """Send a statement on its way, in place of one that still is.

    A callback holds the edition of an earlier run: where rights have changed since, nothing is sent, and the
    run that follows shows what is left.
    """
    if not permitted(choice.edition) or not visitor.rights().opens("explore"):
        return
    if before := st.session_state.get("explore_job"):
        before.running.cancel()
    running = Running(choice.edition, statement.sql, params=statement.bound())
    future = _WAITING.submit(running.result)
    st.session_state["explore_job"] = _Job(statement, choice.edition.short, running, future)
    st.session_state.pop("explore_answer", None)
    st.session_state["sql"] = statement.code
    history = st.session_state.setdefault("explore_history", [])
    history[:] = [statement, *(each for each in history if each != statement)][:_REMEMBERED]


def _answered(choice: Choice) -> Answer | None:
    address.write("sql", st.session_state["sql"])
    job: _Job | None = st.session_state.get("explore_job")
    if job is None:
        answer: Answer | None = st.session_state.get("explore_answer")
        if answer and answer.edition != choice.edition.short:
            # Another edition was chosen: the same statement gives that one's numbers.
            st.session_state.pop("explore_answer", None)
            _run(answer.statement, choice)
            return _answered(choice)
        return answer
    try:
        outcome: Result | Refused = job.future.result(_AT_ONCE)
    except NotYet:
        st.fragment(_waiting, run_every=_LOOKING)(choice)
        return None
    except Refused as refused:
        outcome = refused
        metrics.refused(refused.reason)
        logs.tell("statement_refused", {"reason": refused.reason})
    st.session_state["explore_job"] = None
    st.session_state["explore_answer"] = Answer(job.statement, job.edition, outcome)
    return _answered(choice)


def _waiting(choice: Choice) -> None:
    """Says that a statement is on its way, with a button to end it, until it is there."""
    job: _Job | None = st.session_state.get("explore_job")
    if job is None or job.future.done():
        st.rerun()
    say = choice.language.say
    with st.container(key="explore_waiting", horizontal=True, vertical_alignment="center"):
        markup.show(markup.note(say("explore.running", seconds=choice.language.number(sandbox.SECONDS))))
        if job:
            st.button(say("explore.cancel"), key="explore_cancel", on_click=job.running.cancel)


def sentence(refused: Refused, choice: Choice) -> str:
    """Why a statement has no answer, and what helps."""
    values: Mapping[str, str] = refused.values
    return choice.language.say(f"explore.refused.{refused.reason}", **values)
