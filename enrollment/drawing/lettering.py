"""Letters of a printed picture: lines of words become text marks, and SVG with a tone for each word.

A text mark of Vega-Lite has one tone and one weight. A line of several is drawn whole, with a note of
its runs in the mark's description; `dressed` turns that note into spans once the SVG is there.
"""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from enrollment.figures.description import Align, Text, VerticalAlign, Words
from enrollment.figures.placing import LINE_HEIGHT, text_width
from enrollment.figures.style import Theme, colour

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Typeface:
    """Letters by their family; `scale` makes up for running wider than Source Sans, which figures measure."""

    family: str
    scale: float = 1.0


EVERYWHERE = Typeface("Liberation Sans, Arial, Helvetica, sans-serif", 12 / 13)
"""Letters of one width on all machines: they come with the drawing engine and have Arial's measures."""
SOURCE_SANS = Typeface("Source Sans Pro, Source Sans, sans-serif")
"""The letters of the dashboard, for documents that bring them along."""

_INVISIBLE = frozenset(("Cc", "Cf", "Zl", "Zp", "Cs", "Co"))
_NO_CHARACTER = ("\ufffe", "\uffff")
_SVG = "http://www.w3.org/2000/svg"
_TEXT, _SPAN = f"{{{_SVG}}}text", f"{{{_SVG}}}tspan"
_SPOKEN = ("role", "aria-label", "aria-roledescription", "aria-hidden")


def visible(words: str) -> str:
    """Words with a space for every sign that has no shape of its own or may not stand in a document."""
    return "".join(
        " " if unicodedata.category(sign) in _INVISIBLE or sign in _NO_CHARACTER else sign for sign in words
    )


def lines(
    text: Text,
    *,
    x: float,
    y: float,
    theme: Theme,
    align: Align = "left",
    valign: VerticalAlign = "middle",
    dx: float = 0,
    dy: float = 0,
    size: float = 13,
    covers: bool = False,
) -> list[Spec]:
    """One mark for each line; `dy` is upwards, as in a note."""
    pitch = size * LINE_HEIGHT
    top = -dy - {"top": 0.0, "middle": 0.5, "bottom": 1.0}[valign] * pitch * len(text)
    marks = []
    for place, line in enumerate(text):
        runs = [(visible(words.text), words) for words in line if words.text]
        if not runs:
            continue
        marks.append(
            {
                "x": x,
                "y": y,
                "dx": dx,
                "dy": round(top + (place + 0.5) * pitch, 3),
                "align": align,
                "size": size,
                "text": "".join(shown for shown, _ in runs),
                "runs": json.dumps([_run(shown, words, theme) for shown, words in runs]),
                "cover": colour("paper", theme) if covers else "transparent",
            }
        )
    return marks


def _run(shown: str, words: Words, theme: Theme) -> tuple[str, str, str]:
    return shown, colour(words.tone, theme), "bold" if words.strong else "normal"


def wrapped(words: str, *, size: float, width: float, strong: bool = False) -> tuple[str, ...]:
    """Words broken into lines that fit; a word longer than a line is broken too."""
    found = [""]
    for word in visible(words).split():
        joined = f"{found[-1]} {word}".strip()
        if text_width(joined, size, strong) <= width:
            found[-1] = joined
            continue
        if found[-1]:
            found.append("")
        for sign in word:
            if found[-1] and text_width(found[-1] + sign, size, strong) > width:
                found.append("")
            found[-1] += sign
    return tuple(found) if found[0] else ()


def dressed(svg: str, *, title: str, alt: str, language: str, enlarged: float = 1) -> str:
    """The SVG with its runs of words, its title, what it says in words, and no other spoken label.

    `enlarged` says by how much it is shown larger than it is drawn.
    """
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.fromstring(svg)  # noqa: S314 - drawn here a moment ago
    for element in root.iter():
        note = element.get("aria-label", "")
        for name in _SPOKEN:
            element.attrib.pop(name, None)
        if element.tag == _TEXT and note:
            _spans(element, note)
        elif element.tag == _TEXT:
            # The rim of a text that covers: the same words once more, for eyes alone.
            element.set("aria-hidden", "true")
    root.set("role", "img")
    root.set("lang", language)
    if enlarged != 1:
        for side in ("width", "height"):
            root.set(side, f"{float(root.get(side, 0)) * enlarged:.2f}")
    for place, (tag, said) in enumerate((("title", title), ("desc", alt))):
        element = ElementTree.Element(f"{{{_SVG}}}{tag}")
        element.text = visible(said)
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _spans(element: ElementTree.Element, note: str) -> None:
    """Give each run of a line its tone and weight; blanks count, as they keep words apart."""
    # Vega trims what it writes itself; the note has every blank.
    element.text = None
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    for shown, tone, weight in json.loads(note):
        span = ElementTree.SubElement(element, _SPAN, {"fill": tone, "font-weight": weight})
        span.text = shown


def styled(said: Sequence[str], words: Words) -> Text:
    """Lines of one tone and weight."""
    return tuple((Words(line, words.tone, words.strong),) for line in said)
