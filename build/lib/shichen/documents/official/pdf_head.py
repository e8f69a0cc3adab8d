"""Checks of the head in a PDF: the mark in red, the number, the red rules, the title."""

from __future__ import annotations

import re2

from shichen.documents.official.measured import Line, Page, Rule
from shichen.documents.official.measures import (
    BEARING,
    CELL,
    HALF_POINT,
    LEFT,
    MIDDLE,
    PITCH,
    RIGHT,
    SLACK,
    TITLE,
    TOP,
    near,
    said,
)
from shichen.documents.official.paper import Kind, OfficialPaper
from shichen.documents.official.pdf_lines import Pages, squeezed

MARK_TOP = {Kind.ORDER: TOP + 20, Kind.NOTICE: TOP + 35, Kind.MINUTES: TOP + 35, Kind.LETTER: 30.0}
"""From the upper edge of the paper."""
RULE_BELOW = 4.0
LETTER_RULE, LETTER_FOOT, PLAIN_RULE = 170.0, 277.0, 156.0
NUMBER = re2.compile(r"^(\pL+〔[0-9]{4}〕[1-9][0-9]*号|第[1-9][0-9]*号)$")


def mark(paper: OfficialPaper, pages: Pages) -> list[str]:
    line = _mark(paper, pages[0])
    if line is None:
        return ["首页没有红色的发文机关标志"]
    found, wanted = [], MARK_TOP[paper.kind]
    if not near(line.ink.top, wanted):
        found.append(f"上边缘在 {said(line.ink.top)}，应在 {said(wanted)}")
    if not near((line.ink.left + line.ink.right) / 2, MIDDLE, BEARING):
        found.append("没有居中")
    if line.ink.left < LEFT - SLACK or line.ink.right > RIGHT + SLACK:
        found.append("宽于 156 毫米")
    return found


def _mark(paper: OfficialPaper, page: Page) -> Line | None:
    name = squeezed(paper.mark)
    return next((line for line in page.lines if line.chars[0].red and squeezed(line.text) == name), None)


def number(paper: OfficialPaper, pages: Pages) -> list[str]:
    """A draft without a serial has no number to look for; its place is kept and it is said so."""
    if not paper.number.serial:
        return ["还没有编号：签发时才给号"]
    line = number_line(paper, pages[0])
    if line is None:
        return ["首页没有发文字号"]
    found = [] if NUMBER.search(paper.number.text) else ["编号的写法不对"]
    if not _placed(paper, line):
        found.append(f"起于 {said(line.ink.left)}、止于 {said(line.ink.right)}，位置不对")
    over = _mark(paper, pages[0])
    blank = (line.ink.top - over.ink.bottom) / PITCH if over else 0
    if paper.kind is not Kind.LETTER and not 1.8 <= blank <= 3.3:
        found.append(f"与发文机关标志相隔 {blank:.1f} 行，应空二行")
    return found


def number_line(paper: OfficialPaper, page: Page) -> Line | None:
    wanted = squeezed(paper.number.text)
    lines = (line for line in page.lines if squeezed(line.text).startswith(wanted))
    return next(lines, None)


def _placed(paper: OfficialPaper, line: Line) -> bool:
    if paper.kind is Kind.LETTER:
        return near(line.ink.right, RIGHT, BEARING)
    if paper.approver:
        return near(line.ink.left, LEFT + CELL, BEARING) and near(line.ink.right, RIGHT - CELL, BEARING)
    return near((line.ink.left + line.ink.right) / 2, MIDDLE, BEARING)


def rules(paper: OfficialPaper, pages: Pages) -> list[str]:
    red = sorted((rule for rule in pages[0].rules if rule.red), key=_middle)
    if paper.kind is Kind.LETTER:
        return _letter_rules(paper, pages[0], red)
    if paper.kind is Kind.ORDER:
        return ["令没有红色分隔线"] if red else []
    return _plain_rule(paper, pages[0], red)


def _plain_rule(paper: OfficialPaper, page: Page, red: list[Rule]) -> list[str]:
    if len(red) != 1:
        return [f"有 {len(red)} 条红色分隔线，应有 1 条"]
    line = number_line(paper, page)
    found = [] if near(red[0].box.width, PLAIN_RULE, 1.0) else [f"长 {said(red[0].box.width)}，应为 156 毫米"]
    if line is not None and not near(_middle(red[0]) - line.ink.bottom, RULE_BELOW, 0.8):
        found.append(f"在发文字号之下 {said(_middle(red[0]) - line.ink.bottom)}，应为 4 毫米")
    return found


def _letter_rules(paper: OfficialPaper, page: Page, red: list[Rule]) -> list[str]:
    if len(red) != 4:
        return [f"信函首页有 {len(red)} 条红线，应有两对"]
    found = ["红色双线不是 170 毫米长"] if not all(near(one.box.width, LETTER_RULE, 1.0) for one in red) else []
    over = _mark(paper, page)
    if over is not None and not near(red[0].box.top - over.ink.bottom, RULE_BELOW, 0.8):
        found.append(f"上双线在机关名称之下 {said(red[0].box.top - over.ink.bottom)}，应为 4 毫米")
    if not near(red[3].box.bottom, LETTER_FOOT):
        found.append("下双线不在距纸下边 20 毫米处")
    if not (_thick(red[0]) > _thick(red[1]) and _thick(red[3]) > _thick(red[2])):
        found.append("双线应上对上粗下细、下对上细下粗")
    return found


def _middle(rule: Rule) -> float:
    return (rule.box.top + rule.box.bottom) / 2


def _thick(rule: Rule) -> float:
    return rule.box.bottom - rule.box.top


def title(paper: OfficialPaper, pages: Pages) -> list[str]:
    big = {squeezed(line.text): line for line in pages[0].lines if near(line.size, TITLE, HALF_POINT)}
    lacking = [one for one in paper.titled if squeezed(one) not in big]
    off = [one for one in paper.titled if one not in lacking and not _centred(big[squeezed(one)])]
    return [f"首页没有2号字的标题「{one}」" for one in lacking] + [f"标题「{one}」没有居中" for one in off]


def _centred(line: Line) -> bool:
    return near((line.ink.left + line.ink.right) / 2, MIDDLE, BEARING + SLACK)
