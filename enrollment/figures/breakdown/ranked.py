"""One measure over the parts of a dimension, ranked."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from enrollment.answers import NOT_REPORTED, Breakdown
from enrollment.figures.breakdown.classes import key_of
from enrollment.figures.breakdown.tabled import Names, percent_change, span, table
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Cut,
    Figure,
    Layout,
    Note,
    Role,
    Tone,
    Words,
    text,
)
from enrollment.figures.measures import growth, part_name, written
from enrollment.figures.placing import shorten, text_width
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.figures.style import NOTE
from enrollment.figures.units import Amounts
from enrollment.language import Language
from enrollment.measures import OVERLAPPING, SHARES, Measure, Wholes, is_part, is_signed, told, values

_PITCH, _DENSE_PITCH, _NARROW_PITCH = 24, 21, 38
_LONGEST_NAME = 186.0
_GAP = 14
# Provinces are few enough, and known well enough, to be shown one by one.
_MOST, _ALL_PROVINCES = 15, 40
# A remainder more than so many times as long as the longest named bar is cut, a little beyond that one.
_CUT_FROM, _CUT_AT = 2.0, 1.25


@dataclass(frozen=True, slots=True)
class _Part:
    """A row of the chart; `value` is None where it is not known, `key` where it is no part to pick.

    `beside` are the muted texts after its number: a share, or the stock and the percent change.
    """

    name: str
    value: float | None
    key: str | None
    rows: tuple[Breakdown, ...]
    beside: tuple[str, ...] = ()


def breakdown(
    *,
    rows: Sequence[Breakdown],
    dimension: str,
    measure: Measure,
    names: Names,
    as_of: dt.date,
    since: dt.date | None,
    language: Language,
    wholes: Wholes = (),
    top: int | None = None,
    selected: Collection[str] = (),
) -> Figure:
    """Ranked bars of the `top` parts; the others are one row, so that the bars add up to the whole.

    Without a `top` there are fifteen, and all provinces. `since` is the month end at which flows open,
    None for the month before. `selected` parts stand out and the others step back. `wholes` is what
    achievement and coverage are measured against.
    """
    say = language.say
    additive = dimension not in OVERLAPPING
    rows = told(rows, measure)
    found, together = values(rows, [row.part for row in rows], measure, wholes)
    total = together if additive else None
    everything = [
        _Part(part_name(row.part, names, language), value, key_of(row.part) if is_part(row) else None, (row,))
        for row, value in zip(rows, found, strict=True)
    ]
    most = top or (_ALL_PROVINCES if dimension == "province" else _MOST)
    folded = _folded(everything, most, measure, together, wholes, language)
    shown = folded if additive else sorted(everything, key=_rank)
    known = [part.value for part in everything if part.value is not None]
    scale = _Scale(measure, known, language)
    shown = [replace(part, beside=scale.beside(part, total)) for part in shown]

    bars: dict[Role, list[Bar]] = {"actual": [], "context": [], "lost": []}
    for place, part in enumerate(shown):
        if part.value is not None:
            back = bool(selected) and part.key not in selected
            role: Role = "lost" if part.value < 0 else "context" if back or not part.key else "actual"
            hover = text(Words(part.name, strong=True), *scale.hover(part, total))
            bars[role].append(Bar(place, 0.0, part.value, scale.write(part.value), hover, part.key))
    ends = [0.0, *(part.value for part in shown if part.value is not None)]
    low, high = min(ends), max(ends)
    longest = max((part.value for part in shown if part.value and _is_named(part)), default=0.0)
    if 0 < longest < high / _CUT_FROM:
        # Beside a remainder that dwarfs them the parts could be neither compared nor picked.
        high = longest * _CUT_AT
    cut = [place for place, part in enumerate(shown) if (part.value or 0) > high]
    what = {"measure": say(f"figures.measure.{measure}"), "dimension": say(f"figures.dimension.{dimension}")}
    wide, narrow, axis = _laid_out(shown, scale, as_of, selected)
    remarks = [say("figures.breakdown.hollow")] if low < 0 else []
    remarks += [say("figures.breakdown.cut", part=shown[place].name) for place in cut]
    remarks += [] if additive else [say("figures.breakdown.overlap")]
    return Figure(
        name="breakdown",
        title=_title(everything, measure, total, what, language),
        subtitle=" ".join([span(measure, scale.unit, as_of, since, language), *remarks]),
        alt=_finding(everything, total, measure, what, as_of, language),
        unit=scale.unit,
        x=Axis(low, high if high > low else low + 1),
        y=axis,
        marks=(
            *(
                Bars(role, say(f"figures.measure.{measure}"), tuple(kept), horizontal=True)
                for role, kept in bars.items()
                if kept
            ),
            *(Cut(low + (high - low) * 0.9, place) for place in cut),
        ),
        wide=wide,
        narrow=narrow,
        table=table(rows, measure, names, dimension, wholes, language, additive=additive),
    )


def _is_named(part: _Part) -> bool:
    """Whether a row is one part that a name is known of: neither all others nor what is not reported."""
    return part.key not in (None, NOT_REPORTED)


class _Scale:
    """How the numbers of the chart are written, and what stands muted beside them."""

    def __init__(self, measure: Measure, known: Sequence[float], language: Language) -> None:
        self.measure, self.language = measure, language
        self.amounts = Amounts.up_to(max((abs(value) for value in known), default=0), language)
        self.unit = language.say("figures.unit.percent") if measure in SHARES else self.amounts.heading

    def write(self, value: float | None) -> str:
        """The number of a bar; in percent where it is a share."""
        if value is None or self.measure in SHARES:
            return written(value, self.measure, self.language)
        return self.amounts.signed(value) if is_signed(self.measure) else self.amounts.number(value)

    def beside(self, part: _Part, total: float | None) -> tuple[str, ...]:
        """The stock and percent change of a net change, the people of a share, else the share."""
        closing = sum(row.closing for row in part.rows)
        if self.measure == "net_change":
            return self.language.millions(closing, 2), percent_change(_growth(part), self.language)
        if self.measure == "share_of_rise":
            return (self.language.signed(_change(part) or 0) if part.value is not None else "",)
        if self.measure in SHARES:
            return (self.language.people(closing, 2),)
        if part.value is None or total is None or total <= 0:
            return ("",)
        return (self.language.percent(part.value / total, 1),)

    def headings(self, as_of: dt.date) -> tuple[tuple[str, str], ...]:
        """Two lines above the columns where they hold more than one kind of number."""
        if self.measure != "net_change":
            return ()
        say = self.language.say
        return (
            (say("figures.breakdown.heading_change"), self._short_unit()),
            (self.language.short_month(as_of), say("figures.breakdown.heading_millions")),
            ("", "%"),
        )

    def _short_unit(self) -> str:
        kind = {1_000_000: "millions", 1_000: "thousands", 1: "people"}[self.amounts.unit]
        return self.language.say(f"figures.breakdown.heading_{kind}")

    def hover(self, part: _Part, total: float | None) -> list[str]:
        """The number in full, and what it is a part of."""
        say, language = self.language.say, self.language
        if part.value is None:
            return [written(None, self.measure, language)]
        lines = [
            f"{written(part.value, self.measure, language)} {say(f'figures.measure.{self.measure}').lower()}"
        ]
        closing = language.number(sum(row.closing for row in part.rows))
        if self.measure == "net_change":
            lines.append(say("figures.hover.people", number=closing))
            if change := percent_change(_growth(part), language):
                lines.append(change)
        elif self.measure == "share_of_rise":
            lines.append(say("figures.breakdown.rise", number=language.signed(_change(part) or 0)))
        elif self.measure in SHARES:
            lines.append(say("figures.hover.people", number=closing))
        elif share := self.beside(part, total)[0]:
            lines.append(say("figures.breakdown.of_total", share=share))
        return lines


def _change(part: _Part) -> int | None:
    """The net change of a row's parts together, where all are known."""
    changes = [row.net_change for row in part.rows if row.net_change is not None]
    return sum(changes) if len(changes) == len(part.rows) else None


