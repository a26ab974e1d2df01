"""The minutes as a Word document, for the parties to complete and sign.

Headings, tables and page numbers are those of the program, so that the document can go on being edited.
Sections stand under each other: side by side is for paper that nobody edits.
"""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from enrollment.minutes.content import BLANK, PAGE, PAGES, Facts, Minutes, Party, Section, Table, Text

_FONT = "Times New Roman"
"""The usual face of official letters, and one that every office program has or replaces in equal measures."""
_INK, _MUTED, _SHADED, _RULE = RGBColor(0x16, 0x24, 0x2C), RGBColor(0x5B, 0x6B, 0x75), "EEF1F3", "7C8A93"
_MARGIN, _WIDTH = Cm(2.2), Cm(16.6)
_LABEL_WIDTH, _PLACE_WIDTH = Cm(3.8), Cm(1.2)
_AROUND, _LETTER = Cm(0.55), Cm(0.185)
_ZIP_TIME = (2000, 1, 1, 0, 0, 0)
_LANGUAGES = {"id": "id-ID", "en": "en-GB"}
_SIGN_LABEL, _SIGN_GAP = Cm(1.9), Cm(1.4)
_HEIGHT_OF_SIGNATURE = Cm(2.0)
_THUMBNAIL = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"


def docx(minutes: Minutes) -> bytes:
    """The document as DOCX; the same minutes give the same bytes, since nothing in it tells the time."""
    document = Document()
    _Writer(document, minutes).write()
    target = io.BytesIO()
    document.save(target)
    return _repacked(target.getvalue())


