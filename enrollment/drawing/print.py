"""Figures as pictures, SVG and PNG, drawn on the server without a browser.

A picture leaves the page, so it takes along what stands around the chart there: title, subtitle, and
the line that says where its numbers come from.
"""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import vl_convert

from enrollment.drawing.fitting import PANEL_GAP, PANEL_TITLE, fitted, panel_size
from enrollment.drawing.lettering import (
    EVERYWHERE,
    SOURCE_SANS,
    Spec,
    Typeface,
    dressed,
    lines,
    styled,
    wrapped,
)
from enrollment.drawing.plot import Plot
from enrollment.drawing.vega import Outlines, layers
from enrollment.figures.description import Areas, Axis, Figure, Layout, Mark, Words
from enrollment.figures.placing import LINE_HEIGHT
from enrollment.figures.style import BODY, HEADING, NOTE, Theme, colour
from enrollment.language import Language

WIDTH, NARROW_WIDTH = 1000, 420
_GAP = 10
_VEGA_LITE = "6.4"
_MAP = Path(__file__).parents[2] / "data" / "reference" / "map" / "provinces.geojson"


def svg(
    figure: Figure,
    *,
    theme: Theme,
    language: Language,
    source: str,
    narrow: bool = False,
    outlines: Outlines | None = None,
) -> str:
    """The figure as an SVG document; the same figure gives the same bytes."""
    drawn = spec(figure, theme=theme, language=language, source=source, narrow=narrow, outlines=outlines)
    return dressed(_converted(drawn), title=figure.title, alt=figure.alt, language=language.code)


def bare_svg(
    figure: Figure,
    *,
    theme: Theme,
    language: Language,
    width: float,
    height: float | None = None,
    outlines: Outlines | None = None,
) -> str:
    """The chart alone, for a page that says its title, subtitle and source itself, and has Source Sans.

    It fills `width` pixels and at most `height`; its letters are as large as they can be there without
    meeting, 16 pixels and more where that is possible.
    """
    fit = fitted(figure, width, height)
    sheet = _Sheet(fit.layout, math.ceil(fit.width), margin=0, face=SOURCE_SANS, narrow=fit.narrow, bare=True)
    drawn = _spec(_Frame(figure, theme, "", sheet), language, outlines)
    enlarged = width / sheet.width
    plain = _converted(drawn)
    return dressed(plain, title=figure.title, alt=figure.alt, language=language.code, enlarged=enlarged)


def _converted(drawn: Spec) -> str:
    return vl_convert.vegalite_to_svg(drawn, vl_version=_VEGA_LITE, allowed_base_urls=[])


def png(
    figure: Figure,
    *,
    theme: Theme,
    language: Language,
    source: str,
    narrow: bool = False,
    scale: float = 2,
    outlines: Outlines | None = None,
) -> bytes:
    """The same picture in pixels, `scale` of them for each of the SVG."""
    document = svg(figure, theme=theme, language=language, source=source, narrow=narrow, outlines=outlines)
    return bytes(vl_convert.svg_to_png(document, scale=scale))


def spec(
    figure: Figure,
    *,
    theme: Theme,
    language: Language,
    source: str = "",
    narrow: bool = False,
    outlines: Outlines | None = None,
) -> Spec:
    """The picture as Vega-Lite. `outlines` are those of a map by code; None takes the shipped ones."""
    return _spec(_Frame(figure, theme, source, _printed(figure, narrow=narrow)), language, outlines)


def _spec(frame: "_Frame", language: Language, outlines: Outlines | None) -> Spec:
    figure = frame.figure
    shapes = outlines if outlines is not None else _shipped() if _has_areas(figure) else {}
    return {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{_VEGA_LITE}.json",
        "background": colour("paper", frame.theme),
        "autosize": "none",
        "config": {"view": {"stroke": None}},
        "usermeta": {"figure": figure.name, "language": language.code},
        **(frame.panels(shapes) if figure.panels else frame.single(shapes)),
    }


def outlines_of(document: str) -> Outlines:
    """The geometry of each feature of a GeoJSON document by its code."""
    return {
        str(feature.get("id") or feature["properties"]["id"]): feature["geometry"]
        for feature in json.loads(document)["features"]
    }


@lru_cache(maxsize=1)
def _shipped() -> Outlines:
    return outlines_of(_MAP.read_text(encoding="utf-8"))


