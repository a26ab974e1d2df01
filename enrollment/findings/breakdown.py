"""Findings of the Breakdown page: which part holds most, and how much of the eligible workers is covered."""

import datetime as dt
from collections.abc import Sequence

from enrollment.answers import (
    Breakdown,
    EligibleWorkers,
)
from enrollment.findings.names import Names, plain
from enrollment.language import Language
from enrollment.measures import OVERLAPPING, SHARES, Measure, Wholes, is_part, values


def breakdown_title(
    rows: Sequence[Breakdown],
    measure: Measure,
    dimension: str,
    names: Names,
    since: dt.date,
    as_of: dt.date,
    language: Language,
    wholes: Wholes = (),
) -> str:
    """The finding of the breakdown: the whole and its largest part; overlapping parts have no whole."""
    found, together = values(rows, [row.part for row in rows], measure, wholes)
    known = [
        (number, row.part)
        for number, row in zip(found, rows, strict=True)
        if number is not None and is_part(row)
    ]
    if not known:
        unknown = measure if measure in SHARES else "unknown"
        return language.say(f"breakdown.title.not_known.{unknown}", since=language.month(since))
    largest, part = max(known, key=lambda item: abs(item[0]))
    said = {
        "part": plain(names[part]),
        "value": language.people(largest),
        "signed": language.signed_people(largest),
        "since": language.month(since),
        "as_of": language.month(as_of),
    }
    if measure in SHARES:
        lowest, last = min(known, key=lambda item: item[0])
        said |= {
            "whole": language.percent(together or 0, 1),
            "share": language.percent(largest, 1),
            "lowest": plain(names[last]),
            "lowest_share": language.percent(lowest, 1),
            "rise": language.signed_people(sum(row.net_change or 0 for row in rows)),
        }
        return language.say(f"breakdown.title.of_whole.{measure}", **said)
    if dimension in OVERLAPPING:
        return language.say(f"breakdown.title.overlap.{measure}", **said)
    whole = sum(number for number in found if number is not None)
    said["whole"] = language.people(whole)
    said["signed_whole"] = language.signed_people(whole)
    if whole and 0 <= largest / whole <= 1:
        share = largest / whole
        # Nearly nothing and nearly all are not rounded to nothing and all.
        decimals = 2 if share < 0.01 else 1 if 0.995 <= share < 1 else 0
        said["share"] = language.percent(share, decimals)
        sentence = language.say(f"breakdown.title.share.{measure}", **said)
        return sentence[:1].upper() + sentence[1:]
    return language.say(f"breakdown.title.mixed.{measure}", **said)


def coverage(eligible: Sequence[EligibleWorkers], active: int, language: Language) -> str:
    """How much of the eligible workers of the whole country is active, and whether that is disputed."""
    national = next((row for row in eligible if row.province is None), None)
    if national is None or not national.eligible:
        return language.say("breakdown.coverage_unknown")
    return language.say(
        "breakdown.coverage_disputed" if national.disputed else "breakdown.coverage",
        share=language.percent(active / national.eligible, 1),
        eligible=language.people(national.eligible),
        day=language.day(national.day),
    )
