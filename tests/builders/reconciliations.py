"""Reconciliations as they would have been made."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from enrollment.months import add_months, parse_month
from enrollment.reconciliation.result import CLASSES, PEOPLE, RULE_VERSION, Result, Since
from tests.builders.deliveries import KEY_SPACE
from tests.builders.reference import STEWARD


def reconciled(
    month: str, source: str = "TPP", *, since: Mapping[str, int] | None = None, **said: Any
) -> Result:
    """A reconciliation with the classes given, 0 of the others, of the agreement of 9 April 2021.

    `since` are the four counts of what moved since the month before, if that was reconciled.
    """
    classes = {name: said.pop(name, 0) for name in CLASSES}
    people = sum(classes[name] for name in PEOPLE)
    day = parse_month(month)
    lapsed, never = classes["lapsed"], classes["not_found"]
    one = {"active": people - lapsed - never, "lapsed": lapsed, "never": never}
    moved = since and Since(
        month=add_months(day, -1), name="sebelumnya", classes=dict.fromkeys(CLASSES, 0), rows=0, **since
    )
    facts: dict[str, Any] = {
        "name": hashlib.sha256(f"{month} {source} {sorted(classes.items())}".encode()).hexdigest()[:16],
        "rule_version": RULE_VERSION,
        "agreement": "PKB-2021-04-09",
        "agreed_on": dt.date(2021, 4, 9),
        "agreed": ("JKK", "JKM", "JHT"),
        "file": f"daftar-{month}-{source}.csv",
        "sha256": "0" * 64,
        "compared": (),
        "totals_only": (),
        "carried": (),
        "people_since": dt.date(2020, 12, 31),
        "programmes": dict.fromkeys(("JKK", "JHT", "JKM"), one),
        "missing": {"JHT": classes["active_part"]} if classes["active_part"] else {},
        "rules": {"nik_digits": classes["invalid"]} if classes["invalid"] else {},
        "not_found_for": {1: never} if never else {},
        "near_misses": 0,
        "confirmed": 0,
        "reverse": 0,
        "newly_active": 0,
        "simulated": False,
        "key_space": KEY_SPACE,
        "at": dt.datetime(2021, 9, 2, 3, tzinfo=dt.UTC),
        "by": STEWARD,
    }
    return Result(
        source=source,
        month=day,
        rows=sum(classes.values()),
        people=people,
        classes=classes,
        since=moved or None,
        **{**facts, **said},
    )
