"""Where labels go so that nothing overlaps, reckoned in pixels of the narrowest and widest plot.

Heights are fixed and widths are not known here, so a label is tried at both ends of the widths that
occur. Text is measured roughly, on the wide side.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from enrollment.figures.description import Axis, Band, Layout, Note, Place, Text
from enrollment.figures.style import band_ground

LINE_HEIGHT = 1.3
_THIN = frozenset("iljtfrI.,:;'|!()[] \N{BULLET}\N{MIDDLE DOT}")
_BROAD = frozenset("mwMW%\N{BLACK DOWN-POINTING TRIANGLE}\N{BLACK UP-POINTING TRIANGLE}")
AIR = 3
"""Pixels kept free beside a label; above and below as many of its line are air already."""
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

Box = tuple[float, float, float, float]
Spot = tuple[float, float]


def number(place: Place) -> float:
    """A place on an axis as a number: days count from the calendar's first."""
    return float(place.toordinal()) if isinstance(place, dt.date) else place


def text_width(words: str, size: float, strong: bool = False) -> float:
    """Pixels that words take in Source Sans, roughly."""
    ems = 0.0
    for letter in words:
        if letter in _THIN:
            ems += 0.28
        elif letter in _BROAD:
            ems += 0.82
        elif letter.isupper():
            ems += 0.58
        elif ord(letter) > 0x2E7F:
            ems += 1.0
        else:
            ems += 0.5
    return ems * size * (1.05 if strong else 1.0)


