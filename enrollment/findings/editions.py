"""Findings about editions: how complete deliveries are, what was revised, and what two of them say."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from enrollment.answers import DeliveryCompleteness, EditionChanges, GoalProgress
from enrollment.findings.names import Names, plain
from enrollment.language import Language

_NAMED = 2


def editions_title(
    completeness: Iterable[DeliveryCompleteness], changes: Sequence[EditionChanges], language: Language
) -> str:
    """How complete deliveries are, and what the newest edition moved in months known before."""
    expected = [row for row in completeness if row.state != "not_expected"]
    received = [row for row in expected if row.state != "missing"]
    values = {
        "received": language.number(len(received)),
        "expected": language.number(len(expected)),
    }
    revised = [row for row in changes if row.cause != "new_month" and row.change]
    if not revised:
        return language.say("editions.title.unrevised", **values)
    month = max(revised, key=lambda row: abs(row.change)).month
    change = sum(row.change for row in revised if row.month == month)
    return language.say(
        "editions.title.revised",
        month=language.month(month),
        change=language.signed_people(change),
        **values,
    )


def then_and_now_title(then: GoalProgress, now: GoalProgress, day: dt.date, language: Language) -> str:
    """By how much a month differs from what an edition of a day said, and what that does to its status."""
    change = now.active - then.active
    key = "more" if change > 0 else "fewer" if change < 0 else "same"
    said = language.say(
        f"briefing.then.{key}",
        month=language.month(now.as_of),
        people=language.number(abs(change)),
        day=language.day(day),
    )
    if then.status == now.status:
        return f"{said}; {language.say('briefing.then.status_same')}"
    status = language.say(f"status.{now.status}")
    return f"{said}; {language.say('briefing.then.status_other', status=status[0].lower() + status[1:])}"


def causes(
    changes: Sequence[EditionChanges], order: Sequence[str], names: Names, language: Language
) -> list[str]:
    """One sentence for each cause that moved people: how many, why, and which sources it concerns."""
    said = []
    for cause in order:
        rows = [row for row in changes if row.cause == cause]
        moved = sum(row.change for row in rows)
        if moved:
            word, whose = language.say(f"editions.cause.{cause}"), concerned(rows, names, language)
            said.append(f"**{language.signed(moved)}** {word}: {whose}")
    return said


def concerned(rows: Sequence[EditionChanges], names: Names | Mapping[str, str], language: Language) -> str:
    """Which sources and months some changes concern: named where they are few, else counted."""
    sources = list(dict.fromkeys(row.source for row in rows))
    months = sorted({row.month for row in rows})
    said = (
        language.join([plain(names.get(source) or source) for source in sources])
        if len(sources) <= _NAMED
        else language.say("editions.changes.sources", count=language.number(len(sources)))
    )
    when = language.month(months[0])
    if len(months) > 1:
        when = language.say("editions.changes.months", first=when, last=language.month(months[-1]))
    return f"{said}, {when}"
