"""What the steward leaves with: the minutes, the workbook, and a follow-up list for each class.

Made when it is asked for, in memory. A NIK stands in full only where this visitor supplied the roster.
"""

from collections.abc import Callable

import streamlit as st

from enrollment import followups, minutes
from enrollment.answers import ReconciliationByMonth
from enrollment.followups import CLASS_LISTS
from enrollment.language import Language
from enrollment.months import month_text
from enrollment.reconciliation.result import Result
from enrollment.ui import ask, exporting, markup, reconciling
from enrollment.ui.reconciliation.picked import Picked

_MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}


def lists(picked: Picked, row: ReconciliationByMonth) -> None:
    """A follow-up list of each class that asks for something, under the ledger."""
    language, result = picked.choice.language, picked.result
    if result is None:
        markup.show(markup.note(language.say("reconciliation.lists.steward")))
        return
    counts = {name: getattr(row, name) for name in CLASS_LISTS} | {"reverse": row.reverse}
    with st.container(key="downloads_followups", horizontal=True, gap="medium"):
        markup.show(markup.note(language.say("reconciliation.lists.title")))
        for name, people in counts.items():
            if people:
                label = language.say(
                    "reconciliation.lists.one",
                    list=language.say(f"followups.part.{name}"),
                    count=language.number(people),
                )
                _download(picked, result, name, "csv", label, _list_of(result, name, language))
    markup.show(markup.note(language.say(f"reconciliation.lists.{_shown(result)}")))


def documents(picked: Picked) -> None:
    """The minutes for signing, and everything in one workbook."""
    language, result = picked.choice.language, picked.result
    say = language.say
    if result is None:
        return
    edition = picked.choice.edition.short if picked.in_edition else None
    markup.show(
        markup.section(say("reconciliation.documents.title"), say("reconciliation.documents.subtitle"))
    )
    with st.container(key="downloads_documents", horizontal=True, gap="medium"):
        markup.show(markup.note(say("reconciliation.documents.minutes")))
        for form, make in (("pdf", minutes.pdf), ("docx", minutes.docx)):
            _download(
                picked, result, "minutes", form, form.upper(), _minutes_of(make, result, language, edition)
            )
        markup.show(markup.note(say("reconciliation.documents.workbook")))
        _download(picked, result, "followups", "xlsx", "XLSX", _workbook_of(result, language, edition))


def _shown(result: Result) -> str:
    return "masked" if reconciling.niks(result) is None else "in_full"


def _list_of(result: Result, name: str, language: Language) -> Callable[[], bytes]:
    """Makes one list; the identity numbers are taken now, for a download is made outside the session."""
    niks, reference = reconciling.niks(result), ask.opened_store().reference()

    def make() -> bytes:
        found = reconciling.tables(result)
        table = found[name] if name in found else found["rows"]
        return followups.csv(name, result, table, reference, language, niks=niks)

    return make


def _workbook_of(result: Result, language: Language, edition: str | None) -> Callable[[], bytes]:
    niks, reference = reconciling.niks(result), ask.opened_store().reference()

    def make() -> bytes:
        found = reconciling.tables(result)
        return followups.workbook(
            result,
            found["rows"],
            found["near_misses"],
            found["reverse"],
            reference,
            language,
            edition=edition,
            niks=niks,
        )

    return make


def _minutes_of(
    make: Callable[..., bytes], result: Result, language: Language, edition: str | None
) -> Callable[[], bytes]:
    reference = ask.opened_store().reference()
    planned = [
        row["planned"]
        for row in reference.rows("plans")
        if (row["source"], row["month"], row["province"]) == (result.source, result.month, None)
    ]
    return lambda: make(result, reference, language, edition=edition, plan=planned[0] if planned else None)


def _download(
    picked: Picked, result: Result, name: str, form: str, label: str, make: Callable[[], bytes]
) -> None:
    exporting.button(
        label,
        make,
        file_name=f"{name}-{result.source}-{result.month:%Y-%m}-{result.name[:8]}.{form}",
        mime=_MIME[form],
        key=f"{form}_{name}",
        action="export" if name == "minutes" else "followups",
        details={
            "source": result.source,
            "month": month_text(result.month),
            "identity_numbers": _shown(result),
        },
    )
