"""Figures: an answer becomes the description of a chart, one module per question.

`description` says what a figure is made of, `style` how a role looks; no drawing library is known here.
"""
