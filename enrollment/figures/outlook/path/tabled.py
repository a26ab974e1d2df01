"""The table under an outlook's chart: each number with its day and kind, forecasts with their ranges."""

import datetime as dt
from collections.abc import Iterator

from enrollment.figures.description import Column, Table
from enrollment.figures.outlook.path.shown import Shown

_Line = tuple[dt.date, str, int, tuple[int | None, ...]]
"""A day, the kind of its number, the number, and the ends of both ranges."""

_ENDS = ("low80", "high80", "low95", "high95")


def table(shown: Shown) -> Table:
    """The rows by day."""
    say, language = shown.language.say, shown.language
    lines = sorted(_lines(shown), key=lambda line: line[0])
    return Table(
        columns=(
            Column(say("figures.column.day"), "left"),
            Column(say("figures.column.kind"), "left"),
            Column(say("figures.column.active")),
            *(Column(say(f"outlook.column.{name}")) for name in _ENDS),
        ),
        rows=tuple(
            (
                language.day(day),
                say(f"outlook.kind.{kind}"),
                language.number(people),
                *("" if end is None else language.number(end) for end in ends),
            )
            for day, kind, people, ends in lines
        ),
        machine_columns=("day", "kind", "active", *_ENDS),
        machine_rows=tuple((day.isoformat(), kind, people, *ends) for day, kind, people, ends in lines),
    )


def _lines(shown: Shown) -> Iterator[_Line]:
    none = (None,) * len(_ENDS)
    for month in shown.months:
        yield month.month, "carried" if month.carried else "actual", month.active, none
    for row in shown.published:
        yield row.day, "disputed" if row.disputed else "published", row.active, none
    for kind, path in (("forecast", shown.outlook.path), ("scenario", shown.scenario)):
        for point in path:
            yield point.day, kind, point.median, (point.low80, point.high80, point.low95, point.high95)
    if shown.prognosis:
        yield shown.prognosis.due, "prognosis", shown.prognosis.value, none
    yield shown.outlook.due, "goal", shown.outlook.target, none
