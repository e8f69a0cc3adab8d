"""A body as a clerk types it: lines with 一、 （一） 1. （1） are paragraphs of their levels, lines with | are tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import re2

from shichen.documents.official.paper import Block, Paragraph, Table

LEVELS = (
    (1, re2.compile(r"^[一二三四五六七八九十百]{1,5}、")),
    (2, re2.compile(r"^[（(][一二三四五六七八九十百]{1,5}[）)]")),
    (3, re2.compile(r"^[0-9]{1,3}[.．][^0-9]")),
    (4, re2.compile(r"^[（(][0-9]{1,3}[）)]")),
)
FACED = (1, 2)
"""Levels with a face of their own: 黑体, 楷体. The others are in that of the text."""
LONGEST_HEAD = 40
BAR = "|"
RULED = frozenset("|-: ")


def body(text: str) -> tuple[Block, ...]:
    """The blocks of a body, in order; blank lines part tables and are otherwise nothing."""
    lines = [line.strip(" \t\r\u3000") for line in text.splitlines()]
    return tuple(block for _key, group in groupby(lines, _sort) for block in _blocks(list(group)))


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
