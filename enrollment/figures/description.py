"""What a chart is made of, told without a drawing library.

Marks carry numbers in data units (people, days, row positions) and a role that says what they mean;
every text is finished. A screen, a slide and a sheet draw the same figure by reading the same marks;
`Layout` adds what a screen needs: pixels and the places of labels, once for wide and once for narrow.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "actual",  # counted, solid
    "carried",  # carried forward from an earlier month, not counted
    "lost",  # a counted decrease, hollow
    "plan",  # goal, commitment or required, outlined and empty
    "forecast",  # what would come, accent
    "scenario",  # what would come of an assumption, dotted and empty
    "published",  # published elsewhere, hollow
    "disputed",  # published, and contradicted
    "base",  # where a rise starts
    "unassigned",  # promised by nobody
    "context",  # there to compare with
    "behind",
    "ahead",
]
Tone = Literal["ink", "muted", "paper", "accent", "behind", "ahead"]
Align = Literal["left", "center", "right"]
VerticalAlign = Literal["top", "middle", "bottom"]
Place = float | dt.date
Machine = str | int | float | None


@dataclass(frozen=True, slots=True)
class Words:
    """Finished words of one weight and tone."""

    text: str
    tone: Tone = "ink"
    strong: bool = False


Text = tuple[tuple[Words, ...], ...]


def text(*lines: str | Words | Iterable[Words]) -> Text:
    """Lines of words; a bare string is a plain line."""
    return tuple(
        (Words(line),) if isinstance(line, str) else (line,) if isinstance(line, Words) else tuple(line)
        for line in lines
    )


def plain(lines: Text) -> str:
    """The same without weights, its lines joined by a space."""
    return " ".join("".join(words.text for words in line) for line in lines)


@dataclass(frozen=True, slots=True)
class Point:
    """A place in data units; `key` names the part that a click on it means."""

    x: Place
    y: float
    hover: Text = ()
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A line through points, in their order; dotted where it only measures a distance."""

    role: Role
    name: str
    points: tuple[Point, ...]
    colour: str | None = None
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A range at a place of x, from `low` to `high` in data units of y."""

    x: Place
    low: float
    high: float
    hover: Text = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A range along x, pale behind every other mark; with `edge` it is its two thin edges and no ground."""

    role: Role
    name: str
    points: tuple[Span, ...]
    colour: str | None = None
    edge: bool = False


@dataclass(frozen=True, slots=True)
class Dots:
    """Points marked one by one; `size` in pixels."""

    role: Role
    name: str
    points: tuple[Point, ...]
    symbol: Literal["circle", "diamond", "square"] = "circle"
    size: int = 9
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar at a row or column position, from `start` to `end` in people; `value` is its finished number."""

    at: float
    start: float
    end: float
    value: str
    hover: Text = ()
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars of one role, over columns or, if horizontal, along rows."""

    role: Role
    name: str
    bars: tuple[Bar, ...]
    horizontal: bool = False
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket beside the end of the x axis that holds together two values of y."""

    role: Role
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Cut:
    """The mark on a bar that does not start at zero; `upright` where the bar is a column."""

    x: float
    at: float
    upright: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of a grid at a column and a row, both counted from 0; row 0 stands on top.

    `shade` runs from 0 (least) to 1 (most) of the figure's scale; None is not known, drawn empty.
    """

    column: float
    row: float
    shade: float | None
    label: Text = ()
    hover: Text = ()
    key: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """Squares of a heat map or a tile grid; `lost` ones are decreases, hollow and never shaded.

    `width` in columns and `height` in rows are what a cell fills around its place.
    """

    role: Role
    name: str
    cells: tuple[Cell, ...]
    width: float = 0.94
    height: float = 0.94


@dataclass(frozen=True, slots=True)
class Area:
    """An outline on a map by its code in `map/provinces.geojson`; `shade` as with a cell."""

    code: str
    shade: float | None
    hover: Text = ()
    key: str | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Areas:
    """The outlines of a map. A figure with areas has no axes."""

    role: Role
    name: str
    areas: tuple[Area, ...]


Mark = Path | Band | Dots | Bars | Bracket | Cut | Cells | Areas


@dataclass(frozen=True, slots=True)
class Panel:
    """One of several small charts on the same two axes, under a title of its own.

    `x` is the span of an x axis of its own, where one is needed; words beside its marks say so then.
    """

    title: Text
    marks: tuple[Mark, ...]
    notes: tuple["Note", ...] = ()
    narrow_notes: tuple["Note", ...] = ()
    x: "Axis | None" = None


@dataclass(frozen=True, slots=True)
class Axis:
    """The span of an axis in data units; `categories` name the positions 0, 1, 2 ... of a row axis."""

    low: Place
    high: Place
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tick:
    at: Place
    text: Text


@dataclass(frozen=True, slots=True)
class Note:
    """A label at a place in data units, or at the start or end of the x axis, moved by pixels.

    `dx` moves to the right and `dy` upwards; `align` and `valign` say which edge of the text stands
    there. A leader is a thin line from the place to the text; a note that covers hides the thin lines
    under it.
    """

    x: Place | Literal["start", "end"]
    y: float
    text: Text
    align: Align = "left"
    valign: VerticalAlign = "middle"
    dx: float = 0
    dy: float = 0
    size: int = 13
    leader: bool = False
    covers: bool = False


@dataclass(frozen=True, slots=True)
class Room:
    """Pixels kept free around the plot."""

    top: int
    right: int
    bottom: int
    left: int


@dataclass(frozen=True, slots=True)
class Layout:
    """How a figure is laid out on a screen: pixels, ticks and placed labels.

    `thickness` is the part of its row or column that a bar fills; `columns` says how many panels stand
    beside each other.
    """

    height: int
    room: Room
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    notes: tuple[Note, ...] = ()
    thickness: float = 0.62
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table under a figure."""

    header: str
    align: Align = "right"


@dataclass(frozen=True, slots=True)
class Table:
    """The figure's rows: finished text for people, ISO dates and plain numbers for machines."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    machine_columns: tuple[str, ...]
    machine_rows: tuple[tuple[Machine, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart: title with its finding, marks, axes, both layouts, and the table of the same numbers."""

    name: str
    title: str
    subtitle: str
    alt: str
    unit: str
    x: Axis
    y: Axis
    marks: tuple[Mark, ...]
    wide: Layout
    narrow: Layout
    table: Table
    panels: tuple[Panel, ...] = ()
    """Small charts instead of one; `marks` is empty then."""

    def __hash__(self) -> int:
        """Of its words: figures that differ say something else, and marks and tables are long."""
        return hash((self.name, self.title, self.subtitle, self.alt))
