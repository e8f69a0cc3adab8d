"""Decisions on small numbers as data: what the addresses ending in `.json`, `.csv` and `.xlsx` say."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen.disclosure.models import Decision
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.siblings import About

SHEET = (
    Field("state", gettext_noop("状态")),
    Field("numbers", gettext_noop("所公布的数")),
    Field("basis", gettext_noop("法律依据")),
    Field("reason", gettext_noop("理由")),
    Field("proposed_by", gettext_noop("提出人")),
    Field("proposed_at", gettext_noop("提出时间"), "datetime"),
    Field("decided_by", gettext_noop("签发人")),
    Field("decided_at", gettext_noop("签发时间"), "datetime"),
    Field("note", gettext_noop("不签或撤回的理由")),
    Field("decision", gettext_noop("地址")),
)


def about() -> About:
    """What the list of decisions is."""
    definition = _("公布决定：小于下限而要公布的人数，写明依据和理由，一人提出、另一人签发。")
    return About(_("公布决定"), definition, _("本指挥部"), SHEET)


def row(one: Decision) -> dict[str, Any]:
    """A decision as a line of a sheet, in the words of the page."""
    return {
        **{name: getattr(one, name) for name in ("basis", "reason", "proposed_at", "decided_at", "note")},
        "state": one.get_state_display(),
        "numbers": _("；").join(line.sentence for line in one.lines.all()),
        "proposed_by": words.called(one.proposed_by),
        "decided_by": words.called(one.decided_by) if one.decided_by else "",
        "decision": reverse("decision", args=[one.pk]),
    }


def of_decision(one: Decision) -> dict[str, Any]:
    """A decision with the numbers that it lets out."""
    return {
        "decision": reverse("decision", args=[one.pk]),
        "state": one.state,
        "basis": one.basis,
        "reason": one.reason,
        "proposed_at": one.proposed_at,
        "proposed_by": str(one.proposed_by),
        "decided_at": one.decided_at,
        "decided_by": str(one.decided_by) if one.decided_by else None,
        "note": one.note,
        "figures": [
            {
                "figure": f"/figures/{line.figure_id}/",
                "how": line.how,
                "low": line.low,
                "high": line.high,
                "said": line.sentence,
            }
            for line in one.lines.all()
        ],
    }
