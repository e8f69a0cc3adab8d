"""An official document as a job for the typesetter: its blocks as data, labels of attachments, nothing of the look."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import datetime
from typing import Any

from shichen.documents.official.paper import Attachment, OfficialPaper, written
from shichen.documents.official.rules import TITLE_ACROSS, checked
from shichen.documents.text import width
from shichen.documents.typesetting import Job


def official_job(paper: OfficialPaper, *, at: datetime | None = None) -> Job:
    """The document on A4. Raises Refusal with the field for what the standard does not allow."""
    return Job("official", _sheet(checked(paper)), at=at)


def _sheet(paper: OfficialPaper) -> dict[str, Any]:
    imprint = paper.imprint
    return {
        "kind": paper.kind.value,
        "name": "".join(paper.titled) or f"{paper.mark}{paper.number.text}",
        "issuer": paper.issuer,
        "mark": paper.mark,
        "number": paper.number.text,
        "approver": paper.approver,
        "classing": paper.classing.lines,
        "copy": bool(paper.classing.copy),
        "title": paper.titled,
        "addressees": paper.addressees.rstrip("：:"),
        "body": [asdict(block) for block in paper.body],
        "attachments": [_attachment(n, one, len(paper.attachments)) for n, one in enumerate(paper.attachments, 1)],
        "attendance": [asdict(one) for one in paper.attendance],
        "closing": paper.closing.value,
        "dated": written(paper.dated),
        "signer": paper.signer,
        "remark": paper.remark.strip("（）()"),
        "imprint": bool(imprint),
        "copies": imprint.copies.rstrip("。."),
        "printer": imprint.printer,
        "printed": written(imprint.printed) if imprint.printed else "",
    }


def _attachment(n: int, one: Attachment, of: int) -> dict[str, Any]:
    blocks = [asdict(block) for block in one.body]
    rows = math.ceil(width(one.name) / TITLE_ACROSS)
    return {"name": one.name, "rows": rows, "label": f"附件{n}" if of > 1 else "附件", "body": blocks}
