"""The chart of an outlook, put together of its marks, labels and table."""

from collections.abc import Sequence

from enrollment.answers import ActiveByMonth, GoalProgress, Prognoses, PublishedActive
from enrollment.figures.description import Figure
from enrollment.figures.outlook.path.labels import laid_out
from enrollment.figures.outlook.path.marks import marks
from enrollment.figures.outlook.path.shown import NARROW, WIDE, Shown
from enrollment.figures.outlook.path.tabled import table
from enrollment.figures.placing import number
from enrollment.language import Language
from enrollment.outlook import Ahead, Outlook


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
    shown = Shown(
        outlook=outlook,
        progress=progress,
        months=tuple(row for row in months if row.month <= outlook.as_of),
        published=tuple(row for row in published if row.day <= outlook.as_of),
        prognosis=prognosis,
        scenario=scenario if outlook.path else (),
        language=language,
    )
    drawn = tuple(marks(shown))
    return Figure(
        name="outlook_path",
        title=language.say("outlook.path.title" if outlook.path else "outlook.path.title_counted"),
        subtitle=_subtitle(shown),
        alt=_finding(shown),
        unit=shown.amounts.heading,
        x=shown.x,
        y=shown.y,
        marks=drawn,
        wide=laid_out(shown, WIDE, drawn, narrow=False),
        narrow=laid_out(shown, NARROW, drawn, narrow=True),
        table=table(shown),
    )


def _subtitle(shown: Shown) -> str:
    say, start = shown.language.say, number(shown.y.low)
    key = "forecast" if shown.outlook.path else shown.outlook.reason
    said = [
        say(f"outlook.path.subtitle_{key}", unit=shown.amounts.heading),
        _of_scenario(shown),
        say("outlook.path.published_mark") if shown.published else "",
        say(
            "outlook.path.axis",
            start=shown.language.people(start) if start else say("figures.goal_progress.zero"),
        ),
    ]
    return " ".join(filter(None, said))


def _of_scenario(shown: Shown) -> str:
    """How a scenario is drawn, or that it adds too little to be drawn."""
    if not shown.scenario:
        return ""
    return shown.language.say("outlook.path.dotted" if shown.apart else "outlook.path.not_apart")


def _finding(shown: Shown) -> str:
    say, language, outlook = shown.language.say, shown.language, shown.outlook
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
    if shown.scenario:
        said.append(say("outlook.path.alt_scenario", median=language.people(shown.scenario[-1].median, 2)))
    if row := shown.prognosis:
        value, day = language.people(row.value, 2), language.day(row.stated_on)
        said.append(say("outlook.path.alt_prognosis", value=value, day=day))
    return " ".join(said)
