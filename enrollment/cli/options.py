"""Options that commands share, and the types that their values have."""

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from enrollment.language import CODES, Language
from enrollment.months import parse_as_of, parse_month
from enrollment.store import data_directory


class _Date(click.ParamType[dt.date]):
    """A date in one of the spellings that the command line takes."""

    def __init__(self, name: str, parse: Callable[[str], dt.date], wanted: str) -> None:
        self.name, self._parse, self._wanted = name, parse, wanted

    def convert(self, value: Any, param: Any, ctx: Any) -> dt.date:
        try:
            return self._parse(str(value))
        except ValueError:
            self.fail(f"{value!r} is not {self._wanted}.", param, ctx)


MONTH_END = _Date("YYYY-MM[-DD]", parse_as_of, "a month (YYYY-MM) or the last day of one")
MONTH = _Date("YYYY-MM", parse_month, "a month (YYYY-MM)")
DAY = _Date("YYYY-MM-DD", dt.date.fromisoformat, "a day (YYYY-MM-DD)")


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command: data directory, JSON, language."""
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
            default=data_directory,
            help="Data directory; made when missing. Default: data/.",
        ),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command that reads an edition was told: which one, which month of it, and how to answer."""

    data: Path
    edition_id: str | None
    known_on: dt.date | None
    as_of: dt.date | None
    as_json: bool
    language: Language


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of commands that read an edition; the command takes them together, as `wanted`."""

    @wraps(command)
    def told(
        *arguments: Any,
        data: Path,
        edition_id: str | None,
        known_on: dt.date | None,
        as_of: dt.date | None,
        as_json: bool,
        lang: str,
        **others: Any,
    ) -> Any:
        wanted = Wanted(data, edition_id, known_on, as_of, as_json, Language(lang))
        return command(*arguments, wanted=wanted, **others)

    for option in (
        click.option("--known-on", type=DAY, help="The edition that was current on this day."),
        click.option("--edition", "edition_id", help="An edition by (the beginning of) its id."),
        click.option("--as-of", type=MONTH_END, help="Reference month."),
    ):
        told = option(told)
    return common(told)
