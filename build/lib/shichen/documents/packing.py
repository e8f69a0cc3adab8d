"""A Word document as an archive that is the same bytes for the same content, and the numbers that an office fills in."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn


def packed(paper: Document) -> bytes:
    """The archive with one date for all its parts, in order: the same document is the same file."""
    raw, out = io.BytesIO(), io.BytesIO()
    paper.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            part = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type, part.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(part, source.read(name))
    return out.getvalue()


def field(line: Any, name: str) -> None:
    """A number that the program fills in: of this page, of all pages."""
    one = OxmlElement("w:fldSimple")
    one.set(qn("w:instr"), name)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    one.append(run)
    line._p.append(one)
