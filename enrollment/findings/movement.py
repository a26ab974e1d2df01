"""Findings of the Movement page: who came in, who left, and since when people are known."""

import datetime as dt
from collections.abc import Sequence

from enrollment.answers import (
    GoalProgress,
    MovementByMonth,
    PeopleKnownSince,
)
from enrollment.language import Language


def movement_title(
    rows: Sequence[MovementByMonth], since: dt.date, as_of: dt.date, language: Language
) -> str:
    """Who came in, who left and what remains over the months of a span."""
    said = {"since": language.month(since), "as_of": language.month(as_of)}
    if not rows or rows[0].opening is None:
        return language.say("movement.title.unknown", **said)
    net = rows[-1].closing - rows[0].opening
    said["net"] = language.signed_people(net, 2)
    entered, left = _entered(rows), _left(rows)
    if entered is None or left is None:
        return language.say("movement.title.net_only", **said)
    moved = sum(
        (row.moved_in or 0) + (row.reclassified_in or 0) - (row.moved_out or 0) - (row.reclassified_out or 0)
        for row in rows
    )
    said |= {"entered": language.people(entered, 2), "left": language.people(left, 2)}
    said |= {"moved": language.signed_people(moved, 2)}
    key = ("month" if len(rows) == 1 else "span") + ("_moved" if moved else "")
    return language.say(f"movement.title.{key}", **said)


def movement_detail(
    rows: Sequence[MovementByMonth], progress: GoalProgress, whole: bool, language: Language
) -> str:
    """How many of those who came in only replaced those who left, and what the goal needs each month.

    The goal is the country's, so it is spoken of only where the rows are the `whole` country.
    """
    entered, left = _entered(rows), _left(rows)
    sentences = []
    if entered is None or left is None:
        sentences.append(language.say("movement.detail.net_only"))
    elif entered and left:
        of_ten = min(round(10 * left / entered), 10)
        key = "more" if left > entered else "replaced" if of_ten else "few"
        sentences.append(language.say(f"movement.detail.{key}", count=language.number(of_ten)))
    if whole and rows and left is not None and progress.needed_per_month is not None:
        leaving = round(left / len(rows))
        sentences.append(
            language.say(
                "movement.detail.needed",
                entering=language.people(progress.needed_per_month + leaving, 2),
                leaving=language.people(leaving, 2),
                target=language.stated(progress.target),
            )
        )
    unknown = sum(row.flows_unknown or 0 for row in rows)
    if entered is not None and unknown:
        sentences.append(language.say("movement.detail.partly", people=language.signed_people(unknown, 2)))
    carried = rows[-1].carried if rows else 0
    if carried:
        sentences.append(language.say("movement.detail.carried", people=language.people(carried, 2)))
    return " ".join(sentences)


def _entered(rows: Sequence[MovementByMonth]) -> int | None:
    """People who joined or came back; None where nobody reported any."""
    known = [row for row in rows if row.new is not None or row.reactivated is not None]
    return sum((row.new or 0) + (row.reactivated or 0) for row in known) if known else None


def _left(rows: Sequence[MovementByMonth]) -> int | None:
    known = [row.lapsed for row in rows if row.lapsed is not None]
    return sum(known) if known else None


def retention_unknown(known_since: dt.date | None, language: Language) -> str:
    """Why nobody can be followed from the month they joined, and since when people are known one by one."""
    if known_since is None:
        return language.say("retention.unknown")
    return language.say("retention.too_early", since=language.month(known_since))


def people_known(known: PeopleKnownSince, language: Language) -> str:
    """Since when people are known one by one, and how many of the participants they are."""
    return language.say(
        "retention.known",
        since=language.month(known.since) if known.since else "",
        sources=language.number(known.sources),
        all_sources=language.number(known.all_sources),
        people=language.people(known.people, 2),
        all_people=language.people(known.all_people, 2),
    )
