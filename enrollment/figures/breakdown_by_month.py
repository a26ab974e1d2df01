"""The parts of a dimension over the months: a small chart for each of the largest, all on one scale."""

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from enrollment.answers import Annotations, BreakdownByMonth
from enrollment.figures import annotations as notable
from enrollment.figures.annotations import Numbered
from enrollment.figures.description import (
    Axis,
    Column,
    Dots,
    Figure,
    Layout,
    Mark,
    Note,
    Panel,
    Path,
    Point,
    Role,
    Room,
    Table,
    Tick,
    Words,
    text,
)
from enrollment.figures.measures import part_name
from enrollment.figures.placing import number, shorten
from enrollment.figures.series import Series, Values, indexed, largest, together
from enrollment.figures.style import NOTE
from enrollment.figures.units import Amounts, nice_step, people_span, people_ticks
from enrollment.language import Language
from enrollment.measures import OVERLAPPING, Measure, is_signed, told
from enrollment.months import month_text

_HIGH, _BETWEEN = 132, 56
_ROOM = Room(top=52, right=60, bottom=42, left=50)
_MOST_COLUMNS, _NARROW_COLUMNS = 6, 2
_LONGEST_NAME = 134.0
# Pixels of the plot of the smallest of them.
_PLOT = 120.0
# The flows that there are month by month; a share has none, so its stock is shown.
_FIELDS: Mapping[Measure, str] = {
    "net_change": "net_change",
    "new": "new",
    "reactivated": "reactivated",
    "lapsed": "lapsed",
}


def breakdown_by_month(
    *,
    rows: Sequence[BreakdownByMonth],
    dimension: str,
    measure: Measure,
    names: Mapping[str | None, str],
    language: Language,
    top: int = 6,
    selected: Collection[str] = (),
    annotations: Sequence[Annotations] = (),
) -> Figure:
    """Small charts of the `selected` parts and of the largest, `top` in all; the others are one more.

    Stocks are drawn as their change since the first month, in percent, with all parts together in grey
    beside them, and as people where a part shown begins with nobody. Flows are drawn as people, and
    so is the stock of the measures that are shares.
    """
    say = language.say
    field = _FIELDS.get(measure, "active")
    rows = told(rows, measure)
    measured: Measure = measure if field != "active" else "closing"
    months = sorted({row.month for row in rows})
    series, hidden = largest(rows, field, dimension, names, language, top, selected)
    index = field == "active" and bool(months) and all(one.people.get(months[0], 0) > 0 for one in series)
    whole: Values = {}
    if index:
        series = [replace(one, values=indexed(one.people, months[0])) for one in series]
        if dimension not in OVERLAPPING:
            whole = indexed(together(rows, "active"), months[0])
    values = [value for one in (*(one.values for one in series), whole) for value in one.values()]
    amounts = Amounts.up_to(max((abs(value) for value in values), default=0), language)
    x = _x_axis(months)
    y = _percent_span(values) if index else Axis(*people_span(min([*values, 0]), max([*values, 10])))
    noted = notable.on_days(annotations, months[0].replace(day=1), months[-1], language) if months else ()
    lines = notable.lines(noted, y, language)
    wording = _Wording(measured, index, amounts)
    panels = tuple(
        _panel(one, whole, months, lines, _tags(noted, x, y) if place == 0 else (), wording)
        for place, one in enumerate(series)
    )
    what = {"measure": say(f"figures.measure.{measured}"), "dimension": say(f"figures.dimension.{dimension}")}
    remarks = [
        say("figures.breakdown_by_month.subtitle_index", first=language.month(months[0]))
        if index
        else say("figures.breakdown_by_month.subtitle", unit=amounts.heading)
    ]
    if whole:
        remarks.append(say("figures.breakdown_by_month.whole"))
    if field == "active" and series and not index:
        remarks.append(say("figures.breakdown_by_month.from_nobody"))
    if hidden:
        remarks.append(say("figures.breakdown_by_month.hidden", count=language.number(hidden)))
    if noted:
        remarks.append(notable.listed(noted, language))
    ticks = _percent_ticks(y, language) if index else ()
    return Figure(
        name="breakdown_by_month",
        title=_title(series, months, wording, what),
        subtitle=" ".join(remarks),
        alt=_finding(series, months, wording, what),
        unit=say("figures.breakdown_by_month.percent") if index else amounts.heading,
        x=x,
        y=y,
        marks=(),
        wide=_layout(len(series), months, y, ticks, amounts, narrow=False),
        narrow=_layout(len(series), months, y, ticks, amounts, narrow=True),
        table=_table(rows, field, measured, names, what["dimension"], language),
        panels=panels,
    )


