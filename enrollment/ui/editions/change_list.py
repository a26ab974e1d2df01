"""What an edition changed, or would change: headlines, causes with their bars, and every row."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from itertools import accumulate

from enrollment import findings
from enrollment.answers import EditionChanges
from enrollment.comparison import Comparison
from enrollment.figures.description import Column
from enrollment.figures.edition_changes import CAUSES
from enrollment.language import Language
from enrollment.ui import markup

Names = Mapping[str | None, str] | Mapping[str, str]
"""Names of sources by code."""


def told(language: Language, compared_with: Comparison, source_names: Names) -> str:
    """A comparison as HTML: headlines, months that are new, causes with their bars, every row."""
    say = language.say
    first = [row for row in compared_with.changes if row.cause == "new_month"]
    revised = [row for row in compared_with.changes if row.cause != "new_month"]
    said = [
        say(
            "editions.changes.new_month",
            month=language.month(month),
            people=language.number(sum(row.after or 0 for row in first if row.month == month)),
        )
        for month in sorted({row.month for row in first})
    ]
    said += [say("editions.changes.reference", file=f"{name}.csv") for name in compared_with.reference]
    said += [
        say(
            "editions.changes.reconciled",
            month=language.month(month),
            sources=language.join(
                [
                    markup.plain(source_names[row.source])
                    for row in compared_with.reconciled
                    if row.month == month
                ]
            ),
        )
        for month in sorted({row.month for row in compared_with.reconciled})
    ]
    said += [say("editions.changes.definitions")] if compared_with.definitions else []
    said += [say("editions.changes.program")] if compared_with.program else []
    said += [] if revised else [say("editions.changes.none")]
    head = _headlines(language, compared_with) + markup.remarks(said)
    if not revised:
        return head
    return (
        head
        + _by_cause(language, revised, source_names)
        + _effect(language, compared_with)
        + markup.folded(
            say("editions.changes.each", count=language.number(len(revised))),
            markup.table(
                columns(language),
                texts(language, revised, source_names),
                total=(
                    *("", say("breakdown.total"), "", "", ""),
                    language.signed(sum(row.change for row in revised)),
                ),
            ),
        )
    )


def _headlines(language: Language, compared_with: Comparison) -> str:
    """What each edition opened with: active participants of its own newest whole month."""
    cells = [
        (name, language.number(standing.active), language.month(standing.as_of))
        for name, standing in (
            (compared_with.earlier, compared_with.newest.before),
            (compared_with.later, compared_with.newest.after),
        )
        if standing
    ]
    return markup.chain(cells, "→", plain=True) if cells else ""


def _effect(language: Language, compared_with: Comparison) -> str:
    """What the changes do to the headline that the earlier edition opened with."""
    before, after = compared_with.same_month.before, compared_with.same_month.after
    if before is None or after is None:
        return ""
    return markup.note(
        language.say(
            "editions.changes.effect" if before.active != after.active else "editions.changes.no_effect",
            month=language.month(before.as_of),
            before=language.number(before.active),
            after=language.number(after.active),
            change=language.signed(after.active - before.active),
        )
    )


def _by_cause(language: Language, rows: Sequence[EditionChanges], source_names: Names) -> str:
    """One line a cause: what it moved, as a step from where the one before left off."""
    say = language.say
    grouped: dict[str, list[EditionChanges]] = defaultdict(list)
    for row in rows:
        grouped[row.cause].append(row)
    causes = sorted(grouped, key=CAUSES.index)
    sums = [sum(row.change for row in grouped[cause]) for cause in causes]
    ends = list(accumulate(sums))
    low, high = min(0, *ends), max(0, *ends)
    lines = []
    for cause, moved, end in zip(causes, sums, ends, strict=True):
        about = escape(findings.concerned(grouped[cause], source_names, language))
        word = markup.Html(f'{escape(say(f"editions.cause.{cause}"))}<br><span class="note">{about}</span>')
        lines.append((word, markup.step(end - moved, end, low, high), language.signed(moved)))
    heads = (
        Column(say("editions.column.cause"), "left"),
        Column(say("editions.column.step"), "left"),
        Column(say("editions.column.change")),
    )
    total = (say("editions.changes.total"), markup.step(0, ends[-1], low, high), language.signed(ends[-1]))
    return f'<div class="causes">{markup.table(heads, lines, total=total)}</div>'


def columns(language: Language) -> tuple[Column, ...]:
    """The columns of a change list row by row."""
    say = language.say
    return (
        Column(say("editions.column.month"), "left"),
        Column(say("editions.column.cause"), "left"),
        Column(say("parts.dimension.source"), "left"),
        Column(say("editions.column.before")),
        Column(say("editions.column.after")),
        Column(say("editions.column.change")),
    )


def texts(language: Language, rows: Sequence[EditionChanges], source_names: Names) -> list[tuple[str, ...]]:
    """Each change as finished text."""
    return [
        (
            language.month(row.month),
            language.say(f"editions.cause.{row.cause}"),
            _name(source_names, row.source),
            "–" if row.before is None else language.number(row.before),
            "–" if row.after is None else language.number(row.after),
            language.signed(row.change),
        )
        for row in rows
    ]


def _name(source_names: Names, source: str) -> str:
    return source_names.get(source) or source
