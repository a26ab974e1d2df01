"""The chart of a goal, put together of its marks, labels and table."""

from collections.abc import Sequence

from enrollment.answers import ActiveByMonth, Annotations, GoalProgress, PublishedActive
from enrollment.figures import annotations as notable
from enrollment.figures.description import Figure, Layout, Room
from enrollment.figures.goal_progress import ahead
from enrollment.figures.goal_progress.labels import bracket_has_room, laid_out
from enrollment.figures.goal_progress.marks import marks
from enrollment.figures.goal_progress.tabled import table
from enrollment.figures.goal_progress.way import Way
from enrollment.figures.placing import number
from enrollment.language import Language
from enrollment.outlook import Outlook

_WIDE = Layout(height=330, room=Room(top=22, right=182, bottom=44, left=58))
_NARROW = Layout(height=320, room=Room(top=22, right=108, bottom=44, left=30))


def goal_progress(
    *,
    progress: GoalProgress,
    months: Sequence[ActiveByMonth],
    published: Sequence[PublishedActive],
    outlook: Outlook,
    annotations: Sequence[Annotations] = (),
    language: Language,
) -> Figure:
    """The chart of a goal; `months` and `published` are shown as they come, up to the month in hand."""
    way = Way(
        progress=progress,
        months=tuple(row for row in months if row.month <= progress.as_of),
        published=tuple(row for row in published if row.day <= progress.as_of),
        outlook=outlook,
        annotations=tuple(annotations),
        language=language,
    )
    drawn = tuple(marks(way))
    bracket = ahead.bracket(way) if bracket_has_room(way, _WIDE) else None
    return Figure(
        name="goal_progress",
        title=language.say("figures.goal_progress.title", target=language.stated(progress.target)),
        subtitle=" ".join(filter(None, (_subtitle(way), notable.listed(way.noted, language)))),
        alt=_finding(way),
        unit=way.amounts.heading,
        x=way.x,
        y=way.y,
        marks=(*drawn, bracket) if bracket else drawn,
        wide=laid_out(way, _WIDE, drawn, narrow=False),
        narrow=laid_out(way, _NARROW, drawn, narrow=True),
        table=table(way),
    )


def _subtitle(way: Way) -> str:
    say, start = way.language.say, number(way.y.low)
    return say(
        "figures.goal_progress.subtitle",
        unit=way.amounts.heading,
        ranges=say("figures.goal_progress.ranges_mark") if way.outlook.path else "",
        published=say("figures.goal_progress.published_mark") if way.published else "",
        start=way.language.people(start) if start else say("figures.goal_progress.zero"),
    )


def _finding(way: Way) -> str:
    language, progress, at_due = way.language, way.progress, way.outlook.at_due
    facts = {
        "active": language.people(progress.active, 2),
        "as_of": language.day(progress.as_of),
        "target": language.stated(progress.target),
        "due": language.day(progress.due),
    }
    if at_due is None or way.outlook.probability is None:
        key = "reached" if progress.status == "reached" else "open"
        gap_now = language.people(abs(progress.gap))
        return language.say(f"figures.goal_progress.alt_{key}", **facts, gap=gap_now)
    return language.say(
        f"figures.goal_progress.alt_{'short' if progress.target > at_due.median else 'enough'}",
        **facts,
        median=language.people(at_due.median),
        range=language.people_between(at_due.low80, at_due.high80),
        gap=language.people(abs(progress.target - at_due.median)),
        chance=language.chance(way.outlook.probability),
    )
