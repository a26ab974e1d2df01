"""What has to happen next, as it follows from the counts: how many, who owes it, by when."""

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Literal

from enrollment.minutes.terms import Terms
from enrollment.months import add_months, month_end
from enrollment.reconciliation.result import Result

Who = Literal["first", "second"]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do for `count` people, or rows where they are to be mended.

    `missing` are the programmes that an `active_part` lacks, joined by `+`.
    """

    name: str
    count: int
    who: Who
    due: dt.date
    missing: str = ""


def actions(result: Result, terms: Terms, on: dt.date) -> tuple[Action, ...]:
    """The actions that a result asks for, from the day `on`; none for what counts nobody.

    Nobody is counted in two of them. The partner answers with its next delivery, the other party by the end
    of a month; no day that has passed is agreed.
    """
    counts = result.classes
    promised = max((terms.committed or 0) - result.people - result.reverse, 0)
    delivery, closing = next_delivery(on, terms.due_day), next_month_end(on)
    by_missing = sorted(result.missing.items(), key=lambda item: (-item[1], item[0]))
    found = (
        Action("hand_over", promised, "second", delivery),
        Action("near_misses", result.near_misses, "first", closing),
        Action("not_found", max(counts["not_found"] - result.near_misses, 0), "first", closing),
        *(Action("active_part", people, "first", closing, missing) for missing, people in by_missing),
        Action("lapsed", counts["lapsed"], "first", closing),
        Action("other_source", counts["other_source"], "first", closing),
        Action("reverse", result.reverse, "second", delivery),
        Action("mend", counts["invalid"] + counts["duplicate"], "second", delivery),
        Action("out_of_scope", counts["out_of_scope"], "second", delivery),
    )
    return tuple(action for action in found if action.count)


def next_month_end(on: dt.date) -> dt.date:
    """The first end of a month after a day."""
    end = month_end(on.year, on.month)
    return end if end > on else add_months(end, 1)


def next_delivery(on: dt.date, due_day: int | None) -> dt.date:
    """The first day after `on` on which the partner delivers; the end of a month where no day is agreed."""
    if due_day is None:
        return next_month_end(on)
    end = month_end(on.year, on.month)
    due = _day_of(end, due_day)
    return due if due > on else _day_of(add_months(end, 1), due_day)


def _day_of(month: dt.date, day: int) -> dt.date:
    last = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=max(1, min(day, last)))
