"""A report of analyses for Word, WPS and LibreOffice: the same sections as on paper, each chart a picture with its words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from shichen.documents.packing import packed
from shichen.documents.report import PICTURE, SAID, TABLE, Part, ReportSheet
from shichen.documents.word_shared import EARLIEST, SEAL, about, page, said, small, styles, table

ACROSS = 160
"""Millimetres between the margins."""


def report_docx(sheet: ReportSheet, pictures: Sequence[bytes], *, at: datetime | None = None) -> bytes:
    """The document; the same sheet gives the same bytes. `pictures` are the charts as PNG, in their order."""
    paper = Document()
    live = sheet.words["live"] if sheet.live else ""
    about(
        paper,
        sheet.language,
        at or EARLIEST,
        title=f"{sheet.title} {sheet.number}".strip(),
        subject=sheet.subject,
        author=sheet.unit,
        category=sheet.title,
        comments=" ".join(sheet.foot),
        status=live,
    )
    styles(paper, sheet.language)
    page(paper, f"{sheet.title} {sheet.number}".strip(), live)
    _head(paper, sheet, live)
    drawn = iter(pictures)
    for section in sheet.sections:
        paper.add_heading(said(section.title), level=1)
        for part in section.parts:
            _part(paper, part, drawn)
    for text in sheet.foot:
        small(paper.add_paragraph(), said(text))
    return packed(paper)


def _head(paper: Paper, sheet: ReportSheet, live: str) -> None:
    paper.add_heading(said(sheet.title), level=0)
    if live:
        mark = paper.add_paragraph().add_run(said(live))
        mark.bold, mark.font.color.rgb = True, SEAL
    if sheet.number:
        line = paper.add_paragraph(said(sheet.number))
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in (f"{sheet.unit}　{sheet.dated}", sheet.subject):
        small(paper.add_paragraph(), said(text))


def _part(paper: Paper, part: Part, drawn: Any) -> None:
    if part.kind == SAID:
        paper.add_paragraph(said(part.text))
    elif part.kind == PICTURE:
        shape = paper.add_picture(io.BytesIO(next(drawn)), width=Mm(ACROSS))
        shape._inline.docPr.set("descr", said(part.text))
    elif part.kind == TABLE:
        first, rest = ACROSS // 4, ACROSS - ACROSS // 4
        widths = [first, *[rest // (len(part.heading) - 1)] * (len(part.heading) - 1)]
        table(paper.add_table(rows=0, cols=len(part.heading), style="Table Grid"), (part.heading, *part.rows), widths)
    else:
        small(paper.add_paragraph(), said(part.text))
