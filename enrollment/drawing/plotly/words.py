"""Words as Plotly's pseudo-HTML, and what stands in a chart as text."""

import datetime as dt
from typing import Any

from enrollment.drawing.lettering import visible
from enrollment.figures.description import Note, Place, Text, Words
from enrollment.figures.style import Theme, colour

Spec = dict[str, Any]

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})


def escaped(words: str) -> str:
    """Words as Plotly shows them to the letter: no tag, entity, formula or invisible sign takes effect."""
    return visible(words).translate(_MARKUP)


def markup(lines: Text, theme: Theme, ground: str = "ink") -> str:
    """Lines of words as Plotly's pseudo-HTML; words in the tone of the ground need no colour."""
    return "<br>".join("".join(_run(words, theme, ground) for words in line) for line in lines)


def _run(words: Words, theme: Theme, ground: str) -> str:
    run = escaped(words.text)
    if words.strong:
        run = f"<b>{run}</b>"
    if words.tone != ground:
        run = f'<span style="color:{colour(words.tone, theme)}">{run}</span>'
    return run


def place(at: Place) -> str | float:
    """A place on an axis as Plotly reads it."""
    return at.isoformat() if isinstance(at, dt.date) else at


def annotation(note: Note, theme: Theme, axes: str = "") -> Spec:
    """A note on the axes of that number; the ends of the first x axis are those of the plot."""
    at_edge = note.x in ("start", "end")
    edge = f"x{axes} domain" if axes else "paper"
    drawn: Spec = {
        "text": markup(note.text, theme),
        "xref": edge if at_edge else f"x{axes}",
        "x": {"start": 0, "end": 1}[str(note.x)] if at_edge else place(note.x),  # type: ignore[arg-type]
        "yref": f"y{axes}",
        "y": note.y,
        "align": note.align,
        "xanchor": note.align,
        "yanchor": note.valign,
        "borderpad": 0,
        "showarrow": False,
        "font": {"size": note.size},
        "captureevents": False,
    }
    if note.covers:
        drawn["bgcolor"] = colour("paper", theme)
    if note.leader:
        drawn |= {
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 1,
            "arrowcolor": colour("context", theme),
            "ax": note.dx,
            "ay": -note.dy,
            "standoff": 6,
        }
    else:
        drawn |= {"xshift": note.dx, "yshift": note.dy}
    return drawn
