"""One month in two editions: what the earlier one said, every cause of a difference, what is said now."""

import datetime as dt
from collections.abc import Sequence

from enrollment.answers import EditionChanges
from enrollment.figures.cascade import Step, cascade, written
from enrollment.figures.description import Column, Figure, Table
from enrollment.figures.units import Amounts
from enrollment.language import Language

CAUSES = (
    "new_month",
    "late_source",
    "correction",
    "reclassification",
    "withdrawn",
    "carried",
    "consequence",
    "changed_definition",
    "changed_program",
)
"""In the order in which they are told."""
_PLOT = 560.0


def edition_changes(
    *,
    changes: Sequence[EditionChanges],
    before: int,
    after: int,
    month: dt.date,
    earlier: tuple[str, dt.date],
    later: tuple[str, dt.date],
    language: Language,
    narrow: bool = False,
) -> Figure:
    """The stock of a month in two editions, each with its short id and day, and the steps between them.

    Columns; rows with names above them if `narrow`. `changes` are those of that month; those that
    move nobody are left out. Their sum is the difference.
    """
    say = language.say
    moved = {cause: sum(row.change for row in changes if row.cause == cause) for cause in CAUSES}
    steps = [
        Step(language.short_day(earlier[1]), earlier[0], before, stock=True, key="before"),
        *(
            Step(say(f"editions.cause.{cause}"), "", people, key=cause)
            for cause, people in moved.items()
            if people
        ),
        Step(language.short_day(later[1]), later[0], after, stock=True, key="after"),
    ]
    drawn = cascade(steps, language, narrow=narrow, plot=_PLOT)
    subtitle = say("figures.edition_changes.subtitle")
    if drawn.cut is not None:
        subtitle += " " + say("figures.edition_changes.cut", start=language.people(drawn.cut, 2))
    title = say("figures.edition_changes.title", month=language.month(month))
    told = [f"{step.name} {written(step, language)}" for step in steps]
    return Figure(
        name="edition_changes",
        title=title,
        subtitle=subtitle,
        alt=f"{title}: {language.join(told)}.",
        unit=Amounts(language, 1).heading,
        x=drawn.x,
        y=drawn.y,
        marks=drawn.marks,
        wide=drawn.wide,
        narrow=drawn.narrow,
        table=Table(
            columns=(
                Column(say("figures.edition_changes.step"), "left"),
                Column(Amounts(language, 1).heading),
            ),
            rows=tuple((step.name, written(step, language)) for step in steps),
            machine_columns=("step", "people"),
            machine_rows=tuple((step.key, step.value) for step in steps),
        ),
    )
