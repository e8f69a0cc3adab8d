"""What a clerk types: lines with 一、 （一） 1. （1） are paragraphs of their levels, lines with | are tables; attachments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import re2

from shichen.documents.official.paper import Attachment, Attendance, Block, Paragraph, Table
from shichen.refusal import Refusal

LEVELS = (
    (1, re2.compile(r"^[一二三四五六七八九十百]{1,5}、")),
    (2, re2.compile(r"^[（(][一二三四五六七八九十百]{1,5}[）)]")),
    (3, re2.compile(r"^[0-9]{1,3}[.．][^0-9]")),
    (4, re2.compile(r"^[（(][0-9]{1,3}[）)]")),
)
FACED = (1, 2)
"""Levels with a face of their own: 黑体, 楷体. The others are in that of the text."""
LONGEST_HEAD = 40
ATTACHED = re2.compile(r"^附件 ?[0-9]{0,2}[：:. ] ?(.+)$")
"""A line that begins an attachment: 附件：每日报数表, 附件2：名单."""
LABELLED = re2.compile(r"^([^：:]{1,10})[：:](.+)$")
BAR = "|"
RULED = frozenset("|-: ")


def body(text: str) -> tuple[Block, ...]:
    """The blocks of a body, in order; blank lines part tables and are otherwise nothing."""
    lines = [line.strip(" \t\r\u3000") for line in text.splitlines()]
    return tuple(block for _key, group in groupby(lines, _sort) for block in _blocks(list(group)))


def stretches(text: str) -> Iterator[str | Table]:
    """The text as it was typed, but for its tables, in order: what a page shows of it."""
    lines = text.splitlines()
    for sort, group in groupby(lines, lambda line: _sort(line.strip(" \t\r\u3000")) == "table"):
        found = list(group)
        yield _table([line.strip(" \t\r\u3000") for line in found]) if sort else "\n".join(found)


def _sort(line: str) -> str:
    return "table" if line.startswith(BAR) else "text" if line else ""


def _blocks(lines: list[str]) -> Iterator[Block]:
    if lines[0].startswith(BAR):
        yield _table(lines)
        return
    yield from (paragraph(line) for line in lines if line)


def paragraph(line: str) -> Paragraph:
    """One line as a paragraph of its level: up to the first full stop it is in the face of the level."""
    level = next((level for level, pattern in LEVELS if pattern.search(line)), 0)
    if level not in FACED:
        return Paragraph(line, level)
    head = _head(line)
    return Paragraph(line[len(head) :], level, head)


def _head(line: str) -> str:
    """A line without a full stop is a heading; of others the first sentence is, where it is short and more follows.

    One whole sentence by itself is an article (一、车辆一律登记。) and no heading.
    """
    end = line.find("。") + 1
    head = line[:end] if end else line
    return head if len(head) <= LONGEST_HEAD and 0 <= end < len(line) else ""


def _table(lines: list[str]) -> Table:
    """Rows of equal length: a short one is filled with blanks; a line of dashes under the heading is dropped."""
    rows = [[cell.strip() for cell in line.strip(BAR).split(BAR)] for line in lines if not set(line) <= RULED]
    across = max(map(len, rows), default=0)
    return Table(tuple(tuple(row + [""] * (across - len(row))) for row in rows))


def attachments(text: str) -> tuple[Attachment, ...]:
    """Each from a line 附件：名称 on, with the lines below it as its own pages. Raises Refusal for words before the first."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        begins = ATTACHED.search(line.strip(" \t\u3000"))
        if begins:
            found.append((begins[1].strip(), []))
        elif found:
            found[-1][1].append(line)
        elif line.strip(" \t\u3000"):
            raise Refusal("附件从“附件：名称”一行写起，下面是它的正文。", field="attachments")
    return tuple(Attachment(name, body("\n".join(lines))) for name, lines in found)


def attendance(text: str) -> tuple[Attendance, ...]:
    """Who was there, a line for each sort: 出席：某组、某组. Raises Refusal for a line without a label."""
    lines = [line.strip(" \t\u3000") for line in text.splitlines()]
    found = [(line, LABELLED.search(line)) for line in lines if line]
    lost = next((line for line, said in found if said is None), "")
    if lost:
        raise Refusal(f"「{lost[:20]}」前面要写出席、请假或列席，再写冒号。", field="attendance")
    return tuple(Attendance(said[1].strip(), said[2].strip()) for _line, said in found if said is not None)
