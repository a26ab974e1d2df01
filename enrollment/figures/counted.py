"""What was counted, as charts over time show it: the line of months, and figures published elsewhere."""

from collections.abc import Iterable, Sequence

from enrollment.answers import ActiveByMonth, PublishedActive
from enrollment.figures.description import Dots, Mark, Path, Point, Role, Text, Words, text
from enrollment.language import Language

_MANY = 24


def months(rows: Sequence[ActiveByMonth], language: Language) -> Iterable[Mark]:
    """The counted line, broken into counted stretches and those that end in a carried month."""
    name = language.say("figures.goal_progress.actual")
    carried_name = language.say("figures.goal_progress.carried")
    points = [Point(row.month, row.active, _month(row, language)) for row in rows]
    stretches: list[tuple[Role, list[Point]]] = []
    for row, before, point in zip(rows[1:], points[:-1], points[1:], strict=True):
        role: Role = "carried" if row.carried else "actual"
        if not stretches or stretches[-1][0] != role:
            stretches.append((role, [before]))
        stretches[-1][1].append(point)
    for role, stretch in stretches:
        yield Path(role, carried_name if role == "carried" else name, tuple(stretch))
    small = 6 if len(points) <= _MANY else 4
    fresh = [point for row, point in zip(rows, points, strict=True) if not row.carried]
    kept = [point for row, point in zip(rows, points, strict=True) if row.carried]
    if fresh:
        yield Dots("actual", name, tuple(fresh), size=small)
    if kept:
        yield Dots("carried", carried_name, tuple(kept), size=small + 2)


def published(rows: Sequence[PublishedActive], language: Language) -> Iterable[Mark]:
    """Figures published elsewhere, those that are disputed first."""
    for disputed in (True, False):
        points = tuple(
            Point(row.day, row.active, _published(row, language)) for row in rows if row.disputed is disputed
        )
        if points:
            role: Role = "disputed" if disputed else "published"
            yield Dots(role, language.say(f"figures.goal_progress.{role}"), points)


def people(value: float, language: Language) -> str:
    """A number of active participants in full."""
    return language.say("figures.hover.people", number=language.number(value))


def _month(row: ActiveByMonth, language: Language) -> Text:
    say = language.say
    lines: list[str | Words] = [Words(language.day(row.month), strong=True), people(row.active, language)]
    if row.net_change is not None:
        lines.append(say("figures.hover.net_change", number=language.signed(row.net_change)))
    if row.carried:
        lines.append(say("figures.hover.carried", number=language.number(row.carried)))
    if row.simulated:
        lines.append(say("figures.hover.simulated"))
    return text(*lines)


def _published(row: PublishedActive, language: Language) -> Text:
    key = "disputed" if row.disputed else "published"
    return text(
        Words(language.day(row.day), strong=True),
        people(row.active, language),
        language.say(f"figures.hover.{key}"),
    )
