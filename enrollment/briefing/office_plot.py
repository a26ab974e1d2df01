"""Where the plot of a chart stands on a slide, so that the words of the figure fit beside and above it."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from enrollment.briefing.office_text import Box, broken, width_of
from enrollment.drawing.native import Chart, charts, ranked
from enrollment.figures.description import Figure, Mark, Note, Place, Text, Tick, Words, plain
from enrollment.figures.placing import LINE_HEIGHT, number
from enrollment.language import Language

LABEL = 16
"""Pixels of letters in a chart, which is as small as can be read from the back of a room."""
_SMALLEST = 14
SCALE = LABEL / 13
"""Letters of a screen are 13 pixels high, and places of labels are told in its pixels."""
AIR = 8
_MOST_NAMES = 0.34
"""The part of a chart's width that the names of its rows may take."""
_ROW = 60
"""Pixels that a row takes at the least, where there is room."""
_EDGE = 0.05
"""A note nearer to an end of the plot than this part of it is not kept off that end by moving it."""
_BEYOND = 0.3
"""Part of an axis left beyond the longest bar for the number that stands there."""
_EVERY_MONTH = 28
"""The last day that every month has."""
_UNITS = ((1e6, "0,,"), (1e3, "0,"), (1, "0"), (0.01, "0%"))


@dataclass(frozen=True, slots=True)
class Part:
    """A chart of a figure, with its own title and words; a figure has one, or one for each panel."""

    figure: Figure
    title: Text
    chart: Chart
    notes: tuple[Note, ...]
    marks: tuple[Mark, ...]
    spelt: bool = False
    """Whether the axis names every category, though the figure has no ticks for them."""

    @property
    def numbers(self) -> tuple[Tick, ...]:
        """The ticks of the axis of numbers."""
        layout = self.figure.wide
        return layout.x_ticks if self.chart.kind in ("rows", "scatter") else layout.y_ticks

    @property
    def names(self) -> tuple[Tick, ...]:
        """The ticks of the other axis."""
        layout = self.figure.wide
        return layout.y_ticks if self.chart.kind in ("rows", "scatter") else layout.x_ticks

    @property
    def has_names(self) -> bool:
        """Whether the axis names every category itself: no key is to be read in the place of a name."""
        named = {round(number(tick.at)) for tick in self.names}
        return self.spelt or all(place in named for place, name in enumerate(self.chart.categories) if name)


def parts(figure: Figure) -> tuple[Part, ...]:
    """The charts of a figure that have a number to show."""
    found = charts(figure)
    if not figure.panels:
        return tuple(
            Part(figure, (), chart, figure.wide.notes, figure.marks) for _, chart in found if chart.series
        )
    return tuple(
        Part(figure, panel.title, chart, panel.notes, panel.marks)
        for panel, (_, chart) in zip(figure.panels, found, strict=True)
        if chart.series
    )


def largest(figure: Figure, most: int, language: Language) -> Part | None:
    """A map as a chart of its largest places, each with its number in finished words; None without any."""
    chart, table = ranked(figure), figure.table
    if not chart.series:
        return None
    names, values = chart.categories[:most], chart.series[0].values[:most]
    alike = len(table.columns) == len(table.machine_columns)
    words: dict[tuple[str, float], str] = {}
    for finished, row in zip(table.rows, table.machine_rows, strict=False):
        for said, value in zip(finished, row, strict=False):
            if alike and isinstance(value, int | float):
                words.setdefault((finished[0], value), said)
    labels = [
        words.get((str(name), value or 0)) or language.number(value or 0)
        for name, value in zip(names, values, strict=True)
    ]
    known = [value or 0 for value in values]
    series = replace(chart.series[0], values=values, labels=tuple(labels))
    low, high = min(0, *known), max(0, *known)
    # Numbers stand beyond the ends of bars.
    room = (high - low) * _BEYOND
    low, high = low - room * (low < 0), high + room * (high > 0)
    shown = replace(chart, categories=names, series=(series,), low=low, high=high)
    return Part(figure, (), shown, (), (), spelt=True)


