"""What the charts of the Outlook page need of the edition, and the record where there is one."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from enrollment import answers, attribution, findings, outlook
from enrollment.answers import CommitmentLadder, GoalProgress, Prognoses
from enrollment.figures.outlook.chances import Aim, outlook_chances
from enrollment.figures.outlook.gap import outlook_gap
from enrollment.figures.outlook.owed import outlook_owed
from enrollment.figures.outlook.record import outlook_record
from enrollment.months import add_months, months_until
from enrollment.outlook import Outlook
from enrollment.ui import ask, card, markup
from enrollment.ui.frame import Choice
from enrollment.ui.outlook.scenario import Assumed


def since(choice: Choice, progress: GoalProgress) -> dt.date:
    """The month that the chart starts with: the year before the due date, at least."""
    first = min(add_months(progress.due, -12), add_months(choice.as_of, -12))
    known: Sequence[answers.KnownMonths] = ask.ask(answers.known_months, choice.edition)
    return max(first, known[0].month)


def prognosis(choice: Choice, stand: Outlook) -> Prognoses | None:
    """What the body itself foretold last for the due date of the goal, as far as it was known."""
    told = ask.ask(answers.prognoses, choice.edition, known_on=choice.known_on)
    return next((row for row in reversed(told) if row.due == stand.due), None)


def chances(choice: Choice, stand: Outlook, foretold: Prognoses | None, found: Assumed | None) -> None:
    """How likely each goal of the due date is, and what was foretold, for an outlook that leads somewhere."""
    aims = _aims(choice, stand, foretold, found)
    card.show(choice, outlook_chances, **asked(choice), aims=aims, due=stand.due)


def record(choice: Choice) -> None:
    """Earlier ranges and official prognoses against what came; it says so where none has come yet."""
    given = ask.record(choice.edition, choice.as_of)
    if given:
        card.show(choice, outlook_record, **asked(choice), given=given)
    else:
        say = choice.language.say
        with st.container(key="card_no_record"):
            markup.show(markup.section(say("outlook.no_record"), say("outlook.no_record_why")))
    told = ask.ask(answers.prognoses, choice.edition, known_on=choice.known_on)
    months = ask.ask(answers.active_by_month, choice.edition, since=None, as_of=choice.as_of)
    if scored := outlook.scored(told, months, given):
        markup.show(markup.remarks([findings.scored_remark(row, choice.language) for row in scored]))


def gap(choice: Choice, progress: GoalProgress, ladder: Sequence[CommitmentLadder]) -> None:
    """Where the gap lies, and why what was promised is not fulfilled; nothing where there is no gap."""
    if progress.gap <= 0:
        return
    parts = attribution.gap_parts(ladder, progress)
    asked: dict[str, Any] = {"question": "commitment_ladder", "params": {"as_of": choice.as_of}}
    where, why = st.columns([7, 4], gap="large")
    with where:
        card.show(choice, outlook_gap, **asked, parts=parts, progress=progress)
    if ladder:
        with why:
            card.show(choice, outlook_owed, **asked, parts=parts[:-1])


def asked(choice: Choice) -> dict[str, Any]:
    """The question that an outlook is reckoned from."""
    return {"question": "active_by_month", "params": {"since": None, "as_of": choice.as_of}}


def _aims(
    choice: Choice, stand: Outlook, foretold: Prognoses | None, found: Assumed | None
) -> tuple[Aim, ...]:
    outcome = stand.outcome
    if outcome is None:
        return ()
    ahead = months_until(stand.as_of, stand.due)
    goals: Sequence[answers.PublishedGoals] = ask.ask(answers.published_goals, choice.edition)
    figures = [
        ("goal", row.goal, row.target, row.stated_on, row.goal == choice.goal)
        for row in goals
        if row.due == stand.due
    ]
    if foretold:
        figures.append(("prognosis", "", foretold.value, foretold.stated_on, False))
    return tuple(
        Aim(
            *figure,
            baseline=outcome.probability(ahead, figure[2]),
            scenario=found.probability(ahead, figure[2]) if found else None,
        )
        for figure in sorted(figures, key=lambda figure: figure[2])
    )
