"""`shichen epi filter`: R day by day where cases are few, after Parag (EpiFilter)."""

from __future__ import annotations

from typing import Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

COLUMNS = ("t", "date", "I", "Lam", *(f"{who}_{what}" for who in "fs" for what in ("mean", "med", "lo", "hi", "p_lt1")))


@click.command("filter")
@options.FILE
@options.interval_options
@click.option("--eta", type=float, default=0.1, show_default=True, help="R 每天变动的尺度 | how far R walks in a day")
@click.option(
    "--transition",
    type=click.Choice(["exact", "published"]),
    default="exact",
    show_default=True,
    help="published 只用于核对作者的程序 | published: to check against the author's scripts",
)
@click.option(
    "--grid",
    type=(float, float, int),
    default=(0.01, 10.0, 200),
    show_default=True,
    help="R 的网格：最小 最大 点数 | least, most, points",
)
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """低病例数时的 Rt (EpiFilter, Parag 2021)。f_ 只用到当天为止(看今天)，s_ 用全部日子(看历史)。

    R day by day: f_ (filter) by the days up to each, for today; s_ (smoother) by all days, for history. p_lt1 is P(R<1).
    """
    from shichen.epi.rt import Grid, estimate_R
    from shichen.site.commands.epi_.series import series

    found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
    si = options.interval(said["mean_si"], said["sd_si"], said["si"], len(found.days))
    levels = (0.025, 0.5, 0.975)
    estimate = estimate_R(
        found.counts,
        found.imported,
        w=si.w,
        method="epifilter",
        eta=said["eta"],
        grid=Grid(*said["grid"]),
        transition=said["transition"],
        levels=levels,
    )
    past = estimate.smoothed
    assert past is not None
    rows = [
        [
            int(t),
            found.date_of(int(t)),
            found.counts[i],
            estimate.infectivity[i],
            *(
                value
                for one in (estimate, past)
                for value in (
                    one.mean[i],
                    one.quantiles[i, 1],
                    one.quantiles[i, 0],
                    one.quantiles[i, 2],
                    one.below_one[i],
                )
            ),
        ]
        for i, t in enumerate(estimate.t_end)
    ]

    def draw(width: float) -> Any:
        from shichen.web.charts import rt

        at = [(past.quantiles[i, 1], past.quantiles[i, 0], past.quantiles[i, 2]) for i in range(len(found.days))]
        estimates = [
            rt.Estimate(on, float(mid), float(low), None, None, float(high))
            for on, (mid, low, high) in zip(found.days, at, strict=True)
        ]
        return rt.rt(
            found.days,
            local=found.counts.tolist(),
            imported=None if found.imported is None else found.imported.tolist(),
            estimates=estimates,
            si=list(si.w),
            title="EpiFilter",
            event=options.event_said(said["event"]),
            axis=options.axis(found),
            line_name=options.said(Said("中位数（平滑）", "median (smoother)")),
            width=width,
        )

    how = Said(
        f"EpiFilter 平滑值，η={said['eta']:g}，{si.said.zh}", f"EpiFilter, smoother, η={said['eta']:g}, {si.said.en}"
    )
    notes = [*options.missing_note(found), *options.imported_note(found)]
    title = Said("每日再生数 R（EpiFilter）", "Reproduction number day by day (EpiFilter)")
    return Answer("filter", COLUMNS, rows, {"file": file, **said}, notes, title, options.foot(found, how), draw)
