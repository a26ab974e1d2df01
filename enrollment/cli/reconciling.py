"""reconcile, decide, reconciliations: partners' rosters against the members of a month."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from enrollment import durable, edition, followups, minutes
from enrollment.cli.journal import doing, entered
from enrollment.cli.opening import open_store
from enrollment.cli.options import MONTH, common
from enrollment.cli.printing import clear_answers, print_json, print_rows, refuse
from enrollment.cli.progress import reporter
from enrollment.edition import NothingPublished
from enrollment.journal import Details
from enrollment.language import CODES, Language
from enrollment.months import month_text
from enrollment.reconciliation.keeping import Reconciliations
from enrollment.reconciliation.reconciling import Outcome, again
from enrollment.reconciliation.reconciling import reconcile as hold_against
from enrollment.reconciliation.result import CLASSES, PEOPLE, Result
from enrollment.store import Store

_FAULTS_SHOWN = 20
_SHORT = 10
_CANDIDATE = (
    *("candidate", "masked_candidate", "slip", "position"),
    *("same_birth", "same_sex", "same_province", "source", "programmes"),
)

_SOURCE = click.option("--source", required=True, help="Partner source whose roster it is.")
_MONTH = click.option("--month", type=MONTH, required=True, help="Month to hold it against.")


@click.command()
@click.argument("roster")
@_SOURCE
@_MONTH
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the ledger, the follow-up lists and the minutes.",
)
@click.option("--progress", is_flag=True, help="Say how far it is, also where no terminal watches.")
@common
def reconcile(
    roster: str,
    source: str,
    month: dt.date,
    out: Path | None,
    progress: bool,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Hold a partner's roster against the members of a month: one class for each row."""
    language = Language(lang)
    with clear_answers(language):
        path = Path(roster)
        if "\0" in roster or not path.is_file():
            refuse(language.say("command.no_such_file", file=roster.replace("\0", "")))
        store = open_store(data)
        about = {"source": source.strip().upper(), "month": month_text(month)}
        with doing(store, "reconcile", {"file": path.name, **about}) as told:
            outcome = hold_against(
                store,
                path,
                source=source.strip().upper(),
                month=month,
                progress=reporter(path.name, language, progress),
            )
            told |= outcome.entered()
        if outcome.result is None:
            if as_json:
                print_json(_refused(outcome, language))
            for fault in outcome.faults[:_FAULTS_SHOWN]:
                click.echo(f"  {fault.message(language, outcome.reading.file)}", err=True)
            refuse(language.say("command.reconciliation.refused", file=outcome.reading.file))
        written = _write(store, outcome.result, outcome, out) if out else []
        proposals = outcome.near_misses.to_pylist()
        if as_json:
            print_json(_document(outcome.result, proposals))
            return
        _print(outcome.result, language)
        for fault in outcome.faults[:_FAULTS_SHOWN]:
            click.echo(f"  {fault.message(language, outcome.reading.file)}")
        for note in outcome.notes:
            click.echo(f"  {note.message(language, outcome.reading.file)}")
        for line in _near(proposals, language):
            click.echo(f"  {line}")
        for path in written:
            click.echo(str(path))


