"""The fold: SQL that turns snapshots into the cube, one part per month.

A part holds the cells of one month and depends on nothing but the deliveries that count for it and
the part before it. It is cached under a key made of exactly that, so that publishing after one new
month folds one month, and a cached part can be thrown away at any time.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from enrollment.fold.origins import Holding, Origin, origins
from enrollment.fold.parts import CELLS, Part, forget_parts_but, parts
from enrollment.fold.steps import literal, program, step

__all__ = [
    "CELLS",
    "Holding",
    "Origin",
    "Part",
    "expected_sources",
    "forget_parts_but",
    "literal",
    "origins",
    "parts",
    "program",
    "step",
]


def expected_sources(rows: Iterable[Mapping[str, Any]]) -> dict[str, dt.date]:
    """From `partner_sources.csv`: the first month in which each source owes a delivery."""
    return {row["source"]: row["expected_from"] for row in rows if row["expected_from"]}
