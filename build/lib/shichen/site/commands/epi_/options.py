"""Options that several methods share, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.shapes import Floats
    from shichen.site.commands.epi_.series import Series

EVENTS = {
    "infection": Said("按感染日期", "by day of infection"),
    "onset": Said("按发病日期", "by day of onset"),
    "report": Said("按报告日期", "by day of report"),
    "confirmation": Said("按确诊日期", "by day of confirmation"),
}
DAYS, WEEKS = Said("天", "days"), Said("周", "weeks")
FILE = click.argument("file", metavar="FILE.csv")
SEED = click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="随机数种子 | seed of the chance"
)


def series_options(command: Any) -> Any:
    """Which days and which columns of a file; by which event its days go."""
    for option in (
        click.option(
            "--event",
            type=click.Choice(list(EVENTS)),
            default="report",
            show_default=True,
            help="日期是什么日期 | which day it is",
        ),
        click.option("--until", help="到哪一天为止 | the last day to use"),
        click.option("--from", "since", help="从哪一天起 | the first day to use"),
        click.option("--imported", metavar="COLUMN", help="输入病例的列，默认 imported | column of imported cases"),
        click.option("--cases", metavar="COLUMN", help="病例数的列，默认 cases、local、I … | column of cases"),
    ):
        command = option(command)
    return command


def interval_options(command: Any) -> Any:
    """The serial interval: its mean and standard deviation, or a file."""
    for option in (
        click.option("--si", metavar="FILE", help="代间距分布：两列 k,w | the serial interval as a file k,w"),
        click.option("--sd-si", type=float, metavar="DAYS", help="代间距的标准差 | its standard deviation"),
        click.option("--mean-si", type=float, metavar="DAYS", help="代间距的均值(天) | mean serial interval"),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Interval:
    """A serial interval from day 0 on, its mean in days, and how it is called."""

    w: Floats
    mean: float
    said: Said


def interval(
    mean_si: float | None, sd_si: float | None, si: str | None, length: int, *, whole: bool = False
) -> Interval:
    """The serial interval asked for, over `length` days; with `whole` to its 0.999 quantile, adding up to 1. Raises BadData."""
    import numpy as np

    from shichen.epi.delays import discr_si
    from shichen.epi.errors import BadData
    from shichen.epi.shapes import intervals
    from shichen.site.commands.epi_.series import pmf

    if (si is None) == (mean_si is None) or (mean_si is None) != (sd_si is None):
        raise BadData(
            "代间距写一种：--mean-si 与 --sd-si 一起，或者 --si 文件。",
            "give the serial interval in one way: --mean-si and --sd-si together, or --si FILE.",
            field="si",
        )
    if si is not None:
        w = intervals(pmf(si), name="--si")
        name = "stdin" if si == "-" else Path(si).name
        named = Said(f"代间距取自 {name}", f"serial interval from {name}")
    else:
        assert mean_si is not None
        assert sd_si is not None
        w = discr_si(np.arange(max(length, 200) if whole else length), mean_si, sd_si)
        named = Said(f"代间距 {mean_si:g}±{sd_si:g} 天", f"serial interval {mean_si:g} ± {sd_si:g} days")
    if whole:
        w = w[: int(np.searchsorted(np.cumsum(w) / w.sum(), 0.999)) + 1] if si is None else w
        w = w / w.sum()
    mean = float(np.arange(len(w)) @ w / w.sum()) if mean_si is None else mean_si
    return Interval(w, mean, named)


def foot(series: Series, *more: Said) -> list[Said]:
    """What stands below every picture: until when, how many cases and days missing, and what the method rests on."""
    import numpy as np

    n, gone = int(np.nansum(series.all)), int(np.isnan(series.all).sum())
    until = Said(
        f"数据截至 {series.days[-1]}，{n} 例，缺测 {gone} 天",
        f"data until {series.days[-1]}, {n} cases, {gone} days missing",
    )
    return [until, Said("；".join(one.zh for one in more), "; ".join(one.en for one in more))] if more else [until]


def missing_note(series: Series) -> list[Said]:
    """A word on days that are missing, where there are any."""
    import numpy as np

    gone = int(np.isnan(series.all).sum())
    return [Said(f"缺测 {gone} 天，不当作 0。", f"{gone} days are missing; they are not taken as 0.")] if gone else []


def imported_note(series: Series) -> list[Said]:
    """How imported cases were told apart, or what is done without it."""
    if series.imported is None:
        return [
            Said(
                "没有输入病例的列：第一天的病例当作输入，其余当作本地。",
                "no column of imported cases: those of the first day count as imported, all others as local.",
            )
        ]
    return []


def axis(series: Series, unit: Said = DAYS) -> str:
    """The word at the end of the axis where days are numbers; in the language of the picture."""
    return "" if series.dated else said(unit)


def event_said(name: str) -> str:
    """By which day a picture goes, in its language."""
    return said(EVENTS[name])


def said(one: Said) -> str:
    """Words in the language of the picture that is being drawn."""
    from shichen.web import words

    return one.in_("en" if words.english() else "zh")
