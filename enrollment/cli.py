"""The command line: load, publish, status, ask, editions, verify, sample, template.

Words go to standard output for people; with `--json` one document and nothing else does. Exit 0 is
done, 1 refused with nothing changed, 2 wrong usage.
"""

import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, NoReturn

import click

from enrollment import answers, contract, edition, publishing, query, sample, verification
from enrollment.edition import Edition, EditionDamaged, NothingPublished, UnknownEdition
from enrollment.export import csv_text
from enrollment.language import CODES, Language
from enrollment.lock import StoreLocked
from enrollment.months import month_text, parse_as_of, parse_month
from enrollment.reference import ReferenceFault
from enrollment.store import PROJECT_DATA, DeliveryDamaged, Receipt, Store


class _Date(click.ParamType[dt.date]):
    """A date in one of the spellings that the command line takes."""

    def __init__(self, name: str, parse: Callable[[str], dt.date], wanted: str) -> None:
        self.name, self._parse, self._wanted = name, parse, wanted

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date:
        try:
            return self._parse(str(value))
        except ValueError:
            self.fail(f"{value!r} is not {self._wanted}.", param, ctx)


_MONTH_END = _Date("YYYY-MM[-DD]", parse_as_of, "a month (YYYY-MM) or the last day of one")
_MONTH = _Date("YYYY-MM", parse_month, "a month (YYYY-MM)")
_DAY = _Date("YYYY-MM-DD", dt.date.fromisoformat, "a day (YYYY-MM-DD)")

_PARAM_TYPES: dict[str, Callable[[str], Any]] = {
    "DATE": lambda text: dt.date.fromisoformat(text) if len(text) > len("YYYY-MM") else parse_month(text),
    "VARCHAR": str,
    "BIGINT": int,
    "VARCHAR[]": lambda text: tuple(part for part in text.split(",") if part),
    "EDITION": str,
}


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--lang",
            type=click.Choice(CODES),
            default=lambda: os.environ.get("CAKUPAN_LANG", "id"),
            help="Language of messages.",
        ),
        click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output."),
        click.option(
            "--data",
            type=click.Path(file_okay=False, readable=False, path_type=Path),
            default=lambda: Path(os.environ.get("CAKUPAN_DATA", PROJECT_DATA)),
            help="Data directory; made when missing. Default: data/.",
        ),
    ):
        command = option(command)
    return command


def _reading(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--known-on", type=_DAY, help="The edition that was current on this day."),
        click.option("--edition", "edition_id", help="An edition by (the beginning of) its id."),
        click.option("--as-of", type=_MONTH_END, help="Reference month."),
    ):
        command = option(command)
    return _common(command)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def program() -> None:
    """Active participants of BPJAMSOSTEK against the annual goal."""


