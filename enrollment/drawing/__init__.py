"""Drawings: the description of a chart becomes something to look at, one module per medium."""
