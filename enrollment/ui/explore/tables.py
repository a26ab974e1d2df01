"""The schema beside the editor: what each table and column means."""

import streamlit as st

from enrollment import sandbox, schema
from enrollment.figures.description import Column
from enrollment.ui import markup
from enrollment.ui.explore import asking
from enrollment.ui.explore.statements import Statement
from enrollment.ui.frame import Choice

_FIRST_ROWS = 100


def browse(choice: Choice) -> None:
    """One table at a time: what it holds, what a row is, and its columns."""
    language = choice.language
    say = language.say
    there = sandbox.permitted(choice.edition)
    tables = {table.name: table for table in schema.TABLES if table.name in there}
    markup.show(markup.section(say("explore.tables"), say("explore.tables_how")))
    name = st.selectbox(say("explore.table"), list(tables), key="explore_table", label_visibility="collapsed")
    table = tables[name]
    markup.show(markup.note(f"{schema.about(language, table)} {schema.grain(language, table)}"))
    st.button(
        say("explore.first_rows", count=language.number(_FIRST_ROWS)),
        key="explore_first",
        type="tertiary",
        on_click=asking.put_and_run,
        args=(Statement(f"from {name} limit {_FIRST_ROWS}"), choice),
    )
    columns = (Column(say("explore.column"), "left"), Column(say("explore.meaning"), "left"))
    rows = [
        (
            markup.code(column.name, schema.unit(language, column)),
            markup.Html(markup.rich(markup.plain(schema.meaning(language, table, column)))),
        )
        for column in table.columns
        if f'"{column.name}"' in there[name]
    ]
    markup.show(f'<div class="register schema">{markup.table(columns, rows)}</div>')
    markup.show(markup.note(schema.nulls(language)))