@program.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--month", type=_MONTH, help="Month that the files must be about.")
@click.option("--source", help="Partner source that the files must be about.")
@click.option("--confirm", is_flag=True, help="Keep a delivery that is well formed but implausible.")
@_common
def load(
    files: tuple[str, ...],
    month: dt.date | None,
    source: str | None,
    confirm: bool,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Check delivered files and keep those that the contract accepts."""
    language = Language(lang)
    with _clear_answers(language):
        paths = [Path(file) for file in files]
        for path in paths:
            if "\0" in str(path) or not path.is_file():
                _refuse(language.say("command.no_such_file", file=str(path).replace("\0", "")))
        store = _store(data)
        receipts = [store.load(path, month=month, source=source, confirmed=confirm) for path in paths]
    documents = [receipt.document(language) for receipt in receipts]
    if as_json:
        _print_json(documents[0] if len(documents) == 1 else documents)
    else:
        for receipt, document in zip(receipts, documents, strict=True):
            _print_receipt(receipt, document, language)
    if not all(receipt.kept for receipt in receipts):
        sys.exit(1)


@program.command()
@click.option("--note", default="", help="Remark kept with the edition.")
@_common
def publish(note: str, data: Path, as_json: bool, lang: str) -> None:
    """Build an edition from what is kept and make it current."""
    language = Language(lang)
    with _clear_answers(language):
        store = _store(data)
        if store.ships_sample and not store.kept():
            _opened(store, language)
        outcome = publishing.publish(store, note=note)
    publication = outcome.publication
    if as_json:
        _print_json(
            {
                "edition": publication.short,
                "fingerprint": publication.fingerprint,
                "published_at": publication.time,
                "new": outcome.new,
                "changes": [asdict(change) for change in outcome.changes],
            }
        )
        return
    key = "command.published" if outcome.new else "command.nothing_new"
    click.echo(language.say(key, edition=publication.short, time=language.moment(publication.time)))
    _print_table(answers.EditionChanges, outcome.changes)


@program.command()
@click.option("--goal", help="Key of a published goal. Default: 38 million of April 2021.")
@_reading
def status(
    goal: str | None,
    as_of: dt.date | None,
    edition_id: str | None,
    known_on: dt.date | None,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Target, active, gap, required and observed pace, completeness, edition."""
    language = Language(lang)
    with _clear_answers(language):
        opened = _opened(_store(data), language, edition_id, known_on)
        month = _known_month(opened, as_of, language)
        chosen = _known_goal(opened, goal, month, language)
        (progress,) = answers.goal_progress(opened, as_of=month, goal=chosen)
        newest = answers.known_months(opened)[-1].month
        missing = answers.missing_deliveries(opened, as_of=newest)
    document = {name: value for name, value in asdict(progress).items() if name not in ("missing", "carried")}
    document |= {
        "outlook": None,
        "edition": opened.short,
        "known_on": opened.publication.known_on,
        "missing": [{"month": month_text(row.month), "source": row.source} for row in missing],
    }
    if as_json:
        _print_json(document)
        return
    _print_status(progress, language)
    for row in missing:
        click.echo(language.say("command.status.missing", source=row.source, month=language.month(row.month)))
    click.echo(
        language.say(
            "command.status.edition",
            edition=opened.short,
            known_on=language.day(opened.publication.known_on),
        )
    )


@program.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("question")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@_reading
@click.pass_context
def ask(
    context: click.Context,
    question: str,
    as_csv: bool,
    as_of: dt.date | None,
    edition_id: str | None,
    known_on: dt.date | None,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Ask a question of queries/; its parameters are given as --NAME VALUE, lists with commas."""
    language = Language(lang)
    if question not in query.names():
        raise click.UsageError(f"no question {question!r}; there are: {', '.join(query.names())}")
    given = _parameters(question, context.args)
    with _clear_answers(language):
        store = _store(data)
        opened = _opened(store, language, edition_id, known_on)
        params = _completed(question, given, opened, as_of, language)
        asked: dict[str, Any] = dict(params)
        if "earlier" in asked:
            asked["earlier"] = edition.open_edition(store, edition=asked["earlier"])
        rows = getattr(answers, question)(opened, **asked)
    columns = list(query.header(question).columns)
    if as_csv:
        click.echo(csv_text(columns, ([*asdict(row).values()] for row in rows)), nl=False)
    elif as_json:
        _print_json(
            {
                "question": question,
                "params": params,
                "edition": opened.short,
                "rows": [asdict(row) for row in rows],
            }
        )
    else:
        _print_rows(columns, [list(asdict(row).values()) for row in rows])


@program.command()
@_common
def editions(data: Path, as_json: bool, lang: str) -> None:
    """List what was published, newest first."""
    language = Language(lang)
    with _clear_answers(language):
        store = _store(data)
        current = _opened(store, language)
        found, _ = edition.publications(store)
    rows = [
        {
            "edition": item.short,
            "published_at": item.time,
            "known_on": item.known_on,
            "who": item.who,
            "note": item.note,
            "as_of": item.headline.get("as_of"),
            "active": item.headline.get("active"),
            "status": item.headline.get("status"),
            "current": item.number == current.publication.number,
            "fingerprint": item.fingerprint,
        }
        for item in reversed(found)
    ]
    if as_json:
        _print_json(rows)
    else:
        shown = ["edition", "known_on", "who", "as_of", "active", "status", "current", "note"]
        _print_rows(shown, [[row[name] for name in shown] for row in rows])


@program.command()
@_common
def verify(data: Path, as_json: bool, lang: str) -> None:
    """Check every hash and identity of the store, and the cube against the snapshots."""
    language = Language(lang)
    with _clear_answers(language):
        findings = verification.verify(_store(data))
    damaged = any(finding.kind == "damage" for finding in findings)
    if as_json:
        _print_json({"whole": not damaged, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            click.echo(
                language.say(f"command.verify.{finding.rule}", subject=finding.subject, detail=finding.detail)
            )
        if not damaged:
            click.echo(language.say("command.verify.whole"))
    if damaged:
        sys.exit(1)


@program.command(name="sample")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
@click.option("--seed", type=int, default=sample.SEED, show_default=True, help="Another seed, other numbers.")
@_common
def make_sample(out: Path, seed: int, data: Path, as_json: bool, lang: str) -> None:
    """Make the simulated totals snapshots that the project ships; the same seed gives the same bytes."""
    language = Language(lang)
    with _clear_answers(language):
        written = sample.write_totals(out, seed=seed)
    if as_json:
        _print_json([str(path) for path in written])
    else:
        click.echo(language.say("command.sample", count=language.number(len(written)), folder=str(out)))


@program.command()
@click.argument("kind", type=click.Choice(["totals"]))
@_common
def template(kind: str, data: Path, as_json: bool, lang: str) -> None:
    """Print an empty delivery file; notes on its columns go to standard error."""
    language = Language(lang)
    columns = contract.template(kind)
    if as_json:
        _print_json(
            {
                "kind": kind,
                "columns": [
                    {"name": column.header, "required": column.required, "note": column.note(language)}
                    for column in columns
                ],
            }
        )
        return
    click.echo(",".join(column.header for column in columns))
    for column in columns:
        click.echo(f"{column.header}: {column.note(language)}", err=True)


def main() -> None:
    """Run the command line; nobody is ever shown a traceback."""
    try:
        program(prog_name="python -m enrollment")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


@contextmanager
def _clear_answers(language: Language) -> Iterator[None]:
    """Turn what can go wrong into one plain sentence and exit code 1."""
    try:
        yield
    except publishing.NothingToPublish:
        _refuse(language.say("command.nothing_kept"))
    except publishing.NoGoal:
        _refuse(language.say("command.no_goal"))
    except NothingPublished:
        _refuse(language.say("command.nothing_published"))
    except UnknownEdition as error:
        _refuse(language.say("command.unknown_edition", edition=str(error)))
    except EditionDamaged as error:
        _refuse(language.say("command.edition_damaged", files=str(error)))
    except DeliveryDamaged as error:
        _refuse(language.say("command.delivery_damaged", file=error.path.name))
    except query.NotRecorded as error:
        _refuse(language.say("command.not_recorded", question=str(error)))
    except StoreLocked as error:
        _refuse(language.say("command.locked", holder=error.holder))
    except ReferenceFault as error:
        _refuse(
            language.say(
                "command.reference_fault",
                file=error.path.name,
                row=str(error.row),
                column=error.column,
                value=error.value,
            )
        )
    except OSError as error:
        _refuse(language.say("command.system", reason=str(error)))


def _refuse(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(1)


def _store(data: Path) -> Store:
    data.mkdir(parents=True, exist_ok=True)
    return Store(data)


def _opened(
    store: Store, language: Language, edition_id: str | None = None, known_on: dt.date | None = None
) -> Edition:
    opened = publishing.current(
        store,
        edition_id=edition_id,
        known_on=known_on,
        on_first_start=lambda: click.echo(language.say("command.first_start"), err=True),
    )
    for name in opened.damaged:
        click.echo(language.say("command.passed_over", file=name, edition=opened.short), err=True)
    return opened


def _known_month(opened: Edition, as_of: dt.date | None, language: Language) -> dt.date:
    months = [row.month for row in answers.known_months(opened)]
    if as_of is None:
        return publishing.default_month(opened)
    if as_of not in months:
        _refuse(
            language.say(
                "command.unknown_month",
                month=language.month(as_of),
                first=language.month(months[0]),
                last=language.month(months[-1]),
            )
        )
    return as_of


def _known_goal(opened: Edition, goal: str | None, as_of: dt.date, language: Language) -> str:
    chosen = goal or publishing.default_goal(opened, as_of)
    goals = {row.goal for row in answers.published_goals(opened) if row.baseline is not None}
    if chosen not in goals:
        _refuse(language.say("command.unknown_goal", goal=chosen, known=", ".join(sorted(goals))))
    return chosen


def _parameters(question: str, arguments: Sequence[str]) -> dict[str, Any]:
    types = query.header(question).params
    given: dict[str, Any] = {}
    words = iter(arguments)
    for word in words:
        name, _, value = word.removeprefix("--").partition("=")
        name = name.replace("-", "_")
        if not word.startswith("--") or name not in types:
            known = ", ".join(f"--{item.replace('_', '-')}" for item in types) or "none"
            raise click.UsageError(f"{question} has no parameter {word!r}; it has: {known}")
        text = value if "=" in word else next(words, None)
        if text is None:
            raise click.UsageError(f"{word} needs a value")
        try:
            given[name] = _PARAM_TYPES[types[name]](text)
        except ValueError as error:
            raise click.UsageError(f"{word}: {error}") from None
    if given.get("dimension", answers.DIMENSIONS[0]) not in answers.DIMENSIONS:
        raise click.UsageError(
            f"no dimension {given['dimension']!r}; there are: {', '.join(answers.DIMENSIONS)}"
        )
    return given


def _completed(
    question: str, given: dict[str, Any], opened: Edition, as_of: dt.date | None, language: Language
) -> dict[str, Any]:
    """Fill what was not given: the month and goal that the dashboard opens with, otherwise nothing."""
    params = dict(given)
    types = query.header(question).params
    if "as_of" in types:
        params["as_of"] = _known_month(opened, as_of, language)
    for name in types:
        if name == "goal":
            params[name] = _known_goal(opened, params.get(name), params["as_of"], language)
        elif name in params:
            continue
        elif name in ("dimension", "earlier") or (question == "published_active"):
            raise click.UsageError(f"{question} needs --{name.replace('_', '-')}")
        else:
            params[name] = None
    return params


def _print_json(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _print_receipt(receipt: Receipt, document: dict[str, Any], language: Language) -> None:
    click.echo(
        language.say(
            f"command.verdict.{receipt.verdict}",
            file=document["file"],
            rows=language.number(document["rows"]),
            months=", ".join(document["months"]),
            sources=", ".join(document["sources"]),
        )
    )
    for fault in document["faults"][:20]:
        click.echo(f"  {fault['message']}")
    hidden = sum(document["fault_counts"].values()) - len(document["faults"][:20])
    if hidden > 0:
        click.echo(f"  {language.say('command.more_faults', count=language.number(hidden))}")
    for note in document["notes"]:
        click.echo(f"  {note}")


def _print_status(progress: answers.GoalProgress, language: Language) -> None:
    def people(value: int | None) -> str:
        return language.say("format.unknown") if value is None else language.number(value)

    click.echo(
        language.say(
            "command.status.headline",
            status=language.say(f"status.{progress.status}"),
            active=people(progress.active),
            as_of=language.day(progress.as_of),
            target=people(progress.target),
            due=language.day(progress.due),
        )
    )
    for name in ("gap", "needed_per_month", "recent_per_month", "continued_active"):
        value = people(getattr(progress, name))
        months = language.number(progress.recent_months)
        click.echo(f"  {language.say(f'command.status.{name}', value=value, months=months)}")
    if progress.pace_ratio is not None:
        click.echo(
            f"  {language.say('command.status.pace_ratio', value=language.times(progress.pace_ratio))}"
        )
    if progress.simulated:
        click.echo(f"  {language.say('format.simulated')}")


def _print_table(row: type[Any], rows: Sequence[Any]) -> None:
    if rows:
        _print_rows([item.name for item in fields(row)], [list(asdict(item).values()) for item in rows])


def _print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table with numbers aligned right."""
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(columns, *texts, strict=True)]
    right = [
        bool(rows) and all(isinstance(row[index], int | float | None) for row in rows)
        for index in range(len(columns))
    ]
    for line in [list(columns), *texts]:
        cells = [
            text.rjust(width) if flag else text.ljust(width)
            for text, width, flag in zip(line, widths, right, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())
