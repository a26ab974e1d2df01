"""Movement: who came in, who left, who stayed?"""

import streamlit as st

from enrollment.figures.movement_by_month.in_out import movement_by_month
from enrollment.figures.movement_by_month.waterfall import movement
from enrollment.ui import annotations, card, frame
from enrollment.ui import movement as page

choice = frame.choice()
title = st.container()
stretch = page.pick(choice)
with title:
    page.heading(stretch)

card.show(
    choice,
    movement,
    question="movement_by_month",
    params=stretch.params,
    rows=stretch.within,
    since=stretch.span.since,
    as_of=stretch.span.as_of,
    narrow=choice.narrow,
)

monthly, stayed = st.columns([3, 2], gap="large")
with monthly:
    months = page.shown_months(stretch, 24)
    remarks = annotations.between(choice, months[0].month, choice.as_of) if months else ()
    card.show(
        choice,
        movement_by_month,
        params=stretch.params,
        picks=("month",),
        rows=tuple(months),
        annotations=remarks,
    )
    annotations.form(choice)
with stayed:
    page.stayed(stretch)

page.by_source(stretch)
card.footer(choice, "movement")
