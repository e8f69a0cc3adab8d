"""The lines of a bulletin taken apart: headings, bylines, credits, columns, and paragraphs mended across breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import re2

from shichen.prose.grids import Cell, Grid, cells, is_row
from shichen.prose.spans import Block
from shichen.prose.text import MAX_PARAGRAPH, Clean, clean
from shichen.watches import WATCHES, parse_heading

_DATE = re2.compile(r"^(?:[12][0-9]{3}年)?(?:1[0-2]|0?[1-9])月(?:[12][0-9]|3[01]|0?[1-9])日:?$")
_LABEL = re2.compile(r"^[\p{Han}]{1,10}:")
_CLOSED = '。!?…;”"』」):'
_UNBYLINED, _UNCAPTIONED = frozenset("。,;:!?《"), frozenset("。,;:!?、”《》()0123456789")
"""What no byline and no caption holds."""
_HEADLINE, _CREDIT = 80, 120
_MOST_JOINED = 40


@dataclass(slots=True)
class Line:
    """One line that is not blank, stripped, with its raw span and what it was taken for."""

    start: int
    end: int
    clean: Clean
    kind: str = "paragraph"
    value: str = ""
    flags: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The line as the rules read it."""
        return self.clean.text


@dataclass(slots=True)
class Paragraph:
    """A whole paragraph, its parts in the raw text, and the headings it stands under."""

    clean: Clean
    parts: list[tuple[int, int]]
    column: str | None = None
    watch: str | None = None
    date_text: str = ""
    reporter: str = ""
    flags: list[str] = field(default_factory=list)
    preface: bool = False
    grid: Grid | None = None

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


@dataclass(slots=True)
class _Section:
    """A column's stretch of the page; its name may be printed after it began."""

    column: str | None = None
    reporter: str = ""
    begun: bool = False


def lines(raw: str, layout: Any) -> list[Line]:
    """Every line with words on it, taken for what it is by itself; columns are known only with the bulletin's kind."""
    found = list(_lines(raw))
    for line in found:
        if line.kind == "paragraph":
            _classify(line, layout["marks"])
    return found


def _lines(raw: str) -> Iterator[Line]:
    start = 0
    for piece in raw.splitlines(keepends=True):
        end = start + len(piece)
        left, right = end - len(piece.lstrip()), start + len(piece.rstrip())
        if left < right:
            cleaned = clean(raw, left, right)
            if cleaned.text.strip():
                row = is_row(piece)
                yield Line(
                    left, right, cleaned, "row" if row else "paragraph", cells=cells(piece, start) if row else []
                )
        start = end


def _classify(line: Line, marks: Any) -> None:
    """What a line is by itself: 时辰, 日期, 署名, 制作, else a paragraph."""
    text = line.text.strip()
    watch = parse_heading(text) if len(text) < 24 and text[:1] in WATCHES else None
    if watch is not None:
        line.kind, line.value = "slot", watch[0]
        if not watch[1]:
            line.flags.append("heading_contradicts")
    elif len(text) < 16 and text.endswith(("日", ":")) and _DATE.match(text):
        line.kind, line.value = "date", text.rstrip(":")
    elif text.startswith("附件:") and len(text) < _HEADLINE:
        line.kind = "attachment"
    elif _byline(text, marks):
        line.kind, line.value = "byline", text
    elif _credit(text, marks):
        line.kind = "credit"


def _table_captions(found: list[Line]) -> None:
    """The line right above a table is its caption where it ends no sentence."""
    for line, following in pairwise(found):
        if following.kind == "row" and line.kind == "paragraph" and _headlike(line.text.rstrip()):
            line.kind = "title"


def _columns(found: Sequence[Line], columns: Sequence[str]) -> None:
    """A line that says no more than the name of a column (栏目) opens it."""
    for line in found if columns else ():
        text = line.text.strip()
        if line.kind == "paragraph" and text in columns:
            line.kind, line.value = "column", text


def _byline(text: str, marks: Any) -> bool:
    """…日报记者 NAME: a medium, a reporter's title and at most a few names, nothing else."""
    if len(text) >= 30 or not _UNBYLINED.isdisjoint(text):
        return False
    for title in marks["reporters"]:
        head, found, names = text.partition(title)
        if found and names.strip() and len(names) <= 16 and any(head.strip().endswith(end) for end in marks["bylines"]):
            return True
    return False


def _credit(text: str, marks: Any) -> bool:
    """策划:… 制图/…: what somebody did for the page, and who."""
    what, mark, _ = text[:_CREDIT].replace("/", ":").partition(":")
    return bool(mark) and len(text) < _CREDIT and what.rstrip() in marks["credits"]


def is_open(text: str) -> bool:
    """A paragraph is open while its 《 or ( is, when no mark closes its last sentence, and after 其中:."""
    stripped = text.rstrip()
    if _unbalanced(stripped):
        return True
    return stripped[-1:] not in _CLOSED or stripped.endswith("其中:")


def _joins(text: str, following: str) -> bool:
    """Whether the next line goes on with an open paragraph; a line with a label of its own (确诊: 69例) does not."""
    if len(text) >= MAX_PARAGRAPH or not is_open(text):
        return False
    return _LABEL.match(following) is None or _unbalanced(text)


