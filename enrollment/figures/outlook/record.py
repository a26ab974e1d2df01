"""The record: ranges that earlier editions gave for months that have come, and what came."""

from collections.abc import Sequence

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
    Point,
    Room,
    Table,
    Text,
    Tick,
    Words,
    text,
)
from enrollment.figures.rows import Row, row_axis
from enrollment.figures.style import paler
from enrollment.figures.units import Amounts, people_span, people_ticks
from enrollment.language import Language
from enrollment.outlook import Given

SHOWN = 10
"""So many of the last ranges are drawn; the table has them all."""
_PITCH = 25
_TICK = 0.004
"""Part of the axis that the mark of a median is broad."""


def outlook_record(*, given: Sequence[Given], language: Language) -> Figure:
    """The last ranges of 80 in a hundred, in the order given; there is at least one."""
    say = language.say
    shown = given[-SHOWN:]
    amounts = Amounts.up_to(max(row.ahead.high80 for row in shown), language)
    ends = [
        value
        for row in shown
        for value in (row.ahead.low80, row.ahead.high80, row.came, row.first_print)
        if value is not None
    ]
    low, high = people_span(min(ends), max(ends))
    half = (high - low) * _TICK / 2
    ranges, medians, notes = [], [], []
    printed: list[Point] = []
    dots: dict[bool, list[Point]] = {True: [], False: []}
    for place, row in enumerate(shown):
        hover = _hover(row, language)
        ranges.append(Bar(place, row.ahead.low80, row.ahead.high80, "", hover))
        medians.append(Bar(place, row.ahead.median - half, row.ahead.median + half, "", hover))
        dots[row.held80].append(Point(row.came, place, hover))
        if row.first_print is not None and row.first_print != row.came:
            printed.append(Point(row.first_print, place, hover))
        word = _verdict(row, language)
        notes.append(Note("end", place, text(word), "left", dx=8))
    marks: list[Mark] = [
        Bars("forecast", say("outlook.record.range"), tuple(ranges), True, paler("accent", 18, 28)),
        Bars("forecast", say("outlook.record.median"), tuple(medians), True),
    ]
    if printed:
        marks.append(Dots("published", say("outlook.record.first_print"), tuple(printed), size=8))
    for hit, points in dots.items():
        if points:
            name = say(f"outlook.record.{'held' if hit else 'missed'}")
            marks.append(Dots("actual" if hit else "behind", name, tuple(points), size=8))
    names = [_name(row, language) for row in shown]
    layout, narrow = (
        Layout(
            height=_PITCH * len(shown) + 34,
            room=Room(top=2, right=76, bottom=26, left=88),
            x_ticks=people_ticks(low, high, most, amounts),
            y_ticks=tuple(Tick(place, name) for place, name in enumerate(names)),
            notes=tuple(notes),
            thickness=0.58,
        )
        for most in (4, 3)
    )
    held = sum(row.held80 for row in shown)
    return Figure(
        name="outlook_record",
        title=say("outlook.record.title", held=language.number(held), count=language.number(len(shown))),
        subtitle=_subtitle(given, bool(printed), amounts, language),
        alt=say(
            "outlook.record.alt",
            held=language.number(sum(row.held80 for row in given)),
            held95=language.number(sum(row.held95 for row in given)),
            count=language.number(len(given)),
        ),
        unit=amounts.heading,
        x=Axis(low, high),
        y=row_axis([Row(name, name, ()) for name in names]),
        marks=tuple(marks),
        wide=layout,
        narrow=narrow,
        table=_table(given, language),
    )


def _subtitle(given: Sequence[Given], printed: bool, amounts: Amounts, language: Language) -> str:
    """What the marks are; where months were revised, how the ranges did against the first prints."""
    say = language.say
    said = say(
        "outlook.record.subtitle" if len(given) <= SHOWN else "outlook.record.subtitle_last",
        unit=amounts.heading,
        count=language.number(len(given)),
        held=language.number(sum(row.held80 for row in given)),
    )
    if not printed:
        return said
    first = [row.held80_first for row in given if row.held80_first is not None]
    held, count = language.number(sum(first)), language.number(len(first))
    return f"{said} {say('outlook.record.first_prints', held=held, count=count)}"


def _name(row: Given, language: Language) -> Text:
    made, came = language.short_month(row.made), language.short_month(row.ahead.day)
    return text((Words(f"{made} → "), Words(came, strong=True)))


def _verdict(row: Given, language: Language) -> Words:
    if row.held80:
        return Words(language.say("outlook.record.held"), "muted")
    return Words(f"▼ {language.say('outlook.record.missed')}", "behind")


def _hover(row: Given, language: Language) -> Text:
    say, whole = language.say, language.number
    return text(
        Words(say("outlook.record.made", made=language.month(row.made), edition=row.edition), strong=True),
        say("outlook.hover.range_80", low=whole(row.ahead.low80), high=whole(row.ahead.high80)),
        say("outlook.record.came", day=language.day(row.ahead.day), number=whole(row.came)),
        *(
            [say("outlook.record.first", number=whole(row.first_print))]
            if row.first_print not in (None, row.came)
            else []
        ),
    )


def _table(given: Sequence[Given], language: Language) -> Table:
    say, whole = language.say, language.number
    return Table(
        columns=(
            Column(say("outlook.column.made"), "left"),
            Column(say("outlook.column.for_month"), "left"),
            Column(say("outlook.column.low80")),
            Column(say("outlook.column.median")),
            Column(say("outlook.column.high80")),
            Column(say("outlook.column.first_print")),
            Column(say("outlook.column.came")),
            Column(say("outlook.column.held"), "left"),
        ),
        rows=tuple(
            (
                language.month(row.made),
                language.month(row.ahead.day),
                whole(row.ahead.low80),
                whole(row.ahead.median),
                whole(row.ahead.high80),
                "" if row.first_print is None else whole(row.first_print),
                whole(row.came),
                _verdict(row, language).text,
            )
            for row in given
        ),
        machine_columns=(
            "made",
            "known_on",
            "edition",
            "month",
            "low95",
            "low80",
            "median",
            "high80",
            "high95",
            "first_print",
            "came",
            "held80",
            "held95",
            "held80_first",
        ),
        machine_rows=tuple(
            (
                row.made.isoformat(),
                row.known_on.isoformat(),
                row.edition,
                row.ahead.day.isoformat(),
                row.ahead.low95,
                row.ahead.low80,
                row.ahead.median,
                row.ahead.high80,
                row.ahead.high95,
                row.first_print,
                row.came,
                int(row.held80),
                int(row.held95),
                None if row.held80_first is None else int(row.held80_first),
            )
            for row in given
        ),
    )
