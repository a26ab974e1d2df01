"""Colours, sizes and what a role looks like: by meaning, for light and dark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from enrollment.figures.description import Band, Role, Tone

Theme = Literal["light", "dark"]

FONT = '"Source Sans", sans-serif'

# Pixels: notes and ticks, text, lead, heading, page title, headline number.
NOTE, BODY, LEAD, HEADING, TITLE, NUMBER = 13, 14, 16, 18, 30, 34

COLOURS: Mapping[Theme, Mapping[str, str]] = {
    "light": {
        "ink": "#16242C",
        "muted": "#5B6B75",
        "grid": "#E6EBEE",
        "axis": "#A9B5BC",
        "paper": "#FFFFFF",
        "accent": "#0B6E4F",
        "behind": "#B4401C",
        "ahead": "#0B6E4F",
        "pale": "#DDE3E6",
        "context": "#A9B5BC",
        "unassigned": "#A9B5BC",
        "unassigned_pale": "#E3E8EB",
        "TPP": "#1F5FA8",
        "BUMDES": "#C98A1B",
        "NON_ASN": "#6A4C93",
        "ramp_1": "#2A7F9E",
        "ramp_2": "#A8557F",
        "ramp_3": "#7A6A1F",
        "ramp_4": "#4A4E9E",
        "ramp_5": "#8A5A3C",
        "ramp_6": "#5E7F3A",
    },
    "dark": {
        "ink": "#F2F5F7",
        "muted": "#9FB0B9",
        "grid": "#24323A",
        "axis": "#52646E",
        "paper": "#0F181D",
        "accent": "#4CC59B",
        "behind": "#F28B66",
        "ahead": "#4CC59B",
        "pale": "#33434C",
        "context": "#6E818B",
        "unassigned": "#6E818B",
        "unassigned_pale": "#2A3840",
        "TPP": "#72ABEC",
        "BUMDES": "#E2A63C",
        "NON_ASN": "#AE90D6",
        "ramp_1": "#5CB4D3",
        "ramp_2": "#DB8DB4",
        "ramp_3": "#BBA94F",
        "ramp_4": "#9296E0",
        "ramp_5": "#C9936F",
        "ramp_6": "#94BA6B",
    },
}

_SOURCES = ("TPP", "BUMDES", "NON_ASN")
_RAMP = ("ramp_1", "ramp_2", "ramp_3", "ramp_4", "ramp_5", "ramp_6")


@dataclass(frozen=True, slots=True)
class Look:
    """How marks of a role look: colours by name, line width in pixels, dashes in pixels."""

    fill: str
    line: str
    width: float
    dash: str = "solid"


LOOKS: Mapping[Role, Look] = {
    "actual": Look("ink", "ink", 2.6),
    "carried": Look("paper", "ink", 2.0, "5px,4px"),
    "lost": Look("paper", "ink", 1.4),
    "plan": Look("paper", "muted", 1.4, "3px,3px"),
    "forecast": Look("accent", "accent", 2.4, "7px,4px"),
    "scenario": Look("paper", "ink", 2.0, "2px,3px"),
    "published": Look("paper", "ink", 1.8),
    "disputed": Look("paper", "context", 1.4),
    "base": Look("muted", "muted", 1.4),
    "unassigned": Look("unassigned_pale", "unassigned", 1.0),
    "context": Look("context", "context", 1.0),
    "behind": Look("behind", "behind", 1.6),
    "ahead": Look("ahead", "ahead", 1.6),
}


STATUS_TONES: Mapping[str, Tone] = {
    "behind": "behind",
    "missed": "behind",
    "ahead": "ahead",
    "reached": "ahead",
}
"""How the word of a status is toned; that of any other like the words around it."""
STATUS_MARKS = {"behind": "▼", "missed": "▼", "ahead": "▲", "reached": "●", "on_pace": "■", "unknown": "?"}
"""What stands beside the word of a status, so that no colour speaks alone."""
CHANCE_TONES: Mapping[str, Tone] = {"likely": "ahead", "unlikely": "behind", "out_of_reach": "behind"}
"""The same for the word of a probability (`pace.WORDS`)."""
CHANCE_MARKS = {
    "likely": "▲",
    "more_likely_than_not": "■",
    "less_likely_than_not": "■",
    "unlikely": "▼",
    "out_of_reach": "▼",
}


@lru_cache(maxsize=256)
def colour(name: str, theme: Theme) -> str:
    """The colour of a meaning in a theme, or of a paler step of it as `paler` names it."""
    meaning, _, percents = name.partition("@")
    if not percents:
        return COLOURS[theme][meaning]
    light, _, dark = percents.partition(",")
    percent = int(dark or light) if theme == "dark" else int(light)
    return _mixed(COLOURS[theme]["paper"], COLOURS[theme][meaning], percent / 100)


def paler(name: str, percent: int, dark: int | None = None) -> str:
    """The name of a step of a colour: so many percent of it on paper, or `dark` percent on dark paper."""
    return f"{name}@{percent}" if dark is None else f"{name}@{percent},{dark}"


# Percent of its colour in the ground of a range, and pixels of its edges: lines and letters read on both.
# Next to black a tint must be stronger to be seen at all.
_GROUND, _DARK_GROUND, _EDGE = 13, 24, 0.8


def band_ground(band: Band) -> str | None:
    """The name of the colour between the edges of a range; None where they alone are drawn.

    A role that is empty stays so, and hides no other range behind it.
    """
    look = LOOKS[band.role]
    return (
        None if band.edge or look.fill == "paper" else paler(band.colour or look.line, _GROUND, _DARK_GROUND)
    )


def band_edges(role: Role) -> Look:
    """How the edges of a range look: thin, and broken where the role is empty, to be told apart in grey."""
    look = LOOKS[role]
    return replace(look, width=_EDGE, dash=look.dash if look.fill == "paper" else "solid")


# Shades run from the ground towards the ink and leap over the middle greys, on which neither reads well.
_SHADES: Mapping[Theme, tuple[tuple[str, str], tuple[str, str]]] = {
    "light": (("#EDF1F3", "#B4C0C7"), ("#66747D", "#16242C")),
    "dark": (("#1B272E", "#40525C"), ("#93A5AF", "#F2F5F7")),
}


def shade_colour(shade: float, theme: Theme) -> str:
    """The colour of a shade from 0 (least) to 1 (most)."""
    low, high = _SHADES[theme]
    start, end = high if shade > 0.5 else low
    return _mixed(start, end, min(max(shade * 2 - (shade > 0.5), 0.0), 1.0))


def _mixed(start: str, end: str, along: float) -> str:
    """A colour on the way from one to another."""
    mixed = (
        round(int(start[place : place + 2], 16) * (1 - along) + int(end[place : place + 2], 16) * along)
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{part:02X}" for part in mixed)


def shade_tone(shade: float | None) -> Literal["ink", "paper"]:
    """The tone of words that stand on a shade."""
    return "paper" if shade is not None and shade > 0.5 else "ink"


def part_colours(shown: Sequence[str | None], order: Sequence[str | None]) -> dict[str | None, str]:
    """Names of colours for the parts shown.

    The partner sources of the goal keep theirs; another part takes the place of the ramp that its
    position in `order` gives, or the next one free, so that a filter does not repaint what stays.
    """
    places = {part: place for place, part in enumerate(part for part in order if part not in _SOURCES)}
    chosen: dict[str | None, str] = {}
    for part in sorted(shown, key=lambda part: places.get(part, -1)):
        if part is None:
            chosen[part] = "context"
            continue
        if part in _SOURCES:
            chosen[part] = part
            continue
        first = places.get(part, 0)
        ring = [_RAMP[(first + turn) % len(_RAMP)] for turn in range(len(_RAMP))]
        chosen[part] = next((name for name in ring if name not in chosen.values()), ring[0])
    return chosen
