"""Sources by months: what was expected, what came, in time or late, whole or in part."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from enrollment import findings
from enrollment.answers import DeliveryCompleteness, EditionChanges
from enrollment.delivery import counted
from enrollment.figures.description import Column
from enrollment.names import names
from enrollment.quarantine import Quarantined
from enrollment.ui import address, ask, markup, steward
from enrollment.ui.editions import under
from enrollment.ui.frame import Choice

_STATES = ("on_time", "late", "partial", "missing", "withdrawn", "not_expected")
_WANTING = ("late", "partial", "missing", "withdrawn")
_MANY_SOURCES = 40
"""Beyond this many sources the matrix opens with those that want something."""
_MONTHS = 13
_NAMED = 5

States = Mapping[tuple[str, dt.date], str]


def heading(choice: Choice, rows: Sequence[DeliveryCompleteness], changes: Sequence[EditionChanges]) -> None:
    """How complete the deliveries are, and what the newest edition moved."""
    say = choice.language.say
    missing = [row for row in rows if row.state == "missing"]
    detail = say("editions.complete")
    if missing:
        source_names = names(choice.edition, "source", choice.language)
        named = [f"{source_names[row.source]} ({choice.language.month(row.month)})" for row in missing]
        more = len(named) - _NAMED
        if more > 0:
            named = [*named[-_NAMED:], say("editions.more", count=choice.language.number(more))]
        detail = say("editions.missing", list=choice.language.join(named))
    markup.show(
        markup.heading(
            findings.editions_title(rows, changes, choice.language),
            detail,
            chip=say("editions.chip.incomplete" if missing else "editions.chip.complete"),
            tone="behind" if missing else "",
            mark="▼" if missing else "✓",
        )
    )


def matrix(choice: Choice, rows: Sequence[DeliveryCompleteness]) -> None:
    """Sources by months, with a mark and a word for each state, and how many came in time."""
    language = choice.language
    say = language.say
    source_names = names(choice.edition, "source", language)
    states = _states(choice, rows)
    by_source: dict[str, dict[dt.date, DeliveryCompleteness]] = {}
    for row in rows:
        by_source.setdefault(row.source, {})[row.month] = row
    order = {source: place for place, source in enumerate(source_names)}
    listed = sorted(by_source, key=lambda source: (order.get(source, len(order)), source))
    due = _due_days(choice)
    markup.show(markup.section(say("editions.completeness.title"), say("editions.completeness.subtitle")))
    with st.container(key="matrix", horizontal=True, vertical_alignment="bottom", gap="small"):
        wanting = _only_wanting(choice, len(listed))
        months = _months(choice, sorted({row.month for row in rows}))
    shown = [
        source
        for source in listed
        if not wanting or any(states.get((source, month)) in _WANTING for month in months)
    ]
    lines = []
    for source in shown:
        cells = [(month, by_source[source].get(month)) for month in months]
        expected = [row for _, row in cells if row and row.state != "not_expected"]
        tally = say(
            "editions.on_time_of",
            on_time=language.number(sum(row.state == "on_time" for row in expected)),
            expected=language.number(len(expected)),
        )
        marks = [_mark(choice, row, states.get((source, month), "not_expected")) for month, row in cells]
        lines.append((source_names[source], *([due.get(source, "")] if due else []), *marks, tally))
    heads = (
        Column(say("parts.dimension.source"), "left"),
        *([Column(say("editions.due"))] if due else []),
        *(Column(language.short_month(month), "center") for month in months),
        Column(say("editions.on_time")),
    )
    keys = "".join(
        f'<span><span class="mark {state}"></span> {escape(say(f"editions.state.{state}"))}</span>'
        for state in _STATES
        if state in states.values() or state in ("on_time", "late", "missing")
    )
    if shown:
        table = f'<div class="matrix">{markup.table(heads, lines)}</div>'
    else:
        table = markup.note(say("editions.completeness.nothing_wanting"))
    counts = say(
        "editions.completeness.shown", shown=language.number(len(shown)), all=language.number(len(listed))
    )
    markup.show(f'{table}<p class="note keys">{keys}</p>{markup.note(counts) if wanting else ""}')
    columns = (
        Column(say("parts.dimension.source"), "left"),
        Column(say("editions.column.month"), "left"),
        Column(say("editions.column.state"), "left"),
    )
    texts = tuple((source_names[row.source], language.month(row.month), row.state) for row in rows)
    under.downloads(choice, "delivery_completeness", columns, texts, rows, {})


def attention(choice: Choice, rows: Sequence[DeliveryCompleteness]) -> None:
    """What wants a person's attention, in sentences: missing months, and who is late again and again."""
    language = choice.language
    say = language.say
    source_names = names(choice.edition, "source", language)
    missing = [row for row in rows if row.state == "missing"]
    states = _states(choice, rows)
    said = [
        say(
            f"editions.attention.{state}",
            source=source_names[source],
            month=language.month(month),
        )
        for (source, month), state in sorted(states.items(), key=lambda item: item[0][1], reverse=True)
        if state in ("partial", "withdrawn")
    ]
    said += [
        say(
            "editions.attention.missing",
            source=source_names[row.source],
            month=language.month(row.month),
            carried=language.number(row.active or 0),
        )
        for row in sorted(missing, key=lambda row: row.month, reverse=True)
        if states[row.source, row.month] == "missing"
    ]
    expected = Counter(row.source for row in rows if row.state != "not_expected")
    late = Counter(row.source for row in rows if row.state == "late")
    said += [
        say(
            "editions.attention.late",
            source=source_names[source],
            late=language.number(count),
            expected=language.number(expected[source]),
        )
        for source, count in late.most_common()
    ]
    more = len(said) - _NAMED
    if more > 0:
        said = [*said[:_NAMED], say("editions.more", count=language.number(more))]
    markup.show(
        markup.section(say("editions.attention.title"))
        + (markup.remarks(said) if said else markup.note(say("editions.attention.nothing")))
    )


