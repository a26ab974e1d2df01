"""Findings of the Outlook page: where a month leads, how likely the goal is, what pledges would change."""

import datetime as dt
from collections.abc import Sequence

from enrollment.forecast import FEW
from enrollment.language import Language
from enrollment.outlook import Basis, Outlook, Scored, Supposed
from enrollment.pace import LIKELY, RECENT

_SEASONAL_MONTHS = 24
_CHANGED = 0.00005
"""A probability that moves by less than this moves by no hundredth of a point."""


def outlook_title(outlook: Outlook, language: Language) -> str:
    """What is most likely by the due date and how likely the goal is; every case has its sentence."""
    values = {
        "active": language.people(outlook.active),
        "target": language.stated(outlook.target),
        "gap": language.people(abs(outlook.target - outlook.active)),
        "due": _when(outlook, language),
        "as_of": language.day(outlook.as_of),
    }
    if end := outlook.at_due:
        values["median"] = language.people(end.median)
        values["chance"] = language.chance(outlook.probability or 0)
    return language.say(f"outlook.title.{_case(outlook)}", **values)


def outlook_detail(outlook: Outlook, language: Language) -> str:
    """The line under the title: the range, what makes the goal likely, what was added lately."""
    say = language.say
    if outlook.reason == "past":
        return say("outlook.detail.past", due=language.day(outlook.due))
    if not outlook.at_due:
        needed = outlook.needed_per_month
        if needed is None:
            return say("outlook.detail.one_month")
        return say("outlook.detail.one_month_needed", needed=language.people(needed, 2))
    end = outlook.at_due
    said = [
        say("outlook.detail.range", low=language.people(end.low80, 2), high=language.people(end.high80, 2))
    ]
    recent = language.signed_people(outlook.recent_per_month or 0, 2)
    months = outlook.basis.months if outlook.basis else 0
    span = say("progress.recent_span", months=language.number(min(RECENT, max(months - 1, 1))))
    if (outlook.probability or 0) >= LIKELY:
        said.append(say("outlook.detail.likely", recent=recent, span=span))
    else:
        likely = language.signed_people(outlook.likely_per_month or 0, 2)
        said.append(say("outlook.detail.needed", likely=likely, recent=recent, span=span))
    if months <= FEW:
        said.append(say("outlook.detail.few", months=language.number(months)))
    return " ".join(said)


def outlook_gross(outlook: Outlook, language: Language) -> str:
    """How many have to join for the needed pace, because others lapse; empty where that is not known."""
    gross, turnover = outlook.gross_per_month, outlook.turnover
    if not gross or not turnover or not outlook.needed_per_month:
        return ""
    return language.say(
        "outlook.gross",
        gross=language.people(gross, 2),
        lapse=language.percent(turnover.lapse, 1),
        active=language.people(outlook.active, 2),
        joined=language.people(turnover.joined_per_month, 2),
        span=language.say("progress.recent_span", months=language.number(turnover.months)),
    )


def outlook_basis(basis: Basis, language: Language) -> str:
    """What a forecast rests on, in a line."""
    say, number = language.say, language.number
    said = [say("outlook.basis.months", months=number(basis.months))]
    if basis.between:
        said.append(say("outlook.basis.between", months=number(basis.between)))
    if basis.events:
        said.append(say("outlook.basis.events", count=number(basis.events)))
    if basis.construction:
        said.append(say("outlook.basis.construction"))
    if basis.scheduled:
        said.append(say("outlook.basis.scheduled", count=number(basis.scheduled)))
    if basis.months < _SEASONAL_MONTHS:
        said.append(say("outlook.basis.not_yet_seasonal", months=number(_SEASONAL_MONTHS)))
    else:
        said.append(say("outlook.basis.seasonal" if basis.seasonal else "outlook.basis.not_seasonal"))
    if basis.corrected:
        said.append(say("outlook.basis.corrected", people=language.signed_people(basis.corrected)))
    if basis.widening > 1:
        said.append(say("outlook.basis.widened", times=language.times(basis.widening)))
    return " · ".join(said)


def scenario_rows(
    outlook: Outlook, supposed: Supposed, language: Language
) -> tuple[tuple[str, str, str, str], ...]:
    """Baseline, scenario and difference at the due date: median, shortfall, probability."""
    say = language.say
    end, other = outlook.path[-1], supposed.path[-1]
    moved = other.median - end.median
    probability = outlook.probability or 0
    return (
        (
            say("outlook.scenario.median"),
            language.people(end.median, 2),
            language.people(other.median, 2),
            language.signed_people(moved, 2),
        ),
        (
            say("outlook.scenario.shortfall"),
            _short(outlook.target - end.median, language),
            _short(outlook.target - other.median, language),
            language.signed_people(-moved, 2),
        ),
        (
            say("outlook.scenario.probability", target=language.stated(outlook.target)),
            language.chance(probability),
            language.chance(supposed.probability),
            points(supposed.probability - probability, language),
        ),
    )


