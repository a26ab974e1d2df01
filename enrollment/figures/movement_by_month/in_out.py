"""Who came and who went each month, on one axis, and what that left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from enrollment.answers import Annotations, MovementByMonth
from enrollment.figures import annotations as notable
from enrollment.figures.annotations import Numbered
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Dots,
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
    Words,
    text,
)
from enrollment.figures.placing import Plane, extent, first_free, number, spread
from enrollment.figures.style import NOTE
from enrollment.figures.units import Amounts, people_ticks
from enrollment.language import Language
from enrollment.months import month_text

_WIDE = Layout(height=330, room=Room(top=24, right=128, bottom=44, left=50), thickness=0.6)
_NARROW = Layout(height=330, room=Room(top=24, right=92, bottom=44, left=46), thickness=0.6)
_PLOTS = {"wide": (400.0, 1000.0), "narrow": (230.0, 300.0)}
# Pixels that a total needs beside its neighbours.
_LABEL = 40.0


@dataclass(frozen=True, slots=True)
class _Month:
    """A month's people in and out; None is not reported. `place` is its column."""

    place: float
    row: MovementByMonth
    net: int

    @property
    def joined(self) -> int | None:
        known = [flow for flow in (self.row.new, self.row.reactivated) if flow is not None]
        return sum(known) if known else None

    @property
    def rest(self) -> int:
        """What else changed the stock: moves, reclassified people and the correction."""
        row = self.row
        moved = (row.moved_in or 0) - (row.moved_out or 0)
        reclassified = (row.reclassified_in or 0) - (row.reclassified_out or 0)
        return moved + reclassified + (row.correction or 0)

    @property
    def rounded(self) -> int:
        """What is hidden and rounded where small counts are kept, else 0."""
        return self.net - (self.joined or 0) + (self.row.lapsed or 0) - self.rest


def movement_by_month(
    *,
    rows: Sequence[MovementByMonth],
    language: Language,
    annotations: Sequence[Annotations] = (),
) -> Figure:
    """New and reactivated above zero, lapsed below, the net change as a line through all of them.

    Months are those of `rows` of which the month before is known. A month without flows shows its net
    change alone.
    """
    say = language.say
    months = [
        _Month(float(place), row, row.closing - (row.opening or 0))
        for place, row in enumerate(row for row in rows if row.opening is not None)
    ]
    ends = [value for month in months for value in _ends(month)]
    amounts = Amounts.up_to(max((abs(value) for value in ends), default=0), language)
    x = Axis(-0.5, max(len(months), 1) - 0.5)
    y = _span(ends)
    noted = notable.on_columns(annotations, [month.row.month for month in months], language)
    marks = (*notable.lines(noted, y, language), *_columns(months, amounts), *_net(months, amounts))
    unknown = [month for month in months if month.joined is None and month.row.lapsed is None]
    remarks = [say("figures.movement_by_month.subtitle", unit=amounts.heading)]
    if unknown:
        remarks.append(say("figures.movement_by_month.unknown", count=language.number(len(unknown))))
    if noted:
        remarks.append(notable.listed(noted, language))

    def laid_out(layout: Layout, plots: tuple[float, float], *, narrow: bool) -> Layout:
        return _laid_out(layout, plots, x, y, months, noted, amounts, narrow=narrow)

    return Figure(
        name="movement_by_month",
        title=_title(months, language),
        subtitle=" ".join(remarks),
        alt=_finding(months, language),
        unit=amounts.heading,
        x=x,
        y=y,
        marks=marks,
        wide=laid_out(_WIDE, _PLOTS["wide"], narrow=False),
        narrow=laid_out(_NARROW, _PLOTS["narrow"], narrow=True),
        table=_table(months, language),
    )


def _ends(month: _Month) -> list[int]:
    """How far the month reaches up and down."""
    found = (month.joined, month.net, -month.row.lapsed if month.row.lapsed is not None else None)
    return [value for value in found if value is not None]


def _span(ends: Sequence[int]) -> Axis:
    highest, lowest = max([*ends, 0]), min([*ends, 0])
    span = max(highest - lowest, 10)
    return Axis(lowest - span * 0.12, highest + span * 0.1)


