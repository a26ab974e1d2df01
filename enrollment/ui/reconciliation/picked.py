"""Which roster is looked at, and what is known of it: from the edition, or from a newer kept result."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from enrollment import answers, findings
from enrollment.answers import ReconciliationByMonth
from enrollment.figures.style import part_colours
from enrollment.findings import Arrival
from enrollment.months import add_months, month_text, parse_month
from enrollment.names import names
from enrollment.reconciliation import tables
from enrollment.reconciliation.result import PROGRAMMES, Result
from enrollment.ui import address, ask, card, markup, reconciling, steward
from enrollment.ui.frame import Choice
from enrollment.ui.steward import Failed

_KEY = "roster"

Kept = Mapping[tuple[str, dt.date], Result]
"""Kept results by source and month."""


@dataclass(frozen=True)
class Picked:
    """One source and month, and the rosters of that source up to it, oldest first.

    `result` is the kept result that is shown, for the steward alone; `in_edition` says whether the edition
    that is open knows it already.
    """

    choice: Choice
    source: str
    source_name: str
    month: dt.date
    rows: tuple[ReconciliationByMonth, ...]
    colour: str
    arrival: Arrival
    result: Result | None = None
    in_edition: bool = True

    @property
    def row(self) -> ReconciliationByMonth | None:
        """What is known of this month's roster."""
        return self.rows[-1] if self.rows and self.rows[-1].month == self.month else None

    @property
    def before(self) -> ReconciliationByMonth | None:
        """What is known of the roster of the month before."""
        month = add_months(self.month, -1)
        return next((row for row in self.rows if row.month == month), None)

    @property
    def drawn(self) -> dict[str, Any]:
        """What all of the page's figures are shown with."""
        return {
            "question": "reconciliation_by_month",
            "params": self.params,
            "source": self.origin,
            "colour": self.colour,
        }

    @property
    def params(self) -> dict[str, object]:
        """The parameters of the question; what the edition does not hold is named beside them."""
        asked: dict[str, object] = {"as_of": self.month, "source": (self.source,)}
        if self.row is not None and not self.in_edition:
            asked["reconciliation"] = self.row.name
        return asked

    @property
    def origin(self) -> str:
        """The line under each of the page's figures."""
        if self.in_edition:
            return card.source_line(self.choice)
        language = self.choice.language
        parts = [
            language.say("frame.as_of", day=language.short_day(self.month)),
            language.say("reconciliation.not_published"),
        ]
        if self.row is not None and self.row.simulated:
            parts.append(language.say("format.simulated"))
        return " · ".join(parts)


def row_of(result: Result) -> ReconciliationByMonth:
    """A result in the form in which editions know it."""
    programmes: dict[str, Any] = {
        f"{programme.lower()}_{state}": result.programmes.get(programme, {}).get(state)
        for programme in PROGRAMMES
        for state in ("active", "lapsed", "never")
    }
    return ReconciliationByMonth(
        month=result.month, source=result.source, **tables.counts(result), **programmes
    )


def pick(choice: Choice) -> Picked:
    """The picker of the roster, kept in the address."""
    language = choice.language
    known = ask.ask(answers.reconciliation_by_month, choice.edition, as_of=choice.as_of)
    kept = _kept(choice)
    named = source_names(choice)
    beyond = {f"{source}.{month_text(month)}": (source, month) for source, month in _beyond(choice, kept)}
    sources = _sources(choice, known, kept)
    options = [*sources, *beyond]
    with_roster = {row.source for row in known if row.month == choice.as_of}
    with_roster |= {source for source, month in kept if month == choice.as_of}
    default = next((source for source in sources if source in with_roster), options[0])
    address.remember(_KEY, options, default)

    def said(option: str) -> str:
        source, month = beyond.get(option, (option, choice.as_of))
        return language.say(
            "reconciliation.roster_option", source=named.get(source, source), month=language.month(month)
        )

    option: str = st.selectbox(
        language.say("reconciliation.roster"),
        options,
        key=_KEY,
        format_func=said,
        width=330,
        persist_state="session",
    )
    address.write(_KEY, option, default)
    source, month = beyond.get(option, (option, choice.as_of))
    return _picked(choice, source, month, known, kept)


def _picked(
    choice: Choice,
    source: str,
    month: dt.date,
    known: Sequence[ReconciliationByMonth],
    kept: Kept,
) -> Picked:
    of_edition = {row.month: row for row in known if row.source == source}
    of_store = {
        other: row_of(result) for (of, other), result in kept.items() if of == source and other <= month
    }
    rows = of_edition | of_store
    result = kept.get((source, month))
    row = rows.get(month)
    in_edition = row is None or (month in of_edition and of_edition[month].name == row.name)
    came = result.at if result else row.reconciled_at if row else None
    all_sources = list(names(choice.edition, "source", choice.language))
    return Picked(
        choice,
        source,
        source_names(choice).get(source, source),
        month,
        ask.Rows(rows[other] for other in sorted(rows)),
        part_colours([source], all_sources)[source],
        findings.arrival(came, month, _due_day(source), choice.edition.publication.known_on),
        result,
        in_edition,
    )


def _kept(choice: Choice) -> Kept:
    """The newest kept results; an earlier edition stands for itself alone."""
    if choice.edition.publication.number != ask.published()[-1].number:
        return {}
    try:
        return reconciling.results()
    except Failed as failed:
        st.warning(markup.inert(failed.sentence(choice.language)))
        return {}


def _beyond(choice: Choice, kept: Kept) -> list[tuple[str, dt.date]]:
    """Rosters of months that the edition does not know, newest first."""
    months = {row.month for row in ask.ask(answers.known_months, choice.edition)}
    found = [about for about in kept if about[1] not in months]
    return sorted(found, key=lambda about: (-about[1].toordinal(), about[0]))


def _sources(
    choice: Choice,
    known: Sequence[ReconciliationByMonth],
    kept: Kept,
) -> list[str]:
    """The sources that promised people or sent a roster, in the order in which lists show them; else all."""
    listed = [source for source in names(choice.edition, "source", choice.language) if source]
    promised = ask.ask(answers.commitment_by_source, choice.edition, as_of=choice.as_of)
    wanted = {row.source for row in promised} | {row.source for row in known} | {source for source, _ in kept}
    found = [source for source in listed if source in wanted] + sorted(wanted - set(listed))
    return found or listed


def source_names(choice: Choice) -> dict[str, str]:
    """Names of sources by code: of those that are members, and of those that only promised people so far."""
    promised = ask.ask(answers.commitment_by_source, choice.edition, as_of=choice.as_of)
    found = {row.source: choice.language.pick(row.name, row.name_en) for row in promised}
    members = names(choice.edition, "source", choice.language)
    return found | {source: members[source] for source in members if source}


def _due_day(source: str) -> int | None:
    try:
        return steward.due_days().get(source)
    except Failed:
        return None


def show_next(choice: Choice, result: Result) -> None:
    """Let the run that follows show the roster of a result."""
    months = {row.month for row in ask.ask(answers.known_months, choice.edition)}
    text = month_text(result.month)
    beyond = parse_month(text) not in months
    st.query_params[_KEY] = f"{result.source}.{text}" if beyond else result.source
    st.session_state.pop(_KEY, None)
    if not beyond:
        st.query_params["month"] = text
        st.session_state.pop("month", None)
