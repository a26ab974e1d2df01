"""HTML for what Streamlit has no element for: headings, figures in numbers, remarks, tables.

Every piece of text is escaped here, and only here; `**` becomes bold after that.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from enrollment.figures.description import Column

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_LONG = 32
"""Texts of more characters may break into lines within a table."""
MOST_ROWS = 200
"""So many rows of a table are sent to the page, which a rerun sends again; a file has them all."""
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>:$~&^=])")


class Html(str):
    """Text that is HTML already, made in this package and safe to show."""

    __slots__ = ()


def rich(text: str) -> str:
    """Text as HTML: escaped, with `**bold**`."""
    return _BOLD.sub(r"<strong>\1</strong>", escape(text))


def plain(text: str) -> str:
    """Text of a delivery for a place that knows bold: its asterisks stay asterisks."""
    return text.replace("*", "∗")


def inert(text: str) -> str:
    """Text for a Streamlit label or option, which would read it as Markdown."""
    return _MARKDOWN.sub(r"\\\1", text)


def show(html: str) -> None:
    """Put HTML on the page."""
    st.html(html)


def heading(title: str, detail: str = "", *, chip: str = "", tone: str = "", mark: str = "") -> str:
    """The page's finding, with a status chip and the line under it."""
    badge = (
        f'<span class="chip {tone}"><span aria-hidden="true">{mark}</span> {escape(chip)}</span>'
        if chip
        else ""
    )
    return f'<h1 class="finding">{rich(title)}</h1><p class="detail">{badge}{rich(detail)}</p>'


def tiles(items: Iterable[tuple[str, str, str, str]]) -> str:
    """Figures in numbers: label, number, unit, note; a label may be a link."""
    cells = "".join(
        f'<div class="tile"><div class="tile-label">{label if isinstance(label, Html) else rich(label)}</div>'
        f'<div class="tile-number">{escape(number)} <small>{escape(unit)}</small></div>'
        f'<div class="tile-note">{rich(note)}</div></div>'
        for label, number, unit, note in items
    )
    return f'<div class="tiles">{cells}</div>'


def section(title: str, subtitle: str = "") -> str:
    """A section's title and the line under it."""
    under = f'<p class="subtitle">{rich(subtitle)}</p>' if subtitle else ""
    return f'<h2 class="section">{rich(title)}</h2>{under}'


def remarks(sentences: Iterable[str]) -> str:
    """Sentences under each other, divided by hairlines."""
    return '<ul class="remarks">' + "".join(f"<li>{rich(sentence)}</li>" for sentence in sentences) + "</ul>"


def note(text: str) -> str:
    """A small muted line, such as the one under every chart."""
    return f'<p class="note">{rich(text)}</p>'


def origin(link: Html) -> str:
    """A link beside the words under a chart."""
    return f'<p class="origin">{link}</p>'


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    caption: str = "",
    total: Sequence[str] | None = None,
) -> str:
    """A table of finished texts and HTML; numbers stand right, the total below a rule."""
    head = "".join(
        f'<th scope="col" class="{column.align}">{escape(column.header)}</th>' for column in columns
    )
    body = "".join(f"<tr>{_cells(columns, row)}</tr>" for row in rows)
    foot = f"<tfoot><tr>{_cells(columns, total)}</tr></tfoot>" if total else ""
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll" tabindex="0"><table class="figures">{said}<thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody>{foot}</table></div>"
    )


def long_table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], more: str, *, total: Sequence[str] | None = None
) -> str:
    """The first rows of a table that may be too long for a page; `more` says where the others are."""
    shown = table(columns, rows[:MOST_ROWS], total=total)
    return shown + (note(more) if len(rows) > MOST_ROWS else "")


def chain(links: Iterable[tuple[str, str, str]], arrow: str, *, plain: bool = False) -> str:
    """Steps side by side with arrows between: what it is, its figure, what stands under it."""
    inner = f'<span class="arrow" aria-hidden="true">{escape(arrow)}</span>'.join(
        f"<div>{escape(label)}<strong>{escape(value)}</strong>{escape(below)}</div>"
        for label, value, below in links
    )
    return f'<div class="chain{" plain" if plain else ""}">{inner}</div>'


