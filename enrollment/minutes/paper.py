"""The minutes as PDF, set by Typst: paper.typ lays out, the content comes as data."""

import datetime as dt
import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

import typst

from enrollment.minutes.content import Minutes

_LAYOUT = Path(__file__).with_name("paper.typ")
_STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
"""Readable by everybody, and kept for long."""


def pdf(minutes: Minutes) -> bytes:
    """The document as PDF. Nothing is fetched: the fonts are those that come with Typst.

    It carries the day of the minutes as its time, so that the same minutes give the same bytes.
    """
    day = minutes.day
    said = asdict(minutes) | {"day": None, "year": day.year, "month": day.month, "day_of_month": day.day}
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    made = _compiler().compile(
        _LAYOUT.read_bytes(),
        format="pdf",
        sys_inputs={"minutes": json.dumps(said)},
        pdf_standards=list(_STANDARDS),
        timestamp=noon,
    )
    return cast(bytes, made)


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))