def _columns(months: Sequence[_Month], amounts: Amounts) -> list[Mark]:
    say = amounts.language.say
    kinds: tuple[tuple[str, Role, str | None], ...] = (
        ("new", "actual", "muted"),
        ("reactivated", "actual", "context"),
        ("lapsed", "lost", None),
    )
    marks: list[Mark] = []
    for field, role, colour in kinds:
        bars = []
        for month in months:
            value: int | None = getattr(month.row, field)
            if not value:
                continue
            start = month.row.new or 0 if field == "reactivated" else 0
            change = -value if field == "lapsed" else value
            hover = _hover(month, amounts.language)
            key = month_text(month.row.month)
            bars.append(Bar(month.place, start, start + change, amounts.signed(change), hover, key))
        if bars:
            marks.append(Bars(role, say(f"figures.movement_by_month.{field}"), tuple(bars), colour=colour))
    return marks


def _net(months: Sequence[_Month], amounts: Amounts) -> list[Mark]:
    """The line of net changes; months with carried people are hollow."""
    name = amounts.language.say("figures.movement_by_month.net")
    marks: list[Mark] = []
    if len(months) > 1:
        line = tuple(Point(month.place, month.net) for month in months)
        marks.append(Path("actual", name, line))
    kinds: tuple[tuple[Role, bool], ...] = (("actual", False), ("carried", True))
    for role, carried in kinds:
        points = tuple(
            Point(
                month.place,
                month.net,
                _hover(month, amounts.language),
                month_text(month.row.month),
            )
            for month in months
            if bool(month.row.carried) is carried
        )
        if points:
            marks.append(Dots(role, name, points, size=8 if len(months) <= 24 else 5))
    return marks


def _hover(month: _Month, language: Language) -> Text:
    say = language.say
    lines: list[str | Words] = [Words(language.month(month.row.month), strong=True)]
    for field, sign in (("new", 1), ("reactivated", 1), ("lapsed", -1)):
        value: int | None = getattr(month.row, field)
        said = say("format.not_reported") if value is None else language.signed(sign * value)
        lines.append(f"{say(f'figures.movement_by_month.{field}')} {said}")
    if month.row.flows_unknown:
        net_only = language.signed(month.row.flows_unknown)
        lines.append(say("figures.movement_by_month.net_only", people=net_only))
    lines.append(f"{say('figures.movement_by_month.net')} {language.signed(month.net)}")
    if month.row.carried:
        lines.append(say("figures.hover.carried", number=language.number(month.row.carried)))
    return text(*lines)


def _laid_out(
    layout: Layout,
    plots: tuple[float, float],
    x: Axis,
    y: Axis,
    months: Sequence[_Month],
    noted: Sequence[Numbered],
    amounts: Amounts,
    *,
    narrow: bool,
) -> Layout:
    if not months:
        nothing = text(Words(amounts.language.say("format.unknown"), "muted"))
        return replace(layout, notes=(Note(0.0, 0.0, nothing, "center"),))
    planes = [Plane(x, y, layout, width) for width in plots]
    line = [(month.place, float(month.net)) for month in months]
    filled: list[tuple[tuple[Place, float], tuple[Place, float]]] = [
        ((month.place - 0.3, float(-(month.row.lapsed or 0))), (month.place + 0.3, float(month.joined or 0)))
        for month in months
    ]
    notes = list(notable.tags(noted, x, y, planes[0].width))
    for month in _labelled(months, plots[0]):
        for value, up in ((month.joined, True), (month.row.lapsed, False)):
            if value:
                end = float(value if up else -value)
                words = text(Words(amounts.signed(end), "muted"))
                note = Note(
                    month.place,
                    end,
                    words,
                    "center",
                    "bottom" if up else "top",
                    dy=3 if up else -3,
                    size=12,
                    covers=True,
                )
                free = first_free([note], planes=planes, paths=[line], areas=filled, taken=notes)
                notes += [free] if free else []
        if month.joined is None and month.row.lapsed is None:
            dash = text(Words("–", "muted"))
            marks = [
                Note(month.place, 0.0, dash, "center", "bottom", dy=2),
                Note(month.place, 0.0, dash, "center", "top", dy=-4),
            ]
            free = first_free(marks, planes=planes, paths=[line], taken=notes)
            notes += [free] if free else []
    return replace(
        layout,
        x_ticks=_ticks(months, plots[0], amounts.language),
        y_ticks=people_ticks(number(y.low), number(y.high), 6, amounts, bare=True),
        notes=(*notes, *_end_labels(months[-1], planes[0], amounts, narrow=narrow)),
    )


def _labelled(months: Sequence[_Month], plot: float) -> list[_Month]:
    """All months where there is room; else the last, then those that reach furthest up and down."""
    if len(months) * _LABEL <= plot + _LABEL / 2:
        return list(months)
    highest = max(months, key=lambda month: month.joined or 0)
    lowest = max(months, key=lambda month: month.row.lapsed or 0)
    return list({month.place: month for month in (months[-1], highest, lowest)}.values())


