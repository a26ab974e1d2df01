"""The page in Panel: `python -m tests.bench.pages.panel_page PORT`.

Content and figures are remembered by `pn.cache`, for all sessions. Panes stay; a choice sets what they show,
held together so that the browser is told once. Panel brings a plotly.js of its own, an older one.
"""

import sys
from typing import Any

import panel as pn
import plotly.graph_objects as go

from enrollment.language import CODES
from tests.bench.pages.content import ROWS, Content, above, below, content, head, month_label, months

pn.extension("plotly")


@pn.cache(max_items=64)
def remembered(language: str, month: str) -> tuple[Content, list[go.Figure]]:
    """The page in one state, and its charts, which nobody changes."""
    page = content(language, month)
    return page, [go.Figure(card.spec) for card in page.cards]


def app() -> Any:
    """One visitor's page."""
    language = pn.widgets.RadioButtonGroup(options=list(CODES), value=CODES[0])
    newest = months()[0]
    month = pn.widgets.RadioButtonGroup(options=_options(CODES[0]), value=newest)
    first, figures = remembered(CODES[0], newest)
    top, remark = pn.pane.HTML(head(first), sizing_mode="stretch_width"), pn.pane.HTML(first.remark)
    words, charts, tables = [], [], []
    for card, figure in zip(first.cards, figures, strict=True):
        words.append(pn.pane.HTML(above(card)))
        charts.append(
            pn.pane.Plotly(
                figure,
                config=first.config,
                link_figure=False,
                height=card.spec["layout"]["height"],
                sizing_mode="stretch_width",
            )
        )
        tables.append(pn.pane.HTML(below(card, first.table)))

    def choose(code: str, day: str) -> None:
        page, drawn = remembered(code, day)
        with pn.io.hold():
            top.object, remark.object, month.options = head(page), page.remark, _options(code)
            for place, card in enumerate(page.cards):
                words[place].object = above(card)
                charts[place].param.update(
                    object=drawn[place], config=page.config, height=card.spec["layout"]["height"]
                )
                tables[place].object = below(card, page.table)

    pn.bind(choose, language, month, watch=True)
    rows = [
        pn.Row(
            *(pn.Column(words[place], charts[place], tables[place]) for place in row),
            sizing_mode="stretch_width",
        )
        for row in ROWS
    ]
    return pn.Column(language, month, top, *rows, remark, sizing_mode="stretch_width")


def _options(code: str) -> dict[str, str]:
    return {month_label((code, day)): day for day in months()}


if __name__ == "__main__":
    pn.serve(app, port=int(sys.argv[1]), address="localhost", show=False, title="Cakupan")