def _growth(part: _Part) -> float | None:
    return growth(_change(part), sum(row.closing for row in part.rows))


def _rank(part: _Part) -> tuple[bool, float, str]:
    return part.value is None, -(part.value or 0), part.name


def _folded(
    parts: Sequence[_Part],
    top: int,
    measure: Measure,
    together: float | None,
    wholes: Wholes,
    language: Language,
) -> list[_Part]:
    """The parts with the largest numbers, up or down, in order; all others as one.

    The share of folded parts is reckoned from their people. Those which nothing measures are a row of
    their own, for they have no place in an order.
    """
    unmeasured = [part for part in parts if measure in SHARES and part.value is None]
    counted = [part for part in parts if part not in unmeasured]
    by_size = sorted(counted, key=lambda part: (part.value is None, -abs(part.value or 0), part.name))
    kept, others = (by_size[:top], by_size[top:]) if len(by_size) > top + 1 else (by_size, [])
    shown = sorted(kept, key=_rank)
    for name, folded in (("figures.others", others), ("figures.unmeasured", unmeasured)):
        if len(folded) == 1:
            shown += folded
        elif folded:
            rows = tuple(row for part in folded for row in part.rows)
            called = language.say(name, count=language.number(len(folded)))
            shown.append(_Part(called, _added(folded, rows, measure, together, wholes), None, rows))
    return shown


