"""The minutes of a reconciliation (berita acara rekonsiliasi), as PDF and as a Word document.

    result, reference tables -> content: finished words in one language -> paper (PDF), office (DOCX)

Both layouts are drawn from the same content, and the same result gives the same bytes.
"""

import datetime as dt

from enrollment.language import Language
from enrollment.minutes import office, paper
from enrollment.minutes.content import minutes_of
from enrollment.reconciliation.result import Result
from enrollment.reference import Reference


def pdf(
    result: Result,
    tables: Reference,
    language: Language,
    *,
    edition: str | None = None,
    plan: int | None = None,
    on: dt.date | None = None,
) -> bytes:
    """The minutes as PDF/UA-1 on A4, with all fonts within; see `content.minutes_of` for what is given."""
    return paper.pdf(minutes_of(result, tables, language, edition=edition, plan=plan, on=on))


def docx(
    result: Result,
    tables: Reference,
    language: Language,
    *,
    edition: str | None = None,
    plan: int | None = None,
    on: dt.date | None = None,
) -> bytes:
    """The minutes as a Word document on A4; see `content.minutes_of` for what is given."""
    return office.docx(minutes_of(result, tables, language, edition=edition, plan=plan, on=on))
