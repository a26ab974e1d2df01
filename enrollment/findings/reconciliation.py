"""Findings of the Reconciliation page: what became of a roster, whether it came in time, what moved since."""

import datetime as dt
from dataclasses import dataclass

from enrollment.answers import ReconciliationByMonth
from enrollment.language import Language
from enrollment.months import WESTERN_INDONESIA
from enrollment.reconciliation.result import PROGRAMMES

_MANY = 0.5
"""From this part of the people on, that so many were not found comes first."""
_UNKNOWN_DUE = 31
"""Days after the month within which a roster is due where reference data name no day."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the roster of a month came, and by when it was due; None where it has not come."""

    due: dt.date
    came: dt.date | None
    known_on: dt.date
    """The day of knowledge: a roster that has not come is late from the day after its due day."""

    @property
    def days_late(self) -> int:
        """Days after the due day, 0 or less in time."""
        return ((self.came or self.known_on) - self.due).days

    @property
    def status(self) -> str:
        """`on_time`, `late`, `awaited` or `overdue`."""
        if self.came is None:
            return "overdue" if self.days_late > 0 else "awaited"
        return "late" if self.days_late > 0 else "on_time"


def arrival(came: dt.datetime | None, month: dt.date, due_day: int | None, known_on: dt.date) -> Arrival:
    """A roster is due on a day of the month after its own; it came when it was reconciled first.

    `came` is a moment, in UTC if it names no zone; the day is that of Western Indonesian Time.
    """
    day = None
    if came is not None:
        day = (came if came.tzinfo else came.replace(tzinfo=dt.UTC)).astimezone(WESTERN_INDONESIA).date()
    return Arrival(month + dt.timedelta(days=due_day or _UNKNOWN_DUE), day, known_on)


def reconciliation_title(
    row: ReconciliationByMonth | None, source_name: str, month: dt.date, language: Language
) -> str:
    """What became of the roster, or that there is none."""
    say = language.say
    if row is None:
        return say("reconciliation.title.none", source=source_name, month=language.month(month))
    values = {
        "source": source_name,
        "rows": language.number(row.rows),
        "people": language.number(row.people),
        "active": language.number(row.active_all),
        "not_found": language.number(row.not_found),
        "programmes": all_programmes(row, language),
    }
    if not row.rows:
        return say("reconciliation.title.empty", source=source_name)
    if not row.people:
        return say("reconciliation.title.unusable", source=source_name, rows=values["rows"])
    if row.active_all == row.people:
        key = "all_rows" if row.rows == row.people else "all"
    elif row.not_found > _MANY * row.people:
        key = "many_not_found"
    else:
        key = "some" if row.not_found else "all_found"
    needed = {
        "all_rows": ("source", "people", "programmes"),
        "all": ("source", "rows", "people", "programmes"),
        "many_not_found": ("source", "people", "not_found"),
        "some": ("source", "rows", "active", "not_found", "programmes"),
        "all_found": ("source", "rows", "active", "programmes"),
    }[key]
    return say(f"reconciliation.title.{key}", **{name: values[name] for name in needed})


def all_programmes(row: ReconciliationByMonth, language: Language) -> str:
    """`all three programmes`, of those agreed."""
    return language.say(f"reconciliation.agreed.{min(len(row.agreed.split('+')), 4)}")


def reconciliation_status(when: Arrival, language: Language) -> str:
    """Whether the roster came in time, in a word or two."""
    return language.say(f"reconciliation.status.{when.status}", days=language.number(abs(when.days_late)))


def reconciliation_detail(
    row: ReconciliationByMonth | None, when: Arrival, month: dt.date, language: Language
) -> str:
    """When the roster came and was due, where most is lacking, and whether it is simulated."""
    say = language.say
    if row is None or when.came is None:
        return say(
            f"reconciliation.detail.{when.status}", month=language.month(month), due=language.day(when.due)
        )
    said = [
        say(
            "reconciliation.detail.came",
            month=language.month(month),
            came=language.day(when.came),
            due=language.day(when.due),
        )
    ]
    agreed = [programme for programme in PROGRAMMES if programme in row.agreed.split("+")]
    active = {programme: getattr(row, f"{programme.lower()}_active") or 0 for programme in agreed}
    if active and (lacking := row.people - min(active.values())):
        worst = min(active, key=lambda programme: active[programme])
        said.append(say("reconciliation.detail.lacking", programme=worst, people=language.number(lacking)))
    if row.simulated:
        said.append(say("reconciliation.detail.simulated"))
    return " ".join(said)


def reconciliation_since(
    row: ReconciliationByMonth, before: ReconciliationByMonth | None, language: Language
) -> list[str]:
    """What moved since the roster of the month before, in sentences."""
    say = language.say
    counts = {name: getattr(row, name) for name in ("newly_registered", "joined", "left_roster", "lost")}
    if any(people is None for people in counts.values()):
        return [say("reconciliation.since.none")]
    said = [
        say(f"reconciliation.since.{name}", people=language.number(people)) for name, people in counts.items()
    ]
    if before is not None:
        said.append(
            say(
                "reconciliation.since.not_found",
                before=language.number(before.not_found),
                now=language.number(row.not_found),
            )
        )
    return said


def newly_active(row: ReconciliationByMonth, language: Language) -> str:
    """How many of the active were not known as active before the agreement, and how sure that is."""
    if row.agreed_on is None:
        return ""
    return language.say(
        "reconciliation.newly_active_at_most"
        if row.people_since > row.agreed_on
        else "reconciliation.newly_active",
        people=language.number(row.newly_active),
        active=language.number(row.active_all),
        agreed_on=language.day(row.agreed_on),
        since=language.month(row.people_since),
    )
