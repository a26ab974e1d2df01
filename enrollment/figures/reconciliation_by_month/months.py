"""The months of one source's roster on one scale, in the order and colours of the ledger."""

from collections.abc import Sequence
from itertools import accumulate

from enrollment.answers import ReconciliationByMonth
from enrollment.figures.description import (
    Axis,
    Bar,
    Bars,
    Column,
    Figure,
    Mark,
    Note,
    Path,
    Point,
    Table,
    Words,
    text,
)
from enrollment.figures.reconciliation_by_month.classes import class_name, colours, counts, role
from enrollment.figures.rows import Row, above, beside, row_axis
from enrollment.language import Language
from enrollment.reconciliation.result import CLASSES

MOST = 12
"""So many months are drawn; the table has all of them."""
_PITCH, _NARROW_PITCH = 48, 44
_LEFT = 52
_THICK, _NARROW_THICK = 0.6, 0.4
_BAR_PART = 0.42
"""The longest bar takes this part of a wide plot: what is said of it stands at its end."""


def months(
    *,
    rows: Sequence[ReconciliationByMonth],
    source_name: str,
    colour: str,
    language: Language,
    narrow: bool = False,
) -> Figure:
    """Rosters of one source, oldest first; at least one."""
    say = language.say
    shown = rows[-MOST:]
    longest = max(1, *(row.rows for row in shown))
    painted = colours(colour)
    starts = [_starts(row) for row in shown]
    marks: list[Mark] = []
    for name in CLASSES:
        bars = [
            _bar(row, name, place, starts[place][name], language)
            for place, row in enumerate(shown)
            if getattr(row, name)
        ]
        if bars:
            marks.append(Bars(role(name), class_name(name, language), tuple(bars), True, painted[name]))
    half = (_NARROW_THICK if narrow else _THICK) / 2
    marks += [
        Path("context", "", (Point(start, place - half), Point(start, place + half)), "paper")
        for place, row in enumerate(shown)
        for name, start in starts[place].items()
        if start and getattr(row, name)
    ]
    lines, notes = [], []
    for place, row in enumerate(shown):
        last = place == len(shown) - 1
        month = Words(language.short_month(row.month), strong=last)
        count = say("figures.reconciliation_by_month.row_count", rows=language.number(row.rows))
        number = Words(count, strong=True)
        share = _shares(row, language)
        notes.append(Note(row.rows, place, text(number, Words(share, "muted")), dx=10))
        lines.append(Row(text(month), text((month, Words("  "), number)), text(Words(share, "muted"))))
    first, newest = shown[0], shown[-1]
    return Figure(
        name="reconciliation_months",
        title=say(
            "figures.reconciliation_by_month.months.title",
            source=source_name,
            months=language.number(len(shown)),
        ),
        subtitle=say("figures.reconciliation_by_month.months.subtitle"),
        alt=say(
            "figures.reconciliation_by_month.months.alt",
            source=source_name,
            first=language.month(first.month),
            first_rows=language.number(first.rows),
            first_active=language.number(first.active_all),
            last=language.month(newest.month),
            last_rows=language.number(newest.rows),
            last_active=language.number(newest.active_all),
        ),
        unit=say("figures.reconciliation_by_month.rows"),
        x=Axis(0.0, longest if narrow else longest / _BAR_PART),
        y=row_axis(lines),
        marks=tuple(marks),
        wide=beside(lines, pitch=_PITCH, left=_LEFT, right=2, notes=notes, thickness=_THICK),
        narrow=above(lines, pitch=_NARROW_PITCH, thickness=_NARROW_THICK),
        table=_table(rows, language),
    )


def _starts(row: ReconciliationByMonth) -> dict[str, int]:
    """Where each class begins on the bar of a roster."""
    found = counts(row)
    return {name: end - found[name] for name, end in zip(found, accumulate(found.values()), strict=True)}


def _bar(row: ReconciliationByMonth, name: str, place: int, start: int, language: Language) -> Bar:
    rows: int = getattr(row, name)
    number = language.number(rows)
    hover = text(
        Words(f"{class_name(name, language)}, {language.month(row.month)}", strong=True),
        language.say(
            "figures.reconciliation_by_month.of_rows",
            rows=number,
            share=language.percent(rows / max(row.rows, 1), 1),
        ),
    )
    return Bar(place, start, start + rows, number, hover, f"{row.month:%Y-%m}")


def _shares(row: ReconciliationByMonth, language: Language) -> str:
    whole = max(row.rows, 1)
    return language.say(
        "figures.reconciliation_by_month.months.shares",
        active=language.percent(row.active_all / whole),
        not_found=language.percent(row.not_found / whole),
    )


def _table(rows: Sequence[ReconciliationByMonth], language: Language) -> Table:
    say = language.say
    return Table(
        columns=(
            Column(say("reconciliation.column.month"), "left"),
            *(Column(class_name(name, language)) for name in CLASSES),
            Column(say("reconciliation.column.rows")),
        ),
        rows=tuple(
            (
                language.month(row.month),
                *(language.number(rows) for rows in counts(row).values()),
                language.number(row.rows),
            )
            for row in rows
        ),
        machine_columns=("month", "source", *CLASSES, "rows"),
        machine_rows=tuple(
            (row.month.isoformat(), row.source, *counts(row).values(), row.rows) for row in rows
        ),
    )
