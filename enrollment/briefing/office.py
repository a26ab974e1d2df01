"""The slides for an office program, to present, to edit and to take figures from.

Titles, tables, notes and charts are those of the program, so that outline view, readers' aids and "Edit data"
work. Places are pixels of a slide 1280 wide; shapes come in the order in which they are read.
"""

import io
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image, UnidentifiedImageError
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from enrollment.briefing import office_charts, office_plot
from enrollment.briefing.office_plot import Part
from enrollment.briefing.office_template import FIELD, Ground, ours, theirs
from enrollment.briefing.office_text import (
    TAGS,
    Box,
    Pen,
    broken,
    decorative,
    described,
    fitting,
    height_of,
    plain_frame,
    width_of,
    worded,
)
from enrollment.briefing.packing import noon, repacked
from enrollment.briefing.slides import Deck, Slide
from enrollment.drawing.lettering import visible
from enrollment.drawing.print import NARROW_WIDTH, WIDTH, png
from enrollment.figures.description import Areas, Cells, Figure, Text, Words
from enrollment.figures.placing import LINE_HEIGHT
from enrollment.figures.style import paler
from enrollment.language import Language

_AUTHOR = "Cakupan"
_TITLE_SIZES = (34, 30, 28, 26, 24, 22, 20)
_TITLE_PITCH = 1.19
_TITLE_LINES = 3
_DETAIL, _CHIP, _FOOT, _HEADING, _SUBTITLE = 20, 18, 13, 18, 16
_FOOT_PITCH = 19
_NUMBER_SIZES = (38, 34, 30, 26, 22, 18)
_BODY_SIZES = (24, 22, 20, 18, 17, 16, 15, 14, 12, 11, 10)
_TABLE_SIZES = (18, 17, 16, 15, 14, 12, 11)
_NARROW, _WIDE, _GAP = 196, 412, 40
"""Pixels of the column at the right: for numbers, and for a table or remarks; and beside it."""
_AIR = 14
_MOST_NUMBERS, _MOST_PANELS = 3, 6
_LEAST, _BETWEEN = 250, 24.0
"""Pixels that a small chart is wide at the least, and between two of them."""
_ROWS = 12
_MIDDLE = MSO_ANCHOR.MIDDLE
_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_LOGO = (150, 40)
_SHARP = 2.5
"""Pixels of a picture for each of its drawing, so that it stays sharp on a large screen."""
_SHEET = 46
"""Pixels of a drawing above and below its chart."""


class LogoRefused(ValueError):
    """A file that is no PNG and no JPEG; its text says so in the language of the deck."""


def pptx(deck: Deck, *, template: bytes | None = None, logo: bytes | None = None) -> bytes:
    """The deck as PPTX, 13.333 by 7.5 inches or as large as the template; the same deck, the same bytes.

    Without a template the slides stand on a master of our own. Raises TemplateRefused and LogoRefused.
    """
    language = Language(deck.language)
    mark = None if logo is None else _Logo.of(logo, language)
    ground = ours(language) if template is None else theirs(template, language)
    _properties(ground.shown, deck)
    for slide in deck.slides:
        _Page(ground, slide, deck, language, mark).write()
    target = io.BytesIO()
    ground.shown.save(target)
    return repacked(target.getvalue())


def _properties(shown: Any, deck: Deck) -> None:
    about = shown.core_properties
    about.title = visible(deck.title)[:255]
    about.author = about.last_modified_by = _AUTHOR
    about.subject = about.comments = about.keywords = about.category = ""
    about.created = about.modified = noon(deck.day)
    about.language = TAGS[deck.language]
    about.identifier, about.revision = deck.edition, 1


@dataclass(frozen=True, slots=True)
class _Logo:
    """A picture to stand at the lower right, and how large."""

    content: bytes
    width: float
    height: float

    @classmethod
    def of(cls, content: bytes, language: Language) -> "_Logo":
        try:
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
                wide, high = picture.size
        except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as why:
            raise LogoRefused(language.say("briefing.office.no_logo")) from why
        scale = min(_LOGO[0] / wide, _LOGO[1] / high)
        return cls(content, wide * scale, high * scale)


