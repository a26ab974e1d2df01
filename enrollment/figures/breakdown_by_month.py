"""The same measure over the months: a line for each of the largest parts, grey for the others."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from enrollment.answers import BreakdownByMonth
from enrollment.figures.description import (
    Axis,
    Column,
    Dots,
    Figure,
    Layout,
    Mark,
    Note,
    Path,
    Point,
    Room,
    Table,
    Text,
    Words,
    text,
)
from enrollment.figures.measures import Measure, is_signed, part_name
from enrollment.figures.placing import Plane, extent, number, shorten, spread
from enrollment.figures.style import NOTE, part_colours
from enrollment.figures.units import Amounts, month_ticks, people_span, people_ticks
from enrollment.language import Language

_WIDE = Layout(height=320, room=Room(top=16, right=190, bottom=44, left=58))
_NARROW = Layout(height=320, room=Room(top=16, right=108, bottom=44, left=36))
# More grey lines than this cannot be told from a surface.
_MOST_GREY = 40
_FIELDS: Mapping[Measure, str] = {"closing": "active"}


def breakdown_by_month(
    *,
    rows: Sequence[BreakdownByMonth],
    dimension: str,
    measure: Measure,
    names: Mapping[str | None, str],
    language: Language,
    top: int = 5,
    selected: Collection[str] = (),
) -> Figure:
    """Lines over all months on one scale.

    The `selected` parts come first, then those with the largest last value, up to `top` in all; the
    order of `names` gives each part its colour.
    """
    say = language.say
    months = sorted({row.month for row in rows})
    series: dict[str | None, dict[dt.date, int]] = {}
    for row in rows:
        value: int | None = getattr(row, _FIELDS.get(measure, measure))
        series.setdefault(row.part, {})
        if value is not None:
            series[row.part][row.month] = value
    drawn = {part: values for part, values in series.items() if values}
    ranked = sorted(
        drawn,
        key=lambda part: (
            part not in selected,
            -abs(drawn[part][max(drawn[part])]),
            part is None,
            part or "",
        ),
    )
    leaders, others = ranked[:top], ranked[top:]
    colours = part_colours(leaders, list(names) or ranked)
    values = [value for part in (*leaders, *others[:_MOST_GREY]) for value in drawn[part].values()]
    amounts = Amounts.up_to(max((abs(value) for value in values), default=0), language)

    marks: list[Mark] = []
    for part in others[:_MOST_GREY]:
        marks += [
            Path("context", part_name(part, names, language), tuple(points))
            for points in _stretches(drawn[part], months, None)
        ]
    for part in reversed(leaders):
        name = part_name(part, names, language)
        hover = _Hover(name, measure, language)
        stretches = _stretches(drawn[part], months, hover)
        marks += [Path("actual", name, tuple(points), colours[part]) for points in stretches]
        dots = tuple(Point(point.x, point.y, point.hover, part) for points in stretches for point in points)
        marks.append(Dots("actual", name, dots, size=6 if len(months) <= 24 else 4, colour=colours[part]))

    x = _x_axis(months)
    y = Axis(*people_span(min(values, default=0), max(values, default=10)))
    start = language.people(number(y.low)) if number(y.low) > 0 else ""
    what = {"measure": say(f"figures.measure.{measure}"), "dimension": say(f"figures.dimension.{dimension}")}
    ends = [(drawn[part][max(drawn[part])], part_name(part, names, language)) for part in leaders]
    others_end = [drawn[part][max(drawn[part])] for part in others[:_MOST_GREY]]
    subtitle = say("figures.breakdown_by_month.subtitle", unit=amounts.heading)
    if start:
        subtitle += " " + say("figures.breakdown_by_month.cut", start=start)

    def laid_out(layout: Layout, *, narrow: bool) -> Layout:
        return _laid_out(layout, x, y, months, ends, others_end, len(others), amounts, measure, narrow=narrow)

    return Figure(
        name="breakdown_by_month",
        title=say("figures.breakdown_by_month.title", **what),
        subtitle=subtitle,
        alt=_finding(ends, what, months, measure, language),
        unit=amounts.heading,
        x=x,
        y=y,
        marks=tuple(marks),
        wide=laid_out(_WIDE, narrow=False),
        narrow=laid_out(_NARROW, narrow=True),
        table=_table(rows, measure, names, what["dimension"], language),
    )


class _Hover:
    """What a point of one part says."""

    def __init__(self, name: str, measure: Measure, language: Language) -> None:
        self.name, self.measure, self.language = name, measure, language

    def __call__(self, month: dt.date, value: int) -> Text:
        write = self.language.signed if is_signed(self.measure) else self.language.number
        measure = self.language.say(f"figures.measure.{self.measure}").lower()
        return text(Words(self.name, strong=True), self.language.month(month), f"{write(value)} {measure}")


def _stretches(
    values: Mapping[dt.date, int], months: Sequence[dt.date], hover: _Hover | None
) -> list[list[Point]]:
    """Unbroken runs of months; a month that was not reported leaves a gap."""
    runs: list[list[Point]] = [[]]
    for month in months:
        if month in values:
            said = hover(month, values[month]) if hover else ()
            runs[-1].append(Point(month, values[month], said))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _x_axis(months: Sequence[dt.date]) -> Axis:
    if not months:
        return Axis(dt.date(2000, 1, 1), dt.date(2000, 12, 31))
    air = dt.timedelta(days=max(round((months[-1] - months[0]).days * 0.02), 3))
    first = months[0] if len(months) > 1 else months[0] - dt.timedelta(days=30)
    return Axis(first - air, months[-1])


def _laid_out(
    layout: Layout,
    x: Axis,
    y: Axis,
    months: Sequence[dt.date],
    ends: Sequence[tuple[int, str]],
    others_end: Sequence[int],
    others: int,
    amounts: Amounts,
    measure: Measure,
    *,
    narrow: bool,
) -> Layout:
    language = amounts.language
    plane = Plane(x, y, layout, 1)
    room = layout.room.right - 20
    write = amounts.signed if is_signed(measure) else amounts.number
    labels: list[tuple[float, Text]] = []
    for value, name in ends:
        written = Words(write(value), strong=True)
        if narrow:
            labels.append((value, text(Words(shorten(name, NOTE, room)), written)))
        else:
            short = shorten(name, NOTE, room - extent(text(written), NOTE)[0] - 8)
            labels.append((value, text((Words(short + "  "), written))))
    if others_end:
        middle = sorted(others_end)[len(others_end) // 2]
        name = language.say("figures.others", count=language.number(others))
        labels.append((middle, text(Words(name, "muted"))))
    labels.sort(key=lambda label: -label[0])
    heights = [extent(words, NOTE)[1] for _, words in labels]
    wanted = [plane.spot(x.low, value)[1] for value, _ in labels]
    centres = spread(wanted, heights, low=-layout.room.top, high=plane.height + layout.room.bottom, gap=1)
    notes = []
    for (end, words), want, centre in zip(labels, wanted, centres, strict=True):
        notes.append(Note("end", end, words, dx=16, dy=want - centre, leader=True))
    return replace(
        layout,
        x_ticks=month_ticks(months[0], months[-1], 4 if narrow else 12, language) if months else (),
        y_ticks=people_ticks(number(y.low), number(y.high), 6, amounts, bare=narrow) if months else (),
        notes=tuple(notes),
    )


def _finding(
    ends: Sequence[tuple[int, str]],
    what: dict[str, str],
    months: Sequence[dt.date],
    measure: Measure,
    language: Language,
) -> str:
    if not ends:
        return language.say("figures.breakdown.title_unknown", **what)
    write = language.signed if is_signed(measure) else language.number
    leaders = [f"{name} {write(value)}" for value, name in ends[:3]]
    return language.say(
        "figures.breakdown_by_month.alt",
        **what,
        first=language.month(months[0]),
        last=language.month(months[-1]),
        leaders=language.join(leaders),
    )


def _table(
    rows: Sequence[BreakdownByMonth],
    measure: Measure,
    names: Mapping[str | None, str],
    dimension: str,
    language: Language,
) -> Table:
    say = language.say
    write = language.signed if is_signed(measure) else language.number
    values: list[tuple[BreakdownByMonth, int | None]] = [
        (row, getattr(row, _FIELDS.get(measure, measure))) for row in rows
    ]
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
                say("figures.not_reported") if value is None else write(value),
            )
            for row, value in values
        ),
        machine_columns=("month", "part", measure),
        machine_rows=tuple((row.month.isoformat(), row.part, value) for row, value in values),
    )
