"""The table under a goal's chart: each number with its day and kind, forecasts with their ranges."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from enrollment.figures.description import Column, Table
from enrollment.figures.goal_progress.way import Way
from enrollment.language import Language
from enrollment.outlook import Ahead


@dataclass(frozen=True, slots=True)
class _Line:
    day: dt.date
    kind: str
    people: int
    carried: int | None = None
    source: str = ""
    ahead: Ahead | None = None

    def ranges(self, language: Language) -> tuple[str, str]:
        if self.ahead is None:
            return "", ""
        ends = ((self.ahead.low80, self.ahead.high80), (self.ahead.low95, self.ahead.high95))
        inner, outer = (f"{language.number(low)}–{language.number(high)}" for low, high in ends)
        return inner, outer


def table(way: Way) -> Table:
    """The rows by day; columns for ranges only where something is forecast."""
    say, language = way.language.say, way.language
    lines = sorted(_lines(way), key=lambda line: line.day)
    shown = 2 if way.outlook.path else 0
    return Table(
        columns=(
            Column(say("figures.column.day"), "left"),
            Column(say("figures.column.kind"), "left"),
            Column(say("figures.column.active")),
            Column(say("figures.column.carried")),
            *(Column(say(f"figures.goal_progress.range{share}")) for share in (80, 95)[:shown]),
        ),
        rows=tuple(
            (
                language.day(line.day),
                say(f"figures.goal_progress.{line.kind}"),
                language.number(line.people),
                "" if line.carried is None else language.number(line.carried),
                *line.ranges(language)[:shown],
            )
            for line in lines
        ),
        machine_columns=("day", "kind", "active", "carried", "source", "low80", "high80", "low95", "high95"),
        machine_rows=tuple(
            (line.day.isoformat(), line.kind, line.people, line.carried, line.source, *_ends(line.ahead))
            for line in lines
        ),
    )


def _lines(way: Way) -> Iterator[_Line]:
    progress = way.progress
    for month in way.months:
        yield _Line(month.month, "carried" if month.carried else "actual", month.active, month.carried)
    for row in way.published:
        kind = "disputed" if row.disputed else "published"
        yield _Line(row.day, kind, row.active, source=row.source)
    yield _Line(progress.baseline_date, "baseline", progress.baseline)
    if progress.path_active is not None:
        yield _Line(progress.as_of, "path", progress.path_active)
    for ahead in way.outlook.path:
        yield _Line(ahead.day, "median", ahead.median, ahead=ahead)
    yield _Line(progress.due, "goal", progress.target)


def _ends(ahead: Ahead | None) -> tuple[int | None, ...]:
    return (ahead.low80, ahead.high80, ahead.low95, ahead.high95) if ahead else (None,) * 4
