"""Opening what a command reads: the store, an edition, a month and a goal that the edition knows."""

import datetime as dt
from pathlib import Path

import click

from enrollment import answers, edition, publishing
from enrollment.cli.options import Wanted
from enrollment.cli.printing import refuse
from enrollment.edition import Edition, Publication
from enrollment.headline import default_goal, default_month
from enrollment.keys import KeyFault, key_file
from enrollment.language import Language
from enrollment.store import Store


def open_store(data: Path) -> Store:
    """The store of a data directory, which is made when it is missing."""
    data.mkdir(parents=True, exist_ok=True)
    return Store(data)


def open_wanted(wanted: Wanted) -> tuple[Store, Edition]:
    """The store and the edition that a command was told to read."""
    store = open_store(wanted.data)
    return store, open_edition(store, wanted.language, wanted.edition_id, wanted.known_on)


def open_edition(
    store: Store, language: Language, edition_id: str | None = None, known_on: dt.date | None = None
) -> Edition:
    """An edition to read; that it is older, or what was passed over, is said on standard error."""
    had_keys = key_file().exists()
    opened = publishing.current(
        store,
        edition_id=edition_id,
        known_on=known_on,
        on_first_start=lambda: click.echo(language.say("command.first_start"), err=True),
        on_totals_alone=lambda fault: _say_totals_alone(fault, language),
    )
    if not had_keys and key_file().exists():
        click.echo(language.say("command.key.made", file=str(key_file())), err=True)
    for name in opened.damaged:
        click.echo(language.say("command.passed_over", file=name, edition=opened.short), err=True)
    newest = newest_publication(store)
    if (edition_id or known_on) and newest and newest.fingerprint != opened.fingerprint:
        click.echo(
            language.say(
                "command.older_edition",
                edition=opened.short,
                known_on=language.day(opened.publication.known_on),
                newest=newest.short,
            ),
            err=True,
        )
    return opened


def _say_totals_alone(fault: KeyFault, language: Language) -> None:
    click.echo(language.say("command.totals_alone"), err=True)
    click.echo(language.say(f"command.key.{fault.reason}", file=str(fault.path)), err=True)


def newest_publication(store: Store) -> Publication | None:
    """The publication that is current now, whichever was asked for."""
    found, _ = edition.publications(store)
    return found[-1] if found else None


def earlier(store: Store, opened: Edition) -> tuple[Publication, ...]:
    """What was published before an edition, oldest first."""
    found, _ = edition.publications(store)
    return tuple(item for item in found if item.number < opened.publication.number)


def known_month(opened: Edition, wanted: Wanted) -> dt.date:
    """The reference month: the one asked for, if the edition knows it, else its default."""
    months = [row.month for row in answers.known_months(opened)]
    if wanted.as_of is None:
        return default_month(opened)
    if wanted.as_of not in months:
        month = wanted.language.month
        said = {"month": month(wanted.as_of), "first": month(months[0]), "last": month(months[-1])}
        refuse(wanted.language.say("command.unknown_month", **said))
    return wanted.as_of


def known_goal(opened: Edition, goal: str | None, as_of: dt.date, language: Language) -> str:
    """The goal asked for, if the edition has it with a baseline, else its default."""
    chosen = goal or default_goal(opened, as_of)
    goals = {row.goal for row in answers.published_goals(opened) if row.baseline is not None}
    if chosen not in goals:
        refuse(language.say("command.unknown_goal", goal=chosen, known=", ".join(sorted(goals))))
    return chosen
