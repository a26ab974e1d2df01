"""What stands under each table of the page: where its numbers come from, and the rows to take away."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from enrollment.figures.description import Column, Table
from enrollment.ui import card, markup, menu
from enrollment.ui.frame import Choice


def downloads(
    choice: Choice,
    question: str,
    columns: Sequence[Column],
    texts: Sequence[Sequence[str]],
    rows: Sequence[Any],
    params: dict[str, Any],
) -> None:
    """The line with day and edition, and the rows of a question as CSV with their companion."""
    markup.show(markup.note(card.source_line(choice)))
    if not rows:
        return
    machine = [field.name for field in fields(rows[0])]
    values = tuple(tuple(getattr(row, name) for name in machine) for row in rows)
    table = Table(tuple(columns), tuple(tuple(text) for text in texts), tuple(machine), values)
    menu.show(choice, menu.Subject(question, question, params, table), card.source_line(choice))


def known(choice: Choice, value: int | None) -> str:
    """A number, or the mark of one that is not known."""
    return "–" if value is None else choice.language.number(value)
