"""A card: title, chart, the line that says where its numbers come from, table and downloads."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from enrollment import answers, query
from enrollment.drawing import plotly as screen
from enrollment.export import csv_text
from enrollment.figures.description import Figure, Table
from enrollment.figures.style import Theme
from enrollment.language import Language
from enrollment.ui import address, markup
from enrollment.ui.ask import ask
from enrollment.ui.frame import Choice


@lru_cache(maxsize=512)
def described(describe: Callable[..., Figure], /, **given: Any) -> Figure:
    """The figure of some rows; described once for all visitors who look at the same rows."""
    return describe(**given)


@lru_cache(maxsize=512)
def _drawn(figure: Figure, theme: Theme, language: Language, narrow: bool) -> Any:
    return screen.draw(figure, theme=theme, language=language, narrow=narrow)


@lru_cache(maxsize=4)
def _config(language: Language) -> dict[str, Any]:
    return screen.config(language)


def show(
    choice: Choice, describe: Callable[..., Figure], /, *, params: Mapping[str, Any], **given: Any
) -> None:
    """Show the figure of some rows with everything that belongs under it.

    `params` are those of the question with the figure's name; they go into the companion of the CSV.
    """
    figure = described(describe, language=choice.language, **given)
    with st.container(key=f"card_{figure.name}", gap="small"):
        markup.show(markup.section(figure.title, figure.subtitle))
        st.plotly_chart(
            _drawn(figure, choice.theme, choice.language, choice.narrow),
            theme=None,
            key=figure.name,
            config=_config(choice.language),
            alt=figure.alt,
        )
        markup.show(markup.note(source_line(choice)))
        under(choice, figure.name, figure.table, params)


def source_line(choice: Choice) -> str:
    """As-of date, edition, and whether any of it is simulated."""
    parts = [
        choice.language.say("frame.as_of", day=choice.language.short_day(choice.as_of)),
        choice.language.say("frame.edition", edition=choice.edition.short),
    ]
    if choice.simulated:
        parts.append(choice.language.say("format.simulated"))
    return " · ".join(parts)


def under(choice: Choice, name: str, table: Table, params: Mapping[str, Any]) -> None:
    """The table behind its word, and the downloads of the same rows."""
    with st.container(key=f"under_{name}", horizontal=True, gap="medium"):
        markup.show(
            markup.folded(choice.language.say("frame.table"), markup.table(table.columns, table.rows))
        )
        downloads(choice, name, table, params, key=name)
        origin = {**choice.address, "figure": name, "source": ",".join(params.get("sources") or ())}
        markup.show(
            markup.origin(
                markup.anchor(choice.language.say("frame.lineage"), address.link("editions", origin))
            )
        )


def downloads(choice: Choice, question: str, table: Table, params: Mapping[str, Any], *, key: str) -> None:
    """The rows as CSV, and the companion that says what the CSV is."""
    stem = f"{key}-{choice.as_of:%Y-%m}-{choice.edition.short}"
    with st.container(horizontal=True, gap="medium", key=f"downloads_{key}", width="content"):
        st.download_button(
            "CSV",
            lambda: csv_text(table.machine_columns, table.machine_rows),
            file_name=f"{stem}.csv",
            mime="text/csv",
            key=f"csv_{key}",
            on_click="ignore",
            type="tertiary",
        )
        st.download_button(
            choice.language.say("frame.companion"),
            lambda: json.dumps(
                _companion(choice, question, params), ensure_ascii=False, indent=2, default=str
            ),
            file_name=f"{stem}.json",
            mime="application/json",
            key=f"companion_{key}",
            on_click="ignore",
            type="tertiary",
        )


def _companion(choice: Choice, name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a CSV cannot say of itself: filters, definitions, edition, query."""
    document: dict[str, Any] = {
        "edition": choice.edition.fingerprint,
        "known_on": choice.edition.publication.known_on,
        "as_of": choice.as_of,
        "goal": choice.goal,
        "simulated": choice.simulated,
        "filters": dict(params),
    }
    if name in query.names():
        header = query.header(name)
        document |= {
            "question": header.question,
            "grain": header.grain,
            "columns": dict(header.columns),
            "query": query.text(name),
        }
    return document


def footer(choice: Choice, page: str) -> None:
    """Simulated or real, edition, document and definition of the goal, and a link that lasts."""
    language = choice.language
    say = language.say
    goal = next(row for row in ask(answers.published_goals, choice.edition) if row.goal == choice.goal)
    sentences = [say("frame.simulated")] if choice.simulated else []
    sentences += [
        say(
            "frame.data_of",
            edition=choice.edition.short,
            day=language.day(choice.edition.publication.known_on),
        ),
        say(
            "frame.goal_document",
            target=language.stated(goal.target),
            document=language.pick(goal.document, goal.document_en),
        ),
        say("frame.definition", definition=language.pick(goal.definition, goal.definition_en)),
    ]
    permanent = markup.anchor(say("frame.permanent"), address.link(page, choice.permanent()))
    markup.show(
        f'<footer class="foot">{markup.note(" ".join(sentences))}<p class="note">{permanent}</p></footer>'
    )
