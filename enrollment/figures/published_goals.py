"""The goals that were published for one year, and how far each is from where the forecast leads."""

import datetime as dt
from collections.abc import Sequence

from enrollment.answers import GoalProgress, PublishedGoals
from enrollment.figures.description import (
    Axis,
    Column,
    Dots,
    Figure,
    Layout,
    Mark,
    Note,
    Path,
    Point,
    Role,
    Room,
    Table,
    Tone,
    Words,
    text,
)
from enrollment.figures.placing import shorten, text_width
from enrollment.figures.rows import Row, row_axis
from enrollment.figures.style import NOTE
from enrollment.figures.units import Amounts
from enrollment.language import Language
from enrollment.outlook import Outlook

_PITCH = 44
# Pixels that a name may take up, over a wide and a narrow plot.
_NAME, _NARROW_NAME = 420.0, 270.0


def published_goals(
    *, goals: Sequence[PublishedGoals], progress: GoalProgress, outlook: Outlook, language: Language
) -> Figure:
    """Every goal for the year of the goal in hand, the largest first."""
    say = language.say
    year = next((row.year for row in goals if row.goal == progress.goal), progress.due.year)
    rivals = sorted((row for row in goals if row.year == year), key=lambda row: (-row.target, row.goal))
    at_due = outlook.at_due
    reference = at_due.median if at_due else progress.active
    kind = "median" if at_due else "active"
    tone: Tone = "accent" if at_due else "ink"

    values = [*(row.target for row in rivals), reference]
    span = max(max(values) - min(values), 1)
    x = Axis(min(values) - span * 0.04, max(values) + span * 0.04)
    amounts = Amounts.up_to(max(values), language)
    # Names start right of the line to which all distances are drawn, where that stands at the left.
    beside_line = (reference - min(values)) / span < 0.1

    marks: list[Mark] = []
    rows = []
    notes: dict[float, list[Note]] = {_NAME: [], _NARROW_NAME: []}
    for place, row in enumerate(rivals):
        chosen = row.goal == progress.goal
        short = row.target > reference
        role: Role = ("behind" if short else "ahead") if chosen else "context"
        document = language.pick(row.document, row.document_en)
        distance = say(
            "figures.published_goals.above" if short else "figures.published_goals.reached",
            people=language.number(abs(row.target - reference)),
        )
        stated = _day(row.stated_on, language)
        hover = text(Words(amounts.spelt(row.target), strong=True), document, stated, distance)
        marks.append(Path(role, "", (Point(reference, place), Point(row.target, place))))
        point = Point(row.target, place, hover, row.goal)
        marks.append(Dots("published" if chosen else "plan", document, (point,), "diamond", 12))
        number = Words(amounts.spelt(row.target), strong=True)
        day = f", {language.short_day(row.stated_on)}" if row.stated_on else ""
        used = say("figures.published_goals.chosen") if chosen else ""
        for width, placed in notes.items():
            room = width - text_width(f"{number.text}  {day}{used}", NOTE, True)
            origin = f"  {shorten(document, NOTE, room)}{day}"
            name = text((number, Words(origin, "muted"), Words(used, "ink")))
            if beside_line:
                placed.append(Note(reference, place, name, "left", "bottom", dx=9, dy=9))
            else:
                placed.append(Note("start", place, name, "left", "bottom", dy=9, covers=True))
        name = text((number,))
        rows.append(Row(name, name, ()))
    said = say(f"figures.published_goals.{kind}", people=language.people(reference))
    if at_due:
        ends = language.people_between(at_due.low80, at_due.high80, bare=True)
        said += f" ({language.percent(0.8)}: {ends})"
    bottom = Note(
        reference,
        len(rivals) - 0.5,
        text(Words(said, tone)),
        "left",
        "top",
        dx=-4,
        dy=-3,
    )
    line_role: Role = "forecast" if at_due else "actual"
    line = (Point(reference, -0.35), Point(reference, len(rivals) - 0.5))
    marks.append(Path(line_role, say(f"figures.published_goals.{kind}_name"), line))
    wide, narrow = (
        Layout(
            height=_PITCH * max(len(rivals), 1) + 40,
            room=Room(top=14, right=8, bottom=26, left=2),
            notes=(*placed, bottom),
        )
        for placed in notes.values()
    )
    chosen_goal = next((row for row in rivals if row.goal == progress.goal), None)
    return Figure(
        name="published_goals",
        title=say("figures.published_goals.title", count=language.number(len(rivals)), year=f"{year:04d}"),
        subtitle=say(f"figures.published_goals.subtitle_{kind}", unit=amounts.heading),
        alt=_finding(rivals, chosen_goal, reference, kind, year, language),
        unit=amounts.heading,
        x=x,
        y=row_axis(rows),
        marks=tuple(marks),
        wide=wide,
        narrow=narrow,
        table=_table(rivals, reference, language),
    )


def _day(day: dt.date | None, language: Language) -> str:
    return language.day(day) if day else language.say("format.unknown")


def _finding(
    rivals: Sequence[PublishedGoals],
    chosen: PublishedGoals | None,
    reference: int,
    kind: str,
    year: int,
    language: Language,
) -> str:
    say = language.say
    if not rivals:
        return say("figures.published_goals.alt_none", year=f"{year:04d}")
    return say(
        f"figures.published_goals.alt_{kind}",
        count=language.number(len(rivals)),
        year=f"{year:04d}",
        lowest=language.people(rivals[-1].target, 2),
        highest=language.people(rivals[0].target, 2),
        chosen=language.stated((chosen or rivals[0]).target),
        reference=language.people(reference),
    )


def _table(rivals: Sequence[PublishedGoals], reference: int, language: Language) -> Table:
    say = language.say
    return Table(
        columns=(
            Column(say("figures.column.document"), "left"),
            Column(say("figures.column.stated_on"), "left"),
            Column(say("figures.column.target")),
            Column(say("figures.column.distance")),
        ),
        rows=tuple(
            (
                language.pick(row.document, row.document_en),
                _day(row.stated_on, language),
                language.number(row.target),
                language.signed(row.target - reference),
            )
            for row in rivals
        ),
        machine_columns=("goal", "stated_on", "due", "target", "distance", "source"),
        machine_rows=tuple(
            (
                row.goal,
                row.stated_on.isoformat() if row.stated_on else None,
                row.due.isoformat(),
                row.target,
                row.target - reference,
                row.source,
            )
            for row in rivals
        ),
    )
