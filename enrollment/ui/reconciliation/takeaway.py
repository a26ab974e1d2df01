"""What the steward leaves with: the minutes, the workbook, a follow-up list of each class."""

from collections.abc import Callable

import streamlit as st

from enrollment.reconciliation.result import Result
from enrollment.ui import ask, markup, reconciling
from enrollment.ui.reconciliation.picked import Picked
from enrollment.ui.steward import Failed

_MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
