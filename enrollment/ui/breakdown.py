"""What the Breakdown page shows beside its charts: pickers, heading, and the table of every measure."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, cast

import streamlit as st

from enrollment import answers, decomposition, findings
from enrollment.answers import Breakdown
from enrollment.decomposition import Contribution
from enrollment.edition import Edition
from enrollment.figures.description import Column, Table
from enrollment.language import Language
from enrollment.measures import FLOWS, MEASURES, OVERLAPPING, SHARES, Measure, Wholes
from enrollment.names import Names, names
from enrollment.ui import address, ask, card, exporting, filters, markup, menu, span
from enrollment.ui.filters import Narrowed
from enrollment.ui.frame import Choice
from enrollment.ui.span import Span

NOWHERE = ""
"""No second dimension."""
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
_NO_FLOWS: dict[str, Any] = dict.fromkeys(
    (
        *("new", "reactivated", "moved_in", "reclassified_in"),
        *("lapsed", "moved_out", "reclassified_out", "correction", "flows_unknown"),
    )
)
# Only sources make promises, and eligible workers are known by province.
_ONLY_FOR = {"achievement": "source", "coverage": "province"}


@dataclass(frozen=True)
class Cut:
    """What is broken down: a dimension or two, a measure, a span of months, and who is meant."""

    choice: Choice
    dimension: str
    across: str
    measure: Measure
    span: Span
    narrowed: Narrowed

    def asked(self, dimension: str, *, beside: Sequence[str] | None = None) -> dict[str, Any]:
        """The parameters of a breakdown by a dimension.

        Parts of the dimensions `beside` stay beside the picked ones; without it those of its own do.
        """
        return {
            "dimension": dimension,
            "since": self.span.since,
            "as_of": self.span.as_of,
            **self.narrowed.params(beside=(dimension,) if beside is None else beside),
        }

    def rows(self, dimension: str, *, beside: Sequence[str] | None = None) -> tuple[Breakdown, ...]:
        """The parts of a dimension; changes count from the start as the edition of the start knew it."""
        found = ask.ask(answers.breakdown, self.choice.edition, **self.asked(dimension, beside=beside))
        stated = self.stated(dimension, beside=beside)
        if stated is None:
            return found
        before = {row.part: row.closing for row in stated}
        here = {row.part for row in found}
        # A part that only the other edition knew has lost everybody; of its flows nothing is known.
        gone = [replace(row, **_NO_FLOWS, closing=0, carried=0) for row in stated if row.part not in here]
        return tuple(
            replace(row, opening=before.get(row.part, 0), net_change=row.closing - before.get(row.part, 0))
            for row in (*found, *gone)
        )

    def stated(self, dimension: str, *, beside: Sequence[str] | None = None) -> tuple[Breakdown, ...] | None:
        """The start of the span as another edition knew it; None where the start is this edition's own."""
        if self.span.start is None:
            return None
        asked = self.asked(dimension, beside=beside) | {"since": None, "as_of": self.span.since}
        return ask.ask(answers.breakdown, self.span.start, **asked)

    @cached_property
    def parts(self) -> tuple[Breakdown, ...]:
        """The parts of the page's dimension, the picked ones among the others."""
        return self.rows(self.dimension)

    @cached_property
    def shown(self) -> tuple[Breakdown, ...]:
        """The parts of the page's dimension that filters and picks leave."""
        return self.rows(self.dimension, beside=())

    @property
    def telling(self) -> str:
        """The dimension whose parts say something: another one where but one part of the own is left."""
        if self.dimension in OVERLAPPING:
            return "programmes"
        if len([row for row in self.shown if row.closing or row.opening]) > 1:
            return self.dimension
        return "source" if self.dimension == "segment" else "segment"

    def names(self, dimension: str) -> Names:
        return names(self.choice.edition, dimension, self.choice.language)

    def wholes(self, dimension: str) -> Wholes:
        """What the shares of a dimension's parts are shares of: promised people, eligible workers."""
        edition, as_of = self.choice.edition, self.span.as_of
        if self.measure == "achievement" and dimension == "source":
            promised: dict[str | None, int] = {}
            for row in ask.ask(answers.commitment_by_source, edition, as_of=as_of):
                promised[row.source] = promised.get(row.source, 0) + row.committed
            return tuple(promised.items())
        if self.measure == "coverage" and dimension == "province":
            found = ask.ask(answers.eligible_workers, edition, as_of=as_of)
            return tuple((row.province, row.eligible) for row in found if row.province)
        return ()

    def drawn(self, dimension: str) -> dict[str, Any]:
        """What a figure of a dimension's parts is told beside its rows."""
        known = _ONLY_FOR.get(self.measure, dimension) == dimension
        return {
            "measure": self.measure if known else "closing",
            "names": self.names(dimension),
            "as_of": self.span.as_of,
            "since": self.span.since,
            "wholes": self.wholes(dimension),
            "selected": self.narrowed.stands_out(dimension),
        }

    def crossed(self) -> dict[str, Any]:
        """The parameters of the question about both dimensions."""
        return self.asked(self.dimension, beside=(self.dimension, self.across)) | {"across": self.across}

    def drawn_across(self) -> dict[str, Any]:
        """What the figure of both dimensions is told beside its rows."""
        told = {name: value for name, value in self.drawn(self.dimension).items() if name != "wholes"}
        return told | {
            "dimension": self.dimension,
            "across": self.across,
            "across_names": self.names(self.across),
            "across_selected": self.narrowed.stands_out(self.across),
            "across_top": 3 if self.choice.narrow else 8,
        }


