"""Additions per month: what came, and what each month left would have to bring."""

import datetime as dt
from collections.abc import Sequence

from enrollment.answers import ActiveByMonth, GoalProgress
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Layout,
    Mark,
    Note,
    Path,
    Place,
    Point,
    Role,
    Room,
    Table,
    Text,
    Tick,
    VerticalAlign,
    Words,
    text,
)
from enrollment.figures.placing import Plane, first_free, number
from enrollment.figures.units import Amounts
from enrollment.language import Language
from enrollment.months import add_months, month_end, months_between

_WIDE = Layout(height=230, room=Room(top=30, right=6, bottom=40, left=6), thickness=0.62)
_NARROW = Layout(height=230, room=Room(top=30, right=4, bottom=40, left=4), thickness=0.62)
_PLOTS = {"wide": (290.0, 640.0), "narrow": (310.0, 400.0)}
_MOST_MONTHS = 18
_MOST_LABELS = 9


def active_by_month(*, months: Sequence[ActiveByMonth], progress: GoalProgress, language: Language) -> Figure:
    """Net change of each month since the goal was stated, and the pace that its gap now asks for."""
    say = language.say
    columns = _columns(progress)
    places = {month: float(place) for place, month in enumerate(columns)}
    came = [row for row in months if row.month in places and row.month <= progress.as_of]
    came = [row for row in came if row.net_change is not None]
    needed = progress.needed_per_month or 0
    left = [month for month in columns if month > progress.as_of] if needed > 0 else []
    at_start = progress.needed_per_month_at_start or 0

    values = [row.net_change or 0 for row in came] + ([needed] if left else [])
    values += [at_start] if at_start > 0 else []
    amounts = Amounts.up_to(max((abs(value) for value in values), default=0), language)
    x = Axis(-0.5, len(columns) - 0.5)
    y = _span(values)

    marks: list[Mark] = []
    kinds: tuple[tuple[Role, list[ActiveByMonth]], ...] = (
        ("actual", [row for row in came if (row.net_change or 0) >= 0 and not row.carried]),
        ("lost", [row for row in came if (row.net_change or 0) < 0 and not row.carried]),
        ("carried", [row for row in came if row.carried]),
    )
    for role, rows in kinds:
        bars = tuple(_bar(row, places[row.month], amounts, language) for row in rows)
        if bars:
            marks.append(Bars(role, say(f"figures.active_by_month.{role}"), bars))
    if left:
        hover = say("figures.active_by_month.needed_hover", number=language.signed(needed))
        bars = tuple(
            Bar(
                places[month],
                0,
                needed,
                amounts.signed(needed),
                text(Words(language.month(month), strong=True), hover),
            )
            for month in left
        )
        marks.append(Bars("plan", say("figures.active_by_month.needed"), bars))
    line = _at_start(progress, columns, at_start)
    if line:
        marks.append(Path("plan", say("figures.active_by_month.at_start"), line))

    def laid_out(layout: Layout, widths: tuple[float, float]) -> Layout:
        return _laid_out(layout, widths, x, y, columns, came, needed if left else 0, progress, amounts, line)

    return Figure(
        name="active_by_month",
        title=say("figures.active_by_month.title"),
        subtitle=say("figures.active_by_month.subtitle", unit=amounts.heading),
        alt=_finding(came, progress, needed if left else 0, language),
        unit=amounts.heading,
        x=x,
        y=y,
        marks=tuple(marks),
        wide=laid_out(_WIDE, _PLOTS["wide"]),
        narrow=laid_out(_NARROW, _PLOTS["narrow"]),
        table=_table(came, left, needed, language),
    )


def _columns(progress: GoalProgress) -> tuple[dt.date, ...]:
    """The months of the goal's year from its baseline on, or those around the month in hand."""
    due = month_end(progress.due.year, progress.due.month)
    stated = month_end(progress.baseline_date.year, progress.baseline_date.month)
    first = max(month_end(due.year, 1), min(stated, due))
    if progress.as_of < first:
        first = add_months(progress.as_of, -2)
    last = max(due, progress.as_of)
    if progress.as_of > due:
        first = max(first, add_months(last, 1 - _MOST_MONTHS))
    return months_between(first, last)[:_MOST_MONTHS]


def _span(values: Sequence[float]) -> Axis:
    highest, lowest = max([*values, 0]), min([*values, 0])
    span = max(highest - lowest, 1)
    return Axis(lowest - span * 0.2 if lowest < 0 else 0, highest + span * 0.02)


def _bar(row: ActiveByMonth, place: float, amounts: Amounts, language: Language) -> Bar:
    change = row.net_change or 0
    lines: list[str | Words] = [
        Words(language.month(row.month), strong=True),
        language.say("figures.hover.net_change", number=language.signed(change)),
    ]
    if row.carried:
        lines.append(language.say("figures.hover.carried", number=language.number(row.carried)))
    if row.simulated:
        lines.append(language.say("figures.hover.simulated"))
    return Bar(place, 0, change, amounts.signed(change), text(*lines), row.month.isoformat())


def _at_start(
    progress: GoalProgress, columns: Sequence[dt.date], at_start: int
) -> tuple[Point, Point] | None:
    """The pace needed when the goal was stated, over the months that have passed since."""
    stated = month_end(progress.baseline_date.year, progress.baseline_date.month)
    passed = [place for place, month in enumerate(columns) if stated <= month <= progress.as_of]
    if at_start <= 0 or not passed:
        return None
    return Point(passed[0] - 0.45, at_start), Point(passed[-1] + 0.45, at_start)


