"""What "the same page" is: words, numbers and finished charts of Progress, in two languages, of two months.

Every peer shows this, each with its own means, and remembers it in the way that its own documentation
recommends. Nothing is remembered here but the opened edition, which anybody would open once. The dashboard's
page has more: navigation, addresses, what changed, downloads of every chart.
"""

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from enrollment import answers, findings, outlook
from enrollment.drawing import plotly as screen
from enrollment.edition import Edition, Publication, open_edition, publications
from enrollment.figures.active_by_month import active_by_month
from enrollment.figures.commitment_bridge import commitment_bridge
from enrollment.figures.commitment_by_source import commitment_by_source
from enrollment.figures.description import Figure
from enrollment.figures.goal_progress import goal_progress
from enrollment.figures.published_goals import published_goals
from enrollment.headline import default_goal, default_month
from enrollment.language import CODES, Language
from enrollment.months import add_months
from enrollment.store import Store

State = tuple[str, str]
"""Language and month, as `("id", "2021-08-31")`."""
ROWS = ((0,), (1,), (2,), (3, 4))
"""The cards that stand beside each other, by their place."""


@dataclass(frozen=True)
class Card:
    """A chart with the words above it and the table under it; `spec` is what plotly.js reads."""

    name: str
    title: str
    subtitle: str
    alt: str
    spec: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Content:
    """All that the page shows in one state."""

    title: str
    detail: str
    tiles: tuple[tuple[str, ...], ...]
    """Label, number, unit, note."""
    cards: tuple[Card, ...]
    remark: str
    table: str
    """The word that opens a table."""
    config: dict[str, Any]
    """What plotly.js is told beside the charts."""


@cache
def opened() -> tuple[Edition, tuple[Publication, ...]]:
    """The current edition of the directory that CAKUPAN_DATA names, and the publications before it."""
    store = Store(Path(os.environ["CAKUPAN_DATA"]))
    edition = open_edition(store)
    known, _ = publications(store)
    return edition, tuple(each for each in known if each.number < edition.publication.number)


@cache
def months() -> tuple[str, ...]:
    """The month that the dashboard opens with, and the one before."""
    newest = default_month(opened()[0])
    return newest.isoformat(), add_months(newest, -1).isoformat()


def cycle() -> Iterator[tuple[State, str]]:
    """States that one click each leads through, from the first and back to it, and what the click is on."""
    newest, before = months()
    ours, other = CODES
    states = [(ours, newest), (other, newest), (other, before), (ours, before), (ours, newest)]
    for left, entered in pairwise(states):
        yield entered, "language" if left[0] != entered[0] else "month"


def month_label(state: State) -> str:
    """The month of a state as the dashboard's picker names it."""
    return Language(state[0]).month(dt.date.fromisoformat(state[1]))


def content(code: str, month: str) -> Content:
    """The page in one state; every question is asked, every chart drawn."""
    language = Language(code)
    edition, earlier = opened()
    as_of = dt.date.fromisoformat(month)
    goal = default_goal(edition, as_of)
    (progress,) = answers.goal_progress(edition, as_of=as_of, goal=goal)
    ahead = outlook.outlook(edition, as_of=as_of, goal=goal, earlier=earlier)
    assert ahead, goal
    first = min(add_months(progress.due, -12), add_months(as_of, -12))
    since, until = max(first, answers.known_months(edition)[0].month), max(progress.due, as_of)
    by_month = answers.active_by_month(edition, since=since, as_of=as_of)
    commitments = answers.commitment_by_source(edition, as_of=as_of)
    steps = answers.commitment_bridge(edition, as_of=as_of, goal=goal)
    figures = (
        goal_progress(
            progress=progress,
            months=by_month,
            published=answers.published_active(edition, since=since, until=until),
            outlook=ahead,
            annotations=answers.annotations(edition, since=None, until=as_of),
            language=language,
        ),
        commitment_bridge(steps=steps, progress=progress, commitments=commitments, language=language),
        commitment_by_source(
            commitments=commitments,
            steps=steps,
            progress=progress,
            ladder=answers.commitment_ladder(edition, as_of=as_of),
            language=language,
        ),
        active_by_month(months=by_month, progress=progress, language=language),
        published_goals(
            goals=answers.published_goals(edition), progress=progress, outlook=ahead, language=language
        ),
    )
    return Content(
        title=_flat(findings.progress_title(progress, ahead, language)),
        detail=_flat(findings.progress_detail(progress, language)),
        tiles=tuple(tuple(map(_flat, tile)) for tile in findings.progress_figures(progress, ahead, language)),
        cards=tuple(_card(figure, language) for figure in figures),
        remark=_flat(findings.commitments_remark(commitments, progress, language)),
        table=language.say("frame.table"),
        config=screen.config(language),
    )


def _card(figure: Figure, language: Language) -> Card:
    return Card(
        name=figure.name,
        title=figure.title,
        subtitle=figure.subtitle,
        alt=figure.alt,
        spec=screen.spec(figure, theme="light", language=language),
        columns=tuple(column.header for column in figure.table.columns),
        rows=tuple(tuple(map(str, row)) for row in figure.table.rows),
    )


def _flat(sentence: str) -> str:
    """A sentence without what makes it bold."""
    return sentence.replace("**", "")


def head(page: Content) -> str:
    """Title, detail and tiles as HTML, for whoever shows HTML."""
    tiles = "".join(
        f"<div style='flex:1'>{escape(label)}<br><b>{escape(number)}</b> {escape(unit)}<br>{escape(note)}"
        "</div>"
        for label, number, unit, note in page.tiles
    )
    return (
        f"<h1>{escape(page.title)}</h1><p>{escape(page.detail)}</p>"
        f"<div style='display:flex;gap:1rem'>{tiles}</div>"
    )


def above(card: Card) -> str:
    """A card's words as HTML."""
    return f"<h2>{escape(card.title)}</h2><p>{escape(card.subtitle)}</p>"


def below(card: Card, word: str) -> str:
    """A card's table as HTML, folded."""
    columns = "".join(f"<th>{escape(column)}</th>" for column in card.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in card.rows
    )
    return f"<details><summary>{escape(word)}</summary><table><tr>{columns}</tr>{rows}</table></details>"
