"""The answer to a statement: rows, a chart of one of their numbers, files, or why there is none."""

import datetime as dt
from typing import Any

import streamlit as st

from enrollment.figures.explored import Cell, explored, explored_table, is_number
from enrollment.sandbox import Refused, Result
from enrollment.ui import card, markup, menu
from enrollment.ui.explore import asking
from enrollment.ui.explore.asking import Answer
from enrollment.ui.explore.statements import Statement
from enrollment.ui.frame import Choice


def show(choice: Choice, answer: Answer | None) -> None:
    """What the statement gave."""
    if answer is None:
        return
    if isinstance(answer.outcome, Refused):
        _refused(choice, answer.outcome, answer.statement)
    else:
        _result(choice, answer.outcome, answer.statement)


def _refused(choice: Choice, refused: Refused, statement: Statement) -> None:
    say = choice.language.say
    st.warning(markup.inert(asking.sentence(refused, choice)))
    if said := refused.values.get("said"):
        st.code(said, language=None, wrap_lines=True)
    if refused.filled:
        st.code(refused.filled, language=None, wrap_lines=True)
        st.button(
            say("explore.use_filled"),
            key="explore_use",
            on_click=asking.put_and_run,
            args=(Statement(refused.filled, statement.values), choice),
        )


def _result(choice: Choice, result: Result, statement: Statement) -> None:
    language = choice.language
    say = language.say
    rows = tuple(tuple(_cell(value) for value in row) for row in result.rows)
    columns = _apart(result.columns)
    found = say(
        "explore.found",
        rows=language.number(len(rows)),
        columns=language.number(len(columns)),
        seconds=language.number(result.seconds, 2),
    )
    if result.cut:
        found += " " + say("explore.cut", rows=language.number(len(rows)))
    source = say("frame.edition", edition=result.edition)
    if choice.simulated:
        source += " · " + say("format.simulated")
    markup.show(markup.note(found))
    if picked := _picked(choice, columns, rows):
        across, value = picked
        card.show(
            choice,
            explored,
            params=statement.values,
            source=source,
            statement=statement.sql,
            columns=columns,
            rows=rows,
            across=across,
            value=value,
            edition=result.edition,
        )
    table = explored_table(columns, rows, language)
    with st.container(key="card_rows", gap="small"):
        markup.show(markup.long_table(table.columns, table.rows, card.more(choice, table)))
        if not picked:
            subject = menu.Subject("rows", "rows", statement.values, table, statement=statement.sql)
            menu.show(choice, subject, source)


def _picked(choice: Choice, columns: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> Any:
    """Which number is drawn along which column; None where nothing can be."""
    say = choice.language.say
    numbers = [name for place, name in enumerate(columns) if is_number(rows, place)]
    if not numbers or len(rows) < 2 or len(columns) < 2:
        return None
    others = [name for name in columns if name not in numbers] or list(columns)
    days = [name for name in others if any(isinstance(row[columns.index(name)], dt.date) for row in rows)]
    with st.container(key="explore_chart", horizontal=True, gap="small"):
        # A picker of other columns is another picker.
        key = hash(columns)
        value = st.selectbox(say("explore.value"), numbers, key=f"explore_y_{key}", width=220)
        along = [name for name in columns if name != value]
        first = next((name for name in (*days, *others, *along) if name in along), along[0])
        across = st.selectbox(
            say("explore.across"), along, index=along.index(first), key=f"explore_x_{key}", width=220
        )
    return across, value


def _cell(value: Any) -> Cell:
    """A value as a table holds it: exact numbers as numbers, what is nested as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dt.datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, dt.date):
        return value
    if type(value).__name__ == "Decimal":
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)


def _apart(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Names of columns of which no two are alike."""
    named: list[str] = []
    for name in columns:
        times = sum(each.split("\N{NO-BREAK SPACE}")[0] == name for each in named)
        named.append(f"{name}\N{NO-BREAK SPACE}({times + 1})" if times else name)
    return tuple(named)
