"""Runs as tables and files: a line each for the overview, the rows of one, the comparison with the run before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from shichen import watches
from shichen.analysis.runs.models import Run
from shichen.analysis.runs.queries import Newest
from shichen.analysis.runs.telling import saying, saying_listed
from shichen.analysis.runs.telling.saying import Card
from shichen.sheets.fields import Field
from shichen.web import words
from shichen.web.siblings import About

LINES = (
    Field("number", gettext_noop("编号"), "integer"),
    Field("area", gettext_noop("区域")),
    Field("method", gettext_noop("分析")),
    Field("as_of", gettext_noop("数据截至"), "datetime"),
    Field("conclusion", gettext_noop("结论")),
    Field("status", gettext_noop("发布门槛")),
    Field("signed", gettext_noop("签发")),
    Field("profile", gettext_noop("参数档")),
    Field("digest", gettext_noop("指纹")),
)
ROWS = (
    Field("variable", gettext_noop("量")),
    Field("date", gettext_noop("日期")),
    Field("strat", gettext_noop("分层")),
    Field("type", gettext_noop("类型")),
    *(
        Field(name, name, "decimal")
        for name in (
            "median",
            "mean",
            "sd",
            "lower_95",
            "lower_90",
            "lower_50",
            "upper_50",
            "upper_90",
            "upper_95",
        )
    ),
    Field("t_start", gettext_noop("窗口首日"), "integer"),
    Field("t_end", gettext_noop("窗口末日"), "integer"),
    Field("event", gettext_noop("日期口径")),
    Field("status", gettext_noop("发布门槛")),
    Field("reason", gettext_noop("未过的门槛")),
)


@dataclass(frozen=True)
class Cell:
    """One analysis in the overview."""

    run: Run
    sentence: str
    signed: bool


def standing(one: Newest) -> dict[str, Any]:
    """An area with the newest of its analyses, in the order of the methods."""
    runs = [one.runs[name] for name in Run.Method.values if name in one.runs]
    return {
        "area": one.area,
        "as_of": runs[0].as_of,
        "cells": [Cell(run, saying.conclusion(run), hasattr(run, "signature")) for run in runs],
    }


def line(run: Run) -> dict[str, Any]:
    """A run in one line of a sheet."""
    return {
        "number": run.number,
        "area": words.called(run.area),
        "method": run.get_method_display(),
        "as_of": watches.local(run.as_of),
        "conclusion": saying.conclusion(run),
        "status": saying.status(run.status) or run.status,
        "signed": state(run),
        "profile": str(run.profile),
        "digest": run.digest,
    }


def state(run: Run) -> str:
    """Draft or signed (草稿、签发)."""
    return pgettext("分析", "已签发") if hasattr(run, "signature") else pgettext("分析", "草稿")


def of_all() -> About:
    definition = _("各区域最近一次分析：结论、发布门槛、是否签发、结果的指纹。")
    return About(_("流行病学分析"), definition, _("疾控、专家组，按可见范围"), LINES)


def of_run(run: Run) -> About:
    definition = _("一次分析的结果行；列名同 EpiNow2，暂不发布的没有数。")
    title = f"{words.called(run.area)} {run.get_method_display()} {run.number}"
    return About(title, definition, words.called(run.unit), ROWS)


def whole(run: Run, *, cells: bool = False) -> dict[str, Any]:
    """A run with all that it rests on; the cells of the line list for those alone who may see the list."""
    rests: dict[str, Any] = {"digest": run.inputs.digest, "as_of": run.inputs.as_of, "rows": run.inputs.rows}
    if cells:
        rests["cells"] = run.inputs.cells
    return {
        **line(run),
        "id": str(run.pk),
        "function": run.method,
        "epi_version": run.epi_version,
        "parameters": run.parameters,
        "profile_digest": run.profile.digest,
        "seed": run.seed,
        "n_used": run.n_used,
        "n_missing": run.n_missing,
        "n_imputed": run.n_imputed,
        "cpu_ms": run.cpu_ms,
        "refusal": run.refusal,
        "inputs": rests,
        "rows": run.rows,
    }


def table(run: Run) -> list[dict[str, Any]]:
    """The result rows as a page prints them; a number that is withheld is its reason, never a number."""
    return [
        {
            "name": f"{_variable(one['variable'])}{_stratum(one['strat'])}",
            "on": _when(one),
            "type": _type(one["type"]),
            "value": _value(one),
            "interval": saying.interval(one) if one["lower_95"] is not None else words.DASH,
            "status": " · ".join(filter(None, (saying.status(one["status"]), saying.reason(one["reason"] or "")))),
        }
        for one in run.rows
    ]


def _when(one: dict[str, Any]) -> str:
    """The day of a row; of a delay how many days it is about."""
    if one["variable"] in ("delay_cdf", "delay_density"):
        return _("%(n)s 天") % {"n": f"{one['t_start'] / 4:g}"}
    return _("%(n)s 天") % {"n": one["t_start"]} if one["variable"] == "delay_observed" else saying.day(one["date"])


def compared(run: Run, earlier: Run) -> list[dict[str, str]]:
    """The estimates of a run beside those of the run before, by their names."""
    then = {one.name: one for one in saying.cards(earlier)}
    today = {one.name: one for one in saying.cards(run)}
    names = dict.fromkeys([*today, *then])
    return [{"name": name, "now": _told(today.get(name)), "then": _told(then.get(name))} for name in names]


def scored(run: Run) -> list[dict[str, Any]]:
    """Of each forecast issued before (历次预测的得分): its number, where it is kept, how many of its days are known, its mean WIS by fan."""
    kept = {str(one.number): one for one in Run.objects.filter(pk__in=run.parameters.get("scored", [])).defer("rows")}
    days = {one["strat"]: one["mean"] for one in saying.rows(run, "days_scored")}
    settles = {one["strat"]: one["mean"] for one in saying.rows(run, "wis_settles")}
    return [
        {
            "run": kept[one["strat"]],
            "days": words.number(days[one["strat"]]),
            "wis": saying.number(one["mean"]),
            "settles": saying.number(settles[one["strat"]]) if one["strat"] in settles else words.DASH,
        }
        for one in saying.rows(run, "wis")
        if one["strat"] in kept
    ]


def _told(one: Card | None) -> str:
    return f"{one.value} {one.interval}".strip() if one else words.DASH


def parameters(run: Run) -> list[tuple[str, str]]:
    """What a run was computed with."""
    return [
        (_("参数档"), f"{run.profile} · {run.profile.digest[:12]}"),
        (_("程序版本"), run.epi_version),
        (_("随机种子"), str(run.seed)),
        (_("日数"), _("用到 %(used)s，缺报 %(missing)s，补上 %(imputed)s") % _sums(run)),
        (_("用时"), _("%(n)s 毫秒") % {"n": run.cpu_ms}),
        (_("结果指纹"), run.digest),
    ]


def _sums(run: Run) -> dict[str, int]:
    return {"used": run.n_used, "missing": run.n_missing, "imputed": run.n_imputed}


def _value(one: dict[str, Any]) -> str:
    if one["median"] is None and one["mean"] is None:
        return words.DASH
    value = one["median"] if one["median"] is not None else one["mean"]
    return words.number(int(value)) if float(value).is_integer() else saying.number(value, 3)


def _variable(name: str) -> str:
    return {
        "cases": _("病例"),
        "cumulative": _("累计"),
        "R": "R",
        "p_R_below_1": "P(R<1)",
        "p_R_below_1_smoothed": _("P(R<1)，回看"),
        "p_over": _("疫情已经结束的可能性"),
        "growth_rate": _("增长率（每天）"),
        "doubling_time": _("倍增时间"),
        "doubling_not_faster": _("倍增不快于（天）"),
        "halving_not_faster": _("减半不快于（天）"),
        "cases_total": _("合计病例"),
        "fitted": _("拟合的病例"),
        "wis": "WIS",
        "days_scored": _("评分的日数"),
        "wis_settles": _("WIS，趋势渐缓"),
        "days_scored_settles": _("评分的日数，趋势渐缓"),
        "census": _("现有病人"),
        "capacity": _("开放床位"),
        "p_over_capacity": _("床位不够的可能性"),
        "p_ever_over_capacity": _("期内床位不够的可能性"),
        "breach": _("床位不够的首日"),
        "stay": _("平均住院日"),
        "stay_observed": _("实际平均住院日"),
        "patient_days": _("住院人日"),
        "deaths_untold": _("死亡没有报"),
        "R_start": _("起始再生数"),
        "peak_cases": _("一天最多"),
        "peak_day": _("最多的一天（第几天）"),
        "peak_beds": _("现有病人最多"),
        "wis_reported": _("WIS，只看报告数"),
        "incidence": _("发病（补上尚未报告的）"),
        "reported": _("已报告"),
        "reported_imputed": _("已报告，发病日期为推断"),
        "share_reported": _("报告完整度"),
        "to_come": _("尚未报告（估计）"),
        "cases_earlier": _("此前的估计"),
        "listed": _("一览表病例"),
        "counted": _("日报累计病例"),
        "onset_unknown": _("发病日期不明"),
        "pairs": _("成对的日期"),
        "longest_delay": _("最长时滞（天）"),
        "batch": _("疑似补录"),
        "delay_median": _("时滞中位数（天）"),
        "delay_p95": _("时滞95%分位（天）"),
        "delay_mean": _("平均时滞（天）"),
        "delay_sd": _("时滞标准差（天）"),
        "delay_cdf": _("时滞累计比例"),
        "delay_density": _("时滞密度"),
        "delay_observed": _("观察到的累计比例"),
        "aic": "AIC",
    }.get(name, name)


def _stratum(name: str) -> str:
    known = {
        "data": _("按数据日"),
        "published": _("按发布日"),
        "serial_interval": _("主序列间隔"),
        "serial_interval_other": _("另一序列间隔"),
        "stays": _("R不变"),
        "settles": _("趋势渐缓"),
        "falls": _("R下降"),
        "baseline": _("不采取措施"),
        "scenario": _("采取措施"),
        "difference": _("相差"),
        "counts": _("由本地日报推算"),
        "profile": _("参数档"),
        "onset": _("按发病日"),
        "unknown_imported": _("来源不明作输入"),
        "local": _("本地"),
        "imported": _("输入"),
        "own": _("本地时滞"),
        "observed": _("观察到的"),
    }
    said = known.get(name) or (_("第%(n)s号") % {"n": name} if name.isdigit() else saying_listed.family(name))
    return f" · {said}" if name else ""


def _type(name: str) -> str:
    return {
        "estimate": pgettext("分析", "估计"),
        "estimate based on partial data": pgettext("分析", "数据未齐的估计"),
        "forecast": pgettext("分析", "预测"),
        "scenario": pgettext("分析", "情景"),
    }.get(name, name)
