"""The parts of a dimension month by month: the largest, one by one, and the others together."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from enrollment.answers import BreakdownByMonth
from enrollment.figures.measures import part_name
from enrollment.language import Language
from enrollment.measures import OVERLAPPING

Values = dict[dt.date, float]


@dataclass(frozen=True, slots=True)
class Series:
    """One small chart: what it is called, its key, its stock at the end, its values and what was carried."""

    name: str
    key: str | None
    stock: int
    values: Values
    people: Mapping[dt.date, int]
    carried: frozenset[dt.date] = frozenset()


def largest(
    rows: Sequence[BreakdownByMonth],
    field: str,
    dimension: str,
    names: Mapping[str | None, str],
    language: Language,
    top: int,
    selected: Collection[str],
) -> tuple[list[Series], int]:
    """The charts in their order, and how many parts are in none of them because parts overlap."""
    found: dict[str | None, list[BreakdownByMonth]] = {}
    for row in rows:
        found.setdefault(row.part, []).append(row)
    known = [part for part, of in found.items() if any(getattr(row, field) is not None for row in of)]
    size = {part: abs(_last(found[part], field)) for part in known}
    ranked = sorted(known, key=lambda part: (part not in selected, -size[part], part is None, part or ""))
    additive = dimension not in OVERLAPPING
    most = len(ranked) if len(ranked) <= top + 1 and additive else top
    shown = [
        _one(part_name(part, names, language), "-" if part is None else part, found[part], field)
        for part in ranked[:most]
    ]
    others = ranked[most:]
    if others and additive:
        name = language.say("figures.others", count=language.number(len(others)))
        shown.append(_one(name, None, [row for part in others for row in found[part]], field))
    return shown, 0 if additive else len(others)


def _last(rows: Sequence[BreakdownByMonth], field: str) -> int:
    """The last value that is known."""
    known = together(rows, field)
    return known[max(known)] if known else 0


def together(rows: Sequence[BreakdownByMonth], field: str) -> dict[dt.date, int]:
    """People per month, summed over what is known in it."""
    people: dict[dt.date, int] = {}
    for row in rows:
        value: int | None = getattr(row, field)
        if value is not None:
            people[row.month] = people.get(row.month, 0) + value
    return people


def _one(name: str, key: str | None, rows: Sequence[BreakdownByMonth], field: str) -> Series:
    people = together(rows, field)
    return Series(
        name=name,
        key=key,
        stock=_last(rows, "active"),
        values={month: float(value) for month, value in people.items()},
        people=people,
        carried=frozenset(row.month for row in rows if row.carried),
    )


def indexed(people: Mapping[dt.date, int], first: dt.date) -> Values:
    """Percent more or less than in the first month."""
    base = people[first]
    return {month: 100 * (value - base) / base for month, value in people.items()}
