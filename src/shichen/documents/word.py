"""The chronicle as a document for Word, WPS and LibreOffice: headings by date, the curve as a picture and as a table."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from shichen.documents.packing import packed
from shichen.documents.paper import Amendment, ChronicleSheet, Passage, Run
from shichen.documents.word_shared import EARLIEST, SEAL, SOFT, about, page, said, small, styles, table


def chronicle_docx(sheet: ChronicleSheet, picture: bytes, *, at: datetime | None = None) -> bytes:
    """The document; the same sheet gives the same bytes. `picture` is the curve as PNG."""
    paper = Document()
    live = sheet.words["live"] if sheet.foot.live else ""
    about(
        paper,
        sheet.language,
        at or EARLIEST,
        title=sheet.words["file_title"],
        subject=sheet.head.subject,
        author=sheet.head.city,
        category=sheet.head.title,
        comments=" ".join((sheet.foot.edition, *sheet.foot.lines)),
        status=live,
    )
    styles(paper, sheet.language)
    page(paper, sheet.words["file_title"], live)
    _head(paper, sheet)
    _curve(paper, sheet, picture)
    for date in sheet.dates:
        paper.add_heading(said(f"{date.long}　{date.weekday}"), level=2)
        for passage in date.passages:
            _event(paper, passage, sheet.words)
    _closing(paper, sheet)
    return packed(paper)


def _head(paper: Paper, sheet: ChronicleSheet) -> None:
    paper.add_heading(said(sheet.head.title), level=0)
    if sheet.foot.live:
        mark = paper.add_paragraph().add_run(said(sheet.words["live"]))
        mark.bold, mark.font.color.rgb = True, SEAL
    for text in (sheet.head.month, sheet.head.subject, *sheet.head.notes):
        small(paper.add_paragraph(), said(text))


def _curve(paper: Paper, sheet: ChronicleSheet, picture: bytes) -> None:
    curve = sheet.curve
    paper.add_heading(said(curve.title), level=1)
    paper.add_paragraph(said(curve.finding))
    shape = paper.add_picture(io.BytesIO(picture), width=Mm(160))
    shape._inline.docPr.set("descr", said(f"{curve.title}：{curve.finding}"))
    shape._inline.docPr.set("title", said(curve.title))
    for note in curve.notes:
        paper.add_paragraph(said(note), style="Caption")
    for text in curve.further:
        paper.add_paragraph(said(text), style="Caption")
    paper.add_heading(said(sheet.head.title), level=1)


def _by_day(paper: Paper, sheet: ChronicleSheet) -> None:
    """The numbers behind the picture, at the end: whoever reads the events does not have to leaf past them."""
    curve = sheet.curve
    paper.add_heading(said(curve.title), level=1)
    table(paper.add_table(rows=0, cols=len(curve.heading), style="Table Grid"), (curve.heading, *curve.rows))


def _event(paper: Paper, passage: Passage, words: dict[str, Any]) -> None:
    line = paper.add_paragraph(style="List Bullet")
    for run in passage.runs:
        _run(line, run, words)
    if passage.note:
        small(line, said(f" {words['open']}{passage.note}{words['close']}"))


def _run(line: Paragraph, run: Run, words: dict[str, Any]) -> None:
    """The words as text; the number of a correction raised behind the figure that it corrects."""
    printed = line.add_run(said(run.text))
    printed.bold = run.strong or None
    marks = (words["computed"] if run.computed else "") + (f"{words['amended']}{run.amended}" if run.amended else "")
    if marks:
        raised = line.add_run(said(marks))
        raised.font.superscript = True
        raised.font.color.rgb = SEAL if run.amended else SOFT
    if run.tail:
        line.add_run(said(run.tail))


def _closing(paper: Paper, sheet: ChronicleSheet) -> None:
    if sheet.amendments:
        paper.add_heading(said(sheet.words["amendments"]), level=1)
        for one in sheet.amendments:
            paper.add_paragraph(said(_amended(one, sheet.words)))
    _by_day(paper, sheet)
    paper.add_heading(said(sheet.words["rules"]), level=1)
    for text in sheet.rules:
        paper.add_paragraph(said(text))
    for text in (sheet.foot.edition, *sheet.foot.lines):
        small(paper.add_paragraph(), said(text))


def _amended(one: Amendment, words: dict[str, Any]) -> str:
    number = words["amendment-no"].replace("{n}", str(one.number))
    was, now = f"{words['was']}{one.was}", f"{words['now']}{one.now}"
    return f"{number}{words['open']}{one.on}{words['close']}　{one.place}　{was}{words['comma']}{now}{words['semicolon']}{one.reason}"
