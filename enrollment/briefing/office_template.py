"""What slides of an office program stand on: our own master, or that of an office."""

import io
import zipfile
from dataclasses import dataclass
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.opc.oxml import serialize_part_xml
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu

from enrollment.briefing.office_text import TAGS, Box
from enrollment.figures.style import colour
from enrollment.language import Language

WIDTH, HEIGHT = 1280, 720
_PIXEL = 9525
_FACE = "Source Sans Pro"
# The family's own numbers of its shape: by them an office program finds the nearest where it is missing.
_SHAPE = 'panose="020B0503030403020204" pitchFamily="34" charset="0"'
_THEME_COLOURS = {
    "dk1": "ink",
    "lt1": "paper",
    "dk2": "muted",
    "lt2": "grid",
    "accent1": "accent",
    "accent2": "TPP",
    "accent3": "BUMDES",
    "accent4": "NON_ASN",
    "accent5": "behind",
    "accent6": "unassigned",
    "hlink": "accent",
    "folHlink": "muted",
}
_MOST = 300 * 2**20
"""Bytes that a template may unpack to: beyond it is no template but a trap."""
_A_TEMPLATE = b"presentationml.template.main+xml"
_A_PRESENTATION = b"presentationml.presentation.main+xml"
_KEPT_OUT = (
    RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail",
)
_DRAWN = nsdecls("a", "p", "r")


class TemplateRefused(ValueError):
    """A file that slides cannot stand on; its text says why, in the language of the deck."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A presentation without slides, the layout to take, and the room that it leaves, in pixels.

    `title` is the room of the title: as tall as it must be on our own master, as tall as it is on another.
    """

    shown: Any
    layout: Any
    px: float
    title: Box
    bottom: float
    own: bool

    def placeholder(self, kind: Any) -> Any:
        """The layout's own place of a kind, or None."""
        found = (place for place in self.layout.placeholders if place.placeholder_format.type == kind)
        return next(found, None)


def ours(language: Language) -> Ground:
    """Our own: 16:9, with a theme in our colours and letters, so that slides that are added look alike."""
    shown = Presentation()
    shown.slide_width, shown.slide_height = Emu(WIDTH * _PIXEL), Emu(HEIGHT * _PIXEL)
    size = shown.part._element.find(qn("p:sldSz"))
    size.attrib.pop("type", None)
    master = shown.slide_master
    for layout in list(shown.slide_layouts)[1:]:
        shown.slide_layouts.remove(layout)
    _themed(master)
    tag = TAGS[language.code]
    _laid(master._element, _MASTER)
    styles = master._element.find(qn("p:txStyles"))
    styles.getparent().replace(styles, parse_xml(_STYLES.format(tag=tag)))
    layout = shown.slide_layouts[0]
    layout._element.attrib.pop("type", None)
    layout.name = language.say("briefing.office.layout")
    _laid(layout._element, _LAYOUT)
    for spoken in shown.part._element.iter(qn("a:defRPr")):
        if "lang" in spoken.attrib:
            spoken.set("lang", tag)
    # Settings of a printer that nobody here has.
    for name, relation in list(shown.part.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.PRINTER_SETTINGS:
            shown.part.rels.pop(name)
    _without_leftovers(shown)
    return Ground(shown, layout, _PIXEL, Box(56, 36, 1168, 130), HEIGHT, own=True)


def theirs(template: bytes, language: Language) -> Ground:
    """An office's own template, emptied of its slides. Raises TemplateRefused where it is none."""
    say = language.say
    try:
        shown = Presentation(io.BytesIO(_as_presentation(template, language)))
        layout = _titled(shown)
    except (PythonPptxError, zipfile.BadZipFile, SyntaxError, KeyError, ValueError) as why:
        if isinstance(why, TemplateRefused):
            raise
        raise TemplateRefused(say("briefing.office.no_template")) from why
    if layout is None or not shown.slide_width or not shown.slide_height:
        raise TemplateRefused(say("briefing.office.no_title"))
    slides = shown.slides._sldIdLst
    for slide in list(slides):
        shown.part.drop_rel(slide.rId)
        slides.remove(slide)
    # Sections list the slides that are gone.
    for listed in shown.part._element.xpath("p:extLst"):
        listed.getparent().remove(listed)
    _without_leftovers(shown)
    px = shown.slide_width / WIDTH
    title = next(place for place in layout.placeholders if _is_title(place))
    box = Box(*(side / px for side in (title.left, title.top, title.width, title.height)))
    height = shown.slide_height / px
    feet = [
        place.top / px
        for place in layout.placeholders
        if place.placeholder_format.type in _FEET and place.top / px > height * 0.8
    ]
    return Ground(shown, layout, px, box, min([height, *feet]), own=False)


_TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_FEET = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)


def _is_title(place: Any) -> bool:
    return place.placeholder_format.type in _TITLES


def _titled(shown: Any) -> Any:
    """The first layout with a title; that of a title page, whose title fills the middle, only if no other."""
    for kind in _TITLES:
        for layout in shown.slide_layouts:
            if any(place.placeholder_format.type == kind for place in layout.placeholders):
                return layout
    return None


def _as_presentation(template: bytes, language: Language) -> bytes:
    """The file as one that can be opened: a template differs from a presentation by a single word."""
    with zipfile.ZipFile(io.BytesIO(template)) as given:
        if sum(part.file_size for part in given.infolist()) > _MOST:
            raise TemplateRefused(language.say("briefing.office.large_template"))
        if any(name.lower().endswith("vbaproject.bin") for name in given.namelist()):
            # Whoever is given the slides would be given the macros.
            raise TemplateRefused(language.say("briefing.office.macros"))
        if _A_TEMPLATE not in given.read("[Content_Types].xml"):
            return template
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as kept:
            for name in given.namelist():
                part = given.read(name)
                if name == "[Content_Types].xml":
                    part = part.replace(_A_TEMPLATE, _A_PRESENTATION)
                kept.writestr(name, part)
    return target.getvalue()