def height_wanted(part: Part, most: float) -> float:
    """Pixels that a chart needs: rows are no thicker for there being much room."""
    if part.chart.kind != "rows":
        return most
    figure = part.figure
    lines = -(-len(figure.panels) // figure.wide.columns) if figure.panels else 1
    as_drawn = figure.wide.height / lines * SCALE
    return min(most, max(len(part.chart.categories) * _ROW, as_drawn))


def names_width(part: Part, width: float) -> float:
    """Pixels left of the plot for the names of rows, or for the words of the axis of numbers."""
    if part.chart.kind == "rows" and part.has_names:
        wanted = [width_of((Words(str(name)),), LABEL) for name in part.chart.categories]
        return min(max(wanted, default=0), width * _MOST_NAMES) + AIR
    ticks = part.names if part.chart.kind in ("rows", "scatter") else part.numbers
    return max((width_of(line, LABEL) for tick in ticks for line in tick.text), default=-AIR) + 2 * AIR


@dataclass(frozen=True, slots=True)
class Plot:
    """Where the plot stands on the slide, and where in it a place of the figure is."""

    part: Part
    box: Box
    room: Box
    low: float
    high: float
    size: float

    @classmethod
    def of(cls, part: Part, box: Box, left: float) -> "Plot":
        """The widest and highest plot beside and above which all words fit, at the largest letters."""
        low, high = ends_of(part)
        for size in (LABEL, _SMALLEST):
            whole = cls(part, box, box, low, high, size)
            width = min([box.width - left - AIR, *whole._widths(left)])
            if width >= 0.4 * box.width:
                break
        width = max(width, 0.4 * box.width)
        top, bottom = whole._margins(width)
        room = Box(box.left + left, box.top + top, width, max(box.height - top - bottom, 40))
        return cls(part, box, room, low, high, size)

    def _widths(self, left: float) -> Iterator[float]:
        """How wide the plot may be at most for each note that reaches over its end."""
        free = self.room.width - left
        for note in self.part.notes:
            at = self._along(note.x)
            wide = max((width_of(line, self.letters(note)) for line in note.text), default=0)
            over = note.dx * SCALE + {"left": wide, "center": wide / 2, "right": 0}[note.align]
            if at > 0.3:
                # A long note is broken, so that it takes no more than a good third.
                yield (free - min(over, 0.45 * self.room.width)) / at

    def _margins(self, width: float) -> tuple[float, float]:
        """Pixels above and below the plot, so that no note reaches over the chart."""
        top, bottom, whole = float(AIR), self._below(width), self.room.height
        for note in self.part.notes:
            at = self._across(note.y)
            tall = len(note.text) * self.letters(note) * LINE_HEIGHT
            up = {"bottom": tall, "middle": tall / 2, "top": 0.0}[note.valign] + note.dy * SCALE + 2
            if at > _EDGE:
                top = max(top, (up - (1 - at) * (whole - bottom)) / at)
            if 1 - at > _EDGE:
                bottom = max(bottom, (tall - up + 4 - at * (whole - top)) / (1 - at))
        return top, bottom

    def _below(self, width: float) -> float:
        """Pixels for the words below the plot."""
        chart = self.part.chart
        if chart.kind in ("rows", "scatter"):
            return LABEL * LINE_HEIGHT + AIR if self.part.numbers else 4
        if chart.kind == "days":
            return LABEL * LINE_HEIGHT + 1.5 * AIR
        if not self.part.has_names:
            return max((len(tick.text) for tick in self.part.names), default=0) * LABEL * LINE_HEIGHT + AIR
        column = width / max(len(chart.categories), 1)
        lines = (len(broken(((Words(str(name)),),), LABEL, column)) for name in chart.categories)
        return max(lines, default=0) * LABEL * LINE_HEIGHT + 1.5 * AIR

    @property
    def _lies(self) -> bool:
        return self.part.chart.kind in ("rows", "scatter")

    def letters(self, note: Note) -> float:
        """Pixels of the letters of a note, the larger ones of the figure larger here too."""
        return self.size + max(note.size - 13, 0)

    def _along(self, x: Place | str) -> float:
        """The part of the plot's width that lies left of a place."""
        chart = self.part.chart
        if isinstance(x, str):
            return 0.0 if x == "start" else 1.0
        if self._lies:
            axis = self.part.figure.x if chart.kind == "scatter" else None
            low, high = (number(axis.low), number(axis.high)) if axis else (self.low, self.high)
            return (number(x) - low) / ((high - low) or 1)
        if chart.kind == "days":
            first, last = days(self.part)
            return (number(x) - first.toordinal()) / ((last - first).days or 1)
        return (number(x) + 0.5) / max(len(chart.categories), 1)

    def _across(self, y: float) -> float:
        """The part of the plot's height that lies below a place."""
        chart = self.part.chart
        if chart.kind == "rows":
            return 1 - (y + 0.5) / max(len(chart.categories), 1)
        if chart.kind == "scatter":
            return 1 - (y - chart.low) / ((chart.high - chart.low) or 1)
        return (y - self.low) / ((self.high - self.low) or 1)

    def spot(self, x: Place | str, y: float) -> tuple[float, float]:
        """The pixel of a place on the slide."""
        room = self.room
        return room.left + self._along(x) * room.width, room.bottom - self._across(y) * room.height

    def length(self, start: float, end: float) -> float:
        """Pixels from one number to another along the axis of numbers, as far as they are on it."""
        ends = [min(max(value, self.low), self.high) for value in (start, end)]
        whole = self.room.width if self._lies else self.room.height
        return abs(ends[1] - ends[0]) / (self.high - self.low) * whole


def days(part: Part) -> tuple[dt.date, dt.date]:
    """The first and the last day of an axis of days.

    Programs count months from the first: from the 31st on they would miss those that are shorter.
    """
    found = [day for day in part.chart.categories if isinstance(day, dt.date)]
    return found[0].replace(day=min(found[0].day, _EVERY_MONTH)), found[-1]


def ends_of(part: Part) -> tuple[float, float]:
    """The ends of the axis of numbers; with ticks, its lower end is one, as programs count from it."""
    chart = part.chart
    if chart.kind == "scatter":
        return number(part.figure.x.low), number(part.figure.x.high)
    low, high = sorted((chart.low, chart.high))
    step = step_of(part.numbers)
    if step and tick_format(part.numbers):
        first = number(part.numbers[0].at)
        low = first - math.ceil(round((first - low) / step, 6)) * step
    return low, high if high > low else low + 1


def step_of(ticks: Sequence[Tick]) -> float | None:
    """The distance of ticks that stand evenly."""
    places = [number(tick.at) for tick in ticks]
    steps = [after - before for before, after in pairwise(places)]
    if not steps or steps[0] <= 0 or any(abs(step - steps[0]) > 1e-6 * steps[0] for step in steps):
        return None
    return steps[0]


def tick_format(ticks: Sequence[Tick]) -> str | None:
    """The form of numbers under which an office program writes the words of the figure, or None.

    It writes a comma or a point by its own language, so only whole numbers, of people, thousands or
    millions, are left to it.
    """
    for unit, form in _UNITS:
        ends = [_ending(tick, unit, form) for tick in ticks]
        found = {end for end in ends if end}
        if not ticks or None in ends or len(found) > 1:
            continue
        word = next(iter(found), "").replace('"', "")
        if not word:
            return f"{form};−{form}"
        if all(ends):
            return f'{form}"{word}";−{form}"{word}"'
        if sum(bool(end) for end in ends) == 1:
            at = next(number(tick.at) for tick, end in zip(ticks, ends, strict=True) if end)
            return f'[={at:.12g}]{form}"{word}";[<0]−{form};{form}'
    return None


def _ending(tick: Tick, unit: float, form: str) -> str | None:
    """What a tick says after its number, or None where a program would write another number."""
    count = number(tick.at) / unit
    whole = round(count)
    if abs(count - whole) > 1e-9 or abs(whole) >= 1_000:
        return None
    said = ("−" if whole < 0 else "") + str(abs(whole)) + ("%" if form.endswith("%") else "")
    words = plain(tick.text)
    end = words.removeprefix(said)
    goes_on = end[:1] in set("0123456789.,")
    return None if end == words or goes_on else end
