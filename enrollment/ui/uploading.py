"""What every form for files shows: the uploader's own words, progress, faults row by row."""

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import streamlit as st

from enrollment.export import csv_text
from enrollment.figures.description import Column
from enrollment.language import Language
from enrollment.ui import exporting, markup, steward
from enrollment.ui.exporting import css_text

_FAULTS_SHOWN = 100
_FAULT_COLUMNS = ("row", "column", "value", "rule", "message")

Faults = Sequence[Mapping[str, Any]]
"""Faults as records with finished messages; values are masked."""


def told(bar: Any, language: Language, name: str) -> Callable[[int, int], None]:
    """A progress callback that moves the bar five times a second at most."""
    last = 0.0

    def progress(done: int, whole: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < 0.2:
            return
        last = now
        share = min(done / whole, 1.0) if whole else 0.0
        words = language.say("editions.upload.loading_share", file=name, share=language.percent(share))
        bar.progress(share, text=markup.inert(words))

    return progress


def faults(language: Language, found: Faults, counts: Iterable[int]) -> str:
    """The first faults as a table, and of how many: `counts` are those of each rule."""
    say = language.say
    columns = (
        Column(say("editions.column.row")),
        Column(say("editions.column.column"), "left"),
        Column(say("editions.column.value"), "left"),
        Column(say("editions.column.fault"), "left"),
    )
    lines = [
        (
            "–" if fault["row"] is None else str(fault["row"]),
            fault["column"] or "–",
            fault["value"] or "–",
            fault["message"],
        )
        for fault in found[:_FAULTS_SHOWN]
    ]
    whole = sum(counts)
    more = (
        markup.note(
            say("editions.upload.more_faults", shown=language.number(len(lines)), all=language.number(whole))
        )
        if whole > len(lines)
        else ""
    )
    return f'<div class="faults">{markup.table(columns, lines)}</div>{more}'


def download(found: Faults, name: str, key: str) -> None:
    """The faults of a file as CSV."""
    with st.container(key=f"downloads_faults_{key}", width="content"):
        exporting.button(
            "CSV",
            lambda: csv_text(_FAULT_COLUMNS, ([fault[item] for item in _FAULT_COLUMNS] for fault in found)),
            file_name=f"faults-{re.sub(r'[^A-Za-z0-9._-]', '_', name)[:60]}.csv",
            mime="text/csv",
            key=f"csv_faults_{key}",
            details={"rows": len(found)},
        )


def words(language: Language, form: str) -> str:
    """Streamlit's uploader speaks English; its words are replaced where they are drawn in a form."""
    button = language.say("editions.upload.choose")
    limit = language.say("editions.upload.limit", limit=str(steward.UPLOAD_LIMIT))
    return (
        f'<style>.st-key-{form} {{ --choose: "{css_text(button)}"; --limit: "{css_text(limit)}"; }}</style>'
    )
