"""Why promises are not fulfilled yet: what is owed by each source, divided among its causes."""

from collections.abc import Sequence

from enrollment.attribution import CAUSES, GapPart
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Layout,
    Mark,
    Note,
    Role,
    Room,
    Table,
    Text,
    Words,
    plain,
    text,
)
from enrollment.figures.placing import shorten, wrapped
from enrollment.figures.rows import Row, row_axis
from enrollment.figures.style import NOTE
from enrollment.figures.units import Amounts
from enrollment.language import Language

_ROLES: dict[str, Role] = {"unlisted": "plan", "inactive": "context", "known_before": "lost"}
_PITCH, _THICK = 92, 0.2
_LINE = 345.0


def outlook_owed(*, parts: Sequence[GapPart], language: Language) -> Figure:
    """A row for each source; what helped lies left of zero, so that a row's pieces add up to what is owed."""
    say = language.say
    rows, notes = [], []
    pieces: dict[str, list[Bar]] = {cause: [] for cause in CAUSES}
    low = high = 0.0
    for place, part in enumerate(parts):
        name = language.pick(part.name, part.name_en)
        ends = {1: 0.0, -1: 0.0}
        said = _causes(part, language)
        hover = text(Words(name, strong=True), *(plain((line,)) for line in said))
        for cause, people in part.causes or (("unlisted", part.unlisted),):
            side = 1 if people >= 0 else -1
            if round(people):
                start, ends[side] = ends[side], ends[side] + people
                bar = Bar(place, start, ends[side], language.number(people), hover, part.source)
                pieces[cause].append(bar)
        low, high = min(low, ends[-1]), max(high, ends[1])
        number = Words(f"  {language.number(part.people)}", strong=True)
        title = text((Words(shorten(name, NOTE, _LINE - 70), strong=True), number))
        rows.append(Row(title, title, said))
        notes += [
            Note("start", place, title, "left", "bottom", dx=-2, dy=12, covers=True),
            Note("start", place, said, "left", "top", dx=-2, dy=-12, covers=True),
        ]
    layout = Layout(
        height=_PITCH * max(len(rows), 1) + 8,
        room=Room(top=4, right=8, bottom=4, left=2),
        notes=tuple(notes),
        thickness=_THICK,
    )
    marks: list[Mark] = [
        Bars(_ROLES[cause], say(f"outlook.owed.{cause}"), tuple(bars), True)
        for cause, bars in pieces.items()
        if bars
    ]
    return Figure(
        name="outlook_owed",
        title=say("outlook.owed.title"),
        subtitle=say("outlook.owed.subtitle"),
        alt=say(
            "outlook.owed.alt", parts="; ".join(f"{plain(row.name)}: {plain(row.value)}" for row in rows)
        ),
        unit=Amounts(language, 1).heading,
        x=Axis(low, max(high, 1)),
        y=row_axis(rows),
        marks=tuple(marks),
        wide=layout,
        narrow=layout,
        table=_table(parts, language),
    )


def _causes(part: GapPart, language: Language) -> Text:
    """The causes with their people, in lines as wide as a card."""
    said = [
        f"{language.number(people)} {language.say(f'outlook.owed.{cause}')}"
        for cause, people in part.causes
        if round(people)
    ]
    if not part.listed:
        said = [language.say("outlook.owed.no_roster")]
    elif not said:
        said = [language.say("outlook.owed.none")]
    return text(*(Words(line, "muted") for line in wrapped("; ".join(said), NOTE, _LINE)))


def _table(parts: Sequence[GapPart], language: Language) -> Table:
    say = language.say
    unknown = say("format.unknown")
    return Table(
        columns=(
            Column(say("figures.column.source"), "left"),
            Column(say("outlook.column.owed")),
            *(Column(say(f"outlook.owed.{cause}")) for cause in CAUSES),
        ),
        rows=tuple(
            (
                language.pick(part.name, part.name_en),
                language.number(part.people),
                *(language.number(getattr(part, cause)) if part.listed else unknown for cause in CAUSES),
            )
            for part in parts
        ),
        machine_columns=("source", "people", *CAUSES),
        machine_rows=tuple(
            (
                part.source,
                part.people,
                *(getattr(part, cause) if part.listed else None for cause in CAUSES),
            )
            for part in parts
        ),
    )
