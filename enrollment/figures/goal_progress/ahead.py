"""What may come by the due date: the median, a range for 80 and one for 95 in a hundred, and their words."""

from collections.abc import Iterable

from enrollment.figures.description import (
    Band,
    Bracket,
    Dots,
    Mark,
    Path,
    Point,
    Role,
    Span,
    Text,
    Tone,
    Words,
    text,
)
from enrollment.figures.goal_progress.way import Way
from enrollment.outlook import Ahead


def ranges(way: Way) -> tuple[Band, ...]:
    """Both ranges, opening from the month in hand; none where nothing is forecast."""
    path, say = way.outlook.path, way.language.say
    if not path:
        return ()
    start = Span(way.outlook.as_of, way.outlook.active, way.outlook.active)
    told = [(ahead, hover(way, ahead)) for ahead in path]
    outer = tuple(Span(ahead.day, ahead.low95, ahead.high95, words) for ahead, words in told)
    inner = tuple(Span(ahead.day, ahead.low80, ahead.high80, words) for ahead, words in told)
    return (
        Band("forecast", say("figures.goal_progress.range95"), (start, *outer), edge=True),
        Band("forecast", say("figures.goal_progress.range80"), (start, *inner)),
    )


def median(way: Way) -> Iterable[Mark]:
    """The line of what is most likely, with a dot where it ends."""
    path, name = way.outlook.path, way.language.say("figures.goal_progress.median")
    if path:
        start = Point(way.outlook.as_of, way.outlook.active)
        line = [Point(ahead.day, ahead.median, hover(way, ahead)) for ahead in path]
        yield Path("forecast", name, (start, *line))
        yield Dots("forecast", name, (line[-1],), size=5)


def bracket(way: Way) -> Bracket | None:
    """What holds goal and median together."""
    if way.outlook.at_due is None:
        return None
    low, high = sorted((way.outlook.at_due.median, way.progress.target))
    return Bracket(_role(way), low, high)


def hover(way: Way, ahead: Ahead) -> Text:
    number, percent = way.language.number, way.language.percent
    ends = ((0.8, ahead.low80, ahead.high80), (0.95, ahead.low95, ahead.high95))
    return text(
        Words(way.language.day(ahead.day), strong=True),
        way.language.say("figures.hover.median", number=number(ahead.median)),
        *(f"{percent(share)}: {number(low)}–{number(high)}" for share, low, high in ends),
    )


def name(way: Way, at_due: Ahead, *, narrow: bool) -> Text:
    """`Proyeksi 29,9 juta / 80%: 28,9–30,9 juta`, on a phone in four short lines."""
    called = way.language.say("figures.goal_progress.projection")
    people = way.language.people(at_due.median)
    share = f"{way.language.percent(0.8)}:"
    ends = way.language.people_between(at_due.low80, at_due.high80, bare=narrow)
    if narrow:
        strong = (Words(called, "accent", strong=True), Words(people, "accent", strong=True))
        return text(*strong, Words(share, "accent"), Words(ends, "accent"))
    return text(Words(f"{called} {people}", "accent", strong=True), Words(f"{share} {ends}", "accent"))


def distance(way: Way, shortfall: int, *, narrow: bool) -> Text:
    """`kurang 8,1 juta / dari sasaran`, or how far above."""
    say, role = way.language.say, _role(way)
    tone: Tone = "ahead" if role == "ahead" else "behind" if role == "behind" else "muted"
    key = "short" if shortfall > 0 else "above" if shortfall < 0 else "even"
    value = way.language.people(abs(shortfall))
    if narrow:
        by = say(f"figures.goal_progress.{key}_by")
        far = value if shortfall else say("figures.goal_progress.even_of")
        return text(Words(by, tone, strong=True), Words(far, tone, strong=True))
    return text(
        Words(say(f"figures.goal_progress.{key}", people=value), tone, strong=True),
        Words(say(f"figures.goal_progress.{key}_of"), tone),
    )


def _role(way: Way) -> Role:
    """Alarm is for who is behind: a median below the goal alone is none."""
    if (way.outlook.shortfall or 0) <= 0:
        return "ahead"
    return "behind" if way.progress.status == "behind" else "context"