def _unbalanced(text: str) -> bool:
    return text.count("《") > text.count("》") or text.count("(") > text.count(")")


def arrange(found: list[Line], kind: str, layout: Any) -> tuple[list[Paragraph], list[Block], list[str]]:
    """The paragraphs of a bulletin's lines under their headings, all its blocks, and what was odd about the whole."""
    _columns(found, layout["columns"].get(kind, []))
    _table_captions(found)
    _captions(found, layout["marks"]["caption"])
    headed = kind in ("day_page", "chronicle")
    if not headed:
        _headline(found)
    page = _Page(headed)
    for line in found:
        page.take(line)
    page.finish(layout["marks"]["orphan"])
    return page.paragraphs, page.blocks, page.flags


def _captions(found: list[Line], limit: int) -> None:
    """A short line without comma or stop is a title or caption, unless it ends a sentence left open above it."""
    for index, line in enumerate(found):
        text = line.text.strip()
        if line.kind != "paragraph" or len(text) > limit or not _UNCAPTIONED.isdisjoint(text):
            continue
        before = found[index - 1] if index else None
        if before is not None and before.kind == "paragraph" and is_open(before.text) and len(before.text) > limit:
            continue
        line.kind = "title"


def _headline(found: list[Line]) -> None:
    """The first line of a notice is its headline where it ends no sentence and more follows."""
    if len(found) < 2 or found[0].kind not in ("paragraph", "title"):
        return
    if _headlike(found[0].text.rstrip()) and any(mark in found[1].text for mark in "。,;:"):
        found[0].kind = "headline"


def _headlike(text: str) -> bool:
    return len(text) <= _HEADLINE and text[-1:] not in "。;:"


class _Page:
    """The page while it is being read from top to bottom."""

    def __init__(self, headed: bool) -> None:
        self.paragraphs: list[Paragraph] = []
        self.blocks: list[Block] = []
        self.flags: list[str] = []
        self._section = _Section()
        self._sections: list[tuple[_Section, Paragraph]] = []
        self._watch: str | None = None
        self._date = ""
        self._headed = headed
        self._heading = False
        self._pending: Paragraph | None = None
        self._grid: Grid | None = None
        self._caption = ""

    def take(self, line: Line) -> None:
        """One more line."""
        pending = self._pending
        self._grid = self._grid if line.kind == "row" else None
        if line.kind == "column" and pending is not None and is_open(pending.clean.text):
            self._section.column = line.value
            line.flags.append("displaced")
            pending.flags.append("displaced")
        elif line.kind == "paragraph":
            self._paragraph(line)
        elif line.kind == "row":
            self._row(line)
        else:
            self._pending = None
            self._headings(line)
        self._caption = line.text.strip() if line.kind in ("title", "headline", "paragraph") else ""
        self.blocks.append(Block(line.kind, line.start, line.end, line.value, tuple(line.flags)))

    def _headings(self, line: Line) -> None:
        if line.kind == "column":
            self._section, self._watch = _Section(line.value), None
        elif line.kind == "byline":
            if self._section.begun or self._section.reporter:
                self._section, self._watch = _Section(), None
            self._section.reporter = line.value
        elif line.kind == "slot":
            self._watch, self._heading = line.value, True
        elif line.kind == "date":
            self._date, self._heading = line.value, True

    def _paragraph(self, line: Line) -> None:
        pending = self._pending
        if pending is not None and len(pending.parts) < _MOST_JOINED and _joins(pending.clean.text, line.text):
            pending.clean = pending.clean + line.clean
            pending.parts.append((line.start, line.end))
            if "joined" not in pending.flags:
                pending.flags.append("joined")
            return
        self._pending = self._open(line)

    def _row(self, line: Line) -> None:
        """A row goes on with the table right above it, else it opens one under the line before."""
        if self._grid is None:
            opened = self._open(line)
            opened.grid = self._grid = Grid(caption=self._caption)
        else:
            opened = self.paragraphs[-1]
            opened.clean = opened.clean + line.clean
            opened.parts.append((line.start, line.end))
        self._grid.rows.append(line.cells)
        self._pending = None

    def _open(self, line: Line) -> Paragraph:
        new = Paragraph(line.clean, [(line.start, line.end)], None, self._watch, self._date)
        new.preface = self._headed and not self._heading
        new.flags.extend(line.flags)
        self._section.begun = True
        self._sections.append((self._section, new))
        self.paragraphs.append(new)
        return new

    def finish(self, orphan: int) -> None:
        """Columns are known only now; orphans and duplicates only when all is read."""
        for section, paragraph in self._sections:
            paragraph.column, paragraph.reporter = section.column, section.reporter
        seen: dict[str, Paragraph] = {}
        for paragraph in self.paragraphs:
            text = paragraph.clean.text
            if len(text) <= orphan:
                paragraph.flags.append("orphan")
            elif text in seen:
                paragraph.flags.append("duplicate")
                seen[text].flags.append("duplicated")
            seen.setdefault(text, paragraph)