def points(change: float, language: Language) -> str:
    """How far a probability moves, in points of a hundred."""
    if abs(change) < _CHANGED:
        return language.say("outlook.scenario.unmoved")
    return language.say("outlook.scenario.points", number=language.signed(change * 100, 2))


def pledged_remark(people: int, added: int, due: dt.date, language: Language) -> str:
    """How many are pledged, and how many of them are expected to be active and new by the due date."""
    say = language.say
    if not people:
        return say("outlook.scenario.none_new")
    return say(
        "outlook.scenario.new",
        people=language.number(people),
        added=_about(added, language),
        due=language.day(due),
    )


def registered_remark(open_people: int, outlook: Outlook, registered: Supposed, language: Language) -> str:
    """What the commitments that are registered and not yet active add, of what is missing."""
    say = language.say
    if not open_people:
        return say("outlook.scenario.none_registered")
    gap = outlook.target - outlook.active
    values = {"people": language.number(open_people), "added": _about(registered.added, language)}
    change = registered.probability - (outlook.probability or 0)
    said = say("outlook.scenario.registered", **values)
    if gap > 0:
        share = language.percent(registered.added / gap, 2)
        said = say("outlook.scenario.registered_of_gap", share=share, gap=language.people(gap, 2), **values)
    if abs(change) < _CHANGED:
        return f"{said} {say('outlook.scenario.chance_unmoved')}"
    return f"{said} {say('outlook.scenario.chance_moved', points=points(change, language))}"


def partners_remark(outlook: Outlook, size: float, count: float | None, language: Language) -> str:
    """How many partners of a size bring the median to the goal."""
    say, shortfall = language.say, outlook.shortfall or 0
    if shortfall <= 0:
        return say("outlook.scenario.partners_none")
    if count is None:
        return say("outlook.scenario.partners_never")
    return say(
        "outlook.scenario.partners",
        people=language.number(size),
        count=language.number(max(round(count), 1)),
    )


def scored_remark(scored: Scored, language: Language) -> str:
    """An official prognosis whose day has come, what came, and what the model said at that time."""
    told, came = scored.prognosis, scored.came
    said = language.say(
        "outlook.record.prognosis",
        stated=language.short_day(told.stated_on),
        due=language.short_day(told.due),
        value=language.people(told.value, 2),
        came=language.people(came, 2),
        error=language.signed_people(told.value - came, 2),
    )
    if scored.given is None:
        return f"{said} {language.say('outlook.record.prognosis_alone')}"
    median = scored.given.ahead.median
    beside = language.say(
        "outlook.record.prognosis_model",
        made=language.month(scored.given.made),
        median=language.people(median, 2),
        error=language.signed_people(median - came, 2),
    )
    return f"{said} {beside}"


def realisation_note(closed: Sequence[float], enough: int, language: Language) -> str:
    """Whether the share that comes is assumed, or learned from commitments whose plan has ended."""
    count = language.number(len(closed))
    if len(closed) >= enough:
        return language.say("outlook.scenario.learned", count=count)
    return language.say("outlook.scenario.assumed", count=count, enough=language.number(enough))


def _about(people: int, language: Language) -> str:
    """A number of people to three digits: it is a mean of what may come."""
    return language.number(float(f"{people:.3g}"))


def _short(people: int, language: Language) -> str:
    """A shortfall; where there is none, by how much the goal is passed."""
    if people >= 0:
        return language.people(people, 2)
    return language.say("outlook.scenario.over", people=language.people(-people, 2))


def _case(outlook: Outlook) -> str:
    if outlook.reason == "past":
        return "past_reached" if outlook.active >= outlook.target else "past_short"
    if not outlook.at_due:
        return "one_month"
    if outlook.active >= outlook.target:
        return "reached"
    if outlook.at_due.median == outlook.active:
        return "even"
    return "falling" if outlook.at_due.median < outlook.active else "forecast"


def _when(outlook: Outlook, language: Language) -> str:
    due = outlook.due
    if (due.month, due.day, due.year) == (12, 31, outlook.as_of.year):
        return language.say("outlook.year_end")
    return language.say("progress.on_day", day=language.day(due))
