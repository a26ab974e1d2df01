"""Outlook: where does this month lead, how likely is the goal, and what would commitments change?"""

import streamlit as st

from enrollment import answers
from enrollment.figures.outlook.base_rates import outlook_base_rates
from enrollment.figures.outlook.path import outlook_path
from enrollment.ui import ask, card, frame
from enrollment.ui.outlook import charts, heading, scenario

choice = frame.choice()
edition = choice.edition
month = {"as_of": choice.as_of}

stand = ask.outlook(edition, choice.as_of, choice.goal)
(status,) = ask.ask(answers.goal_progress, edition, **month, goal=choice.goal)
ladder = ask.ask(answers.commitment_ladder, edition, **month)
first = charts.since(choice, status)
asked = charts.asked(choice)

heading.heading(choice, stand, status)


@st.fragment
def supposing() -> None:
    path, assumed = st.columns([7, 4], gap="large")
    with assumed:
        found = scenario.pick(choice, stand, ladder)
    foretold = charts.prognosis(choice, stand)
    with path:
        card.show(
            choice,
            outlook_path,
            **asked,
            outlook=stand,
            progress=status,
            months=ask.ask(answers.active_by_month, edition, since=first, **month),
            published=ask.ask(answers.published_active, edition, since=first, until=choice.as_of),
            prognosis=foretold,
            scenario=found.path if found else (),
        )
        if found:
            scenario.remarks(choice, stand, found)
    *likely, usual, earlier = st.columns(3 if stand.path else 2, gap="large")
    for column in likely:
        with column:
            charts.chances(choice, stand, foretold, found)
    with usual:
        card.show(choice, outlook_base_rates, **asked, outlook=stand)
    with earlier:
        charts.record(choice)


supposing()
charts.gap(choice, status, ladder)
card.footer(choice, "outlook")
