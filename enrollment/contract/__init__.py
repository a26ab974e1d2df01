"""The contract: what a delivery must look like, and what is said when it does not.

    bytes -> text.py (form, encoding, delimiter, records) -> columns.py (header) -> values.py (cells)
          -> rows.py -> totals.py (the one month, cells named twice) -> Reading: accepted rows, faults, notes

Nothing is guessed: a value is accepted exactly as delivered, accepted in another spelling with a
note, or a fault that names file, row, column, value, what was expected and what to do. The contract
reads nothing but the delivery; reference codes are handed in as `Codes`.
"""

from enrollment.contract.columns import Column, template
from enrollment.contract.faults import NOTES, RULES, Fault, Note
from enrollment.contract.totals import Reading, read
from enrollment.contract.values import Codes

__all__ = ["NOTES", "RULES", "Codes", "Column", "Fault", "Note", "Reading", "read", "template"]
