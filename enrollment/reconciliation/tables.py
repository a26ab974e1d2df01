"""Reconciliations as tables of an edition: counts only, one group of rows per month and source."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from enrollment.reconciliation.result import CLASSES, Result

_PLACE = [("month", pa.date32()), ("source", pa.string())]
SCHEMAS: Mapping[str, pa.Schema] = {
    "reconciliations": pa.schema(
        [
            *_PLACE,
            ("name", pa.string()),
            ("rule_version", pa.int64()),
            ("agreement", pa.string()),
            ("agreed_on", pa.date32()),
            ("agreed", pa.string()),
            ("file", pa.string()),
            ("reconciled_at", pa.timestamp("us")),
            ("rows", pa.int64()),
            ("people", pa.int64()),
            *((name, pa.int64()) for name in CLASSES),
            ("near_misses", pa.int64()),
            ("confirmed", pa.int64()),
            ("reverse", pa.int64()),
            ("newly_active", pa.int64()),
            ("people_since", pa.date32()),
            ("newly_registered", pa.int64()),
            ("joined", pa.int64()),
            ("left_roster", pa.int64()),
            ("lost", pa.int64()),
            ("totals_only", pa.string()),
            ("carried", pa.string()),
            ("simulated", pa.bool_()),
        ]
    ),
    "reconciliation_programmes": pa.schema(
        [
            *_PLACE,
            ("programme", pa.string()),
            ("active", pa.int64()),
            ("lapsed", pa.int64()),
            ("never", pa.int64()),
        ]
    ),
    "reconciliation_missing": pa.schema([*_PLACE, ("missing", pa.string()), ("people", pa.int64())]),
    "reconciliation_rules": pa.schema([*_PLACE, ("rule", pa.string()), ("rows", pa.int64())]),
    "reconciliation_not_found": pa.schema([*_PLACE, ("months", pa.int64()), ("people", pa.int64())]),
}
"""Columns are those of `Result`. `agreed` and `missing` are joined by `+`, `totals_only` and `carried` by a
comma and empty where there is none. The four counts since the month before are null where no reconciliation
of that month is known; `reconciled_at` is UTC."""


def tables(results: Sequence[Result]) -> dict[str, pa.Table]:
    """Every table of SCHEMAS, by month and source; empty ones where nothing was reconciled."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    for result in sorted(results, key=lambda item: (item.month, item.source)):
        place = {"month": result.month, "source": result.source}
        rows["reconciliations"].append(place | counts(result))
        for name, parts in _parts(result).items():
            rows[name] += [place | part for part in parts]
    return {name: pa.Table.from_pylist(rows[name], schema=schema) for name, schema in SCHEMAS.items()}


def counts(result: Result) -> dict[str, Any]:
    """The columns of `reconciliations` for a result, but for its month and source."""
    since = result.since
    return {
        "name": result.name,
        "rule_version": result.rule_version,
        "agreement": result.agreement,
        "agreed_on": result.agreed_on,
        "agreed": "+".join(result.agreed),
        "file": result.file,
        "reconciled_at": result.at.astimezone(dt.UTC).replace(tzinfo=None),
        "rows": result.rows,
        "people": result.people,
        **{name: result.classes[name] for name in CLASSES},
        "near_misses": result.near_misses,
        "confirmed": result.confirmed,
        "reverse": result.reverse,
        "newly_active": result.newly_active,
        "people_since": result.people_since,
        "newly_registered": since.newly_registered if since else None,
        "joined": since.joined if since else None,
        "left_roster": since.left if since else None,
        "lost": since.lost if since else None,
        "totals_only": ",".join(result.totals_only),
        "carried": ",".join(result.carried),
        "simulated": result.simulated,
    }


def _parts(result: Result) -> Mapping[str, Iterator[dict[str, Any]]]:
    return {
        "reconciliation_programmes": (
            {"programme": programme, **{name: people[name] for name in ("active", "lapsed", "never")}}
            for programme, people in sorted(result.programmes.items())
        ),
        "reconciliation_missing": (
            {"missing": missing, "people": people} for missing, people in sorted(result.missing.items())
        ),
        "reconciliation_rules": ({"rule": rule, "rows": rows} for rule, rows in sorted(result.rules.items())),
        "reconciliation_not_found": (
            {"months": months, "people": people} for months, people in sorted(result.not_found_for.items())
        ),
    }