def pick(choice: Choice) -> Cut:
    """The pickers, kept in the address."""
    say = choice.language.say
    width = 165 if choice.narrow else 215
    words = {key: say(f"parts.dimension.{key}") for key in answers.DIMENSIONS}
    with st.container(key="cut", horizontal=True, vertical_alignment="bottom", gap="small"):
        dimension = _picker("by", answers.DIMENSIONS, say("breakdown.by"), words, width)
        others = [key for key in answers.DIMENSIONS if key != dimension]
        across = _picker(
            "across",
            [NOWHERE, *others],
            say("breakdown.across"),
            words | {NOWHERE: say("breakdown.nowhere")},
            width,
        )
        measure = _picker(
            "measure",
            [key for key in MEASURES if _ONLY_FOR.get(key, dimension) == dimension],
            say("breakdown.measure"),
            {key: say(f"breakdown.measures.{key}") for key in MEASURES},
            width,
        )
        chosen = span.pick(choice, width, editions=True)
    return Cut(choice, dimension, across, cast(Measure, measure), chosen, filters.narrowed(choice))


def heading(cut: Cut) -> None:
    """The finding, and what of the whole the filters leave."""
    choice, language = cut.choice, cut.choice.language
    dimension = cut.dimension if cut.dimension in OVERLAPPING or cut.measure in SHARES else cut.telling
    title = findings.breakdown_title(
        cut.rows(dimension, beside=()),
        cut.measure,
        dimension,
        cut.names(dimension),
        cut.span.since,
        cut.span.as_of,
        language,
        cut.wholes(dimension),
    )
    asked = {"dimension": "segment", "since": cut.span.since, "as_of": cut.span.as_of}
    whole = _closing(ask.ask(answers.breakdown, choice.edition, **asked))
    shown = _closing(ask.ask(answers.breakdown, choice.edition, **asked, **cut.narrowed.params()))
    detail = language.say(
        "breakdown.filtered" if cut.narrowed else "breakdown.unfiltered",
        shown=language.people(shown, 2),
        whole=language.people(whole, 2),
        month=language.month(cut.span.as_of),
    )
    remarks = [detail, span.remark(choice, cut.span)]
    if cut.measure == "coverage":
        remarks.append(
            findings.coverage(
                ask.ask(answers.eligible_workers, choice.edition, as_of=cut.span.as_of), whole, language
            )
        )
    markup.show(markup.heading(title, " ".join(filter(None, remarks))))


