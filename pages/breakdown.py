"""Breakdown: which part of the participants, and of their change, lies where?"""

import streamlit as st

from enrollment import answers
from enrollment.figures import breakdown_by_month as lines
from enrollment.figures.breakdown import ranked as bars
from enrollment.ui import breakdown, card, frame
from enrollment.ui.ask import ask
from enrollment.ui.names import names

choice = frame.choice()
title = st.container()
cut = breakdown.pick(choice)

rows = ask(answers.breakdown, choice.edition, **cut.params)
over_time = {"dimension": cut.dimension, "as_of": cut.as_of, **cut.filters}
months = ask(answers.breakdown_by_month, choice.edition, **over_time)
shown = {
    "dimension": cut.dimension,
    "measure": cut.measure,
    "names": names(choice.edition, cut.dimension, choice.language),
}

with title:
    breakdown.heading(choice, cut, rows)

ranked, developed = st.columns(2, gap="large")
with ranked:
    card.show(choice, bars.breakdown, params=cut.params, rows=rows, as_of=cut.as_of, since=cut.since, **shown)
with developed:
    card.show(choice, lines.breakdown_by_month, params=over_time, rows=months, **shown)

breakdown.table(choice, cut, rows)
card.footer(choice, "breakdown")
