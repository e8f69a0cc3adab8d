"""How good the forecasts were that were issued before (历次预测的得分), as cards: the mean score, the share within each interval."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling.phrases import Card, number, percent, rows


def known(run: Run) -> str:
    """Of how many days of how many forecasts one knows by now what came."""
    scored = rows(run, "days_scored")
    days = int(sum(one["mean"] for one in scored))
    return _("已满的 %(n)s 个预测日，共 %(runs)s 次预测") % {"n": days, "runs": len(scored)}


def weighted(run: Run, variable: str) -> float:
    """The mean of a score over all days that are known: a forecast of more days counts for more."""
    weight = {one["strat"]: one["mean"] for one in rows(run, "days_scored")}
    return float(sum(one["mean"] * weight[one["strat"]] for one in rows(run, variable)) / sum(weight.values()))


def of_forecasts(run: Run) -> list[Card]:
    """The mean score of the forecasts issued before, and how often what came lay within their intervals; none where none is known."""
    if not rows(run, "days_scored"):
        return []
    half, most, whole = (percent(rows(run, f"coverage_{width}")[0]["mean"]) for width in (50, 90, 95))
    about = _("各次按日数平均；50%%区间命中%(p)s，90%%区间命中%(q)s") % {"p": half, "q": most}
    return [
        Card(_("此前预测的平均 WIS"), number(weighted(run, "wis")), about=about),
        Card(_("此前预测的95%区间命中"), whole, about=known(run)),
    ]
