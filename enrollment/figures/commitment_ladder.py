"""From promise to people who are newly active: a small chart of rungs for each source."""

from collections.abc import Sequence

from enrollment.answers import CommitmentLadder
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Layout,
    Mark,
    Note,
    Panel,
    Role,
    Room,
    Table,
    Text,
    Tick,
    Tone,
    Words,
    plain,
    text,
)
from enrollment.figures.placing import shorten
from enrollment.figures.style import NOTE, STATUS_MARKS, part_colours
from enrollment.figures.units import Amounts
from enrollment.language import Language

RUNGS = ("committed", "received", "matched", "active_all", "newly_active")
_FACTORS = (1000, 500, 200, 100, 50, 20, 10, 5)
_TONES: dict[str, Tone] = {"ahead": "ahead", "behind": "behind", "on_pace": "ink", "unknown": "muted"}
_MOST, _COLUMNS = 6, 3
_PITCH, _BETWEEN = 30, 64
_ROOM = Room(top=48, right=4, bottom=4, left=176)
_NARROW_ROOM = Room(top=48, right=2, bottom=4, left=150)
# The narrowest small chart, wide or narrow, in pixels, and the part of it that bars may take beside numbers.
_PLOT, _BARS = 195.0, 0.58


def commitment_ladder(*, rows: Sequence[CommitmentLadder], language: Language) -> Figure:
    """Small charts of the largest commitments, six at most; all are in the table.

    Bars are people on one scale; that of a source whose commitment is far smaller is magnified by a round
    factor that stands beside its promise. A rung that is not known has no bar.
    """
    say = language.say
    shown = sorted(rows, key=lambda row: (-row.committed, row.source))[:_MOST]
    colours = part_colours([row.source for row in shown], sorted({row.source for row in rows}))
    longest = max((_longest(row) for row in shown), default=1)
    span = longest / _BARS
    names = tuple(say(f"figures.commitment_ladder.rung.{rung}") for rung in RUNGS)
    count = max(len(shown), 1)
    remarks = [say("figures.commitment_ladder.subtitle")]
    if len(rows) > len(shown):
        remarks.append(say("figures.commitment_ladder.hidden", count=language.number(len(rows) - len(shown))))
    return Figure(
        name="commitment_ladder",
        title=say("figures.commitment_ladder.title"),
        subtitle=" ".join(remarks),
        alt=_finding(rows, language),
        unit=Amounts(language, 1).heading,
        x=Axis(0.0, span),
        y=Axis(len(RUNGS) - 0.5, -0.5, names),
        marks=(),
        wide=_layout(names, count, min(count, _COLUMNS), _ROOM),
        narrow=_layout(names, count, 1, _NARROW_ROOM),
        table=_table(rows, names, language),
        panels=tuple(_panel(row, colours[row.source], longest, language) for row in shown),
    )


def _longest(row: CommitmentLadder) -> int:
    return max(row.committed, row.received or 0, 1)


def magnified(row: CommitmentLadder, longest: int) -> int:
    """By how much a source's bars may be drawn longer than the others' without outgrowing them."""
    return next((factor for factor in _FACTORS if _longest(row) * factor <= longest), 1)


def _panel(row: CommitmentLadder, colour: str, longest: int, language: Language) -> Panel:
    factor = magnified(row, longest)
    tracks: list[Bar] = []
    grey: list[Bar] = []
    reached: list[Bar] = []
    notes = []
    name = language.pick(row.name, row.name_en)
    for place, rung in enumerate(RUNGS):
        value: int | None = getattr(row, rung)
        label = _label(row, rung, value, factor, language)
        words = language.say(f"figures.commitment_ladder.rung.{rung}")
        hover = text(Words(name, strong=True), words, plain(label))
        written = language.say("format.unknown") if value is None else language.number(value)
        tracks.append(
            Bar(place, 0, row.committed, language.number(row.committed), hover, f"{row.source}|{rung}")
        )
        if value and rung != "committed":
            solid = reached if rung in ("active_all", "newly_active") else grey
            solid.append(Bar(place, 0, value, written, hover, f"{row.source}|{rung}"))
        end = max(row.committed, value or 0)
        notes.append(Note(end, place, label, dx=8))
    drawn: tuple[tuple[Role, str, list[Bar], str | None], ...] = (
        ("plan", language.say("figures.commitment_ladder.promise"), tracks, "ink"),
        ("context", language.say("figures.commitment_ladder.under_way"), grey, None),
        ("actual", language.say("figures.commitment_ladder.reached"), reached, colour),
    )
    marks: list[Mark] = [
        Bars(role, said, tuple(bars), True, paint) for role, said, bars, paint in drawn if bars
    ]
    title = text(
        Words(shorten(name, NOTE, _PLOT), strong=True),
        Words(schedule(row, language), _TONES[row.status], strong=row.status in ("ahead", "behind")),
    )
    own = Axis(0.0, longest / factor / _BARS) if factor > 1 else None
    return Panel(title, tuple(marks), tuple(notes), tuple(notes), own)


