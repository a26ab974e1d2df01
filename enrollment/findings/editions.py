"""The finding of the Editions page: how complete deliveries are, and what was revised."""

from collections.abc import Iterable, Sequence

from enrollment.answers import (
    DeliveryCompleteness,
    EditionChanges,
)
from enrollment.language import Language


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
