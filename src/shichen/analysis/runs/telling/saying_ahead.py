"""What the bed forecast and the scenarios say in words: whether and when the beds do not suffice, what a measure changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _

from shichen.analysis.runs.models import Run
from shichen.analysis.runs.telling import scores
from shichen.analysis.runs.telling.phrases import (
    FANS,
    SHOWN,
    Card,
    Row,
    chance,
    day,
    interval,
    number,
    percent,
    rows,
    status,
)
from shichen.web import words

SURE = 0.05
"""Below this chance of too few beds they are said to suffice."""
NAMES: Mapping[str, Callable[[], str]] = {
    **FANS,
    "baseline": lambda: _("不采取措施"),
    "scenario": lambda: _("采取措施"),
    "difference": lambda: _("相差"),
}


def named(run: Run, strat: str) -> str:
    """What a fan of a run is called."""
    if strat == "stays" and run.status not in SHOWN and run.method != Run.Method.WHATIF:
        return _("若R为1")
    return NAMES[strat]()


def fans(run: Run, variable: str) -> dict[str, str]:
    """The fans of a forecast that its rows hold, with what each is called; an older run may hold fewer."""
    return {one: named(run, one) for one in FANS if rows(run, variable, one)}


def beds(run: Run) -> str:
    """Patients in, whether the open beds suffice if R stays, and which fan came closer so far."""
    now, most = rows(run, "census", "")[-1], _most(run, "stays")
    said = {
        "now": words.number(round(now["mean"])),
        "day": day(now["date"]),
        "case": named(run, "stays"),
        "most": number(most["median"], 0),
        "range": interval(most, 0),
        "at": day(most["date"]),
        "days": _ahead(run),
    }
    head = _("%(day)s24时现有病人%(now)s人；%(case)s，今后最多%(most)s人（95%% 区间 %(range)s，%(at)s）。") % said
    if run.status not in SHOWN:
        head = _("再生数暂不发布，只作情景，不是预测。") + head
    return head + _room(run, "stays") + _eased(run) + scores.better(run)


def _eased(run: Run) -> str:
    """The most patients if the trend eases, and the chance that the beds do not suffice then; nothing where that was not worked out."""
    if not rows(run, "census", "settles"):
        return ""
    most = _most(run, "settles")
    said = {"most": number(most["median"], 0), "range": interval(most, 0), "at": day(most["date"])}
    head = _("若趋势渐缓，最多%(most)s人（95%% 区间 %(range)s，%(at)s）") % said
    ever = rows(run, "p_ever_over_capacity", "settles")
    return head + (_("，床位不够的可能性%(p)s。") % {"p": chance(ever[0]["mean"])} if ever else _("。"))


def _room(run: Run, strat: str) -> str:
    """Whether the beds suffice, in one sentence."""
    breach, ever = rows(run, "breach", strat), rows(run, "p_ever_over_capacity", strat)
    if not ever:
        return _("没有登记开放床位，够不够无从判断。")
    share, first = ever[0]["mean"], breach[0]
    said = {"days": _ahead(run), "p": chance(share), "beds": words.number(round(rows(run, "capacity")[0]["mean"]))}
    if first["median"] is not None:
        said |= {"day": day(first["date"]), "range": _first(run, first)}
        return _("开放床位%(beds)s张，%(day)s起多半不够（首个不够的日子95%% 在%(range)s）。") % said
    if share < SURE:
        return _("开放床位%(beds)s张，%(days)s天内不会满（不够的可能性%(p)s）。") % said
    return _("开放床位%(beds)s张，%(days)s天内多半够，不够的可能性%(p)s。") % said


def beds_cards(run: Run) -> list[Card]:
    """Patients in, the most to come by scenario, when beds run out, the stay and where it is from."""
    now, stay = rows(run, "census", "")[-1], rows(run, "stay")[0]
    found = [Card(_("现有病人"), _("%(n)s 人") % {"n": words.number(round(now["mean"]))}, about=day(now["date"]))]
    kind = _("情景") if run.status not in SHOWN else status(run.status)
    for strat, name in fans(run, "census").items():
        most = _most(run, strat)
        about, value = _("最多的一天 %(day)s") % {"day": day(most["date"])}, _("%(n)s 人")
        card = Card(name, value % {"n": number(most["median"], 0)}, f"95% {interval(most, 0)}", about, kind)
        found.append(card)
    for one in rows(run, "p_ever_over_capacity", "stays"):
        found.append(Card(_("床位不够的可能性"), chance(one["mean"]), about=_("%(n)s 天内") % {"n": _ahead(run)}))
    source = _("由本地日报推算") if stay["strat"] == "counts" else _("参数档的先验；本地出院的人还少")
    spread = _("标准差 %(n)s 天") % {"n": number(stay["sd"], 1)}
    found.append(Card(_("平均住院日"), _("%(n)s 天") % {"n": number(stay["mean"], 1)}, spread, source))
    whole = rows(run, "stay_observed")
    if whole:
        days = words.number(rows(run, "patient_days")[0]["mean"])
        about = _("住院共 %(n)s 人日，都已出院") % {"n": days}
        found.append(Card(_("实际平均住院日"), _("%(n)s 天") % {"n": words.number(whole[0]["mean"])}, about=about))
    if rows(run, "deaths_untold"):
        found.append(Card(_("死亡"), _("没有报"), about=_("现有病人里没有减去"), withheld=True))
    return found + scores.of_forecasts(run)


def whatif(run: Run) -> str:
    """What a scenario changes until its last day, and that it is no forecast."""
    without, with_it, apart = (rows(run, "cases_total", one)[0] for one in ("baseline", "scenario", "difference"))
    said = {
        "name": run.parameters["name"],
        "end": day(with_it["date"]),
        "with": number(with_it["median"], 0),
        "with_range": interval(with_it, 0),
        "without": number(without["median"], 0),
        "without_range": interval(without, 0),
        "change": _change(apart),
    }
    return (
        _(
            "情景，不是预测。「%(name)s」到%(end)s共%(with)s例（95%% 区间 %(with_range)s）；不采取措施%(without)s例（%(without_range)s）；%(change)s。"
        )
        % said
    )


def _change(apart: Row) -> str:
    """A difference as more or fewer, with its interval in the same direction."""
    said = {"n": number(abs(apart["median"]), 0)}
    low, high = apart["lower_95"], apart["upper_95"]
    if low == high == 0:
        return _("没有差别")
    if high <= 0:
        return _("少%(n)s例（%(range)s）") % {**said, "range": f"{number(-high, 0)}–{number(-low, 0)}"}
    if low >= 0:
        return _("多%(n)s例（%(range)s）") % {**said, "range": f"{number(low, 0)}–{number(high, 0)}"}
    return _("相差%(range)s例，方向不定") % {"range": signed(apart)}


def signed(row: Row) -> str:
    """The interval of a difference with its signs."""
    return _("%(low)s 至 %(high)s") % {"low": plus(row["lower_95"]), "high": plus(row["upper_95"])}


def plus(value: float, digits: int = 0) -> str:
    """A difference with its sign; a true minus."""
    return f"{value:+.{digits}f}".replace("-", "−") if round(value, digits) else "0"


def whatif_cards(run: Run) -> list[Card]:
    """Cases in all, the fullest day, patients in at most: without, with, and the difference."""
    return [
        Card(name, with_it, f"95% {with_range}", _("不采取：%(n)s；相差：%(d)s") % {"n": without, "d": apart})
        for name, without, with_it, with_range, apart in compared(run)
    ]


def compared(run: Run) -> list[tuple[str, str, str, str, str]]:
    """Of each sum its name, the value without, with, its interval, and the difference with its interval."""
    found = []
    for variable, name in (
        ("cases_total", _("合计病例")),
        ("peak_cases", _("一天最多")),
        ("peak_day", _("最多的一天")),
        ("peak_beds", _("现有病人最多")),
    ):
        if not rows(run, variable, "scenario"):
            continue
        without, with_it, apart = (rows(run, variable, one)[0] for one in ("baseline", "scenario", "difference"))
        told = _on_day(run) if variable == "peak_day" else _number
        ends = f"{told(with_it['lower_95'])}–{told(with_it['upper_95'])}"
        change = f"{plus(apart['median'])}（{signed(apart)}）"
        if words.english():
            change = f"{plus(apart['median'])} ({signed(apart)})"
        found.append((name, told(without["median"]), told(with_it["median"]), ends, change))
    return found


def assumptions(run: Run) -> list[tuple[str, str, str]]:
    """What a scenario supposes: of each assumption its name, its value in words, where it is from."""
    if run.method != Run.Method.WHATIF:
        return []
    asked = run.parameters
    start = rows(run, "R_start")[0]["mean"]
    ratio = asked["R"]["value"]
    estimated = _("照最近窗口的估计（后验）")
    found = [
        (_("起始再生数"), number(start), asked["R"]["source"] if ratio is not None else estimated),
        (_("每天输入"), _("%(n)s 例") % {"n": words.number(asked["imports"]["value"])}, asked["imports"]["source"]),
        (_("推演天数"), _days(asked["horizon"]), asked["reason"]),
    ]
    return [*found, *((step["label"] or _("措施"), _step(step), step["source"]) for step in asked["steps"])]


def _step(step: Row) -> str:
    """A dated step in words."""
    begin, end = day(step["from"]), day(step["to"]) if step["to"] else _("期末")
    said = {"from": begin, "to": end, "n": words.number(step["value"]), "p": percent(step["value"])}
    told = {
        "R": _("%(from)s至%(to)s，R乘以%(n)s"),
        "imports": _("%(from)s至%(to)s，输入乘以%(n)s"),
        "tracing": _("%(from)s至%(to)s，追踪到%(p)s的病例"),
    }[step["what"]] % said
    if step["what"] == "tracing":
        told += _("，发病后%(n)s天隔离") % {"n": step["delay"]}
    return told + (_("，%(n)s天内渐变") % {"n": step["ramp"]} if step["ramp"] else "")


def _days(count: int) -> str:
    return _("%(n)s 天") % {"n": count}


def _number(value: float) -> str:
    return number(value, 0)


def _on_day(run: Run) -> Callable[[float], str]:
    """The date of a day ahead of the last day of the data."""
    last = max(one["on"] for one in run.inputs.rows)
    return lambda ahead: words.day(date.fromisoformat(last) + timedelta(days=round(ahead)))


def _most(run: Run, strat: str) -> Row:
    """The day of most patients by the median."""
    return max(rows(run, "census", strat), key=lambda one: (one["median"], one["date"]))


def _ahead(run: Run) -> int:
    """Days that are forecast after the last day of the counts."""
    last = max(one["on"] for one in run.inputs.rows)
    return sum(one["date"] > last for one in rows(run, "census", "stays"))


def _first(run: Run, breach: Row) -> str:
    begin = date.fromisoformat(rows(run, "census", "stays")[0]["date"]) - timedelta(days=1)
    low, high = (begin + timedelta(days=round(breach[key])) for key in ("lower_95", "upper_95"))
    return f"{words.day(low)}–{words.day(high)}"
