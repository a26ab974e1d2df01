"""Figures drawn by Plotly for the screen.

Titles are the page's: a drawing holds what lies under them. Every text is finished before it comes
here, and none is markup until `words` has made it so.
"""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from enrollment.drawing.plotly.chart import config, draw, spec
from enrollment.drawing.plotly.words import escaped

VERSION = version("plotly")
# The package is found and not imported: its objects take longer to come than a page to be made.
SCRIPT = Path((find_spec("plotly") or __spec__).origin or "").with_name("package_data") / "plotly.min.js"
"""The plotly.js of that version."""

__all__ = ["SCRIPT", "VERSION", "config", "draw", "escaped", "spec"]