def _states(choice: Choice, rows: Sequence[DeliveryCompleteness]) -> States:
    """The state of each source and month; what only the store knows is laid over the newest edition's."""
    found = {(row.source, row.month): row.state for row in rows}
    if choice.edition.publication.number != ask.published()[-1].number or not steward.opens():
        return found
    deliveries = steward.kept()
    set_aside = {item.delivery.sha256 for item in _set_aside()}
    for (month, source), pieces in counted(deliveries).items():
        in_part = all(piece.delivery.scope == "province" for piece in pieces)
        faulty = any(piece.delivery.sha256 in set_aside for piece in pieces)
        if (in_part or faulty) and found.get((source, month)) in ("on_time", "late"):
            found[source, month] = "partial"
    for item in deliveries:
        for source in item.sources:
            if item.withdrawn and item.month and found.get((source, item.month)) == "missing":
                found[source, item.month] = "withdrawn"
    return found


def _set_aside() -> tuple[Quarantined, ...]:
    try:
        return steward.quarantine()
    except steward.Failed:
        return ()


def _due_days(choice: Choice) -> dict[str, str]:
    """The day of the next month by which each source is due."""
    try:
        days = steward.due_days()
    except steward.Failed:
        return {}
    return {
        source: choice.language.say("editions.due_day", day=choice.language.number(day))
        for source, day in days.items()
    }


def _only_wanting(choice: Choice, sources: int) -> bool:
    """Whether only sources are shown of which something is missing, late or in part."""
    options = ("all", "wanting")
    default = "wanting" if sources > _MANY_SOURCES else "all"
    address.remember("show", options, default)
    picked = st.segmented_control(
        choice.language.say("editions.completeness.show"),
        options,
        key="show",
        format_func=lambda option: choice.language.say(f"editions.show.{option}"),
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    address.write("show", picked, default)
    return picked == "wanting"


def _months(choice: Choice, months: Sequence[dt.date]) -> Sequence[dt.date]:
    """The newest months, or those of a year that is picked."""
    if len(months) <= _MONTHS:
        return months
    years = [str(year) for year in sorted({month.year for month in months}, reverse=True)]
    options = ["newest", *years]
    address.remember("year", options, options[0])
    picked = st.selectbox(
        choice.language.say("editions.completeness.months"),
        options,
        key="year",
        format_func=lambda option: choice.language.say("editions.newest") if option == "newest" else option,
        width=200,
        label_visibility="collapsed",
        persist_state="session",
    )
    address.write("year", picked, options[0])
    return months[-_MONTHS:] if picked == "newest" else [item for item in months if str(item.year) == picked]


def _mark(choice: Choice, row: DeliveryCompleteness | None, state: str) -> markup.Html:
    say = choice.language.say
    word = say(f"editions.state.{state}")
    late = ""
    if row and row.days_late:
        days = choice.language.number(row.days_late)
        word = say("editions.days_late", days=days)
        late = f'<span class="lateness" aria-hidden="true">+{days}</span>'
    again = ""
    if row and row.versions > 1:
        versions = choice.language.number(row.versions)
        word += say("editions.versions", count=versions)
        again = f'<sup class="lateness" aria-hidden="true">{versions}</sup>'
    said = f'role="img" aria-label="{escape(word)}" title="{escape(word)}"'
    return markup.Html(f'<span class="mark {state}" {said}></span>{late}{again}')
