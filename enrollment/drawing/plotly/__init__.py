"""Figures drawn by Plotly for the screen.

Titles are the page's: a drawing holds what lies under them. Every text is finished before it comes
here, and none is markup until `words` has made it so.
"""

from enrollment.drawing.plotly.chart import config, draw, spec
from enrollment.drawing.plotly.words import escaped

__all__ = ["config", "draw", "escaped", "spec"]