def _end_labels(last: _Month, plane: Plane, amounts: Amounts, *, narrow: bool) -> list[Note]:
    """What the last column and the line are, at their own heights."""
    say = amounts.language.say
    new, back, lapsed = last.row.new, last.row.reactivated, last.row.lapsed
    labels: list[tuple[float, Text]] = []
    if back:
        words = say("figures.movement_by_month.reactivated")
        labels.append(((new or 0) + back / 2, text(Words(words, "muted"))))
    if new:
        labels.append((new / 2, text(Words(say("figures.movement_by_month.new"), "muted"))))
    if lapsed:
        labels.append((-lapsed / 2, text(Words(say("figures.movement_by_month.lapsed"), "muted"))))
    net = last.net
    name = Words(say("figures.movement_by_month.net"), strong=True)
    written = Words(amounts.signed(net), strong=True)
    both = text(name, written) if narrow else text((name, Words(" ", strong=True), written))
    labels.append((float(net), both))
    labels.sort(key=lambda label: -label[0])
    wanted = [plane.spot(last.place, value)[1] for value, _ in labels]
    sizes = [extent(words, NOTE)[1] for _, words in labels]
    centres = spread(wanted, sizes, low=0, high=plane.height, gap=1)
    return [
        Note("end", value, words, dx=8, dy=want - centre)
        for (value, words), want, centre in zip(labels, wanted, centres, strict=True)
    ]


def _ticks(months: Sequence[_Month], plot: float, language: Language) -> tuple[Tick, ...]:
    """Months counted back from the last; the year at both ends and where it turns."""
    every = max(1, -(-len(months) * 34 // round(plot)))
    shown = list(months)[::-1][::every][::-1]
    ticks = []
    for place, month in enumerate(shown):
        day = month.row.month
        turns = place > 0 and day.year != shown[place - 1].row.month.year
        name, year = Words(language.short_month(day), "muted"), Words(f"{day.year:04d}", "muted")
        lines = text(name, year) if turns or place in (0, len(shown) - 1) else text(name)
        ticks.append(Tick(month.place, lines))
    return tuple(ticks)


def _title(months: Sequence[_Month], language: Language) -> str:
    say = language.say
    known = [month for month in months if month.joined is not None and month.row.lapsed is not None]
    if not known:
        return say("figures.movement_by_month.title_unknown")
    least = min(known, key=lambda month: month.net)
    if least.net > 0:
        return say("figures.movement_by_month.title_rising")
    if least.net == 0:
        return say("figures.movement_by_month.title_not_falling")
    falling = [month for month in known if month.net < 0]
    return say(
        "figures.movement_by_month.title_falling",
        count=language.number(len(falling)),
        months=language.number(len(known)),
    )


def _finding(months: Sequence[_Month], language: Language) -> str:
    say = language.say
    if not months:
        return say("figures.movement_by_month.alt_none", count=language.number(0))
    last = months[-1]
    facts = {
        "first": language.month(months[0].row.month),
        "last": language.month(last.row.month),
        "net": language.signed_people(last.net, 2),
    }
    if last.joined is None or last.row.lapsed is None:
        return say("figures.movement_by_month.alt_net", **facts)
    return say(
        "figures.movement_by_month.alt",
        **facts,
        joined=language.people(last.joined, 2),
        lapsed=language.people(last.row.lapsed, 2),
    )


def _table(months: Sequence[_Month], language: Language) -> Table:
    say = language.say
    flows = ("new", "reactivated", "lapsed")
    others = {"rest": "moved_reclassified_and_correction"}
    if any(month.rounded for month in months):
        others["rounded"] = "rounded"

    def shown(value: int | None) -> str:
        return say("format.not_reported") if value is None else language.signed(value)

    def numbers(month: _Month) -> list[int | None]:
        return [*(getattr(month.row, flow) for flow in flows), *(getattr(month, name) for name in others)]

    def signed(month: _Month) -> list[int | None]:
        new, reactivated, lapsed, *rest = numbers(month)
        return [new, reactivated, None if lapsed is None else -lapsed, *rest, month.net]

    return Table(
        columns=(
            Column(say("figures.column.month"), "left"),
            *(Column(say(f"figures.movement_by_month.{name}")) for name in (*flows, *others)),
            Column(say("figures.column.net_change")),
        ),
        rows=tuple(
            (language.month(month.row.month), *(shown(number) for number in signed(month)))
            for month in months
        ),
        machine_columns=("month", *flows, *others.values(), "net_change"),
        machine_rows=tuple((month.row.month.isoformat(), *numbers(month), month.net) for month in months),
    )
