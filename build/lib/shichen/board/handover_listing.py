"""A hand-over as data: every line that stands open as a row, for the addresses ending in `.json`, `.csv` and `.xlsx`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from shichen.journal.models import Entry
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.siblings import About

PARTS = {
    "updates": gettext_lazy("待更新的记录"),
    "missing": gettext_lazy("缺报与到期"),
    "pinned": gettext_lazy("置顶"),
    "significant": gettext_lazy("重要"),
}
SHEET = (
    Field("part", gettext_noop("类别")),
    Field("who", gettext_noop("单位")),
    Field("about", gettext_noop("内容")),
    Field("on", gettext_noop("日期"), "date"),
    Field("due", gettext_noop("到期时间"), "datetime"),
    Field("late", gettext_noop("逾期"), "boolean"),
    Field("nudged", gettext_noop("催报时间"), "datetime"),
    Field("label", gettext_noop("编号")),
    Field("id", gettext_noop("标识")),
)


def about() -> About:
    """What a hand-over is."""
    definition = _("交接：一班结束时还开着的事：答应更新的、缺报与到期的、置顶的、这段时间里重要的。")
    return About(_("交接"), definition, _("值班日志与报送要求，按可见范围"), SHEET)


def rows(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Every line of a hand-over, in the order of the page."""
    owed = [_owed(part, row) for part in ("updates", "missing") for row in shown[part]]
    return owed + [_entry(part, entry) for part in ("pinned", "significant") for entry in shown[part]]


def said(shown: dict[str, Any], listed: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """A hand-over as JSON: the time that is handed over, how much was told in it, what stands open."""
    period = shown["period"]
    return {"since": period.since, "until": period.until, "told": shown["told"], "rows": list(listed)}


def spoken(row: dict[str, Any]) -> dict[str, Any]:
    """A line in the words of the page."""
    return {**row, "part": str(PARTS[row["part"]]), "label": words.label(row["label"]) if row["label"] else ""}


def _owed(part: str, row: dict[str, Any]) -> dict[str, Any]:
    promised = part == "updates"
    return {
        "part": part,
        "who": row["name"],
        "about": row["about"] if row["kind"] != "shift" else _posts(row),
        "on": date.fromisoformat(row["on"]),
        "due": row["due"],
        "late": row["late"],
        "nudged": row["nudged"],
        "label": row["label"] if promised else "",
        "id": row["code"],
    }


def _posts(row: dict[str, Any]) -> str:
    said_ = ngettext("%(shift)s班：%(n)s个卡点未报", "%(shift)s班：%(n)s个卡点未报", row["count"])
    return said_ % {"shift": row["shift"], "n": row["count"]}


def _entry(part: str, entry: Entry) -> dict[str, Any]:
    told = {"part": part, "who": entry.unit_text, "about": entry.text, "on": entry.page_day}
    return {**told, "due": None, "late": None, "nudged": None, "label": entry.label, "id": str(entry.id)}
