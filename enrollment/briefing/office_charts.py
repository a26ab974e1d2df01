"""Charts that an office program draws itself, each series as its role looks.

The room for the plot is given and not left to the program, so that words can stand where the figure puts
them. Words beside a bar or a point are its label and move with it; others are boxes of text above the chart.
"""

import datetime as dt
import math
from typing import Any

from pptx.enum.chart import XL_CHART_TYPE, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from enrollment.briefing.office_labels import labels, words
from enrollment.briefing.office_numbers import numbers_of
from enrollment.briefing.office_plot import LABEL, Part, Plot, days, step_of, tick_format
from enrollment.briefing.office_text import TAGS, Box, Pen, described, painted, width_of
from enrollment.drawing.native import Chart, Series
from enrollment.figures.description import Words
from enrollment.figures.style import LOOKS, band_edges, paler
from enrollment.months import months_apart

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
_MONTHS = {"id": "[$-421]", "en": "[$-809]"}
_SOON = 5
"""Days within which a month at an end of the axis of days stands there."""


def draw(pen: Pen, box: Box, part: Part, *, alt: str, left: float, made: dt.datetime) -> None:
    """The chart in its box; `left` are the pixels kept for names, none of which are drawn where it is 0."""
    plot = Plot.of(part, box, left)
    kind = _KINDS[part.chart.kind, part.chart.stacked and part.chart.kind != "scatter"]
    framed = pen.slide.shapes.add_chart(kind, *pen.around(box), numbers_of(part.chart, made))
    described(framed, alt)
    native = framed.chart
    native.has_legend = native.has_title = False
    native.font.size = pen.points(LABEL)
    painted(native.font.color, "ink")
    _spoken(native, pen)
    _bare(native)
    _placed(native, plot)
    _apart(native, part.chart)
    _axes(native, plot, pen, named=left > 0)
    _looks(native, part)
    rest = labels(_in_order(native), plot, pen)
    words(pen, plot, rest, named=left > 0)


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


def _placed(native: Any, plot: Plot) -> None:
    """The room of the plot, told as parts of the chart."""
    room, box = plot.room, plot.box
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


def _axes(native: Any, plot: Plot, pen: Pen, *, named: bool) -> None:
    part, chart = plot.part, plot.part.chart
    numbers, names = (
        (native.category_axis, native.value_axis)
        if chart.kind == "scatter"
        else (native.value_axis, native.category_axis)
    )
    form, step = tick_format(part.numbers), step_of(part.numbers)
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
        _months(names, numbers, plot, pen)
    elif not part.has_names or (chart.kind == "rows" and not named):
        names.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    elif chart.kind == "columns":
        _upright(names, plot)
    if chart.kind == "rows":
        painted(names.tick_labels.font.color, "ink")


def _upright(names: Any, plot: Plot) -> None:
    """Names that lie flat, and only as many as fit beside each other."""
    column = plot.room.width / max(len(plot.part.chart.categories), 1)
    longest = max(
        (
            width_of((Words(word),), LABEL)
            for name in plot.part.chart.categories
            for word in str(name).split()
        ),
        default=0,
    )
    names._element.xpath("c:txPr/a:bodyPr")[0].set("rot", "0")
    names._element.xpath("c:txPr/a:bodyPr")[0].set("vert", "horz")
    skipped = math.ceil(longest / column)
    if skipped > 1:
        before = names._element.find(qn("c:noMultiLvlLbl"))
        before.addprevious(parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{skipped}"/>'))


def _months(names: Any, numbers: Any, plot: Plot, pen: Pen) -> None:
    """An axis of days with the months that fit; the first and the last say their year."""
    first, last = days(plot.part)
    months = max(months_apart(first, last), 1)
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
