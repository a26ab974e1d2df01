"""rows: the accepted rows of a delivery as they are kept, under the contract's column names."""

import csv
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from enrollment.cli.journal import entered
from enrollment.cli.opening import open_store
from enrollment.cli.options import common
from enrollment.cli.printing import clear_answers, print_rows
from enrollment.contract.columns import KINDS
from enrollment.delivery import Delivery
from enrollment.export import cell, csv_lines
from enrollment.language import Language
from enrollment.months import month_text
from enrollment.store import Store

_HEADERS = {column.field: column.header for columns in KINDS.values() for column in columns}
_SHOWN = 20
_CHUNK = 10_000


@click.command()
@click.argument("delivery")
@click.option("--csv", "as_csv", is_flag=True, help="All rows as CSV on standard output.")
@common
def rows(delivery: str, as_csv: bool, data: Path, as_json: bool, lang: str) -> None:
    """Print the accepted rows of a delivery as they are kept: keys in place of identity numbers."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        found = store.find(delivery)
        columns, kept = _rows(store, found)
        if as_csv or as_json:
            form = "csv" if as_csv else "json"
            entered(store, "export", {"file": f"rows-{found.short}.{form}"})
        if as_csv:
            click.echo(csv_lines([columns]), nl=False)
            while chunk := list(islice(kept, _CHUNK)):
                click.echo(csv_lines([cell(value) for value in row] for row in chunk), nl=False)
        elif as_json:
            _print_json(found, columns, kept)
        else:
            print_rows(columns, list(islice(kept, _SHOWN)))
            if more := sum(1 for _ in kept):
                click.echo(language.say("command.more_rows", count=language.number(more)))


def _print_json(delivery: Delivery, columns: Sequence[str], kept: Iterable[Sequence[Any]]) -> None:
    """One document, written as it is read: a month may have tens of millions of rows."""
    head = json.dumps({"sha256": delivery.sha256, "file": delivery.file, "kind": delivery.kind})
    click.echo(f'{head[:-1]}, "rows": [', nl=False)
    separator = "\n"
    for row in kept:
        line = json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)
        click.echo(f"{separator}  {line}", nl=False)
        separator = ",\n"
    click.echo("\n]}")


def _rows(store: Store, delivery: Delivery) -> tuple[list[str], Iterator[Sequence[Any]]]:
    """Column names, and the rows one after another. Raises DeliveryDamaged."""
    if delivery.kind == "reference":
        store.check(delivery)
        records = csv.reader(delivery.path.read_text(encoding="utf-8-sig").splitlines(keepends=True))
        return next(records, []), records
    batches = store.accepted(delivery)
    first = next(batches)
    names = [name for name in first.schema.names if name in _HEADERS]
    return [_HEADERS[name] for name in names], (
        row
        for batch in chain([first], batches)
        for row in zip(*(_written(name, batch.column(name).to_pylist()) for name in names), strict=True)
    )


def _written(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """The values of a column as the contract spells them."""
    if name == "key":
        return [uuid.UUID(bytes=value).hex if isinstance(value, bytes) else value.hex for value in values]
    if name == "month":
        return [month_text(value) for value in values]
    if name == "simulated":
        return ["ya" if value else None for value in values]
    if name in ("birth_date", "registered_on"):
        return [None if value is None else value.isoformat() for value in values]
    return values
