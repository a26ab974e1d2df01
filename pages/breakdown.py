"""Breakdown: which part of the participants, and of their change, lies where?"""

import streamlit as st

from enrollment import answers
from enrollment.figures.breakdown import ranked, waterfall
from enrollment.figures.breakdown_by_month import breakdown_by_month
from enrollment.figures.crosstab import crosstab
from enrollment.ui import annotations, breakdown, card, frame, places
from enrollment.ui.ask import ask

choice = frame.choice()
title = st.container()
cut = breakdown.pick(choice)
with title:
    breakdown.heading(cut)

by = cut.dimension
bars, beside = st.columns([2, 3], gap="large")
with bars:
    asked, drawn = cut.asked(by), cut.drawn(by)
    card.show(choice, ranked.breakdown, params=asked, picks=(by,), rows=cut.parts, dimension=by, **drawn)
with beside:
    places.show(cut)
    explained, params, contributions = breakdown.decomposed(cut)
    card.show(
        choice,
        waterfall.decomposition,
        question="breakdown",
        params=params,
        picks=(explained,),
        contributions=contributions,
        dimension=explained,
        measure=cut.measure,
        names=cut.names(explained),
        since=cut.span.since,
        as_of=cut.span.as_of,
        earlier_edition=cut.span.start and cut.span.start.short,
        narrow=choice.narrow,
    )

places.regencies(cut)

if cut.across:
    crossed = cut.crossed()
    rows = ask(answers.crosstab, choice.edition, **crossed)
    card.show(choice, crosstab, params=crossed, picks=(by, cut.across), rows=rows, **cut.drawn_across())

over_time = breakdown.over_time(cut)
card.show(
    choice,
    breakdown_by_month,
    params=over_time,
    picks=("month", by),
    rows=ask(answers.breakdown_by_month, choice.edition, **over_time),
    dimension=by,
    measure=cut.measure,
    names=cut.names(by),
    selected=cut.narrowed.stands_out(by),
    annotations=annotations.known(choice),
)

breakdown.table(cut)
breakdown.cube(choice)
card.footer(choice, "breakdown")
