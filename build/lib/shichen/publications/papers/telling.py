"""An official document as it stands or stood: its wording, the document it makes, what it is called in a list."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shichen.documents.official.paper import Number, OfficialPaper
from shichen.documents.official.rules import checked
from shichen.publications.papers import numbering, wording
from shichen.publications.papers.models import Paper, PaperWording
from shichen.refusal import Refusal


@dataclass(frozen=True)
class Told:
    """A document with the wording that it has, or had at a moment."""

    paper: Paper
    wording: PaperWording

    @property
    def title(self) -> str:
        """Its title in one line; one without has the name of its series."""
        written = "".join(str(self.wording.content.get("title", "")).split())
        return written or (self.paper.name or str(self.paper.issuer)) + {"order": "令", "minutes": "纪要"}.get(
            self.paper.kind, ""
        )

    @property
    def number(self) -> str:
        return numbering.given(self.paper).text if self.paper.serial else ""

    def official(self, on: date) -> OfficialPaper:
        """The document; a draft as if it were dated that day, with the place of its number blank. Raises Refusal."""
        paper, content = self.paper, self.wording.content
        if paper.serial:
            return wording.official_of(paper.kind, paper.name, content, numbering.given(paper), paper.dated or on)
        return self.numbered(numbering.still_open(content.get("code", ""), on), on)

    def numbered(self, number: Number, on: date) -> OfficialPaper:
        """The document under a number. Raises Refusal."""
        content = self.wording.content
        name = wording.issuer_name(self.paper.issuer, self.paper.kind, content, on)
        return wording.official_of(self.paper.kind, name, content, number, on)

    def against(self, on: date) -> Refusal | None:
        """Why it cannot be set as it stands, if it cannot."""
        try:
            checked(self.official(on))
        except Refusal as refusal:
            return refusal
        return None


def told(papers: Iterable[Paper], moment: datetime | None = None) -> list[Told]:
    """Documents with their wordings, in one question: the last one, that which was issued, or the one of a moment."""
    found = list(papers)
    rows = PaperWording.objects.filter(paper__in=found).select_related("by").order_by("paper_id", "number")
    if moment is not None:
        rows = rows.filter(at__lte=moment)
    last = {row.paper_id: row for row in rows}
    return [Told(one, last[one.pk]) for one in found if one.pk in last]


def href(paper: Paper) -> str:
    return f"/papers/{paper.pk}/"


def digest(paper: OfficialPaper) -> str:
    """What stands for everything that a document says."""
    return hashlib.sha256(json.dumps(_plain(paper), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _plain(paper: OfficialPaper) -> list[str]:
    return [repr(getattr(paper, name)) for name in sorted(paper.__dataclass_fields__)]
