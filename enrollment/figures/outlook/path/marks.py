"""Marks of an outlook's chart: ranges, the straight path, medians, the counted line, what was foretold."""

import datetime as dt
from collections.abc import Iterable, Sequence

from enrollment.figures import counted
from enrollment.figures.description import Band, Dots, Mark, Path, Point, Role, Span, Text, Words, text
from enrollment.figures.outlook.path.shown import Shown
from enrollment.outlook import Ahead


def marks(shown: Shown) -> Iterable[Mark]:
    """All of them, the hindmost first."""
    say, outlook, progress = shown.language.say, shown.outlook, shown.progress
    yield from _ranges(shown)
    goal = Point(outlook.due, outlook.target, _hover(shown, outlook.due, outlook.target, "goal"))
    base = Point(progress.baseline_date, progress.baseline)
    if outlook.due > progress.baseline_date:
        yield Path("plan", say("figures.goal_progress.path"), (base, goal))
    yield from _median(shown, "forecast", outlook.path)
    if shown.apart:
        yield from _median(shown, "scenario", shown.scenario)
    yield from counted.months(shown.months, shown.language)
    yield from counted.published(shown.published, shown.language)
    if row := shown.prognosis:
        point = Point(row.due, row.value, _hover(shown, row.due, row.value, "prognosis"))
        yield Dots("published", say("outlook.hover.prognosis"), (point,), "square", 10)
    yield Dots("plan", say("figures.goal_progress.goal"), (goal,), "diamond", 13)


def _ranges(shown: Shown) -> Iterable[Band]:
    """The range of 80 as a ground, that of 95 as its edges; of a scenario that of 80, as edges."""
    say, path = shown.language.say, shown.outlook.path
    if path:
        inner = _spans(shown, [(point.day, point.low80, point.high80) for point in path])
        outer = _spans(shown, [(point.day, point.low95, point.high95) for point in path])
        yield Band("forecast", say("outlook.path.range_80"), inner)
        yield Band("forecast", say("outlook.path.range_95"), outer, edge=True)
    if shown.apart:
        spans = _spans(shown, [(point.day, point.low80, point.high80) for point in shown.scenario])
        yield Band("scenario", say("outlook.path.scenario_80"), spans)


def _spans(shown: Shown, ranges: Sequence[tuple[dt.date, int, int]]) -> tuple[Span, ...]:
    """Ranges that open where the counted line ends."""
    outlook = shown.outlook
    return tuple(Span(*ends) for ends in ((outlook.as_of, outlook.active, outlook.active), *ranges))


def _median(shown: Shown, role: Role, path: Sequence[Ahead]) -> Iterable[Mark]:
    """A line from where the counted one ends, with a dot for each month."""
    if not path:
        return
    name = shown.language.say(f"outlook.path.{role}")
    points = tuple(Point(point.day, point.median, _ahead_hover(shown, point, role)) for point in path)
    yield Path(role, name, (Point(shown.outlook.as_of, shown.outlook.active), *points))
    yield Dots(role, name, points, size=5)


def _hover(shown: Shown, day: dt.date, value: float, what: str) -> Text:
    return text(
        Words(shown.language.day(day), strong=True),
        counted.people(value, shown.language),
        shown.language.say(f"outlook.hover.{what}"),
    )


def _ahead_hover(shown: Shown, point: Ahead, role: Role) -> Text:
    say, whole = shown.language.say, shown.language.number
    return text(
        *_hover(shown, point.day, point.median, role),
        say("outlook.hover.range_80", low=whole(point.low80), high=whole(point.high80)),
        say("outlook.hover.range_95", low=whole(point.low95), high=whole(point.high95)),
    )
