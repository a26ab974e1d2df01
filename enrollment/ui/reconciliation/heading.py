"""The finding of the page, whether the roster came in time, and what it was held against."""

import datetime as dt

from enrollment import findings
from enrollment.ui import markup, steward
from enrollment.ui.reconciliation.picked import Picked, source_names

_TONES = {"late": "behind", "overdue": "behind", "on_time": "ahead", "awaited": ""}
_MARKS = {"late": "▼", "overdue": "▼", "on_time": "✓", "awaited": "○"}


def heading(picked: Picked) -> None:
    """What became of the roster, with its status and the rule one click away."""
    language, when = picked.choice.language, picked.arrival
    markup.show(
        markup.heading(
            findings.reconciliation_title(picked.row, picked.source_name, picked.month, language),
            findings.reconciliation_detail(picked.row, when, picked.month, language),
            chip=findings.reconciliation_status(when, language),
            tone=_TONES[when.status],
            mark=_MARKS[when.status],
        )
        + markup.folded(
            language.say("reconciliation.status_rule"),
            markup.note(language.say("reconciliation.status_rule_text", due=language.day(when.due))),
        )
    )


def origin(picked: Picked) -> None:
    """The roster's file, the members it was held against, and whether an edition knows the result."""
    language, row = picked.choice.language, picked.row
    say = language.say
    if row is None:
        here = "none" if steward.barred() else "upload"
        markup.show(markup.note(say(f"reconciliation.origin.{here}")))
        return
    said = [
        say(
            "reconciliation.origin.compared",
            file=markup.plain(row.file),
            moment=language.moment(row.reconciled_at.replace(tzinfo=dt.UTC)),
            day=language.day(row.month),
            rows=language.number(row.rows),
        )
    ]
    if picked.in_edition:
        said.append(say("reconciliation.origin.edition", edition=picked.choice.edition.short))
    else:
        said.append(say("reconciliation.origin.waiting"))
    named = source_names(picked.choice)
    unseen = []
    for key, codes in (("totals_only", row.totals_only), ("carried", row.carried)):
        if codes:
            listed = [named.get(code, code) for code in codes.split(",")]
            unseen.append(say(f"reconciliation.origin.{key}", sources=language.join(listed)))
    limits = (
        markup.folded(say("reconciliation.origin.limits"), markup.note(" ".join(unseen))) if unseen else ""
    )
    markup.show(markup.note(" ".join(said)) + limits)