@dataclass(frozen=True, slots=True)
class _Wording:
    """How the values of all small charts are written."""

    measure: Measure
    index: bool
    amounts: Amounts

    @property
    def language(self) -> Language:
        return self.amounts.language

    def short(self, value: float) -> str:
        if self.index:
            percent = self.language.percent(value / 100, 1)
            return f"+{percent}" if value > 0 else percent
        return self.amounts.signed(value) if is_signed(self.measure) else self.amounts.number(value)

    def full(self, people: float) -> str:
        return self.language.signed(people) if is_signed(self.measure) else self.language.number(people)


def _panel(
    one: Series,
    whole: Values,
    months: Sequence[dt.date],
    lines: Sequence[Mark],
    tags: Sequence[Note],
    wording: _Wording,
) -> Panel:
    language = wording.language
    marks: list[Mark] = list(lines)
    if whole:
        whole_name = language.say("figures.breakdown_by_month.whole_name")
        grey = tuple(Point(month, whole[month]) for month in months if month in whole)
        marks.append(Path("context", whole_name, grey))
    runs: list[list[Point]] = [[]]
    for month in months:
        if month in one.values:
            runs[-1].append(_point(one, month, whole, wording))
        elif runs[-1]:
            runs.append([])
    runs = [run for run in runs if run]
    marks += [Path("actual", one.name, tuple(run)) for run in runs if len(run) > 1]
    kinds: tuple[tuple[Role, bool], ...] = (("actual", False), ("carried", True))
    for role, carried in kinds:
        points = tuple(point for run in runs for point in run if (point.x in one.carried) is carried)
        if points:
            marks.append(Dots(role, one.name, points, size=5))
    stock = language.say("figures.breakdown_by_month.stock", people=language.people(one.stock, 2))
    title = text(Words(shorten(one.name, NOTE, _LONGEST_NAME), strong=True), Words(stock, "muted"))
    if not one.values:
        return Panel(title, tuple(marks))
    last = max(one.values)
    value = one.values[last]
    label = text(Words(wording.short(value), strong=True))
    # Between narrow charts there is no room for a label: it stands over or under the end of its line.
    before = [month for month in one.values if month < last]
    falls = bool(before) and one.values[max(before)] > value
    beside = Note(last, value, label, "left", dx=7)
    within = Note(last, value, label, "right", "top" if falls else "bottom", dx=10, dy=-6 if falls else 6)
    return Panel(title, tuple(marks), (beside, *tags), (within, *tags))


def _point(one: Series, month: dt.date, whole: Values, wording: _Wording) -> Point:
    language = wording.language
    measure = language.say(f"figures.measure.{wording.measure}").lower()
    lines: list[str | Words] = [Words(one.name, strong=True), language.month(month)]
    if wording.index:
        lines.append(wording.short(one.values[month]))
    lines.append(f"{wording.full(one.people[month])} {measure}")
    if month in whole:
        name = language.say("figures.breakdown_by_month.whole_name")
        lines.append(Words(f"{name} {wording.short(whole[month])}", "muted"))
    key = None if one.key is None else f"{month_text(month)}|{one.key}"
    return Point(month, one.values[month], text(*lines), key)


def _tags(noted: Sequence[Numbered], x: Axis, y: Axis) -> tuple[Note, ...]:
    """The numbers of the remarks beside the tops of their lines: the title stands above."""
    return tuple(
        replace(tag, valign="top", dx=tag.dx + 4, dy=0) for tag in notable.tags(noted, x, y, _PLOT, "left")
    )


