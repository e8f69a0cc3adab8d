"""What a run says in words: its conclusion in one sentence, and its estimates as cards; a withheld one names its gate."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shichen.analysis.runs import profiles
from shichen.analysis.runs.computing.scoring import SETTLES, STAYS
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import saying_ahead, saying_listed, scores
from shichen.analysis.runs.telling.phrases import (
    MAIN,
    SHOWN,
    UNKNOWN,
    Card,
    Row,
    chance,
    dated,
    day,
    event,
    interval,
    number,
    percent,
    reason,
    rows,
    status,
    tail,
    window,
)
from shichen.epi import gates
from shichen.epi.rt import map_prob_change
from shichen.web import words

__all__ = [
    "MAIN",
    "SHOWN",
    "Card",
    "Row",
    "cards",
    "chance",
    "conclusion",
    "dated",
    "day",
    "event",
    "interval",
    "number",
    "percent",
    "reason",
    "rows",
    "status",
    "window",
]


def conclusion(run: Run) -> str:
    """The finding of a run in one sentence, in the language of the page."""
    if run.state == Run.State.REFUSED:
        return run.refused_why_en if words.english() else run.refused_why
    return _SENTENCES[run.method](run)


def cards(run: Run) -> list[Card]:
    """The estimates of a run."""
    return [] if run.state == Run.State.REFUSED else _CARDS[run.method](run)


def _curve(run: Run) -> str:
    cases, total = _counted(run)
    peak = max(one["mean"] for one in cases)
    tops = [day(one["date"]) for one in cases if one["mean"] == peak]
    said = {
        "last": day(cases[-1]["date"]),
        "total": words.number(total),
        "new": words.number(cases[-1]["mean"]),
        "peak": words.number(peak),
        "tops": _("、").join(tops[:3]),
    }
    if not peak:
        return _("截至%(last)s24时没有确诊病例。") % said
    return (
        _("截至%(last)s24时累计确诊%(total)s例，当日新增%(new)s例；单日最多%(peak)s例（%(tops)s），按确诊数据日计。")
        % said
    )


def _curve_cards(run: Run) -> list[Card]:
    cases, total = _counted(run)
    streak = 0
    for one in reversed(cases):
        if one["mean"]:
            break
        streak += 1
    span = f"{day(cases[0]['date'])}–{day(cases[-1]['date'])}"
    found = [
        Card(_("累计确诊"), words.number(total), about=span),
        Card(_("末日新增"), words.number(cases[-1]["mean"]), about=day(cases[-1]["date"])),
        Card(_("连续零新增"), _("%(n)s 天") % {"n": streak}),
        Card(_("缺报"), _("%(n)s 天") % {"n": run.n_missing}, about=_("缺报不作零")),
    ]
    down = [one["date"] for one in rows(run, "cases", "data") if one["reason"] == "correction"]
    if down:
        found.append(Card(_("未了结的负更正"), "、".join(map(day, down[:3]))))
    return found


def _counted(run: Run) -> tuple[Sequence[Row], float]:
    known = [one for one in rows(run, "cases", "data") if one["mean"] is not None]
    return known, sum(one["mean"] for one in known)


def _rt(run: Run) -> str:
    last = rows(run, "R", MAIN)[-1]
    below, over = rows(run, "p_R_below_1", MAIN)[-1]["mean"], rows(run, "p_over")
    said = {
        "window": window(run, last),
        "R": number(last["mean"]),
        "interval": interval(last),
        "change": _change(below),
        "below": chance(below),
        "why": reason(last["reason"]),
        "event": event(run),
    }
    if last["status"] in SHOWN:
        return _(
            "实时再生数 %(R)s（95%% 区间 %(interval)s），传播%(change)s；窗口%(window)s，%(event)s。"
        ) % said + tail(last)
    if last["status"] == gates.DIRECTION and below is not None:
        return _("病例数过少，不给出再生数；它小于1的可能性为%(below)s，传播%(change)s（窗口%(window)s）。") % said
    if last["status"] == gates.OVER and over:
        said["p"] = chance(over[-1]["mean"])
        return _("病例数过少，不给出再生数；若再无新病例，疫情已经结束的可能性为%(p)s。") % said
    return _("暂不估计：%(why)s（窗口%(window)s）。") % said


def _change(below: float | None) -> str:
    """P(R<1) in words (EpiNow2)."""
    return "" if below is None else str(map_prob_change(below, language="en" if words.english() else "zh"))


def _rt_cards(run: Run) -> list[Card]:
    disease = profiles.said(run.profile)
    found = []
    for strat in dict.fromkeys(one["strat"] for one in rows(run, "R")):
        mine = rows(run, "R", strat)
        name = {MAIN: _("再生数 R"), UNKNOWN: _("再生数 R（来源不明作输入）")}.get(strat, _("再生数 R（另一序列间隔）"))
        found.append(_r_card(run, mine[-1], disease.interval_said(MAIN if strat == UNKNOWN else strat), name))
        shown = [one for one in mine if one["status"] in SHOWN]
        if strat == MAIN and shown and mine[-1]["status"] not in SHOWN:
            found.append(_r_card(run, shown[-1], disease.interval_said(strat), _("最近一个可发布的窗口")))
    below = rows(run, "p_R_below_1", MAIN)[-1]
    if below["mean"] is not None:
        found.append(Card("P(R<1)", chance(below["mean"]), _change(below["mean"]), "EpiFilter"))
    over = rows(run, "p_over")
    if over:
        k, R = disease.number("offspring_k"), disease.number("r_without_measures")
        found.append(Card(_("疫情已经结束"), chance(over[-1]["mean"]), about=f"R {R:g}, k {k:g}"))
    return found


def _r_card(run: Run, row: Row, si: str, name: str) -> Card:
    about = f"{window(run, row)} · {_('序列间隔')} {si}"
    if row["status"] not in SHOWN:
        return Card(name, status(row["status"]), reason(row["reason"]), about, withheld=True)
    return Card(name, number(row["mean"]), f"95% {interval(row)}", about, status(row["status"]))


def _growth(run: Run) -> str:
    rate, double = rows(run, "growth_rate")[-1], rows(run, "doubling_time")[-1]
    if rate["mean"] is None:
        return _("病例的日子太少，算不出增长率。")
    said = {
        "r": percent(rate["mean"], 1),
        "interval": _between(rate),
        "window": window(run, rate),
    }
    if double["mean"] is None:
        return _("无明显趋势：%(bounds)s；窗口%(window)s。") % {**said, "bounds": _bounds(run)}
    days = abs(double["mean"])
    what = _("每%(days)s天翻一番") if double["mean"] > 0 else _("每%(days)s天减半")
    return _("新增病例每天变动 %(r)s（95%% 区间 %(interval)s），%(what)s；窗口%(window)s。") % {
        **said,
        "what": what % {"days": number(days, 1)},
    }


def _between(rate: Row) -> str:
    return _("%(low)s 至 %(high)s") % {"low": percent(rate["lower_95"], 1), "high": percent(rate["upper_95"], 1)}


def _bounds(run: Run) -> str:
    """The two bounds that are told where there is no clear trend."""
    up, down = rows(run, "doubling_not_faster"), rows(run, "halving_not_faster")
    said = []
    if up and up[-1]["mean"] is not None:
        said.append(_("倍增不快于 %(days)s 天") % {"days": number(up[-1]["mean"], 1)})
    if down and down[-1]["mean"] is not None:
        said.append(_("减半不快于 %(days)s 天") % {"days": number(down[-1]["mean"], 1)})
    return _("，").join(said)


def _growth_cards(run: Run) -> list[Card]:
    rate, double = rows(run, "growth_rate")[-1], rows(run, "doubling_time")[-1]
    if rate["mean"] is None:
        return [Card(_("增长率"), status(rate["status"]), reason(rate["reason"]), withheld=True)]
    span = _between(rate)
    found = [Card(_("增长率（每天）"), percent(rate["mean"], 1), f"95% {span}", window(run, rate))]
    if double["mean"] is None:
        return [*found, Card(_("倍增时间"), _("无明显趋势"), _bounds(run), withheld=True)]
    name = _("倍增时间") if double["mean"] > 0 else _("减半时间")
    low, high = sorted(abs(double[key]) for key in ("lower_95", "upper_95"))
    value = _("%(n)s 天") % {"n": number(abs(double["mean"]), 1)}
    return [*found, Card(name, value, f"95% {number(low, 1)}–{number(high, 1)}", window(run, double))]


def _forecast(run: Run) -> str:
    """The first week by fan, and which fan came closer to what happened so far."""
    stays, falls = (_week(run, strat) for strat in (STAYS, "falls"))
    said = {
        "stays": number(stays["median"], 0),
        "range": interval(stays, 0, "90"),
        "settles": _settles(run),
        "falls": number(falls["median"], 0),
        "range2": interval(falls, 0, "90"),
    }
    if run.status not in SHOWN:
        head = _("再生数暂不发布，只作情景：今后7天若R为1，共%(stays)s例（90%% 区间 %(range)s）；这不是预测。") % said
        return head + scores.better(run)
    head = _(
        "今后7天若R不变，共%(stays)s例（90%% 区间 %(range)s）；%(settles)s若R降下来，共%(falls)s例（%(range2)s）。"
    )
    return head % said + scores.better(run) + tail({"status": run.status})


def _settles(run: Run) -> str:
    """The part of the sentence on growth that settles; nothing for a run that did not work it out."""
    if not rows(run, "cases_total", SETTLES):
        return ""
    week = _week(run, SETTLES)
    said = {"n": number(week["median"], 0), "range": interval(week, 0, "90")}
    return _("若趋势渐缓，共%(n)s例（%(range)s）；") % said


def _week(run: Run, strat: str) -> Row:
    """The sum of the first seven days."""
    return min(rows(run, "cases_total", strat), key=lambda one: str(one["date"]))


def _forecast_cards(run: Run) -> list[Card]:
    scenario = run.status not in SHOWN
    found = []
    for strat, name in saying_ahead.fans(run, "cases_total").items():
        sums = sorted(rows(run, "cases_total", strat), key=lambda one: str(one["date"]))
        for span, one in zip((_("头7天"), _("全期")), sums, strict=False):
            card = Card(
                f"{name} · {span}",
                _("%(n)s 例") % {"n": number(one["median"], 0)},
                f"90% {interval(one, 0, '90')}",
                _("至%(day)s") % {"day": day(one["date"])},
                status=_("情景") if scenario else status(run.status),
            )
            found.append(card)
    return found + scores.of_forecasts(run)


_SENTENCES = {
    "curve": _curve,
    "rt": _rt,
    "growth": _growth,
    "nowcast": saying_listed.nowcast,
    "delay": saying_listed.delay,
    "forecast": _forecast,
    "beds": saying_ahead.beds,
    "whatif": saying_ahead.whatif,
}
_CARDS = {
    "curve": _curve_cards,
    "rt": _rt_cards,
    "growth": _growth_cards,
    "forecast": _forecast_cards,
    "nowcast": saying_listed.nowcast_cards,
    "delay": saying_listed.delay_cards,
    "beds": saying_ahead.beds_cards,
    "whatif": saying_ahead.whatif_cards,
}
