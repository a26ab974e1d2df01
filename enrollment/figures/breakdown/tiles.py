"""One measure on a grid of equal tiles: provinces where they lie, or the regencies of one province."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from enrollment.answers import Breakdown
from enrollment.figures.breakdown.classes import LEGEND_ROW, Classes, classes, key_of
from enrollment.figures.breakdown.tabled import Names, span, table
from enrollment.figures.description import (
    Axis,
    Cell,
    Cells,
    Figure,
    Layout,
    Mark,
    Note,
    Room,
    Text,
    Words,
    text,
)
from enrollment.figures.measures import part_name, written
from enrollment.figures.placing import LINE_HEIGHT, shorten, wrapped
from enrollment.figures.style import NOTE, shade_tone
from enrollment.language import Language
from enrollment.measures import SHARES, Measure, Wholes, is_part, told, values

_PITCH, _NARROW_PITCH = 42, 30
_WIDE_LINE, _NARROW_LINE = 600, 320
_MANY = 10


class Tile(Protocol):
    """A province and its place on the grid, counted from the north-west."""

    @property
    def province(self) -> str: ...
    @property
    def short(self) -> str: ...
    @property
    def tile_column(self) -> int: ...
    @property
    def tile_row(self) -> int: ...


def breakdown_tiles(
    *,
    rows: Sequence[Breakdown],
    tiles: Sequence[Tile],
    measure: Measure,
    names: Names,
    as_of: dt.date,
    since: dt.date | None,
    language: Language,
    wholes: Wholes = (),
    selected: Collection[str] = (),
) -> Figure:
    """A tile for each province, shaded by its class; those without a tile are named under the grid.

    A net change is shown in percent of where it began. A tile without people is there, empty, if
    `names` knows its province.
    """
    rows = told(rows, measure)
    graded = classes(rows, [row.part for row in rows], measure, wholes, language)
    said = hovers(rows, measure, names, wholes, graded)
    known = {row.part for row in rows} | set(names)
    cells = [
        _cell(graded, tile.province, (tile.tile_column, tile.tile_row), tile.short, said, selected)
        for tile in tiles
        if tile.province in known
    ]
    placed = {tile.province for tile in tiles}
    say = language.say
    name = "breakdown_tiles"
    remarks = [say("figures.breakdown_tiles.hollow")] if any(graded.is_lost(row.part) for row in rows) else []
    begins = span(measure, graded.unit, as_of, since, language)
    title = finding(name, rows, measure, names, graded)
    wide, narrow, marks, x, y = grid(
        graded,
        cells,
        left_out("figures.breakdown_tiles.no_tile", rows, placed, measure, names, wholes, graded),
    )
    return Figure(
        name=name,
        title=title,
        subtitle=" ".join([say(f"figures.{name}.subtitle", span=begins), *remarks]),
        alt=alt(name, title, rows, measure, names, as_of, graded),
        unit=graded.unit,
        x=x,
        y=y,
        marks=marks,
        wide=wide,
        narrow=narrow,
        table=table(rows, measure, names, "province", wholes, language),
    )


def regency_tiles(
    *,
    rows: Sequence[Breakdown],
    province: str,
    measure: Measure,
    names: Names,
    short_names: Names,
    as_of: dt.date,
    since: dt.date | None,
    language: Language,
    wholes: Wholes = (),
    selected: Collection[str] = (),
    columns: int = 8,
) -> Figure:
    """The regencies of one province, named `province`, from the largest on in rows of `columns`."""
    rows = told(rows, measure)
    graded = classes(rows, [row.part for row in rows], measure, wholes, language)
    said = hovers(rows, measure, names, wholes, graded)
    width = (_WIDE_LINE if columns > 4 else _NARROW_LINE) / columns - 12
    ranked = sorted(rows, key=lambda row: (row.part is None, -row.closing, row.part or ""))
    cells = []
    for at, row in enumerate(ranked):
        called = part_name(row.part, names, language)
        short = shorten(short_names.get(row.part) or called, NOTE, width)
        place = (at % columns, at // columns)
        cells.append(_cell(graded, row.part, place, short, said, selected))
    say = language.say
    name = "regency_tiles"
    lost = any(graded.is_lost(row.part) for row in rows)
    remarks = [say("figures.breakdown_tiles.hollow")] if lost else []
    begins = span(measure, graded.unit, as_of, since, language)
    title = finding(name, rows, measure, names, graded, province=province)
    wide, narrow, marks, x, y = grid(graded, cells, "", columns=columns)
    return Figure(
        name=name,
        title=title,
        subtitle=" ".join([say(f"figures.{name}.subtitle", span=begins), *remarks]),
        alt=alt(name, title, rows, measure, names, as_of, graded),
        unit=graded.unit,
        x=x,
        y=y,
        marks=marks,
        wide=wide,
        narrow=narrow,
        table=table(rows, measure, names, "regency", wholes, language),
    )


Placed = tuple[Cell, bool]
"""A cell, and whether it is a decrease."""


def _cell(
    graded: Classes,
    part: str | None,
    place: tuple[int, int],
    short: str,
    said: Mapping[str | None, Text],
    selected: Collection[str],
) -> Placed:
    # Who is in no part that has a name is not one more place to compare.
    lost, shade = graded.is_lost(part), None if part is None else graded.shade(part)
    tone = "ink" if lost else shade_tone(shade)
    label = text(Words(short, tone, strong=True), Words(graded.short(part), tone))
    hover = said.get(part) or text(Words(short, strong=True), graded.spelt(part))
    key = key_of(part)
    return Cell(*place, shade, label, hover, key, key in selected), lost


def grid(
    graded: Classes, cells: Sequence[Placed], remark: str, *, columns: int | None = None
) -> tuple[Layout, Layout, tuple[Mark, ...], Axis, Axis]:
    """Both layouts, marks and axes of a grid with its legend in the last row and a remark below."""
    across = columns or max((round(cell.column) for cell, _ in cells), default=0) + 1
    across = max(across, 4)
    last = max((cell.row for cell, _ in cells), default=-1) + 1 + LEGEND_ROW
    legend, notes = graded.legend(row=last, columns=across)
    name = graded.language.say(f"figures.measure.{graded.measure}")
    marks: list[Mark] = [
        Cells("lost" if hollow else "actual", name, kept)
        for hollow in (False, True)
        if (kept := tuple(cell for cell, lost in cells if lost is hollow))
    ]
    wide, narrow = (
        footed(pitch, notes, last, remark, line)
        for pitch, line in ((_PITCH, _WIDE_LINE), (_NARROW_PITCH if across > _MANY else _PITCH, _NARROW_LINE))
    )
    return wide, narrow, (*marks, *legend), Axis(-0.5, across - 0.5), Axis(last + 0.5, -0.5)


def footed(pitch: int, notes: Sequence[Note], last: float, remark: str, line: float) -> Layout:
    """Rows of `pitch` pixels down to the legend in the `last`, and a remark in lines under it."""
    # What the legend says under its cells is taller than half a row.
    bottom = max(28 - pitch // 2, 2)
    lines = wrapped(remark, NOTE, line)
    more = round(len(lines) * NOTE * LINE_HEIGHT) + 8 if lines else 0
    words = text(*(Words(words, "muted") for words in lines))
    under = [Note("start", last + 0.5, words, "left", "top", dy=-bottom - 4)] if lines else []
    return Layout(
        round(pitch * (last + 1)) + 2 + bottom + more,
        Room(2, 2, bottom + more, 2),
        notes=(*notes, *under),
    )


def hovers(
    rows: Sequence[Breakdown], measure: Measure, names: Names, wholes: Wholes, graded: Classes
) -> dict[str | None, Text]:
    """Name, the number of the tile, and the people behind it."""
    language = graded.language
    found, _ = values(rows, [row.part for row in rows], measure, wholes)
    said: dict[str | None, Text] = {}
    for row, number in zip(rows, found, strict=True):
        lines = [f"{written(number, measure, language)} {language.say(f'figures.measure.{measure}').lower()}"]
        if measure == "net_change" and graded.numbers[row.part] is not None:
            lines.append(graded.spelt(row.part))
        if measure != "closing":
            lines.append(language.say("figures.hover.people", number=language.number(row.closing)))
        said[row.part] = text(Words(part_name(row.part, names, language), strong=True), *lines)
    return said


def left_out(
    key: str,
    rows: Sequence[Breakdown],
    placed: Collection[str | None],
    measure: Measure,
    names: Names,
    wholes: Wholes,
    graded: Classes,
) -> str:
    """A sentence that names the parts without a place, with their numbers; empty if there are none."""
    language = graded.language
    found, _ = values(rows, [row.part for row in rows], measure, wholes)
    parts = [
        f"{part_name(row.part, names, language)} {written(number, measure, language)}"
        for row, number in zip(rows, found, strict=True)
        if row.part not in placed
    ]
    return language.say(key, parts=language.join(parts)) if parts else ""


def finding(
    name: str, rows: Sequence[Breakdown], measure: Measure, names: Names, graded: Classes, **more: str
) -> str:
    """What the grid or map shows, in one sentence."""
    language = graded.language
    what = {"measure": language.say(f"figures.measure.{measure}"), **more}
    known = _ranked(rows, graded)
    if not known:
        return language.say(f"figures.{name}.title_unknown", **what)
    facts = {
        **what,
        "first": part_name(known[0].part, names, language),
        "number": graded.spelt(known[0].part),
    }
    if measure == "net_change":
        up = sum((graded.numbers[row.part] or 0) > 0 for row in known)
        facts |= {"up": language.number(up), "count": language.number(len(known))}
    kind = "growth" if measure == "net_change" else "share" if measure in SHARES else "people"
    return language.say(f"figures.{name}.title_{kind}", **facts)


def alt(
    name: str,
    title: str,
    rows: Sequence[Breakdown],
    measure: Measure,
    names: Names,
    as_of: dt.date,
    graded: Classes,
) -> str:
    """The finding with the first and last figures."""
    language = graded.language
    known = _ranked(rows, graded)
    if not known:
        return title + "."
    told = known if len(known) <= 6 else [*known[:3], *known[-3:]]
    parts = [f"{part_name(row.part, names, language)} {graded.spelt(row.part)}" for row in told]
    return language.say(
        f"figures.{name}.alt",
        title=title,
        measure=language.say(f"figures.measure.{measure}"),
        as_of=language.month(as_of),
        parts=language.join(parts),
    )


def _ranked(rows: Sequence[Breakdown], graded: Classes) -> list[Breakdown]:
    """Reported parts with a known number, from the largest on."""
    named = [row for row in rows if row.part is not None and is_part(row)]
    known = [row for row in named if graded.numbers.get(row.part) is not None]
    return sorted(known, key=lambda row: (-(graded.numbers[row.part] or 0), row.part or ""))
