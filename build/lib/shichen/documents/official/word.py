"""An official document as .docx for Word and WPS: the same parts as the PDF, with the faces that offices own named in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.shared import Pt

from shichen.documents.official import word_foot, word_head
from shichen.documents.official.paper import Attachment, Block, Closing, OfficialPaper, Paragraph
from shichen.documents.official.rules import checked
from shichen.documents.official.word_parts import (
    HEI,
    KAI,
    PITCH,
    SMALL,
    SONG_TITLE,
    TITLE,
    add,
    blank,
    element,
    page,
    styled,
)
from shichen.documents.packing import packed
from shichen.documents.text import printable

FEW = 4
"""Attachments at most that are announced on one page with the signature."""
EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


def official_docx(paper: OfficialPaper, *, at: datetime | None = None) -> bytes:
    """The document; the same paper is the same bytes. Raises Refusal with the field for what the standard does not allow."""
    checked(paper)
    document = Document()
    _properties(document, paper, at or EARLIEST)
    styled(document)
    page(document)
    word_foot.page_numbers(document, paper)
    word_head.head(document, paper)
    _blocks(document, paper.body)
    text = len(document.paragraphs)
    word_foot.closing(document, paper)
    if len(paper.body) > 1 and paper.closing is not Closing.NONE and len(paper.attachments) <= FEW:
        _together(document.paragraphs[text - 1 :])
    for n, one in enumerate(paper.attachments, 1):
        if one.body:
            _attached(document, n if len(paper.attachments) > 1 else 0, one)
    word_foot.imprint(document, paper)
    return packed(document)


def _properties(document: Any, paper: OfficialPaper, at: datetime) -> None:
    about = document.core_properties
    about.title = printable("".join(paper.titled) or paper.mark)
    about.author = about.last_modified_by = printable(paper.issuer)
    about.language, about.revision = "zh-CN", 1
    about.comments = ""
    about.created = about.modified = about.last_printed = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)


def _together(lines: list[Any]) -> None:
    """Whoever answers for a document stands on a page with some of its text."""
    for line in lines[:-1]:
        line.paragraph_format.keep_with_next = True


def _blocks(document: Any, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            line = add(document, first=200)
            if block.head:
                add(document, block.head, line=line, face=HEI if block.level == 1 else KAI)
            add(document, block.text, line=line)
            if block.head and not block.text:
                line.paragraph_format.keep_with_next = True
        else:
            _table(document, block.rows)


def _table(document: Any, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for n, row in enumerate(rows):
        made = table.add_row()
        made._tr.get_or_add_trPr().append(element("w:cantSplit"))
        if n == 0:
            made._tr.get_or_add_trPr().append(element("w:tblHeader"))
        for cell, text in zip(made.cells, row, strict=True):
            line = cell.paragraphs[0]
            add(document, text, line=line, size=SMALL, face=HEI if n == 0 else "", align="center")
            line.paragraph_format.line_spacing = Pt(22)


def _attached(document: Any, number: int, one: Attachment) -> None:
    first = add(document, f"附件{number or ''}", face=HEI)
    first.paragraph_format.page_break_before = True
    blank(document)
    title = add(document, one.name, face=SONG_TITLE, size=TITLE, align="center")
    title.paragraph_format.line_spacing = Pt(PITCH * 1.2)
    blank(document)
    _blocks(document, one.body)
