"""A report as plain data (分析报告): sections of sentences, tables and drawings, for paper and for Word."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from shichen.documents.codes import square
from shichen.documents.typesetting import Job

SAID, TABLE, PICTURE, SOURCES = "said", "table", "picture", "sources"


@dataclass(frozen=True)
class Part:
    """A paragraph, a table, a drawing (SVG that stands alone, and what it shows in words), or small print."""

    kind: str
    text: str = ""
    heading: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    drawing: str = ""


@dataclass(frozen=True)
class Section:
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ReportSheet:
    """The whole report: masthead, sections, foot. `live` is a draft, which says so on every page."""

    language: str
    title: str
    number: str
    unit: str
    dated: str
    subject: str
    sections: tuple[Section, ...]
    foot: tuple[str, ...]
    link: str = ""
    live: bool = False
    words: dict[str, Any] = field(default_factory=dict)


def report_job(sheet: ReportSheet, *, at: datetime | None = None) -> Job:
    """The report on A4."""
    said, pictures = asdict(sheet), dict[str, str]()
    for place, section in enumerate(said["sections"]):
        for number, part in enumerate(section["parts"]):
            drawing = part.pop("drawing")
            if drawing:
                part["picture"] = f"p{place}x{number}"
                pictures[part["picture"]] = drawing
    if sheet.link.startswith(("http://", "https://")):
        pictures["qr"] = square(sheet.link)
    return Job("report", said, at=at, pictures=pictures)
