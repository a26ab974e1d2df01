"""The contract: what a delivery must look like, and what is said when it does not.

    bytes -> text.py, spreadsheet.py or columnar.py (form, records) -> columns.py (kind, header)
          -> rows.py (cells, by the rules of values.py) -> totals.py (cells named twice), people.py (keys,
          persons named twice, one file), roster.py (rows to be reconciled) -> reading.py: accepted rows,
          faults, notes

Nothing is guessed: a value is accepted exactly as delivered, accepted in another spelling with a
note, or a fault that names file, row, column, value, what was expected and what to do. The contract
reads nothing but the delivery; reference codes are handed in as `Codes`.
"""

from enrollment.contract.columns import KEY, Column, template
from enrollment.contract.faults import NOTES, RULES, Fault, Note, shown
from enrollment.contract.reading import QUARANTINED, JudgedRoster, Reading, judge_roster, read
from enrollment.contract.values import Codes

__all__ = [
    "KEY",
    "NOTES",
    "QUARANTINED",
    "RULES",
    "Codes",
    "Column",
    "Fault",
    "JudgedRoster",
    "Note",
    "Reading",
    "judge_roster",
    "read",
    "shown",
    "template",
]
