"""Words on a slide of an office program: runs of one tone and weight, each with its language.

Places and sizes are pixels of a slide 1280 wide, so that they read like the drawings of the slides.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_CONNECTOR, MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from enrollment.drawing.lettering import visible
from enrollment.figures.description import Align, Text, Tone, VerticalAlign, Words
from enrollment.figures.placing import LINE_HEIGHT, text_width
from enrollment.figures.style import colour

TAGS = {"id": "id-ID", "en": "en-GB"}
_POINTS = 0.75
"""Points in a pixel of a slide that is 1280 pixels or 13.333 inches wide."""
_WIDER = 1.085
"""Another face may take the place of ours where it is not installed."""
# Of the theme, so that an office's own template keeps its colours; the others have a meaning of their own.
_THEME = {
    "ink": MSO_THEME_COLOR.TEXT_1,
    "paper": MSO_THEME_COLOR.BACKGROUND_1,
    "muted": MSO_THEME_COLOR.TEXT_2,
    "grid": MSO_THEME_COLOR.BACKGROUND_2,
}
_ALIGNED = {"left": PP_ALIGN.LEFT, "center": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}
_ANCHORED = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}
_DECORATIVE = "http://schemas.microsoft.com/office/drawing/2017/decorative"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


def painted(target: Any, name: str) -> None:
    """Give a colour of an office program, or a fill, the colour of a meaning."""
    if hasattr(target, "solid"):
        target.solid()
        target = target.fore_color
    if name in _THEME:
        target.theme_color = _THEME[name]
    else:
        red, green, blue = bytes.fromhex(colour(name, "light").removeprefix("#"))
        target.rgb = RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def worded(text: str, tone: Tone = "ink", *, strong: bool = False) -> tuple[Words, ...]:
    """A line of words; those between ** are bold."""
    parts = (
        Words(visible(part), tone, strong or place % 2 == 1) for place, part in enumerate(text.split("**"))
    )
    return tuple(words for words in parts if words.text)


def width_of(line: tuple[Words, ...], size: float) -> float:
    """Pixels that a line takes, on the wide side."""
    return sum(text_width(words.text, size, words.strong) for words in line) * _WIDER


def broken(text: Text, size: float, width: float) -> Text:
    """The same words in lines that fit; a word longer than a line is broken too."""
    found: list[tuple[Words, ...]] = []
    for line in text:
        if width_of(line, size) <= width:
            found.append(line)
            continue
        kept: list[Words] = []
        for words in _pieces(line, size, width):
            apart = replace(words, text=f" {words.text}") if kept else words
            if kept and width_of((*kept, apart), size) > width:
                found.append(tuple(kept))
                kept, apart = [], words
            kept.append(apart)
        found.append(tuple(kept))
    return tuple(found)


def _pieces(line: tuple[Words, ...], size: float, width: float) -> Iterator[Words]:
    """The words of a line one by one, those that are too long in pieces."""
    for words in line:
        for word in words.text.split():
            piece = ""
            for sign in word:
                longer = replace(words, text=piece + sign)
                if piece and width_of((longer,), size) > width:
                    yield replace(words, text=piece)
                    piece = ""
                piece += sign
            yield replace(words, text=piece)


def height_of(text: Text, size: float, width: float, pitch: float = LINE_HEIGHT) -> float:
    """Pixels that words take in height once they are broken."""
    return len(broken(text, size, width)) * size * pitch


def fitting(text: Text, sizes: tuple[float, ...], width: float, height: float) -> float:
    """The first of some sizes at which words fit, or the last of them."""
    longest = max((word for line in text for run in line for word in run.text.split()), key=len, default="")
    for size in sizes:
        if height_of(text, size, width) <= height and text_width(longest, size, strong=True) <= width:
            return size
    return sizes[-1]


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes on one slide: `px` is the length of a pixel in the program's own units."""

    slide: Any
    px: float
    language: str

    def length(self, pixels: float) -> int:
        return round(pixels * self.px)

    def points(self, size: float) -> Any:
        """A size of letters, as much of the slide on a small one as on a large."""
        return Pt(round(size * _POINTS * self.px / 9525 * 4) / 4)

    def around(self, box: Box) -> tuple[int, int, int, int]:
        return (self.length(box.left), self.length(box.top), self.length(box.width), self.length(box.height))

    def write(self, frame: Any, text: Text, *, size: float | None, align: Align | None = None) -> None:
        """Fill a frame of text with lines, as paragraphs of their own."""
        for place, line in enumerate(text):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            if align:
                paragraph.alignment = _ALIGNED[align]
            for words in line:
                self.run(paragraph, words, size)

    def run(self, paragraph: Any, words: Words, size: float | None) -> Any:
        run = paragraph.add_run()
        run.text = visible(words.text)
        run.font.bold = words.strong or None
        if size:
            run.font.size = self.points(size)
            painted(run.font.color, words.tone)
        run.font._element.set("lang", TAGS[self.language])
        return run

    def text(
        self,
        box: Box,
        text: Text,
        *,
        size: float,
        align: Align = "left",
        valign: VerticalAlign = "top",
        wraps: bool = True,
        name: str = "",
    ) -> Any:
        """A box of text without inner margins, so that words stand where the box does."""
        shape = self.slide.shapes.add_textbox(*self.around(box))
        if name:
            shape.name = name
        frame = plain_frame(shape.text_frame, wraps=wraps)
        frame.vertical_anchor = _ANCHORED[valign]
        self.write(frame, text, size=size, align=align)
        return shape

    def rule(self, left: float, top: float, right: float, name: str, width: float = 1) -> None:
        """A thin line across, that says nothing to those who listen."""
        ends = (self.length(left), self.length(top), self.length(right), self.length(top))
        line = unstyled(self.slide.shapes.add_connector(MSO_CONNECTOR.STRAIGHT, *ends))
        painted(line.line.color, name)
        line.line.width = self.length(width)
        decorative(line)

    def block(self, box: Box, name: str, *, rounded: bool = False) -> Any:
        """A filled rectangle."""
        kind = MSO_SHAPE.ROUNDED_RECTANGLE if rounded else MSO_SHAPE.RECTANGLE
        shape = unstyled(self.slide.shapes.add_shape(kind, *self.around(box)))
        if rounded:
            shape.adjustments[0] = 0.13
        painted(shape.fill, name)
        shape.line.fill.background()
        return shape


def unstyled(shape: Any) -> Any:
    """A shape without the line, fill and shadow that the theme gives to new ones."""
    for style in shape._element.xpath("p:style"):
        shape._element.remove(style)
    return shape


def plain_frame(frame: Any, *, wraps: bool = True) -> Any:
    """A frame of text without inner margins that keeps its size."""
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.word_wrap = wraps
    frame.auto_size = MSO_AUTO_SIZE.NONE
    return frame


def described(shape: Any, words: str) -> None:
    """What a picture or a chart says to those who do not see it."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", visible(words))


def decorative(shape: Any) -> None:
    """Tell readers' aids to pass a shape by."""
    known = shape._element.xpath(".//p:cNvPr")[0]
    known.append(
        parse_xml(
            f'<a:extLst {nsdecls("a")}><a:ext uri="{{C183D7F6-B498-43B3-948B-1728B52AA6E4}}">'
            f'<adec:decorative xmlns:adec="{_DECORATIVE}" val="1"/></a:ext></a:extLst>'
        )
    )
