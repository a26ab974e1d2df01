"""The scenario: what new commitments would change, by four choices that the address keeps.

The commitments that are registered and not yet active are always part of it; the sliders add one more.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from enrollment import findings, outlook, pledges
from enrollment.answers import CommitmentLadder
from enrollment.figures.description import Column, Table
from enrollment.language import Language
from enrollment.months import add_months, month_text, months_between, months_until, parse_month
from enrollment.outlook import Ahead, Outlook, Supposed
from enrollment.scenario import CLOSED_ENOUGH, DELAY, Pledge, Realisation, partners_needed
from enrollment.ui import address, card, markup, menu
from enrollment.ui.frame import Choice

_PEOPLE = (
    *range(0, 100_000, 25_000),
    *range(100_000, 1_000_000, 100_000),
    *range(1_000_000, 5_000_001, 250_000),
)
_STEP = 5
_SHARES = tuple(str(percent) for percent in range(0, 101, _STEP))


@dataclass(frozen=True)
class Assumed:
    """What is assumed on top of an outlook, registered commitments and that of the sliders, and its outcome.

    `like` is a partner whose size says how many it would take.
    """

    registered: tuple[Pledge, ...]
    new: Pledge
    like: Pledge | None
    outcome: Supposed

    @property
    def path(self) -> tuple[Ahead, ...]:
        """The scenario's path; empty where nothing is assumed."""
        return self.outcome.path if self.outcome.scenario.pledges else ()

    def probability(self, months: float, target: float) -> float | None:
        """How likely a figure is to be reached; None where nothing is assumed."""
        scenario = self.outcome.scenario
        return scenario.probability(months, target) if scenario.pledges else None


@lru_cache(maxsize=256)
def supposed(stand: Outlook, chosen: tuple[Pledge, ...]) -> Supposed:
    """An outlook that leads somewhere with pledges on top, once for all visitors who suppose the same."""
    return outlook.supposed(stand, chosen)


def pick(choice: Choice, stand: Outlook, ladder: Sequence[CommitmentLadder]) -> Assumed | None:
    """The sliders, and what they change; None where there is no forecast to assume on top of."""
    say = choice.language.say
    with st.container(key="card_scenario", gap="small"):
        if not stand.path:
            markup.show(markup.section(say("outlook.scenario.title"), say("outlook.no_scenario")))
            return None
        markup.show(markup.section(say("outlook.scenario.title"), say("outlook.scenario.subtitle")))
        registered = tuple(row.pledge for row in pledges.registered(ladder, choice.as_of, stand.turnover))
        new = _sliders(choice, stand, ladder)
        outcome = supposed(stand, (*registered, new) if new.people else registered)
        _table(choice, stand, outcome)
    like = new if new.people else pledges.average(ladder, choice.as_of, stand.turnover)
    return Assumed(registered, new, like, outcome)


def _sliders(choice: Choice, stand: Outlook, ladder: Sequence[CommitmentLadder]) -> Pledge:
    """One commitment more: how many people, which share comes, which share is new, from which month on."""
    language = choice.language
    say = language.say
    usual = pledges.expected_of_new(ladder, choice.as_of)
    mean = pledges.average(ladder, choice.as_of)
    known = [share for row in ladder if (share := pledges.additional(row)) is not None]
    people = _slider(language, "pledged", [str(number) for number in _PEOPLE], "0", _count(language))
    ended = pledges.closed(ladder, choice.as_of)
    realised = _slider(language, "realised", _SHARES, _nearest(usual.mean), _percent(language))
    markup.show(markup.note(findings.realisation_note(ended, CLOSED_ENOUGH, language)))
    new = mean.additional if mean else pledges.ADDITIONAL
    additional = _slider(language, "additional", _SHARES, _nearest(new), _percent(language))
    markup.show(
        markup.note(
            say("outlook.scenario.additional_known", share=language.percent(new))
            if known
            else say("outlook.scenario.additional_assumed")
        )
    )
    return Pledge(
        people=int(people),
        month=months_until(choice.as_of, _joining(choice, stand)),
        realisation=Realisation(int(realised) / 100, usual.closeness),
        additional=int(additional) / 100,
        retained=stand.turnover.retained() if stand.turnover else 1.0,
    )


