"""`shichen epi backproject`: the infections behind reports."""

from __future__ import annotations

from typing import Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

COLUMNS = ("t", "date", "observed", "lambda", "reported")


@click.command("backproject")
@options.FILE
@click.option(
    "--delay",
    required=True,
    metavar="FILE",
    help="从感染到报告的时滞：两列 k,pmf，从 0 起 | infection to report as a file k,pmf",
)
@click.option("--k", type=int, default=2, show_default=True, help="平滑宽度，偶数 | smoothing over k+1 days, even")
@click.option("--eps", type=float, default=0.005, show_default=True, help="收敛界限 | when to stop")
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """由逐日报告数回推感染日期 (Becker 1991, EMS)。reported 是该日感染的人到最后一天已报告的比例，低的日子不可靠。

    Infections of each day behind daily reports. `reported` is the share of a day's infections that can have been
    reported by the last day: where it is low the number is not to be trusted.
    """
    from shichen.epi.rt import estimate_infections
    from shichen.site.commands.epi_.series import pmf, series

    found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
    back = estimate_infections(found.all, pmf(said["delay"]), k=said["k"], eps=said["eps"])
    rows = [[t + 1, found.date_of(t + 1), found.all[t], back.mean[t], back.reported[t]] for t in range(len(found.days))]

    def draw(width: float) -> Any:
        from shichen.web.charts import growth

        kept = [(on, float(back.mean[i]), None, None) for i, on in enumerate(found.days) if back.reported[i] >= 0.5]
        return growth.growth(
            found.days,
            found.all.tolist(),
            kept,
            title="",
            name=options.said(title),
            event=options.event_said(said["event"]),
            axis=options.axis(found),
            width=width,
        )

    title = Said("回推的感染数", "Infections, projected back")
    how = Said(
        "线：感染数；已报告不足一半的日子不画", "line: infections, left out where less than half can be reported"
    )
    return Answer(
        "backproject",
        COLUMNS,
        rows,
        {"file": file, **said, "passes": back.passes},
        [],
        title,
        options.foot(found, how),
        draw,
    )
