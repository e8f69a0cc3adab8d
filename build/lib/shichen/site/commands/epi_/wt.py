"""`shichen epi wt`: the reproduction number of cohorts after Wallinga and Teunis."""

from __future__ import annotations

from typing import Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

COLUMNS = ("t_start", "t_end", "mean", "sd", "q025", "q975", "cases", "date_start", "date_end")


@click.command("wt")
@options.FILE
@options.interval_options
@click.option("--window", type=int, default=1, show_default=True, help="窗口天数 | days of a window")
@click.option(
    "--no-censoring", is_flag=True, help="不作右删失校正，如 EpiEstim | no correction of late cohorts, as in EpiEstim"
)
@click.option(
    "--draws",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="抽样次数，0 为正态近似 | samples for the interval, 0: normal",
)
@options.SEED
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """队列再生数 (Wallinga-Teunis 2004)：某日发病的人后来共传给多少人；用于回顾，不说明今天。

    How many cases those of a day went on to cause: for looking back, not for today. Late cohorts are corrected
    (Cauchemez 2006) and left out below a half; windows without a case are empty.
    """
    import numpy as np

    from shichen.epi.rt import wallinga_teunis
    from shichen.site.commands.epi_.series import series

    found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
    si = options.interval(said["mean_si"], said["sd_si"], said["si"], len(found.days))
    cohort = wallinga_teunis(
        found.all,
        si.w,
        window=said["window"],
        censoring=not said["no_censoring"],
        draws=said["draws"],
        seed=said["seed"],
    )
    rows = [
        [
            int(start),
            int(end),
            cohort.mean[i],
            cohort.sd[i],
            cohort.lower_95[i],
            cohort.upper_95[i],
            cohort.cases[i],
            found.date_of(int(start)),
            found.date_of(int(end)),
        ]
        for i, (start, end) in enumerate(zip(cohort.t_start, cohort.t_end, strict=True))
    ]
    orphans = int(np.sum(cohort.orphans))
    notes = options.missing_note(found)
    if orphans:
        notes.append(
            Said(
                f"{orphans} 例在序列里找不到可能的传染者。", f"{orphans} cases have no possible infector in the series."
            )
        )

    def draw(width: float) -> Any:
        from shichen.web.charts import rt

        estimates = []
        for i, end in enumerate(cohort.t_end):
            middle, low, high = float(cohort.mean[i]), float(cohort.lower_95[i]), float(cohort.upper_95[i])
            estimates.append(rt.Estimate(found.days[int(end) - 1], middle, low, None, None, high))
        return rt.rt(
            found.days,
            local=found.all.tolist(),
            estimates=estimates,
            si=list(si.w),
            title="Wallinga-Teunis",
            event=options.event_said(said["event"]),
            axis=options.axis(found),
            line_name=options.said(Said("均值", "mean")),
            width=width,
        )

    how = Said(f"{said['window']} 天队列，{si.said.zh}", f"{said['window']}-day cohorts, {si.said.en}")
    title = Said("队列再生数（Wallinga-Teunis）", "Cohort reproduction number (Wallinga-Teunis)")
    return Answer("wt", COLUMNS, rows, {"file": file, **said}, notes, title, options.foot(found, how), draw)