@click.command()
@_SOURCE
@_MONTH
@click.option("--row", type=click.IntRange(2), required=True, help="Row of the roster.")
@click.option("--candidate", default="", help="The member, where several are proposed: a key's beginning.")
@click.option(
    "--as",
    "decision",
    type=click.Choice(["same", "other", "open"]),
    required=True,
    help="The same person, another one, or undecided again.",
)
@common
def decide(
    source: str,
    month: dt.date,
    row: int,
    candidate: str,
    decision: str,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Decide whether a row that was not found is the member who is proposed."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        kept = Reconciliations(store)
        result = kept.of(source.strip().upper(), month)
        if result is None:
            refuse(language.say("command.reconciliation.none", source=source, month=language.month(month)))
        proposed = [
            line["candidate"]
            for line in kept.near_misses(result).to_pylist()
            if line["row"] == row and line["candidate"].hex().startswith(candidate.lower())
        ]
        if len(proposed) != 1:
            names = ", ".join(key.hex() for key in proposed)
            wanted = "several" if proposed else "no_proposal"
            refuse(language.say(f"command.reconciliation.{wanted}", row=str(row), candidates=names))
        about: Details = {
            "source": result.source,
            "month": month_text(month),
            "row": row,
            "decision": decision,
        }
        with doing(store, "decide", about):
            if decision == "open":
                kept.undecide(result, row, proposed[0])
            else:
                kept.decide(result, row, proposed[0], decision == "same")
            updated = again(store, result)
        if as_json:
            print_json(_document(updated, kept.near_misses(updated).to_pylist()))
        else:
            _print(updated, language)


@click.command()
@common
def reconciliations(data: Path, as_json: bool, lang: str) -> None:
    """List the reconciliation that counts of each source and month."""
    language = Language(lang)
    with clear_answers(language):
        found = Reconciliations(open_store(data)).results()
    if as_json:
        print_json([result.document() for result in found])
        return
    columns = ("month", "source", "rows", *CLASSES, "near_misses", "reverse", "name")
    print_rows(
        columns,
        [
            [
                month_text(result.month),
                result.source,
                result.rows,
                *(result.classes[name] for name in CLASSES),
                result.near_misses,
                result.reverse,
                result.name[:_SHORT],
            ]
            for result in found
        ],
    )


def _document(result: Result, proposals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The result with its open near misses, row by row; nobody is named but by key."""
    waiting: dict[int, dict[str, Any]] = {}
    for line in proposals:
        if line["decision"] is None:
            about = {"row": line["row"], "key": line["key"].hex(), "masked": line["masked"], "candidates": []}
            member = {name: line[name] for name in _CANDIDATE} | {"candidate": line["candidate"].hex()}
            waiting.setdefault(line["row"], about)["candidates"].append(member)
    return result.document() | {"near_misses": list(waiting.values())}


def _refused(outcome: Outcome, language: Language) -> dict[str, Any]:
    return {
        "verdict": "refused",
        "file": outcome.reading.file,
        "rows": outcome.reading.rows_in,
        "faults": [
            {
                "row": fault.row,
                "column": fault.column,
                "value": fault.value,
                "rule": fault.rule,
                "message": fault.message(language, outcome.reading.file),
            }
            for fault in outcome.faults
        ],
    }


def _print(result: Result, language: Language) -> None:
    say, number = language.say, language.number
    click.echo(
        say(
            "command.reconciliation.done",
            file=result.file,
            source=result.source,
            month=language.month(result.month),
            rows=number(result.rows),
        )
    )
    names = [say(f"command.reconciliation.class.{name}") for name in CLASSES]
    width = max(map(len, (*names, say("command.reconciliation.rows"))))
    for name, words in zip(CLASSES, names, strict=True):
        click.echo(f"  {words.ljust(width)}  {number(result.classes[name]).rjust(12)}")
        if name == PEOPLE[-1]:
            people = say("command.reconciliation.people")
            click.echo(f"  {people.ljust(width)}  {number(result.people).rjust(12)}")
    click.echo(f"  {say('command.reconciliation.rows').ljust(width)}  {number(result.rows).rjust(12)}")
    for programme, counts in result.programmes.items():
        told = {name: number(count) for name, count in counts.items()}
        click.echo(say("command.reconciliation.programme", programme=programme, **told))
    click.echo(say("command.reconciliation.reverse", people=number(result.reverse)))
    if result.totals_only:
        click.echo(say("command.reconciliation.totals_only", sources=", ".join(result.totals_only)))
    if result.near_misses:
        click.echo(say("command.reconciliation.near_misses", rows=number(result.near_misses)))


def _near(proposals: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    """The first of the open near misses, in words."""
    return [
        language.say(
            f"command.reconciliation.slip.{line['slip']}",
            row=str(line["row"]),
            nik=line["masked"] or "",
            position=str(line["position"]),
            next=str(line["position"] + 1),
            candidate=line["candidate"].hex()[:_SHORT],
        )
        for line in proposals[:_FAULTS_SHOWN]
        if line["decision"] is None
    ]


def _write(store: Store, result: Result, outcome: Outcome, out: Path) -> list[Path]:
    """Enter and then write the ledger, the lists and the minutes, each whole or not at all."""
    out.mkdir(parents=True, exist_ok=True)
    tables = store.reference()
    stem = f"{month_text(result.month)}-{result.source}"
    try:
        current: str | None = edition.open_edition(store).short
    except (NothingPublished, edition.EditionDamaged):
        current = None
    found = {"near_misses": outcome.near_misses, "reverse": outcome.reverse}
    contents: dict[str, bytes] = {f"{stem}-ledger.csv": followups.ledger(outcome.rows)}
    for code in CODES:
        language = Language(code)
        lists = (outcome.rows, outcome.near_misses, outcome.reverse)
        contents[f"{stem}-{code}.xlsx"] = followups.workbook(
            result, *lists, tables, language, edition=current
        )
        contents[f"{stem}-{code}.pdf"] = minutes.pdf(result, tables, language, edition=current)
        contents[f"{stem}-{code}.docx"] = minutes.docx(result, tables, language, edition=current)
    for name in followups.LISTS:
        table = found.get(name, outcome.rows)
        contents[f"{stem}-{name}.csv"] = followups.csv(name, result, table, tables, Language("id"))
    about: Details = {"source": result.source, "month": month_text(result.month), "rows": result.rows}
    entered(store, "followups", {**about, "folder": out.resolve().name, "files": len(contents)})
    written = []
    for name, content in contents.items():
        durable.write_bytes(out / name, content)
        written.append(out / name)
    return written
