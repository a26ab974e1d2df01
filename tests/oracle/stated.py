"""What people stated, in reference files: goals, figures, names of parts, remarks, events."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from enrollment import answers
from tests.oracle.known import DIMENSIONS, Known, Row, end_of_month, of_sample
from tests.oracle.stocks import cells


def published_goals(known: Known) -> list[answers.PublishedGoals]:
    fields = answers.PublishedGoals.__slots__
    rows = [answers.PublishedGoals(**{name: row[name] for name in fields}) for row in known.targets]
    return sorted(rows, key=lambda row: (row.due, row.stated_on or dt.date.max, row.goal))


def published_active(known: Known, *, since: dt.date, until: dt.date) -> list[answers.PublishedActive]:
    rows = [
        answers.PublishedActive(
            day=row["as_of_date"],
            active=row["value"],
            confidence=row["confidence"],
            disputed=row["confidence"] == "low",
            source=row["source"],
            note=row["note"],
        )
        for row in known.published_figures
        if row["metric"] == "active_participants"
        and row["segment"] == "all"
        and since <= row["as_of_date"] <= until
    ]
    return sorted(rows, key=lambda row: (row.day, row.active))


def instructions(known: Known) -> list[answers.Instructions]:
    names = ("document", "party", "party_en", "duty", "duty_en", "section", "source")
    rows = [answers.Instructions(**{name: row[name] for name in names}) for row in known.instructions]
    return sorted(rows, key=lambda row: (row.document, row.party))


def dimension_parts(known: Known) -> list[answers.DimensionParts]:
    named = {("source", row["source"]): row for row in known.partner_sources}
    named |= {("province", row["province"]): row for row in known.provinces}
    named |= {("regency", row["regency"]): row for row in known.regencies}
    rows = []
    for dimension in sorted(DIMENSIONS):
        parts = {cell[dimension] for cell in cells(known)} - {None}

        def rank(part: str, dimension: str = dimension) -> tuple[Any, str]:
            if dimension == "source":
                return (named[dimension, part]["priority"], part)
            return (named[dimension, part]["kemendagri"] if dimension == "province" else 0, part)

        for position, part in enumerate(sorted(parts, key=rank), start=1):
            row = named.get((dimension, part), {"name": part, "name_en": part})
            parent = row.get("province") if dimension == "regency" else None
            rows.append(
                answers.DimensionParts(dimension, part, row["name"], row["name_en"], parent, position)
            )
    return rows


def province_tiles(known: Known) -> list[answers.ProvinceTiles]:
    fields = ("province", "short", "tile_column", "tile_row", "region", "region_en")
    rows = [
        answers.ProvinceTiles(*(row[field] for field in fields))
        for row in known.provinces
        if row["tile_column"] is not None and row["tile_row"] is not None
    ]
    return sorted(rows, key=lambda row: (row.tile_row, row.tile_column, row.province))


def eligible_workers(known: Known, *, as_of: dt.date) -> list[answers.EligibleWorkers]:
    loaded: dict[str | None, list[Row]] = {}
    for row in known.eligible:
        loaded.setdefault(row["province"], []).append(
            {**row, "day": row["as_of"], "confidence": "high", "number": row["eligible"]}
        )
    published: list[Row] = [
        {**row, "day": row["as_of_date"], "number": int(row["value"])}
        for row in known.published_figures
        if (row["metric"], row["segment"]) == ("eligible_workers", "all")
    ]
    found = []
    for place in {None, *loaded}:
        best = best_stated(loaded.get(place, []), as_of)
        if place is None and best is None:
            best = best_stated(published, as_of)
        if best:
            found.append(answers.EligibleWorkers(place, *best))
    return sorted(found, key=lambda row: (row.province is not None, row.province or ""))


def best_stated(rows: Sequence[Row], as_of: dt.date) -> tuple[int, dt.date, bool, str | None] | None:
    """The number of the newest day up to one, else of the first day within a year after it."""
    a_year_on = as_of.replace(
        day=28 if (as_of.month, as_of.day) == (2, 29) else as_of.day, year=as_of.year + 1
    )
    before = [row["day"] for row in rows if row["day"] <= as_of]
    after = [row["day"] for row in rows if as_of < row["day"] <= a_year_on]
    if not before and not after:
        return None
    day = max(before) if before else min(after)
    that_day = [row for row in rows if row["day"] == day]
    ranks = ("high", "medium", "low")
    best = min(that_day, key=lambda row: (ranks.index(row["confidence"]), -row["number"], row["source"]))
    disputed = best["confidence"] == "low" or len({row["number"] for row in that_day}) > 1
    return best["number"], day, disputed, best["source"]


def annotations(known: Known, *, since: dt.date | None, until: dt.date | None) -> list[answers.Annotations]:
    rows = [
        answers.Annotations(
            row["date"], row["text"], row["text_en"] or row["text"], row["source"], row["author"]
        )
        for row in known.annotations
        if (since is None or since <= row["date"]) and (until is None or row["date"] <= until)
    ]
    return sorted(rows, key=lambda row: (row.day, row.text))


def events(known: Known, *, as_of: dt.date) -> list[answers.Events]:
    rows = [
        answers.Events(month=end_of_month(row["date"]), scheduled=row["date"] > as_of, **row)
        for row in known.events
        if of_sample(known) or not row["simulated"]
    ]
    return sorted(rows, key=lambda row: (row.date, row.source or "", row.segment or "", row.people))


def prognoses(known: Known, *, known_on: dt.date | None) -> list[answers.Prognoses]:
    rows = [
        answers.Prognoses(**{**row, "document_en": row["document_en"] or row["document"]})
        for row in known.prognoses
        if known_on is None or row["stated_on"] <= known_on
    ]
    return sorted(rows, key=lambda row: (row.due, row.stated_on))
