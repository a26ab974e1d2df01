"""journal: who took away, loaded, published or decided what; and how the other commands enter it there."""

from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path

import click

from enrollment import journal as journals
from enrollment import lock
from enrollment.cli.opening import open_store
from enrollment.cli.options import common
from enrollment.cli.printing import clear_answers, print_json, print_rows
from enrollment.export import csv_text
from enrollment.journal import ACTIONS, COMMAND_LINE, Details, Entry, Journal
from enrollment.language import Language
from enrollment.store import Store

_SHOWN = 50
_EVERYTHING = 1_000_000_000


def doing(store: Store, action: str, details: Details) -> AbstractContextManager[dict[str, str | int | None]]:
    """Enter what a command is about to do, and at the end of the block what came of it. Raises Unwritten."""
    return Journal(store.root).doing(lock.user(), COMMAND_LINE, action, details)


def entered(store: Store, action: str, details: Details) -> None:
    """Enter what a command is about to hand out. Raises Unwritten."""
    Journal(store.root).write(lock.user(), COMMAND_LINE, action, details)


@click.command()
@click.option("--action", type=click.Choice(ACTIONS), help="Only entries of this kind.")
@click.option("--last", type=click.IntRange(1), default=_SHOWN, help="So many, newest first. Default: 50.")
@click.option("--csv", "as_csv", is_flag=True, help="All entries as CSV on standard output.")
@common
def journal(action: str | None, last: int, as_csv: bool, data: Path, as_json: bool, lang: str) -> None:
    """List who took away, loaded, published or decided what; verify says whether the list is whole."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        if as_csv:
            entered(store, "export", {"file": "journal.csv"})
        entries = Journal(store.root).newest(_EVERYTHING if as_csv else last, action)
    if as_csv:
        click.echo(csv_text(journals.COLUMNS, map(journals.machine_row, entries)), nl=False)
    elif as_json:
        print_json([_document(entry) for entry in entries])
    else:
        columns = ("number", "time", "who", "role", "action", "details")
        print_rows(columns, [_row(entry, language) for entry in entries])


def _document(entry: Entry) -> dict[str, object]:
    return {**asdict(entry), "details": dict(entry.details)}


def _row(entry: Entry, language: Language) -> list[object]:
    of = [] if entry.of is None else [f"of {entry.of}"]
    said = [f"{name}={value}" for name, value in entry.details.items()]
    moment = language.moment(entry.time)
    return [entry.number, moment, entry.who, entry.role, entry.action, " ".join((*of, *said))]