class _Page:
    """Lays out one slide from top to bottom."""

    def __init__(
        self, ground: Ground, slide: Slide, deck: Deck, language: Language, logo: _Logo | None
    ) -> None:
        self.ground, self.said, self.language, self.logo = ground, slide, language, logo
        self.made = noon(deck.day)
        self.slide = ground.shown.slides.add_slide(ground.layout)
        self.pen = Pen(self.slide, ground.px, language.code)
        self.left, self.right = ground.title.left, ground.title.right

    @property
    def width(self) -> float:
        return self.right - self.left

    def write(self) -> None:
        top = self._details(self._title()) + _AIR
        foot, foot_lines = self._foot_room()
        own = self._own_room(foot)
        body = Box(self.left, top, self.width, own.top - _AIR - top)
        beside = self._column_width()
        if not self.said.figures:
            self._column(body)
        elif beside:
            self._figures(replace(body, width=body.width - beside - _GAP))
            self._column(Box(self.right - beside, body.top, beside, body.height))
        else:
            self._figures(body)
        self._own(own)
        self._foot(foot, foot_lines)
        if self.said.notes:
            self._notes()

    # Above

    def _title(self) -> float:
        """The finding in the place of the title; gives the pixel below it."""
        line = worded(self.said.title.replace("**", ""), strong=True)
        box = self.ground.title
        size, lines = self._title_size(line)
        title = self.slide.shapes.title
        if self.ground.own:
            box = replace(box, height=lines * size * _TITLE_PITCH)
            title.left, title.top, title.width, title.height = self.pen.around(box)
            plain_frame(title.text_frame)
        paragraph = title.text_frame.paragraphs[0]
        run = self.pen.run(paragraph, replace(line[0], strong=False) if line else Words(""), None)
        run.font.size = self.pen.points(size)
        for place in list(self.slide.placeholders):
            if place.placeholder_format.idx and not (self.ground.own and self._is_detail(place)):
                place._element.getparent().remove(place._element)
        return box.bottom

    def _title_size(self, line: tuple[Words, ...]) -> tuple[float, int]:
        """The largest letters with which the title takes two lines, or three where it must."""
        box = self.ground.title
        for most, sizes in ((2, _TITLE_SIZES[:2]), (_TITLE_LINES, _TITLE_SIZES)):
            for size in sizes:
                lines = len(broken((line,), size, box.width))
                if lines <= most and lines * size * _TITLE_PITCH <= box.height:
                    return size, lines
        return _TITLE_SIZES[-1], len(broken((line,), _TITLE_SIZES[-1], box.width))

    def _is_detail(self, place: Any) -> bool:
        return bool(self.said.detail) and place.placeholder_format.type == PP_PLACEHOLDER.BODY

    def _details(self, top: float) -> float:
        """The chip and the line of detail beside it; gives the pixel below them."""
        chip, detail = self.said.chip, worded(self.said.detail, "muted")
        left, tall = self.left, _DETAIL * LINE_HEIGHT
        top += 10
        if chip:
            text = (Words(f"{visible(chip.mark)} {visible(chip.word)}".strip(), chip.tone, strong=True),)
            box = Box(left, top, width_of(text, _CHIP) + 24, _CHIP * LINE_HEIGHT + 6)
            shape = self.pen.block(box, paler(chip.tone, 10), rounded=True)
            frame = plain_frame(shape.text_frame, wraps=False)
            self.pen.write(frame, (text,), size=_CHIP, align="center")
            left, tall = box.right + _AIR, box.height
        if not detail:
            return top + tall if chip else top
        lines = len(broken((detail,), _DETAIL, self.right - left))
        size = _DETAIL if lines <= 2 else _SUBTITLE
        high = max(tall, height_of((detail,), size, self.right - left))
        box = Box(left, top, self.right - left, high)
        place = next((place for place in self.slide.placeholders if place.placeholder_format.idx == 1), None)
        if self.ground.own and place is not None:
            place.left, place.top, place.width, place.height = self.pen.around(box)
            frame = plain_frame(place.text_frame)
            frame.vertical_anchor = _MIDDLE if lines == 1 else None
            self.pen.write(frame, (detail,), size=size)
            # It is read after the chip, which stands left of it.
            self.slide.shapes._spTree.append(place._element)
        else:
            self.pen.text(box, (detail,), size=size, valign="middle" if lines == 1 else "top")
        return top + high

    # Figures

    def _figures(self, body: Box) -> None:
        figures = self.said.figures
        width = (body.width - _GAP * (len(figures) - 1)) / len(figures)
        for place, figure in enumerate(figures):
            box = replace(body, left=body.left + place * (width + _GAP), width=width)
            self._figure(figure, box, titled=len(figures) > 1)

    def _figure(self, figure: Figure, box: Box, *, titled: bool) -> None:
        """One figure with what it counts above it, and its own title where two stand beside each other."""
        top = box.top
        head = ((figure.title, _HEADING, True),) if titled else ()
        for said, size, strong in (*head, (figure.subtitle, _SUBTITLE, False)):
            text = (worded(said, "ink" if strong else "muted", strong=strong),)
            if text[0]:
                high = height_of(text, size, box.width)
                self.pen.text(Box(box.left, top, box.width, high), text, size=size)
                top += high + 4
        room = Box(box.left, top + 4, box.width, box.bottom - top - 4)
        found = office_plot.parts(figure)
        marks = [*figure.marks, *(mark for panel in figure.panels for mark in panel.marks)]
        drawn_as_cells = any(isinstance(mark, Cells) for mark in marks)
        if any(isinstance(mark, Areas) for mark in marks) or (self.said.kind == "map" and drawn_as_cells):
            # Beside another figure, which ranks the places, the picture is enough.
            (self._picture if titled else self._map)(figure, room)
        elif drawn_as_cells or len(found) > _MOST_PANELS:
            self._picture(figure, room)
        elif found:
            self._charts(found, room)
        else:
            self.pen.text(room, (worded(figure.alt, "muted"),), size=_SUBTITLE)

    def _charts(self, found: tuple[Part, ...], room: Box) -> None:
        """Charts beside and under each other; the names of rows stand at the first of each line."""
        count = len(found)
        columns = count if count <= 3 else 2 if count == 4 else 3
        columns = min(columns, max(int(room.width // _LEAST), 1))
        lines = -(-count // columns)
        shared = room.width / (1 if columns == 1 else 2)
        names = max(office_plot.names_width(part, shared) for part in found)
        width = (room.width - names - _BETWEEN * (columns - 1)) / columns
        high = (room.height - _BETWEEN * (lines - 1)) / lines
        for place, part in enumerate(found):
            line, column = divmod(place, columns)
            kept = 0.0 if column else names
            left = room.left + names - kept + column * (width + _BETWEEN)
            box = Box(left, room.top + line * (high + _BETWEEN), kept + width, high)
            alt = part.figure.alt
            if part.title:
                box = self._panel_title(part.title, box, kept)
                alt = f"{' '.join(words.text for line in part.title for words in line)}. {alt}"
            box = replace(box, height=office_plot.height_wanted(part, box.height))
            office_charts.draw(self.pen, box, part, alt=alt, left=kept, made=self.made)

    def _panel_title(self, title: Text, box: Box, kept: float) -> Box:
        """The title of a small chart above its plot, all of one height; gives the box that is left."""
        high = 2 * _SUBTITLE * LINE_HEIGHT
        head = Box(box.left + kept, box.top, box.width - kept, high)
        size = fitting(title, (16, 15, 14), head.width, high)
        self.pen.text(head, broken(title, size, head.width), size=size, valign="bottom")
        return Box(box.left, head.bottom + 2, box.width, box.height - high - 2)

    def _map(self, figure: Figure, room: Box) -> None:
        """The largest places as bars, and the map beside them."""
        half = (room.width - _GAP) / 2
        largest = office_plot.largest(figure, _ROWS, self.language)
        if largest is None:
            self._picture(figure, room)
            return
        box = replace(room, width=half, height=office_plot.height_wanted(largest, room.height))
        left = office_plot.names_width(largest, half)
        office_charts.draw(self.pen, box, largest, alt=figure.alt, left=left, made=self.made)
        self._picture(figure, replace(room, left=room.left + half + _GAP, width=half))

    def _picture(self, figure: Figure, room: Box) -> None:
        """A figure that an office program has no chart for, in the form whose letters are larger here."""
        forms = (
            (room.width / wide, room.height / (layout.height + _SHEET), narrow)
            for wide, layout, narrow in ((WIDTH, figure.wide, False), (NARROW_WIDTH, figure.narrow, True))
        )
        narrow = max((min(across, down), narrow) for across, down, narrow in forms)[1]
        # Title and subtitle stand on the slide already.
        bare = replace(figure, title="", subtitle="")
        content = png(bare, theme="light", language=self.language, source="", narrow=narrow, scale=_SHARP)
        with Image.open(io.BytesIO(content)) as picture:
            across, down = picture.size
        scale = min(room.width / across, room.height / down)
        box = Box(room.left, room.top, across * scale, down * scale)
        described(self.slide.shapes.add_picture(io.BytesIO(content), *self.pen.around(box)), figure.alt)

    # Beside

    def _column_width(self) -> float:
        if self.said.table or self.said.remarks:
            return _WIDE
        return _NARROW if self.said.numbers else 0

    def _column(self, box: Box) -> None:
        """Numbers, the table and remarks under each other, or across the slide where no figure is."""
        top = box.top
        if self.said.numbers:
            top = self._numbers(box) + _AIR
        rest = Box(box.left, top, box.width, box.bottom - top)
        if self.said.table:
            share = rest if not self.said.remarks else replace(rest, height=rest.height * 0.65)
            top = self._table(share) + _AIR
            rest = Box(box.left, top, box.width, box.bottom - top)
        if self.said.remarks:
            self._remarks(rest)

    def _numbers(self, box: Box) -> float:
        """Each number with what it is under it; gives the pixel below the last."""
        numbers = self.said.numbers
        across = box.width > _WIDE
        width = (box.width - _GAP * (len(numbers) - 1)) / len(numbers) if across else box.width
        values = [(worded(number.value, strong=True),) for number in numbers]
        labels = [(worded(number.label, "muted"),) for number in numbers]
        size = min(fitting(value, _NUMBER_SIZES, width, 34 * LINE_HEIGHT) for value in values)
        crowded = bool(self.said.table or self.said.remarks)
        room = box.height if across else box.height / (5 if crowded else _MOST_NUMBERS)
        free = room - size * LINE_HEIGHT - 20
        small = min(fitting(label, (17, 16, 15, 14), width, free) for label in labels)
        heights = [size * LINE_HEIGHT + height_of(label, small, width) for label in labels]
        left = top = 0.0
        for value, label, high in zip(values, labels, heights, strict=True):
            place = Box(box.left + left, box.top + top, width, high)
            self.pen.rule(place.left, place.top, place.right, "axis")
            shape = self.pen.text(replace(place, top=place.top + 8), value, size=size)
            self._add(shape, label, small)
            if across:
                left += width + _GAP
            else:
                top += high + 16 if crowded else max(room, high + 16)
        return box.top + (max(heights) + 16 if across else top)

    def _add(self, shape: Any, text: Text, size: float) -> None:
        """More lines below those of a box of text."""
        for line in text:
            paragraph = shape.text_frame.add_paragraph()
            for words in line:
                self.pen.run(paragraph, words, size)

    def _table(self, box: Box) -> float:
        """The program's own table with lines under its rows; gives the pixel below it."""
        table = self.said.table
        if table is None:
            return box.top
        header = [worded(column.header, "muted", strong=True) for column in table.columns]
        rows = [[worded(said) for said in row] for row in table.rows]
        size, widths = self._table_size(box, [header, *rows])
        heights = [self._row_height(row, size, widths) for row in (header, *rows)]
        framed = self.slide.shapes.add_table(
            1 + len(rows), len(header), *self.pen.around(Box(box.left, box.top, sum(widths), sum(heights)))
        )
        described(framed, ", ".join(column.header for column in table.columns))
        native = framed.table
        native.horz_banding = False
        native._tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
        for column, width in zip(native.columns, widths, strict=True):
            column.width = self.pen.length(width)
        for down, row in enumerate([header, *rows]):
            native.rows[down].height = self.pen.length(heights[down])
            for place, line in enumerate(row):
                cell = native.cell(down, place)
                cell.margin_left = 0 if place == 0 else self.pen.length(_AIR)
                cell.margin_right = 0
                cell.margin_top = cell.margin_bottom = 0
                cell.vertical_anchor = _MIDDLE
                self.pen.write(cell.text_frame, (line,), size=size, align=table.columns[place].align)
                self._underlined(cell, "ink" if down == 0 else "grid")
        return box.top + sum(heights)

    def _table_size(self, box: Box, rows: list[list[tuple[Words, ...]]]) -> tuple[float, list[float]]:
        """The largest letters with which a table fits, and the widths of its columns."""
        for size in _TABLE_SIZES:
            wanted = [max(width_of(row[place], size) for row in rows) + _AIR for place in range(len(rows[0]))]
            spare = box.width - sum(wanted[1:])
            # The first column holds words, which may be broken; numbers may not.
            widths = [max(spare, box.width / 3), *wanted[1:]]
            if sum(widths) > box.width:
                widths = [width * box.width / sum(widths) for width in widths]
            fits = spare >= min(wanted[0], box.width / 3)
            if fits and sum(self._row_height(row, size, widths) for row in rows) <= box.height:
                break
        return size, widths

    def _row_height(self, row: list[tuple[Words, ...]], size: float, widths: list[float]) -> float:
        lines = max(
            len(broken((line,), size, width - (_AIR if place else 0)))
            for place, (line, width) in enumerate(zip(row, widths, strict=True))
        )
        return lines * size * LINE_HEIGHT + size * 0.8

    def _underlined(self, cell: Any, name: str) -> None:
        properties = cell._tc.get_or_add_tcPr()
        for side in ("lnL", "lnR", "lnT"):
            properties.append(parse_xml(f'<a:{side} {nsdecls("a")} w="0"><a:noFill/></a:{side}>'))
        shade = "tx1" if name == "ink" else "bg2"
        properties.append(
            parse_xml(
                f'<a:lnB {nsdecls("a")} w="{self.pen.length(1)}"><a:solidFill><a:schemeClr val="{shade}"/>'
                "</a:solidFill></a:lnB>"
            )
        )

    def _remarks(self, box: Box) -> None:
        """Remarks as paragraphs of one box, each a little apart from the next."""
        text = tuple(worded(remark) for remark in self.said.remarks)
        apart = 10.0
        room = box.height - apart * (len(text) - 1)
        size = fitting(text, _BODY_SIZES if box.width > _WIDE else _BODY_SIZES[2:], box.width, room)
        shape = self.pen.text(box, text, size=size)
        for paragraph in shape.text_frame.paragraphs[1:]:
            paragraph.space_before = self.pen.points(apart)

    # Below

    def _own_text(self) -> tuple[Text, float]:
        """The presenter's own sentence, and the size of its letters."""
        text = (worded(self.said.own),)
        return text, fitting(text, (18, 17, 16, 15, 14), self.width - 40, 2 * 18 * LINE_HEIGHT)

    def _own_room(self, foot: Box) -> Box:
        """The room above the foot for a sentence of the presenter's own."""
        if not self.said.own:
            return Box(self.left, foot.top, self.width, 0)
        text, size = self._own_text()
        high = height_of(text, size, self.width - 40) + 14
        return Box(self.left, foot.top - high - _AIR, self.width, high)

    def _own(self, box: Box) -> None:
        """The presenter's own sentence on a ground of its own: no finding of the data."""
        if not self.said.own:
            return
        text, size = self._own_text()
        shape = self.pen.block(box, paler("accent", 9))
        shape.name = self.language.say("briefing.office.own")
        frame = plain_frame(shape.text_frame)
        frame.margin_left = frame.margin_right = self.pen.length(20)
        frame.vertical_anchor = _MIDDLE
        self.pen.write(frame, text, size=size, align="left")
        decorative(self.pen.block(replace(box, width=5), "accent"))

    def _foot_room(self) -> tuple[Box, list[Text]]:
        """The lines at the foot, and the room that they need at the lower end of the slide."""
        width = self.width - self._right_width() - _GAP
        lines = [broken((worded(line, "muted"),), _FOOT, width) for line in self.said.foot]
        high = max(sum(map(len, lines)), 2) * _FOOT_PITCH
        bottom = self.ground.bottom - 20
        return Box(self.left, bottom - high - 10, self.width, high + 10), lines

    def _right_width(self) -> float:
        named = width_of((Words(f"{_AUTHOR} · 88", strong=True),), _FOOT)
        coded = width_of((Words(self.said.code),), _FOOT)
        return max(named, coded) + (self.logo.width + _AIR if self.logo else 0)

    def _foot(self, box: Box, lines: list[Text]) -> None:
        """As of, edition and definition at the left; product, page and code at the right."""
        self.pen.rule(box.left, box.top, box.right, "axis")
        right = self._right_width()
        left = Box(box.left, box.top + 10, box.width - right - _GAP, box.height - 10)
        text = tuple(line for said in lines for line in said)
        shape = self.pen.text(left, text, size=_FOOT)
        self._takes_place(shape, PP_PLACEHOLDER.FOOTER, "ftr")
        end = box.right - (self.logo.width + _AIR if self.logo else 0)
        width = right - (self.logo.width + _AIR if self.logo else 0)
        page = Box(end - width, box.top + 10, width, _FOOT_PITCH)
        shape = self.pen.text(
            page,
            ((Words(_AUTHOR, strong=True), Words(" · ", "muted")),),
            size=_FOOT,
            align="right",
            wraps=False,
        )
        self._number(shape)
        self._takes_place(shape, PP_PLACEHOLDER.SLIDE_NUMBER, "sldNum")
        under = replace(page, top=page.bottom)
        shape = self.pen.text(
            under, (worded(self.said.code, "muted"),), size=_FOOT, align="right", wraps=False
        )
        if self.said.code and self.said.link.startswith(("https://", "http://")):
            shape.text_frame.paragraphs[0].runs[0].hyperlink.address = self.said.link
        if self.logo:
            mark = self.logo
            place = Box(box.right - mark.width, box.top + 10, mark.width, mark.height)
            picture = self.slide.shapes.add_picture(io.BytesIO(mark.content), *self.pen.around(place))
            described(picture, self.language.say("briefing.office.logo"))

    def _number(self, shape: Any) -> None:
        """The number of the page, which the program keeps true when slides are moved."""
        run = shape.text_frame.paragraphs[0].runs[-1]._r
        properties = run.find(qn("a:rPr"))
        field = parse_xml(f'<a:fld {nsdecls("a")} id="{FIELD}" type="slidenum"/>')
        field.append(deepcopy(properties))
        count = len(self.ground.shown.slides)
        field.append(parse_xml(f"<a:t {nsdecls('a')}>{count}</a:t>"))
        run.addnext(field)

    def _takes_place(self, shape: Any, kind: Any, name: str) -> None:
        """Make a box of text fill the layout's place of a kind, so that a change of the master reaches it."""
        place = self.ground.placeholder(kind)
        if place is None:
            return
        shape._element.nvSpPr.nvPr.append(
            parse_xml(
                f'<p:ph {nsdecls("p")} type="{name}" sz="quarter" idx="{place.placeholder_format.idx}"/>'
            )
        )
        shape._element.nvSpPr.cNvSpPr.attrib.pop("txBox", None)

    def _notes(self) -> None:
        """What is said with the slide, on the page of notes."""
        frame = self.slide.notes_slide.notes_text_frame
        text = tuple(worded(line.replace("**", "")) for line in self.said.notes.splitlines())
        self.pen.write(frame, text, size=None)
