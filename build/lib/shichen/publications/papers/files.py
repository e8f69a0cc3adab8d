"""The PDF and the .docx of an official document: of a draft made anew, of an issued one as they were kept, byte for byte."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from shichen.documents.official.paper import OfficialPaper
from shichen.documents.official.pdf import official_job
from shichen.publications.papers import telling
from shichen.publications.papers.models import Paper, PaperFile
from shichen.publications.papers.telling import Told
from shichen.refusal import Refusal
from shichen.web import printed

FORMS = ("pdf", "docx")
CHANGED = "这份文件与签发时的指纹不符；请告诉管理员，从备份取回。"


def of(told: Told, form: str, on: date) -> bytes:
    """A document as a file. Raises Refusal where it cannot be set, or where what was kept is not what was signed."""
    kept = PaperFile.objects.filter(paper=told.paper, form=form).first() if told.paper.serial else None
    if kept is None:
        return made(told.official(on), form, told.wording.at)
    data = bytes(kept.data)
    if fingerprint(data) != kept.digest:
        raise Refusal(CHANGED)
    return data


def made(paper: OfficialPaper, form: str, at: datetime) -> bytes:
    """The file of a document, set once and kept by what it says. Raises Refusal."""
    if form == "pdf":
        return printed.file(official_job(paper, at=at))
    key = f"{telling.digest(paper)} {at.isoformat()}".encode()
    return printed.kept(key, form, lambda: _word(paper, at))


def keep(paper: Paper, official: OfficialPaper, at: datetime) -> None:
    """Both files of a document that is being issued, for good. Raises Refusal."""
    for form in FORMS:
        data = made(official, form, at)
        PaperFile.objects.create(paper=paper, form=form, digest=fingerprint(data), data=data)


def fingerprint(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _word(paper: OfficialPaper, at: datetime) -> bytes:
    # 0.2 s to load: only who asks for a document pays for it
    from shichen.documents.official.word import official_docx

    return official_docx(paper, at=at)
