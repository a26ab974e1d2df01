"""One measure over the parts of a dimension, ranked."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from enrollment.answers import Breakdown
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Mark,
    Note,
    Role,
    Table,
    Tone,
    Words,
    text,
)
from enrollment.figures.measures import OVERLAPPING, Measure, is_signed, part_name
from enrollment.figures.placing import shorten, text_width
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.figures.style import NOTE
from enrollment.figures.units import Amounts
from enrollment.language import Language

_PITCH, _NARROW_PITCH = 24, 38
_LONGEST_NAME = 210.0
_FIGURE_SPACE = "\N{FIGURE SPACE}"


@dataclass(frozen=True, slots=True)
class _Part:
    """A row of the chart; `value` is None where nobody reported it, `key` where it is no part to pick."""

    name: str
    value: int | None
    key: str | None
    folded: bool = False


def breakdown(
    *,
    rows: Sequence[Breakdown],
    dimension: str,
    measure: Measure,
    names: Mapping[str | None, str],
    as_of: dt.date,
    since: dt.date | None,
    language: Language,
    top: int = 15,
    selected: Collection[str] = (),
) -> Figure:
    """Ranked bars of the `top` parts; the others are one row, so that the bars add up to the whole.

    `since` is the month end at which flows open, None for the month before. `selected` parts stand
    out; the others step back.
    """
    say = language.say
    additive = dimension not in OVERLAPPING
    everything = [_Part(part_name(row.part, names, language), _value(row, measure), row.part) for row in rows]
    shown = _folded(everything, top, language) if additive else sorted(everything, key=_rank)
    known = [part.value for part in everything if part.value is not None]
    total = sum(known) if additive and known else None
    amounts = Amounts.up_to(max((abs(value) for value in known), default=0), language)
    write = amounts.signed if is_signed(measure) else amounts.number

    bars: dict[Role, list[Bar]] = {"actual": [], "context": [], "lost": []}
    lines, values = [], []
    for place, part in enumerate(shown):
        portion = _share(part.value, total, language)
        hover = [Words(part.name, strong=True), _hover(part.value, measure, language)]
        if portion:
            hover.append(Words(say("figures.breakdown.of_total", share=portion)))
        number = say("figures.not_reported") if part.value is None else write(part.value)
        if part.value is not None:
            back = bool(selected) and part.key not in selected
            role: Role = "lost" if part.value < 0 else "context" if back or part.folded else "actual"
            bars[role].append(Bar(place, 0, part.value, number, text(*hover), part.key))
        strong = part.key is not None and part.key in selected
        values.append((number, portion, part.value is None, strong))
        lines.append((part, strong))

    numbers = [number for number, _, unknown, _ in values if not unknown]
    wide_share = max((len(portion) for _, portion, _, _ in values), default=0)
    right = round(
        max((text_width(number, NOTE, True) for number in numbers), default=0)
        + (wide_share + 2) * NOTE * 0.5
        + 18
    )
    longest = max((text_width(part.name, NOTE, True) for part, _ in lines), default=0)
    left = round(min(max(longest, 60), _LONGEST_NAME)) + 12
    chart_rows, notes = [], []
    for place, ((part, strong), (number, portion, unknown, _)) in enumerate(zip(lines, values, strict=True)):
        padded = f"{_FIGURE_SPACE * 2}{portion.rjust(wide_share, _FIGURE_SPACE)}" if wide_share else ""
        tone: Tone = "muted" if unknown or part.folded else "ink"
        written = text((Words(number, "muted" if unknown else "ink", strong), Words(padded, "muted")))
        chart_rows.append(
            Row(
                name=text(Words(shorten(part.name, NOTE, _LONGEST_NAME), tone, strong)),
                short_name=text(Words(shorten(part.name, NOTE, 200), tone, strong)),
                value=written,
            )
        )
        if unknown:
            notes.append(Note(0.0, place, text(Words(number, "muted")), "left", dx=6))
        else:
            notes.append(Note("end", place, written, "right", dx=right - 2))

    ends = [part.value for part in shown if part.value is not None]
    low, high = min([*ends, 0]), max([*ends, 0])
    marks: list[Mark] = [
        Bars(role, say(f"figures.measure.{measure}"), tuple(kept), horizontal=True)
        for role, kept in bars.items()
        if kept
    ]
    overlap = "" if additive else " " + say("figures.breakdown.overlap")
    what = {"measure": say(f"figures.measure.{measure}"), "dimension": say(f"figures.dimension.{dimension}")}
    return Figure(
        name="breakdown",
        title=_title(everything, measure, total, what, language),
        subtitle=say(
            f"figures.breakdown.subtitle_{_timing(measure, since)}",
            unit=amounts.heading,
            as_of=language.month(as_of),
            since=language.month(since) if since else "",
        )
        + (" " + say("figures.breakdown.hollow") if low < 0 else "")
        + overlap,
        alt=_finding(everything, total, measure, what, as_of, language),
        unit=amounts.heading,
        x=Axis(float(low), float(high if high > low else low + 1)),
        y=row_axis(chart_rows),
        marks=tuple(marks),
        wide=beside(chart_rows, pitch=_PITCH, left=left, right=right, notes=notes),
        narrow=above(chart_rows, pitch=_NARROW_PITCH, thickness=0.36),
        table=_table(everything, total, measure, what["dimension"], language),
    )


def _value(row: Breakdown, measure: Measure) -> int | None:
    value: int | None = getattr(row, measure)
    return value


def _rank(part: _Part) -> tuple[bool, int, str]:
    return part.value is None, -(part.value or 0), part.name


def _folded(parts: Sequence[_Part], top: int, language: Language) -> list[_Part]:
    """The parts with the largest numbers, up or down, in order; all others as one."""
    if len(parts) <= top + 1:
        return sorted(parts, key=_rank)
    by_size = sorted(parts, key=lambda part: (part.value is None, -abs(part.value or 0), part.name))
    kept, others = by_size[:top], by_size[top:]
    known = [part.value for part in others if part.value is not None]
    name = language.say("figures.others", count=language.number(len(others)))
    rest = _Part(name, sum(known) if known else None, None, folded=True)
    return [*sorted(kept, key=_rank), rest]


def _share(value: int | None, total: int | None, language: Language) -> str:
    """A part's share of the whole; none where parts overlap or where the whole is no rise."""
    if value is None or total is None or total <= 0:
        return ""
    return language.percent(value / total, 1)


