"""Where a month leads: what was counted, the median and its ranges, a scenario, the goal, a prognosis."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from enrollment.answers import ActiveByMonth, GoalProgress, Prognoses, PublishedActive
from enrollment.figures import counted
from enrollment.figures.description import (
    Axis,
    Band,
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
    Span,
    Table,
    Text,
    Words,
    text,
)
from enrollment.figures.placing import Plane, extent, first_free, number, spread
from enrollment.figures.style import BODY, NOTE
from enrollment.figures.units import Amounts, month_ticks, people_span, people_ticks
from enrollment.language import Language
from enrollment.outlook import Ahead, Outlook

_WIDE = Layout(height=440, room=Room(top=22, right=186, bottom=44, left=58))
_NARROW = Layout(height=400, room=Room(top=22, right=112, bottom=44, left=30))
# Widths of the plot that occur: a column of a page, a whole page; phones.
_WIDE_PLOTS = (400.0, 720.0)
_NARROW_PLOTS = (185.0, 260.0)
_SEEN = 3.0
"""Pixels that a scenario has to lie from the median to be drawn: any less is the width of a line."""
_BESIDE = 3.0
"""Pixels that a label may stand off its place without a line that leads there."""


def outlook_path(
    *,
    outlook: Outlook,
    progress: GoalProgress,
    months: Sequence[ActiveByMonth],
    published: Sequence[PublishedActive],
    prognosis: Prognoses | None,
    scenario: tuple[Ahead, ...],
    language: Language,
) -> Figure:
    """The chart of an outlook; without a path it shows what was counted and what the goal needs.

    `months` and `published` are shown up to the month in hand, `scenario` where it can be told from the
    median.
    """
    chart = _Chart(
        outlook=outlook,
        progress=progress,
        months=tuple(row for row in months if row.month <= outlook.as_of),
        published=tuple(row for row in published if row.day <= outlook.as_of),
        prognosis=prognosis,
        scenario=scenario if outlook.path else (),
        language=language,
    )
    return chart.figure()


@dataclass(frozen=True, slots=True)
class _Label:
    """What stands right of the plot beside a value: on a wide screen, and on a narrow one."""

    value: float
    wide: Text
    narrow: Text


@dataclass(frozen=True, slots=True)
class _Chart:
    outlook: Outlook
    progress: GoalProgress
    months: tuple[ActiveByMonth, ...]
    published: tuple[PublishedActive, ...]
    prognosis: Prognoses | None
    scenario: tuple[Ahead, ...]
    language: Language

    def figure(self) -> Figure:
        say, amounts = self.language.say, self.amounts
        axis_start = number(self.y.low)
        start = self.language.people(axis_start) if axis_start else say("figures.goal_progress.zero")
        key = "forecast" if self.outlook.path else self.outlook.reason
        said = [
            say(f"outlook.path.subtitle_{key}", unit=amounts.heading),
            self.of_scenario(),
            say("outlook.path.published_mark") if self.published else "",
            say("outlook.path.axis", start=start),
        ]
        return Figure(
            name="outlook_path",
            title=say("outlook.path.title" if self.outlook.path else "outlook.path.title_counted"),
            subtitle=" ".join(filter(None, said)),
            alt=self.finding(),
            unit=amounts.heading,
            x=self.x,
            y=self.y,
            marks=tuple(self.marks()),
            wide=self.laid_out(_WIDE, _WIDE_PLOTS, narrow=False),
            narrow=self.laid_out(_NARROW, _NARROW_PLOTS, narrow=True),
            table=self.table(),
        )

    # Axes

    @property
    def amounts(self) -> Amounts:
        return Amounts.up_to(max(self.values()), self.language)

    def values(self) -> list[float]:
        values = [self.outlook.active, self.progress.baseline, self.outlook.target]
        values += [row.active for row in self.months] + [row.active for row in self.published]
        for point in (*self.outlook.path, *self.scenario):
            values += [point.low95, point.high95]
        return [float(value) for value in values + ([self.prognosis.value] if self.prognosis else [])]

    @property
    def first(self) -> dt.date:
        days = [self.outlook.as_of, self.progress.baseline_date]
        return min(days + [row.month for row in self.months] + [row.day for row in self.published])

    @property
    def last(self) -> dt.date:
        return max(self.outlook.due, self.outlook.as_of)

    @property
    def x(self) -> Axis:
        air = dt.timedelta(days=max(round((self.last - self.first).days * 0.03), 3))
        return Axis(self.first - air, self.last)

    @property
    def y(self) -> Axis:
        return Axis(*people_span(min(self.values()), max(self.values())))

    # Marks

    def marks(self) -> Iterable[Mark]:
        say, outlook, progress = self.language.say, self.outlook, self.progress
        yield from self.ranges()
        goal = Point(outlook.due, outlook.target, self.hover(outlook.due, outlook.target, "goal"))
        base = Point(progress.baseline_date, progress.baseline)
        if outlook.due > progress.baseline_date:
            yield Path("plan", say("figures.goal_progress.path"), (base, goal))
        yield from self.line("forecast", outlook.path)
        if self.apart:
            yield from self.line("scenario", self.scenario)
        yield from counted.months(self.months, self.language)
        yield from counted.published(self.published, self.language)
        if row := self.prognosis:
            point = Point(row.due, row.value, self.hover(row.due, row.value, "prognosis"))
            yield Dots("published", say("outlook.hover.prognosis"), (point,), "square", 10)
        yield Dots("plan", say("figures.goal_progress.goal"), (goal,), "diamond", 13)

    def ranges(self) -> Iterable[Mark]:
        """The range of 80 as a ground, that of 95 as its edges; of a scenario that of 80, as edges."""
        say, path = self.language.say, self.outlook.path
        if path:
            yield Band(
                "forecast",
                say("outlook.path.range_80"),
                self.spans([(point.day, point.low80, point.high80) for point in path]),
            )
            yield Band(
                "forecast",
                say("outlook.path.range_95"),
                self.spans([(point.day, point.low95, point.high95) for point in path]),
                edge=True,
            )
        if self.apart:
            spans = self.spans([(point.day, point.low80, point.high80) for point in self.scenario])
            yield Band("scenario", say("outlook.path.scenario_80"), spans)

    def spans(self, ranges: Sequence[tuple[dt.date, int, int]]) -> tuple[Span, ...]:
        """Ranges that open where the counted line ends."""
        outlook = self.outlook
        return tuple(Span(*ends) for ends in ((outlook.as_of, outlook.active, outlook.active), *ranges))

    def line(self, role: Role, path: Sequence[Ahead]) -> Iterable[Mark]:
        """A median from the counted line on, with a dot for each month."""
        if not path:
            return
        name = self.language.say(f"outlook.path.{role}")
        points = tuple(Point(point.day, point.median, self.ahead(point, role)) for point in path)
        yield Path(role, name, (Point(self.outlook.as_of, self.outlook.active), *points))
        yield Dots(role, name, points, size=5)

    @property
    def apart(self) -> bool:
        """Whether a scenario can be told from the median at its end."""
        if not self.scenario:
            return False
        plot = _WIDE.height - _WIDE.room.top - _WIDE.room.bottom
        pixels = plot / (number(self.y.high) - number(self.y.low))
        return abs(self.scenario[-1].median - self.outlook.path[-1].median) * pixels >= _SEEN

    # Words

    def hover(self, day: dt.date, value: float, what: str) -> Text:
        day_name = Words(self.language.day(day), strong=True)
        return text(
            day_name, counted.people(value, self.language), self.language.say(f"outlook.hover.{what}")
        )

    def ahead(self, point: Ahead, role: Role) -> Text:
        say, whole = self.language.say, self.language.number
        return text(
            *self.hover(point.day, point.median, role),
            say("outlook.hover.range_80", low=whole(point.low80), high=whole(point.high80)),
            say("outlook.hover.range_95", low=whole(point.low95), high=whole(point.high95)),
        )

    def range_80(self, point: Ahead) -> str:
        return self.between(point.low80, point.high80)

    def between(self, low: float, high: float) -> str:
        return f"{self.amounts.number(low)}–{self.amounts.number(high)}"

    def of_scenario(self) -> str:
        """How a scenario is drawn, or how little it adds to be drawn."""
        if not self.scenario:
            return ""
        if self.apart:
            return self.language.say("outlook.path.dotted")
        return self.language.say("outlook.path.not_apart")

    def finding(self) -> str:
        say, language, outlook = self.language.say, self.language, self.outlook
        facts = {
            "active": language.people(outlook.active, 2),
            "as_of": language.day(outlook.as_of),
            "target": language.stated(outlook.target),
            "due": language.day(outlook.due),
        }
        if not outlook.path:
            return say("outlook.path.alt_counted", **facts)
        end = outlook.path[-1]
        said = [
            say(
                "outlook.path.alt",
                median=language.people(end.median, 2),
                low=language.people(end.low80, 2),
                high=language.people(end.high80, 2),
                **facts,
            )
        ]
        if self.scenario:
            said.append(say("outlook.path.alt_scenario", median=language.people(self.scenario[-1].median, 2)))
        if row := self.prognosis:
            value, day = language.people(row.value, 2), language.day(row.stated_on)
            said.append(say("outlook.path.alt_prognosis", value=value, day=day))
        return " ".join(said)

    # Labels

    def ends(self) -> list[_Label]:
        """Goal, scenario, what was foretold, the median and the thin edge, the highest first."""
        say, language, outlook = self.language.say, self.language, self.outlook

        def strong(words: str, tone: str = "ink") -> Words:
            return Words(words, tone, strong=True)  # type: ignore[arg-type]

        goal, target = say("figures.goal_progress.goal"), language.stated(outlook.target)
        day = language.short_day(outlook.due)
        labels = [
            _Label(
                outlook.target,
                text(strong(f"{goal} {target}"), Words(day)),
                text(strong(goal), strong(target)),
            )
        ]
        if row := self.prognosis:
            name, value = say("outlook.path.prognosis"), language.stated(row.value)
            stated = say("outlook.path.stated", day=language.short_day(row.stated_on))
            labels.append(
                _Label(row.value, text(strong(f"{name} {value}"), stated), text(strong(name), strong(value)))
            )
        if self.apart:
            end = self.scenario[-1]
            name, value = say("outlook.path.scenario"), language.people(end.median)
            range_80 = say("outlook.path.range", range=self.range_80(end))
            labels.append(
                _Label(
                    end.median, text(strong(f"{name} {value}"), range_80), text(strong(name), strong(value))
                )
            )
        if outlook.path:
            end = outlook.path[-1]
            name, value = say("outlook.path.forecast"), language.people(end.median)
            range_80 = say("outlook.path.range", range=self.range_80(end))
            labels.append(
                _Label(
                    end.median,
                    text(strong(f"{name} {value}", "accent"), Words(range_80, "accent")),
                    text(
                        strong(name, "accent"),
                        strong(value, "accent"),
                        Words(self.range_80(end), "accent"),
                    ),
                )
            )
            edge = say("outlook.path.edge", range=self.between(end.low95, end.high95))
            labels.append(_Label(end.low95, text(Words(edge, "muted")), ()))
        return sorted(labels, key=lambda label: -label.value)

    def end_notes(self, layout: Layout, *, narrow: bool) -> list[Note]:
        """Labels stacked right of the plot, each with a line to a place that it could not stand beside."""
        found = [(label.value, label.narrow if narrow else label.wide) for label in self.ends()]
        labels = [(value, words) for value, words in found if words]
        size = NOTE if narrow else BODY
        heights = [extent(words, size)[1] for _, words in labels]
        wanted = [self.down(value, layout) for value, _ in labels]
        plot = layout.height - layout.room.top - layout.room.bottom
        centres = spread(wanted, heights, low=-layout.room.top, high=plot + layout.room.bottom - 4, gap=6)
        notes = []
        for (value, words), want, centre in zip(labels, wanted, centres, strict=True):
            led = abs(want - centre) > _BESIDE
            dx = 26 if led else 17
            notes.append(Note("end", value, words, dx=dx, dy=want - centre, size=size, leader=led))
        return notes

    def down(self, value: float, layout: Layout) -> float:
        """Pixels of a value below the top of the plot."""
        return Plane(self.x, self.y, layout, 1).spot(self.x.low, value)[1]

    def laid_out(self, layout: Layout, widths: tuple[float, float], *, narrow: bool) -> Layout:
        low, high = number(self.y.low), number(self.y.high)
        layout = replace(
            layout,
            x_ticks=month_ticks(self.first, self.last, 4 if narrow else 14, self.language),
            y_ticks=people_ticks(low, high, 7, self.amounts, bare=narrow),
        )
        planes = [Plane(self.x, self.y, layout, width) for width in widths]
        marks = tuple(self.marks())
        paths: list[list[tuple[Place, float]]] = [
            [(point.x, point.y) for point in mark.points] for mark in marks if isinstance(mark, Path)
        ]
        areas = [
            ((point.x, point.y), (point.x, point.y))
            for mark in marks
            if isinstance(mark, Dots) and mark.role in ("published", "disputed", "plan")
            for point in mark.points
        ]
        bands = [mark for mark in marks if isinstance(mark, Band)]
        notes = self.end_notes(layout, narrow=narrow)
        for wish in [self.active_label(), self.first_label(), *([] if narrow else [self.path_label()])]:
            note = first_free(wish, planes=planes, paths=paths, areas=areas, bands=bands, taken=notes)
            if note:
                notes.append(note)
        return replace(layout, notes=tuple(notes))

    def active_label(self) -> list[Note]:
        words = Words(self.amounts.number(self.outlook.active), strong=True)
        return _around(self.outlook.as_of, self.outlook.active, text(words))

    def first_label(self) -> list[Note]:
        """The first month's number, where it is not the month in hand."""
        first = self.months[0] if self.months else None
        if first is None or first.month == self.outlook.as_of:
            return []
        return _around(first.month, first.active, text(self.amounts.number(first.active)))

    def path_label(self) -> list[Note]:
        """What the straight line is, left of it where that is free."""
        progress, outlook = self.progress, self.outlook
        days = (outlook.due - progress.baseline_date).days
        if days <= 0:
            return []
        words = text(Words(self.language.say("figures.goal_progress.path"), "muted"))
        return [
            Note(
                progress.baseline_date + dt.timedelta(days=round(days * part)),
                progress.baseline + (outlook.target - progress.baseline) * part,
                words,
                "right",
                "bottom",
                dx=-10,
            )
            for part in (0.45, 0.55, 0.65, 0.35, 0.75)
        ]

    # Table

    def table(self) -> Table:
        language, outlook = self.language, self.outlook
        say = language.say
        rows: list[tuple[dt.date, str, int, tuple[int | None, ...]]] = []
        none = (None,) * 4
        rows += [(row.month, "carried" if row.carried else "actual", row.active, none) for row in self.months]
        rows += [
            (row.day, "disputed" if row.disputed else "published", row.active, none) for row in self.published
        ]
        for kind, path in (("forecast", outlook.path), ("scenario", self.scenario)):
            for point in path:
                ends = (point.low80, point.high80, point.low95, point.high95)
                rows.append((point.day, kind, point.median, ends))
        if self.prognosis:
            rows.append((self.prognosis.due, "prognosis", self.prognosis.value, none))
        rows.append((outlook.due, "goal", outlook.target, none))
        rows.sort(key=lambda row: row[0])
        return Table(
            columns=(
                Column(say("figures.column.day"), "left"),
                Column(say("figures.column.kind"), "left"),
                Column(say("figures.column.active")),
                *(Column(say(f"outlook.column.{name}")) for name in ("low80", "high80", "low95", "high95")),
            ),
            rows=tuple(
                (
                    language.day(day),
                    say(f"outlook.kind.{kind}"),
                    language.number(people),
                    *("" if end is None else language.number(end) for end in ends),
                )
                for day, kind, people, ends in rows
            ),
            machine_columns=("day", "kind", "active", "low80", "high80", "low95", "high95"),
            machine_rows=tuple((day.isoformat(), kind, people, *ends) for day, kind, people, ends in rows),
        )


def _around(x: Place, y: float, words: Text) -> list[Note]:
    return [
        Note(x, y, words, "center", "top", dy=-9),
        Note(x, y, words, "center", "bottom", dy=9),
        Note(x, y, words, "left", "middle", dx=12, dy=4),
        Note(x, y, words, "right", "middle", dx=-10, dy=2),
        Note(x, y, words, "right", "bottom", dx=-4, dy=9),
        Note(x, y, words, "right", "top", dx=-4, dy=-9),
    ]