def decomposed(cut: Cut) -> tuple[str, dict[str, Any], tuple[Contribution, ...]]:
    """By which dimension the change is explained, the question asked for it, and what each part adds."""
    dimension = cut.telling
    params = cut.asked(dimension, beside=())
    if cut.measure in FLOWS:
        # What happened during the first month against what happened during the last.
        params |= {"since": None}
        before, after = (
            ask.ask(answers.breakdown, edition, **params | {"as_of": month})
            for edition, month in (
                (cut.span.start or cut.choice.edition, cut.span.since),
                (cut.choice.edition, cut.span.as_of),
            )
        )
        return dimension, params, decomposition.of_flow(cast(Any, cut.measure), before, after)
    found = ask.ask(answers.breakdown, cut.choice.edition, **params)
    return dimension, params, decomposition.of_stock(found, cut.stated(dimension, beside=()))


def table(cut: Cut) -> None:
    """Every measure of every part; the columns add up, except where a person is in several parts."""
    choice, say = cut.choice, cut.choice.language.say
    params = cut.asked(cut.dimension, beside=())
    rows = ask.ask(answers.breakdown, choice.edition, **params)
    overlapping = cut.dimension in OVERLAPPING
    held, total = _every_measure(rows, cut.dimension, cut.names(cut.dimension), choice.language)
    subtitle = "breakdown.table.overlap" if overlapping else "breakdown.table.adds"
    markup.show(
        markup.section(
            say(
                "breakdown.table.title",
                since=choice.language.month(cut.span.since),
                as_of=choice.language.month(cut.span.as_of),
            ),
            say(subtitle),
        )
        + markup.long_table(held.columns, held.rows, card.more(choice, held), total=total)
        + markup.note(card.source_line(choice))
    )
    menu.show(choice, menu.Subject("every_measure", "breakdown", params, held), card.source_line(choice))


@lru_cache(maxsize=128)
def _every_measure(
    rows: tuple[Breakdown, ...], dimension: str, part_names: Names, language: Language
) -> tuple[Table, tuple[str, ...] | None]:
    """The table and its line of totals; to write 600 parts takes as long as all the rest."""
    say = language.say
    columns = (
        Column(say(f"parts.dimension.{dimension}"), "left"),
        *(Column(say(f"breakdown.column.{name}")) for name in _FLOWS),
    )
    texts = tuple(
        (part_names[row.part], *(_text(language, getattr(row, name)) for name in _FLOWS)) for row in rows
    )
    fields = tuple(Breakdown.__dataclass_fields__)
    machine = tuple(tuple(getattr(row, name) for name in fields) for row in rows)
    total = (say("breakdown.total"), *(_text(language, _sum(rows, name)) for name in _FLOWS))
    return Table(columns, texts, fields, machine), None if dimension in OVERLAPPING else total


def over_time(cut: Cut) -> dict[str, Any]:
    """The parameters of the question about the months."""
    return {name: value for name, value in cut.asked(cut.dimension).items() if name != "since"}


def cube(choice: Choice) -> None:
    """Everything that the edition counts, in one file, for who wants to reckon elsewhere."""
    exporting.button(
        choice.language.say("menu.cube"),
        lambda: _cube(choice.edition),
        file_name=f"cakupan-{choice.edition.short}.parquet",
        mime="application/octet-stream",
        key="cube",
        details={"edition": choice.edition.short},
    )


def _cube(edition: Edition) -> bytes:
    target = io.BytesIO()
    edition.write_cube(target)
    return target.getvalue()


def _closing(rows: Sequence[Breakdown]) -> int:
    return sum(row.closing for row in rows)


def _sum(rows: Sequence[Breakdown], name: str) -> int | None:
    """The sum of what is known; not known where no part is."""
    known = [value for row in rows if (value := getattr(row, name)) is not None]
    return sum(known) if known else None


def _text(language: Language, value: int | None) -> str:
    return "–" if value is None else language.number(value)


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