def _repacked(content: bytes) -> bytes:
    """The same parts in the same order, without the moment at which each was written."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(target, "w") as kept:
        for name in given.namelist():
            part = zipfile.ZipInfo(name, _ZIP_TIME)
            kept.writestr(part, given.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()


class _Writer:
    """Writes one document from top to bottom."""

    def __init__(self, document: Doc, minutes: Minutes) -> None:
        self.document, self.minutes = document, minutes
        self.numbered = 0

    def write(self) -> None:
        self._properties()
        self._styles()
        self._page()
        self._head()
        sections = [section for band in self.minutes.bands for section in (*band.sections, *band.beside)]
        for section in sections:
            # What was agreed stands on the page that is signed.
            self._section(section, signed=section is sections[-1])
        self._closing()

    # The document as a whole

    def _properties(self) -> None:
        minutes, day = self.minutes, self.minutes.day
        made = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC).replace(tzinfo=None)
        about = self.document.core_properties
        about.title = f"{minutes.title}: {minutes.subject}"[:255]
        about.author = about.last_modified_by = "Cakupan"
        about.comments = ""
        about.created = about.modified = made
        about.language = _LANGUAGES[minutes.language]
        package = self.document.part.package
        # The template brings a picture of itself, which would stand for ours.
        for name, relation in list(package.rels.items()):
            if relation.reltype == _THUMBNAIL:
                package.rels.pop(name)

    def _styles(self) -> None:
        styles = self.document.styles
        for name, size, bold, before, after in (
            ("Normal", 10.5, False, 0, 4),
            ("Title", 14, True, 6, 2),
            ("Heading 1", 11.5, True, 10, 4),
            ("Header", 8.5, False, 0, 0),
            ("Footer", 8.5, False, 0, 0),
        ):
            style: Any = styles[name]
            style.font.name, style.font.size, style.font.bold = _FONT, Pt(size), bold
            style.font.color.rgb = _MUTED if name == "Footer" else _INK
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for script in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{script}"), None)
            for script in ("ascii", "hAnsi", "eastAsia", "cs"):
                fonts.set(qn(f"w:{script}"), _FONT)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        title: Any = styles["Title"]
        title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        title.paragraph_format.keep_with_next = True
        # The title is underlined by the template, and the footer has tabs for paper of another width.
        for name, part in (("Title", "pBdr"), ("Footer", "tabs")):
            for found in styles[name].element.findall(f".//{qn(f'w:{part}')}"):
                found.getparent().remove(found)
        for spoken in styles.element.iter(qn("w:lang")):
            spoken.set(qn("w:val"), _LANGUAGES[self.minutes.language])

    def _page(self) -> None:
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = _MARGIN
        section.top_margin, section.bottom_margin = Cm(1.9), Cm(2)
        section.header_distance = section.footer_distance = Cm(1)
        foot = section.footer.paragraphs[0]
        _tabs(foot, (_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.SPACES))
        _edge(foot, "top", 4)
        _worded(foot, self.minutes.footer)
        foot.add_run("\t")
        _page_numbers(foot, self.minutes.page)
        if self.minutes.watermark:
            section.header.paragraphs[0].add_run()._r.append(_watermark(self.minutes.watermark))

    def _head(self) -> None:
        minutes = self.minutes
        letterhead = self._layout([_WIDTH // 2] * 2, 1)
        for cell, party, side in (
            (letterhead.cell(0, 0), minutes.first, WD_ALIGN_PARAGRAPH.LEFT),
            (letterhead.cell(0, 1), minutes.second, WD_ALIGN_PARAGRAPH.RIGHT),
        ):
            _only(cell, party.letterhead, bold=True).alignment = side
        rule = self.document.add_paragraph()
        rule.paragraph_format.space_after = Pt(4)
        rule.paragraph_format.line_spacing = Pt(4)
        _edge(rule, "bottom", 12, "thickThinSmallGap")
        self.document.add_paragraph(minutes.title, style="Title")
        self._centred(minutes.subject)
        label, gap = Cm(4.1), Cm(0.6)
        blank = (_WIDTH - 2 * label - gap) // 2
        numbers = self._layout([label, blank, gap, label, blank], 1)
        for place, number in zip((0, 3), minutes.numbers, strict=True):
            _only(numbers.cell(0, place), number.replace(BLANK, "").strip())
            _only(numbers.cell(0, place + 1), "")
            _side(numbers.cell(0, place + 1), "bottom", 4)
        opening = self.document.add_paragraph()
        opening.paragraph_format.space_before = Pt(6)
        _worded(opening, minutes.opening)

    def _centred(self, text: str) -> None:
        said = self.document.add_paragraph(text)
        said.alignment = WD_ALIGN_PARAGRAPH.CENTER

    # Sections

    def _section(self, section: Section, *, signed: bool) -> None:
        if section.heading:
            self.numbered += 1
            self.document.add_heading(f"{self.numbered}. {section.heading}", level=1)
        for place, block in enumerate(section.blocks):
            if isinstance(block, Facts):
                self._facts(block)
            elif isinstance(block, Table):
                if place or not section.heading:
                    self._gap()
                self._table(block, with_next=signed)
            else:
                self._text(block)

    def _gap(self) -> None:
        """Two tables that touch would become one."""
        gap = self.document.add_paragraph()
        gap.paragraph_format.space_after = Pt(0)
        gap.paragraph_format.line_spacing = Pt(8)

    def _text(self, block: Text) -> None:
        said = self.document.add_paragraph(block.text)
        if block.note:
            said.paragraph_format.space_before, said.paragraph_format.space_after = Pt(3), Pt(0)
            said.runs[0].font.size = Pt(9)

    def _facts(self, block: Facts) -> None:
        table = self._layout([_LABEL_WIDTH, Length(_WIDTH - _LABEL_WIDTH)], len(block.facts))
        for row, (label, said) in zip(table.rows, block.facts, strict=True):
            _only(row.cells[0], label, size=9.5, colour=_MUTED)
            _only(row.cells[1], said, size=9.5)
            _whole(row)

    def _layout(self, widths: Sequence[int], rows: int) -> WordTable:
        """A table without lines, to stand things beside each other."""
        table: WordTable = self.document.add_table(rows, len(widths))
        _set_widths(table, widths)
        margins = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
        properties: Any = table._tbl.tblPr
        properties.insert_element_before(
            parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"), "w:tblLook"
        )
        return table

    def _table(self, block: Table, *, with_next: bool) -> None:
        table = self.document.add_table(1 + len(block.rows), len(block.columns), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _set_widths(table, _widths(block))
        _lines(table)
        for cell, column in zip(table.rows[0].cells, block.columns, strict=True):
            _shade(cell)
            self._cell(cell, column.header, numeric=column.numeric, bold=True, keep=True)
        _repeat(table.rows[0])
        for place, (row, given) in enumerate(zip(table.rows[1:], block.rows, strict=True), 1):
            last = place == len(block.rows)
            for first, (cell, said, column) in enumerate(
                zip(row.cells, given.cells, block.columns, strict=True)
            ):
                paragraph = self._cell(
                    cell,
                    said,
                    numeric=column.numeric,
                    bold=given.role == "total",
                    italic=given.role == "sum",
                    keep=with_next or not last,
                )
                if given.role == "part" and not first:
                    paragraph.paragraph_format.left_indent = Cm(0.5)
                if given.role == "total":
                    _side(cell, "top", 10)
            _whole(row)

    def _cell(
        self,
        cell: _Cell,
        text: str,
        *,
        numeric: bool,
        bold: bool = False,
        italic: bool = False,
        keep: bool = False,
    ) -> Paragraph:
        paragraph = _only(cell, text, size=9.5, bold=bold)
        paragraph.runs[0].italic = italic or None
        paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
        paragraph.paragraph_format.keep_with_next = keep
        if numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return paragraph

    # Closing

    def _closing(self) -> None:
        minutes = self.minutes
        for place, said in enumerate(minutes.closing):
            paragraph = self.document.add_paragraph(said)
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_before = Pt(0 if place else 10)
        made = self.document.add_paragraph()
        made.paragraph_format.keep_with_next = True
        made.paragraph_format.space_after = Pt(10)
        _blank(made, minutes.made_at, Cm(6))
        blank = (_WIDTH - 2 * _SIGN_LABEL - _SIGN_GAP) // 2
        widths = [_SIGN_LABEL, blank, _SIGN_GAP, _SIGN_LABEL, blank]
        table = self._layout(widths, 2 + len(minutes.sign_here))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        self._signature(table, 0, minutes.first)
        self._signature(table, 3, minutes.second)
        for row in table.rows:
            _whole(row)

    def _signature(self, table: WordTable, place: int, party: Party) -> None:
        """Who signs, a space to sign in, and lines for what else is asked, from the column `place` on."""
        named = table.cell(0, place).merge(table.cell(0, place + 1))
        role = _only(named, party.role.upper(), bold=True)
        name = named.add_paragraph(party.name)
        signed = table.cell(1, place).merge(table.cell(1, place + 1))
        signed.paragraphs[0].paragraph_format.space_before = _HEIGHT_OF_SIGNATURE
        _side(signed, "bottom", 6)
        kept = [role, name, signed.paragraphs[0]]
        for row, label in enumerate(self.minutes.sign_here, 2):
            said = _only(table.cell(row, place), label)
            said.paragraph_format.space_before = Pt(6)
            _only(table.cell(row, place + 1), "")
            _side(table.cell(row, place + 1), "bottom", 4, "dotted")
            if label != self.minutes.sign_here[-1]:
                kept.append(said)
        for paragraph in (role, name):
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for paragraph in kept:
            paragraph.paragraph_format.keep_with_next = True


def _worded(paragraph: Paragraph, text: str) -> None:
    """Words between ** are bold."""
    for place, part in enumerate(text.split("**")):
        if part:
            paragraph.add_run(part).bold = place % 2 == 1 or None


def _only(
    cell: _Cell,
    text: str,
    *,
    size: float | None = None,
    bold: bool = False,
    colour: RGBColor | None = None,
) -> Paragraph:
    """The text as the only paragraph of a cell."""
    paragraph: Paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    return paragraph


def _blank(paragraph: Paragraph, text: str, end: int) -> None:
    """A line to write on, up to `end`, where the text leaves a blank."""
    before, _, after = text.partition(BLANK)
    _tabs(paragraph, (Length(end), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES))
    paragraph.add_run(f"{before}\t{after}")


def _tabs(paragraph: Paragraph, *stops: tuple[Length, WD_TAB_ALIGNMENT, WD_TAB_LEADER]) -> None:
    for place, side, leader in stops:
        paragraph.paragraph_format.tab_stops.add_tab_stop(place, side, leader)


def _page_numbers(paragraph: Paragraph, text: str) -> None:
    before, _, rest = text.partition(PAGE)
    between, _, after = rest.partition(PAGES)
    paragraph.add_run(before)
    _field(paragraph, "PAGE")
    paragraph.add_run(between)
    _field(paragraph, "NUMPAGES")
    if after:
        paragraph.add_run(after)


def _field(paragraph: Paragraph, name: str) -> None:
    """A field that the office program fills in."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    shown = paragraph.add_run("1")._r
    field.append(shown)
    paragraph._p.append(field)


