"""Editions: what was loaded, how complete it is, what changed, and where a figure comes from."""

import streamlit as st

from enrollment import answers
from enrollment.ui import card, editions, frame
from enrollment.ui.ask import ask, before

choice = frame.choice()
edition = choice.edition

completeness = ask(answers.delivery_completeness, edition)
earlier = before(edition)
changes = ask(answers.edition_changes, edition, earlier=earlier) if earlier else ()
deliveries = ask(answers.deliveries_received, edition)
lineage = ask(answers.active_lineage, edition, as_of=choice.as_of)

editions.heading(choice, completeness, changes)
editions.known_on(choice)

delivered, moved = st.columns(2, gap="large")
with delivered:
    editions.completeness(choice, completeness)
with moved:
    editions.changes(choice, changes, earlier.publication if earlier else None)

listed, traced = st.columns([11, 9], gap="large")
with listed:
    editions.editions(choice)
    editions.deliveries(choice, deliveries)
with traced:
    editions.lineage(choice, lineage)

card.footer(choice, "editions")