def _timing(measure: Measure, since: dt.date | None) -> str:
    if measure == "closing":
        return "stock"
    return "month" if since is None else "span"


def _hover(value: int | None, measure: Measure, language: Language) -> Words:
    if value is None:
        return Words(language.say("figures.not_reported"))
    number = language.signed(value) if is_signed(measure) else language.number(value)
    return Words(f"{number} {language.say(f'figures.measure.{measure}').lower()}")


def _title(
    parts: Sequence[_Part], measure: Measure, total: int | None, what: dict[str, str], language: Language
) -> str:
    known = [part for part in parts if part.value is not None]
    if not known:
        return language.say("figures.breakdown.title_unknown", **what)
    named = [part for part in known if part.key is not None] or known
    largest = max(named, key=lambda part: abs(part.value or 0))
    value = largest.value or 0
    spelt = language.signed_people(value, 2) if is_signed(measure) else language.people(value, 2)
    portion = _share(value, total, language)
    key = "title_share" if portion and measure == "closing" else "title"
    return language.say(f"figures.breakdown.{key}", **what, part=largest.name, people=spelt, share=portion)


def _finding(
    parts: Sequence[_Part],
    total: int | None,
    measure: Measure,
    what: dict[str, str],
    as_of: dt.date,
    language: Language,
) -> str:
    known = sorted((part for part in parts if part.value is not None), key=_rank)
    if not known:
        return language.say("figures.breakdown.title_unknown", **what)
    write = language.signed if is_signed(measure) else language.number
    leaders = [f"{part.name} {write(part.value or 0)}" for part in known[:3]]
    facts = {**what, "as_of": language.month(as_of), "leaders": language.join(leaders)}
    if total is None:
        return language.say("figures.breakdown.alt_overlap", **facts)
    return language.say("figures.breakdown.alt", **facts, total=write(total))


def _table(
    parts: Sequence[_Part],
    total: int | None,
    measure: Measure,
    dimension: str,
    language: Language,
) -> Table:
    """Every part, folded or not, and the whole where parts add up to one."""
    say = language.say
    write = language.signed if is_signed(measure) else language.number
    ranked = sorted(parts, key=_rank)
    rows = [
        (
            part.name,
            say("figures.not_reported") if part.value is None else write(part.value),
            _share(part.value, total, language),
        )
        for part in ranked
    ]
    if total is not None:
        rows.append((say("figures.total"), write(total), _share(total, total, language)))
    return Table(
        columns=(
            Column(dimension, "left"),
            Column(say(f"figures.measure.{measure}")),
            Column(say("figures.column.share")),
        ),
        rows=tuple(rows),
        machine_columns=("part", measure),
        machine_rows=tuple((part.key, part.value) for part in ranked),
    )
