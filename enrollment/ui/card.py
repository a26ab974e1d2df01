"""A card: title, chart, the line that says where its numbers come from, table and menu."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from enrollment import answers
from enrollment.figures.description import Figure, Table
from enrollment.ui import address, charts, filters, keyboard, markup, menu
from enrollment.ui.ask import ask
from enrollment.ui.frame import Choice


@lru_cache(maxsize=512)
def described(describe: Callable[..., Figure], /, **given: Any) -> Figure:
    """The figure of some rows; described once for all visitors who look at the same rows."""
    return describe(**given)


def show(
    choice: Choice,
    describe: Callable[..., Figure],
    /,
    *,
    params: Mapping[str, Any],
    question: str = "",
    picks: Sequence[str] = (),
    key: str = "",
    source: str = "",
    statement: str = "",
    **given: Any,
) -> None:
    """Show the figure of some rows with everything that belongs under it.

    `params` are those of the question, which has the figure's name unless said otherwise. `picks` are the
    dimensions that a click on a mark means; with none the chart is only looked at. `key` tells two cards
    of one figure apart. `source` is the line under the chart, of the edition unless said otherwise, and
    `statement` the reader's own SQL where no question stands behind the rows.
    """
    figure = described(describe, language=choice.language, **given)
    name = key or figure.name
    with st.container(key=f"card_{name}", gap="small"):
        markup.show(markup.section(markup.plain(figure.title), markup.plain(figure.subtitle)))
        _chart(choice, figure, picks, name)
        markup.show(markup.note(source or source_line(choice)))
        with st.container(key=f"under_{name}", horizontal=True, gap="medium"):
            markup.show(
                markup.folded(
                    choice.language.say("frame.table"),
                    markup.long_table(figure.table.columns, figure.table.rows, more(choice, figure.table)),
                )
            )
            subject = menu.Subject(
                name, question or figure.name, dict(params), figure.table, figure, statement
            )
            menu.show(choice, subject, source or source_line(choice))


def _chart(choice: Choice, figure: Figure, picks: Sequence[str], name: str) -> None:
    charts.show(
        charts.Chart(figure, choice.theme, choice.language, choice.narrow),
        key=name,
        picked=(lambda part: filters.pick(picks, part)) if picks else None,
    )
    if picks:
        keyboard.show(choice, figure, picks, name)


def more(choice: Choice, table: Table) -> str:
    """How many rows of a table a page leaves out, and where they are."""
    left = max(len(table.rows) - markup.MOST_ROWS, 0)
    return choice.language.say("frame.more_rows", count=choice.language.number(left))


def source_line(choice: Choice) -> str:
    """As-of date, edition, and whether any of it is simulated."""
    parts = [
        choice.language.say("frame.as_of", day=choice.language.short_day(choice.as_of)),
        choice.language.say("frame.edition", edition=choice.edition.short),
    ]
    if choice.simulated:
        parts.append(choice.language.say("format.simulated"))
    if choice.edition.protected:
        parts.append(choice.language.say("frame.protected"))
    return " · ".join(parts)


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
