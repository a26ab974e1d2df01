"""What the charts of the Outlook page need of the edition, and the record where there is one."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import streamlit as st

from enrollment import answers
from enrollment.answers import GoalProgress, Prognoses
from enrollment.figures.outlook.chances import Aim, outlook_chances
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
    """Earlier ranges against what came; it says so where none has come yet."""
    given = ask.record(choice.edition, choice.as_of)
    if given:
        card.show(choice, outlook_record, **asked(choice), given=given)
        return
    say = choice.language.say
    with st.container(key="card_no_record"):
        markup.show(markup.section(say("outlook.no_record"), say("outlook.no_record_why")))


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
