"""Where a figure comes from: its question, its edition, the files and their rows."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from enrollment import answers, query
from enrollment.answers import ActiveLineage
from enrollment.delivery import SHORT
from enrollment.figures.description import Column
from enrollment.names import names
from enrollment.query import NotRecorded
from enrollment.ui import address, ask, markup
from enrollment.ui.editions import under
from enrollment.ui.frame import Choice


def asked() -> bool:
    """Whether the visitor came here from a figure, to see where it comes from."""
    return "figure" in st.query_params


def lineage(choice: Choice, rows: Sequence[ActiveLineage]) -> None:
    """A month's active participants down to files and rows; the files add up to them.

    The address may name the figure that the visitor came from and the sources that it was filtered to.
    """
    language = choice.language
    say = language.say
    source_names = names(choice.edition, "source", language)
    wanted = [part for part in st.query_params.get("source", "").split(",") if part in set(source_names)]
    shown = [row for row in rows if not wanted or row.source in wanted]
    whole = sum(row.active for row in shown)
    figure = st.query_params.get("figure", "active_lineage")
    question = figure if figure in query.names() else "active_lineage"
    files = {row.sha256 for row in shown}
    cells = sum(row.cells for row in shown)
    chain = markup.chain(
        (
            (say("editions.lineage.figure"), language.number(whole), language.short_day(choice.as_of)),
            (
                say("editions.lineage.question"),
                f"{question}.sql",
                say(
                    "editions.lineage.definitions", version=language.number(choice.edition.facts.definitions)
                ),
            ),
            (
                say("editions.lineage.edition"),
                choice.edition.short,
                language.day(choice.edition.publication.known_on),
            ),
            (
                say("editions.lineage.files"),
                language.number(len(files)),
                say("editions.lineage.rows", rows=language.number(cells)),
            ),
        ),
        "←",
    )
    columns = (
        Column(say("parts.dimension.source"), "left"),
        Column(say("editions.column.file"), "left"),
        Column(say("editions.column.cells")),
        Column(say("editions.column.active")),
    )
    texts = tuple(
        (
            source_names[row.source],
            _file(choice, row),
            language.number(row.cells),
            language.number(row.active),
        )
        for row in shown
    )
    total = (say("editions.lineage.total"), "", language.number(cells), language.number(whole))
    subtitle = "editions.lineage.subtitle_sources" if wanted else "editions.lineage.subtitle"
    named = language.join([source_names[part] for part in wanted])
    markup.show(
        markup.section(
            say("editions.lineage.title"),
            say(subtitle, month=language.month(choice.as_of), **({"sources": named} if wanted else {})),
        )
        + chain
        + markup.table(columns, texts, total=total)
        + ("" if wanted else _closing(choice, whole))
        + _overlap(choice, wanted)
    )
    under.downloads(choice, "active_lineage", columns, texts, shown, {"as_of": choice.as_of})


def _file(choice: Choice, row: ActiveLineage) -> markup.Html:
    """The file's name, which opens the delivery, and the month that it was carried from."""
    shown = {**choice.address, "delivery": row.sha256[:SHORT]}
    link = markup.anchor(row.file, address.link("editions", shown))
    if row.delivered_month == choice.as_of:
        return markup.Html(link)
    month = choice.language.month(row.delivered_month)
    carried = choice.language.say("editions.lineage.carried", month=month)
    return markup.Html(f'{link} <span class="note">{escape(carried)}</span>')


def _closing(choice: Choice, whole: int) -> str:
    """Whether the files add up to the month's figure, said aloud."""
    months = {row.month: row.active for row in ask.ask(answers.known_months, choice.edition)}
    figure = months.get(choice.as_of, 0)
    language = choice.language
    if whole == figure:
        return markup.note(language.say("editions.lineage.closes", figure=language.number(figure)))
    return markup.note(
        language.say(
            "editions.lineage.open", figure=language.number(figure), rest=language.signed(figure - whole)
        )
    )


def _overlap(choice: Choice, wanted: Sequence[str]) -> str:
    """How many of the people listed count under another source; where people did not come, not known."""
    try:
        rows = ask.ask(answers.source_overlap, choice.edition, as_of=choice.as_of)
    except NotRecorded:
        return ""
    language = choice.language
    rows = tuple(row for row in rows if not wanted or row.source in wanted)
    known = [row.elsewhere for row in rows if row.elsewhere is not None]
    said = [language.say("editions.lineage.overlap", people=language.number(sum(known)))] if known else []
    if len(known) < len(rows):
        said.append(
            language.say("editions.lineage.overlap_unknown", count=language.number(len(rows) - len(known)))
        )
    return "".join(markup.note(sentence) for sentence in said)
