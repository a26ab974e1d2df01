"""What the Breakdown page shows beside its charts: pickers, heading, and the table of every measure."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from enrollment import answers, findings
from enrollment.answers import Breakdown
from enrollment.figures.description import Column, Table
from enrollment.figures.measures import MEASURES, OVERLAPPING, Measure
from enrollment.months import add_months, month_text, parse_month
from enrollment.ui import address, ask, card, markup
from enrollment.ui.frame import Choice
from enrollment.ui.names import names

_FILTERS = ("source", "segment", "province")
_FLOWS = (
    "opening",
    "new",
    "reactivated",
    "moved_in",
    "lapsed",
    "moved_out",
    "correction",
    "closing",
    "net_change",
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What is broken down: one dimension, one measure, a span of months, and filters (None for all)."""

    dimension: str
    measure: Measure
    since: dt.date
    as_of: dt.date
    sources: tuple[str, ...] | None
    segments: tuple[str, ...] | None
    provinces: tuple[str, ...] | None

    @property
    def filters(self) -> dict[str, tuple[str, ...] | None]:
        return {"sources": self.sources, "segments": self.segments, "provinces": self.provinces}

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of the question."""
        return {"dimension": self.dimension, "since": self.since, "as_of": self.as_of, **self.filters}


def pick(choice: Choice) -> Cut:
    """The pickers, kept in the address."""
    say = choice.language.say
    width = 165 if choice.narrow else 210
    with st.container(key="cut", horizontal=True, vertical_alignment="bottom", gap="small"):
        dimension = _picker(
            "by",
            answers.DIMENSIONS,
            say("breakdown.by"),
            {key: say(f"parts.dimension.{key}") for key in answers.DIMENSIONS},
            width,
        )
        measure = _picker(
            "measure",
            MEASURES,
            say("breakdown.measure"),
            {key: say(f"breakdown.measures.{key}") for key in MEASURES},
            width,
        )
        since = _since(choice, width)
    with st.container(key="filters", horizontal=True, gap="small"):
        picked = {dimension_: _filter(choice, dimension_) for dimension_ in _FILTERS}
    return Cut(
        dimension,
        cast(Measure, measure),
        since,
        choice.as_of,
        picked["source"],
        picked["segment"],
        picked["province"],
    )


def heading(choice: Choice, cut: Cut, rows: Sequence[Breakdown]) -> None:
    """The finding, and what of the whole the filters leave."""
    language = choice.language
    title = findings.breakdown_title(
        rows,
        cut.measure,
        cut.dimension,
        names(choice.edition, cut.dimension, language),
        cut.since,
        cut.as_of,
        language,
    )
    whole = _closing(
        ask.ask(answers.breakdown, choice.edition, dimension="segment", since=cut.since, as_of=cut.as_of)
    )
    shown = _closing(ask.ask(answers.breakdown, choice.edition, **{**cut.params, "dimension": "segment"}))
    key = "breakdown.filtered" if any(cut.filters.values()) else "breakdown.unfiltered"
    detail = language.say(
        key, shown=language.people(shown, 2), whole=language.people(whole, 2), month=language.month(cut.as_of)
    )
    markup.show(markup.heading(title, detail))


def table(choice: Choice, cut: Cut, rows: Sequence[Breakdown]) -> None:
    """Every measure of every part; the columns add up, except where a person is in several parts."""
    language = choice.language
    say = language.say
    part_names = names(choice.edition, cut.dimension, language)
    overlapping = cut.dimension in OVERLAPPING
    columns = (
        Column(say(f"parts.dimension.{cut.dimension}"), "left"),
        *(Column(say(f"breakdown.column.{name}")) for name in _FLOWS),
    )
    texts = tuple(
        (part_names[row.part], *(_text(choice, getattr(row, name)) for name in _FLOWS)) for row in rows
    )
    total = (
        None
        if overlapping
        else (say("breakdown.total"), *(_text(choice, _sum(rows, name)) for name in _FLOWS))
    )
    subtitle = "breakdown.table.overlap" if overlapping else "breakdown.table.adds"
    markup.show(
        markup.section(
            say("breakdown.table.title", since=language.month(cut.since), as_of=language.month(cut.as_of)),
            say(subtitle),
        )
        + markup.table(columns, texts, total=total)
        + markup.note(card.source_line(choice))
    )
    fields = list(Breakdown.__dataclass_fields__)
    machine = tuple(tuple(getattr(row, name) for name in fields) for row in rows)
    card.downloads(
        choice, "breakdown", Table(columns, texts, tuple(fields), machine), cut.params, key="every_measure"
    )


def _closing(rows: Sequence[Breakdown]) -> int:
    return sum(row.closing for row in rows)


def _sum(rows: Sequence[Breakdown], name: str) -> int | None:
    """The sum of what is known; not known where no part is."""
    known = [value for row in rows if (value := getattr(row, name)) is not None]
    return sum(known) if known else None


def _text(choice: Choice, value: int | None) -> str:
    return "–" if value is None else choice.language.number(value)


def _picker(name: str, options: Sequence[str], label: str, words: dict[str, str], width: int) -> str:
    address.remember(name, options, options[0])
    picked: str = st.selectbox(
        label,
        options,
        key=name,
        format_func=lambda option: words[option],
        width=width,
        persist_state="session",
    )
    address.write(name, picked, options[0])
    return picked


def _since(choice: Choice, width: int) -> dt.date:
    """The month from which flows and changes are counted; the month before unless chosen."""
    months = [
        month_text(row.month)
        for row in ask.ask(answers.known_months, choice.edition)
        if row.month < choice.as_of
    ]
    before = month_text(add_months(choice.as_of, -1))
    options = list(reversed(months)) or [before]
    address.remember("since", options, options[0])
    picked: str = st.selectbox(
        choice.language.say("breakdown.since"),
        options,
        key="since",
        format_func=lambda month: choice.language.month(parse_month(month)),
        width=width,
        persist_state="session",
    )
    address.write("since", picked, options[0])
    return parse_month(picked)


def _filter(choice: Choice, dimension: str) -> tuple[str, ...] | None:
    part_names = names(choice.edition, dimension, choice.language)
    options = [part for part in part_names if part is not None]
    address.remember_many(dimension, options)
    picked = st.multiselect(
        choice.language.say(f"parts.dimension.{dimension}"),
        options,
        key=dimension,
        format_func=lambda part: part_names[part],
        placeholder=choice.language.say(f"breakdown.all.{dimension}"),
        width="stretch" if choice.narrow else 330,
        persist_state="session",
    )
    address.write(dimension, picked)
    return tuple(picked) or None