def _joining(choice: Choice, stand: Outlook) -> dt.date:
    """The month in which the new people come, one of those up to the due date."""
    language = choice.language
    say = language.say
    first = add_months(choice.as_of, 1)
    months = [month_text(month) for month in months_between(first, max(stand.due, first))]
    if len(months) > 1:
        picked = _slider(
            language, "joining", months, months[0], lambda month: language.month(parse_month(month))
        )
    else:
        picked = months[0]
        markup.show(markup.note(say("outlook.scenario.one_month_left", month=language.month(first))))
    shares = ", ".join(language.number(share * 100) for share in DELAY[:-1])
    last = language.percent(DELAY[-1])
    said = say("outlook.scenario.arriving", shares=f"{shares}, {last}")
    if stand.turnover:
        said += f"; {say('outlook.scenario.staying', share=language.percent(stand.turnover.retained(), 1))}"
    markup.show(markup.note(said))
    return parse_month(picked)


def _slider(
    language: Language, name: str, options: Sequence[str], default: str, said: Callable[[str], str]
) -> str:
    address.remember(name, options, default)
    picked: str = st.select_slider(
        language.say(f"outlook.scenario.{name}"),
        options,
        key=name,
        format_func=said,
        persist_state="session",
    )
    address.write(name, picked, default)
    return picked


def _count(language: Language) -> Callable[[str], str]:
    return lambda text: language.number(int(text))


def _percent(language: Language) -> Callable[[str], str]:
    return lambda text: language.percent(int(text) / 100)


def _nearest(share: float) -> str:
    """The step of a slider nearest to a share."""
    return str(round(share * 100 / _STEP) * _STEP)


def _table(choice: Choice, stand: Outlook, found: Supposed) -> None:
    """Baseline, scenario and their difference on the due date."""
    language = choice.language
    say = language.say
    rows = findings.scenario_rows(stand, found, language)
    columns = (
        Column(language.short_day(stand.due), "left"),
        Column(say("outlook.column.baseline")),
        Column(say("outlook.column.assumed")),
        Column(say("outlook.column.difference")),
    )
    markup.show(markup.table(columns, [(*row[:3], markup.strong(row[3])) for row in rows]))
    pairs = (
        ("median", stand.path[-1].median, found.path[-1].median),
        ("low80", stand.path[-1].low80, found.path[-1].low80),
        ("high80", stand.path[-1].high80, found.path[-1].high80),
        ("probability", stand.probability or 0, found.probability),
    )
    held = Table(
        columns,
        rows,
        ("measure", "baseline", "scenario", "difference"),
        tuple((name, before, after, after - before) for name, before, after in pairs),
    )
    asked = {"since": None, "as_of": choice.as_of}
    menu.show(choice, menu.Subject("scenario", "active_by_month", asked, held), card.source_line(choice))


def remarks(choice: Choice, stand: Outlook, assumed: Assumed) -> None:
    """People pledged and expected, what is registered already, and how many partners it would take."""
    language, new, like = choice.language, assumed.new, assumed.like
    alone, registered = supposed(stand, (new,)), supposed(stand, assumed.registered)
    left = round(sum(pledge.people for pledge in assumed.registered))
    said = [language.say("outlook.scenario.none")]
    if assumed.path:
        said = [
            findings.pledged_remark(int(new.people), alone.added, stand.due, language),
            findings.registered_remark(left, stand, registered, language),
        ]
    if like:
        count = partners_needed(stand.shortfall or 0, like)
        said.append(findings.partners_remark(stand, like.people, count, language))
    markup.show(markup.remarks(said))
