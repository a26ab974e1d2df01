"""The minutes as PDF, set by Typst: paper.typ lays out, the content comes as data."""

import json
from dataclasses import asdict
from pathlib import Path

from enrollment import typesetting
from enrollment.minutes.content import Minutes

_LAYOUT = Path(__file__).with_name("paper.typ")
_STANDARDS: tuple[typesetting.Standard, ...] = ("ua-1", "a-3a")
"""Readable by everybody, and kept for long."""


def pdf(minutes: Minutes) -> bytes:
    """The document as PDF; the same minutes give the same bytes."""
    day = minutes.day
    said = asdict(minutes) | {"day": None, "year": day.year, "month": day.month, "day_of_month": day.day}
    words = typesetting.settable(json.dumps(said, ensure_ascii=False))
    return typesetting.pdf(_LAYOUT, {"minutes": words}, day=day, standards=_STANDARDS)
