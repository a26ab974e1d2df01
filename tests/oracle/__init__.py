"""Every question answered the naive way: loops over delivered rows, written from what the words mean.

Nothing here is fast, incremental or shared with the SQL. The stock of a month is looked up in the
delivery that holds it, never carried along; a cell's correction is what its numbers leave over. One
function per question, with its name and keywords, in the answer's row type and order.

    known.py            what an edition is made from: deliveries, reference rows, months
    delivered.py        which delivery speaks for a source and a province
    counting.py         people one by one, and how they came and went
    stocks.py           cells, and what of them is owed
    progress.py, stated.py, commitments.py, movement.py, lineage.py, changes.py, people.py,
    reconciliations.py  the questions, by subject
"""

from tests.oracle.changes import edition_changes
from tests.oracle.commitments import (
    agreements_register,
    commitment_bridge,
    commitment_by_month,
    commitment_by_source,
    commitment_ladder,
    next_steps,
)
from tests.oracle.known import (
    DIMENSIONS,
    INWARD,
    OUTWARD,
    RECLASSIFIED,
    Cell,
    Delivery,
    Known,
    Row,
    months,
    total,
)
from tests.oracle.lineage import (
    active_lineage,
    deliveries_received,
    delivery_completeness,
    missing_deliveries,
)
from tests.oracle.movement import breakdown, breakdown_by_month, crosstab, movement_by_month
from tests.oracle.people import people_known_since, retention_by_joining_month, source_overlap
from tests.oracle.progress import active_by_month, goal_progress, known_months
from tests.oracle.reconciliations import reconciliation_by_month, reconciliation_missing, reconciliation_rules
from tests.oracle.stated import (
    annotations,
    dimension_parts,
    eligible_workers,
    events,
    instructions,
    prognoses,
    province_tiles,
    published_active,
    published_goals,
)
from tests.oracle.stocks import cells

__all__ = [
    "DIMENSIONS",
    "INWARD",
    "OUTWARD",
    "RECLASSIFIED",
    "Cell",
    "Delivery",
    "Known",
    "Row",
    "active_by_month",
    "active_lineage",
    "agreements_register",
    "annotations",
    "breakdown",
    "breakdown_by_month",
    "cells",
    "commitment_bridge",
    "commitment_by_month",
    "commitment_by_source",
    "commitment_ladder",
    "crosstab",
    "deliveries_received",
    "delivery_completeness",
    "dimension_parts",
    "edition_changes",
    "eligible_workers",
    "events",
    "goal_progress",
    "instructions",
    "known_months",
    "missing_deliveries",
    "months",
    "movement_by_month",
    "next_steps",
    "people_known_since",
    "prognoses",
    "province_tiles",
    "published_active",
    "published_goals",
    "reconciliation_by_month",
    "reconciliation_missing",
    "reconciliation_rules",
    "retention_by_joining_month",
    "source_overlap",
    "total",
]
