"""Rows that were set aside: which faults they have, and how they come back."""

from collections.abc import Sequence

import streamlit as st

from enrollment.contract.faults import shown
from enrollment.delivery import Delivery
from enrollment.export import csv_text
from enrollment.figures.description import Column
from enrollment.quarantine import Quarantined
from enrollment.ui import exporting, markup, steward
from enrollment.ui.frame import Choice

_SHOWN = 200
_COLUMNS = ("kiriman", "baris", "file", "column", "rule", "value", "message")
"""The first two are what a file with mended rows must carry."""


def quarantine(choice: Choice) -> None:
    """Every row that still waits, with its reason and what to do."""
    say = choice.language.say
    try:
        found = steward.quarantine()
    except steward.Failed as failed:
        markup.show(
            markup.section(say("editions.quarantine.title")) + markup.note(failed.sentence(choice.language))
        )
        return
    if not found:
        markup.show(
            markup.section(say("editions.quarantine.title")) + markup.note(say("editions.quarantine.none"))
        )
        return
    rows = len({(item.delivery.sha256, item.row) for item in found})
    files = len({item.delivery.sha256 for item in found})
    markup.show(
        markup.section(
            say("editions.quarantine.title"),
            say(
                "editions.quarantine.subtitle",
                rows=choice.language.number(rows),
                files=choice.language.number(files),
            ),
        )
        + table(choice, found[:_SHOWN])
        + (
            markup.note(
                say("editions.quarantine.shown", shown=str(_SHOWN), all=choice.language.number(len(found)))
            )
            if len(found) > _SHOWN
            else ""
        )
        + markup.note(say("editions.quarantine.mend"))
    )
    with st.container(horizontal=True, gap="medium", key="downloads_quarantine", width="content"):
        exporting.button(
            "CSV",
            lambda: csv_text(_COLUMNS, (_machine(choice, item) for item in found)),
            file_name="quarantine.csv",
            mime="text/csv",
            key="csv_quarantine",
            details={"rows": rows},
        )


def waiting_of(item: Delivery) -> tuple[Quarantined, ...]:
    """The rows of one delivery that still wait; none while the quarantine cannot be read."""
    if not item.quarantined:
        return ()
    try:
        return tuple(found for found in steward.quarantine() if found.delivery.sha256 == item.sha256)
    except steward.Failed:
        return ()


def table(choice: Choice, found: Sequence[Quarantined]) -> str:
    """Faults of rows: where they stand, what was there (masked), and what to do."""
    language = choice.language
    columns = (
        Column(language.say("editions.column.delivery"), "left"),
        Column(language.say("editions.column.row")),
        Column(language.say("editions.column.column"), "left"),
        Column(language.say("editions.column.value"), "left"),
        Column(language.say("editions.column.fault"), "left"),
    )
    lines = [
        (
            item.delivery.short,
            str(item.row),
            item.fault.column or "–",
            item.fault.value or "–",
            item.fault.message(language, item.delivery.file),
        )
        for item in found
    ]
    return f'<div class="faults">{markup.table(columns, lines)}</div>'


def _machine(choice: Choice, item: Quarantined) -> tuple[object, ...]:
    fault = item.fault
    return (
        item.delivery.sha256[:16],
        item.row,
        shown(item.delivery.file),
        fault.column,
        fault.rule,
        fault.value,
        fault.message(choice.language, item.delivery.file),
    )
