"""How likely each published goal is, and what was officially foretold: in words, baseline and scenario."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from enrollment import pace
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Dots,
    Figure,
    Layout,
    Mark,
    Note,
    Path,
    Point,
    Room,
    Table,
    Text,
    Tone,
    Words,
    text,
)
from enrollment.figures.rows import Row, row_axis
from enrollment.figures.style import paler
from enrollment.language import Language

_PITCH = 70
_TRACK = 0.08


@dataclass(frozen=True, slots=True)
class Aim:
    """A figure for the due date, with how likely it is; `scenario` None where there is none.

    `kind` is `goal` or `prognosis`.
    """

    kind: str
    key: str
    value: int
    stated_on: dt.date | None
    chosen: bool
    baseline: float
    scenario: float | None


def outlook_chances(*, aims: Sequence[Aim], due: dt.date, language: Language) -> Figure:
    """A row for each aim, in the order given."""
    say = language.say
    marks: list[Mark] = []
    notes: list[Note] = []
    rows = []
    tracks = [Bar(place, 0, 1, "") for place in range(len(aims))]
    marks.append(Bars("context", say("outlook.chances.track"), tuple(tracks), True, paler("context", 35)))
    for place, aim in enumerate(aims):
        hover = text(Words(_name(aim, language), strong=True), *_both(aim, language))
        if aim.scenario is not None:
            ends = (Point(aim.baseline, place), Point(aim.scenario, place))
            marks.append(Path("context", "", ends, "ink"))
            marks.append(
                Dots("scenario", say("outlook.path.scenario"), (Point(aim.scenario, place, hover),), size=12)
            )
        marks.append(
            Dots("forecast", say("outlook.chances.baseline"), (Point(aim.baseline, place, hover),), size=10)
        )
        name = text(Words(_name(aim, language), strong=True))
        notes += _notes(place, aim, name, language)
        rows.append(Row(name, name, ()))
    layout = Layout(
        height=_PITCH * max(len(aims), 1) + 16,
        room=Room(top=4, right=9, bottom=4, left=9),
        notes=tuple(notes),
        thickness=_TRACK,
    )
    return Figure(
        name="outlook_chances",
        title=say("outlook.chances.title"),
        subtitle=say(
            "outlook.chances.subtitle_scenario" if _supposed(aims) else "outlook.chances.subtitle",
            due=language.day(due),
        ),
        alt=say(
            "outlook.chances.alt",
            due=language.day(due),
            aims="; ".join(f"{_name(aim, language)}: {', '.join(_both(aim, language))}" for aim in aims),
        ),
        unit=say("outlook.chances.unit"),
        x=Axis(0, 1),
        y=row_axis(rows),
        marks=tuple(marks),
        wide=layout,
        narrow=layout,
        table=_table(aims, language),
    )


def _supposed(aims: Sequence[Aim]) -> bool:
    return any(aim.scenario is not None for aim in aims)


def _notes(place: int, aim: Aim, name: Text, language: Language) -> list[Note]:
    """The aim above its track; below it the chance, and at the other end that of the scenario.

    Signs instead of words for what is rare keep both on one line of a third of a page.
    """
    tone: Tone = "accent"
    chance = Words(language.chance_sign(aim.baseline), tone, strong=True)
    said = Words(f" {language.say(f'outlook.word.{pace.in_words(aim.baseline)}')}", tone)
    other: Text = ()
    if aim.scenario is not None:
        lead = Words(language.say("outlook.chances.scenario"))
        other = text((lead, Words(f" {language.chance_sign(aim.scenario)}", strong=True)))
    return [
        Note("start", place, name, "left", "bottom", dx=-9, dy=10, covers=True),
        Note("start", place, text((chance, said)), "left", "top", dx=-9, dy=-10, covers=True),
        *([Note("end", place, other, "right", "top", dx=9, dy=-10)] if other else []),
    ]


def _name(aim: Aim, language: Language) -> str:
    say = language.say
    value = language.stated(aim.value)
    day = f", {language.short_day(aim.stated_on)}" if aim.stated_on else ""
    used = say("figures.published_goals.chosen") if aim.chosen else ""
    return say(f"outlook.chances.{aim.kind}", value=value) + day + used


def _both(aim: Aim, language: Language) -> list[str]:
    said = [_said(aim.baseline, language)]
    if aim.scenario is not None:
        said.append(f"{language.say('outlook.chances.scenario')} {_said(aim.scenario, language)}")
    return said


def _said(probability: float, language: Language) -> str:
    return f"{language.chance(probability)} {language.say(f'outlook.word.{pace.in_words(probability)}')}"


def _table(aims: Sequence[Aim], language: Language) -> Table:
    say = language.say
    return Table(
        columns=(
            Column(say("outlook.column.aim"), "left"),
            Column(say("figures.column.target")),
            Column(say("outlook.column.baseline"), "left"),
            Column(say("outlook.column.scenario"), "left"),
        ),
        rows=tuple(
            (
                _name(aim, language),
                language.number(aim.value),
                _said(aim.baseline, language),
                "" if aim.scenario is None else _said(aim.scenario, language),
            )
            for aim in aims
        ),
        machine_columns=("kind", "key", "target", "stated_on", "baseline", "scenario"),
        machine_rows=tuple(
            (
                aim.kind,
                aim.key,
                aim.value,
                aim.stated_on.isoformat() if aim.stated_on else None,
                aim.baseline,
                aim.scenario,
            )
            for aim in aims
        ),
    )