def _added(
    parts: Sequence[_Part],
    rows: Sequence[Breakdown],
    measure: Measure,
    together: float | None,
    wholes: Wholes,
) -> float | None:
    known = [part.value for part in parts if part.value is not None]
    if not known:
        return None
    if measure in ("achievement", "coverage"):
        return values(rows, [row.part for row in rows], measure, wholes)[1]
    return sum(known)


def _laid_out(
    shown: Sequence[_Part], scale: _Scale, as_of: dt.date, selected: Collection[str]
) -> tuple[Layout, Layout, Axis]:
    """Names, bars and columns of numbers; on narrow screens names and numbers stand above the bars."""
    headings = scale.headings(as_of)
    columns: list[list[str]] = [[scale.write(part.value) if part.value is not None else "" for part in shown]]
    columns += [list(column) for column in zip(*(part.beside for part in shown), strict=True)]
    widths = [
        max((text_width(said, NOTE, at == 0) for said in (*column, *_heading(headings, at))), default=0)
        for at, column in enumerate(columns)
    ]
    # Where a column ends, from the end of the bars.
    ends = [sum(widths[: at + 1]) + _GAP * (at + 1) for at in range(len(widths))]
    right = round(ends[-1]) + 2
    longest = max((text_width(part.name, NOTE, True) for part in shown), default=0)
    rows, notes = [], []
    for place, part in enumerate(shown):
        strong = part.key is not None and part.key in selected
        unknown = part.value is None
        tone: Tone = "muted" if unknown or part.key is None else "ink"
        number = Words(scale.write(part.value), "muted" if unknown else "ink", strong)
        aside = "".join(f"   {said}" for said in part.beside[-1:] if said and not unknown)
        rows.append(
            Row(
                name=text(Words(shorten(part.name, NOTE, _LONGEST_NAME), tone, strong)),
                short_name=text(Words(shorten(part.name, NOTE, 200), tone, strong)),
                value=text((number, Words(aside, "muted"))),
            )
        )
        if unknown:
            notes.append(Note(0.0, place, text(number), "left", dx=6))
        for at, end in enumerate(ends):
            if not columns[at][place]:
                continue
            cell = Words(columns[at][place], "ink" if at == 0 else "muted", strong and at == 0)
            notes.append(Note("end", place, text(cell), "right", dx=end))
    head = 40 if headings else 4
    for at, end in enumerate(ends if headings else ()):
        words = text(*(Words(line, "muted") for line in _heading(headings, at)))
        notes.append(Note("end", -0.5, words, "right", "bottom", dx=end, dy=2))
    wide = beside(
        rows,
        pitch=_DENSE_PITCH if len(shown) > 20 else _PITCH,
        left=round(min(max(longest, 60), _LONGEST_NAME)) + 12,
        right=right,
        notes=notes,
    )
    wide = replace(wide, height=wide.height + head - 4, room=replace(wide.room, top=head))
    return wide, above(rows, pitch=_NARROW_PITCH, thickness=0.36), row_axis(rows)


def _heading(headings: Sequence[tuple[str, str]], at: int) -> tuple[str, ...]:
    return headings[at] if at < len(headings) else ()


def _title(
    parts: Sequence[_Part], measure: Measure, total: float | None, what: dict[str, str], language: Language
) -> str:
    known = [part for part in parts if part.value is not None]
    if not known:
        return language.say("figures.breakdown.title_unknown", **what)
    named = [part for part in known if part.rows[0].part is not None and is_part(part.rows[0])] or known
    largest = max(named, key=lambda part: abs(part.value or 0))
    value = largest.value or 0
    spelt = written(value, measure, language, short=True)
    if measure == "closing" and total and total > 0:
        share = language.percent(value / total, 1)
        return language.say("figures.breakdown.title_share", **what, part=largest.name, share=share)
    return language.say("figures.breakdown.title", **what, part=largest.name, people=spelt)


def _finding(
    parts: Sequence[_Part],
    total: float | None,
    measure: Measure,
    what: dict[str, str],
    as_of: dt.date,
    language: Language,
) -> str:
    known = sorted((part for part in parts if part.value is not None and is_part(part.rows[0])), key=_rank)
    if not known:
        return language.say("figures.breakdown.title_unknown", **what) + "."
    leaders = [f"{part.name} {written(part.value, measure, language)}" for part in known[:3]]
    facts = {**what, "as_of": language.month(as_of), "leaders": language.join(leaders)}
    if total is None:
        overlaps = what["dimension"] in {language.say(f"figures.dimension.{name}") for name in OVERLAPPING}
        return language.say(f"figures.breakdown.alt_{'overlap' if overlaps else 'parts'}", **facts)
    return language.say("figures.breakdown.alt", **facts, total=written(total, measure, language))
