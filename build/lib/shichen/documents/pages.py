"""The two pages as jobs for the typesetter: plain data in, size of paper and of type worked out."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from shichen.documents.codes import square
from shichen.documents.columns import shares
from shichen.documents.paper import ChronicleSheet, DaySheet, Foot
from shichen.documents.pictures import standing_alone
from shichen.documents.text import width
from shichen.documents.typesetting import Job
from shichen.refusal import Refusal

ACROSS = {"a2": 112.0, "a3": 112.0, "a4": 54.0}
"""Characters in a line across all columns of the day page; A2 is A3 enlarged."""
WHOLE = {"a2": 7, "a3": 7, "a4": 4}
"""How long a figure may be that no line breaks: in a narrow column a long one leaves holes in the line before."""
ROOM = {"day": 340.0, "chronicle": 220.0}
"""Points that a title may take across; so large it is at most, by page."""
LARGEST = {"day": 42.0, "chronicle": 40.0}


def day_job(sheet: DaySheet, *, size: str = "a3", at: datetime | None = None) -> Job:
    """The day page on A3 or A2, one sheet, or on A4 as a booklet. Raises Refusal for another size."""
    if size not in ACROSS:
        raise Refusal(f"没有「{size[:10]}」这种纸；日版可印 A3、A4、A2。", field="size")
    said = asdict(sheet) | {
        "size": size,
        "whole": WHOLE[size],
        "loud": True,
        "shares": shares(sheet.rows, len(sheet.columns), across=ACROSS[size]),
    }
    said["words"] |= _lettered("day", sheet.head.title)
    return Job("day", said, at=at, pictures=_codes(sheet.foot))


def chronicle_job(sheet: ChronicleSheet, *, at: datetime | None = None) -> Job:
    """The chronicle on A4."""
    said = asdict(sheet) | {"whole": 5, "loud": False}
    said["words"] |= _lettered("chronicle", sheet.head.title)
    drawing = said["curve"].pop("svg")
    return Job("chronicle", said, at=at, pictures=_codes(sheet.foot) | {"curve": standing_alone(drawing)})


def _codes(foot: Foot) -> dict[str, str]:
    """The code of the address, where there is an address to lead to."""
    return {"qr": square(foot.link)} if foot.link.startswith(("http://", "https://")) else {}


def _lettered(page: str, title: str) -> dict[str, Any]:
    """How large a title is set and how far apart its letters stand: a short one is wide, a long one still fits."""
    spacing = 0.3 if width(title) <= 3 else 0.13 if width(title) == len(title) else 0.0
    return {
        "title_size": round(min(LARGEST[page], ROOM[page] / (width(title) * (1 + spacing))), 1),
        "title_tracking": spacing,
    }
