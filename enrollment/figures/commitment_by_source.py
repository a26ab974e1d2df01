"""The commitments of the partner sources, magnified by a stated factor against the bridge."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from enrollment.answers import CommitmentBridge, CommitmentBySource, CommitmentLadder, GoalProgress
from enrollment.figures.commitment_bridge import LEFT, NARROW_PLOT, RIGHT, WIDE_PLOT, bridge_span
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Mark,
    Note,
    Role,
    Table,
    Text,
    Words,
    text,
)
from enrollment.figures.placing import shorten, text_width
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.figures.style import NOTE, part_colours
from enrollment.figures.units import Amounts
from enrollment.language import Language

FACTORS = (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1)
_PITCH, _PITCH_TOLD, _NARROW_PITCH = 30, 40, 44


def commitment_by_source(
    *,
    commitments: Sequence[CommitmentBySource],
    steps: Sequence[CommitmentBridge],
    progress: GoalProgress,
    language: Language,
    ladder: Sequence[CommitmentLadder] = (),
) -> Figure:
    """Active and still open of each commitment; the axis is the bridge's span divided by the factor.

    Where `ladder` knows a roster, what is open is told by its maturity: listed, or not yet on a roster.

    At the bridge's own width a person is exactly so many times as wide here as there. Commitments that
    are too large for the bridge get a scale of their own, and the subtitle says so.
    """
    say = language.say
    low, high = bridge_span(steps)
    standing = {(row.agreement, row.source): row for row in ladder if row.received is not None}
    spans = [_span(row, standing.get((row.agreement, row.source))) for row in commitments]
    labels = [_label(row, span, language) for row, span in zip(commitments, spans, strict=True)]
    widest = max((_width(line) for label in labels for line in label), default=0)
    longest = max(
        (max(row.committed, row.active or 0, *span) for row, span in zip(commitments, spans, strict=True)),
        default=0,
    )
    factor = _factor(high - low, longest, _room(widest))
    scale = "magnified" if factor > 1 else "same" if factor == 1 else "own"
    axis = Axis(0.0, (high - low) / factor if factor else longest / _room(widest))
    names = [language.pick(row.name, row.name_en) for row in commitments]
    colours = part_colours([row.source for row in commitments], sorted(row.source for row in commitments))

    marks: list[Mark] = []
    rows, notes = [], []
    for place, (row, name, label, span) in enumerate(zip(commitments, names, labels, spans, strict=True)):
        open_people = span.end - span.active
        hover = text(
            Words(name, strong=True),
            language.pick(row.partner_name, row.partner_name_en),
            *("".join(words.text for words in line) for line in label),
            say("figures.commitment_by_source.open", number=language.number(open_people)),
        )
        colour = colours[row.source]
        pieces: tuple[tuple[Role, str, int, int, str | None], ...] = (
            ("plan", "outstanding", span.listed, span.end, colour),
            ("context", "listed_name", span.active, span.listed, None),
            ("actual", "active", 0, span.active, colour),
        )
        for role, word, start, end, paint in pieces:
            if end > start:
                bar = Bar(place, start, end, language.number(end - start), hover, row.source)
                marks.append(Bars(role, say(f"figures.commitment_by_source.{word}"), (bar,), True, paint))
        notes.append(Note(max(span.end, row.active or 0), place, label, dx=8))
        rows.append(
            Row(
                name=text(shorten(name, NOTE, LEFT - 14)),
                short_name=text(shorten(name, NOTE, NARROW_PLOT - 16 - _width(label[0]))),
                value=label[:1],
            )
        )

    committed = sum(row.committed for row in commitments)
    rise = progress.rise_needed
    remarks = [say(f"figures.commitment_by_source.subtitle_{scale}")]
    if standing:
        remarks.append(say("figures.commitment_by_source.subtitle_maturity"))
    return Figure(
        name="commitment_by_source",
        title=_title(commitments, factor, committed, rise, language),
        subtitle=" ".join(remarks) if commitments else "",
        alt=_finding(commitments, committed, rise, language),
        unit=Amounts(language, 1).heading,
        x=axis,
        y=row_axis(rows),
        marks=tuple(marks),
        wide=beside(
            rows,
            pitch=_PITCH_TOLD if standing else _PITCH,
            left=LEFT,
            right=RIGHT,
            notes=notes,
            thickness=0.6,
        ),
        narrow=above(rows, pitch=_NARROW_PITCH, thickness=0.4),
        table=_table(commitments, names, standing, language),
    )


def _width(label: tuple[Words, ...]) -> float:
    return sum(text_width(words.text, NOTE, words.strong) for words in label)


def _factor(span: float, longest: float, room: float) -> int:
    """The largest round factor at which the longest bar leaves place for its label; 0 if there is none."""
    return next((factor for factor in FACTORS if longest <= span / factor * room), 0)


def _room(widest: float) -> float:
    """The part of the plot that bars can take beside labels of up to `widest` pixels."""
    return max(1 - (widest + 12) / WIDE_PLOT, 0.3)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where the pieces of a bar end: who is active, who is on the roster besides, who is promised besides."""

    active: int
    listed: int
    end: int
    known: bool

    def __iter__(self) -> Iterator[int]:
        return iter((self.active, self.listed, self.end))


