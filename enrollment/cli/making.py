"""template, sample: files that somebody fills in, or tries the program with."""

import datetime as dt
from pathlib import Path

import click

from enrollment import contract, sample, sample_people
from enrollment.cli.options import MONTH, common
from enrollment.cli.printing import clear_answers, print_json
from enrollment.cli.progress import reporter
from enrollment.language import Language
from enrollment.months import add_months, month_text

_MONTHS = 12


@click.command()
@click.argument("kind", type=click.Choice(["totals", "members", "roster"]))
@common
def template(kind: str, data: Path, as_json: bool, lang: str) -> None:
    """Print an empty delivery file; notes on its columns go to standard error."""
    language = Language(lang)
    columns = contract.template(kind)
    if as_json:
        print_json(
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


@click.command(name="sample")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write to."
)
@click.option("--seed", type=int, default=sample.SEED, show_default=True, help="Another seed, other numbers.")
@click.option(
    "--people",
    type=click.IntRange(1, sample_people.MOST_PEOPLE),
    help="Files about so many people a month in place of the shipped totals.",
)
@click.option(
    "--months",
    type=click.IntRange(1, sample_people.MOST_MONTHS),
    help="So many months of people. Default: 12.",
)
@click.option("--until", type=MONTH, help="Last month of people. Default: 2021-08.")
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), help="Form of files. Default: csv.")
@common
def make_sample(
    out: Path,
    seed: int,
    people: int | None,
    months: int | None,
    until: dt.date | None,
    form: sample_people.Form | None,
    data: Path,
    as_json: bool,
    lang: str,
) -> None:
    """Make simulated deliveries; the same options give the same numbers."""
    language = Language(lang)
    if people is None and (months or until or form):
        raise click.UsageError("--months, --until and --format go with --people")
    until, months = until or sample_people.NEWEST, months or _MONTHS
    if add_months(until, 1 - months) < sample_people.EARLIEST:
        raise click.UsageError(f"people are made from {month_text(sample_people.EARLIEST)} on")
    with clear_answers(language):
        if people is None:
            written = sample.write_totals(out, seed=seed)
        else:
            written = sample_people.write_people(
                out,
                people,
                months,
                seed=seed,
                until=until,
                form=form or "csv",
                progress=reporter(str(out), language, False),
            )
    if as_json:
        print_json([str(path) for path in written])
    else:
        click.echo(language.say("command.sample", count=language.number(len(written)), folder=str(out)))
