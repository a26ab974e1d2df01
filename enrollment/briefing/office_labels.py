"""The words of a figure on its chart: labels of bars and points, and boxes of text for all others."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pptx.enum.chart import XL_LABEL_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from enrollment.briefing.office_plot import AIR, LABEL, SCALE, Part, Plot, days, tick_format
from enrollment.briefing.office_text import Box, Pen, broken, decorative, width_of
from enrollment.drawing.lettering import visible
from enrollment.drawing.native import Chart
from enrollment.figures.description import Align, Bars, Bracket, Note, Text, Words
from enrollment.figures.placing import LINE_HEIGHT, number
from enrollment.figures.style import LOOKS, Look

_FEW = 15
"""Categories up to which each bar has room for its number."""
_STARTS: dict[Any, Align] = {XL_LABEL_POSITION.RIGHT: "left", XL_LABEL_POSITION.LEFT: "right"}


def labels(drawn: Sequence[Any], plot: Plot, pen: Pen) -> list[Note]:
    """Give bars and points the words that stand beside them; what is left belongs to none."""
    part, chart = plot.part, plot.part.chart
    if chart.kind == "scatter":
        return list(part.notes)
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
            _beside_bar(drawn[place].points[at], plot, pen, note, found)
        else:
            _beside_point(drawn[place].points[at], plot, pen, note)
    if not taken and not part.notes:
        _own_labels(drawn, plot, pen)
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


def _beside_bar(point: Any, plot: Plot, pen: Pen, note: Note, found: tuple[int, int]) -> None:
    """The words of a note in the bar, or beside its end."""
    place, at = found
    chart, box = plot.part.chart, plot.box
    start, end = _reach(chart, place, at)
    lies = chart.kind == "rows"
    size = plot.letters(note)
    wide = max((width_of(line, size) for line in note.text), default=0)
    tall = len(note.text) * size * LINE_HEIGHT
    length = plot.length(start, end)
    fits = length >= (wide + AIR if lies else tall + 4)
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


def _beside_point(point: Any, plot: Plot, pen: Pen, note: Note) -> None:
    """The words of a note left, right, above or below a point, as far off as in the figure."""
    positions = {"left": XL_LABEL_POSITION.RIGHT, "right": XL_LABEL_POSITION.LEFT}
    upwards = note.valign == "bottom" or note.dy > 0
    position = positions.get(note.align, XL_LABEL_POSITION.ABOVE if upwards else XL_LABEL_POSITION.BELOW)
    moved = (0.0, 0.0)
    if note.align != "center":
        beyond = max(abs(note.dx) * SCALE - AIR, 0) * (1 if note.align == "left" else -1)
        moved = (beyond / plot.box.width, -note.dy * SCALE / plot.box.height)
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


def _own_labels(drawn: Sequence[Any], plot: Plot, pen: Pen) -> None:
    """The finished numbers of bars, where the figure has no words beside them."""
    chart = plot.part.chart
    if len(chart.categories) > _FEW:
        return
    words = {
        (mark.name, round(bar.at)): bar.value
        for mark in plot.part.marks
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
            needed = width_of(line, LABEL) + AIR if lies else LABEL * LINE_HEIGHT
            if chart.stacked and plot.length(*_reach(chart, place, at)) < needed:
                continue
            align: Align = "center" if chart.stacked else "left"
            note = Note(0, 0, (line,), align=align, valign="middle")
            _beside_bar(drawn[place].points[at], plot, pen, note, (place, at))


def words(pen: Pen, plot: Plot, notes: Sequence[Note], *, named: bool) -> None:
    """Words that belong to no bar or point, brackets, and ticks that a program could not write."""
    part, box = plot.part, plot.box
    for mark in part.marks:
        if isinstance(mark, Bracket):
            _bracket(pen, plot, mark)
    for note in notes:
        x, y = plot.spot(note.x, note.y)
        size = plot.letters(note)
        x, y = x + note.dx * SCALE, y - note.dy * SCALE
        # What stands in a plot of days stays off the words at its end.
        end = plot.room.right if part.chart.kind == "days" and note.x != "end" else box.right
        free = {"left": end - x, "right": x - box.left, "center": 2 * min(end - x, x - box.left)}
        text = broken(note.text, size, max(free[note.align], 60))
        _put(pen, x, y, replace(note, text=text), size)
    names_itself = part.has_names or part.chart.kind == "days"
    if not names_itself and (named or part.chart.kind == "columns"):
        _name_ticks(pen, plot)
    if part.chart.kind in ("rows", "scatter") or (named and not tick_format(part.numbers)):
        _number_ticks(pen, plot)


def _put(pen: Pen, x: float, y: float, note: Note, size: float) -> None:
    """A box of text whose edge, middle or corner stands at a pixel."""
    wide = max((width_of(line, size) for line in note.text), default=0) + 2
    tall = len(note.text) * size * LINE_HEIGHT
    left = x - {"left": 0.0, "center": wide / 2, "right": wide}[note.align]
    top = y - {"top": 0.0, "middle": tall / 2, "bottom": tall}[note.valign]
    box = Box(left, top, wide, tall)
    pen.text(box, note.text, size=size, align=note.align, valign=note.valign, wraps=False)


def _bracket(pen: Pen, plot: Plot, bracket: Bracket) -> None:
    """A line beside the plot that holds two values together."""
    x, top = plot.spot("end", bracket.high)
    bottom = plot.spot("end", bracket.low)[1]
    width = 3.0
    shape = pen.block(Box(x + 11, top, width, bottom - top), LOOKS[bracket.role].line)
    decorative(shape)


def _name_ticks(pen: Pen, plot: Plot) -> None:
    """Names of places on an axis that has no name for each."""
    for tick in plot.part.names:
        if plot.part.chart.kind == "columns":
            x = plot.spot(tick.at, plot.low)[0]
            _put(pen, x, plot.room.bottom + 6, Note(0, 0, _muted(tick.text), "center", "top"), plot.size)
        else:
            y = plot.spot("start", number(tick.at))[1]
            _put(pen, plot.room.left - AIR, y, Note(0, 0, tick.text, "right", "middle"), plot.size)


def _number_ticks(pen: Pen, plot: Plot) -> None:
    """Words of numbers, beside or below the plot."""
    for tick in plot.part.numbers:
        text = _muted(tick.text)
        if plot.part.chart.kind in ("rows", "scatter"):
            x = plot.spot(tick.at, 0)[0]
            _put(pen, x, plot.room.bottom + 4, Note(0, 0, text, "center", "top"), plot.size)
        else:
            y = plot.spot("start", number(tick.at))[1]
            _put(pen, plot.room.left - AIR, y, Note(0, 0, text, "right", "middle"), plot.size)


def _muted(text: Text) -> Text:
    return tuple(
        tuple(replace(words, tone="muted") if words.tone == "ink" else words for words in line)
        for line in text
    )
