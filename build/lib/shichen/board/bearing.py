"""The capacity panel as one reader sees it: bars, days of cover with the line of the lead time, what nobody reports."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from shichen.board.capacity import days_of
from shichen.web import words
from shichen.web.charts.gauge import gauge

SPAN = 4  # lead times that the bar of days is long


def bearing(held: dict[str, Any], seen: Any) -> dict[str, Any] | None:
    """What lies within reach; `seen` says whether figures of a unit do. None where nothing of it does."""
    every = seen(None)
    posts = [_posts(one) for one in held["posts"] if seen(one["body"])]
    if not every and not posts:
        return None
    return {
        "beds": _beds(*map(_part, held["beds"])) if every else None,
        "cover": [_cover(_part(stock), _part(use), held["lead"]) for stock, use in held["cover"]] if every else [],
        "further": [_part(one) for one in held["further"]] if every else [],
        "lead": held["lead"],
        "posts": posts,
    }


def _beds(total: dict[str, Any], used: dict[str, Any]) -> dict[str, Any]:
    share = used["number"] / total["number"] if used["value"] and total["number"] else None
    drawn = gauge(float(share), label=_("占用床位占开放床位")) if share is not None else SafeString("")
    over = share is not None and share > 1
    return {"total": total, "used": used, "drawn": drawn, "share": _percent(share), "over": over}


def _cover(stock: dict[str, Any], use: dict[str, Any], lead: int) -> dict[str, Any]:
    days = days_of(stock["number"], use["number"]) if stock["value"] and use["value"] else None
    drawn = SafeString("")
    if days is not None:
        label = _("可用%(n)s天，补货提前期%(lead)s天") % {"n": days, "lead": lead}
        drawn = gauge(float(days) / (lead * SPAN), line=1 / SPAN, label=label)
    return {"stock": stock, "use": use, "days": days, "short": days is not None and days < lead, "drawn": drawn}


def _posts(one: dict[str, Any]) -> dict[str, Any]:
    label = _("已报卡点占在岗卡点")
    drawn = gauge(one["arrived"] / one["expected"], label=label) if one["expected"] else SafeString("")
    return {**one, "label": words_of(one, "name"), "drawn": drawn}


def _part(one: dict[str, Any]) -> dict[str, Any]:
    value = one["value"]
    more = {"number": Decimal(value) if value is not None else None, "label": words_of(one, "name")}
    if value is None:
        return {**one, **more}
    return {**one, **more, "day": words.day(date.fromisoformat(one["on"])), "from": words_of(one, "source")}


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{share * 100:.0f}%"


def words_of(row: dict[str, Any], field: str) -> str:
    """The name in the language of the page, where it has one."""
    return str((row.get(f"{field}_en") if words.english() else "") or row.get(field, ""))
