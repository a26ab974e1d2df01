"""Documents as PDF, set by Typst: a layout in a file of its own, and all words as data.

Nothing is fetched and no font of the machine is used: letters are those that come with Typst, and those
of the files that a document brings along.
"""

import atexit
import datetime as dt
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, cast

import typst

Standard = Literal["ua-1", "a-3a"]
FontFiles = tuple[Path, ...]

_SURELY = 0x100
"""Every font has the letters of Western Europe."""
_ONE_SIGN = b"""
#set document(title: sys.inputs.sign)
#set text(font: sys.inputs.family, fallback: false) if sys.inputs.family != ""
#sys.inputs.sign
"""
_NO_SIGN = "\N{WHITE SQUARE}"
_NO_SIGN_OF_THE_FAMILY = "\N{BALLOT BOX}"


def pdf(
    layout: Path,
    words: Mapping[str, str],
    *,
    day: dt.date,
    standards: tuple[Standard, ...],
    fonts: FontFiles = (),
) -> bytes:
    """The document as PDF. `words` are what the layout finds in `sys.inputs`, each of them `settable`.

    It carries noon of `day` as its time, so that the same words give the same bytes.
    """
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    made = _compiler(fonts).compile(
        layout.read_bytes(),
        format="pdf",
        sys_inputs=dict(words),
        pdf_standards=list(standards),
        timestamp=noon,
    )
    return cast(bytes, made)


def noted(layout: Path, words: Mapping[str, str], label: str, *, fonts: FontFiles = ()) -> list[Any]:
    """The values that the layout notes under a label, such as how much room it leaves."""
    compiler = typst.Compiler(layout.read_bytes(), font_paths=_fonts(fonts), sys_inputs=dict(words))
    return cast(list[Any], json.loads(compiler.query(f"<{label}>", field="value", format="json")))


def settable(words: str, *, fonts: FontFiles = (), family: str = "") -> str:
    """Words with a square for each sign that no font has, for with such a sign a document is refused.

    A picture needs all its signs in one `family`, as nothing takes the place of its letters.
    """
    square = _NO_SIGN_OF_THE_FAMILY if family else _NO_SIGN
    unknown = {ord(sign): square for sign in set(words) if not _can_be_set(sign, fonts, family)}
    return words.translate(unknown)


@lru_cache(maxsize=8_192)
def _can_be_set(sign: str, fonts: FontFiles, family: str) -> bool:
    if ord(sign) < _SURELY:
        return True
    try:
        _compiler(fonts).compile(
            _ONE_SIGN,
            format="pdf",
            sys_inputs={"sign": sign, "family": family},
            pdf_standards=["ua-1", "a-3a"],
            timestamp=0,
        )
    except typst.TypstError:
        return False
    return True


def _compiler(fonts: FontFiles) -> typst.Compiler:
    """A compiler of one's own: it serves one thread at a time, and costs next to nothing to make."""
    return typst.Compiler(font_paths=_fonts(fonts))


@lru_cache(maxsize=8)
def _fonts(files: FontFiles) -> typst.Fonts:
    """Typst reads whole folders, and of two files of one face takes whichever the disk names first.

    The files therefore lie in a folder of their own, as links, until the process ends.
    """
    if not files:
        return typst.Fonts(include_system_fonts=False)
    folder = TemporaryDirectory(prefix="cakupan-fonts-")
    atexit.register(folder.cleanup)
    for file in files:
        (Path(folder.name) / file.name).symlink_to(file)
    return typst.Fonts(include_system_fonts=False, font_paths=[folder.name])
