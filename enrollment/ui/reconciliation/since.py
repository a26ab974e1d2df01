"""What moved since the roster of the month before, and who is a member without being on the roster."""

from enrollment import findings
from enrollment.answers import ReconciliationByMonth
from enrollment.ui import markup
from enrollment.ui.reconciliation.picked import Picked

_LONG = 3
"""Who is not found for so many months in a row is spoken of."""


def differences(picked: Picked, row: ReconciliationByMonth) -> None:
    """In sentences: newly registered, joined, left, lost, still not found, newly active, not listed."""
    language = picked.choice.language
    say = language.say
    said = findings.reconciliation_since(row, picked.before, language)
    if picked.result is not None:
        waiting = sum(people for months, people in picked.result.not_found_for.items() if months >= _LONG)
        said.append(
            say(
                "reconciliation.since.not_found_for",
                people=language.number(waiting),
                months=language.number(_LONG),
            )
        )
    said += [findings.newly_active(row, language)] if row.agreed_on else []
    said.append(
        say("reconciliation.since.reverse", people=language.number(row.reverse), source=picked.source_name)
    )
    # Said of none as well, so that nothing below moves with the first decision.
    said.append(say("reconciliation.since.confirmed", rows=language.number(row.confirmed)))
    markup.show(markup.section(say("reconciliation.since.title")) + markup.remarks(said))


def rules(picked: Picked, row: ReconciliationByMonth) -> None:
    """How a row comes into its class."""
    language = picked.choice.language
    say = language.say
    version = say("reconciliation.rule_version", version=language.number(row.rule_version))
    markup.show(
        markup.section(say("reconciliation.rules.title"), version)
        + markup.remarks(
            say(f"reconciliation.rules.{name}", day=language.day(row.month))
            for name in ("match", "order", "near", "stored")
        )
    )
