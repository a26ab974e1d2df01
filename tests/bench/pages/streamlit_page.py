"""The page in stock Streamlit, with its own settings: `streamlit run tests/bench/pages/streamlit_page.py`.

Words and rows are remembered by `st.cache_data`. The figures are remembered for all sessions by
`st.cache_resource`, or, where the environment says FIGURES=copied, by `st.cache_data` too, which hands out a
copy on each rerun: that is how Streamlit's guides remember what is no connection.
"""

import os

import plotly.graph_objects as go
import streamlit as st

from enrollment.language import CODES
from tests.bench.pages.content import ROWS, Content, above, below, content, head, month_label, months


@st.cache_data(max_entries=64, show_spinner=False)
def remembered(language: str, month: str) -> Content:
    """The page in one state."""
    return content(language, month)


cache = st.cache_data if os.environ.get("FIGURES") == "copied" else st.cache_resource


@cache(max_entries=64, show_spinner=False)
def figures(language: str, month: str) -> list[go.Figure]:
    """The charts of a state, which nobody changes."""
    return [go.Figure(card.spec) for card in remembered(language, month).cards]


st.set_page_config("Cakupan", layout="wide")
left, right, _ = st.columns([1, 2, 5])
code = left.segmented_control(
    "lang", CODES, key="lang", default=CODES[0], required=True, label_visibility="collapsed"
)
day = right.segmented_control(
    "month",
    months(),
    key="month",
    default=months()[0],
    required=True,
    format_func=lambda each: month_label((code, each)),
    label_visibility="collapsed",
)
page, drawn = remembered(code, day), figures(code, day)
st.html(head(page))
for row in ROWS:
    for column, place in zip(st.columns(len(row), gap="large"), row, strict=True):
        card = page.cards[place]
        with column:
            st.html(above(card))
            st.plotly_chart(drawn[place], theme=None, key=card.name, config=page.config, alt=card.alt)
            st.html(below(card, page.table))
st.html(f"<p>{page.remark}</p>")
