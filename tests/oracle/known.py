"""What an edition is made from, as the oracle sees it, and how it reckons with months and numbers."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

from enrollment.reconciliation.result import Result

Row = Mapping[str, Any]
Cell = tuple[Any, ...]
DIMENSIONS = ("source", "segment", "province", "regency", "programmes", "sex", "age_band")
INWARD = ("new", "reactivated", "moved_in")
OUTWARD = ("lapsed", "moved_out")
RECLASSIFIED = ("reclassified_in", "reclassified_out")
DAYS_PER_MONTH = 30.4375
JAKARTA = dt.timedelta(hours=7)


@dataclass(frozen=True, eq=False)
class Delivery:
    """A file that was accepted: its rows under the program's names, and what is recorded of it.

    A row of kind `members` is one person, named by `person`; of kind `totals` it is a cell.
    """

    month: dt.date
    rows: tuple[Row, ...]
    file: str
    sha256: str
    received_at: dt.datetime
    received_by: str
    kind: str = "totals"
    scope: str = "full"
    key_space: str | None = None


@dataclass(frozen=True, eq=False)
class Known:
    """All that is known on the day of an edition: deliveries in the order of loading, reference rows."""

    deliveries: tuple[Delivery, ...]
    targets: tuple[Row, ...]
    partner_sources: tuple[Row, ...]
    agreements: tuple[Row, ...]
    plans: tuple[Row, ...]
    instructions: tuple[Row, ...]
    provinces: tuple[Row, ...]
    regencies: tuple[Row, ...]
    eligible: tuple[Row, ...]
    annotations: tuple[Row, ...]
    events: tuple[Row, ...]
    prognoses: tuple[Row, ...]
    published_figures: tuple[Row, ...]
    results: tuple[Result, ...] = ()


def end_of_month(day: dt.date) -> dt.date:
    """The last day of the month of a day."""
    while (day + dt.timedelta(days=1)).month == day.month:
        day += dt.timedelta(days=1)
    return day


def next_month(month: dt.date) -> dt.date:
    return end_of_month(month + dt.timedelta(days=1))


def month_before(month: dt.date) -> dt.date:
    return month.replace(day=1) - dt.timedelta(days=1)


def rounded(number: float | None) -> int | None:
    """To a whole number, halves away from zero."""
    if number is None:
        return None
    return int(Decimal(number).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def total(numbers: Iterable[int | None]) -> int | None:
    """The sum of what is known; not known where nothing is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


@lru_cache(maxsize=4)
def months(known: Known) -> list[dt.date]:
    """From the first month delivered to the last, without a gap."""
    delivered = [delivery.month for delivery in known.deliveries]
    found, month = [], min(delivered)
    while month <= max(delivered):
        found.append(month)
        month = next_month(month)
    return found


def place(row: Row) -> Cell:
    return tuple(row[dimension] for dimension in DIMENSIONS)


def of_sample(known: Known) -> bool:
    """Whether anything that was delivered is simulated."""
    return any(row["simulated"] for delivery in known.deliveries for row in delivery.rows)
