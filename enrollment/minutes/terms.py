"""What two parties agreed on a source: the partner, the documents that bind both, the people promised."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enrollment.reconciliation.result import Result
from enrollment.reference import Reference


@dataclass(frozen=True, slots=True)
class Document:
    """A signed document, named in both languages."""

    name: str
    name_en: str
    signed_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Terms:
    """What stands in the reference tables about the source of a result.

    `documents` are the agreement of the result and those of the same parties that name no source, are known
    to have been signed by then and have not expired, oldest first; none without an agreement. `committed` and
    `planned`, the people planned to be active by the month, are None where they are not known. `due_day` is
    the day of the month by which the partner delivers.
    """

    partner: str
    partner_name: str
    partner_name_en: str
    due_day: int | None
    documents: tuple[Document, ...]
    signed_on: dt.date | None
    committed: int | None
    planned: int | None


def terms_of(result: Result, reference: Reference) -> Terms:
    """The terms of a result's source; a source that is in no table is its own partner."""
    listed = next((row for row in reference.rows("partner_sources") if row["source"] == result.source), {})
    agreements = reference.rows("agreements") if result.agreement else []
    own = next(
        (
            row
            for row in agreements
            if row["agreement"] == result.agreement and row["source"] == result.source
        ),
        None,
    )
    documents: dict[str, Document] = {}
    if own is not None:
        binding = [
            row
            for row in agreements
            if row["source"] is None and row["parties"] == own["parties"] and _in_force(row, result.month)
        ]
        for row in sorted([*binding, own], key=lambda row: row["signed_on"] or dt.date.max):
            document = Document(row["document"] or "", row["document_en"] or "", row["signed_on"])
            documents.setdefault(row["agreement"], document)
    return Terms(
        partner=listed.get("partner") or result.source,
        partner_name=listed.get("partner_name") or "",
        partner_name_en=listed.get("partner_name_en") or "",
        due_day=listed.get("due_day"),
        documents=tuple(documents.values()),
        signed_on=own["signed_on"] if own else None,
        committed=own["committed"] if own else None,
        planned=planned_by(result, reference.rows("plans")),
    )


def _in_force(agreement: Mapping[str, Any], month: dt.date) -> bool:
    signed, expires = agreement["signed_on"], agreement["expires_on"]
    return signed is not None and signed <= month and (expires is None or expires >= month)


def planned_by(result: Result, plans: Sequence[Mapping[str, Any]]) -> int | None:
    """The people planned to be active under the source by the month of a result; None without a plan.

    A plan holds until its next row. One for the whole country counts before those of provinces, and a
    simulated one for a simulated result only.
    """
    rows = [
        row
        for row in plans
        if row["source"] == result.source
        and row["planned"] is not None
        and (result.simulated or not row["simulated"])
    ]
    if any(row["province"] is None for row in rows):
        rows = [row for row in rows if row["province"] is None]
    due = sorted((row for row in rows if row["month"] <= result.month), key=lambda row: row["month"])
    newest: dict[str | None, int] = {row["province"]: row["planned"] for row in due}
    return sum(newest.values()) if newest else None
