"""What the figures of a breakdown share: their table, and the span that a subtitle names."""

import datetime as dt
from collections.abc import Mapping, Sequence

from enrollment.answers import Breakdown
from enrollment.figures.description import Column, Machine, Table
from enrollment.figures.measures import growth, part_name, written
from enrollment.language import Language
from enrollment.measures import SHARES, Measure, Wholes, values

Names = Mapping[str | None, str]


def span(measure: Measure, unit: str, as_of: dt.date, since: dt.date | None, language: Language) -> str:
    """The unit and the months of a measure, as a subtitle begins."""
    stock = measure in ("closing", "achievement", "coverage")
    timing = "stock" if stock else "month" if since is None else "span"
    return language.say(
        f"figures.breakdown.subtitle_{timing}",
        unit=unit,
        as_of=language.month(as_of),
        since=language.month(since) if since else "",
    )


def table(
    rows: Sequence[Breakdown],
    measure: Measure,
    names: Names,
    dimension: str,
    wholes: Wholes,
    language: Language,
    *,
    additive: bool = True,
) -> Table:
    """Every part from the largest on, and all together where parts add up."""
    say = language.say
    found, together = values(rows, [row.part for row in rows], measure, wholes)
    together = together if additive else None
    ranked = sorted(
        zip(rows, found, strict=True),
        key=lambda pair: (pair[1] is None, -(pair[1] or 0), part_name(pair[0].part, names, language)),
    )
    header, fields = _columns(measure, language)
    against = dict(wholes)
    lines: list[tuple[Machine, ...]] = []
    for row, number in ranked:
        lines.append((row.part, *_line(row, measure, number, together, against.get(row.part))))
    texts = [
        (part_name(row.part, names, language), *_text(line[1:], measure, language))
        for (row, _), line in zip(ranked, lines, strict=True)
    ]
    if together is not None:
        texts.append((say("figures.total"), *_text(_whole(lines, measure, together), measure, language)))
    return Table(
        columns=(Column(say(f"figures.dimension.{dimension}").capitalize(), "left"), *header),
        rows=tuple(texts),
        machine_columns=("part", *fields),
        machine_rows=tuple(lines),
    )


def _columns(measure: Measure, language: Language) -> tuple[list[Column], tuple[str, ...]]:
    say = language.say
    own = Column(say(f"figures.measure.{measure}"))
    if measure == "net_change":
        others = [Column(say("figures.measure.closing")), Column(say("figures.column.growth"))]
        return [own, *others], ("net_change", "closing", "growth")
    if measure == "share_of_rise":
        return [own, Column(say("figures.measure.net_change"))], ("share_of_rise", "net_change")
    if measure in SHARES:
        others = [Column(say("figures.measure.closing")), Column(say(f"figures.column.{measure}_of"))]
        return [own, *others], (measure, "closing", "whole")
    return [own, Column(say("figures.column.share"))], (measure, "share")


def _line(
    row: Breakdown, measure: Measure, number: float | None, together: float | None, whole: int | None
) -> tuple[Machine, ...]:
    if measure == "net_change":
        return number, row.closing, growth(row.net_change, row.closing)
    if measure == "share_of_rise":
        return number, row.net_change
    if measure in SHARES:
        return number, row.closing, whole
    return number, None if number is None or not together or together < 0 else number / together


def _whole(lines: Sequence[tuple[Machine, ...]], measure: Measure, together: float) -> tuple[Machine, ...]:
    """The line of all parts; people without a whole count in no share."""

    def added(column: int, *, with_whole: bool = False) -> int:
        return sum(int(line[column] or 0) for line in lines if not with_whole or line[3])

    if measure == "net_change":
        return together, added(2), growth(together, added(2))
    if measure == "share_of_rise":
        return together, added(2)
    if measure in SHARES:
        return together, added(2, with_whole=True), added(3)
    return together, 1.0 if together > 0 else None


def _text(line: Sequence[Machine], measure: Measure, language: Language) -> tuple[str, ...]:
    """A line's numbers for people: its first is the measure, the others by their kind."""
    first, *others = (None if isinstance(number, str) else number for number in line)
    said = [written(first, measure, language)]
    if measure == "net_change":
        closing, change = others
        said += [written(closing, "closing", language), percent_change(change, language)]
    elif measure == "share_of_rise":
        said.append(written(others[0], "net_change", language))
    elif measure in SHARES:
        said += ["" if number is None else language.number(number) for number in others]
    else:
        said.append("" if others[0] is None else language.percent(others[0], 1))
    return tuple(said)


def percent_change(change: float | None, language: Language) -> str:
    """`+4,4%`; nothing where it is not known."""
    if change is None:
        return ""
    said = language.percent(change, 0 if abs(change) >= 1 else 1)
    return f"+{said}" if change > 0 else said
