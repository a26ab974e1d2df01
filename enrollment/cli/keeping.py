"""deliveries, quarantine, withdraw, verify: what the store holds; rows are in `rows.py`."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from enrollment import verification
from enrollment.cli.journal import doing, entered
from enrollment.cli.opening import open_store
from enrollment.cli.options import common
from enrollment.cli.printing import clear_answers, print_json, print_rows
from enrollment.delivery import SHORT, Counted, Delivery, counted
from enrollment.export import csv_text
from enrollment.language import Language
from enrollment.months import month_text
from enrollment.quarantine import Quarantined

_WAITING = ("delivery", "file", "month", "row", "column", "value", "rule", "key", "message")


@click.command()
@common
def deliveries(data: Path, as_json: bool, lang: str) -> None:
    """List the deliveries that are kept, newest first, withdrawn ones among them."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        kept = {item.sha256: item for item in (*store.kept(), *store.deliveries())}
        counting = counted(kept.values())
        waiting = _waiting_rows(store.quarantine())
        newest_first = sorted(kept.values(), key=lambda item: item.number, reverse=True)
        rows = [_delivery(item, counting, waiting) for item in newest_first]
    if as_json:
        print_json(rows)
        return
    shown = ["delivery", "file", "kind", "month", "rows", "people", "waiting", "state", "received"]
    print_rows(
        shown,
        [
            [
                item.short,
                row["file"],
                row["kind"],
                row["month"],
                row["rows"],
                row["active"],
                row["waiting"],
                language.say(f"command.delivery.{row['state']}"),
                language.moment(item.received_at),
            ]
            for row, item in zip(rows, newest_first, strict=True)
        ],
    )


def _waiting_rows(found: Sequence[Quarantined]) -> dict[str, int]:
    """How many rows of each delivery still wait."""
    rows = {(item.delivery.sha256, item.row) for item in found}
    names = [name for name, _ in rows]
    return {name: names.count(name) for name in set(names)}


def _delivery(item: Delivery, counting: Counted, waiting: dict[str, int]) -> dict[str, Any]:
    """A delivery as `deliveries --json` and `withdraw --json` print it."""
    counted_sources = [
        source
        for source in item.sources
        if item.month
        and any(piece.delivery.sha256 == item.sha256 for piece in counting.get((item.month, source), ()))
    ]
    if item.withdrawn:
        state = "withdrawn"
    elif item.kind in ("roster", "reference"):
        state = "kept"
    else:
        whole = len(counted_sources) == len(item.sources)
        state = "counts" if whole else "partly" if counted_sources else "replaced"
    return {
        "sha256": item.sha256,
        "file": item.file,
        "kind": item.kind,
        "month": item.month and month_text(item.month),
        "sources": list(item.sources),
        "scope": item.scope,
        "provinces": list(item.provinces),
        "rows": sum(content.cells for content in item.contents),
        "active": sum(content.active for content in item.contents) if item.kind != "reference" else None,
        "simulated": any(content.simulated for content in item.contents),
        "quarantined": item.quarantined,
        "waiting": waiting.get(item.sha256, 0),
        "mends": item.mends,
        "state": state,
        "counted_sources": counted_sources,
        "received_at": item.received_at,
        "received_by": item.received_by,
        "withdrawn": asdict(item.withdrawn) if item.withdrawn else None,
    }


@click.command()
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@common
def quarantine(as_csv: bool, data: Path, as_json: bool, lang: str) -> None:
    """List the rows that were set aside and still wait to be mended."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        rows = [_waiting(item, language) for item in store.quarantine()]
        if as_csv:
            entered(store, "export", {"file": "quarantine.csv", "rows": len(rows)})
    if as_csv:
        click.echo(csv_text(_WAITING, ([row[name] for name in _WAITING] for row in rows)), nl=False)
    elif as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo(f"{row['delivery'][:SHORT]}  {row['message']}")
        count = language.number(len({(row["delivery"], row["row"]) for row in rows}))
        click.echo(language.say("command.quarantine", count=count))


def _waiting(item: Quarantined, language: Language) -> dict[str, Any]:
    return {
        "delivery": item.delivery.sha256,
        "file": item.delivery.file,
        "month": item.delivery.month and month_text(item.delivery.month),
        "row": item.row,
        "column": item.fault.column,
        "value": item.fault.value,
        "rule": item.fault.rule,
        "key": item.key,
        "message": item.fault.message(language, item.delivery.file),
    }


@click.command()
@click.argument("delivery")
@click.option("--reason", required=True, help="Why; kept with the delivery.")
@common
def withdraw(delivery: str, reason: str, data: Path, as_json: bool, lang: str) -> None:
    """Let a delivery count no more from the next edition on; it stays kept and listed."""
    language = Language(lang)
    if not reason.strip():
        raise click.UsageError("--reason needs words")
    with clear_answers(language):
        store = open_store(data)
        with doing(store, "withdraw", {"delivery": delivery[:SHORT]}) as outcome:
            gone = store.withdraw(delivery, reason.strip())
            outcome |= {"delivery": gone.short, "file": gone.file}
    if as_json:
        print_json(_delivery(gone, {}, {}))
    else:
        click.echo(language.say("command.withdrawn", file=gone.file, delivery=gone.short))


@click.command()
@common
def verify(data: Path, as_json: bool, lang: str) -> None:
    """Check every hash and identity of the store, and the cube against the snapshots."""
    language = Language(lang)
    with clear_answers(language):
        findings = verification.verify(open_store(data))
    damaged = any(finding.kind == "damage" for finding in findings)
    if as_json:
        print_json({"whole": not damaged, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(
                language.say(f"command.verify.{finding.rule}", subject=finding.subject, detail=finding.detail)
            )
        if not damaged:
            click.echo(language.say("command.verify.whole"))
    if damaged:
        sys.exit(1)
