"""Findings: what an answer says, as a sentence with the numbers of the moment.

Titles and remarks are composed here and nowhere else, so that page, slide and command line say the
same. `**` marks what is set in bold.
"""

from enrollment.findings.breakdown import breakdown_title, coverage
from enrollment.findings.chances import base_rate, chance_in_words
from enrollment.findings.commitments import (
    combined,
    commitments_detail,
    commitments_figures,
    commitments_title,
    maybe_not_new,
    next_step,
)
from enrollment.findings.editions import editions_title
from enrollment.findings.movement import movement_detail, movement_title, people_known, retention_unknown
from enrollment.findings.outlook import (
    outlook_basis,
    outlook_detail,
    outlook_gross,
    outlook_title,
    partners_remark,
    pledged_remark,
    realisation_note,
    registered_remark,
    scenario_rows,
    scored_remark,
)
from enrollment.findings.progress import (
    commitments_remark,
    edition_changes,
    missing_remark,
    month_changes,
    progress_detail,
    progress_figures,
    progress_title,
    recent_span,
)
from enrollment.findings.reconciliation import (
    Arrival,
    arrival,
    newly_active,
    reconciliation_detail,
    reconciliation_since,
    reconciliation_status,
    reconciliation_title,
)

__all__ = [
    "Arrival",
    "arrival",
    "base_rate",
    "breakdown_title",
    "chance_in_words",
    "combined",
    "commitments_detail",
    "commitments_figures",
    "commitments_remark",
    "commitments_title",
    "coverage",
    "edition_changes",
    "editions_title",
    "maybe_not_new",
    "missing_remark",
    "month_changes",
    "movement_detail",
    "movement_title",
    "newly_active",
    "next_step",
    "outlook_basis",
    "outlook_detail",
    "outlook_gross",
    "outlook_title",
    "partners_remark",
    "people_known",
    "pledged_remark",
    "progress_detail",
    "progress_figures",
    "progress_title",
    "realisation_note",
    "recent_span",
    "reconciliation_detail",
    "reconciliation_since",
    "reconciliation_status",
    "reconciliation_title",
    "registered_remark",
    "retention_unknown",
    "scenario_rows",
    "scored_remark",
]
