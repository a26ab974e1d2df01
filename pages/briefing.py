"""Briefing: what is told to whom, slide by slide, with numbers that can be reopened."""

import streamlit as st

from enrollment.ui import card, frame, markup
from enrollment.ui.briefing import choosing, decks, reopening, showing, taking

choice = frame.choice()
say = choice.language.say

markup.show(
    markup.heading(say("briefing.heading", month=choice.language.month(choice.as_of)), say("briefing.frozen"))
)
looked, chosen = st.columns([7, 5], gap="large")
with chosen:
    wish = choosing.pick(choice)
deck = decks.deck(choice, wish)
with looked:
    showing.preview(choice, deck)
    showing.present(choice, wish)
    taking.files(choice, wish)
with chosen:
    reopening.form(choice)
card.footer(choice, "briefing")
