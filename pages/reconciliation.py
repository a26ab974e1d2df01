"""Reconciliation: what became of each row of a partner's roster?"""

import streamlit as st

from enrollment.figures.reconciliation_by_month.ledger import ledger
from enrollment.figures.reconciliation_by_month.months import months
from enrollment.figures.reconciliation_by_month.programmes import programmes
from enrollment.ui import card, frame
from enrollment.ui.reconciliation import (
    heading,
    near_misses,
    picked,
    since,
    takeaway,
    upload,
)
from enrollment.ui.reconciliation import ledger as classes

choice = frame.choice()
title = st.container()
roster = picked.pick(choice)
with title:
    heading.heading(roster)
heading.origin(roster)
upload.form(roster)

row = roster.row
if row is not None:
    drawn, source_name = roster.drawn, roster.source_name
    card.show(choice, ledger, row=row, source_name=source_name, narrow=choice.narrow, **drawn)
    classes.table(roster, row)
    takeaway.lists(roster, row)

    each, over_time = st.columns(2, gap="large")
    with each:
        card.show(choice, programmes, row=row, **drawn)
    with over_time:
        card.show(
            choice,
            months,
            rows=roster.rows,
            source_name=source_name,
            narrow=choice.narrow,
            **drawn,
        )

    moved, explained = st.columns(2, gap="large")
    with moved:
        since.differences(roster, row)
    with explained:
        since.rules(roster, row)
    near_misses.show(roster)
    takeaway.documents(roster)

card.footer(choice, "reconciliation")
