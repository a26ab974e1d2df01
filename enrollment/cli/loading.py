"""load: deliveries on their way into the store."""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from enrollment import durable
from enrollment.cli import journal
from enrollment.cli.opening import open_store
from enrollment.cli.options import MONTH, common
from enrollment.cli.printing import clear_answers, print_json, refuse
from enrollment.cli.progress import reporter
from enrollment.export import csv_text
from enrollment.keys import key_file
from enrollment.language import Language
from enrollment.receipt import Receipt

_FAULTS_SHOWN = 20
_FAULT_COLUMNS = ("file", "row", "column", "value", "rule", "message")


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--month", type=MONTH, help="Month that the files must be about.")
@click.option("--source", help="Partner source that the files must be about.")
@click.option("--confirm", is_flag=True, help="Keep a delivery that is well formed but implausible.")
@click.option("--quarantine", is_flag=True, help="Set rows with faults aside and keep the others.")
@click.option(
    "--scope",
    type=click.Choice(["full", "province"]),
    default="full",
    help="What the files replace: all that was there, or only the provinces they name. Default: full.",
)
@click.option(
    "--faults",
    "faults_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the faults to this CSV file.",
)
@click.option("--progress", is_flag=True, help="Say how far it is, also where no terminal watches.")
@common
def load(
    files: tuple[str, ...],
    month: dt.date | None,
    source: str | None,
    confirm: bool,
    quarantine: bool,
    scope: str,
    faults_file: Path | None,
    progress: bool,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Check delivered files and keep those that the contract accepts."""
    language = Language(lang)
    receipts: list[Receipt] = []
    had_keys = key_file().exists()
    try:
        with clear_answers(language):
            paths = [Path(file) for file in files]
            for path in paths:
                if "\0" in str(path) or not path.is_file():
                    refuse(language.say("command.no_such_file", file=str(path).replace("\0", "")))
            store = open_store(data)
            for path in paths:
                with journal.doing(store, "load", {"file": path.name}) as outcome:
                    receipt = store.load(
                        path,
                        month=month,
                        source=source,
                        confirmed=confirm,
                        quarantine=quarantine,
                        scope=scope,
                        progress=reporter(path.name, language, progress),
                    )
                    # Those judged are printed also when a later one fails.
                    receipts.append(receipt)
                    outcome |= receipt.entered()
    finally:
        if not had_keys and key_file().exists():
            click.echo(language.say("command.key.made", file=str(key_file())), err=True)
        documents = [receipt.document(language) for receipt in receipts]
        if as_json and documents:
            print_json(documents[0] if len(files) == 1 else documents)
        elif not as_json:
            for document in documents:
                _print_receipt(document, language)
    if faults_file:
        with clear_answers(language):
            durable.write_bytes(faults_file, _faults_csv(documents).encode())
    if not all(receipt.kept for receipt in receipts):
        sys.exit(1)


def _print_receipt(document: dict[str, Any], language: Language) -> None:
    verdict = document["verdict"]
    click.echo(
        language.say(
            f"command.verdict.{verdict}",
            file=document["file"],
            rows=language.number(document["rows"]),
            accepted=language.number(document["accepted"]),
            quarantined=language.number(document["quarantined"]),
            months=", ".join(document["months"]),
            sources=", ".join(document["sources"]),
        )
    )
    for fault in document["faults"][:_FAULTS_SHOWN]:
        click.echo(f"  {fault['message']}")
    hidden = sum(document["fault_counts"].values()) - len(document["faults"][:_FAULTS_SHOWN])
    if hidden > 0:
        click.echo(f"  {language.say('command.more_faults', count=language.number(hidden))}")
    for note in document["notes"]:
        click.echo(f"  {note}")


def _faults_csv(documents: Sequence[dict[str, Any]]) -> str:
    """Every fault that the receipts name, a line each."""
    faults = [{"file": document["file"], **fault} for document in documents for fault in document["faults"]]
    return csv_text(_FAULT_COLUMNS, ([fault[name] for name in _FAULT_COLUMNS] for fault in faults))
