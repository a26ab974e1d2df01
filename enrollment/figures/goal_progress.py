"""The way to a goal: what was counted, the straight path, and where the recent pace leads."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from enrollment.answers import ActiveByMonth, Annotations, GoalProgress, PublishedActive
from enrollment.figures import annotations as notable
from enrollment.figures import counted
from enrollment.figures.annotations import Numbered
from enrollment.figures.description import (
    Align,
    Axis,
    Bracket,
    Column,
    Dots,
    Figure,
    Layout,
    Machine,
    Mark,
    Note,
    Path,
    Place,
    Point,
    Role,
    Room,
    Table,
    Text,
    Tone,
    VerticalAlign,
    Words,
    text,
)
from enrollment.figures.placing import Plane, extent, first_free, number, spread
from enrollment.figures.style import BODY, NOTE
from enrollment.figures.units import Amounts, month_ticks, people_span, people_ticks
from enrollment.language import Language

_WIDE = Layout(height=330, room=Room(top=22, right=182, bottom=44, left=58))
_NARROW = Layout(height=320, room=Room(top=22, right=108, bottom=44, left=30))
# Widths of the plot that occur: a column of a page, a whole page; phones.
_WIDE_PLOTS = (400.0, 720.0)
_NARROW_PLOTS = (185.0, 260.0)
_MARK = 9


def goal_progress(
    *,
    progress: GoalProgress,
    months: Sequence[ActiveByMonth],
    published: Sequence[PublishedActive],
    annotations: Sequence[Annotations] = (),
    language: Language,
) -> Figure:
    """The chart of a goal; `months` and `published` are shown as they come, up to the month in hand."""
    chart = _Chart(
        progress=progress,
        months=tuple(row for row in months if row.month <= progress.as_of),
        published=tuple(row for row in published if row.day <= progress.as_of),
        annotations=tuple(annotations),
        language=language,
    )
    return chart.figure()


@dataclass(frozen=True, slots=True)
class _Chart:
    progress: GoalProgress
    months: tuple[ActiveByMonth, ...]
    published: tuple[PublishedActive, ...]
    annotations: tuple[Annotations, ...]
    language: Language

    def figure(self) -> Figure:
        say, progress = self.language.say, self.progress
        marks = tuple(self.marks())
        axis_start = number(self.y.low)
        amounts = self.amounts
        start = self.language.people(axis_start) if axis_start else say("figures.goal_progress.zero")
        mark = say("figures.goal_progress.published_mark") if self.published else ""
        return Figure(
            name="goal_progress",
            title=say("figures.goal_progress.title", target=self.language.stated(progress.target)),
            subtitle=" ".join(
                filter(
                    None,
                    (
                        say(
                            "figures.goal_progress.subtitle",
                            unit=amounts.heading,
                            published=mark,
                            start=start,
                        ),
                        notable.listed(self.noted, self.language),
                    ),
                )
            ),
            alt=self.finding(),
            unit=amounts.heading,
            x=self.x,
            y=self.y,
            marks=marks,
            wide=self.laid_out(_WIDE, _WIDE_PLOTS, narrow=False),
            narrow=self.laid_out(_NARROW, _NARROW_PLOTS, narrow=True),
            table=self.table(),
        )

    # Axes

    @property
    def continued(self) -> int | None:
        """Where the recent pace leads; nothing once the goal is due."""
        return self.progress.continued_active if self.progress.due > self.progress.as_of else None

    @property
    def amounts(self) -> Amounts:
        return Amounts.up_to(max(self.values()), self.language)

    def values(self) -> list[float]:
        values = [self.progress.active, self.progress.baseline, self.progress.target]
        values += [row.active for row in self.months] + [row.active for row in self.published]
        return [float(value) for value in values + ([] if self.continued is None else [self.continued])]

    @property
    def x(self) -> Axis:
        days = [self.progress.as_of, self.progress.baseline_date]
        days += [row.month for row in self.months] + [row.day for row in self.published]
        first, last = min(days), max(self.progress.due, self.progress.as_of)
        air = dt.timedelta(days=max(round((last - first).days * 0.03), 3))
        return Axis(first - air, last)

    @property
    def noted(self) -> tuple[Numbered, ...]:
        """What people noted of the days that are counted."""
        first = min((row.month for row in self.months), default=self.progress.as_of)
        return notable.on_days(self.annotations, first, self.progress.as_of, self.language)

    @property
    def y(self) -> Axis:
        return Axis(*people_span(min(self.values()), max(self.values())))

    # Marks

    def marks(self) -> Iterable[Mark]:
        say, progress = self.language.say, self.progress
        yield from notable.lines(self.noted, self.y, self.language)
        goal = Point(progress.due, progress.target, self.goal_hover())
        base = Point(progress.baseline_date, progress.baseline, self.baseline_hover())
        if progress.due > progress.baseline_date:
            yield Path("plan", say("figures.goal_progress.path"), (base, goal))
        if progress.path_active is not None and progress.path_active != progress.active:
            yield Path(
                "behind" if progress.path_active > progress.active else "ahead",
                say("figures.goal_progress.distance"),
                (Point(progress.as_of, progress.active), Point(progress.as_of, progress.path_active)),
                dotted=True,
            )
        if self.continued is not None:
            hover = text(
                Words(self.language.day(progress.due), strong=True),
                f"{counted.people(self.continued, self.language)}, {self.continuation}",
            )
            end = Point(progress.due, self.continued, hover)
            yield Path("forecast", self.continuation, (Point(progress.as_of, progress.active), end))
            yield Dots("forecast", self.continuation, (end,), size=5)
        yield from counted.months(self.months, self.language)
        others = [row for row in self.published if not self.is_baseline(row)]
        yield from counted.published(others, self.language)
        yield Dots("published", say("figures.goal_progress.baseline"), (base,))
        yield Dots("plan", say("figures.goal_progress.goal"), (goal,), "diamond", 13)
        if self.continued is not None and self.bracket(_WIDE):
            low, high = sorted((self.continued, progress.target))
            yield Bracket(self.shortfall_role, low, high)

    def is_baseline(self, row: PublishedActive) -> bool:
        return (row.day, row.active) == (self.progress.baseline_date, self.progress.baseline)

    # Hover texts

    def baseline_hover(self) -> Text:
        return text(
            Words(self.language.day(self.progress.baseline_date), strong=True),
            counted.people(self.progress.baseline, self.language),
            self.language.say("figures.hover.baseline"),
        )

    def goal_hover(self) -> Text:
        return text(
            Words(self.language.day(self.progress.due), strong=True),
            counted.people(self.progress.target, self.language),
            self.language.say("figures.hover.goal"),
        )

    # Words

    @property
    def continuation(self) -> str:
        """The exact name of the straight line: it is no forecast."""
        return " ".join(self.continuation_lines())

    def continuation_lines(self) -> tuple[str, str]:
        months = min(max(self.progress.recent_months, 1), 3)
        return (
            self.language.say("figures.goal_progress.continuation"),
            self.language.say(f"figures.goal_progress.recent_{months}"),
        )

    @property
    def shortfall_role(self) -> Role:
        gap = self.progress.continued_gap or 0
        if gap <= 0:
            return "ahead"
        return "behind" if self.progress.status == "behind" else "context"

    def shortfall(self, *, narrow: bool) -> Text:
        """`kurang 7,7 juta / dari sasaran`, or how far above."""
        gap = self.progress.continued_gap or 0
        tone: Tone = {"ahead": "ahead", "behind": "behind"}.get(self.shortfall_role, "muted")  # type: ignore[assignment]
        key = "short" if gap > 0 else "above" if gap < 0 else "even"
        value = self.language.people(abs(gap))
        say = self.language.say
        if narrow:
            by = say(f"figures.goal_progress.{key}_by")
            far = value if gap else say("figures.goal_progress.even_of")
            return text(Words(by, tone, strong=True), Words(far, tone, strong=True))
        return text(
            Words(say(f"figures.goal_progress.{key}", people=value), tone, strong=True),
            Words(say(f"figures.goal_progress.{key}_of"), tone),
        )

    def finding(self) -> str:
        say, progress = self.language.say, self.progress
        facts = {
            "active": self.language.people(progress.active, 2),
            "as_of": self.language.day(progress.as_of),
            "target": self.language.stated(progress.target),
            "due": self.language.day(progress.due),
        }
        if self.continued is None:
            key = "reached" if progress.status == "reached" else "open"
            gap_now = self.language.people(abs(progress.gap))
            return say(f"figures.goal_progress.alt_{key}", **facts, gap=gap_now)
        gap = progress.target - self.continued
        return say(
            "figures.goal_progress.alt_short" if gap > 0 else "figures.goal_progress.alt_enough",
            **facts,
            continuation=self.continuation,
            continued=self.language.people(self.continued),
            gap=self.language.people(abs(gap)),
        )

    # Labels

    def down(self, value: float, layout: Layout) -> float:
        """Pixels of a value below the top of the plot."""
        return Plane(self.x, self.y, layout, 1).spot(self.x.low, value)[1]

    def bracket(self, layout: Layout) -> bool:
        """Whether goal and continuation are far enough apart for a bracket."""
        if self.continued is None:
            return False
        return abs(self.down(self.continued, layout) - self.down(self.progress.target, layout)) > 30

    def end_notes(self, layout: Layout, *, narrow: bool) -> list[Note]:
        """Goal, continuation and the distance between them, stacked right of the plot."""
        progress, say = self.progress, self.language.say
        target = self.language.stated(progress.target)
        goal_name = say("figures.goal_progress.goal")
        day = self.language.short_day(progress.due)
        strong = (
            (Words(goal_name, strong=True), Words(target, strong=True))
            if narrow
            else (Words(f"{goal_name} {target}", strong=True), Words(day))
        )
        labels: list[tuple[float, Text]] = [(progress.target, text(*strong))]
        if self.continued is not None:
            name, recent = self.continuation_lines()
            if narrow:
                name = say("figures.goal_progress.continuation_short")
                recent = say(f"figures.goal_progress.recent_{min(max(progress.recent_months, 1), 3)}_short")
            value = Words(self.language.people(self.continued), "accent", strong=True)
            words = text(value, Words(name, "accent"), Words(recent, "accent"))
            labels.append((self.continued, words))
            middle = (progress.target + self.continued) / 2
            labels.append((middle, self.shortfall(narrow=narrow)))
        labels.sort(key=lambda label: -label[0])
        size = NOTE if narrow else BODY
        heights = [extent(label[1], size)[1] for label in labels]
        wanted = [self.down(label[0], layout) for label in labels]
        plot = layout.height - layout.room.top - layout.room.bottom
        centres = spread(wanted, heights, low=-layout.room.top, high=plot + layout.room.bottom - 4)
        return [
            Note("end", value, words, dx=17, dy=self.down(value, layout) - centre, size=size)
            for (value, words), centre in zip(labels, centres, strict=True)
        ]

    def laid_out(self, layout: Layout, widths: tuple[float, float], *, narrow: bool) -> Layout:
        progress = self.progress
        first = min([row.month for row in self.months] + [progress.baseline_date])
        layout = replace(
            layout,
            x_ticks=month_ticks(first, max(progress.due, progress.as_of), 4 if narrow else 14, self.language),
            y_ticks=people_ticks(number(self.y.low), number(self.y.high), 7, self.amounts, bare=narrow),
        )
        planes = [Plane(self.x, self.y, layout, width) for width in widths]
        paths = self.drawn_paths()
        areas = [((point.x, point.y), (point.x, point.y)) for point in self.drawn_dots()]
        notes = [*self.end_notes(layout, narrow=narrow), *notable.tags(self.noted, self.y)]
        wishes = [self.active_label(), self.edge_label()] if narrow else self.wishes()
        for wish in wishes:
            note = first_free(wish, planes=planes, paths=paths, areas=areas, taken=notes)
            if note:
                notes.append(note)
        return replace(layout, notes=tuple(notes))

    def drawn_paths(self) -> list[list[tuple[Place, float]]]:
        paths = [mark for mark in self.marks() if isinstance(mark, Path) and mark.role != "context"]
        return [[(point.x, point.y) for point in path.points] for path in paths]

    def drawn_dots(self) -> list[Point]:
        return [
            point
            for mark in self.marks()
            if isinstance(mark, Dots) and mark.role in ("published", "disputed", "plan")
            for point in mark.points
        ]

    def wishes(self) -> list[list[Note]]:
        """Labels inside the plot, most wanted first, each with the places where it may stand."""
        return [
            self.active_label(),
            self.distance_label(),
            self.edge_label(),
            self.lowest_label(),
            self.path_label(),
        ]

    def around(self, x: Place, y: float, words: Text, *, right_first: bool = False) -> list[Note]:
        below, above = Note(x, y, words, "center", "top", dy=-9), Note(x, y, words, "center", "bottom", dy=9)
        right = Note(x, y, words, "left", "middle", dx=12, dy=4)
        left = Note(x, y, words, "right", "middle", dx=-10, dy=2)
        corners = [
            Note(x, y, words, "left", "top", dx=6, dy=-8),
            Note(x, y, words, "left", "bottom", dx=6, dy=6),
            Note(x, y, words, "right", "top", dx=6, dy=-8),
        ]
        return [right, above, below, *corners] if right_first else [below, above, left, right, *corners]

    def short(self, value: float) -> str:
        return self.amounts.number(value)

    def active_label(self) -> list[Note]:
        progress = self.progress
        words = text(Words(self.short(progress.active), strong=True))
        return self.around(progress.as_of, progress.active, words)

    def edge_label(self) -> list[Note]:
        """The first month's number, where it is not the month in hand."""
        first = self.months[0] if self.months else None
        if first is None or first.month == self.progress.as_of:
            return []
        return self.around(first.month, first.active, text(self.short(first.active)), right_first=True)

    def lowest_label(self) -> list[Note]:
        inner = self.months[1:-1]
        if not inner:
            return []
        lowest = min(inner, key=lambda row: row.active)
        if lowest.active >= min(self.months[0].active, self.months[-1].active):
            return []
        return self.around(lowest.month, lowest.active, text(self.short(lowest.active)))

    def distance_label(self) -> list[Note]:
        """How far the month in hand is from the straight path, beside the dotted line."""
        progress, path = self.progress, self.progress.path_active
        if path is None or path == progress.active:
            return []
        behind = path > progress.active
        tone: Tone = "behind" if behind else "ahead"
        key = "below" if behind else "over"
        say = self.language.say
        distance = Words(self.language.people(abs(path - progress.active)), tone, strong=True)
        place_name = Words(say(f"figures.goal_progress.{key}_path"), tone)
        day = Words(say("figures.goal_progress.on_day", day=self.day_and_month(progress.as_of)), tone)
        longest = text((distance, Words(" ", tone), place_name), day)
        places = [progress.active + (path - progress.active) * part for part in (0.5, 0.35, 0.65, 0.8)]
        sides: tuple[tuple[Align, int], ...] = (("left", 9), ("right", -9))
        return [
            Note(progress.as_of, place, words, align, dx=dx)
            for words in (longest, text(distance, place_name))
            for align, dx in sides
            for place in places
        ]

    def day_and_month(self, day: dt.date) -> str:
        return f"{day.day} {self.language.month_name(day)}"

    def path_label(self) -> list[Note]:
        progress = self.progress
        if progress.due <= progress.baseline_date:
            return []
        words = text(Words(self.language.say("figures.goal_progress.path"), "muted"))
        days = (progress.due - progress.baseline_date).days
        corners: tuple[tuple[Align, VerticalAlign, int], ...] = (
            ("right", "bottom", -10),
            ("left", "top", 12),
        )
        return [
            Note(
                progress.baseline_date + dt.timedelta(days=round(days * part)),
                progress.baseline + (progress.target - progress.baseline) * part,
                words,
                align,
                valign,
                dx=dx,
                dy=0,
            )
            for align, valign, dx in corners
            for part in (0.45, 0.55, 0.65, 0.35, 0.75, 0.25)
        ]

    # Table

    def table(self) -> Table:
        say, progress, language = self.language.say, self.progress, self.language
        rows: list[tuple[dt.date, str, int, int | None, str]] = []
        for month in self.months:
            kind = "carried" if month.carried else "actual"
            rows.append((month.month, kind, month.active, month.carried, ""))
        for row in self.published:
            kind = "disputed" if row.disputed else "published"
            rows.append((row.day, kind, row.active, None, row.source))
        rows.append((progress.baseline_date, "baseline", progress.baseline, None, ""))
        if progress.path_active is not None:
            rows.append((progress.as_of, "path", progress.path_active, None, ""))
        if self.continued is not None:
            rows.append((progress.due, "continued", self.continued, None, ""))
        rows.append((progress.due, "goal", progress.target, None, ""))
        rows.sort(key=lambda row: row[0])

        def named(kind: str) -> str:
            return self.continuation if kind == "continued" else say(f"figures.goal_progress.{kind}")

        machine: tuple[tuple[Machine, ...], ...] = tuple(
            (day.isoformat(), kind, people, carried, source) for day, kind, people, carried, source in rows
        )
        return Table(
            columns=(
                Column(say("figures.column.day"), "left"),
                Column(say("figures.column.kind"), "left"),
                Column(say("figures.column.active")),
                Column(say("figures.column.carried")),
            ),
            rows=tuple(
                (
                    language.day(day),
                    named(kind),
                    language.number(people),
                    "" if carried is None else language.number(carried),
                )
                for day, kind, people, carried, _ in rows
            ),
            machine_columns=("day", "kind", "active", "carried", "source"),
            machine_rows=machine,
        )