def _widths(block: Table) -> list[int]:
    """What is narrow gets what its longest words need, the wide columns share the rest."""
    narrow = [
        None if column.wide else _needed([column.header, *(row.cells[place] for row in block.rows)])
        for place, column in enumerate(block.columns)
    ]
    taken = sum(width for width in narrow if width is not None)
    room = (_WIDTH - taken) // max(narrow.count(None), 1)
    return [room if width is None else width for width in narrow]


def _needed(texts: Sequence[str]) -> int:
    longest = max(len(line) for text in texts for line in text.split("\n"))
    return max(_PLACE_WIDTH, int(_AROUND + _LETTER * longest))


def _set_widths(table: WordTable, widths: Sequence[int]) -> None:
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Length(width)
        for cell in column.cells:
            cell.width = Length(width)


def _whole(row: _Row) -> None:
    """No row is torn between two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat(row: _Row) -> None:
    """The header of a table stands on every page that the table runs over."""
    _whole(row)
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _shade(cell: _Cell) -> None:
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{_SHADED}"/>')
    )


def _side(cell: _Cell, side: str, eighths: int, look: str = "single") -> None:
    """A line along one side of a cell, as thick as so many eighths of a point."""
    properties: Any = cell._tc.get_or_add_tcPr()
    properties.insert_element_before(
        parse_xml(
            f"<w:tcBorders {nsdecls('w')}>"
            f'<w:{side} w:val="{look}" w:sz="{eighths}" w:space="0" w:color="{_INK}"/></w:tcBorders>'
        ),
        *("w:shd", "w:noWrap", "w:tcMar", "w:vAlign"),
    )


def _lines(table: WordTable) -> None:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_RULE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties: Any = table._tbl.tblPr
    properties.insert_element_before(
        parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>"),
        *("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
    )


def _edge(paragraph: Paragraph, side: str, eighths: int, look: str = "single") -> None:
    """A line along one side of a paragraph, as thick as so many eighths of a point."""
    border = parse_xml(
        f"<w:pBdr {nsdecls('w')}>"
        f'<w:{side} w:val="{look}" w:sz="{eighths}" w:space="1" w:color="{_INK}"/></w:pBdr>'
    )
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        border, *("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr")
    )


def _watermark(text: str) -> BaseOxmlElement:
    """A word across the page, behind its text."""
    spaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
    )
    return parse_xml(
        f"<w:pict {spaces}>"
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e">'
        '<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>'
        '<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="watermark" o:spid="_x0000_s2049" type="#_x0000_t136" alt="{text}" '
        'style="position:absolute;width:480pt;height:130pt;rotation:308;z-index:-251658752;'
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        'mso-position-vertical:center;mso-position-vertical-relative:margin" '
        'o:allowincell="f" fillcolor="#ececec" stroked="f">'
        f'<v:textpath style="font-family:&quot;{_FONT}&quot;;font-weight:bold" string="{text}"/>'
        "</v:shape></w:pict>"
    )
