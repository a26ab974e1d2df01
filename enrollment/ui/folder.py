"""Where the dashboard's data lie."""

import os
from pathlib import Path

from enrollment.store import PROJECT_DATA


def data_directory() -> Path:
    """`CAKUPAN_DATA`, else the project's own."""
    return Path(os.environ.get("CAKUPAN_DATA") or PROJECT_DATA)
