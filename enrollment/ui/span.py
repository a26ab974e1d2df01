"""From when to when: the month that changes count from, and the edition that says what was known of it."""

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from enrollment import answers
from enrollment.edition import Edition, EditionDamaged, UnknownEdition
from enrollment.months import add_months, month_text, months_between, parse_month
from enrollment.ui import address, ask
from enrollment.ui.frame import Choice

_YEAR, _BASELINE = "year", "baseline"
_THIS = ""
"""The start of the span as the edition that is shown knows it."""


@dataclass(frozen=True)
class Span:
    """Two month ends. `start` is another edition, where the first of them is to be as that one knew it."""

    since: dt.date
    as_of: dt.date
    named: str = ""
    start: Edition | None = None

    @property
    def months(self) -> int:
        """How many months flows are summed over."""
        return max(len(months_between(self.since, self.as_of)) - 1, 0)

    def before_start(self, months: int) -> dt.date:
        """A month end so many months before the start of the span."""
        return add_months(self.since, -months)

    def back(self, months: int) -> dt.date:
        """A month end so many months before the end of the span."""
        return add_months(self.as_of, -months)


def pick(choice: Choice, width: int, *, editions: bool = False) -> Span:
    """The pickers of the start; with `editions` also of the edition that knew it."""
    language = choice.language
    known = _known(choice, choice.edition)
    named = _named(choice, known)
    start = _edition(choice, width) if editions else None
    if start is not None:
        # Who did not know a month did not say that nobody was active in it.
        both = [month for month in _known(choice, start) if month in known]
        known, start = (both, start) if both else (known, None)
        named = {name: month for name, month in named.items() if month in known}
    before = [month for month in known if month < choice.as_of or start is not None]
    options = [month_text(month) for month in reversed(before)] or [month_text(add_months(choice.as_of, -1))]
    options += named
    default = options[0]
    address.remember("since", options, default)

    def said(option: str) -> str:
        if option in named:
            return language.say(f"span.{option}", month=language.month(named[option]))
        return language.month(parse_month(option))

    picked: str = st.selectbox(
        language.say("span.since"),
        options,
        key="since",
        format_func=said,
        width=width,
        persist_state="session",
    )
    address.write("since", picked, default)
    since = named[picked] if picked in named else parse_month(picked)
    return Span(since, choice.as_of, picked if picked in named else "", start)


def remark(choice: Choice, span: Span) -> str:
    """What has to be said of the start: that the baseline has no parts, that another edition knew it."""
    language = choice.language
    said = []
    if span.named == _BASELINE:
        goal = _goal(choice)
        said.append(
            language.say(
                "span.baseline_remark",
                baseline=language.people(goal.baseline or 0, 2),
                day=language.day(goal.baseline_date or span.since),
                month=language.month(span.since),
            )
        )
    if span.start is not None:
        said.append(
            language.say(
                "span.edition_remark",
                month=language.month(span.since),
                edition=span.start.short,
                day=language.day(span.start.publication.known_on),
            )
        )
    return " ".join(said)


def _known(choice: Choice, edition: Edition) -> list[dt.date]:
    """The months up to the one that is shown of which an edition knows something."""
    return [row.month for row in ask.ask(answers.known_months, edition) if row.month <= choice.as_of]


def _goal(choice: Choice) -> answers.PublishedGoals:
    goals: tuple[answers.PublishedGoals, ...] = ask.ask(answers.published_goals, choice.edition)
    return next(row for row in goals if row.goal == choice.goal)


def _named(choice: Choice, known: list[dt.date]) -> dict[str, dt.date]:
    """The starts that have a name: the same month a year earlier, and the month end before the baseline."""
    found = {}
    year_ago = add_months(choice.as_of, -12)
    if year_ago in known:
        found[_YEAR] = year_ago
    day = _goal(choice).baseline_date
    before = [month for month in known if day and month <= day and month < choice.as_of]
    if before:
        found[_BASELINE] = before[-1]
    return found


def _edition(choice: Choice, width: int) -> Edition | None:
    """The edition that says what the start was; None for the one that is shown."""
    language = choice.language
    published = {item.short: item for item in reversed(ask.published()) if item.short != choice.edition.short}
    options = [_THIS, *published]
    address.remember("start", options, _THIS)

    def said(option: str) -> str:
        if option == _THIS:
            return language.say("span.this_edition")
        day = language.short_day(published[option].known_on)
        return language.say("span.edition", edition=option, day=day)

    picked: str = st.selectbox(
        language.say("span.start"),
        options,
        key="start",
        format_func=said,
        width=width,
        persist_state="session",
    )
    address.write("start", picked, _THIS)
    if picked == _THIS:
        return None
    try:
        return ask.opened(picked)
    except (UnknownEdition, EditionDamaged):
        return None
