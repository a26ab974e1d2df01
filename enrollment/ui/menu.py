"""The menu under a chart or a table: rows and pictures to take away, the query, and where it comes from."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from enrollment import answers, query
from enrollment.export import csv_text, parquet
from enrollment.figures.description import Figure, Table
from enrollment.months import month_text
from enrollment.ui import address, exporting, markup
from enrollment.ui.ask import ask
from enrollment.ui.frame import Choice


@dataclass(frozen=True)
class Subject:
    """What a menu belongs to: rows of a question asked with parameters, and their chart if there is one."""

    name: str
    question: str
    params: Mapping[str, Any]
    table: Table
    figure: Figure | None = None
    statement: str = ""
    """The reader's own SQL, where the rows come from no question of the dashboard."""


def show(choice: Choice, subject: Subject, source: str) -> None:
    """CSV at hand, everything else behind one word; what the menu holds is made when it is opened."""
    # No fragment: with one to each menu a run costs a seventh more, and opening one is a run among many.
    with st.container(horizontal=True, gap="medium", key=f"downloads_{subject.name}", width="content"):
        _download(choice, subject, "csv", "text/csv", lambda: csv_text(*_machine(subject)))
        popover = st.popover(
            choice.language.say("menu.open"), key=f"menu_{subject.name}", on_change="rerun", type="tertiary"
        )
        if popover.open:
            with popover:
                _files(choice, subject, source)
                _origin(choice, subject)


def _machine(subject: Subject) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    return subject.table.machine_columns, subject.table.machine_rows


def _files(choice: Choice, subject: Subject, source: str) -> None:
    """The rows in other forms, and the chart as a picture as it looks now."""
    about = companion(choice, subject)
    with st.container(horizontal=True, gap="medium", key=f"files_{subject.name}"):
        _download(choice, subject, "parquet", _BYTES, lambda: parquet(*_machine(subject)))
        if figure := subject.figure:
            _download(choice, subject, "xlsx", _SHEET, lambda: _workbook(choice, figure, about))
            look: Any = {
                "theme": choice.theme,
                "language": choice.language,
                "source": source,
                "narrow": choice.narrow,
            }
            _download(choice, subject, "png", "image/png", lambda: _picture("png", figure, look))
            _download(choice, subject, "svg", "image/svg+xml", lambda: _picture("svg", figure, look))
        _download(
            choice,
            subject,
            "json",
            "application/json",
            lambda: json.dumps(about, ensure_ascii=False, indent=2, default=str),
            label=choice.language.say("menu.companion"),
        )


_BYTES = "application/octet-stream"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _workbook(choice: Choice, figure: Figure, about: Mapping[str, Any]) -> bytes:
    # Only who asks for a workbook or a picture waits for what makes it.
    from enrollment.drawing import office

    return office.workbook(
        figure,
        about=[(choice.language.say(f"menu.about.{name}"), _spelt(value)) for name, value in about.items()],
        language=choice.language,
        created=choice.edition.publication.time.replace(tzinfo=None),
    )


def _spelt(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _picture(form: str, figure: Figure, look: Mapping[str, Any]) -> str | bytes:
    from enrollment.drawing import print as paper

    return paper.png(figure, **look) if form == "png" else paper.svg(figure, **look)


def _download(
    choice: Choice,
    subject: Subject,
    form: str,
    mime: str,
    make: Callable[[], str | bytes],
    *,
    label: str = "",
) -> None:
    exporting.button(
        label or form.upper(),
        make,
        file_name=f"{subject.name}-{choice.as_of:%Y-%m}-{choice.edition.short}.{form}",
        mime=mime,
        key=f"{form}_{subject.name}",
        details={
            "edition": choice.edition.short,
            "month": month_text(choice.as_of),
            "rows": len(subject.table.machine_rows),
        },
    )


def _origin(choice: Choice, subject: Subject) -> None:
    """The query as it was asked, the files behind the numbers, and a link that shows them again."""
    say = choice.language.say
    origin = {
        **choice.address,
        "figure": subject.question,
        "source": ",".join(subject.params.get("source") or ()),
    }
    links = [markup.anchor(say("menu.link"), f"?{address.query(choice.permanent())}")]
    if not subject.statement:
        links.insert(0, markup.anchor(say("menu.lineage"), address.link("editions", origin)))
    markup.show(markup.origin(markup.Html(" · ".join(links))))
    if subject.statement:
        st.code(subject.statement, language=None, wrap_lines=True)
    if subject.question in query.names():
        markup.show(markup.note(say("menu.query", question=subject.question)))
        st.code(query.text(subject.question), language=None, wrap_lines=True)


def companion(choice: Choice, subject: Subject) -> dict[str, Any]:
    """What rows cannot say of themselves: filters, definitions, edition, query."""
    language = choice.language
    goal = next(row for row in ask(answers.published_goals, choice.edition) if row.goal == choice.goal)
    document: dict[str, Any] = {
        "edition": choice.edition.fingerprint,
        "known_on": choice.edition.publication.known_on,
        "as_of": choice.as_of,
        "goal": choice.goal,
        "definition": language.pick(goal.definition, goal.definition_en),
        "simulated": choice.simulated,
        "filters": dict(subject.params),
    }
    if subject.figure:
        document |= {"title": subject.figure.title, "finding": subject.figure.alt}
    if subject.statement:
        document["query"] = subject.statement
    elif subject.question in query.names():
        header = query.header(subject.question)
        document |= {
            "question": header.question,
            "grain": header.grain,
            "columns": dict(header.columns),
            "query": query.text(subject.question),
        }
    return document
