"""Marks of a goal's chart: the counted line, the straight path, what was published, and the outlook."""

from collections.abc import Iterable

from enrollment.answers import ActiveByMonth, PublishedActive
from enrollment.figures import annotations as notable
from enrollment.figures.description import Dots, Mark, Path, Point, Role, Text, Words, text
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
    yield from _actual(way)
    published = [row for row in way.published if not _is_baseline(way, row)]
    for disputed in (True, False):
        points = tuple(_published_point(way, row) for row in published if row.disputed is disputed)
        if points:
            role: Role = "disputed" if disputed else "published"
            yield Dots(role, say(f"figures.goal_progress.{role}"), points)
    yield Dots("published", say("figures.goal_progress.baseline"), (base,))
    yield Dots("plan", say("figures.goal_progress.goal"), (goal,), "diamond", 13)


def _actual(way: Way) -> Iterable[Mark]:
    """The counted line, broken into counted stretches and those that end in a carried month."""
    name = way.language.say("figures.goal_progress.actual")
    carried_name = way.language.say("figures.goal_progress.carried")
    points = [Point(row.month, row.active, _month_hover(way, row)) for row in way.months]
    stretches: list[tuple[Role, list[Point]]] = []
    for row, before, point in zip(way.months[1:], points[:-1], points[1:], strict=True):
        role: Role = "carried" if row.carried else "actual"
        if not stretches or stretches[-1][0] != role:
            stretches.append((role, [before]))
        stretches[-1][1].append(point)
    for role, stretch in stretches:
        yield Path(role, carried_name if role == "carried" else name, tuple(stretch))
    small = 6 if len(points) <= 24 else 4
    counted = [point for row, point in zip(way.months, points, strict=True) if not row.carried]
    kept = [point for row, point in zip(way.months, points, strict=True) if row.carried]
    if counted:
        yield Dots("actual", name, tuple(counted), size=small)
    if kept:
        yield Dots("carried", carried_name, tuple(kept), size=small + 2)


def _is_baseline(way: Way, row: PublishedActive) -> bool:
    return (row.day, row.active) == (way.progress.baseline_date, way.progress.baseline)


def _published_point(way: Way, row: PublishedActive) -> Point:
    key = "disputed" if row.disputed else "published"
    hover = text(
        Words(way.language.day(row.day), strong=True),
        way.people(row.active),
        way.language.say(f"figures.hover.{key}"),
    )
    return Point(row.day, row.active, hover)


def _month_hover(way: Way, row: ActiveByMonth) -> Text:
    say = way.language.say
    lines: list[str | Words] = [
        Words(way.language.day(row.month), strong=True),
        way.people(row.active),
    ]
    if row.net_change is not None:
        lines.append(say("figures.hover.net_change", number=way.language.signed(row.net_change)))
    if row.carried:
        lines.append(say("figures.hover.carried", number=way.language.number(row.carried)))
    if row.simulated:
        lines.append(say("figures.hover.simulated"))
    return text(*lines)


def _baseline_hover(way: Way) -> Text:
    return text(
        Words(way.language.day(way.progress.baseline_date), strong=True),
        way.people(way.progress.baseline),
        way.language.say("figures.hover.baseline"),
    )


def _goal_hover(way: Way) -> Text:
    return text(
        Words(way.language.day(way.progress.due), strong=True),
        way.people(way.progress.target),
        way.language.say("figures.hover.goal"),
    )
