"""One measure on the map of the provinces."""

import datetime as dt
from collections.abc import Collection, Sequence

from enrollment.answers import Breakdown
from enrollment.figures.breakdown.classes import classes, key_of
from enrollment.figures.breakdown.tabled import Names, span, table
from enrollment.figures.breakdown.tiles import alt, finding, footed, hovers, left_out
from enrollment.figures.description import (
    Area,
    Areas,
    Axis,
    Figure,
    Mark,
    Words,
    text,
)
from enrollment.figures.measures import part_name
from enrollment.language import Language
from enrollment.measures import Measure, Wholes, told

_SHORT = (
    "AC SU SB RI JA SS BE LA BB KR JK JB JT YO JI BT BA NB NT KB KT KS KI KU SA ST SN SG GO SR MA MU PA PB"
)
OUTLINED = tuple(f"ID-{short}" for short in _SHORT.split())
"""The provinces that the map has an outline for: those of 2021."""

# Columns and rows that the legend counts in; the map fills all rows but the last.
_COLUMNS, _LAST = 16, 7
_PITCH, _NARROW_PITCH = 40, 24


def breakdown_map(
    *,
    rows: Sequence[Breakdown],
    measure: Measure,
    names: Names,
    as_of: dt.date,
    since: dt.date | None,
    language: Language,
    wholes: Wholes = (),
    selected: Collection[str] = (),
) -> Figure:
    """The provinces of 2021 in the classes of the tile grid; any other is named under the map.

    An outline without people is drawn empty.
    """
    rows = told(rows, measure)
    graded = classes(rows, [row.part for row in rows], measure, wholes, language)
    said = hovers(rows, measure, names, wholes, graded)
    areas: dict[bool, list[Area]] = {False: [], True: []}
    for code in OUTLINED:
        unknown = text(Words(part_name(code, names, language), strong=True), graded.spelt(code))
        hover = said.get(code) or unknown
        area = Area(code, graded.shade(code), hover, key_of(code), code in selected)
        areas[graded.is_lost(code)].append(area)
    say = language.say
    begins = span(measure, graded.unit, as_of, since, language)
    subtitle = say("figures.breakdown_map.subtitle", span=begins, credit=say("figures.credit.map"))
    if areas[True]:
        subtitle += " " + say("figures.breakdown_map.hollow")
    legend, notes = graded.legend(row=_LAST, columns=_COLUMNS)
    remark = left_out("figures.breakdown_map.no_outline", rows, OUTLINED, measure, names, wholes, graded)
    wide, narrow = (
        footed(pitch, notes, _LAST, remark, line) for pitch, line in ((_PITCH, 600), (_NARROW_PITCH, 320))
    )
    title = finding("breakdown_tiles", rows, measure, names, graded)
    name = say(f"figures.measure.{measure}")
    marks: list[Mark] = [
        Areas("lost" if lost else "actual", name, tuple(kept)) for lost, kept in areas.items() if kept
    ]
    return Figure(
        name="breakdown_map",
        title=title,
        subtitle=subtitle,
        alt=alt("breakdown_tiles", title, rows, measure, names, as_of, graded),
        unit=graded.unit,
        x=Axis(-0.5, _COLUMNS - 0.5),
        y=Axis(_LAST + 0.5, -0.5),
        marks=(*marks, *legend),
        wide=wide,
        narrow=narrow,
        table=table(rows, measure, names, "province", wholes, language),
    )
