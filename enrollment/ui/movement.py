"""What the Movement page shows beside its charts: pickers, heading, and the rates of every source."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

from enrollment import answers, findings, rates
from enrollment.answers import MovementByMonth, PeopleKnownSince, RetentionByJoiningMonth
from enrollment.figures.description import Column, Table
from enrollment.figures.retention_by_joining_month import retention_by_joining_month
from enrollment.names import names
from enrollment.query import NotRecorded
from enrollment.rates import PartRates, Rate
from enrollment.ui import ask, card, filters, markup, menu, span
from enrollment.ui.filters import Narrowed
from enrollment.ui.frame import Choice
from enrollment.ui.span import Span

_RETURNING = 3
"""Who comes back is measured against those who lapsed in so many months before."""
_COHORTS = ("source", "segment", "province")


@dataclass(frozen=True)
class Stretch:
    """The months of a span, and of which people."""

    choice: Choice
    span: Span
    narrowed: Narrowed

    @cached_property
    def params(self) -> dict[str, Any]:
        """The parameters of the question about movement."""
        return {"as_of": self.span.as_of, **self.narrowed.params()}

    @cached_property
    def months(self) -> tuple[MovementByMonth, ...]:
        """All months up to the last one."""
        return ask.ask(answers.movement_by_month, self.choice.edition, **self.params)

    @cached_property
    def within(self) -> tuple[MovementByMonth, ...]:
        """The months whose flows lead from the start of the span to its end."""
        return tuple(row for row in self.months if row.month > self.span.since)

    @property
    def joined(self) -> dict[str, Any]:
        """Of these filters, those by which people's joining is known."""
        known = self.narrowed.params()
        return {"as_of": self.span.as_of, **{name: known[name] for name in _COHORTS if name in known}}

    @property
    def beyond_joining(self) -> bool:
        """Whether people are filtered by something that is not known of their joining."""
        return bool(set(self.narrowed.params()) - set(_COHORTS))


def pick(choice: Choice) -> Stretch:
    """The pickers, kept in the address."""
    with st.container(key="cut", horizontal=True, vertical_alignment="bottom", gap="small"):
        chosen = span.pick(choice, 165 if choice.narrow else 240)
    return Stretch(choice, chosen, filters.narrowed(choice))


def heading(stretch: Stretch) -> None:
    """The finding, what the goal needs of it, and how movement is counted."""
    choice, language = stretch.choice, stretch.choice.language
    (progress,) = ask.ask(answers.goal_progress, choice.edition, as_of=stretch.span.as_of, goal=choice.goal)
    said = [
        findings.movement_detail(stretch.within, progress, not stretch.narrowed, language),
        span.remark(choice, stretch.span),
    ]
    markup.show(
        markup.heading(
            findings.movement_title(stretch.within, stretch.span.since, stretch.span.as_of, language),
            " ".join(filter(None, said)),
        )
        + markup.folded(language.say("movement.how"), markup.note(language.say("movement.how_text")))
    )


def stayed(stretch: Stretch) -> None:
    """Who joined when and is still there; where people are not known one by one it says so."""
    choice, language = stretch.choice, stretch.choice.language
    rows: tuple[RetentionByJoiningMonth, ...] = ()
    known: tuple[PeopleKnownSince, ...] = ()
    try:
        if not stretch.beyond_joining:
            rows = ask.ask(answers.retention_by_joining_month, choice.edition, **stretch.joined)
        known = ask.ask(answers.people_known_since, choice.edition, as_of=stretch.span.as_of)
    except NotRecorded:
        markup.show(markup.section(language.say("movement.stayed"), language.say("movement.not_recorded")))
        return
    if not rows:
        since = known[0].since if known else None
        why = findings.retention_unknown(since, language)
        if stretch.beyond_joining and since:
            why = language.say("movement.not_of_joining")
        markup.show(markup.section(language.say("movement.stayed"), why))
        return
    card.show(choice, retention_by_joining_month, params=stretch.joined, rows=rows)
    if known and known[0].since:
        markup.show(markup.note(findings.people_known(known[0], language)))


def by_source(stretch: Stretch) -> None:
    """Who leaves and who comes back, source by source, with the doubt of small groups."""
    choice, language, edition = stretch.choice, stretch.choice.language, stretch.choice.edition
    say = language.say
    asked = {"dimension": "source", "since": stretch.span.since, **stretch.params}
    rows = ask.ask(answers.breakdown, edition, **asked)
    earlier = asked | {"since": stretch.span.before_start(_RETURNING), "as_of": stretch.span.since}
    before = ask.ask(answers.breakdown, edition, **earlier)
    months = max(stretch.span.months, 1)
    found = rates.of_parts(rows, before, months)
    whole = rates.of_all(rows, before, months)
    part_names = names(edition, "source", language)
    columns = tuple(
        Column(say(f"movement.column.{name}"), "left" if name == "source" else "right")
        for name in ("source", "opening", "lapsed", "lapse_rate", "reactivated", "return_rate", "new", "net")
    )

    def count(number: int | None, signed: bool = False) -> str:
        if number is None:
            return "–"
        return language.signed(number) if signed else language.number(number)

    def line(name: str, row: PartRates) -> tuple[str, ...]:
        return (
            name,
            count(row.opening),
            count(row.lapsed),
            _rate(choice, row.lapse),
            count(row.reactivated),
            _rate(choice, row.reactivation),
            count(row.new),
            count(row.net, signed=True),
        )

    texts = tuple(line(part_names[row.part], row) for row in found)
    dates = {"since": language.month(stretch.span.since), "as_of": language.month(stretch.span.as_of)}
    subtitle = f"{say('movement.rates_subtitle', **dates)} {say('movement.rates_stock')}"
    markup.show(
        markup.section(say("movement.title_rates"), subtitle)
        + markup.table(columns, texts, total=line(say("movement.total"), whole))
        + markup.note(card.source_line(choice))
    )
    fields = tuple(PartRates.__dataclass_fields__)
    machine = tuple(tuple(_plain(getattr(row, name)) for name in fields) for row in found)
    held = Table(columns, texts, fields, machine)
    menu.show(choice, menu.Subject("rates", "breakdown", asked, held), card.source_line(choice))


def _rate(choice: Choice, rate: Rate | None) -> str:
    """A rate with its interval; a mark where the group is too small to rely on."""
    if rate is None:
        return "–"
    percent = choice.language.percent
    if rate.low is None or rate.high is None:
        # More came back than lapsed in those months: they had lapsed before.
        return f"> {percent(1)}"
    interval = f"({percent(rate.low, 1)}–{percent(rate.high, 1)})"
    return f"{'~ ' if rate.small else ''}{percent(rate.value, 2)} {interval}"


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Rate) else value


def shown_months(stretch: Stretch, most: int) -> Sequence[MovementByMonth]:
    """The last months up to the end of the span, the first known one left out: nothing led to it."""
    return tuple(row for row in stretch.months if row.opening is not None)[-most:]