def _scale(factor: int, language: Language) -> str:
    if factor <= 1:
        return ""
    return "  " + language.say("figures.commitment_ladder.magnified", factor=language.number(factor))


def schedule(row: CommitmentLadder, language: Language) -> str:
    """How a source stands against its own schedule, with a mark: `▼ Tertinggal 9.590`."""
    key = row.status
    if row.status == "on_pace" and row.ahead:
        key = "on_pace_more" if row.ahead > 0 else "on_pace_less"
    elif row.status == "unknown":
        key = "no_roster" if row.active_all is None else "no_plan"
    said = language.say(
        f"figures.commitment_ladder.status.{key}", number=language.number(abs(row.ahead or 0))
    )
    return f"{STATUS_MARKS[row.status]} {said}"


def _label(row: CommitmentLadder, rung: str, value: int | None, factor: int, language: Language) -> Text:
    if value is None:
        return text(Words(language.say("format.unknown"), "muted"))
    number = language.number(value)
    if rung == "committed":
        return text((Words(number, strong=True), Words(_scale(factor, language), "muted")))
    # Who was active before the first month that is known may have been counted as new.
    at_most = rung == "newly_active" and row.people_since is not None and row.people_since > row.signed_on
    share = f" {language.percent(value / row.committed, 1)}" if row.committed else ""
    return text((Words(f"{'≤ ' if at_most else ''}{number}", strong=True), Words(share, "muted")))


def _layout(names: Sequence[str], count: int, columns: int, room: Room) -> Layout:
    rows = -(-count // columns)
    high = _PITCH * len(names)
    return Layout(
        height=room.top + rows * high + (rows - 1) * _BETWEEN + room.bottom,
        room=room,
        y_ticks=tuple(
            Tick(place, text(Words(shorten(name, NOTE, room.left - 6), "muted")))
            for place, name in enumerate(names)
        ),
        thickness=0.56,
        columns=columns,
    )


def _finding(rows: Sequence[CommitmentLadder], language: Language) -> str:
    if not rows:
        return language.say("figures.commitment_ladder.alt_none", count=language.number(0))
    known = [row for row in rows if row.active_all is not None]
    committed = language.number(sum(row.committed for row in rows))
    if not known:
        return language.say("figures.commitment_ladder.alt_unknown", committed=committed)
    return language.say(
        "figures.commitment_ladder.alt",
        committed=committed,
        received=language.number(sum(row.received or 0 for row in known)),
        active=language.number(sum(row.active_all or 0 for row in known)),
        newly=language.number(sum(row.newly_active or 0 for row in known)),
    )


def _table(rows: Sequence[CommitmentLadder], names: Sequence[str], language: Language) -> Table:
    say = language.say

    def number(value: int | None) -> str:
        return say("format.unknown") if value is None else language.number(value)

    machine = (
        "agreement",
        "source",
        "roster_month",
        *RUNGS,
        "other_source",
        "listed",
        "promised",
        "planned",
        "ahead",
        "status",
    )
    return Table(
        columns=(
            Column(say("figures.column.source"), "left"),
            Column(say("figures.commitment_ladder.roster"), "left"),
            *(Column(name) for name in names),
            Column(say("figures.commitment_ladder.planned")),
            Column(say("figures.commitment_ladder.schedule"), "left"),
        ),
        rows=tuple(
            (
                language.pick(row.name, row.name_en),
                language.month(row.roster_month)
                if row.roster_month
                else say("figures.commitment_ladder.none"),
                *(number(getattr(row, rung)) for rung in RUNGS),
                number(row.planned),
                schedule(row, language),
            )
            for row in rows
        ),
        machine_columns=machine,
        machine_rows=tuple(
            tuple(
                value.isoformat() if name == "roster_month" and value else value
                for name in machine
                for value in (getattr(row, name),)
            )
            for row in rows
        ),
    )
