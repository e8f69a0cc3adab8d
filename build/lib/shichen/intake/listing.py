"""The list of envelopes as a reader asks for it: those of a state or a kind, on a page or as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen.intake import kinds, then
from shichen.intake.models import Envelope, EnvelopeQuerySet
from shichen.sheets.fields import Field
from shichen.web import asker, words
from shichen.web.sentences import said
from shichen.web.siblings import About

MOST = 5_000
SHEET = (
    Field("number", gettext_noop("受理号"), "integer"),
    Field("kind", gettext_noop("种类")),
    Field("channel", gettext_noop("渠道")),
    Field("unit", gettext_noop("单位")),
    Field("received_at", gettext_noop("接收时间"), "datetime"),
    Field("entered_at", gettext_noop("入册时间"), "datetime"),
    Field("state", gettext_noop("状态")),
    Field("note", gettext_noop("结果")),
    Field("digest", "SHA-256"),
    Field("id", gettext_noop("标识")),
)


@dataclass(frozen=True)
class Asked:
    """Which envelopes, as they stood when: within reach, of a state and a kind where these are asked for."""

    rows: EnvelopeQuerySet
    state: str
    kind: str
    titles: dict[str, str]
    moment: datetime | None

    def shown(self, rows: Iterable[Envelope]) -> list[tuple[Envelope, str]]:
        """Each of these with what its kind is called."""
        return [(then.as_it_stood(one, self.moment), self.titles.get(one.kind, one.kind)) for one in rows]


def read(request: HttpRequest, moment: datetime | None) -> Asked:
    """What an address asks for, the newest first."""
    rows = then.standing(Envelope.objects.within(asker.reach(request)), moment)
    rows = rows.defer("body", "words").select_related("unit", "account").order_by("-seq")
    titles = {name: one.called for name, one in kinds.known().items()}
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state, kind = state if state in Envelope.State.values else "", kind if kind in titles else ""
    rows = rows.filter(Q(stood=state)) if state else rows
    return Asked(rows.filter(kind=kind) if kind else rows, state, kind, titles, moment)


def about() -> About:
    """What the list of envelopes is."""
    definition = _("来件：收到的每一份报送，先收到的先编号；内容加密保存，不在此表。至多 %(n)s 件，新的在前。") % {
        "n": MOST
    }
    return About(_("来件"), definition, _("各报送单位，按可见范围"), SHEET)


def row(one: Envelope, kind: str) -> dict[str, Any]:
    """An envelope as a line of a sheet, in the words of the page; neither what it holds nor who sent it."""
    kept = {name: getattr(one, name) for name in ("received_at", "entered_at", "digest")}
    spoken = {"channel": one.get_channel_display(), "state": Envelope.State(one.state).label, "note": said(one.note)}
    return {**kept, **spoken, "number": one.seq, "kind": kind, "unit": words.called(one.unit), "id": str(one.id)}


def as_data(one: Envelope) -> dict[str, Any]:
    """The same as data."""
    kept = {
        name: getattr(one, name) for name in ("kind", "channel", "state", "note", "received_at", "entered_at", "digest")
    }
    return {"envelope": f"/envelopes/{one.id}/", "number": one.seq, "unit": one.unit_id, **kept}
