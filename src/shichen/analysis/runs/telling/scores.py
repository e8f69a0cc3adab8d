"""How good the forecasts were that were issued before (历次预测的得分), as cards: the mean score, the share within each interval."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shichen.analysis.runs.computing.scoring import SETTLES, STAYS, named
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling.phrases import FANS, Card, number, percent, rows


def known(run: Run, fan: str = STAYS) -> str:
    """Of how many days of how many forecasts one knows by now what came."""
    scored = rows(run, named("days_scored", fan))
    days = int(sum(one["mean"] for one in scored))
    return _("已满的 %(n)s 个预测日，共 %(runs)s 次预测") % {"n": days, "runs": len(scored)}


def weighted(run: Run, variable: str, fan: str = STAYS) -> float:
    """The mean of a score over all days that are known: a forecast of more days counts for more."""
    weight = {one["strat"]: one["mean"] for one in rows(run, named("days_scored", fan))}
    return float(sum(one["mean"] * weight[one["strat"]] for one in rows(run, variable)) / sum(weight.values()))


def of_forecasts(run: Run) -> list[Card]:
    """The mean score of the forecasts issued before, and how often what came lay within their intervals, by fan; none where none is known."""
    fans = [one for one in (STAYS, SETTLES) if rows(run, named("days_scored", one))]
    return [card for fan in fans for card in _of_fan(run, fan, apart=len(fans) > 1)]


def _of_fan(run: Run, fan: str, *, apart: bool) -> list[Card]:
    half, most, whole = (percent(rows(run, named(f"coverage_{width}", fan))[0]["mean"]) for width in (50, 90, 95))
    about = _("各次按日数平均；50%%区间命中%(p)s，90%%区间命中%(q)s") % {"p": half, "q": most}
    which = _("（%(fan)s）") % {"fan": FANS[fan]()} if apart else ""
    return [
        Card(_("此前预测的平均 WIS") + which, number(weighted(run, named("wis", fan), fan)), about=about),
        Card(_("此前预测的95%区间命中") + which, whole, about=known(run, fan)),
    ]


def better(run: Run) -> str:
    """Which fan has come closer to what came so far, by the days that both foretold; nothing where none is known of both."""
    both = {one["strat"] for one in rows(run, named("wis", STAYS))} & {
        one["strat"] for one in rows(run, named("wis", SETTLES))
    }
    if not both:
        return ""
    days = {one["strat"]: one["mean"] for one in rows(run, named("days_scored", SETTLES))}
    means = {
        fan: sum(one["mean"] * days[one["strat"]] for one in rows(run, named("wis", fan)) if one["strat"] in both)
        / sum(days[one] for one in both)
        for fan in (STAYS, SETTLES)
    }
    best, other = sorted(means, key=lambda fan: means[fan])
    if means[best] == means[other]:
        return ""
    said = {"best": FANS[best](), "n": number(means[best]), "other": FANS[other](), "m": number(means[other])}
    return _("到目前为止「%(best)s」离实际较近（平均 WIS %(n)s，「%(other)s」%(m)s）。") % said
