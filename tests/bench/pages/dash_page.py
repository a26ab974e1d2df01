"""The page in Dash: `python -m tests.bench.pages.dash_page PORT`.

One callback answers both pickers; what it answers is remembered by `lru_cache`, as a single process may.
Charts are plain dictionaries, which Dash writes with orjson, and dcc.Graph hands them to Plotly.react. Served
by waitress in one process with threads, since Dash's own server is for development.
"""

import sys
from functools import lru_cache
from typing import Any

from dash import Dash, Input, Output, dcc, html
from waitress import serve

from enrollment.language import CODES
from tests.bench.pages.content import ROWS, Card, Content, content, month_label, months

CARDS = range(sum(map(len, ROWS)))
OUTPUTS = [
    Output("head", "children"),
    Output("remark", "children"),
    *(Output(f"above-{place}", "children") for place in CARDS),
    *(Output(f"chart-{place}", "figure") for place in CARDS),
    *(Output(f"below-{place}", "children") for place in CARDS),
    Output("month", "options"),
]


@lru_cache(maxsize=64)
def answered(language: str, month: str) -> list[Any]:
    """What changes on the page with a choice, in the order of `OUTPUTS`."""
    page = content(language, month)
    return [
        _head(page),
        page.remark,
        *([html.H2(card.title), html.P(card.subtitle)] for card in page.cards),
        *(card.spec for card in page.cards),
        *(_table(card, page.table) for card in page.cards),
        [{"label": month_label((language, each)), "value": each} for each in months()],
    ]


def _head(page: Content) -> list[Any]:
    tiles = [
        html.Div([label, html.Br(), html.B(number), f" {unit}", html.Br(), note], style={"flex": 1})
        for label, number, unit, note in page.tiles
    ]
    return [
        html.H1(page.title),
        html.P(page.detail),
        html.Div(tiles, style={"display": "flex", "gap": "1rem"}),
    ]


def _table(card: Card, word: str) -> Any:
    head = html.Tr([html.Th(column) for column in card.columns])
    rows = [html.Tr([html.Td(cell) for cell in row]) for row in card.rows]
    return html.Details([html.Summary(word), html.Table([html.Thead(head), html.Tbody(rows)])])


def layout() -> Any:
    """The page as it opens: in its first state, so that no callback is needed to show it."""
    page = content(CODES[0], months()[0])
    opening = dict(zip(OUTPUTS, answered(CODES[0], months()[0]), strict=True))
    shown = {output.component_id: value for output, value in opening.items()}

    def card(place: int) -> Any:
        parts = [
            html.Div(shown[f"above-{place}"], id=f"above-{place}"),
            dcc.Graph(id=f"chart-{place}", figure=shown[f"chart-{place}"], config=page.config),
            html.Div(shown[f"below-{place}"], id=f"below-{place}"),
        ]
        return html.Div(parts, style={"flex": 1, "minWidth": 0})

    pickers = [
        dcc.RadioItems(list(CODES), CODES[0], id="lang", inline=True),
        dcc.RadioItems(shown["month"], months()[0], id="month", inline=True),
    ]
    rows = [html.Div(list(map(card, row)), style={"display": "flex", "gap": "2rem"}) for row in ROWS]
    return html.Div(
        [*pickers, html.Div(shown["head"], id="head"), *rows, html.P(shown["remark"], id="remark")]
    )


def app() -> Dash:
    """The application."""
    made = Dash(__name__, serve_locally=True, title="Cakupan", update_title=None)
    made.layout = layout()
    choice = Input("lang", "value"), Input("month", "value")
    made.callback(OUTPUTS, *choice, prevent_initial_call=True)(answered)
    return made


if __name__ == "__main__":
    serve(app().server, host="127.0.0.1", port=int(sys.argv[1]), threads=8)
