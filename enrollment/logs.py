"""What the program says of itself to whoever runs it: with `CAKUPAN_LOG=json` one JSON object a line.

Nothing that was delivered, asked or typed gets in: of an exception its kind and where it came from, never
its words, for those may repeat what is in a row. Without the variable the program says what it always did.
"""

import datetime as dt
import json
import logging
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = "cakupan"
_ROOT = Path(__file__).parents[1]
_FIELDS = "cakupan_fields"


def wanted() -> bool:
    """Whether lines of JSON are asked for."""
    return os.environ.get("CAKUPAN_LOG", "").strip().lower() == "json"


def tell(
    event: str,
    fields: Mapping[str, Any] | None = None,
    *,
    level: int = logging.INFO,
    error: BaseException | None = None,
) -> None:
    """Say that something happened; the fields are names and counts, masked already where that is needed."""
    given = {name: value for name, value in (fields or {}).items() if value is not None}
    if error is not None:
        given |= {"kind": type(error).__name__, "where": _where(error)}
    logging.getLogger(NAME).log(level, event, extra={_FIELDS: given})


def configure() -> None:
    """Write lines of JSON to standard error, where they are asked for; to be called again does no harm."""
    if not wanted():
        return
    own = logging.getLogger(NAME)
    own.setLevel(logging.INFO)
    own.propagate = False
    if not any(isinstance(handler.formatter, Line) for handler in own.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Line())
        own.addHandler(handler)


def take_over(*prefixes: str) -> None:
    """Let the loggers of libraries that write to standard error write such lines too."""
    if not wanted():
        return
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name.split(".")[0] in prefixes:
            for handler in logger.handlers:
                handler.setFormatter(Line())


class Line(logging.Formatter):
    """One JSON object a line: time, level, event and fields. Tracebacks are left out, and so are the words of
    what went wrong.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        own = record.name == NAME
        fields: dict[str, Any] = getattr(record, _FIELDS, {})
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            fields = fields | {"kind": type(error).__name__, "where": _where(error)}
        said = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            # What a library says may hold anything; where it says it does not.
            "event": record.getMessage() if own else f"{record.name}:{record.lineno}",
        }
        return json.dumps(said | fields, ensure_ascii=False, default=str)


def _where(error: BaseException) -> str:
    """File and line of ours that is nearest to where an exception was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT) and ".venv" not in path.parts:
            return f"{path.relative_to(_ROOT)}:{frame.lineno}"
    return ""
