"""What two parties agreed on a source: the partner, the documents that bind both, the people promised."""

import datetime as dt
from dataclasses import dataclass

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

    `documents` are the agreement of the result and those of the same parties that name no source, oldest
    first; none without an agreement. `committed` is None where the number is not known. `due_day` is the
    day of the month by which the partner delivers.
    """

    partner: str
    partner_name: str
    partner_name_en: str
    due_day: int | None
    documents: tuple[Document, ...]
    signed_on: dt.date | None
    committed: int | None


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
        binding = [row for row in agreements if row["source"] is None and row["parties"] == own["parties"]]
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
    )
