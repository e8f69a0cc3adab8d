"""What a nowcast and a delay of reports say in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import scores
from shichen.analysis.runs.telling.phrases import SHOWN, Card, Row, day, interval, number, percent, rows, status, tail
from shichen.web import words

UNFINISHED = "estimate based on partial data"


def nowcast(run: Run) -> str:
    open_, coming = _open(run), rows(run, "to_come")[-1]
    if not open_:
        return _("最近几日报告得太少，不作补推；各日照报告数显示，按发病日期。")
    said = {
        "first": day(open_[0]["date"]),
        "last": day(open_[-1]["date"]),
        "reported": words.number(sum(reported(run, one["date"]) for one in open_)),
        "coming": number(coming["median"], 0),
        "range": interval(coming, 0),
    }
    return _(
        "%(first)s至%(last)s发病的，已报告%(reported)s例，估计还有%(coming)s例尚未报告（95%% 区间 %(range)s）；按发病日期。"
    ) % said + tail({"status": run.status})


def _open(run: Run) -> list[Row]:
    """The days that are still being reported and may be told."""
    return [one for one in rows(run, "cases", "") if one["type"] == UNFINISHED and one["status"] in SHOWN]


def reported(run: Run, on: str) -> float:
    """What is reported of a day by now, likely onsets among it."""
    found = [one for name in ("reported", "reported_imputed") for one in rows(run, name) if one["date"] == on]
    return float(round(sum(one["mean"] for one in found)))


def _one(run: Run, variable: str) -> Row | None:
    found = rows(run, variable)
    return found[-1] if found else None


def nowcast_cards(run: Run) -> list[Card]:
    found, open_, coming = [], _open(run), rows(run, "to_come")[-1]
    if open_:
        last = open_[-1]
        found.append(Card(_("尚未报告（估计）"), _cases(coming["median"]), f"95% {interval(coming, 0)}"))
        about = _("%(day)s发病；已报告%(n)s例") % {
            "day": day(last["date"]),
            "n": words.number(reported(run, last["date"])),
        }
        gate = status(last["status"])
        found.append(Card(_("最近一个可估计的日子"), _cases(last["median"]), f"95% {interval(last, 0)}", about, gate))
    found += _delay_used(run)
    listed, counted = _mean(run, "listed"), _mean(run, "counted")
    found.append(Card(_("一览表"), _cases(listed), about=_("日报累计%(n)s例") % {"n": words.number(counted)}))
    found.append(unknown(run))
    batches = [day(one["date"]) for one in rows(run, "batch")]
    if batches:
        found.append(Card(_("疑似补录的日子"), _("、").join(batches[:4]), about=_("一天报得特别多；只标出，不改数")))
    return found + scored(run)


def _delay_used(run: Run) -> list[Card]:
    median, late = _one(run, "delay_median"), _one(run, "delay_p95")
    if median is None or late is None:
        return []
    source = (
        _("参数档的先验") if median["strat"] == "profile" else _("%(n)s对日期") % {"n": _count(_mean(run, "pairs"))}
    )
    value = _("中位 %(n)s 天") % {"n": number(median["mean"], 0)}
    return [Card(_("报告时滞"), value, _("95%% 在 %(n)s 天内") % {"n": number(late["mean"], 0)}, source)]


def unknown(run: Run) -> Card:
    """How many have no onset: counted and printed, never left out in silence (发病日期不明)."""
    return Card(_("发病日期不明"), _cases(_mean(run, "onset_unknown")), about=_("照同期的时滞推断，不丢"))


def scored(run: Run) -> list[Card]:
    """How good the nowcasts were that were made before, beside what the reports alone would have said."""
    known = rows(run, "days_scored")
    if not known:
        return []
    about = _("已满的 %(n)s 日，共 %(runs)s 次") % {"n": int(sum(one["mean"] for one in known)), "runs": len(known)}
    ours, theirs = (number(scores.weighted(run, name)) for name in ("wis", "wis_reported"))
    return [
        Card(_("此前估计的95%区间命中"), percent(rows(run, "coverage_95")[-1]["mean"]), about=about),
        Card(_("平均得分(WIS，越小越好)"), ours, _("只看报告数 %(n)s") % {"n": theirs}, about),
    ]


def delay(run: Run) -> str:
    median, late = rows(run, "delay_median")[-1], rows(run, "delay_p95")[-1]
    said = {
        "median": number(median["mean"], 1),
        "p95": number(late["mean"], 1),
        "family": family(median["strat"]),
        "n": _count(_mean(run, "pairs")),
        "unknown": _count(_mean(run, "onset_unknown")),
    }
    if median["strat"] == "profile":
        return (
            _("成对的日期只有%(n)s对，用参数档的先验：从发病到报告，一半在%(median)s天以内，95%%在%(p95)s天以内。")
            % said
        )
    return (
        _(
            "从发病到报告，一半在%(median)s天以内，95%%在%(p95)s天以内（%(family)s分布，%(n)s对日期，另有%(unknown)s例发病日期不明）。"
        )
        % said
    )


def delay_cards(run: Run) -> list[Card]:
    found = []
    for variable, name in (
        ("delay_median", _("中位时滞")),
        ("delay_p95", _("95%的人在此之内")),
        ("delay_mean", _("平均时滞")),
    ):
        one = rows(run, variable)[-1]
        wide = f"95% {interval(one, 1)}" if one["lower_95"] is not None else ""
        found.append(Card(name, _("%(n)s 天") % {"n": number(one["mean"], 1)}, wide, family(one["strat"])))
    fits = rows(run, "aic")
    if fits:
        told = _("；").join(f"{family(one['strat'])} {number(one['mean'], 1)}" for one in fits)
        found.append(Card("AIC", family(fits[0]["strat"]), about=told))
    return [*found, unknown(run)]


def family(name: str) -> str:
    """A family of delays, or whose it is, in words."""
    known = {
        "lognormal": pgettext("时滞", "对数正态"),
        "gamma": pgettext("时滞", "伽马"),
        "weibull": pgettext("时滞", "韦布尔"),
        "profile": _("参数档的先验"),
    }
    return known.get(name, name)


def _mean(run: Run, variable: str) -> float:
    found = _one(run, variable)
    return 0.0 if found is None or found["mean"] is None else float(found["mean"])


def _count(value: float) -> str:
    return words.number(round(value))


def _cases(value: float | None) -> str:
    return _("%(n)s 例") % {"n": number(value, 0)}
