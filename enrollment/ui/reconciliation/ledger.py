"""The ledger as a table: every class with what it means and who does what, down to a sum that closes."""

from enrollment import answers
from enrollment.answers import ReconciliationByMonth
from enrollment.figures.description import Column
from enrollment.figures.reconciliation_by_month.classes import class_name, colours, counts
from enrollment.figures.style import colour
from enrollment.query import NotRecorded
from enrollment.reconciliation.result import PEOPLE
from enrollment.ui import ask, markup
from enrollment.ui.reconciliation.picked import Picked

_NAMED = 3
_OWNERS = {
    "active_part": "body",
    "other_source": "both",
    "lapsed": "body",
    "not_found": "body",
    "duplicate": "partner",
    "invalid": "partner",
    "out_of_scope": "partner",
}
"""Who has to act on a class: BPJAMSOSTEK, or the partner whose roster it is."""


def table(picked: Picked, row: ReconciliationByMonth) -> None:
    """Classes, people in between, and the total with the difference to the file, which is 0."""
    language = picked.choice.language
    say = language.say
    found = counts(row)
    whole = max(row.rows, 1)
    columns = (
        Column(say("reconciliation.column.class"), "left"),
        Column(say("reconciliation.column.rows")),
        Column(say("reconciliation.column.share")),
        Column(say("reconciliation.column.meaning"), "left"),
        Column(say("reconciliation.column.action"), "left"),
        Column(say("reconciliation.column.owner"), "left"),
    )
    lines: list[tuple[str, ...]] = []
    for name, rows in found.items():
        lines.append(
            (
                _swatched(picked, name),
                language.number(rows),
                language.percent(rows / whole, 1),
                _meaning(picked, name),
                say(f"reconciliation.action.{name}"),
                say(f"reconciliation.owner.{_OWNERS[name]}") if name in _OWNERS else "–",
            )
        )
        if name == PEOPLE[-1]:
            lines.append(_people(picked, row, whole))
    rest = row.rows - sum(found.values())
    total = (
        say("reconciliation.total"),
        language.number(row.rows),
        language.percent(1, 1),
        say("reconciliation.closes" if not rest else "reconciliation.open", rest=language.signed(rest)),
        "",
        "",
    )
    markup.show(
        f'<div class="ledger">{markup.table(columns, lines, total=total)}</div>'
        + markup.note(f"{picked.origin} · {_version(picked, row)}")
    )


def _people(picked: Picked, row: ReconciliationByMonth, whole: int) -> tuple[str, ...]:
    """The people among the rows, and how many of those promised they are."""
    language = picked.choice.language
    committed = _committed(picked)
    base = language.say("reconciliation.people_base")
    if committed:
        base = language.say(
            "reconciliation.people_of_committed",
            share=language.percent(row.people / committed, 1),
            committed=language.number(committed),
        )
    return (
        markup.strong(language.say("reconciliation.people")),
        markup.strong(language.number(row.people)),
        markup.strong(language.percent(row.people / whole, 1)),
        base,
        "",
        "",
    )


def _committed(picked: Picked) -> int:
    rows = ask.ask(answers.commitment_by_source, picked.choice.edition, as_of=picked.month)
    return sum(row.committed for row in rows if row.source == picked.source)


def _swatched(picked: Picked, name: str) -> markup.Html:
    paint = colour(colours(picked.colour)[name], picked.choice.theme)
    return markup.swatch(paint, class_name(name, picked.choice.language))


def _meaning(picked: Picked, name: str) -> str:
    """What a class means; of those active in part, which programmes most of them lack."""
    language = picked.choice.language
    if name == "active_part":
        lacking = _lacking(picked)
        if lacking:
            listed = [
                language.say("reconciliation.without", programmes=missing, people=language.number(people))
                for missing, people in lacking[:_NAMED]
            ]
            return language.say("reconciliation.meaning.active_part_without", list=language.join(listed))
    return language.say(f"reconciliation.meaning.{name}", day=language.day(picked.month))


def _lacking(picked: Picked) -> list[tuple[str, int]]:
    """Which programmes those active in part lack, most frequent first."""
    if picked.result is not None:
        found = dict(picked.result.missing)
    else:
        try:
            rows = ask.ask(
                answers.reconciliation_missing,
                picked.choice.edition,
                as_of=picked.month,
                source=(picked.source,),
            )
        except NotRecorded:
            return []
        found = {row.missing: row.people for row in rows if row.month == picked.month}
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))


def _version(picked: Picked, row: ReconciliationByMonth) -> str:
    return picked.choice.language.say(
        "reconciliation.rule_version", version=picked.choice.language.number(row.rule_version)
    )
