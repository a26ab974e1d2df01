"""The commitments of the partner sources, magnified by a stated factor against the bridge."""

from collections.abc import Sequence

from enrollment.answers import CommitmentBridge, CommitmentBySource, GoalProgress
from enrollment.figures.commitment_bridge import LEFT, NARROW_PLOT, RIGHT, WIDE_PLOT, bridge_span
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Mark,
    Note,
    Table,
    Words,
    plain,
    text,
)
from enrollment.figures.placing import shorten, text_width
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.figures.style import NOTE, part_colours
from enrollment.figures.units import Amounts
from enrollment.language import Language

FACTORS = (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
_PITCH, _NARROW_PITCH = 30, 44


def commitment_by_source(
    *,
    commitments: Sequence[CommitmentBySource],
    steps: Sequence[CommitmentBridge],
    progress: GoalProgress,
    language: Language,
) -> Figure:
    """Active and still open of each commitment; the axis is the bridge's span divided by the factor.

    At the bridge's own width a person is exactly so many times as wide here as there. Commitments that
    are too large for the bridge get a scale of their own, and the subtitle says so.
    """
    say = language.say
    low, high = bridge_span(steps)
    labels = [_label(row, language) for row in commitments]
    widest = max((_width(label) for label in labels), default=0)
    longest = max((max(row.committed, row.active or 0) for row in commitments), default=0)
    factor = _factor(high - low, longest, _room(widest))
    scale = "magnified" if factor > 1 else "same" if factor == 1 else "own"
    axis = Axis(0.0, (high - low) / factor if factor else longest / _room(widest))
    names = [language.pick(row.name, row.name_en) for row in commitments]
    colours = part_colours([row.source for row in commitments], sorted(row.source for row in commitments))

    marks: list[Mark] = []
    rows, notes = [], []
    for place, (row, name, label) in enumerate(zip(commitments, names, labels, strict=True)):
        hover = text(
            Words(name, strong=True),
            language.pick(row.partner_name, row.partner_name_en),
            plain(text(label)),
            say("figures.commitment_by_source.open", number=language.number(row.outstanding)),
        )
        active = row.active or 0
        if row.outstanding > 0:
            bar = Bar(place, active, row.committed, language.number(row.outstanding), hover, row.source)
            marks.append(
                Bars(
                    "plan",
                    say("figures.commitment_by_source.outstanding"),
                    (bar,),
                    horizontal=True,
                    colour=colours[row.source],
                )
            )
        if active:
            bar = Bar(place, 0, active, language.number(active), hover, row.source)
            marks.append(
                Bars("actual", say("figures.commitment_by_source.active"), (bar,), True, colours[row.source])
            )
        end = max(row.committed, active)
        notes.append(Note(end, place, text(label), dx=8))
        rows.append(
            Row(
                name=text(shorten(name, NOTE, LEFT - 14)),
                short_name=text(shorten(name, NOTE, NARROW_PLOT - 16 - _width(label))),
                value=text(label),
            )
        )

    committed = sum(row.committed for row in commitments)
    rise = progress.rise_needed
    return Figure(
        name="commitment_by_source",
        title=_title(commitments, factor, committed, rise, language),
        subtitle=say(f"figures.commitment_by_source.subtitle_{scale}") if commitments else "",
        alt=_finding(commitments, committed, rise, language),
        unit=Amounts(language, 1).heading,
        x=axis,
        y=row_axis(rows),
        marks=tuple(marks),
        wide=beside(rows, pitch=_PITCH, left=LEFT, right=RIGHT, notes=notes, thickness=0.6),
        narrow=above(rows, pitch=_NARROW_PITCH, thickness=0.4),
        table=_table(commitments, names, language),
    )


def _width(label: tuple[Words, ...]) -> float:
    return sum(text_width(words.text, NOTE, words.strong) for words in label)


def _factor(span: float, longest: float, room: float) -> int:
    """The largest round factor at which the longest bar leaves place for its label; 0 if there is none."""
    return next((factor for factor in FACTORS if longest <= span / factor * room), 0)


def _room(widest: float) -> float:
    """The part of the plot that bars can take beside labels of up to `widest` pixels."""
    return max(1 - (widest + 12) / WIDE_PLOT, 0.3)


def _label(row: CommitmentBySource, language: Language) -> tuple[Words, ...]:
    committed = language.number(row.committed)
    if row.active is None:
        return (Words(language.say("figures.commitment_by_source.unknown_of", committed=committed)),)
    active = Words(language.number(row.active), strong=True)
    return active, Words(" " + language.say("figures.commitment_by_source.active_of", committed=committed))


def _title(
    commitments: Sequence[CommitmentBySource], factor: int, committed: int, rise: int, language: Language
) -> str:
    say = language.say
    if not commitments:
        return say("figures.commitment_by_source.none")
    people = language.number(committed)
    finding = say("figures.commitment_by_source.people", people=people)
    if rise > 0:
        share = language.percent(committed / rise, 2)
        finding = say(
            "figures.commitment_by_source.share", people=people, share=share, rise=language.people(rise)
        )
    if factor <= 1:
        return finding[:1].upper() + finding[1:]
    return say("figures.commitment_by_source.title", factor=language.number(factor), finding=finding)


def _finding(commitments: Sequence[CommitmentBySource], committed: int, rise: int, language: Language) -> str:
    if not commitments:
        return language.say("figures.commitment_by_source.none")
    active = sum(row.active or 0 for row in commitments)
    key = "alt" if rise > 0 else "alt_no_rise"
    return language.say(
        f"figures.commitment_by_source.{key}",
        active=language.number(active),
        committed=language.number(committed),
        share=language.percent(committed / rise, 2) if rise > 0 else "",
        rise=language.people(rise),
    )


def _table(commitments: Sequence[CommitmentBySource], names: Sequence[str], language: Language) -> Table:
    say = language.say
    unknown = say("figures.unknown")
    return Table(
        columns=(
            Column(say("figures.column.source"), "left"),
            Column(say("figures.column.partner"), "left"),
            Column(say("figures.column.signed_on"), "left"),
            Column(say("figures.column.committed")),
            Column(say("figures.column.active")),
            Column(say("figures.column.outstanding")),
        ),
        rows=tuple(
            (
                name,
                language.pick(row.partner_name, row.partner_name_en),
                language.day(row.signed_on),
                language.number(row.committed),
                unknown if row.active is None else language.number(row.active),
                language.number(row.outstanding),
            )
            for row, name in zip(commitments, names, strict=True)
        ),
        machine_columns=("agreement", "source", "signed_on", "committed", "active", "outstanding"),
        machine_rows=tuple(
            (row.agreement, row.source, row.signed_on.isoformat(), row.committed, row.active, row.outstanding)
            for row in commitments
        ),
    )
