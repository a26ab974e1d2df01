"""Marks of a goal's chart: the counted line, the straight path, what was published, and the outlook."""

from collections.abc import Iterable

from enrollment.answers import PublishedActive
from enrollment.figures import annotations as notable
from enrollment.figures import counted
from enrollment.figures.description import Dots, Mark, Path, Point, Text, Words, text
from enrollment.figures.goal_progress import ahead
from enrollment.figures.goal_progress.way import Way


def marks(way: Way) -> Iterable[Mark]:
    """All but the bracket, which needs room."""
    say, progress = way.language.say, way.progress
    yield from ahead.ranges(way)
    yield from notable.lines(way.noted, way.y, way.language)
    goal = Point(progress.due, progress.target, _goal_hover(way))
    base = Point(progress.baseline_date, progress.baseline, _baseline_hover(way))
    if progress.due > progress.baseline_date:
        yield Path("plan", say("figures.goal_progress.path"), (base, goal))
    if progress.path_active is not None and progress.path_active != progress.active:
        yield Path(
            "behind" if progress.path_active > progress.active else "ahead",
            say("figures.goal_progress.distance"),
            (Point(progress.as_of, progress.active), Point(progress.as_of, progress.path_active)),
            dotted=True,
        )
    yield from ahead.median(way)
    yield from counted.months(way.months, way.language)
    others = [row for row in way.published if not _is_baseline(way, row)]
    yield from counted.published(others, way.language)
    yield Dots("published", say("figures.goal_progress.baseline"), (base,))
    yield Dots("plan", say("figures.goal_progress.goal"), (goal,), "diamond", 13)


def _is_baseline(way: Way, row: PublishedActive) -> bool:
    return (row.day, row.active) == (way.progress.baseline_date, way.progress.baseline)


def _baseline_hover(way: Way) -> Text:
    return text(
        Words(way.language.day(way.progress.baseline_date), strong=True),
        counted.people(way.progress.baseline, way.language),
        way.language.say("figures.hover.baseline"),
    )


def _goal_hover(way: Way) -> Text:
    return text(
        Words(way.language.day(way.progress.due), strong=True),
        counted.people(way.progress.target, way.language),
        way.language.say("figures.hover.goal"),
    )
