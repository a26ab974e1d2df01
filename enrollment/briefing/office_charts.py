"""Charts that an office program draws itself, with their numbers in a workbook behind them.

The room for the plot is given and not left to the program, so that words can stand where the figure puts
them. Words beside a bar or a point are its label and move with it; others are boxes of text above the chart.
"""

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from enrollment.briefing.office_text import (
    TAGS,
    Box,
    Pen,
    broken,
    decorative,
    described,
    painted,
    width_of,
)
from enrollment.drawing.lettering import visible
from enrollment.drawing.native import Chart, Series, charts, ranked
from enrollment.drawing.office import letters
from enrollment.figures.description import (
    Align,
    Bars,
    Bracket,
    Figure,
    Mark,
    Note,
    Place,
    Text,
    Tick,
    Words,
    plain,
)
from enrollment.figures.placing import LINE_HEIGHT, number
from enrollment.figures.style import LOOKS, Look, band_edges, paler
from enrollment.language import Language

LABEL = 16
"""Pixels of letters in a chart, which is as small as can be read from the back of a room."""
_SMALLEST = 14
_SCALE = LABEL / 13
"""Letters of a screen are 13 pixels high, and places of labels are told in its pixels."""
_EXCEL = dt.date(1899, 12, 30).toordinal()
_KINDS = {
    ("rows", False): XL_CHART_TYPE.BAR_CLUSTERED,
    ("rows", True): XL_CHART_TYPE.BAR_STACKED,
    ("columns", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("columns", True): XL_CHART_TYPE.COLUMN_STACKED,
    ("days", False): XL_CHART_TYPE.LINE,
    ("scatter", False): XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS,
}
_DASHES = {
    "5px,4px": MSO_LINE.DASH,
    "3px,3px": MSO_LINE.SQUARE_DOT,
    "7px,4px": MSO_LINE.DASH,
    "2px,3px": MSO_LINE.ROUND_DOT,
}
# Pixels and percent of the colour: the edges of a range with a ground are broad and pale in its place.
_BROAD, _PALE = 3.3, 40
_AIR = 8
_MOST_NAMES = 0.34
"""The part of a chart's width that the names of its rows may take."""
_ROW = 60
"""Pixels that a row takes at the least, where there is room."""
_FEW = 15
_EDGE = 0.05
_BEYOND = 0.3
_STARTS: dict[Any, Align] = {XL_LABEL_POSITION.RIGHT: "left", XL_LABEL_POSITION.LEFT: "right"}
_MONTHS = {"id": "[$-421]", "en": "[$-809]"}
_EVERY_MONTH = 28
"""The last day that every month has."""
_SOON = 5
"""Days within which a month at an end of the axis of days stands there."""
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
    as_drawn = figure.wide.height / lines * _SCALE
    return min(most, max(len(part.chart.categories) * _ROW, as_drawn))


def names_width(part: Part, width: float) -> float:
    """Pixels left of the plot for the names of rows, or for the words of the axis of numbers."""
    if part.chart.kind == "rows" and part.has_names:
        wanted = [width_of((Words(str(name)),), LABEL) for name in part.chart.categories]
        return min(max(wanted, default=0), width * _MOST_NAMES) + _AIR
    ticks = part.names if part.chart.kind in ("rows", "scatter") else part.numbers
    return max((width_of(line, LABEL) for tick in ticks for line in tick.text), default=-_AIR) + 2 * _AIR


def draw(pen: Pen, box: Box, part: Part, *, alt: str, left: float, made: dt.datetime) -> None:
    """The chart in its box; `left` are the pixels kept for names, none of which are drawn where it is 0."""
    plot = _Plot.of(part, box, left)
    kind = _KINDS[part.chart.kind, part.chart.stacked and part.chart.kind != "scatter"]
    framed = pen.slide.shapes.add_chart(kind, *pen.around(box), _data(part.chart, made))
    described(framed, alt)
    native = framed.chart
    native.has_legend = native.has_title = False
    native.font.size = pen.points(LABEL)
    painted(native.font.color, "ink")
    _spoken(native, pen)
    _bare(native)
    _placed(native, plot, box)
    _apart(native, part.chart)
    _axes(native, part, plot, pen, named=left > 0)
    _looks(native, part)
    rest = _labels(native, part, plot, box, pen)
    _words(pen, part, plot, box, rest, named=left > 0)


# The room of the plot


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the plot stands on the slide, and where in it a place of the figure is."""

    part: Part
    room: Box
    low: float
    high: float
    size: float

    @classmethod
    def of(cls, part: Part, box: Box, left: float) -> "_Plot":
        """The widest and highest plot beside and above which all words fit, at the largest letters."""
        low, high = _ends(part)
        for size in (LABEL, _SMALLEST):
            whole = cls(part, box, low, high, size)
            width = min([box.width - left - _AIR, *whole._widths(left)])
            if width >= 0.4 * box.width:
                break
        width = max(width, 0.4 * box.width)
        top, bottom = whole._margins(width)
        room = Box(box.left + left, box.top + top, width, max(box.height - top - bottom, 40))
        return cls(part, room, low, high, size)

    def _widths(self, left: float) -> Iterator[float]:
        """How wide the plot may be at most for each note that reaches over its end."""
        free = self.room.width - left
        for note in self.part.notes:
            at = self._along(note.x)
            wide = max((width_of(line, self.letters(note)) for line in note.text), default=0)
            over = note.dx * _SCALE + {"left": wide, "center": wide / 2, "right": 0}[note.align]
            if at > 0.3:
                # A long note is broken, so that it takes no more than a good third.
                yield (free - min(over, 0.45 * self.room.width)) / at

    def _margins(self, width: float) -> tuple[float, float]:
        """Pixels above and below the plot, so that no note reaches over the chart."""
        top, bottom, whole = float(_AIR), self._below(width), self.room.height
        for note in self.part.notes:
            at = self._across(note.y)
            tall = len(note.text) * self.letters(note) * LINE_HEIGHT
            up = {"bottom": tall, "middle": tall / 2, "top": 0.0}[note.valign] + note.dy * _SCALE + 2
            if at > _EDGE:
                top = max(top, (up - (1 - at) * (whole - bottom)) / at)
            if 1 - at > _EDGE:
                bottom = max(bottom, (tall - up + 4 - at * (whole - top)) / (1 - at))
        return top, bottom

    def _below(self, width: float) -> float:
        """Pixels for the words below the plot."""
        chart = self.part.chart
        if chart.kind in ("rows", "scatter"):
            return LABEL * LINE_HEIGHT + _AIR if self.part.numbers else 4
        if chart.kind == "days":
            return LABEL * LINE_HEIGHT + 1.5 * _AIR
        if not self.part.has_names:
            return max((len(tick.text) for tick in self.part.names), default=0) * LABEL * LINE_HEIGHT + _AIR
        column = width / max(len(chart.categories), 1)
        lines = (len(broken(((Words(str(name)),),), LABEL, column)) for name in chart.categories)
        return max(lines, default=0) * LABEL * LINE_HEIGHT + 1.5 * _AIR

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

    def length(self, people: float) -> float:
        """Pixels of a number along the axis of numbers."""
        room = self.room
        return abs(people) / ((self.high - self.low) or 1) * (room.width if self._lies else room.height)


def days(part: Part) -> tuple[dt.date, dt.date]:
    """The first and the last day of an axis of days.

    Programs count months from the first: from the 31st on they would miss those that are shorter.
    """
    found = [day for day in part.chart.categories if isinstance(day, dt.date)]
    return found[0].replace(day=min(found[0].day, _EVERY_MONTH)), found[-1]


def _ends(part: Part) -> tuple[float, float]:
    """The ends of the axis of numbers; with ticks, its lower end is one, as programs count from it."""
    chart = part.chart
    if chart.kind == "scatter":
        return number(part.figure.x.low), number(part.figure.x.high)
    low, high = sorted((chart.low, chart.high))
    step = _step(part.numbers)
    if step and tick_format(part.numbers):
        first = number(part.numbers[0].at)
        low = first - math.ceil(round((first - low) / step, 6)) * step
    return low, high if high > low else low + 1


def _step(ticks: Sequence[Tick]) -> float | None:
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


# Numbers


class _Sheet(CategoryWorkbookWriter):
    """The workbook behind a chart, in which every text is text and nothing tells the time."""

    def __init__(self, data: Any, made: dt.datetime) -> None:
        super().__init__(data)  # type: ignore[no-untyped-call]
        self._made = made

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[Any]:
        with super()._open_worksheet(xlsx_file) as (book, sheet):
            book.set_properties({"created": self._made})
            yield book, sheet

    def _write_cat_column(self, worksheet: Any, col: int, level: Any, num_format: Any) -> None:
        worksheet.set_column(col, col, 24)
        for off, name in level:
            if isinstance(name, dt.date):
                worksheet.write_datetime(off + 1, col, name, num_format)
            else:
                worksheet.write_string(off + 1, col, name)

    def _write_series(self, workbook: Any, worksheet: Any) -> None:
        for place, series in enumerate(self._chart_data, 1):
            worksheet.write_string(0, place, series.name)
            for down, value in enumerate(series.values, 1):
                if value is not None:
                    worksheet.write_number(down, place, value)


class _PairsSheet(XyWorkbookWriter):
    """The same for pairs of numbers, a block of rows for each series."""

    def __init__(self, data: Any, made: dt.datetime) -> None:
        super().__init__(data)  # type: ignore[no-untyped-call]
        self._made = made

    @contextmanager
    def _open_worksheet(self, xlsx_file: Any) -> Iterator[Any]:
        with super()._open_worksheet(xlsx_file) as (book, sheet):
            book.set_properties({"created": self._made})
            yield book, sheet

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        for series in self._chart_data:
            top = self.series_table_row_offset(series)  # type: ignore[no-untyped-call]
            worksheet.write_string(top, 1, series.name)
            for column, values in enumerate((series.x_values, series.y_values)):
                for down, value in enumerate(values, top + 1):
                    worksheet.write_number(down, column, value)


class _Numbers(CategoryChartData):
    made: dt.datetime

    @property
    def _workbook_writer(self) -> _Sheet:
        return _Sheet(self, self.made)


class _Pairs(XyChartData):
    made: dt.datetime

    @property
    def _workbook_writer(self) -> _PairsSheet:
        return _PairsSheet(self, self.made)


def named(text: str) -> str:
    """The name of a series or a category, which no program runs when its cell is opened."""
    return letters(visible(text))


def _data(chart: Chart, made: dt.datetime) -> Any:
    made_of: Any = _Pairs if chart.kind == "scatter" else _Numbers
    data = made_of()
    data.made = made
    if chart.kind == "scatter":
        for series in chart.series:
            row = data.add_series(named(series.name))
            for x, y in zip(series.places, series.values, strict=True):
                row.add_data_point(x, y)
        return data
    data.categories = [name if isinstance(name, dt.date) else named(name) for name in chart.categories]
    for series in chart.series:
        data.add_series(named(series.name), series.values)
    return data


# What the program draws


def _spoken(native: Any, pen: Pen) -> None:
    """The letters of the slide and its language, for all that the program writes in the chart."""
    defaults = native._chartSpace.xpath("c:txPr//a:defRPr")[0]
    defaults.append(parse_xml(f'<a:latin {nsdecls("a")} typeface="+mn-lt"/>'))
    spoken = parse_xml(f'<c:lang {nsdecls("c")} val="{TAGS[pen.language]}"/>')
    native._chartSpace.insert(len(native._chartSpace.findall(qn("c:date1904"))), spoken)


def _bare(native: Any) -> None:
    """No ground and no frame: the chart lies on the slide."""
    space = native._chartSpace
    space.find(qn("c:txPr")).addprevious(
        parse_xml(f"<c:spPr {nsdecls('c', 'a')}><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>")
    )


def _placed(native: Any, plot: _Plot, box: Box) -> None:
    """The room of the plot, told as parts of the chart."""
    room = plot.room
    sides = (
        ("x", (room.left - box.left) / box.width),
        ("y", (room.top - box.top) / box.height),
        ("w", room.width / box.width),
        ("h", room.height / box.height),
    )
    told = "".join(f'<c:{name} val="{value:.5f}"/>' for name, value in sides)
    area = native._chartSpace.chart.plotArea
    for given in area.findall(qn("c:layout")):
        area.remove(given)
    area.insert(
        0,
        parse_xml(
            f'<c:layout {nsdecls("c")}><c:manualLayout><c:layoutTarget val="inner"/>'
            f'<c:xMode val="edge"/><c:yMode val="edge"/>{told}</c:manualLayout></c:layout>'
        ),
    )


def _apart(native: Any, chart: Chart) -> None:
    """Lines over columns: they were made as columns, so that the workbook holds them, and share the axes."""
    area = native._chartSpace.chart.plotArea
    if chart.kind == "days":
        native._chartSpace.chart.find(qn("c:dispBlanksAs")).set("val", "span")
    lines = [place for place, series in enumerate(chart.series) if series.shape == "line"]
    if chart.kind != "columns" or not lines:
        return
    bars = area.find(qn("c:barChart"))
    drawn = parse_xml(
        f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/>'
        '<c:marker val="1"/></c:lineChart>'
    )
    marker = drawn.find(qn("c:marker"))
    every = bars.findall(qn("c:ser"))
    for place in lines:
        series = every[place]
        for inverted in series.findall(qn("c:invertIfNegative")):
            series.remove(inverted)
        series.append(parse_xml(f'<c:smooth {nsdecls("c")} val="0"/>'))
        marker.addprevious(series)
    for axis in bars.findall(qn("c:axId")):
        drawn.append(parse_xml(f'<c:axId {nsdecls("c")} val="{axis.get("val")}"/>'))
    bars.addnext(drawn)


def _axes(native: Any, part: Part, plot: _Plot, pen: Pen, *, named: bool) -> None:
    chart = part.chart
    numbers, names = (
        (native.category_axis, native.value_axis)
        if chart.kind == "scatter"
        else (native.value_axis, native.category_axis)
    )
    form, step = tick_format(part.numbers), _step(part.numbers)
    numbers.minimum_scale, numbers.maximum_scale = plot.low, plot.high
    numbers.has_major_gridlines = bool(form and step) and chart.kind in ("days", "columns")
    for axis in (numbers, names):
        axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
        painted(axis.tick_labels.font.color, "muted")
        axis.tick_labels.font.size = pen.points(LABEL)
    numbers.format.line.fill.background()
    numbers.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    if numbers.has_major_gridlines and form and step:
        numbers.major_unit = step
        painted(numbers.major_gridlines.format.line.color, "grid")
        numbers.major_gridlines.format.line.width = pen.length(1)
        if named:
            numbers.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        numbers.tick_labels.number_format, numbers.tick_labels.number_format_is_linked = form, False
    names.has_major_gridlines = False
    painted(names.format.line.color, "axis")
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind in ("rows", "scatter"):
        names.reverse_order = True
    if chart.kind == "scatter":
        names.minimum_scale, names.maximum_scale = chart.low, chart.high
        names.visible = False
        return
    if chart.kind == "days":
        _months(names, numbers, part, plot, pen)
    elif not part.has_names or (chart.kind == "rows" and not named):
        names.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    elif chart.kind == "columns":
        _upright(names, part, plot)
    if chart.kind == "rows":
        painted(names.tick_labels.font.color, "ink")


def _upright(names: Any, part: Part, plot: _Plot) -> None:
    """Names that lie flat, and only as many as fit beside each other."""
    column = plot.room.width / max(len(part.chart.categories), 1)
    longest = max(
        (width_of((Words(word),), LABEL) for name in part.chart.categories for word in str(name).split()),
        default=0,
    )
    names._element.xpath("c:txPr/a:bodyPr")[0].set("rot", "0")
    names._element.xpath("c:txPr/a:bodyPr")[0].set("vert", "horz")
    skipped = math.ceil(longest / column)
    if skipped > 1:
        before = names._element.find(qn("c:noMultiLvlLbl"))
        before.addprevious(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{skipped}"/>'))


def _months(names: Any, numbers: Any, part: Part, plot: _Plot, pen: Pen) -> None:
    """An axis of days with the months that fit; the first and the last say their year."""
    first, last = days(part)
    months = max((last.year - first.year) * 12 + last.month - first.month, 1)
    wide = width_of((Words("Sep 2021"),), LABEL)
    step = next(
        (step for step in (1, 2, 3, 4, 6, 12, 24) if plot.room.width / (months / step) >= wide * 0.75), 24
    )
    axis = names._element
    low, high = first.toordinal() - _EXCEL, last.toordinal() - _EXCEL
    names.minimum_scale, names.maximum_scale = low, high
    language = _MONTHS[pen.language]
    names.tick_labels.number_format = (
        f"[<={low + _SOON}]{language}mmm yyyy;[>={high - _SOON}]{language}mmm yyyy;{language}mmm"
        if step < 12
        else f"{language}mmm yyyy"
    )
    names.tick_labels.number_format_is_linked = False
    axis.xpath("c:txPr/a:bodyPr")[0].set("rot", "0")
    for name in ("baseTimeUnit", "majorUnit", "majorTimeUnit"):
        for given in axis.findall(qn(f"c:{name}")):
            axis.remove(given)
    for name, value in (("baseTimeUnit", "days"), ("majorUnit", step), ("majorTimeUnit", "months")):
        axis.append(parse_xml(f'<c:{name} {nsdecls("c")} val="{value}"/>'))
    # Points stand on the ends of the axis, not half a day within.
    for given in numbers._element.findall(qn("c:crossBetween")):
        numbers._element.remove(given)
    numbers._element.find(qn("c:crosses")).addnext(
        parse_xml(f'<c:crossBetween {nsdecls("c")} val="midCat"/>')
    )


def _looks(native: Any, part: Part) -> None:
    """Each series as its role looks."""
    for plot in native.plots:
        if plot._element.tag == qn("c:barChart"):
            thickness = min(max(part.figure.wide.thickness, 0.2), 1.0)
            plot.gap_width = round((1 / thickness - 1) * 100)
            plot.overlap = 100
    for drawn, series in zip(_in_order(native), part.chart.series, strict=True):
        if series.shape == "bar":
            _bar(drawn, series)
        else:
            _line(drawn, series)


def _in_order(native: Any) -> list[Any]:
    found = [series for plot in native.plots for series in plot.series]
    return sorted(found, key=lambda series: int(series._element.find(qn("c:order")).get("val")))


def _bar(drawn: Any, series: Series) -> None:
    drawn.invert_if_negative = False
    if series.role is None:
        drawn.format.fill.background()
        drawn.format.line.fill.background()
        return
    look = LOOKS[series.role]
    paint = series.colour or look.line
    painted(drawn.format.line.color, paint)
    drawn.format.line.width = round(1.25 * 9525)
    if series.role == "carried":
        drawn.format.fill.patterned()
        drawn.format.fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        painted(drawn.format.fill.fore_color, paint)
        painted(drawn.format.fill.back_color, "paper")
    elif look.fill == "paper":
        painted(drawn.format.fill, "paper")
    else:
        painted(drawn.format.fill, series.colour or look.fill)


def _line(drawn: Any, series: Series) -> None:
    look = LOOKS[series.role or "context"]
    paint = series.colour or look.line
    drawn.smooth = False
    line = drawn.format.line
    if series.shape == "dots":
        line.fill.background()
        drawn.marker.style = XL_MARKER_STYLE.DIAMOND if series.role == "plan" else XL_MARKER_STYLE.CIRCLE
        drawn.marker.size = 9
        painted(drawn.marker.format.fill, "paper" if look.fill == "paper" else paint)
        painted(drawn.marker.format.line.color, paint)
        drawn.marker.format.line.width = round(1.6 * 9525)
        return
    drawn.marker.style = XL_MARKER_STYLE.NONE
    width, dash = look.width * 1.15, look.dash
    if series.edge:
        edges = band_edges(series.role or "context")
        width, dash = (_BROAD, "solid") if series.pale else (edges.width, edges.dash)
        paint = paler(paint, _PALE) if series.pale else paint
    painted(line.color, paint)
    line.width = round(width * 9525)
    if dash != "solid":
        line.dash_style = _DASHES[dash]


# Words


def _labels(native: Any, part: Part, plot: _Plot, box: Box, pen: Pen) -> list[Note]:
    """Give bars and points the words that stand beside them; what is left belongs to none."""
    chart = part.chart
    if chart.kind == "scatter":
        return list(part.notes)
    drawn = _in_order(native)
    rest = []
    taken: set[tuple[int, int]] = set()
    for note in part.notes:
        found = _meant(part, note)
        if found is None or found in taken:
            rest.append(note)
            continue
        taken.add(found)
        place, at = found
        if chart.series[place].shape == "bar":
            _beside_bar(drawn[place].points[at], part, plot, box, pen, note, found)
        else:
            _beside_point(drawn[place].points[at], plot, box, pen, note)
    if not taken and not part.notes:
        _own_labels(drawn, part, plot, box, pen)
    return rest


def _meant(part: Part, note: Note) -> tuple[int, int] | None:
    """The series and the category whose mark a note stands at."""
    chart = part.chart
    if chart.kind == "days":
        day = days(part)[1] if note.x == "end" else note.x
        if not isinstance(day, dt.date) or day not in chart.categories:
            return None
        at = chart.categories.index(day)
        return next(
            (
                (place, at)
                for place, series in reversed(list(enumerate(chart.series)))
                if not series.edge and series.values[at] == note.y
            ),
            None,
        )
    where, value = (note.y, note.x) if chart.kind == "rows" else (note.x, note.y)
    if isinstance(where, str | dt.date) or isinstance(value, str | dt.date):
        return None
    at = round(where)
    if abs(where - at) > 1e-9 or not 0 <= at < len(chart.categories):
        return None
    shown = [
        (place, *_reach(chart, place, at))
        for place, series in enumerate(chart.series)
        if series.shape == "bar" and series.role and series.values[at]
    ]
    near = 1e-6 * (abs(chart.high - chart.low) or 1)
    inside = note.align == "center" and note.valign == "middle"
    for place, start, end in reversed(shown):
        within = min(start, end) - near <= value <= max(start, end) + near
        if within if inside or chart.stacked else abs(value - end) <= near:
            return place, at
    return None


def _reach(chart: Chart, place: int, at: int) -> tuple[float, float]:
    """From where to where a bar reaches along the axis of numbers."""
    value = chart.series[place].values[at] or 0
    if not chart.stacked:
        return 0.0, value
    below = sum(
        other.values[at] or 0
        for other in chart.series[:place]
        if other.shape == "bar" and ((other.values[at] or 0) < 0) == (value < 0)
    )
    return below, below + value


def _beside_bar(
    point: Any, part: Part, plot: _Plot, box: Box, pen: Pen, note: Note, found: tuple[int, int]
) -> None:
    """The words of a note in the bar, or beside its end."""
    place, at = found
    chart = part.chart
    start, end = _reach(chart, place, at)
    lies = chart.kind == "rows"
    size = plot.letters(note)
    wide = max((width_of(line, size) for line in note.text), default=0)
    tall = len(note.text) * size * LINE_HEIGHT
    length = plot.length(
        max(min(max(start, end), plot.high), plot.low) - min(max(min(start, end), plot.low), plot.high)
    )
    fits = length >= (wide + _AIR if lies else tall + 4)
    inside = note.align == "center" and note.valign == "middle"
    look = LOOKS[chart.series[place].role or "context"]
    text = note.text
    if inside and fits:
        _say(point, _on(text, look), size, pen, XL_LABEL_POSITION.CENTER)
        return
    if lies and note.align == "right" and fits and note.dx < 0:
        _say(point, _on(text, look), size, pen, XL_LABEL_POSITION.INSIDE_END)
        return
    if not chart.stacked and not inside:
        _say(point, text, size, pen, XL_LABEL_POSITION.OUTSIDE_END)
        return
    # A stacked bar has no place for a label beyond its end: it is moved there from the middle.
    ahead = 1 if end >= start else -1
    far = length / 2 + (wide / 2 + 6 if lies else tall / 2 + 1)
    moved = (ahead * far / box.width, 0.0) if lies else (0.0, -ahead * far / box.height)
    side: Align = "center" if not lies else "left" if ahead > 0 else "right"
    _say(point, text, size, pen, XL_LABEL_POSITION.CENTER, moved, side)


def _on(text: Text, look: Look) -> Text:
    """Words in letters that read on a bar."""
    if look.fill in ("paper", "unassigned_pale"):
        return text
    return tuple(tuple(replace(words, tone="paper") for words in line) for line in text)


def _beside_point(point: Any, plot: _Plot, box: Box, pen: Pen, note: Note) -> None:
    """The words of a note left, right, above or below a point, as far off as in the figure."""
    positions = {"left": XL_LABEL_POSITION.RIGHT, "right": XL_LABEL_POSITION.LEFT}
    upwards = note.valign == "bottom" or note.dy > 0
    position = positions.get(note.align, XL_LABEL_POSITION.ABOVE if upwards else XL_LABEL_POSITION.BELOW)
    moved = (0.0, 0.0)
    if note.align != "center":
        beyond = max(abs(note.dx) * _SCALE - _AIR, 0) * (1 if note.align == "left" else -1)
        moved = (beyond / box.width, -note.dy * _SCALE / box.height)
    _say(point, note.text, plot.letters(note), pen, position, moved)


def _say(
    point: Any,
    text: Text,
    size: float,
    pen: Pen,
    position: Any,
    moved: tuple[float, float] = (0.0, 0.0),
    align: Align | None = None,
) -> None:
    """Finished words as the label of a bar or point, moved by parts of the chart from its position."""
    label = point.data_label
    frame = label.text_frame
    pen.write(frame, text, size=size, align=align or _STARTS.get(position, "center"))
    frame._txBody.bodyPr.set("wrap", "none")
    label.position = position
    for leader in label._ser.xpath("c:dLbls/c:showLeaderLines"):
        leader.set("val", "0")
    if any(moved):
        x, y = moved
        label._dLbl.find(qn("c:idx")).addnext(
            parse_xml(
                f'<c:layout {nsdecls("c")}><c:manualLayout><c:x val="{x:.5f}"/><c:y val="{y:.5f}"/>'
                "</c:manualLayout></c:layout>"
            )
        )


def _own_labels(drawn: Sequence[Any], part: Part, plot: _Plot, box: Box, pen: Pen) -> None:
    """The finished numbers of bars, where the figure has no words beside them."""
    chart = part.chart
    if len(chart.categories) > _FEW:
        return
    words = {
        (mark.name, round(bar.at)): bar.value
        for mark in part.marks
        if isinstance(mark, Bars)
        for bar in mark.bars
    }
    for place, series in enumerate(chart.series):
        for at, value in enumerate(series.values):
            said = series.labels[at] if series.labels else words.get((series.name, at), "")
            if series.shape != "bar" or not series.role or not value or not said:
                continue
            line = (Words(visible(said)),)
            lies = chart.kind == "rows"
            needed = width_of(line, LABEL) + _AIR if lies else LABEL * LINE_HEIGHT
            if chart.stacked and plot.length(value) < needed:
                continue
            middle = "center" if chart.stacked else "left"
            note = Note(0, 0, (line,), align=middle, valign="middle")  # type: ignore[arg-type]
            _beside_bar(drawn[place].points[at], part, plot, box, pen, note, (place, at))


def _words(pen: Pen, part: Part, plot: _Plot, box: Box, notes: Sequence[Note], *, named: bool) -> None:
    """Words that belong to no bar or point, brackets, and ticks that a program could not write."""
    for mark in part.marks:
        if isinstance(mark, Bracket):
            _bracket(pen, plot, mark)
    for note in notes:
        x, y = plot.spot(note.x, note.y)
        size = plot.letters(note)
        x, y = x + note.dx * _SCALE, y - note.dy * _SCALE
        free = {"left": box.right - x, "right": x - box.left, "center": 2 * min(box.right - x, x - box.left)}
        text = broken(note.text, size, max(free[note.align], 60))
        _put(pen, x, y, replace(note, text=text), size)
    names_itself = part.has_names or part.chart.kind == "days"
    if not names_itself and (named or part.chart.kind == "columns"):
        _name_ticks(pen, part, plot)
    if part.chart.kind in ("rows", "scatter") or (named and not tick_format(part.numbers)):
        _number_ticks(pen, part, plot)


def _put(pen: Pen, x: float, y: float, note: Note, size: float) -> None:
    """A box of text whose edge, middle or corner stands at a pixel."""
    wide = max((width_of(line, size) for line in note.text), default=0) + 2
    tall = len(note.text) * size * LINE_HEIGHT
    left = x - {"left": 0.0, "center": wide / 2, "right": wide}[note.align]
    top = y - {"top": 0.0, "middle": tall / 2, "bottom": tall}[note.valign]
    box = Box(left, top, wide, tall)
    pen.text(box, note.text, size=size, align=note.align, valign=note.valign, wraps=False)


def _bracket(pen: Pen, plot: _Plot, bracket: Bracket) -> None:
    """A line beside the plot that holds two values together."""
    x, top = plot.spot("end", bracket.high)
    bottom = plot.spot("end", bracket.low)[1]
    width = 3.0
    shape = pen.block(Box(x + 11, top, width, bottom - top), LOOKS[bracket.role].line)
    decorative(shape)


def _name_ticks(pen: Pen, part: Part, plot: _Plot) -> None:
    """Names of places on an axis that has no name for each."""
    for tick in part.names:
        if part.chart.kind == "columns":
            x = plot.spot(tick.at, plot.low)[0]
            _put(pen, x, plot.room.bottom + 6, Note(0, 0, _muted(tick.text), "center", "top"), plot.size)
        else:
            y = plot.spot("start", number(tick.at))[1]
            _put(pen, plot.room.left - _AIR, y, Note(0, 0, tick.text, "right", "middle"), plot.size)


def _number_ticks(pen: Pen, part: Part, plot: _Plot) -> None:
    """Words of numbers, beside or below the plot."""
    for tick in part.numbers:
        text = _muted(tick.text)
        if part.chart.kind in ("rows", "scatter"):
            x = plot.spot(tick.at, 0)[0]
            _put(pen, x, plot.room.bottom + 4, Note(0, 0, text, "center", "top"), plot.size)
        else:
            y = plot.spot("start", number(tick.at))[1]
            _put(pen, plot.room.left - _AIR, y, Note(0, 0, text, "right", "middle"), plot.size)


def _muted(text: Text) -> Text:
    return tuple(
        tuple(replace(words, tone="muted") if words.tone == "ink" else words for words in line)
        for line in text
    )