def _x_axis(months: Sequence[dt.date]) -> Axis:
    if not months:
        return Axis(dt.date(2000, 1, 1), dt.date(2000, 12, 31))
    span = max((months[-1] - months[0]).days, 30)
    return Axis(months[0] - dt.timedelta(days=max(span // 25, 3)), months[-1] + dt.timedelta(days=span // 6))


def _percent_span(values: Sequence[float]) -> Axis:
    low, high = min([*values, 0]), max([*values, 0])
    air = max((high - low) * 0.12, 0.1)
    return Axis(low - air, high + air)


def _percent_ticks(y: Axis, language: Language) -> tuple[Tick, ...]:
    low, high = number(y.low), number(y.high)
    step = nice_step((high - low) * 1000, 4) / 1000
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    places = range(math.ceil(low / step), math.floor(high / step) + 1)
    return tuple(
        Tick(
            step * place,
            text(Words(language.percent(step * place / 100, decimals if place else 0), "muted")),
        )
        for place in places
    )


def _layout(
    count: int,
    months: Sequence[dt.date],
    y: Axis,
    ticks: tuple[Tick, ...],
    amounts: Amounts,
    *,
    narrow: bool,
) -> Layout:
    """Few charts stand in one row, more in two or three of the same length."""
    rows = -(-count // _MOST_COLUMNS) if count else 1
    columns = min(_NARROW_COLUMNS, max(count, 1)) if narrow else -(-max(count, 1) // rows)
    rows = -(-max(count, 1) // columns)
    ends = dict.fromkeys((*months[:1], *months[-1:]))
    room = replace(_ROOM, right=14, left=46) if narrow else _ROOM
    return Layout(
        height=room.top + rows * _HIGH + (rows - 1) * _BETWEEN + room.bottom,
        room=room,
        x_ticks=tuple(_month_tick(month, amounts.language) for month in ends),
        y_ticks=ticks or people_ticks(number(y.low), number(y.high), 4, amounts, bare=True),
        columns=columns,
    )


def _month_tick(month: dt.date, language: Language) -> Tick:
    lines = (language.short_month(month), f"{month.year:04d}")
    return Tick(month, text(*(Words(line, "muted") for line in lines)))


def _ends(series: Sequence[Series], wording: _Wording) -> list[tuple[float, str]]:
    """The last value of each named part, and both in words."""
    found = []
    for one in series:
        if one.values and one.key is not None:
            last = max(one.values)
            number_ = wording.short(one.values[last]) if wording.index else wording.full(one.people[last])
            found.append((one.values[last], f"{one.name} {number_}"))
    return found


def _title(
    series: Sequence[Series], months: Sequence[dt.date], wording: _Wording, what: Mapping[str, str]
) -> str:
    say = wording.language.say
    ends = _ends(series, wording)
    if not wording.index or len(months) < 2 or not ends:
        return say("figures.breakdown_by_month.title", **what)
    first = wording.language.month(months[0])
    told = [max(ends)[1], min(ends)[1]] if len(ends) > 1 else [ends[0][1]]
    return say("figures.breakdown_by_month.title_index", **what, first=first, ends=", ".join(told))


def _finding(
    series: Sequence[Series], months: Sequence[dt.date], wording: _Wording, what: Mapping[str, str]
) -> str:
    language = wording.language
    ends = _ends(series, wording)
    if not ends:
        return language.say("figures.breakdown_by_month.alt_unknown", **what, count=language.number(0))
    return language.say(
        "figures.breakdown_by_month.alt_index" if wording.index else "figures.breakdown_by_month.alt",
        **what,
        first=language.month(months[0]),
        last=language.month(months[-1]),
        leaders=language.join([words for _, words in ends]),
    )


def _table(
    rows: Sequence[BreakdownByMonth],
    field: str,
    measure: Measure,
    names: Mapping[str | None, str],
    dimension: str,
    language: Language,
) -> Table:
    say = language.say
    write = language.signed if is_signed(measure) else language.number
    values: list[tuple[BreakdownByMonth, int | None]] = [(row, getattr(row, field)) for row in rows]
    return Table(
        columns=(
            Column(say("figures.column.month"), "left"),
            Column(dimension, "left"),
            Column(say(f"figures.measure.{measure}")),
        ),
        rows=tuple(
            (
                language.month(row.month),
                part_name(row.part, names, language),
                say("format.not_reported") if value is None else write(value),
            )
            for row, value in values
        ),
        machine_columns=("month", "part", measure),
        machine_rows=tuple((row.month.isoformat(), row.part, value) for row, value in values),
    )
