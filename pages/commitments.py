"""Commitments: how far is what partners promised on its way to people who are newly active?"""

import streamlit as st

from enrollment import answers
from enrollment.figures.commitment_bridge import commitment_bridge
from enrollment.figures.commitment_by_month import commitment_by_month
from enrollment.figures.commitment_by_source import commitment_by_source
from enrollment.figures.commitment_ladder import commitment_ladder
from enrollment.ui import card, commitments, frame
from enrollment.ui.ask import ask

choice = frame.choice()
edition = choice.edition
month = {"as_of": choice.as_of}
asked = {**month, "goal": choice.goal}

(status,) = ask(answers.goal_progress, edition, **asked)
ladder = ask(answers.commitment_ladder, edition, **month)
steps = ask(answers.commitment_bridge, edition, **asked)
promised = ask(answers.commitment_by_source, edition, **month)

commitments.heading(choice, ladder, status)
commitments.tiles(choice, ladder, status)

if ladder:
    card.show(choice, commitment_ladder, params=month, rows=ladder)
    months = ask(answers.commitment_by_month, edition, **month)
    card.show(choice, commitment_by_month, params=month, rows=months, ladder=ladder, as_of=choice.as_of)
    commitments.next_steps(choice, ladder)
    card.show(choice, commitment_bridge, params=asked, steps=steps, progress=status, commitments=promised)
    card.show(
        choice,
        commitment_by_source,
        params=asked,
        commitments=promised,
        steps=steps,
        progress=status,
        ladder=ladder,
    )

commitments.register(choice)
instructed, announced = st.columns([3, 2], gap="large")
with instructed:
    commitments.instructions(choice)
with announced:
    commitments.announced(choice)
card.footer(choice, "commitments")
