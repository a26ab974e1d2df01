"""How much room a slide of 1280 × 720 leaves its charts, reckoned from its words.

A chart is drawn for the place it gets, and that depends on how many lines title, detail and foot take.
Words are measured roughly, on the wide side, so a line more may be reckoned with than there is, hardly one
less. Lengths are pixels of the slide, and the same as in present/slide.css.
"""

from dataclasses import dataclass

from enrollment.briefing.slides import Slide
from enrollment.drawing.lettering import wrapped
from enrollment.figures.description import Figure
from enrollment.figures.placing import text_width

_HEIGHT, _TOP, _BOTTOM = 720, 40, 22
_INNER = 1280 - 2 * 56
_BODY_GAP, _COLUMN_GAP, _FIGURE_GAP = 24, 44, 40
_COLUMNS = {"": 0, "brief": 210, "ample": 280, "reading": 412, "broad": 560, "alone": _INNER}
"""Beside a chart: nothing; numbers, with few words or many; a table or remarks; a table of many columns."""
_FEW_COLUMNS, _FEW_LINES = 3, 3
_MARK = 0.42
"""The part of the foot that name, number and link may take."""
_LONG_LINK = 60
"""Signs of a link that have room there."""


@dataclass(frozen=True, slots=True)
class Room:
    """Pixels that are left for each chart of a slide."""

    width: float
    height: float


def is_long(slide: Slide) -> bool:
    """Whether a title takes more than two lines, and is set in smaller letters for it."""
    return _lines(slide.title, 34, _INNER, strong=True) > 2


def is_tight(slide: Slide) -> bool:
    """Whether what stands beside or instead of a chart is too much for the letters it has otherwise."""
    return _reading(slide) > _body(slide)


def chart_room(slide: Slide) -> Room:
    """What is left for each of the slide's charts."""
    beside = _COLUMNS[column(slide)]
    count = max(len(slide.figures), 1)
    width = (_INNER - (beside + _COLUMN_GAP if beside else 0) - _FIGURE_GAP * (count - 1)) / count
    caption = 8 + max(
        (
            28 * _lines(title, 20, width, strong=True) + 22 * _lines(subtitle, 16, width)
            for title, subtitle in (captions(slide, figure) for figure in slide.figures)
        ),
        default=0,
    )
    return Room(width, _body(slide) - caption)


def shown_link(slide: Slide) -> str:
    """The link as it is written: without its query where that is long, as the code says what it asks for."""
    address = slide.link.partition("://")[2]
    return address if len(address) <= _LONG_LINK else address.partition("?")[0]


def captions(slide: Slide, figure: Figure) -> tuple[str, str]:
    """Title and subtitle over a chart, empty where the slide says them already."""
    title = figure.title if len(slide.figures) > 1 else ""
    return title, "" if figure.subtitle == slide.detail else figure.subtitle


def column(slide: Slide) -> str:
    """Which column of words and numbers the slide has, by the name of its width; empty where it has none."""
    if not (slide.numbers or slide.table or slide.remarks):
        return ""
    if not slide.figures:
        return "alone"
    if slide.table and len(slide.table.columns) > _FEW_COLUMNS:
        return "broad"
    if slide.table or slide.remarks:
        return "reading"
    lines = max(_lines(number.label, 17, _COLUMNS["brief"]) for number in slide.numbers)
    return "brief" if lines <= _FEW_LINES else "ample"


def _body(slide: Slide) -> float:
    """How high the part between head and foot is."""
    size, line = (30, 36) if is_long(slide) else (34, 40)
    chip = text_width(f"{slide.chip.mark} {slide.chip.word}", 18, strong=True) + 38 if slide.chip else 0
    detail = max(_lines(slide.detail, 20, _INNER - chip), int(slide.chip is not None))
    head = line * _lines(slide.title, size, _INNER, strong=True) + (10 + 30 * detail if detail else 0)
    own = 12 + 26 * _lines(slide.own, 18, _INNER - 18) if slide.own else 0
    marks = (f"Cakupan · {slide.code} · 10", shown_link(slide))
    mark = min(max(text_width(text, 13) for text in marks), _INNER * _MARK)
    left = _INNER - 40 - mark
    foot = 21 + 19 * max(sum(_lines(line, 13, left) for line in slide.foot), 2)
    return _HEIGHT - _TOP - head - _BODY_GAP - own - foot - _BOTTOM


def _reading(slide: Slide) -> float:
    """How high numbers, table and remarks are under each other."""
    alone = not slide.figures
    width = _COLUMNS[column(slide)]
    parts: list[float] = []
    if slide.numbers:
        each = [78 + 22 * _lines(number.label, 17, width) for number in slide.numbers]
        parts.append(max(each) if alone else sum(each))
    if slide.table:
        first = width * 0.5
        parts.append(39 + sum(14 + 24 * _lines(row[0], 18, first) for row in slide.table.rows))
    if slide.remarks and alone:
        each = [21 + 28 * _lines(remark, 20, (width - 56) / 2) for remark in slide.remarks]
        # Two columns are as high as half, and as what cannot be divided.
        parts.append(sum(each) / 2 + max(each) / 2)
    elif slide.remarks:
        parts.append(sum(14 + 25 * _lines(remark, 18, width) for remark in slide.remarks))
    return sum(parts) + 22 * (len(parts) - 1)


def _lines(words: str, size: float, width: float, *, strong: bool = False) -> int:
    return len(wrapped(words.replace("**", ""), size=size, width=width, strong=strong))
