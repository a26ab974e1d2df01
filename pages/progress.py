"""Progress: are active participants on pace for the goal, and who carries the rise?"""

import streamlit as st

from enrollment import answers
from enrollment.figures.active_by_month import active_by_month
from enrollment.figures.commitment_bridge import commitment_bridge
from enrollment.figures.commitment_by_source import commitment_by_source
from enrollment.figures.goal_progress import goal_progress
from enrollment.figures.published_goals import published_goals
from enrollment.ui import annotations, card, frame, progress
from enrollment.ui.ask import ask, outlook

choice = frame.choice()
edition = choice.edition
asked = {"as_of": choice.as_of, "goal": choice.goal}

(status,) = ask(answers.goal_progress, edition, **asked)
ahead = outlook(edition, choice.as_of, choice.goal)
goals = ask(answers.published_goals, edition)
span = progress.span(choice, status)
months = ask(answers.active_by_month, edition, since=span[0], as_of=choice.as_of)
published = ask(answers.published_active, edition, since=span[0], until=span[1])
commitments = ask(answers.commitment_by_source, edition, as_of=choice.as_of)
ladder = ask(answers.commitment_ladder, edition, as_of=choice.as_of)
steps = ask(answers.commitment_bridge, edition, **asked)

progress.heading(choice, status, ahead)
progress.tiles(choice, status, ahead)

path, changed = st.columns([7, 3], gap="large")
with path:
    card.show(
        choice,
        goal_progress,
        params=asked,
        progress=status,
        months=months,
        published=published,
        outlook=ahead,
        annotations=annotations.known(choice),
    )
with changed:
    progress.changes(choice, commitments)
    progress.links(choice)

card.show(choice, commitment_bridge, params=asked, steps=steps, progress=status, commitments=commitments)
card.show(
    choice,
    commitment_by_source,
    params=asked,
    commitments=commitments,
    steps=steps,
    progress=status,
    ladder=ladder,
)
progress.promised(choice, status, commitments)

additions, stated = st.columns(2, gap="large")
with additions:
    card.show(choice, active_by_month, params=asked, months=months, progress=status)
with stated:
    card.show(choice, published_goals, params={}, goals=goals, progress=status, outlook=ahead)

card.footer(choice, "progress")
