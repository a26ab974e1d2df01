"""forecast: how high a stock will stand, from an edition or from a plain CSV file."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from enrollment import answers, durable, histories, outlook, pace
from enrollment import forecast as forecasts
from enrollment.cli.opening import earlier, known_month, open_wanted
from enrollment.cli.options import DAY, Wanted, reading
from enrollment.cli.printing import clear_answers, print_json, refuse
from enrollment.edition import Edition, Publication
from enrollment.export import csv_text
from enrollment.forecast import QUANTILES, Outcome, TooShort
from enrollment.histories import History
from enrollment.language import Language
from enrollment.months import add_months, month_end, month_text, months_between, months_until

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PATH_QUANTILES = (0.1, 0.5, 0.9)
_WHOLE = 1_000
"""From here on decimals say nothing."""


@click.command()
@click.option("--history", type=_FILE, help="CSV with the columns date and value, in place of an edition.")
@click.option("--until", type=DAY, help="Day to look ahead to.")
@click.option("--target", type=click.FloatRange(min=0), help="Value that may be reached by then.")
@click.option("--batch", type=_FILE, help="CSV of many series: task_id, horizon, month, value.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="With --batch: file for the quantiles."
)
@reading
def forecast(
    history: Path | None,
    until: dt.date | None,
    target: float | None,
    batch: Path | None,
    out: Path | None,
    wanted: Wanted,
) -> None:
    """Quantiles of what will be reached, and how likely a target is."""
    language = wanted.language
    if (batch is None) != (out is None) or (batch and (history or until or target is not None)):
        raise click.UsageError("--batch and --out belong together, and stand alone.")
    if history and (wanted.as_of or wanted.edition_id or wanted.known_on):
        raise click.UsageError("A --history has no editions and no months to choose.")
    with clear_answers(language):
        if batch and out:
            _many(batch, out, wanted)
            return
        if until is None:
            raise click.UsageError("Missing option '--until'.")
        if history:
            document = _of_history(histories.read(history), until, target, language)
        else:
            store, opened = open_wanted(wanted)
            month = known_month(opened, wanted)
            document = _of_edition(opened, earlier(store, opened), month, until, target, language)
    if wanted.as_json:
        print_json(document)
    else:
        _print(document, language)


def _of_edition(
    opened: Edition,
    earlier: Sequence[Publication],
    as_of: dt.date,
    until: dt.date,
    target: float | None,
    language: Language,
) -> dict[str, Any]:
    """What is forecast from the months of an edition: construction apart, events and revisions known."""
    _after(until, as_of, language)
    months = answers.active_by_month(opened, since=None, as_of=as_of)
    known = [float(row.active) for row in months]
    document = _pace(known, as_of, until, target) | {"months": len(known), "between": 0}
    try:
        outcome, basis = outlook.fitted(opened, months, earlier)
    except TooShort:
        return document | {"reason": language.say("command.forecast.too_short")}
    document |= {"months": basis.months, "between": basis.between}
    return document | _few(basis.months, language) | _ahead(outcome, as_of, until, target)


def _of_history(history: History, until: dt.date, target: float | None, language: Language) -> dict[str, Any]:
    """What is forecast from a history, and the pace that a target needs."""
    day = history.last_day
    _after(until, day, language)
    series = histories.monthly(history)
    document = _pace(series.values, day, until, target) | {
        "months": len(series.values),
        "between": series.between,
    }
    try:
        fitted = forecasts.fit(series.values, month=series.month)
    except TooShort:
        return document | {"reason": language.say("command.forecast.too_short")}
    return document | _few(len(series.values), language) | _ahead(fitted, day, until, target)


def _after(until: dt.date, day: dt.date, language: Language) -> None:
    if until <= day:
        refuse(language.say("command.forecast.past", until=language.day(until), last=language.day(day)))


def _pace(known: Sequence[float], day: dt.date, until: dt.date, target: float | None) -> dict[str, Any]:
    """The parts of the document that need no forecast; the others are there, and empty."""
    return {
        "as_of": day,
        "until": until,
        "quantiles": None,
        "path": [],
        "probability": None,
        "needed_per_month": target
        if target is None
        else pace.needed_per_month(known[-1], target, day, until),
        "recent_per_month": pace.recent_per_month(known),
        "reason": "",
    }


def _few(months: int, language: Language) -> dict[str, str]:
    few = months <= forecasts.FEW
    return {"reason": language.say("command.forecast.few", count=language.number(months)) if few else ""}


def _ahead(outcome: Outcome, day: dt.date, until: dt.date, target: float | None) -> dict[str, Any]:
    """Quantiles at the end, the path to it by month ends, and the probability of the target."""
    ends = [end for end in months_between(month_end(day.year, day.month), until) if day < end < until]
    days = [*ends, until]
    rows = outcome.quantiles([months_until(day, end) for end in days]).tolist()
    shown = {str(share): QUANTILES.index(share) for share in _PATH_QUANTILES}
    return {
        "quantiles": {str(share): value for share, value in zip(QUANTILES, rows[-1], strict=True)},
        "path": [
            {"date": end, **{name: row[place] for name, place in shown.items()}}
            for end, row in zip(days, rows, strict=True)
        ],
        "probability": target if target is None else outcome.probability(months_until(day, until), target),
    }


def _print(document: dict[str, Any], language: Language) -> None:
    say = language.say

    def number(value: float | None) -> str:
        if value is None:
            return language.say("format.unknown")
        return language.number(value, 0 if abs(value) >= _WHOLE else 2)

    click.echo(say("command.forecast.as_of", day=language.day(document["as_of"])))
    if document["reason"]:
        click.echo(f"  {document['reason']}")
    for name in ("needed_per_month", "recent_per_month"):
        click.echo(f"  {say(f'command.forecast.{name}', value=number(document[name]))}")
    if document["quantiles"] is None:
        return
    low, middle, high = (number(document["quantiles"][str(share)]) for share in _PATH_QUANTILES)
    until = language.day(document["until"])
    click.echo(f"  {say('command.forecast.ahead', until=until, median=middle, low=low, high=high)}")
    if document["probability"] is not None:
        chance = language.chance(document["probability"])
        click.echo(f"  {say('command.forecast.probability', value=chance)}")


def _many(batch: Path, out: Path, wanted: Wanted) -> None:
    language = wanted.language
    told: list[tuple[str, str, float, float]] = []
    alone = []
    tasks = histories.read_many(batch)
    for task in tasks:
        try:
            rows = forecasts.fit(task.values, month=task.last.month).quantiles(task.horizon).tolist()
        except TooShort:
            alone.append(task.name)
            continue
        for ahead, row in enumerate(rows, start=1):
            month = month_text(add_months(task.last, ahead))
            told += [(task.name, month, *pair) for pair in zip(QUANTILES, row, strict=True)]
    durable.write_bytes(out, csv_text(("task_id", "month", "quantile", "value"), told).encode())
    if wanted.as_json:
        print_json({"out": str(out), "forecasts": len(tasks) - len(alone), "too_short": alone})
        return
    made = language.number(len(tasks) - len(alone))
    click.echo(language.say("command.forecast.written", count=made, file=str(out)))
    for name in alone:
        click.echo(language.say("command.forecast.left_out", task=name), err=True)