def step(start: int, end: int, low: int, high: int) -> Html:
    """A bar from one height to another within a span; solid where it adds, hollow where it takes away.

    The number stands beside it, so that it says nothing to those who do not see it.
    """
    span = max(high - low, 1)
    left = 100 * (min(start, end) - low) / span
    width = max(100 * abs(end - start) / span, 0.6)
    sign = "less" if end < start else "more"
    place = f"left:{min(left, 99.4):.2f}%;width:{width:.2f}%"
    return Html(f'<span class="step" aria-hidden="true"><i class="{sign}" style="{place}"></i></span>')


def strong(text: str) -> Html:
    """A cell that stands out."""
    return Html(f"<strong>{escape(text)}</strong>")


def code(text: str, below: str) -> Html:
    """A name as it is written in SQL, with a muted line under it."""
    return Html(f'<span class="code">{escape(text)}</span><br><span class="note">{escape(below)}</span>')


def swatch(colour: str, text: str) -> Html:
    """A word with the colour that it has in a chart before it."""
    painted = f'<i class="swatch" style="background:{escape(colour, quote=True)}" aria-hidden="true"></i>'
    return Html(f"{painted}{escape(text)}")


def duration(start: int, now: int, end: int, span: int) -> Html:
    """A stretch of time within a longer one, in days: outlined to its end, solid as far as it has run.

    The days stand beside it, so that it says nothing to those who do not see it.
    """
    whole = max(span, 1)

    def piece(kind: str, first: int, last: int) -> str:
        width = max(100 * (last - first) / whole, 0.8)
        left = min(100 * first / whole, 100 - width)
        return f'<i class="{kind}" style="left:{left:.2f}%;width:{width:.2f}%"></i>'

    outlined = piece("less", start, end) if end > now else ""
    return Html(f'<span class="step" aria-hidden="true">{outlined}{piece("more", start, now)}</span>')


def two_lines(first: str, second: str) -> Html:
    """A cell with a muted line under its text."""
    return Html(f'{escape(first)}<br><span class="note">{escape(second)}</span>')


def steps(groups: Iterable[tuple[str, Iterable[tuple[str, str, str, str]]]]) -> str:
    """What comes next, in columns by subject: people, what to do, by whom and when, how late it is."""
    columns = ""
    for name, lines in groups:
        items = "".join(
            f'<li><span class="count">{escape(people)}</span><div>{rich(what)}<p class="note">{rich(who)}'
            + (f' <strong class="behind">▼ {escape(late)}</strong>' if late else "")
            + "</p></div></li>"
            for people, what, who, late in lines
        )
        columns += f"<div><h3>{escape(name)}</h3><ul>{items}</ul></div>"
    return f'<div class="steps">{columns}</div>'


def folded(summary: str, html: str) -> str:
    """Content behind a word that opens it, in the browser alone."""
    return f"<details><summary>{escape(summary)}</summary>{html}</details>"


def anchor(text: str, address: str, *, new_tab: bool = False) -> Html:
    """A link to another address of the dashboard, or to a source."""
    target = ' target="_blank" rel="noreferrer"' if new_tab else ' target="_self"'
    safe = address if address.startswith(("./", "?", "https://", "http://")) else "#"
    return Html(f'<a href="{escape(safe, quote=True)}"{target}>{escape(text)}</a>')


def _cells(columns: Sequence[Column], row: Sequence[str]) -> str:
    return "".join(_cell(column, text) for column, text in zip(columns, row, strict=True))


def _cell(column: Column, text: str) -> str:
    if isinstance(text, Html):
        return f'<td class="{column.align}">{text}</td>'
    long = " long" if len(text) > _LONG else ""
    return f'<td class="{column.align}{long}">{escape(text)}</td>'
