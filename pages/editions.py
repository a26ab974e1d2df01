"""Editions: what was loaded, how complete it is, what changed, and where a figure comes from."""

import streamlit as st

from enrollment import answers
from enrollment.ui import card, frame, steward
from enrollment.ui.ask import ask, before, changes
from enrollment.ui.editions import (
    completeness,
    definitions,
    deliveries,
    events,
    history,
    journal,
    lineage,
    prognoses,
    quarantine,
    upload,
)

choice = frame.choice()
edition = choice.edition

came = ask(answers.delivery_completeness, edition)
earlier = before(edition)
moved = changes(edition.publication, earlier) if earlier else ()
received = ask(answers.deliveries_received, edition)
origins = ask(answers.active_lineage, edition, as_of=choice.as_of)

completeness.heading(choice, came, moved)
history.known_on(choice)

if lineage.asked():
    lineage.lineage(choice, origins)

matrix, changed = st.columns([12, 8], gap="large")
with matrix:
    completeness.matrix(choice, came)
with changed:
    history.changes(choice)
    completeness.attention(choice, came)

loaded, listed = st.columns([9, 11], gap="large")
with loaded:
    upload.form(choice.language)
    if steward.opens():
        quarantine.quarantine(choice)
with listed:
    history.editions(choice)

happened, foretold = st.columns([11, 9], gap="large")
with happened:
    events.events(choice)
with foretold:
    prognoses.prognoses(choice)

sent, traced = st.columns([11, 9], gap="large")
with sent:
    deliveries.deliveries(choice, received)
    if steward.opens():
        deliveries.one(choice, received)
    definitions.definitions(choice)
with traced:
    if not lineage.asked():
        lineage.lineage(choice, origins)

journal.journal(choice)
card.footer(choice, "editions")
