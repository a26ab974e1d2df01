"""Figures drawn by Plotly for the screen.

Titles are the page's: a drawing holds what lies under them. Every text is finished before it comes
here, and none is markup until `words` has made it so.
"""

from importlib import resources
from pathlib import Path

import plotly

from enrollment.drawing.plotly.chart import config, draw, spec
from enrollment.drawing.plotly.words import escaped

VERSION = plotly.__version__
SCRIPT = Path(str(resources.files("plotly") / "package_data" / "plotly.min.js"))
"""The plotly.js of that version."""

__all__ = ["SCRIPT", "VERSION", "config", "draw", "escaped", "spec"]
