"""The rectangle of a printed picture in which marks are drawn: scales, axis lines, ticks and labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enrollment.drawing.lettering import EVERYWHERE, Spec, Typeface, lines
from enrollment.figures.description import Axis, Layout, Note, Place, Tick
from enrollment.figures.placing import number
from enrollment.figures.style import NOTE, Theme, colour

SOLID: list[float] = []


@dataclass(frozen=True, slots=True)
class Plot:
    """The rectangle in which marks are drawn: its axes, its pixels, and what it shows at its edges."""

    x: Axis
    y: Axis
    width: float
    height: float
    layout: Layout
    theme: Theme
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    grid: tuple[Tick, ...] = ()
    """Values of y that a line runs along, where rows have no names."""
    face: Typeface = EVERYWHERE

    def across(self, pixels: float) -> float:
        """Data units of x that a number of pixels to the right spans."""
        return pixels / self.width * (number(self.x.high) - number(self.x.low))

    def up(self, pixels: float) -> float:
        """Data units of y that a number of pixels upwards spans."""
        return pixels / self.height * (number(self.y.high) - number(self.y.low))

    def place(self, place: Place | str) -> float:
        """A place on the x axis, its start and its end among them."""
        if isinstance(place, str):
            return number(self.x.low if place == "start" else self.x.high)
        return number(place)

    @property
    def place_of_top(self) -> float:
        """The end of the y axis."""
        return number(self.y.high)

    def paint(self, name: str) -> str:
        return colour(name, self.theme)


def ground(plot: Plot, *, bare: bool) -> list[Spec]:
    """Lines of the axes: columns stand on a line or on zero, rows start at a line of zero."""
    left, right = number(plot.x.low), number(plot.x.high)
    bottom, top = number(plot.y.low), number(plot.y.high)
    found: list[tuple[float, float, float, float, str]] = []
    if bare:
        return []
    if plot.y.categories:
        if min(left, right) <= 0 <= max(left, right):
            found.append((0, bottom, 0, top, "axis"))
    else:
        found += [(left, number(tick.at), right, number(tick.at), "grid") for tick in plot.grid]
        if bottom < 0:
            found.append((left, 0, right, 0, "axis"))
        elif plot.layout.x_ticks:
            found.append((left, bottom, right, bottom, "axis"))
    return [
        {
            "x": x,
            "y": y,
            "x2": x2,
            "y2": y2,
            "stroke": plot.paint(tone),
            "strokeWidth": 1,
            "strokeDash": SOLID,
        }
        for x, y, x2, y2, tone in found
    ]


def ticks(plot: Plot) -> Iterable[Spec]:
    left, bottom = number(plot.x.low), number(plot.y.low)
    for tick in plot.x_ticks:
        yield from lines(
            tick.text,
            x=number(tick.at),
            y=bottom,
            theme=plot.theme,
            align="center",
            valign="top",
            dy=-5,
            size=NOTE,
        )
    for tick in plot.y_ticks:
        # Names of rows are ranged left at the edge of the chart, numbers right at the plot.
        named = bool(plot.y.categories)
        yield from lines(
            tick.text,
            x=left,
            y=number(tick.at),
            theme=plot.theme,
            align="left" if named else "right",
            dx=-plot.layout.room.left if named else -8,
            size=NOTE,
        )


def notes_of(plot: Plot, notes: Sequence[Note]) -> Iterable[Spec]:
    for note in notes:
        yield from lines(
            note.text,
            x=plot.place(note.x),
            y=note.y,
            theme=plot.theme,
            align=note.align,
            valign=note.valign,
            dx=note.dx,
            dy=note.dy,
            size=note.size,
            covers=note.covers,
        )


def leader(plot: Plot, note: Note) -> Spec:
    """A thin line from a few pixels off the place to the text."""
    x, y = plot.place(note.x), note.y
    far = max((note.dx**2 + note.dy**2) ** 0.5, 1)
    start, end = min(6 / far, 1), max(1 - 3 / far, 0)
    return {
        "x": x + plot.across(note.dx * start),
        "y": y + plot.up(note.dy * start),
        "x2": x + plot.across(note.dx * end),
        "y2": y + plot.up(note.dy * end),
        "stroke": plot.paint("context"),
        "strokeWidth": 1,
        "strokeDash": SOLID,
    }
