"""status, ask: what an edition says."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import click

from enrollment import answers, edition, findings, query
from enrollment import outlook as outlooks
from enrollment.cli.opening import earlier, known_goal, known_month, newest_publication, open_wanted
from enrollment.cli.options import Wanted, reading
from enrollment.cli.printing import clear_answers, print_json, print_rows
from enrollment.edition import Edition
from enrollment.export import csv_text
from enrollment.language import Language
from enrollment.months import month_text, parse_month
from enrollment.outlook import Outlook
from enrollment.store import Store

_PARAM_TYPES: dict[str, Callable[[str], Any]] = {
    "DATE": lambda text: dt.date.fromisoformat(text) if len(text) > len("YYYY-MM") else parse_month(text),
    "VARCHAR": str,
    "BIGINT": int,
    "VARCHAR[]": lambda text: tuple(part for part in text.split(",") if part),
    "EDITION": str,
}
_DIMENSIONS = {"dimension", "across"}


@click.command()
@click.option("--goal", help="Key of a published goal. Default: 38 million of April 2021.")
@reading
def status(goal: str | None, wanted: Wanted) -> None:
    """Target, active, gap, required and observed pace, probability, completeness, edition."""
    language = wanted.language
    with clear_answers(language):
        store, opened = open_wanted(wanted)
        newest_edition = newest_publication(store)
        month = known_month(opened, wanted)
        chosen = known_goal(opened, goal, month, language)
        (progress,) = answers.goal_progress(opened, as_of=month, goal=chosen)
        outlook = _outlook(store, opened, month, chosen)
        newest = answers.known_months(opened)[-1].month
        missing = answers.missing_deliveries(opened, as_of=newest)
    at_due = outlook.at_due
    document = {name: value for name, value in asdict(progress).items() if name not in ("missing", "carried")}
    document |= {
        "outlook": outlook.word,
        "probability": outlook.probability,
        "median_at_due": at_due.median if at_due else None,
        "low80_at_due": at_due.low80 if at_due else None,
        "high80_at_due": at_due.high80 if at_due else None,
        "edition": opened.short,
        "known_on": opened.publication.known_on,
        "current": newest_edition is not None and newest_edition.fingerprint == opened.fingerprint,
        "missing": [{"month": month_text(row.month), "source": row.source} for row in missing],
    }
    if wanted.as_json:
        print_json(document)
        return
    _print_status(progress, language)
    _print_outlook(outlook, language)
    if progress.simulated:
        click.echo(f"  {language.say('format.simulated')}")
    for row in missing:
        click.echo(language.say("command.status.missing", source=row.source, month=language.month(row.month)))
    click.echo(
        language.say(
            "command.status.edition",
            edition=opened.short,
            known_on=language.day(opened.publication.known_on),
        )
    )


def _outlook(store: Store, opened: Edition, as_of: dt.date, goal: str) -> Outlook:
    """Where the month leads, with nothing that was published after the edition."""
    outlook = outlooks.outlook(opened, as_of=as_of, goal=goal, earlier=earlier(store, opened))
    if outlook is None:
        raise LookupError(goal)
    return outlook


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


def _print_outlook(outlook: Outlook, language: Language) -> None:
    at_due, in_words = outlook.at_due, findings.chance_in_words(outlook, language)
    if at_due is None or outlook.probability is None or in_words is None:
        click.echo(f"  {language.say(f'command.status.no_forecast.{outlook.reason}')}")
        return
    forecast = language.say(
        "command.status.forecast",
        due=language.day(outlook.due),
        median=language.number(at_due.median),
        share=language.percent(0.8),
        low=language.number(at_due.low80),
        high=language.number(at_due.high80),
    )
    chance = language.say(
        "command.status.chance", chance=language.chance(outlook.probability), in_words=in_words
    )
    click.echo(f"  {forecast}\n  {chance}")
    if base_rate := findings.base_rate(outlook, language):
        click.echo(f"  {base_rate[0].upper()}{base_rate[1:]}.")


@click.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("question")
@click.option("--csv", "as_csv", is_flag=True, help="CSV on standard output.")
@reading
@click.pass_context
def ask(context: click.Context, question: str, as_csv: bool, wanted: Wanted) -> None:
    """Ask a question of queries/; its parameters are given as --NAME VALUE, lists with commas."""
    if question not in query.names():
        raise click.UsageError(f"no question {question!r}; there are: {', '.join(query.names())}")
    given = _parameters(question, context.args)
    with clear_answers(wanted.language):
        store, opened = open_wanted(wanted)
        params = _completed(question, given, opened, wanted)
        asked: dict[str, Any] = dict(params)
        if "earlier" in asked:
            asked["earlier"] = edition.open_edition(store, edition=asked["earlier"])
        rows = getattr(answers, question)(opened, **asked)
    columns = list(query.header(question).columns)
    if as_csv:
        click.echo(csv_text(columns, ([*asdict(row).values()] for row in rows)), nl=False)
    elif wanted.as_json:
        print_json(
            {
                "question": question,
                "params": params,
                "edition": opened.short,
                "rows": [asdict(row) for row in rows],
            }
        )
    else:
        print_rows(columns, [list(asdict(row).values()) for row in rows])


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
    for name in _DIMENSIONS & given.keys():
        if given[name] not in answers.DIMENSIONS:
            raise click.UsageError(
                f"no dimension {given[name]!r}; there are: {', '.join(answers.DIMENSIONS)}"
            )
    return given


def _completed(question: str, given: dict[str, Any], opened: Edition, wanted: Wanted) -> dict[str, Any]:
    """Fill what was not given: the month and goal that the dashboard opens with, otherwise nothing.

    A question that asks for the day of knowledge takes the one that chose the edition.
    """
    params = dict(given)
    types = query.header(question).params
    if "known_on" in types:
        params["known_on"] = wanted.known_on
    if "as_of" in types:
        params["as_of"] = known_month(opened, wanted)
    for name in types:
        if name == "goal":
            params[name] = known_goal(opened, params.get(name), params["as_of"], wanted.language)
        elif name in params:
            continue
        elif name in (*_DIMENSIONS, "earlier") or (question == "published_active"):
            raise click.UsageError(f"{question} needs --{name.replace('_', '-')}")
        else:
            params[name] = None
    return params
