"""Checks of a produced .docx, in its XML: page, grid, faces, head, body, imprint, page numbers."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from shichen.documents.official.measures import BOTTOM, HEIGHT, LEFT, LINES, RIGHT, TOP, WIDTH, near
from shichen.documents.official.paper import Kind, OfficialPaper, Paragraph
from shichen.documents.official.pdf_lines import squeezed
from shichen.documents.official.word_parts import FANG, HEI, KAI, SONG, SONG_TITLE
from shichen.documents.text import printable, width

Parts = dict[str, Any]
MM = 25.4 / 1440
HALF, SLACK = 0.5, 0.2
SCRIPTS = ("ascii", "hAnsi", "eastAsia", "cs")
KNOWN = {FANG, HEI, KAI, SONG, SONG_TITLE}
RED = "E60012"
ACROSS = 156.0
FOOTER = 35 - 7 - 14 * 25.4 / 72


def parts(docx: bytes) -> Parts:
    """The XML of a document's parts by name."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        names = [name for name in archive.namelist() if name.startswith("word/") and name.endswith(".xml")]
        return {name.removeprefix("word/"): parse_xml(archive.read(name)) for name in names}


def _of(one: Any, path: str, name: str) -> str:
    """An attribute of the first element at a path; empty where there is none."""
    found = one.find("/".join(qn(f"w:{step}") for step in path.split("/"))) if one is not None else None
    return "" if found is None else found.get(qn(f"w:{name}"), "")


def _number(one: Any, path: str, name: str) -> float:
    text = _of(one, path, name)
    return float(text) if text.lstrip("-").isdigit() else -1.0


def _section(parts: Parts) -> Any:
    return parts["document.xml"].find(f".//{qn('w:sectPr')}")


def _normal(parts: Parts) -> Any:
    styles = parts["styles.xml"].iter(qn("w:style"))
    return next(one for one in styles if one.get(qn("w:styleId")) == "Normal")


def _text(one: Any) -> str:
    return squeezed("".join(part.text or "" for part in one.iter(qn("w:t"))))


def page(_paper: OfficialPaper, parts: Parts) -> list[str]:
    section = _section(parts)
    wanted = {
        ("pgSz", "w", "纸宽"): WIDTH,
        ("pgSz", "h", "纸高"): HEIGHT,
        ("pgMar", "top", "天头"): TOP,
        ("pgMar", "left", "订口"): LEFT,
        ("pgMar", "right", "右边"): WIDTH - RIGHT,
        ("pgMar", "bottom", "下边"): HEIGHT - BOTTOM,
    }
    found = {key: _number(section, key[0], key[1]) * MM for key in wanted}
    return [
        f"{key[2]} {found[key]:.1f} 毫米，应为 {size:.0f} 毫米"
        for key, size in wanted.items()
        if not near(found[key], size, SLACK)
    ]


def lines(_paper: OfficialPaper, parts: Parts) -> list[str]:
    section, normal = _section(parts), _normal(parts)
    pitch = 225 / LINES
    grid = _number(section, "docGrid", "linePitch") * MM
    found = [] if _of(section, "docGrid", "type") == "lines" and near(grid, pitch, 0.03) else ["行网格不是 22 行"]
    line = _number(normal, "pPr/spacing", "line") * MM
    exact = _of(normal, "pPr/spacing", "lineRule") == "exact"
    return found if exact and near(line, pitch, 0.03) else [*found, f"行距 {line:.2f} 毫米"]


def characters(_paper: OfficialPaper, parts: Parts) -> list[str]:
    normal = _normal(parts)
    cell = _number(normal, "rPr/sz", "val") / 2 + float(_of(normal, "rPr/spacing", "val") or 0) / 20
    across = ACROSS / 25.4 * 72 / cell if cell > 0 else 0
    found = [] if 28 <= across < 28.2 else [f"一行 {across:.1f} 字"]
    loose = [name for name in ("autoSpaceDE", "autoSpaceDN") if _of(normal, f"pPr/{name}", "val") != "0"]
    return [*found, "汉字与西文、数字之间会加空"] if loose else found


def faces(paper: OfficialPaper, parts: Parts) -> list[str]:
    normal = _normal(parts)
    found = [] if _of(normal, "rPr/rFonts", "eastAsia") == FANG else ["正文不是仿宋"]
    for one in parts["document.xml"].iter(qn("w:rFonts")):
        names = {one.get(qn(f"w:{script}")) for script in SCRIPTS}
        if len(names) != 1 or not names <= KNOWN:
            found.append(f"有一处字体是 {'、'.join(sorted(str(name) for name in names))}")
    styled = {_of(run, "rPr/rFonts", "eastAsia") for run in parts["document.xml"].iter(qn("w:r"))}
    return found if not paper.titled or SONG_TITLE in styled else [*found, "标题不是小标宋"]


