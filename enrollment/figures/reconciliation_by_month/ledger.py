"""A roster as one bar: each of its rows in exactly one of eight classes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from enrollment.answers import ReconciliationByMonth
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
    Words,
    text,
)
from enrollment.figures.placing import spread, text_width
from enrollment.figures.reconciliation_by_month.classes import class_name, colours, counts, role
from enrollment.figures.style import NOTE
from enrollment.language import Language

WIDE_PLOT, NARROW_PLOT = 612.0, 336.0
"""The narrowest plots that occur, in pixels: labels that keep apart here do so on every wider one."""
_BAR, _LINE = 38, 20
_ABOVE = 42
_GAP = 14


@dataclass(frozen=True, slots=True)
class _Piece:
    """A class as it lies on the bar, in rows from the bar's beginning."""

    key: str
    name: str
    start: int
    end: int
    number: str

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    @property
    def words(self) -> tuple[Words, Words]:
        return Words(self.number, strong=True), Words(f" {self.name}", "behind" if self.bad else "ink")

    @property
    def bad(self) -> bool:
        return self.key == "invalid"

    @property
    def width(self) -> float:
        """Pixels of number and name on one line."""
        return sum(text_width(words.text, NOTE, words.strong) for words in self.words)

    def has_room(self, row: float) -> bool:
        """Whether the name fits above the piece where a row of the roster is so many pixels wide."""
        return text_width(self.name, NOTE) + 8 <= (self.end - self.start) * row


def ledger(
    *, row: ReconciliationByMonth, source_name: str, colour: str, language: Language, narrow: bool = False
) -> Figure:
    """The classes of one roster, which sum to its rows.

    `colour` is the name of the source's. A class has its name above its piece where there is room; else it
    stands below, with a line to the piece or, on a narrow screen, in a list.
    """
    say = language.say
    pieces = tuple(_pieces(row, language))
    whole = max(row.rows, 1)
    painted = colours(colour)
    marks: list[Mark] = [
        Bars(role(piece.key), piece.name, (_bar(piece, whole, language),), True, painted[piece.key])
        for piece in pieces
    ]
    # Steps of one colour are told apart by a line of paper between them.
    half = _BAR / _LINE / 2
    marks += [
        Path("context", "", (Point(piece.start, -half), Point(piece.start, half)), "paper")
        for piece in pieces[1:]
    ]
    pixels = (NARROW_PLOT if narrow else WIDE_PLOT) / whole
    inside = [piece for piece in pieces if piece.has_room(pixels)]
    outside = [piece for piece in pieces if not piece.has_room(pixels)]
    notes = [_above(piece) for piece in inside]
    # The list of a narrow screen holds dots, which need a place on the axis; labels do not.
    listed = len(outside) + 0.4 if narrow else 0.0
    below = 0 if narrow else (max(_tiers(outside), 2) + 1) * _LINE
    if narrow:
        for place, piece in enumerate(outside):
            x, y = whole * 0.03, half + 0.9 + place
            marks.append(Dots("context", piece.name, (Point(x, y),), size=10, colour=painted[piece.key]))
            notes.append(Note(x, y, text(piece.words), dx=10))
    else:
        notes += _below(outside, pixels)
    layout = Layout(
        height=_ABOVE + _BAR + round(listed * _LINE) + below,
        room=Room(top=_ABOVE, right=2, bottom=below, left=2),
        notes=tuple(notes),
        thickness=_BAR / _LINE,
    )
    counted = [f"{piece.number} {piece.name}" for piece in pieces]
    return Figure(
        name="reconciliation_ledger",
        title=say("figures.reconciliation_by_month.ledger.title"),
        subtitle=say("figures.reconciliation_by_month.ledger.subtitle"),
        alt=say(
            "figures.reconciliation_by_month.ledger.alt",
            source=source_name,
            month=language.month(row.month),
            rows=language.number(row.rows),
            classes=language.join(counted) if counted else language.number(0),
        ),
        unit=say("figures.reconciliation_by_month.rows"),
        x=Axis(0.0, float(whole)),
        y=Axis(half + listed, -half, (source_name,)),
        marks=tuple(marks),
        wide=layout,
        narrow=layout,
        table=_table(row, language),
    )


def _pieces(row: ReconciliationByMonth, language: Language) -> Iterator[_Piece]:
    """The classes that have rows, end to end."""
    found = counts(row)
    for (key, rows), end in zip(found.items(), accumulate(found.values()), strict=True):
        if rows:
            yield _Piece(key, class_name(key, language), end - rows, end, language.number(rows))


def _bar(piece: _Piece, whole: int, language: Language) -> Bar:
    share = language.percent((piece.end - piece.start) / whole, 1)
    hover = text(
        Words(piece.name, strong=True),
        language.say("figures.reconciliation_by_month.of_rows", rows=piece.number, share=share),
    )
    return Bar(0, piece.start, piece.end, piece.number, hover, piece.key)


def _above(piece: _Piece) -> Note:
    number, _ = piece.words
    name = Words(piece.name, "behind" if piece.bad else "muted")
    return Note(piece.start, -_BAR / _LINE / 2, text(number, name), "left", "bottom", dx=1, dy=4)


def _below(pieces: Sequence[_Piece], pixels: float) -> list[Note]:
    """Labels by turns on as many lines as they need; a line to a farther one passes behind the nearer."""
    tiers = _tiers(pieces)
    notes = []
    for tier in reversed(range(tiers)):
        shown = pieces[tier::tiers]
        centres = spread(
            [piece.middle * pixels for piece in shown],
            [piece.width for piece in shown],
            low=0,
            high=WIDE_PLOT,
            gap=_GAP,
        )
        notes += [
            Note(
                piece.middle,
                _BAR / _LINE / 2,
                text(piece.words),
                "center",
                dx=centre - piece.middle * pixels,
                dy=-(1.2 + tier) * _LINE,
                leader=True,
                covers=True,
            )
            for piece, centre in zip(shown, centres, strict=True)
        ]
    return notes


def _tiers(pieces: Sequence[_Piece]) -> int:
    """How many lines the labels below the bar take."""
    lines = range(1, len(pieces) + 1)
    fitting = (
        tiers
        for tiers in lines
        if all(
            sum(piece.width + _GAP for piece in pieces[tier::tiers]) <= WIDE_PLOT + _GAP
            for tier in range(tiers)
        )
    )
    return next(fitting, 1)


def _table(row: ReconciliationByMonth, language: Language) -> Table:
    say = language.say
    found = counts(row)
    whole = max(row.rows, 1)
    return Table(
        columns=(
            Column(say("reconciliation.column.class"), "left"),
            Column(say("reconciliation.column.rows")),
            Column(say("reconciliation.column.share")),
        ),
        rows=tuple(
            (class_name(key, language), language.number(rows), language.percent(rows / whole, 1))
            for key, rows in found.items()
        ),
        machine_columns=("month", "source", "class", "rows"),
        machine_rows=tuple((row.month.isoformat(), row.source, key, rows) for key, rows in found.items()),
    )
