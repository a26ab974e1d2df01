"""What a slide is made of, in one language, before anything is laid out.

Every text is finished: numbers and dates are formatted, and nothing from the data hides a sign. In titles,
details, remarks and labels words between `**` are bold.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from enrollment.figures.description import Figure, Table, Tone

KINDS = (
    "headline",
    "path",
    "pace",
    "bridge",
    "sources",
    "movement",
    "map",
    "reconciliation",
    "then_and_now",
    "definitions",
)
"""The slides that there are, in their usual order."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A status in a word, with the mark that stands before it."""

    word: str
    tone: Tone
    mark: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number to be read from afar, and what it is."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide: a finding, what shows it, and where its numbers come from.

    `figures` are none, one, or two that stand beside each other; `numbers` are three at most; a `table` is
    short enough to be read. `own` is the presenter's sentence and `notes` what is said with the slide, empty
    where there are none. `foot` are two lines: as of, edition, simulated or real; definition and source.
    `code` opens exactly these numbers, as does `link`, which is empty where the address of the dashboard is
    not known. `small` are the figures for a telephone where these are others, such as rows instead of
    columns. `question` and `params` are what `ask` answers with the numbers of the first figure.
    """

    kind: str
    title: str
    detail: str
    foot: tuple[str, str]
    code: str
    link: str = ""
    chip: Chip | None = None
    figures: tuple[Figure, ...] = ()
    numbers: tuple[Number, ...] = ()
    table: Table | None = None
    remarks: tuple[str, ...] = ()
    own: str = ""
    notes: str = ""
    question: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    small: tuple[Figure, ...] = ()


@dataclass(frozen=True, slots=True)
class Deck:
    """The slides of one edition and month in one language; `day` is the day of knowledge of the edition."""

    language: str
    title: str
    edition: str
    as_of: dt.date
    day: dt.date
    simulated: bool
    slides: tuple[Slide, ...]
