"""The queue of bulletins as data: what the addresses ending in `.json`, `.csv` and `.xlsx` say."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.masking import masked
from shichen.web.siblings import About

SHEET = (
    Field("received_at", gettext_noop("收到时间"), "datetime"),
    Field("unit", gettext_noop("来稿单位")),
    Field("opening", gettext_noop("开头")),
    Field("covers", gettext_noop("所涵日期"), "date"),
    Field("entries", gettext_noop("条目"), "integer"),
    Field("open", gettext_noop("待核条目"), "integer"),
    Field("figures", gettext_noop("数字"), "integer"),
    Field("least", gettext_noop("最低置信"), "decimal"),
    Field("state", gettext_noop("状态")),
    Field("id", gettext_noop("标识")),
)


def about() -> About:
    """What the queue is."""
    definition = _("来稿：单位报来的文字，读出其中的条目和数字，由人逐条复核；待核的排在前面，最拿不准的先核。")
    return About(_("来稿复核"), definition, _("各报送单位，按可见范围"), SHEET)


def of_bulletin(one: Any) -> dict[str, Any]:
    """A bulletin of the queue. What stands in it may name persons: its opening is masked as on the page."""
    return {
        "id": str(one.pk),
        "received_at": one.received_at.isoformat(),
        "unit": one.unit_id,
        "opening": masked(one.opening),
        "covers": one.covers.isoformat(),
        "entries": one.n_entries,
        "open": one.n_open,
        "figures": one.n_figures,
        "least": float(one.least) if one.least is not None else None,
        "state": one.state,
    }


def row(one: Any) -> dict[str, Any]:
    """A bulletin as a line of a sheet, in the words of the page."""
    spoken = {"unit": words.called(one.unit), "state": one.get_state_display(), "id": str(one.pk)}
    return {**of_bulletin(one), **spoken, "received_at": one.received_at, "covers": one.covers, "least": one.least}
