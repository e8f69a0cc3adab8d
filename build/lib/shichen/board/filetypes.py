"""Which files may lie beside a duty note: pictures, PDF and office files, known by their content and not by their name alone."""

from __future__ import annotations

import io
import os
import zipfile
from dataclasses import dataclass

from shichen.refusal import Refusal

LONGEST_NAME = 120


@dataclass(frozen=True)
class FileType:
    """A sort of file: its endings, its media type, what people call it."""

    endings: tuple[str, ...]
    media_type: str
    zh: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
PNG = FileType((".png",), "image/png", "图片")
JPEG = FileType((".jpg", ".jpeg"), "image/jpeg", "图片")
WEBP = FileType((".webp",), "image/webp", "图片")
PDF = FileType((".pdf",), "application/pdf", "PDF")
WORD = FileType((".docx",), _OFFICE + "wordprocessingml.document", "文档")
SHEET = FileType((".xlsx",), _OFFICE + "spreadsheetml.sheet", "表格")
SLIDES = FileType((".pptx",), _OFFICE + "presentationml.presentation", "演示文稿")
TYPES = (PNG, JPEG, WEBP, PDF, WORD, SHEET, SLIDES)
_PARTS = {"word/document.xml": WORD, "xl/workbook.xml": SHEET, "ppt/presentation.xml": SLIDES}
ACCEPTED = ",".join(ending for one in TYPES for ending in one.endings)


def known(data: bytes, filename: str) -> FileType:
    """What a file is. Raises Refusal for an empty one, one of another sort, one with macros, one whose name says otherwise."""
    if not data:
        raise Refusal("附件是空的，一个字节也没有；请重新选。", field="attachment")
    found = _by_content(data)
    if found is None:
        raise Refusal(
            "附件只收图片(png、jpg、webp)、PDF 和 docx、xlsx、pptx；旧格式请另存为新格式。",
            rule="附件类型",
            field="attachment",
        )
    ending = os.path.splitext(filename)[1].lower()
    if ending not in found.endings:
        raise Refusal(
            f"附件的内容是{found.zh}({found.endings[0]})，名字却是 {ending or '没有扩展名'}。", field="attachment"
        )
    return found


def named(filename: str) -> str:
    """The name of a file without its folders and without what no name should hold."""
    name = os.path.basename(filename.replace("\\", "/"))
    return "".join(char for char in name if char.isprintable())[-LONGEST_NAME:]


def _by_content(data: bytes) -> FileType | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"%PDF-"):
        return PDF
    return _office(data) if data.startswith(b"PK\x03\x04") else None


def _office(data: bytes) -> FileType | None:
    """An office file by the parts in its archive. Raises Refusal for one that carries a program (宏)."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("附件里有宏，不收；请另存为不带宏的格式。", rule="附件类型", field="attachment")
    return next((kind for part, kind in _PARTS.items() if part in names), None)
