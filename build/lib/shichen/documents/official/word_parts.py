"""Parts that every official .docx is put together from: its page, its style, a paragraph with its indents in characters."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from shichen.documents.text import printable

FANG, HEI, KAI, SONG, SONG_TITLE = "仿宋", "黑体", "楷体", "宋体", "方正小标宋简体"
BODY, SMALL, TITLE = 16.0, 14.0, 22.0
PITCH = 28.95
"""Points from line to line: 22 of them are the height of the type area."""
GRID = 579
CLOSER = -5
"""Twentieths of a point that characters stand closer, so that 28 of 16 points fit in 156 mm."""
RED, GREY = RGBColor(0xE6, 0x00, 0x12), RGBColor(0x8A, 0x93, 0x9C)
FOOTER = 35 - 7 - 4.94
"""Millimetres from the foot of the paper to that of the page number: its dash is 7 mm under the type area."""
ALIGN = {
    "": None,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "left": WD_ALIGN_PARAGRAPH.LEFT,
}


def element(name: str, **given: str) -> Any:
    """An element of the word processor's language with its attributes."""
    made = OxmlElement(name)
    for key, value in given.items():
        made.set(qn(f"w:{key}"), value)
    return made


def page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance, section.header_distance = Mm(FOOTER), Mm(15)
    for old in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(old)
    section._sectPr.append(element("w:docGrid", type="lines", linePitch=str(GRID)))
    document.settings.odd_and_even_pages_header_footer = True


def styled(document: Any) -> None:
    """3号仿宋, exact lines, both sides even; no gaps between Chinese and digits."""
    style = document.styles["Normal"]
    style.font.size = Pt(BODY)
    faced(style.element.get_or_add_rPr(), FANG)
    style.element.rPr.append(element("w:spacing", val=str(CLOSER)))
    style.element.rPr.append(
        element("w:lang", val="en-US", eastAsia="zh-CN")
    )  # else stops stand in the middle, as in Taiwan
    _in_order(style.element.rPr)
    form = style.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(PITCH)
    form.space_before = form.space_after = Pt(0)
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    spacing = style.element.pPr.find(qn("w:spacing"))
    for name in ("w:autoSpaceDN", "w:autoSpaceDE"):
        spacing.addprevious(element(name, val="0"))
    _spaces_first(style.element.pPr)


def _spaces_first(properties: Any) -> None:
    """autoSpaceDE comes before autoSpaceDN, and both before spacing."""
    dn, de = (properties.find(qn(f"w:{name}")) for name in ("autoSpaceDN", "autoSpaceDE"))
    dn.addprevious(de)


ORDER = ("rStyle", "rFonts", "b", "i", "color", "spacing", "w", "position", "sz", "szCs", "lang")


def _in_order(properties: Any) -> None:
    """The parts of a run's look in the order that the schema wants."""
    names = [qn(f"w:{name}") for name in ORDER]
    found = sorted(properties, key=lambda one: names.index(one.tag) if one.tag in names else len(names))
    for one in found:
        properties.remove(one)
        properties.append(one)


def faced(properties: Any, face: str) -> None:
    """One face for every script: else an office sets digits in another one."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), face)
    fonts.set(qn("w:hint"), "eastAsia")


def add(
    document: Any,
    text: str = "",
    *,
    line: Any = None,
    face: str = "",
    size: float = 0,
    align: str = "",
    color: RGBColor | None = None,
    narrowed: int = 100,
    first: int = 0,
    left: int = 0,
    right: int = 0,
    hanging: int = 0,
) -> Any:
    """A paragraph, or more text on `line`; indents in hundredths of a character."""
    line = document.add_paragraph() if line is None else line
    if align:
        line.alignment = ALIGN[align]
    if first or left or right or hanging:
        _indented(line, firstLineChars=first, leftChars=left, rightChars=right, hangingChars=hanging)
    if text:
        run = line.add_run(printable(text))
        _looks(run, face, size, color, narrowed)
    return line


def _looks(run: Any, face: str, size: float, color: RGBColor | None, narrowed: int) -> None:
    properties = run._r.get_or_add_rPr()
    if face:
        faced(properties, face)
    if size:
        run.font.size = Pt(size)
    if size and size != BODY:
        properties.append(element("w:spacing", val="0"))
    if color is not None:
        run.font.color.rgb = color
    if narrowed < 100:
        properties.append(element("w:w", val=str(narrowed)))
    _in_order(properties)


def _indented(line: Any, **chars: int) -> None:
    indent = line._p.get_or_add_pPr().get_or_add_ind()
    for name, value in chars.items():
        if value:
            indent.set(qn(f"w:{name}"), str(value))
            indent.set(qn(f"w:{name.removesuffix('Chars')}"), str(round(value / 100 * (BODY * 20 + CLOSER))))


def blank(document: Any, lines: int = 1) -> None:
    for _ in range(lines):
        document.add_paragraph()


def bordered(line: Any, side: str, kind: str, size: int, space: int) -> None:
    """A red rule over or under a paragraph; `size` in eighths of a point, `space` in points. It stands before spacing."""
    borders = element("w:pBdr")
    borders.append(element(f"w:{side}", val=kind, sz=str(size), space=str(space), color="E60012"))
    properties = line._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:autoSpaceDE", "w:autoSpaceDN", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
