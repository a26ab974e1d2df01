"""Explore: one's own questions, in SQL, of the edition that is shown."""

import streamlit as st

from enrollment.ui import card, frame, markup
from enrollment.ui.explore import asking, showing, tables

choice = frame.choice()
say = choice.language.say

markup.show(markup.heading(say("explore.heading", edition=choice.edition.short), say("explore.detail")))
asked, meanings = st.columns([7, 5], gap="large")
with asked:
    showing.show(choice, asking.ask(choice))
with meanings:
    tables.browse(choice)
card.footer(choice, "explore")
