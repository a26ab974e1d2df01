"""Waterfalls: steps that carry a height from one stock to the next, as columns or, if narrow, as rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Cut,
    Layout,
    Mark,
    Note,
    Path,
    Point,
    Role,
    Room,
    Text,
    Tick,
    Words,
    text,
)
from enrollment.figures.placing import shorten, text_width
from enrollment.figures.rows import Row, above, row_axis
from enrollment.figures.style import NOTE
from enrollment.language import Language

_THICK, _NARROW_THICK = 0.68, 0.36
# A few columns are not to fill the page.
_THICK_EACH = 0.085
_PITCH = 44
_HEIGHT = 250
_LINE = 17
_SHORTEST_PIECE = 0.22


@dataclass(frozen=True, slots=True)
class Step:
    """A stock that the waterfall starts or ends at, or a signed change; None is not reported."""

    name: str
    detail: str
    value: int | None
    hover: Text = ()
    stock: bool = False
    carried: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Cascade:
    """The marks, axes and layouts of a waterfall; `cut` is where its axis starts, None for zero."""

    marks: tuple[Mark, ...]
    x: Axis
    y: Axis
    wide: Layout
    narrow: Layout
    cut: int | None


@dataclass(frozen=True, slots=True)
class _Placed:
    step: Step
    place: int
    start: float
    end: float


def cascade(steps: Sequence[Step], language: Language, *, narrow: bool, plot: float) -> Cascade:
    """Columns with names below them, or rows with names above them.

    `plot` is the narrowest width in pixels at which columns occur; names are broken to fit beside each other.

    A drawing of columns and one of rows differ in their marks, so both layouts show the same.
    """
    low, high = _span([spot.end for spot in _placed(steps, 0.0)])
    placed = _placed(steps, max(low, 0.0))
    marks: list[Mark] = []
    for role, colour, bars in _groups(placed, language, narrow=narrow):
        marks.append(Bars(role, bars[0][0], tuple(bar for _, bar in bars), horizontal=narrow, colour=colour))
    thick = _NARROW_THICK if narrow else min(_THICK, _THICK_EACH * max(len(steps), 1))
    marks += [_connector(before, after, thick, narrow=narrow) for before, after in pairwise(placed)]
    if low > 0:
        where = low + (high - low) * 0.06
        cut = [spot.place for spot in placed if spot.step.stock]
        marks += [Cut(where, place) if narrow else Cut(place, where, upright=True) for place in cut]
    heights = Axis(low, high)
    if narrow:
        rows = [_row(step, language) for step in steps]
        unknown = text(Words(language.say("format.unknown"), "muted"))
        notes = () if rows else (Note("start", 0.0, unknown),)
        layout = above(rows, pitch=_PITCH, thickness=_NARROW_THICK, notes=notes)
        x, y = heights, row_axis(rows)
    else:
        layout = _columns(placed, language, thick, plot)
        x, y = Axis(-0.5, max(len(steps), 1) - 0.5), heights
    return Cascade(tuple(marks), x, y, layout, layout, round(low) if low > 0 else None)


def written(step: Step, language: Language) -> str:
    """The number of a step in full; changes carry their sign."""
    if step.value is None:
        return language.say("format.not_reported")
    return language.number(step.value) if step.stock else language.signed(step.value)


def _placed(steps: Sequence[Step], base: float) -> list[_Placed]:
    """Where each bar starts and ends: a stock stands on the base, a change where the last one ended."""
    placed: list[_Placed] = []
    for place, step in enumerate(steps):
        start = base if step.stock or not placed else placed[-1].end
        end = float(step.value or 0) if step.stock else start + (step.value or 0)
        placed.append(_Placed(step, place, start, end))
    return placed


def _span(ends: Sequence[float]) -> tuple[float, float]:
    """Ends of the axis; far from zero it is cut, and a piece of the lowest bar is left standing."""
    ends = ends if len(ends) > 1 else [0.0, *ends]
    lowest, highest = min(ends), max(ends)
    span = max(highest - lowest, abs(highest) * 0.002, 10)
    low = lowest - span * _SHORTEST_PIECE
    if lowest < 0:
        return low, max(highest, 0) + span * 0.04
    return (low if low > span * 0.25 else 0.0), highest + span * 0.04


def _role(step: Step) -> tuple[Role, str | None]:
    if step.carried:
        return "carried", None
    if step.stock:
        return "actual", None
    return ("lost", None) if (step.value or 0) < 0 else ("actual", "muted")


def _groups(
    placed: Sequence[_Placed], language: Language, *, narrow: bool
) -> Iterator[tuple[Role, str | None, list[tuple[str, Bar]]]]:
    """Bars that look alike, together."""
    groups: dict[tuple[Role, str | None], list[tuple[str, Bar]]] = {}
    for spot in placed:
        step = spot.step
        if step.value is not None:
            number = written(step, language)
            bar = Bar(spot.place, spot.start, spot.end, number, step.hover, step.key)
            groups.setdefault(_role(step), []).append((step.name, bar))
    for (role, colour), bars in groups.items():
        yield role, colour, bars


def _connector(before: _Placed, after: _Placed, thick: float, *, narrow: bool) -> Path:
    """A thin line that carries the height reached to the next bar."""
    ends = (before.place + thick / 2, after.place - thick / 2)
    if narrow:
        return Path("context", "", tuple(Point(before.end, place) for place in ends))
    return Path("context", "", tuple(Point(place, before.end) for place in ends))


def _columns(placed: Sequence[_Placed], language: Language, thick: float, plot: float) -> Layout:
    width = plot / max(len(placed), 1) - 2
    ticks, notes, lines = [], [], 1
    for spot in placed:
        step = spot.step
        name = [
            Words(line, strong=True)
            for line in wrapped(step.name, width, strong=True, most=2 if step.detail else 3)
        ]
        detail = [Words(line, "muted") for line in wrapped(step.detail, width, most=3)] if step.detail else []
        ticks.append(Tick(spot.place, text(*name, *detail)))
        lines = max(lines, len(name) + len(detail))
        number = Words(written(step, language), "muted" if step.value is None else "ink", strong=True)
        top = max(spot.start, spot.end)
        notes.append(Note(spot.place, top, text(number), "center", "bottom", dy=4))
    if not placed:
        notes.append(Note(0.0, 0.0, text(Words(language.say("format.unknown"), "muted")), "center", "bottom"))
    bottom = lines * _LINE + 10
    return Layout(
        height=_HEIGHT + 26 + bottom,
        room=Room(top=26, right=4, bottom=bottom, left=4),
        x_ticks=tuple(ticks),
        notes=tuple(notes),
        thickness=thick,
    )


def _row(step: Step, language: Language) -> Row:
    number = written(step, language)
    room = 350 - text_width(number, NOTE, True)
    name = Words(shorten(step.name, NOTE, room), strong=True)
    left = room - text_width(name.text, NOTE, True) - 10
    line = [name]
    if step.detail and left > 50:
        line.append(Words("  " + shorten(step.detail, NOTE, left), "muted"))
    value = Words(number, "muted" if step.value is None else "ink", strong=True)
    return Row(name=text(line), short_name=text(line), value=text(value))


def wrapped(words: str, width: float, *, strong: bool = False, most: int = 2) -> list[str]:
    """Words broken into lines of at most `width` pixels; what goes beyond the last is cut."""
    lines: list[str] = []
    size = NOTE * (1.05 if strong else 1)
    for word in words.split():
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and (text_width(joined, size) <= width or len(lines) == most):
            lines[-1] = joined
        else:
            lines.append(word)
    return [shorten(line, size, width) for line in lines] or [""]
