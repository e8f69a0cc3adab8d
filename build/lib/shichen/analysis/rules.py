"""What a trace's list rests on, in words: its rules with their units and sources, the order of the list, why one stands above the next."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shichen.analysis.models import Near, Trace
from shichen.records.bulk.stays import KINDS
from shichen.web import words
from shichen.web.sentences import said

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class Rule:
    """A rule that a trace went by: its name in the glossary of the house, what it says of this list, where its number comes from.

    `source_zh` is empty on an English page, and for lists that were found before sources were kept in Chinese.
    """

    key: str
    name: str
    sentence: str
    source_zh: str
    source: str


def rules(trace: Trace) -> list[Rule]:
    """The rules of nearness in the order in which they are applied; those of the second degree where it is one."""
    kept = trace.rules
    chinese, sources = {} if words.english() else kept.get("sources_zh", {}), kept.get("sources", {})
    second = ("close", "latent") if trace.of_id else ()
    shown = [key for key in ("reach", "least", "rows", "span", "longest", *second) if key in kept]
    return [Rule(key, *_WORDS[key](kept), chinese.get(key, ""), sources.get(key, "")) for key in shown]


def _reach(kept: dict[str, Any]) -> tuple[str, str]:
    told = _("前后不到 %(length)s通过同一卡点的，算相近。相隔越短暴露越多：%(n)s 秒减去相隔的秒数。")
    return _("过卡相近"), told % {"length": lasting(kept["reach"]), "n": words.number(kept["reach"])}


def _least(kept: dict[str, Any]) -> tuple[str, str]:
    told = _("同处至少 %(length)s的，算相近；暴露就是两人同在的秒数。")
    return _("同处时长"), told % {"length": lasting(kept["least"])}


def _rows(kept: dict[str, Any]) -> tuple[str, str]:
    each = [
        _("%(kind)s里相隔 %(rows)s 排以内的才算") % {"kind": said(KINDS[int(kind)][1]), "rows": apart}
        for kind, apart in kept["rows"]
    ]
    return _("座位相隔"), _("；").join([*each, _("座位不知道的照样算。")])


def _span(kept: dict[str, Any]) -> tuple[str, str]:
    told = _(
        "%(span)s内几次同处合计满 %(least)s，按出处也算密接。这份名单没有合计：每一次都不足的人不在名单上，要另查。"
    )
    return _("分次合计"), told % {"span": lasting(kept["span"]), "least": lasting(kept["least"])}


def _longest(kept: dict[str, Any]) -> tuple[str, str]:
    return _("最长停留"), _("一次停留最长按 %(length)s看。") % {"length": lasting(kept["longest"])}


def _close(kept: dict[str, Any]) -> tuple[str, str]:
    told = _("同车、同处，或暴露满 %(length)s的人，才当作密接再追一级。")
    return _("算作密接"), told % {"length": lasting(kept["close"])}


def _latent(kept: dict[str, Any]) -> tuple[str, str]:
    told = ngettext("从首次暴露起 %(n)s 天后开始追。", "从首次暴露起 %(n)s 天后开始追。", kept["latent"])
    return _("多久能传"), told % {"n": kept["latent"]}


_WORDS: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "reach": _reach,
    "least": _least,
    "rows": _rows,
    "span": _span,
    "longest": _longest,
    "close": _close,
    "latent": _latent,
}


def order() -> list[str]:
    """By what the list is ordered, the first rule first; what `tracing.pairs.ORDER` says."""
    return [
        _("同车次数多的在前：与病例同一秒、同一辆车过同一卡点，一次算一次。"),
        _("同车次数一样的，暴露秒数多的在前：各次过卡、同处的秒数相加，几个病例的也相加。"),
        _("都一样的并列，先后没有含义。"),
    ]


def above(one: Near, following: Near | None) -> str:
    """Why somebody stands above the next of the list; empty for the last of a period, whom nobody follows."""
    if following is None or following.period != one.period:
        return ""
    if one.same != following.same:
        more = _("同车 %(n)s 次，下一位 %(m)s 次")
        return more % {"n": words.number(one.same), "m": words.number(following.same)}
    if one.seconds != following.seconds:
        more = _("暴露多 %(length)s") if one.same == 0 else _("同车次数一样，暴露多 %(length)s")
        return more % {"length": lasting(one.seconds - following.seconds)}
    return _("与下一位并列")


def apart(here: datetime, there: datetime, kept: dict[str, Any], seconds: int) -> str:
    """How the exposure of two passings was counted: the rule's seconds less those between them."""
    told = _("相隔 %(gap)s 秒：%(reach)s − %(gap)s = %(length)s")
    gap = words.number(abs((here - there).total_seconds()))
    return told % {"gap": gap, "reach": words.number(kept.get("reach")), "length": lasting(seconds)}


def shared(begun: datetime, ended: datetime) -> str:
    """How the exposure of two stays was counted: from when both were there until the first left."""
    told = _("同在 %(begun)s 至 %(ended)s：%(length)s")
    length = lasting(round((ended - begun).total_seconds()))
    return told % {"begun": f"{begun:%H:%M:%S}", "ended": f"{ended:%H:%M:%S}", "length": length}


def lasting(seconds: int) -> str:
    """A length of time in seconds as the rules count it, and in the unit in which people think: 900 秒（15 分钟）."""
    exact = ngettext("%(n)s 秒", "%(n)s 秒", seconds) % {"n": words.number(seconds)}
    thought = _thought(seconds)
    return _("%(exact)s（%(thought)s）") % {"exact": exact, "thought": thought} if thought else exact


def _thought(seconds: int) -> str:
    if seconds < MINUTE:
        return ""
    if seconds < 2 * HOUR:
        minutes = round(seconds / MINUTE, 1)
        return ngettext("%(n)s 分钟", "%(n)s 分钟", math.ceil(minutes)) % {"n": words.number(minutes)}
    if seconds <= DAY:
        return _("%(n)s 小时") % {"n": words.number(round(seconds / HOUR, 1))}
    return _("%(n)s 天") % {"n": words.number(round(seconds / DAY, 1))}