def mark(paper: OfficialPaper, parts: Parts) -> list[str]:
    runs = (run for part in parts.values() for run in part.iter(qn("w:r")))
    run = next((run for run in runs if _of(run, "rPr/color", "val") == RED), None)
    if run is None or _text(run) != squeezed(printable(paper.mark)):
        return ["没有红色的发文机关标志"]
    size, narrowed = _number(run, "rPr/sz", "val") / 2, _number(run, "rPr/w", "val")
    wide = width(paper.mark) * size * (narrowed / 100 if narrowed > 0 else 1) / 72 * 25.4
    found = [] if wide <= ACROSS else [f"宽 {wide:.0f} 毫米，超出版心"]
    return found if _of(run, "rPr/rFonts", "eastAsia") == SONG_TITLE else [*found, "不是小标宋"]


def number(paper: OfficialPaper, parts: Parts) -> list[str]:
    if not paper.number.serial:
        return ["还没有编号：签发时才给号"]
    wanted = squeezed(paper.number.text)
    line = next((one for one in _paragraphs(parts) if _text(one).startswith(wanted)), None)
    if line is None:
        return ["没有发文字号"]
    if paper.kind is Kind.LETTER:
        return _letter(parts, line)
    ruled = _of(line, "pPr/pBdr/bottom", "color") == RED
    if ruled == (paper.kind is Kind.ORDER):
        return ["令没有红色分隔线" if ruled else "发文字号之下没有红色分隔线"]
    side = "left" if paper.approver else "center"
    return [] if _of(line, "pPr/jc", "val") == side else ["发文字号没有居中"]


def _letter(parts: Parts, line: Any) -> list[str]:
    found = [] if _of(line, "pPr/jc", "val") == "right" else ["信函的发文字号没有居右"]
    borders = {one.get(qn("w:val")) for part in parts.values() for one in part.iter(qn("w:bottom"))}
    doubled = {"thickThinSmallGap", "thinThickSmallGap"} <= borders
    return found if doubled else [*found, "信函首页没有上下两对红线"]


def _paragraphs(parts: Parts) -> list[Any]:
    return list(parts["document.xml"].iter(qn("w:p")))


def body(paper: OfficialPaper, parts: Parts) -> list[str]:
    lines = {_text(line): line for line in _paragraphs(parts)}
    blocks = [*paper.body, *(block for one in paper.attachments for block in one.body)]
    found = []
    for block in blocks:
        if not isinstance(block, Paragraph):
            continue
        line = lines.get(squeezed(printable(block.head + block.text)))
        if line is None:
            found.append(f"「{(block.head + block.text)[:12]}…」没有写全")
        elif _of(line, "pPr/ind", "firstLineChars") != "200":
            found.append(f"「{(block.head + block.text)[:12]}…」没有缩进二字")
    return found


def imprint(paper: OfficialPaper, parts: Parts) -> list[str]:
    if not paper.imprint:
        return []
    tables = list(parts["document.xml"].iter(qn("w:tbl")))
    last = tables[-1] if tables else None
    if last is None or _of(last, "tblPr/tblpPr", "tblpYSpec") != "bottom":
        return ["没有浮在最下方的版记"]
    found = [] if _of(last, "tblPr/tblpPr", "vertAnchor") == "margin" else ["版记不以版心为准"]
    across = "tblPr/tblpPr"
    if _of(last, across, "horzAnchor") != "page" or not near(_number(last, across, "tblpX") * MM, LEFT, HALF):
        found.append("版记的左边不在版心左边")
    if not near(_number(last, "tblPr/tblW", "w") * MM, ACROSS, HALF):
        found.append("版记不与版心等宽")
    sizes = [_of(last, f"tblPr/tblBorders/{side}", "sz") for side in ("top", "insideH", "bottom")]
    wanted = ["", "", ""] if paper.kind is Kind.LETTER else ["8", "6", "8"]
    return found if sizes == wanted else [*found, "版记的分隔线粗细不对"]


def page_numbers(_paper: OfficialPaper, parts: Parts) -> list[str]:
    section = _section(parts)
    found = [] if parts["settings.xml"].find(qn("w:evenAndOddHeaders")) is not None else ["单双页的页码没有分开"]
    sides = set()
    for name, part in parts.items():
        numbered = [one for one in part.iter(qn("w:fldSimple")) if one.get(qn("w:instr")) == "PAGE"]
        if name.startswith("footer") and numbered:
            line = part.find(qn("w:p"))
            side = _of(line, "pPr/jc", "val")
            sides.add((side, _of(line, "pPr/ind", f"{side}Chars")))
    if sides != {("right", "100"), ("left", "100")}:
        found.append("页码没有单页居右、双页居左各空一字")
    low = _number(section, "pgMar", "footer") * MM
    return found if near(low, FOOTER, SLACK) else [*found, f"页码离纸下边 {low:.1f} 毫米"]
