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
_SURELY = 0x100
"""Every font has the letters of Western Europe."""
_NO_SIGN = "\N{WHITE SQUARE}"
_STANDARDS: list[Literal["ua-1", "a-3a"]] = ["ua-1", "a-3a"]
"""Readable by everybody, and kept for long."""


def pdf(minutes: Minutes) -> bytes:
    """The document as PDF. Nothing is fetched: the fonts are those that come with Typst.

    It carries the day of the minutes as its time, so that the same minutes give the same bytes.
    """
    day = minutes.day
    said = asdict(minutes) | {"day": None, "year": day.year, "month": day.month, "day_of_month": day.day}
    words = json.dumps(said, ensure_ascii=False)
    words = "".join(sign if _can_be_set(sign) else _NO_SIGN for sign in words)
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    made = _compiler().compile(
        _LAYOUT.read_bytes(),
        format="pdf",
        sys_inputs={"minutes": words},
        pdf_standards=list(_STANDARDS),
        timestamp=noon,
    )
    return cast(bytes, made)


@lru_cache(maxsize=4_096)
def _can_be_set(sign: str) -> bool:
    """Whether a font that comes with Typst has the sign; with another the whole document is refused."""
    if ord(sign) < _SURELY:
        return True
    try:
        _compiler().compile(
            b"#set document(title: sys.inputs.sign); #sys.inputs.sign",
            format="pdf",
            sys_inputs={"sign": sign},
            pdf_standards=list(_STANDARDS),
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True


def _compiler() -> typst.Compiler:
    """A compiler of one's own: it serves one thread at a time, and costs next to nothing to make."""
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))
