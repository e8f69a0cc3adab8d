"""`shichen epi alarms`: is today unusual? EARS, CUSUM and both forms of Farrington."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.site.commands.epi_.series import Series

COLUMNS = ("t", "date", "observed", "expected", "upperbound", "alarm", "strength")
METHODS = ("ears-c1", "ears-c2", "ears-c3", "cusum", "farrington", "farrington-flexible")


@click.command("alarms")
@options.FILE
@click.option("--method", type=click.Choice(METHODS), default="ears-c1", show_default=True, help="方法 | method")
@click.option("--alpha", type=float, help="假报警率；默认各方法自己的 | rate of false alarms, else the method's own")
@click.option("--baseline", type=int, default=7, show_default=True, help="EARS 的基线天数 | days of the baseline")
@click.option(
    "--min-sigma", type=float, default=0.5, show_default=True, help="EARS 标准差的下限 | the least standard deviation"
)
@click.option("--k", type=float, default=1.04, show_default=True, help="CUSUM 的参照值 | reference value")
@click.option("--h", type=float, default=2.26, show_default=True, help="CUSUM 的报警线 | decision limit")
@click.option(
    "--trans",
    type=click.Choice(["standard", "rossi", "anscombe", "none"]),
    default="standard",
    show_default=True,
    help="CUSUM 的变换 | transformation",
)
@click.option(
    "--expected",
    metavar="COLUMN",
    help="CUSUM 的期望值一列；不写就用 --first 之前的均值 | expected counts, else the mean before --first",
)
@click.option("--years", "b", type=int, default=4, show_default=True, help="Farrington 参照几年 | years of reference")
@click.option(
    "--half-window", "w", type=int, default=3, show_default=True, help="Farrington 前后几周 | weeks on each side"
)
@click.option(
    "--threshold",
    type=click.Choice(["nbPlugin", "delta", "muan"]),
    default="nbPlugin",
    show_default=True,
    help="farrington-flexible 的界 | its bound",
)
@click.option("--first", help="从哪一天(周)起评价 | the first day or week to judge")
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """异常信号：计数超过上限即为信号(待核)，不是结论。Counts above their upper bound: an alarm is a proposal to look.

    EARS 用于短的逐日序列；Farrington 用于三年以上的逐周计数，第一列是周次，或每周第一天的日期。EARS for short daily
    series; Farrington for weekly counts of three years and more, numbered or dated. What could not be judged has no upper bound.
    """
    from shichen.site.commands.epi_.series import series

    weekly = said["method"].startswith("farrington")
    found = series(
        file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"], weekly=weekly
    )
    rows = _judged(found, said)
    notes = [
        *options.missing_note(found),
        Said("信号待核，由人确认或排除。", "alarms are proposals: a person confirms or dismisses them."),
    ]

    def draw(width: float) -> Any:
        from shichen.web.charts import alarms

        places = [int(row[0]) - 1 for row in rows]
        return alarms.alarms(
            [found.days[i] for i in places],
            [float(row[2]) for row in rows],
            [None if said["method"] == "farrington" and row[4] == 0 else float(row[4]) for row in rows],
            [bool(row[5]) for row in rows],
            title=said["method"],
            axis=options.axis(found, options.WEEKS if weekly else options.DAYS),
            width=width,
        )

    columns = (*COLUMNS, "cusum") if said["method"] == "cusum" else COLUMNS
    title = Said(f"异常信号（{said['method']}）", f"Alarms ({said['method']})")
    return Answer("alarms", columns, rows, {"file": file, **said}, notes, title, options.foot(found), draw)


def _judged(found: Series, said: dict[str, Any]) -> list[list[Any]]:
    """The rows of the days or weeks that were asked for."""
    import numpy as np

    from shichen.epi.errors import BadData
    from shichen.epi.signals import cusum, ears, farrington, farrington_flexible

    y, method = found.all, said["method"]
    start = _start(found, said["first"])
    if method.startswith("ears"):
        alpha = said["alpha"]
        signals = ears(
            y, method=method[-2:].upper(), baseline=said["baseline"], min_sigma=said["min_sigma"], alpha=alpha
        )
        return _rows(found, start, signals, range(start, len(y)))
    if method == "cusum":
        if said["expected"]:
            table = found.table
            table.place(said["expected"], option="--expected")
            whole = table.numbers(said["expected"])
            mean = whole[len(whole) - len(y) :] if said["until"] is None and said["since"] is None else None
            if mean is None:
                raise BadData(
                    "--expected 与 --from、--until 不能同时用；请先截好文件。",
                    "--expected does not go with --from or --until; cut the file first.",
                )
        else:
            if start < 1 or not np.nansum(y[:start]):
                raise BadData(
                    "CUSUM 要知道平时多少：用 --expected 指明期望值的列，或用 --first 留出前面的日子。",
                    "CUSUM must know what is usual: name a column with --expected, or leave days before --first.",
                    field="expected",
                )
            mean = np.full(len(y), np.nanmean(y[:start]))
        signals, total = cusum(y[start:], mean[start:], k=said["k"], h=said["h"], trans=said["trans"])
        rows = _rows(found, start, signals, range(len(y) - start))
        return [[*row, float(total[i])] for i, row in enumerate(rows)]
    weeks = [t + 1 for t in range(start, len(y))]
    dates = np.array(found.days, "datetime64[D]") if found.dated else None
    alpha = 0.01 if said["alpha"] is None else said["alpha"]
    common = {"dates": dates, "b": said["b"], "w": said["w"], "alpha": alpha}
    if said["first"] is None:
        weeks = weeks[52 * said["b"] + said["w"] :] or weeks[-1:]
    weeks_found = (
        farrington(y, weeks, **common)
        if method == "farrington"
        else farrington_flexible(y, weeks, threshold_method=said["threshold"], **common)
    )
    return _rows(found, weeks[0] - 1, weeks_found, range(len(weeks)))


def _rows(found: Series, start: int, signals: Any, places: range) -> list[list[Any]]:
    """`places` are those of the signals; the first of them is the day at place `start` of the series."""
    rows = []
    for step, at in enumerate(places):
        day = start + step
        rows.append(
            [
                found.days[day] if not found.dated else day + 1,
                found.date_of(day + 1),
                found.all[day],
                signals.expected[at],
                signals.upperbound[at],
                int(signals.alarm[at]),
                signals.strength[at],
            ]
        )
    return rows


def _start(found: Series, first: str | None) -> int:
    """The place of the first day to judge. Raises BadData."""
    from shichen.epi.errors import BadData

    if first is None:
        return 0
    names = [str(day) for day in found.days]
    if first not in names:
        raise BadData(
            f"--first 的「{first}」不在 {names[0]} 到 {names[-1]} 之间。",
            f"--first “{first}” does not lie between {names[0]} and {names[-1]}.",
            field="first",
        )
    return names.index(first)
