"""Small data directories for tests: deliveries written as files, loaded and published as in life.

A test states what was delivered as a few cells; what a cell does not say has a believable default.
The reference files are the test's own, so that every number an answer depends on stands here or in
the test. `DataDirectory.known` is the same history for the oracle, which never sees the store.
`drawn` holds random ones.
"""

from tests.builders.deliveries import cell, delivery_text, person
from tests.builders.directory import DataDirectory
from tests.builders.reconciliations import reconciled
from tests.builders.reference import (
    STEWARD,
    Reference,
    commitment,
    eligible,
    event,
    goal,
    partner_source,
    plan,
    prognosis,
    regency,
)

__all__ = [
    "STEWARD",
    "DataDirectory",
    "Reference",
    "cell",
    "commitment",
    "delivery_text",
    "eligible",
    "event",
    "goal",
    "partner_source",
    "person",
    "plan",
    "prognosis",
    "reconciled",
    "regency",
]
