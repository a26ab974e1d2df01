"""Why a statement has no answer, each reason with a name of its own."""

from collections.abc import Mapping


class Refused(Exception):
    """A statement that has no answer. `reason` is a key of the catalogue; `values` stand in its sentence."""

    def __init__(self, reason: str, values: Mapping[str, str] | None = None, filled: str = "") -> None:
        self.reason, self.values, self.filled = reason, dict(values or {}), filled
        super().__init__(f"{reason}: {self.values}" if values else reason)


class NotOneSelect(Refused):
    """More or less than one statement, or one that does something else than select."""


class NotPermitted(Refused):
    """A table, function or form of statement that is not on the list."""


class PivotNeedsList(Refused):
    """A PIVOT without its list of values; `filled` is the statement with it, where it could be written."""


class Mistake(Refused):
    """DuckDB does not understand the statement, or stumbles over a value."""


class TooLong(Refused):
    """More text, or deeper nesting, than is read."""


class TooLarge(Refused):
    """The statement needs more memory, or gives a larger answer, than is let out."""


class TookTooLong(Refused):
    """The time of a statement was up."""


class Cancelled(Refused):
    """The one who asked does not want to know any more."""


class Busy(Refused):
    """Others are being answered, for longer than one waits."""


class WorkerDied(Refused):
    """The process ended over the statement; the next one gets a new process."""


_REASONS: Mapping[str, type[Refused]] = {
    "nothing": NotOneSelect,
    "several": NotOneSelect,
    "not_select": NotOneSelect,
    "table": NotPermitted,
    "table_near": NotPermitted,
    "function": NotPermitted,
    "part": NotPermitted,
    "name": NotPermitted,
    "show": NotPermitted,
    "pivot": PivotNeedsList,
    "pivot_filled": PivotNeedsList,
    "mistake": Mistake,
    "zoned": Mistake,
    "too_long": TooLong,
    "too_deep": TooLong,
    "too_large": TooLarge,
    "too_slow": TookTooLong,
    "cancelled": Cancelled,
    "busy": Busy,
    "died": WorkerDied,
}


def refused(reason: str, values: Mapping[str, str] | None = None, filled: str = "") -> Refused:
    """The named error of a reason."""
    return _REASONS[reason](reason, values, filled)