def shorten(words: str, size: float, width: float) -> str:
    """Words cut with an ellipsis so that they fit into `width` pixels."""
    if text_width(words, size) <= width:
        return words
    kept = words
    while kept and text_width(kept + ELLIPSIS, size) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def wrapped(words: str, size: float, width: float, most: int = 99) -> tuple[str, ...]:
    """Words broken into lines of at most `width` pixels; the last of `most` lines takes the rest, cut."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (len(lines) == most or text_width(longer, size) <= width):
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(shorten(line, size, width) for line in lines)


def extent(lines: Text, size: float) -> tuple[float, float]:
    """Width and height of lines of words in pixels."""
    widths = [sum(text_width(words.text, size, words.strong) for words in line) for line in lines]
    return max(widths, default=0.0), len(lines) * size * LINE_HEIGHT


@dataclass(frozen=True, slots=True)
class Plane:
    """A plot of a supposed width, to turn data units into pixels from its top left corner."""

    x: Axis
    y: Axis
    layout: Layout
    width: float

    @property
    def height(self) -> float:
        return self.layout.height - self.layout.room.top - self.layout.room.bottom

    def spot(self, x: Place, y: float) -> Spot:
        """The pixel of a place."""
        across = (number(x) - number(self.x.low)) / (number(self.x.high) - number(self.x.low))
        down = (number(self.y.high) - y) / (number(self.y.high) - number(self.y.low))
        return across * self.width, down * self.height

    def box(self, note: Note) -> Box:
        """Left, top, right and bottom of a note."""
        x = self.x.low if note.x == "start" else self.x.high if isinstance(note.x, str) else note.x
        left, top = self.spot(x, note.y)
        wide, high = extent(note.text, note.size)
        left += note.dx - {"left": 0.0, "center": wide / 2, "right": wide}[note.align]
        top += -note.dy - {"top": 0.0, "middle": high / 2, "bottom": high}[note.valign]
        return left, top, left + wide, top + high

    def holds(self, box: Box) -> bool:
        """Whether a box stays on the plot, or at most in the room above it."""
        return (
            box[0] >= -8
            and box[1] >= -self.layout.room.top
            and box[2] <= self.width + 8
            and box[3] <= self.height
        )


def _meets(box: Box, other: Box) -> bool:
    return box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]


def _crosses(box: Box, start: Spot, end: Spot) -> bool:
    """Whether a straight line touches a box."""
    return _lies_over(box, (start, start), (end, end))


def _lies_over(box: Box, start: tuple[Spot, Spot], end: tuple[Spot, Spot]) -> bool:
    """Whether a stretch of a band touches a box; either end is given by its lower and its upper spot.

    It does where the band is right of the box's left side, left of its right, below its top and above
    its bottom at once: each holds on one side of a place along the stretch.
    """
    inside = [
        (low[0] - box[0], box[2] - low[0], low[1] - box[1], box[3] - high[1]) for low, high in (start, end)
    ]
    enter, leave = 0.0, 1.0
    for first, last in zip(*inside, strict=True):
        if first < 0 and last < 0:
            return False
        if first < 0:
            enter = max(enter, first / (first - last))
        elif last < 0:
            leave = min(leave, first / (first - last))
    return enter <= leave


def _touches(box: Box, band: Band, plane: Plane) -> bool:
    """Whether a box meets the ground of a band, or its edges where these alone are drawn."""
    spots = [(plane.spot(point.x, point.low), plane.spot(point.x, point.high)) for point in band.points]
    if band_ground(band):
        return any(_lies_over(box, start, end) for start, end in pairwise(spots))
    edges = zip(*spots, strict=True)
    return any(_crosses(box, start, end) for edge in edges for start, end in pairwise(edge))


def first_free(
    candidates: Iterable[Note],
    *,
    planes: Sequence[Plane],
    paths: Sequence[Sequence[tuple[Place, float]]] = (),
    areas: Sequence[tuple[tuple[Place, float], tuple[Place, float]]] = (),
    bands: Sequence[Band] = (),
    taken: Sequence[Note] = (),
) -> Note | None:
    """The first note that meets no line, area, band or other note on any plane; None if there is none."""
    for note in candidates:
        if all(_is_free(note, plane, paths, areas, bands, taken) for plane in planes):
            return note
    return None


def _is_free(
    note: Note,
    plane: Plane,
    paths: Sequence[Sequence[tuple[Place, float]]],
    areas: Sequence[tuple[tuple[Place, float], tuple[Place, float]]],
    bands: Sequence[Band],
    taken: Sequence[Note],
) -> bool:
    box = plane.box(note)
    if not plane.holds(box):
        return False
    if any(_meets(box, plane.box(other)) for other in taken):
        return False
    wider = (box[0] - AIR, box[1] + AIR, box[2] + AIR, box[3] - AIR)
    for first, second in areas:
        (left, top), (right, bottom) = plane.spot(*first), plane.spot(*second)
        if _meets(wider, (min(left, right), min(top, bottom), max(left, right), max(top, bottom))):
            return False
    for path in paths:
        spots = [plane.spot(*place) for place in path]
        if any(_crosses(wider, start, end) for start, end in pairwise(spots)):
            return False
    return not any(_touches(wider, band, plane) for band in bands)


def spread(
    wanted: Sequence[float], sizes: Sequence[float], *, low: float, high: float, gap: float = 4
) -> list[float]:
    """Centres of stacked labels as near as possible to those wanted, without overlap, in given order.

    Where more stands than fits between `low` and `high` the labels keep their order and their
    distance and run over the end.
    """
    offsets = [0.0]
    for before, after in pairwise(sizes):
        offsets.append(offsets[-1] + (before + after) / 2 + gap)
    # Pool neighbours that would overlap: each pool stands where its members stand on average.
    pools: list[list[float]] = []
    for want, offset in zip(wanted, offsets, strict=False):
        pools.append([want - offset, 1])
        while len(pools) > 1 and pools[-2][0] >= pools[-1][0]:
            mean, count = pools.pop()
            pools[-1] = [
                (pools[-1][0] * pools[-1][1] + mean * count) / (pools[-1][1] + count),
                pools[-1][1] + count,
            ]
    centres: list[float] = []
    for mean, count in pools:
        for _ in range(int(count)):
            centres.append(mean + offsets[len(centres)])
    if not centres:
        return []
    over = centres[-1] + sizes[-1] / 2 - high
    if over > 0:
        reach = high - sizes[-1] / 2
        for place in range(len(centres) - 1, -1, -1):
            centres[place] = min(centres[place], reach + offsets[place] - offsets[-1])
    for place, centre in enumerate(centres):
        centres[place] = max(centre, low + sizes[0] / 2 + offsets[place])
    return centres