def _span(row: CommitmentBySource, standing: CommitmentLadder | None) -> _Span:
    if standing is None:
        active = row.active or 0
        return _Span(active, active, active + row.outstanding, False)
    listed, promised = standing.listed or 0, standing.promised
    # Members who are not on the roster are active, too.
    active = max(row.committed - listed - promised, (standing.received or 0) - listed)
    return _Span(active, active + listed, active + listed + promised, True)


def _label(row: CommitmentBySource, span: _Span, language: Language) -> Text:
    say = language.say
    committed = language.number(row.committed)
    if not span.known and row.active is None:
        return text(say("figures.commitment_by_source.unknown_of", committed=committed))
    reached = span.active if span.known else row.active or 0
    active = Words(language.number(reached), strong=True)
    first = (active, Words(" " + say("figures.commitment_by_source.active_of", committed=committed)))
    if not span.known:
        return text(first)
    open_ones = [
        say(f"figures.commitment_by_source.{word}", number=language.number(number))
        for word, number in (("listed", span.listed - span.active), ("promised", span.end - span.listed))
        if number
    ]
    return text(first, Words(", ".join(open_ones), "muted")) if open_ones else text(first)


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


def _table(
    commitments: Sequence[CommitmentBySource],
    names: Sequence[str],
    standing: Mapping[tuple[str, str], CommitmentLadder],
    language: Language,
) -> Table:
    say = language.say
    unknown = say("format.unknown")

    def on_ladder(row: CommitmentBySource, field: str) -> int | None:
        ladder = standing.get((row.agreement, row.source))
        value: int | None = getattr(ladder, field) if ladder else None
        return value

    def number(value: int | None) -> str:
        return unknown if value is None else language.number(value)

    told = ("listed", "promised") if standing else ()
    return Table(
        columns=(
            Column(say("figures.column.source"), "left"),
            Column(say("figures.column.partner"), "left"),
            Column(say("figures.column.signed_on"), "left"),
            Column(say("figures.column.committed")),
            Column(say("figures.column.active")),
            Column(say("figures.column.outstanding")),
            *(Column(say(f"figures.commitment_by_source.{field}_name")) for field in told),
        ),
        rows=tuple(
            (
                name,
                language.pick(row.partner_name, row.partner_name_en),
                language.day(row.signed_on),
                language.number(row.committed),
                number(row.active),
                language.number(row.outstanding),
                *(number(on_ladder(row, field)) for field in told),
            )
            for row, name in zip(commitments, names, strict=True)
        ),
        machine_columns=("agreement", "source", "signed_on", "committed", "active", "outstanding", *told),
        machine_rows=tuple(
            (
                row.agreement,
                row.source,
                row.signed_on.isoformat(),
                row.committed,
                row.active,
                row.outstanding,
                *(on_ladder(row, field) for field in told),
            )
            for row in commitments
        ),
    )