def _laid_out(
    layout: Layout,
    widths: tuple[float, float],
    x: Axis,
    y: Axis,
    columns: Sequence[dt.date],
    came: Sequence[ActiveByMonth],
    needed: int,
    progress: GoalProgress,
    amounts: Amounts,
    line: tuple[Point, Point] | None,
) -> Layout:
    language = amounts.language
    layout = Layout(layout.height, layout.room, x_ticks=_ticks(columns, language), thickness=layout.thickness)
    planes = [Plane(x, y, layout, width) for width in widths]
    places = {month: float(place) for place, month in enumerate(columns)}
    areas: list[tuple[tuple[Place, float], tuple[Place, float]]] = [
        ((places[row.month] - 0.31, 0.0), (places[row.month] + 0.31, float(row.net_change or 0)))
        for row in came
    ]
    notes: list[Note] = []
    if not came and not needed:
        nothing = text(Words(language.say("format.unknown"), "muted"))
        notes.append(Note((len(columns) - 1) / 2, (number(y.low) + number(y.high)) / 2, nothing, "center"))
    if needed:
        words = text(
            (
                Words(amounts.spelt_signed(needed), strong=True),
                Words(" " + language.say("figures.active_by_month.needed_label")),
            )
        )
        notes.append(Note("end", needed, words, "right", "bottom", dy=4))
        first = min(place for month, place in places.items() if month > progress.as_of)
        areas.append(((first - 0.31, 0.0), (x.high, float(needed))))
    for row in _labelled(came, columns):
        change = row.net_change or 0
        strong = row.month == progress.as_of
        words = text(Words(amounts.signed(change), strong=strong))
        above = change >= 0
        note = Note(
            places[row.month], change, words, "center", "bottom" if above else "top", dy=3 if above else -3
        )
        paths = [[(point.x, point.y) for point in line]] if line else []
        free = first_free([note], planes=planes, paths=paths, taken=notes)
        if free:
            notes.append(free)
    if line:
        sides: tuple[tuple[VerticalAlign, int], ...] = (("bottom", 3), ("top", -3))
        lines = (
            language.say("figures.active_by_month.at_start_1", people=amounts.signed(line[0].y)),
            language.say("figures.active_by_month.at_start_2"),
            language.say(
                "figures.active_by_month.at_start_3",
                day=f"{progress.baseline_date.day} {language.month_name(progress.baseline_date)}",
            ),
        )
        in_two = (f"{lines[0]} {lines[1]}", lines[2])
        wishes = [
            Note(line[0].x, line[0].y, text(*(Words(word, "muted") for word in words)), "left", valign, dy=dy)
            for words in (in_two, lines)
            for valign, dy in sides
        ]
        free = first_free(wishes, planes=planes, areas=areas, taken=notes)
        if free:
            notes.append(free)
    return Layout(layout.height, layout.room, layout.x_ticks, (), tuple(notes), layout.thickness)


def _labelled(came: Sequence[ActiveByMonth], columns: Sequence[dt.date]) -> list[ActiveByMonth]:
    """All months where there is room, else the last and the extremes."""
    if len(columns) <= _MOST_LABELS or not came:
        return list(came)[::-1]
    ranked = sorted(came, key=lambda row: row.net_change or 0)
    return list({row.month: row for row in (came[-1], ranked[0], ranked[-1])}.values())


def _ticks(columns: Sequence[dt.date], language: Language) -> tuple[Tick, ...]:
    every = 1 if len(columns) <= 12 else 2
    ticks = []
    for place, month in enumerate(columns):
        if (len(columns) - 1 - place) % every:
            continue
        name: Words = Words(language.short_month(month), "muted")
        year = Words(f"{month.year:04d}", "muted")
        ends = place < every or place == len(columns) - 1
        lines: Text = text(name, year) if ends else text(name)
        ticks.append(Tick(float(place), lines))
    return tuple(ticks)


def _finding(came: Sequence[ActiveByMonth], progress: GoalProgress, needed: int, language: Language) -> str:
    say = language.say
    if not came:
        return say("figures.active_by_month.alt_none")
    last = came[-1]
    facts = {
        "month": language.month(last.month),
        "change": language.signed_people(last.net_change or 0, 2),
    }
    if not needed:
        return say("figures.active_by_month.alt", **facts)
    return say(
        "figures.active_by_month.alt_needed",
        **facts,
        needed=language.signed_people(needed, 2),
        due=language.day(progress.due),
    )


def _table(came: Sequence[ActiveByMonth], left: Sequence[dt.date], needed: int, language: Language) -> Table:
    say = language.say
    rows: list[tuple[dt.date, int | None, int | None, int | None]] = [
        (row.month, row.net_change, row.active, None) for row in came
    ]
    rows += [(month, None, None, needed) for month in left]

    def shown(value: int | None, *, sign: bool = True) -> str:
        return "" if value is None else language.signed(value) if sign else language.number(value)

    return Table(
        columns=(
            Column(say("figures.column.month"), "left"),
            Column(say("figures.column.net_change")),
            Column(say("figures.column.active")),
            Column(say("figures.column.needed")),
        ),
        rows=tuple(
            (language.month(month), shown(change), shown(active, sign=False), shown(need))
            for month, change, active, need in rows
        ),
        machine_columns=("month", "net_change", "active", "needed_per_month"),
        machine_rows=tuple((month.isoformat(), change, active, need) for month, change, active, need in rows),
    )
