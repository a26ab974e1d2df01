"""One measure over two dimensions at once, as a heat map with its sums."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from enrollment.answers import Crosstab
from enrollment.disclosure import LEAST, REST
from enrollment.figures.breakdown.classes import Classes, classes, key_of
from enrollment.figures.breakdown.tabled import Names, span
from enrollment.figures.description import (
    Axis,
    Cell,
    Cells,
    Column,
    Figure,
    Layout,
    Machine,
    Mark,
    Note,
    Room,
    Table,
    Tick,
    Words,
    text,
)
from enrollment.figures.measures import part_name, written
from enrollment.figures.placing import wrapped
from enrollment.figures.style import NOTE, shade_tone
from enrollment.figures.units import Amounts
from enrollment.language import Language
from enrollment.measures import OVERLAPPING, Measure, is_signed

_PITCH, _LINE = 32, 17
_NAMES, _NARROW_NAMES = 150, 82
_WIDE, _NARROW = 620, 345
_MOST_LINES = 3

# A measure that is a share has no meaning in a cell; its people are shown.
_PEOPLE: Mapping[Measure, Measure] = {
    "share_of_rise": "net_change",
    "achievement": "closing",
    "coverage": "closing",
}


@dataclass(frozen=True, slots=True)
class _Side:
    """A row or column of the grid: its parts together, and the part that a click on it means."""

    name: str
    parts: tuple[str | None, ...]
    key: str | None


def crosstab(
    *,
    rows: Sequence[Crosstab],
    dimension: str,
    across: str,
    measure: Measure,
    names: Names,
    across_names: Names,
    as_of: dt.date,
    since: dt.date | None,
    language: Language,
    selected: Collection[str] = (),
    across_selected: Collection[str] = (),
    top: int = 12,
    across_top: int = 8,
) -> Figure:
    """The `top` parts of a dimension by the `across_top` parts of another, the others as one, and sums.

    A narrow screen has room for an `across_top` of three. A cell's key is `PART|ACROSS`. Where a person
    can be in several parts nothing is folded and nothing added.
    """
    say = language.say
    measure = _PEOPLE.get(measure, measure)
    pivot = _Pivot(rows, measure, dimension, across)
    down = pivot.sides(0, names, top, language)
    along = pivot.sides(1, across_names, across_top, language)
    cells = {
        (row, column): pivot.added(down[row].parts, along[column].parts)
        for row in range(len(down))
        for column in range(len(along))
    }
    numbers = [value for value in cells.values() if value is not None]
    graded = _graded(cells, language)
    sums = _sums(pivot, down, along)
    amounts = Amounts.up_to(max((abs(value) for value in numbers), default=0), language)
    write = _Short(amounts, measure, pivot.keeps)

    placed: dict[bool, list[Cell]] = {False: [], True: []}
    for (row, column), value in cells.items():
        place = f"{row}|{column}"
        lost, shade = graded.is_lost(place), graded.shade(place)
        tone = "ink" if lost else shade_tone(shade)
        names_here = down[row].name, along[column].name
        first, second = down[row].key, along[column].key
        placed[lost].append(
            Cell(
                column,
                row,
                shade,
                text(Words(write(value), tone)),
                text(Words(" × ".join(names_here), strong=True), _said(value, pivot, measure, language)),
                None if first is None or second is None else f"{first}|{second}",
                first in selected and second in across_selected,
            )
        )
    marks: tuple[Mark, ...] = tuple(
        Cells("lost" if lost else "actual", say(f"figures.measure.{measure}"), tuple(kept))
        for lost, kept in placed.items()
        if kept
    )
    what = {
        "measure": say(f"figures.measure.{measure}"),
        "dimension": say(f"figures.dimension.{dimension}"),
        "across": say(f"figures.dimension.{across}"),
    }
    remarks = [say("figures.crosstab.hollow")] if placed[True] else []
    remarks += [say("figures.crosstab.overlap")] if pivot.overlaps else []
    width = len(along) + (1 if pivot.adds_across else 0)
    height = len(down) + (1 if pivot.adds_down else 0)
    totals = [
        Note(column, row, text(Words(write(value), strong=True)), "center")
        for (row, column), value in sums.items()
    ]
    return Figure(
        name="crosstab",
        title=_title(pivot, names, across_names, measure, what, language),
        subtitle=" ".join([span(measure, amounts.heading, as_of, since, language), *remarks]),
        alt=_finding(pivot, names, across_names, measure, what, as_of, language),
        unit=amounts.heading,
        x=Axis(-0.5, max(width, 1) - 0.5),
        y=Axis(max(height, 1) - 0.5, -0.5),
        marks=marks,
        wide=_layout(down, along, totals, pivot, language, narrow=False),
        narrow=_layout(down, along, totals, pivot, language, narrow=True),
        table=_table(pivot, names, across_names, measure, what, language),
    )


class _Pivot:
    """The numbers of every pair of parts; one that has no row holds nobody, or few where these are kept."""

    def __init__(self, rows: Sequence[Crosstab], measure: Measure, dimension: str, across: str) -> None:
        self.values: dict[tuple[str | None, str | None], int | None] = {
            (row.part, row.across): getattr(row, measure) for row in rows
        }
        self.keeps = any(REST in pair for pair in self.values)
        if self.keeps:
            # Where small counts are kept, nobody and few look alike.
            self.values = {pair: value for pair, value in self.values.items() if value}
        self.adds_down = dimension not in OVERLAPPING
        self.adds_across = across not in OVERLAPPING

    @property
    def overlaps(self) -> bool:
        """Whether a person can be in several parts of either dimension."""
        return not (self.adds_down and self.adds_across)

    def parts(self, side: int) -> list[str | None]:
        """The parts of a side from the largest on; the one that is not reported comes last."""
        sizes: dict[str | None, int] = {}
        for pair, value in self.values.items():
            sizes[pair[side]] = sizes.get(pair[side], 0) + abs(value or 0)
        return sorted(sizes, key=lambda part: (part is None, -sizes[part], part or ""))

    def sides(self, side: int, names: Names, top: int, language: Language) -> list[_Side]:
        """The parts that are shown, those beyond `top` as one."""
        parts = self.parts(side)
        adds = self.adds_across if side else self.adds_down
        kept = parts if not adds or len(parts) <= top + 1 else parts[:top]
        sides = [_Side(part_name(part, names, language), (part,), key_of(part)) for part in kept]
        if others := tuple(parts[len(kept) :]):
            name = language.say("figures.others", count=language.number(len(others)))
            sides.append(_Side(name, others, None))
        return sides

    def added(self, parts: Collection[str | None], across: Collection[str | None]) -> int | None:
        """People of several pairs; None where nobody is, or where none is known."""
        found = [self.values.get((part, other)) for part in parts for other in across]
        known = [value for value in found if value is not None]
        return sum(known) if known else None


def _sums(pivot: _Pivot, down: Sequence[_Side], along: Sequence[_Side]) -> dict[tuple[int, int], int | None]:
    """The sums of rows, of columns and of all, by their place in the grid."""
    every_part, every_across = pivot.parts(0), pivot.parts(1)
    sums: dict[tuple[int, int], int | None] = {}
    if pivot.adds_across:
        for row, side in enumerate(down):
            sums[row, len(along)] = pivot.added(side.parts, every_across)
    if pivot.adds_down:
        for column, side in enumerate(along):
            sums[len(down), column] = pivot.added(every_part, side.parts)
    if pivot.adds_down and pivot.adds_across:
        sums[len(down), len(along)] = pivot.added(every_part, every_across)
    return sums


@dataclass(frozen=True, slots=True)
class _Counted:
    """A cell as something that classes can be made of."""

    closing: int
    net_change: int | None = None


def _graded(cells: Mapping[tuple[int, int], int | None], language: Language) -> Classes:
    """Classes of the people in the cells, whatever the measure is."""
    known = {f"{row}|{column}": value for (row, column), value in cells.items() if value is not None}
    return classes([_Counted(value) for value in known.values()], list(known), "closing", (), language)


class _Short:
    """The bare number of a cell: no unit, and a dash where there is none, or where few may be kept."""

    def __init__(self, amounts: Amounts, measure: Measure, keeps: bool) -> None:
        self.amounts, self.measure, self.keeps = amounts, measure, keeps

    def __call__(self, value: int | None) -> str:
        if value is None:
            return f"<{LEAST}" if self.keeps else "–"
        language, unit = self.amounts.language, self.amounts.unit
        decimals = {1_000_000: 2, 1_000: 1, 1: 0}[unit]
        if value and not round(value / unit, decimals):
            return "<" + language.number(10.0**-decimals, decimals)
        write = language.signed if is_signed(self.measure) else language.number
        return write(value / unit, decimals)


def _said(value: int | None, pivot: _Pivot, measure: Measure, language: Language) -> str:
    if value is None:
        return language.say("figures.kept" if pivot.keeps else "figures.crosstab.nobody")
    what = language.say(f"figures.measure.{measure}").lower()
    return f"{written(value, measure, language)} {what}"


def _layout(
    down: Sequence[_Side],
    along: Sequence[_Side],
    totals: Sequence[Note],
    pivot: _Pivot,
    language: Language,
    *,
    narrow: bool,
) -> Layout:
    """Names of rows to the left, of columns above the grid in as many lines as they need."""
    left = _NARROW_NAMES if narrow else _NAMES
    total = Words(language.say("figures.total"), strong=True)
    columns = len(along) + (1 if pivot.adds_across else 0)
    room = ((_NARROW if narrow else _WIDE) - left) / max(columns, 1) - 1
    heads = [wrapped(side.name, NOTE, room, _MOST_LINES) for side in along]
    x_ticks = [Tick(at, text(*(Words(line, "muted") for line in lines))) for at, lines in enumerate(heads)]
    y_ticks = [
        Tick(at, text(*(Words(line, "ink" if side.key else "muted") for line in lines)))
        for at, side in enumerate(down)
        for lines in [wrapped(side.name, NOTE, left - 10, _MOST_LINES if narrow else 1)]
    ]
    if pivot.adds_across:
        x_ticks.append(Tick(len(along), text(total)))
    if pivot.adds_down:
        y_ticks.append(Tick(len(down), text(total)))
    top = 10 + _LINE * max((len(lines) for lines in heads), default=1)
    rows = max(len(y_ticks), 1)
    pitch = max(_PITCH, 4 + _LINE * max((len(tick.text) for tick in y_ticks), default=1))
    return Layout(
        rows * pitch + top + 4,
        Room(top, 2, 4, left),
        x_ticks=tuple(x_ticks),
        y_ticks=tuple(y_ticks),
        notes=tuple(totals),
    )


def _leaders(
    pivot: _Pivot, names: Names, across_names: Names, language: Language
) -> list[tuple[str, str, int]]:
    """The largest pairs, up or down, of reported parts where there are any."""
    known = [(pair, value) for pair, value in pivot.values.items() if value]
    named = [(pair, value) for pair, value in known if None not in pair and REST not in pair] or known
    named.sort(key=lambda found: (-abs(found[1]), found[0][0] or "", found[0][1] or ""))
    return [
        (part_name(part, names, language), part_name(other, across_names, language), value)
        for (part, other), value in named[:3]
    ]


def _title(
    pivot: _Pivot,
    names: Names,
    across_names: Names,
    measure: Measure,
    what: dict[str, str],
    language: Language,
) -> str:
    leaders = _leaders(pivot, names, across_names, language)
    if not leaders:
        return language.say("figures.crosstab.title_unknown", **what)
    part, other, value = leaders[0]
    number = written(value, measure, language, short=True)
    return language.say("figures.crosstab.title", **what, part=part, other=other, number=number)


def _finding(
    pivot: _Pivot,
    names: Names,
    across_names: Names,
    measure: Measure,
    what: dict[str, str],
    as_of: dt.date,
    language: Language,
) -> str:
    leaders = [
        f"{part} × {other} {written(value, measure, language)}"
        for part, other, value in _leaders(pivot, names, across_names, language)
    ]
    if not leaders:
        return language.say("figures.crosstab.title_unknown", **what) + "."
    facts = {**what, "as_of": language.month(as_of), "leaders": language.join(leaders)}
    if pivot.overlaps:
        return language.say("figures.crosstab.alt_overlap", **facts)
    total = written(pivot.added(pivot.parts(0), pivot.parts(1)), measure, language)
    return language.say("figures.crosstab.alt", **facts, total=total)


def _table(
    pivot: _Pivot,
    names: Names,
    across_names: Names,
    measure: Measure,
    what: dict[str, str],
    language: Language,
) -> Table:
    """The whole pivot with its sums; for machines one row for each pair that has people."""
    down, along = pivot.parts(0), pivot.parts(1)
    total = language.say("figures.total")

    def line(name: str, parts: Sequence[str | None]) -> tuple[str, ...]:
        values = [pivot.added(parts, [other]) for other in along]
        values += [pivot.added(parts, along)] if pivot.adds_across else []
        return name, *("" if value is None else written(value, measure, language) for value in values)

    texts = [line(part_name(part, names, language), [part]) for part in down]
    if pivot.adds_down and down:
        texts.append(line(total, down))
    headers = [part_name(part, across_names, language) for part in along]
    headers += [total] if pivot.adds_across else []
    machine: list[tuple[Machine, ...]] = [
        (part, other, pivot.values[part, other])
        for part in down
        for other in along
        if (part, other) in pivot.values
    ]
    return Table(
        columns=(Column(what["dimension"].capitalize(), "left"), *(Column(header) for header in headers)),
        rows=tuple(texts),
        machine_columns=("part", "across", measure),
        machine_rows=tuple(machine),
    )
