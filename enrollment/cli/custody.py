"""rotate-key, forget: the keys of the people who are kept."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from enrollment import custody
from enrollment.cli.journal import doing
from enrollment.cli.opening import open_store
from enrollment.cli.options import common
from enrollment.cli.printing import clear_answers, print_json, refuse
from enrollment.keys import key_file
from enrollment.language import Language

_LONGEST = 1_000


@click.command(name="rotate-key")
@common
def rotate_key(data: Path, as_json: bool, lang: str) -> None:
    """Add a secret key and carry all kept keys over to it; no figure changes."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        with doing(store, "rotate_key", {}) as outcome:
            receipt = custody.rotate(store)
            outcome["rows"] = receipt.rows
    if as_json:
        print_json(asdict(receipt))
        return
    rows, files = language.number(receipt.rows), language.number(len(receipt.files))
    click.echo(language.say("command.custody.rotated", rows=rows, files=files, file=str(key_file())))
    _print_foreign(receipt.foreign, language)


@click.command()
@click.option("--nik-file", help="File that holds the person's NIK and nothing else; - is standard input.")
@click.option("--key", "key_text", help="The person's key in place of the NIK, as rows prints it.")
@common
def forget(nik_file: str | None, key_text: str | None, data: Path, as_json: bool, lang: str) -> None:
    """Take one person out of every kept file; what is published stays as it is."""
    language = Language(lang)
    if (nik_file is None) == (key_text is None):
        raise click.UsageError("give either --nik-file or --key")
    if nik_file == "-" and sys.stdin.isatty():
        raise click.UsageError("nothing is asked here: pipe the NIK in, or name a file")
    with clear_answers(language):
        nik = None if nik_file is None else _nik(nik_file)
        key = None if key_text is None else _key(key_text)
        if nik == "" or key == b"":
            refuse(language.say("command.custody.not_one_person"))
        store = open_store(data)
        with doing(store, "forget", {}) as outcome:
            receipt = custody.forget(store, nik=nik, key=key)
            outcome["rows"] = receipt.rows
    if as_json:
        print_json(asdict(receipt) | {"rows": receipt.rows})
        return
    for removed in receipt.files:
        rows = language.number(removed.rows)
        aside = language.number(removed.quarantined)
        click.echo(language.say("command.custody.removed", file=removed.file, rows=rows, quarantined=aside))
    key_of_receipt = "forgotten" if receipt.files else "not_found"
    click.echo(language.say(f"command.custody.{key_of_receipt}"))
    _print_foreign(receipt.foreign, language)


def _nik(file: str) -> str:
    """The one NIK of a file; empty where it holds anything else. It is never printed."""
    text = (
        sys.stdin.read(_LONGEST) if file == "-" else Path(file).read_text("utf-8-sig", "replace")[:_LONGEST]
    )
    nik = text.strip()
    return nik if len(nik) == 16 and nik.isascii() and nik.isdigit() else ""


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        return b""
    return key if len(key) == 16 else b""


def _print_foreign(spaces: tuple[str, ...], language: Language) -> None:
    if spaces:
        click.echo(language.say("command.custody.foreign", spaces=", ".join(spaces)), err=True)
