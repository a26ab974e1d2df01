"""What is printed: JSON documents, tables, and one sentence for all that can go wrong."""

import datetime as dt
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Any, NoReturn

import click

from enrollment import publishing, query
from enrollment.delivery import SHORT, DeliveryDamaged, PeopleElsewhere, UnknownDelivery
from enrollment.edition import EditionDamaged, NothingPublished, NotYetKnown, UnknownEdition
from enrollment.fold.engines import EngineEnded, EngineFailed, MembersFault
from enrollment.folding import Implausible
from enrollment.headline import NoGoal
from enrollment.histories import HistoryFault
from enrollment.journal import Unwritten
from enrollment.keys import KeyFault
from enrollment.language import Language
from enrollment.lock import StoreLocked
from enrollment.reconciliation.keeping import ResultDamaged
from enrollment.reconciliation.reconciling import NoMembers
from enrollment.reference import ReferenceFault
from enrollment.store import AlreadyWithdrawn


@contextmanager
def clear_answers(language: Language) -> Iterator[None]:
    """Turn what can go wrong into one plain sentence and exit code 1."""
    with _interruptible() as interrupted:
        try:
            yield
        except BrokenPipeError:
            raise
        except (Exception, KeyboardInterrupt) as error:
            sentence = language.say("command.interrupted") if interrupted() else _sentence(error, language)
            if sentence is None:
                raise
            refuse(sentence)


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    """Remember that Ctrl-C was pressed: the database and others below turn it into errors of their own."""
    pressed = False

    def press(number: int, frame: Any) -> None:
        nonlocal pressed
        pressed = True
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield lambda: pressed
        return
    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _sentence(error: BaseException, language: Language) -> str | None:
    """What to say of something that went wrong; None for what nobody foresaw."""
    say = language.say
    match error:
        case publishing.NothingToPublish():
            return say("command.nothing_kept")
        case NoGoal():
            return say("command.no_goal")
        case NotYetKnown():
            return say(
                "command.not_yet_known", day=language.day(error.known_on), first=language.day(error.first)
            )
        case NothingPublished():
            return say("command.nothing_published")
        case UnknownEdition():
            return say("command.unknown_edition", edition=str(error))
        case EditionDamaged():
            return say("command.edition_damaged", files=str(error))
        case UnknownDelivery():
            return say("command.unknown_delivery", delivery=str(error))
        case AlreadyWithdrawn():
            return say("command.already_withdrawn", delivery=str(error)[:SHORT])
        case PeopleElsewhere():
            return say("command.fold.people_elsewhere", file=error.file)
        case MembersFault():
            return say(
                f"command.fold.fault.{error.rule}",
                path=error.path,
                column=error.column,
                found=error.found,
            )
        case EngineEnded():
            return say("command.fold.ended")
        case EngineFailed():
            return say("command.fold.failed", reason=str(error))
        case Implausible():
            return "\n".join(note.message(language, file) for file, note in error.notes)
        case DeliveryDamaged():
            return say("command.delivery_damaged", file=error.path.name)
        case KeyFault():
            return say(f"command.key.{error.reason}", file=str(error.path))
        case NoMembers():
            return say(
                f"command.reconciliation.{error.reason}",
                source=error.source,
                month=language.month(error.month),
            )
        case ResultDamaged():
            return say("command.reconciliation.damaged", file=error.path.name)
        case query.NotRecorded():
            return say("command.not_recorded", question=str(error))
        case StoreLocked():
            return say("command.locked", holder=error.holder)
        case ReferenceFault():
            return say(
                "command.reference_fault",
                file=error.path.name,
                row=str(error.row),
                column=error.column,
                value=error.value,
            )
        case HistoryFault():
            return say(
                "command.forecast.fault",
                file=error.file,
                row=str(error.row),
                column=error.column,
                value=error.value,
                wanted=say(f"command.forecast.wanted.{error.wanted}"),
            )
        case Unwritten():
            return say("journal.unwritten", reason=error.reason)
        case OSError():
            return say("command.system", reason=str(error))
        case _:
            return None


def refuse(message: str) -> NoReturn:
    """Say one sentence on standard error and end with exit code 1."""
    click.echo(message, err=True)
    sys.exit(1)


def print_json(document: Any) -> None:
    """Print the one document of a command; dates are ISO."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def print_answer(row: type[Any], rows: Sequence[Any]) -> None:
    """Print the rows of an answer, where there are any, under the names of its fields."""
    if rows:
        print_rows([item.name for item in fields(row)], [list(asdict(item).values()) for item in rows])


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table with numbers aligned right."""
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
