"""`shichen epi rt`: R over sliding windows after Cori, with the gates of publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, Draw, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.gates import Verdict
    from shichen.epi.rt import REstimate
    from shichen.site.commands.epi_.series import Series

COLUMNS = ("t_start", "t_end", "mean", "sd", "q025", "median", "q975", "status", "reason", "date_start", "date_end")
QUANTILES = ("q025", "q05", "q25", "median", "q75", "q95", "q975")


@click.command("rt")
@options.FILE
@options.interval_options
@click.option("--window", type=int, default=7, show_default=True, help="窗口天数 | days of a window")
@click.option("--prior-mean", type=float, default=5.0, show_default=True, help="先验均值 | mean of the prior")
@click.option("--prior-sd", type=float, default=5.0, show_default=True, help="先验标准差 | its standard deviation")
@click.option("--gate", is_flag=True, help="发布门槛不许发布的数留空 | blank what may not be published")
@click.option(
    "--median-delay",
    type=float,
    metavar="DAYS",
    help="报告时滞中位数：末几天标为数据未齐 | marks the last days as partial",
)
@click.option("--quantiles", is_flag=True, help="七个分位数都列出 | all seven quantiles")
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """实时再生数 Rt (Cori 2013)：滑动窗口，窗口按末日标。The reproduction number over sliding windows from day 2 on.

    \b
    t_start,t_end   从 1 数的天，两端都含 | days counted from 1, both inclusive
    mean … q975     后验的均值、标准差、分位数，无单位 | of the posterior, without unit
    status          ok wide partial 可发布；direction over withheld 不可 | may it be published?
    """
    import numpy as np

    from shichen.epi import gates
    from shichen.epi.rt import estimate_R
    from shichen.site.commands.epi_.series import series

    found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
    si = options.interval(said["mean_si"], said["sd_si"], said["si"], len(found.days))
    prior = {"prior_mean": said["prior_mean"], "prior_sd": said["prior_sd"]}
    estimate = estimate_R(found.counts, found.imported, w=si.w, window=said["window"], **prior)
    verdict = gates.rt(
        estimate,
        found.counts,
        imported=found.imported,
        mean_si=si.mean,
        window=said["window"],
        median_delay=said["median_delay"],
    )
    numbers = np.column_stack([estimate.mean, estimate.sd, estimate.quantiles])
    if said["gate"]:
        numbers = np.where(verdict.shown[:, None], numbers, np.nan)
    kept = range(9) if said["quantiles"] else (0, 1, 2, 5, 8)
    rows = [
        [
            int(start),
            int(end),
            *numbers[i, list(kept)],
            str(verdict.status[i]),
            str(verdict.reason[i]),
            found.date_of(int(start)),
            found.date_of(int(end)),
        ]
        for i, (start, end) in enumerate(zip(estimate.t_start, estimate.t_end, strict=True))
    ]
    columns = [*COLUMNS[:4], *QUANTILES, *COLUMNS[7:]] if said["quantiles"] else list(COLUMNS)
    window = Said(f"{said['window']} 天窗口，{si.said.zh}", f"{said['window']}-day windows, {si.said.en}")
    return Answer(
        "rt",
        columns,
        rows,
        {"file": file, **said},
        [*options.missing_note(found), *options.imported_note(found)],
        Said("实时再生数 Rt", "Reproduction number Rt"),
        options.foot(found, window),
        _draw(found, estimate, verdict, list(si.w), said),
    )


def _draw(found: Series, estimate: REstimate, verdict: Verdict, si: list[float], said: dict[str, Any]) -> Draw:
    def draw(width: float) -> Any:
        from shichen.site.commands.epi_ import drawing
        from shichen.web.charts import rt

        estimates, partial = drawing.estimates(found.days, estimate, verdict)
        return rt.rt(
            found.days,
            local=found.counts.tolist(),
            imported=None if found.imported is None else found.imported.tolist(),
            estimates=estimates,
            si=si,
            title="Rt",
            event=options.event_said(said["event"]),
            axis=options.axis(found),
            partial_from=partial,
            width=width,
        )

    return draw