def _without_leftovers(shown: Any) -> None:
    """Take out what a file tells of another one: a picture of its first slide, counts of its words."""
    relations = shown.part.package._rels
    for name, relation in list(relations.items()):
        if relation.reltype in _KEPT_OUT:
            relations.pop(name)


def _themed(master: Any) -> None:
    """Our colours and letters in the theme."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme: Any = parse_xml(part.blob)
    theme.set("name", "Cakupan")
    colours = theme.find(f".//{qn('a:clrScheme')}")
    colours.set("name", "Cakupan")
    for place in list(colours):
        named = place.tag.rpartition("}")[2]
        shade = colour(_THEME_COLOURS[named], "light").removeprefix("#")
        colours.replace(place, parse_xml(f'<a:{named} {nsdecls("a")}><a:srgbClr val="{shade}"/></a:{named}>'))
    fonts = theme.find(f".//{qn('a:fontScheme')}")
    fonts.set("name", "Cakupan")
    for kind in ("major", "minor"):
        fonts.replace(
            fonts.find(qn(f"a:{kind}Font")),
            parse_xml(
                f'<a:{kind}Font {nsdecls("a")}><a:latin typeface="{_FACE}" {_SHAPE}/>'
                f'<a:ea typeface=""/><a:cs typeface=""/></a:{kind}Font>'
            ),
        )
    part._blob = serialize_part_xml(theme)


def _laid(element: Any, places: str) -> None:
    """Put places for title, text, foot and page number in the place of all that stood there."""
    tree = element.cSld.spTree
    for shape in tree.xpath("p:sp|p:pic|p:grpSp|p:cxnSp|p:graphicFrame"):
        tree.remove(shape)
    for shape in parse_xml(f"<p:spTree {_DRAWN}>{places}</p:spTree>"):
        tree.append(shape)


def _place(number: int, name: str, kind: str, box: tuple[int, int, int, int] | None, look: str = "") -> str:
    """One place of a master, or without a box of a layout, which takes it from there."""
    where = ""
    if box:
        left, top, width, height = (side * _PIXEL for side in box)
        where = (
            f'<a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        )
    body = (
        '<a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0"><a:normAutofit/></a:bodyPr>' if box else "<a:bodyPr/>"
    )
    said = "<a:p><a:endParaRPr/></a:p>"
    if "sldNum" in kind:
        said = f'<a:p><a:fld id="{FIELD}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld></a:p>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f"<p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr><p:spPr>{where}</p:spPr>"
        f"<p:txBody>{body}<a:lstStyle>{look}</a:lstStyle>{said}</p:txBody></p:sp>"
    )


FIELD = "{C1FF6DA9-008F-8B48-92A6-B652298478BF}"
"""The name of the field that an office program fills with the number of the page."""
_FOOT = (
    '<a:lvl1pPr algn="{side}"><a:defRPr sz="975"><a:solidFill><a:schemeClr val="tx2"/></a:solidFill>'
    "</a:defRPr></a:lvl1pPr>"
)
_MASTER = "".join(
    (
        _place(2, "Title", 'type="title"', (56, 36, 1168, 84)),
        _place(3, "Text", 'type="body" idx="1"', (56, 128, 1168, 500)),
        _place(4, "Foot", 'type="ftr" sz="quarter" idx="3"', (56, 660, 900, 40), _FOOT.format(side="l")),
        _place(5, "Page", 'type="sldNum" sz="quarter" idx="4"', (1004, 660, 220, 18), _FOOT.format(side="r")),
    )
)
_LAYOUT = "".join(
    (
        _place(2, "Title", 'type="title"', None),
        _place(3, "Text", 'type="body" idx="1"', (56, 88, 1168, 30)),
        _place(4, "Foot", 'type="ftr" sz="quarter" idx="11"', None),
        _place(5, "Page", 'type="sldNum" sz="quarter" idx="12"', None),
    )
)


def _levels(size: int, tone: str) -> str:
    """Five levels of text without bullets, each a little further in."""
    return "".join(
        f'<a:lvl{level}pPr marL="{(level - 1) * 228600}" indent="0" algn="l" rtl="0" eaLnBrk="1" '
        'latinLnBrk="0" hangingPunct="1"><a:spcBef><a:spcPts val="300"/></a:spcBef><a:buNone/>'
        f'<a:defRPr lang="{{tag}}" sz="{size}" kern="1200"><a:solidFill><a:schemeClr val="{tone}"/>'
        "</a:solidFill>"
        '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr>'
        f"</a:lvl{level}pPr>"
        for level in range(1, 6)
    )


_STYLES = (
    f"<p:txStyles {_DRAWN}><p:titleStyle>"
    '<a:lvl1pPr algn="l" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1">'
    '<a:lnSpc><a:spcPct val="94000"/></a:lnSpc>'
    '<a:spcBef><a:spcPct val="0"/></a:spcBef><a:buNone/><a:defRPr lang="{tag}" sz="2550" b="1" kern="1200">'
    '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>'
    '<a:cs typeface="+mj-cs"/></a:defRPr></a:lvl1pPr></p:titleStyle>'
    f"<p:bodyStyle>{_levels(1500, 'tx2')}</p:bodyStyle><p:otherStyle>{_levels(1200, 'tx1')}</p:otherStyle>"
    "</p:txStyles>"
)