def _has_areas(figure: Figure) -> bool:
    marks: chain[Mark] = chain(figure.marks, *(panel.marks for panel in figure.panels))
    return any(isinstance(mark, Areas) for mark in marks)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What a figure is drawn on; `bare` of title, subtitle and source line, where others say these."""

    layout: Layout
    width: float
    margin: float = 18
    face: Typeface = EVERYWHERE
    narrow: bool = False
    bare: bool = False


def _printed(figure: Figure, *, narrow: bool) -> _Sheet:
    if narrow:
        return _Sheet(figure.narrow, NARROW_WIDTH, narrow=True)
    return _Sheet(figure.wide, WIDTH)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A sheet with its chart: where title, plot and source line stand, in pixels."""

    figure: Figure
    theme: Theme
    source: str
    sheet: _Sheet

    @property
    def width(self) -> float:
        return self.sheet.width

    @property
    def margin(self) -> float:
        return self.sheet.margin

    @property
    def layout(self) -> Layout:
        return self.sheet.layout

    @property
    def inner(self) -> float:
        """Pixels between the margins."""
        return self.width - 2 * self.margin

    @property
    def plot_width(self) -> float:
        return self.inner - self.layout.room.left - self.layout.room.right

    @property
    def head(self) -> tuple[tuple[tuple[str, ...], int, Words], ...]:
        """Title and subtitle in lines, with their size and look."""
        if self.sheet.bare:
            return ()
        found = ((self.figure.title, HEADING, Words("", strong=True)), (self.figure.subtitle, BODY, _MUTED))
        return tuple(
            (wrapped(said, size=size, width=self.inner, strong=look.strong), size, look)
            for said, size, look in found
        )

    @property
    def foot(self) -> tuple[str, ...]:
        return wrapped(self.source, size=NOTE, width=self.inner)

    @property
    def top(self) -> float:
        """Where the chart begins, below title and subtitle."""
        head = sum(len(said) * size * LINE_HEIGHT for said, size, _ in self.head)
        return self.margin + (head + _GAP if self.head else 0)

    @property
    def height(self) -> float:
        foot = len(self.foot) * NOTE * LINE_HEIGHT
        return round(self.top + self.layout.height + (_GAP + foot if foot else 0) + self.margin)

    def plot(
        self, width: float, height: float, *, x: Axis | None = None, first: bool = True, last: bool = True
    ) -> Plot:
        """A plot of the figure's axes; the first of a row carries ticks of y, the last of a column of x."""
        layout = self.layout
        return Plot(
            x=x or self.figure.x,
            y=self.figure.y,
            width=width,
            height=height,
            layout=layout,
            theme=self.theme,
            x_ticks=layout.x_ticks if last else (),
            y_ticks=layout.y_ticks if first else (),
            grid=layout.y_ticks,
            face=self.sheet.face,
        )

    def words(self, plot: Plot, left: float, top: float) -> list[Spec]:
        """Title, subtitle and source line, told from the plot whose corner stands at `left` and `top`."""
        x, y = plot.place("start"), float(plot.place_of_top)
        said: list[Spec] = []
        down = self.margin - top
        for shown, size, look in self.head:
            said += lines(
                styled(shown, look),
                x=x,
                y=y,
                theme=self.theme,
                valign="top",
                dx=self.margin - left,
                dy=-down,
                size=size,
            )
            down += len(shown) * size * LINE_HEIGHT
        said += lines(
            styled(self.foot, _MUTED),
            x=x,
            y=y,
            theme=self.theme,
            valign="bottom",
            dx=self.margin - left,
            dy=top + self.margin - self.height,
            size=NOTE,
        )
        return said

    def single(self, outlines: Outlines) -> Spec:
        room = self.layout.room
        plot = self.plot(self.plot_width, self.layout.height - room.top - room.bottom)
        left, top = self.margin + room.left, self.top + room.top
        words = self.words(plot, left, top)
        return {
            "width": plot.width,
            "height": plot.height,
            "padding": {
                "left": left,
                "top": top,
                "right": self.width - left - plot.width,
                "bottom": self.height - top - plot.height,
            },
            "layer": layers(plot, self.figure.marks, self.layout.notes, outlines, words),
        }

    def panels(self, outlines: Outlines) -> Spec:
        """Small charts beside and under each other, all of one size."""
        room, columns, count = self.layout.room, self.layout.columns, len(self.figure.panels)
        width, height, between = panel_size(self.figure, self.layout, self.plot_width)
        left, top = self.margin + room.left, self.top + room.top + PANEL_TITLE
        drawn = []
        for place, panel in enumerate(self.figure.panels):
            last = place + columns >= count
            plot = self.plot(width, height, x=panel.x, first=place % columns == 0, last=last)
            words = lines(
                panel.title,
                x=plot.place("start"),
                y=plot.place_of_top,
                theme=self.theme,
                valign="bottom",
                dy=6,
                size=NOTE,
            )
            if place == 0:
                words += self.words(plot, left, top)
            notes = panel.narrow_notes if self.sheet.narrow else panel.notes
            shown = layers(plot, panel.marks, notes, outlines, words)
            drawn.append({"width": width, "height": height, "layer": shown})
        return {
            "concat": drawn,
            "columns": columns,
            "spacing": {"row": PANEL_TITLE + PANEL_GAP, "column": between},
            "bounds": "flush",
            "align": "none",
            # Without automatic size a composed picture is as large as its padding, and of a single column
            # as wide as that and the column.
            "padding": {
                "left": left,
                "top": top,
                "right": self.width - left - (width if columns == 1 else 0),
                "bottom": self.height - top,
            },
        }


_MUTED = Words("", "muted")
