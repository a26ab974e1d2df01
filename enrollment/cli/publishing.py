"""publish, diff, editions, rebuild: what becomes current, what that changes, and what was."""

import sys
from pathlib import Path

import click

from enrollment import answers, comparison, edition
from enrollment import publishing as publication
from enrollment.cli.journal import doing
from enrollment.cli.opening import open_edition, open_store
from enrollment.cli.options import common
from enrollment.cli.printing import clear_answers, print_answer, print_json, print_rows
from enrollment.cli.progress import folding
from enrollment.comparison import Comparison, Moved, Standing
from enrollment.language import Language


@click.command()
@click.option("--note", default="", help="Remark kept with the edition.")
@click.option(
    "--dry-run", is_flag=True, help="Build the edition and say what it would change; publish nothing."
)
@click.option("--progress", is_flag=True, help="Say how far it is, also where no terminal watches.")
@click.option("--edition", "edition_id", help="Make an earlier edition current again, by its id.")
@common
def publish(
    note: str, dry_run: bool, progress: bool, edition_id: str | None, data: Path, as_json: bool, lang: str
) -> None:
    """Build an edition from what is kept and make it current."""
    language = Language(lang)
    if dry_run and edition_id:
        raise click.UsageError("--dry-run builds from what is kept; use diff to compare with --edition")
    with clear_answers(language):
        store = open_store(data)
        if publication.sample_counts(store):
            open_edition(store, language)
        report = folding(language, progress)
        if report and not edition_id:
            click.echo(language.say("command.publish.building"), err=True)
        if dry_run:
            outcome = publication.preview(store, progress=report)
        else:
            with doing(store, "publish", {"edition": edition_id}) as told:
                if edition_id:
                    outcome = publication.return_to(store, edition_id, note=note)
                else:
                    outcome = publication.publish(store, note=note, progress=report)
                told |= {"edition": outcome.publication.short, "new": "yes" if outcome.new else "no"}
    published = outcome.publication
    if as_json:
        compared = outcome.comparison.document() if outcome.comparison else {}
        print_json(
            {
                "edition": published.short,
                "fingerprint": published.fingerprint,
                "published_at": None if dry_run and outcome.new else published.time,
                "new": outcome.new,
                "dry_run": dry_run,
                "changes": [],
                "headline": None,
                **{name: value for name, value in compared.items() if name not in ("from", "to")},
            }
        )
        return
    key = "nothing_new" if not outcome.new else "would_publish" if dry_run else "published"
    click.echo(
        language.say(f"command.publish.{key}", edition=published.short, time=language.moment(published.time))
    )
    if outcome.comparison:
        _print_comparison(outcome.comparison, language)


@click.command()
@click.argument("first")
@click.argument("second")
@common
def diff(first: str, second: str, data: Path, as_json: bool, lang: str) -> None:
    """What moved from the edition FIRST to the edition SECOND, and why."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        compared = comparison.compare(
            edition.open_edition(store, edition=second), edition.open_edition(store, edition=first)
        )
    if as_json:
        print_json(compared.document())
        return
    if compared.earlier == compared.later or not compared.changes:
        click.echo(
            language.say("command.publish.same_figures", earlier=compared.earlier, later=compared.later)
        )
    _print_comparison(compared, language)


def _print_comparison(compared: Comparison, language: Language) -> None:
    print_answer(answers.EditionChanges, compared.changes)
    for cause in sorted({change.cause for change in compared.changes}):
        click.echo(f"{cause}: {language.say(f'editions.cause.{cause}')}")
    _print_moved(compared.newest, language)
    if compared.newest != compared.same_month:
        _print_moved(compared.same_month, language)
    if compared.reference:
        click.echo(language.say("command.publish.reference", files=", ".join(compared.reference)))
    for month in sorted({row.month for row in compared.reconciled}):
        sources = [row.source for row in compared.reconciled if row.month == month]
        click.echo(
            language.say(
                "command.publish.reconciled", month=language.month(month), sources=", ".join(sources)
            )
        )
    if compared.definitions:
        click.echo(language.say("command.publish.definitions"))
    if compared.program:
        click.echo(language.say("command.publish.program"))


def _print_moved(moved: Moved, language: Language) -> None:
    def standing(found: Standing | None) -> str:
        if found is None:
            return language.say("format.unknown")
        return language.say(
            "command.publish.standing",
            as_of=language.month(found.as_of),
            active=language.number(found.active),
            gap=language.number(found.gap),
            status=language.say(f"status.{found.status}"),
        )

    if moved.before or moved.after:
        click.echo(
            language.say(
                "command.publish.headline", before=standing(moved.before), after=standing(moved.after)
            )
        )


@click.command()
@common
def editions(data: Path, as_json: bool, lang: str) -> None:
    """List what was published, newest first."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        current = open_edition(store, language)
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
        print_json(rows)
    else:
        shown = ["edition", "known_on", "who", "as_of", "active", "status", "current", "note"]
        print_rows(shown, [[row[name] for name in shown] for row in rows])


@click.command()
@common
def rebuild(data: Path, as_json: bool, lang: str) -> None:
    """Build editions anew whose files are lost or damaged, from what was known at their time."""
    language = Language(lang)
    with clear_answers(language):
        store = open_store(data)
        built = publication.rebuild(store)
        found, records = edition.publications(store)
        damaged = [*records, *(item.file for item in found if not edition.is_whole(store, item))]
    if as_json:
        print_json(
            {
                "rebuilt": [{"number": item.number, "edition": item.short} for item in built],
                "damaged": damaged,
            }
        )
    else:
        for item in built:
            number = language.number(item.number)
            click.echo(language.say("command.rebuild.built", number=number, edition=item.short))
        if not built:
            click.echo(language.say("command.rebuild.nothing"))
        for name in damaged:
            click.echo(language.say("command.rebuild.damaged", file=name))
    if damaged:
        sys.exit(1)
