"""What the Editions page shows: completeness, editions and their changes, deliveries, lineage."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields
from html import escape
from typing import Any

import streamlit as st

from enrollment import findings
from enrollment.answers import ActiveLineage, DeliveriesReceived, DeliveryCompleteness, EditionChanges
from enrollment.edition import Publication
from enrollment.figures.description import Column, Table
from enrollment.ui import address, ask, card, frame, markup
from enrollment.ui.frame import Choice
from enrollment.ui.names import names

_DELIVERIES_SHOWN = 12
_STATES = ("on_time", "late", "missing", "not_expected")


def heading(
    choice: Choice, completeness: Sequence[DeliveryCompleteness], changes: Sequence[EditionChanges]
) -> None:
    """How complete the deliveries are, and what the newest edition moved."""
    say = choice.language.say
    missing = [row for row in completeness if row.state == "missing"]
    detail = say("editions.complete")
    if missing:
        source_names = names(choice.edition, "source", choice.language)
        detail = say(
            "editions.missing",
            list=choice.language.join(
                [f"{source_names[row.source]} ({choice.language.month(row.month)})" for row in missing[-5:]]
            ),
        )
    markup.show(
        markup.heading(
            findings.editions_title(completeness, changes, choice.language),
            detail,
            chip=say("editions.chip.incomplete" if missing else "editions.chip.complete"),
            tone="behind" if missing else "",
            mark="▼" if missing else "✓",
        )
    )


def known_on(choice: Choice) -> None:
    """Show every page as it was known on the day of an earlier edition."""
    language = choice.language
    found = {item.short: item for item in reversed(ask.published())}
    with st.container(key="known_on", horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.session_state["shown_edition"] = choice.edition.short
        st.selectbox(
            language.say("editions.known_on"),
            list(found),
            key="shown_edition",
            format_func=lambda short: language.say(
                "editions.edition_option", day=language.day(found[short].known_on), edition=short
            ),
            on_change=_show_chosen,
            args=(next(iter(found)),),
            width=330,
        )
        headline = choice.edition.publication.headline
        if headline:
            markup.show(
                markup.note(
                    language.say(
                        "editions.then",
                        active=language.number(headline["active"]),
                        day=language.day(dt.date.fromisoformat(headline["as_of"])),
                    )
                )
            )


def _show_chosen(newest: str) -> None:
    chosen = st.session_state["shown_edition"]
    frame.show_edition(None if chosen == newest else chosen)


def completeness(choice: Choice, rows: Sequence[DeliveryCompleteness]) -> None:
    """Sources by months, with a mark and a word for each state."""
    language = choice.language
    say = language.say
    source_names = names(choice.edition, "source", language)
    months = sorted({row.month for row in rows})
    cells: dict[tuple[str | None, dt.date], DeliveryCompleteness] = {
        (row.source, row.month): row for row in rows
    }
    matrix = []
    for source in source_names:
        line = [cells[source, month] for month in months if (source, month) in cells]
        expected = [row for row in line if row.state != "not_expected"]
        on_time = language.number(sum(row.state == "on_time" for row in expected))
        tally = say("editions.on_time_of", on_time=on_time, expected=language.number(len(expected)))
        matrix.append((source_names[source], *(_mark(choice, row) for row in line), tally))
    heads = (
        Column(say("parts.dimension.source"), "left"),
        *(Column(language.short_month(month), "center") for month in months),
        Column(say("editions.on_time")),
    )
    keys = "".join(
        f'<span><span class="mark {state}"></span> {escape(say(f"editions.state.{state}"))}</span>'
        for state in _STATES
    )
    markup.show(
        markup.section(say("editions.completeness.title"), say("editions.completeness.subtitle"))
        + markup.table(heads, matrix)
        + f'<p class="note keys">{keys}</p>'
    )
    columns = (
        Column(say("parts.dimension.source"), "left"),
        Column(say("editions.column.month"), "left"),
        Column(say("editions.column.state"), "left"),
    )
    texts = tuple(
        (source_names[row.source], language.month(row.month), say(f"editions.state.{row.state}"))
        for row in rows
    )
    _downloads(choice, "delivery_completeness", columns, texts, rows, {})


def _mark(choice: Choice, row: DeliveryCompleteness) -> markup.Html:
    word = choice.language.say(f"editions.state.{row.state}")
    late = f'<span class="lateness">+{row.days_late}</span>' if row.days_late else ""
    again = f'<sup class="lateness">{row.versions}</sup>' if row.versions > 1 else ""
    said = f'role="img" aria-label="{escape(word)}" title="{escape(word)}"'
    shape = f'<span class="mark {row.state}" {said}></span>'
    return markup.Html(f"{shape}{late}{again}")


def changes(choice: Choice, rows: Sequence[EditionChanges], earlier: Publication | None) -> None:
    """What moved since the edition before, by month and cause; the rows add up."""
    language = choice.language
    say = language.say
    if earlier is None:
        markup.show(
            markup.section(say("editions.changes.title")) + markup.note(say("progress.first_edition"))
        )
        return
    source_names = names(choice.edition, "source", language)
    revised = [row for row in rows if row.cause != "new_month"]
    first = [row for row in rows if row.cause == "new_month"]
    columns = (
        Column(say("editions.column.month"), "left"),
        Column(say("editions.column.cause"), "left"),
        Column(say("parts.dimension.source"), "left"),
        Column(say("editions.column.before")),
        Column(say("editions.column.after")),
        Column(say("editions.column.change")),
    )
    texts = [
        (
            language.month(row.month),
            say(f"editions.cause.{row.cause}"),
            source_names[row.source],
            _known(choice, row.before),
            _known(choice, row.after),
            language.signed(row.change),
        )
        for row in revised
    ]
    total = ("", say("breakdown.total"), "", "", "", language.signed(sum(row.change for row in revised)))
    news = [
        say(
            "editions.changes.new_month",
            month=language.month(month),
            people=language.number(sum(row.after or 0 for row in first if row.month == month)),
        )
        for month in sorted({row.month for row in first})
    ]
    markup.show(
        markup.section(
            say("editions.changes.title"),
            say("editions.changes.subtitle", edition=earlier.short, day=language.day(earlier.known_on)),
        )
        + markup.remarks(news or [])
        + (
            markup.table(columns, texts, total=total)
            if revised
            else markup.note(say("editions.changes.none"))
        )
    )
    _downloads(choice, "edition_changes", columns, tuple(texts), rows, {"earlier": earlier.short})


def editions(choice: Choice) -> None:
    """Every publication, newest first, with its headline as it was published."""
    language = choice.language
    say = language.say
    found = list(reversed(ask.published()))
    noted = any(item.note for item in found)
    columns = [
        Column(say("editions.column.edition"), "left"),
        Column(say("editions.column.published"), "left"),
        Column(say("editions.column.who"), "left"),
        *([Column(say("editions.column.note"), "left")] if noted else []),
        Column(say("editions.column.as_of"), "left"),
        Column(say("editions.column.active")),
    ]
    rows = []
    for item in found:
        headline = item.headline
        shown = {"lang": choice.address.get("lang", ""), "edition": "" if item is found[0] else item.short}
        link = markup.anchor(item.short, address.link("editions", shown))
        current = f' <span class="chip">{escape(say("editions.current"))}</span>' if item is found[0] else ""
        rows.append(
            (
                markup.Html(f'<span class="code">{link}</span>{current}'),
                language.moment(item.time),
                item.who,
                *([item.note] if noted else []),
                language.month(dt.date.fromisoformat(headline["as_of"])) if headline else "–",
                language.number(headline["active"]) if headline else "–",
            )
        )
    markup.show(
        markup.section(say("editions.list.title"), say("editions.list.subtitle"))
        + markup.table(columns, rows)
    )


def deliveries(choice: Choice, rows: Sequence[DeliveriesReceived]) -> None:
    """What was loaded, by whom and when, and what still waits for the next edition."""
    language = choice.language
    say = language.say
    columns = (
        Column(say("editions.column.received"), "left"),
        Column(say("editions.column.who"), "left"),
        Column(say("editions.column.file"), "left"),
        Column(say("editions.column.cells")),
        Column(say("editions.column.active")),
        Column(say("editions.column.result"), "left"),
    )
    texts = [
        (
            language.moment(row.received_at.replace(tzinfo=dt.UTC)),
            row.received_by,
            row.file,
            language.number(row.cells),
            language.number(row.active),
            _result(choice, row),
        )
        for row in rows
    ]
    waiting = ask.waiting(rows)
    remark = markup.remarks([say("editions.waiting", count=language.number(waiting))]) if waiting else ""
    markup.show(
        markup.section(say("editions.deliveries.title"), say("editions.deliveries.subtitle"))
        + remark
        + markup.table(columns, texts[:_DELIVERIES_SHOWN])
        + (
            markup.folded(
                say("editions.deliveries.earlier", count=language.number(len(texts) - _DELIVERIES_SHOWN)),
                markup.table(columns, texts[_DELIVERIES_SHOWN:]),
            )
            if len(texts) > _DELIVERIES_SHOWN
            else ""
        )
    )
    _downloads(choice, "deliveries_received", columns, tuple(texts), rows, {})


def lineage(choice: Choice, rows: Sequence[ActiveLineage]) -> None:
    """The headline down to files and rows; the files add up to it."""
    language = choice.language
    say = language.say
    source_names = names(choice.edition, "source", language)
    whole = language.number(sum(row.active for row in rows))
    chain = "".join(
        f"<div>{escape(label)}<strong>{escape(value)}</strong>{escape(under)}</div>"
        for label, value, under in (
            (say("editions.lineage.figure"), whole, say("frame.as_of", day=language.short_day(choice.as_of))),
            (say("editions.lineage.question"), "active_lineage.sql", say("editions.lineage.grain")),
            (
                say("editions.lineage.edition"),
                choice.edition.short,
                language.day(choice.edition.publication.known_on),
            ),
            (
                say("editions.lineage.deliveries"),
                language.number(len({row.sha256 for row in rows})),
                say("editions.lineage.rows", rows=language.number(sum(row.cells for row in rows))),
            ),
        )
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
            row.file
            if row.delivered_month == choice.as_of
            else say("editions.lineage.carried", file=row.file, month=language.month(row.delivered_month)),
            language.number(row.cells),
            language.number(row.active),
        )
        for row in rows
    )
    total = (say("editions.lineage.total"), "", language.number(sum(row.cells for row in rows)), whole)
    markup.show(
        markup.section(say("editions.lineage.title"), say("editions.lineage.subtitle"))
        + f'<div class="chain">{chain}</div>'
        + markup.table(columns, texts, total=total)
    )
    _downloads(choice, "active_lineage", columns, texts, rows, {"as_of": choice.as_of})


def _result(choice: Choice, row: DeliveriesReceived) -> str:
    if row.counted == row.sources:
        return choice.language.say("editions.result.counts")
    if row.counted == 0:
        return choice.language.say("editions.result.replaced")
    return choice.language.say(
        "editions.result.partly",
        counted=choice.language.number(row.counted),
        sources=choice.language.number(row.sources),
    )


def _known(choice: Choice, value: int | None) -> str:
    return "–" if value is None else choice.language.number(value)


def _downloads(
    choice: Choice,
    question: str,
    columns: Sequence[Column],
    texts: Sequence[Sequence[str]],
    rows: Sequence[Any],
    params: dict[str, Any],
) -> None:
    markup.show(markup.note(card.source_line(choice)))
    if not rows:
        return
    machine = [field.name for field in fields(rows[0])]
    values = tuple(tuple(getattr(row, name) for name in machine) for row in rows)
    table = Table(tuple(columns), tuple(tuple(text) for text in texts), tuple(machine), values)
    card.downloads(choice, question, table, params, key=question)
