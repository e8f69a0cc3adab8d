"""`shichen epi growth`: the exponential rate of the last days, and in how many they double."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, Draw, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.growth import Growth
    from shichen.site.commands.epi_.series import Series

COLUMNS = (
    "from",
    "to",
    "days",
    "r",
    "se",
    "lo",
    "hi",
    "phi",
    "doubling",
    "doubling_lo",
    "doubling_hi",
    "not_faster",
    "not_faster_halving",
    "status",
)


@click.command("growth")
@options.FILE
@click.option(
    "--window",
    type=int,
    metavar="DAYS",
    help="末几天，默认 14；写了 --from 就用全部 | how many last days, 14 unless --from is given",
)
@click.option(
    "--weekday/--no-weekday",
    default=None,
    help="分不分星期几，默认满四周才分 | factors for weekdays, from four weeks on",
)
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """增长率与倍增时间：准泊松回归，零病例的日子保留。Quasi-Poisson growth rate a day; zeros are kept.

    \b
    r lo hi         每天的增长率与 95% 区间 | rate a day with its 95 % interval
    doubling        倍增天数，负数为减半；区间含 0 时留空 | days to double, negative to halve; empty if r may be 0
    not_faster      倍增不快于、减半不快于多少天 | the bounds that hold even then
    """
    from shichen.epi import gates
    from shichen.epi.growth import doubling_time, growth_rate
    from shichen.site.commands.epi_.series import series

    found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
    window = said["window"] or (None if said["since"] else 14)
    fit = growth_rate(found.all, window=window, weekday=said["weekday"])
    time = doubling_time(fit)
    verdict = gates.doubling(fit)
    row = [
        found.days[-fit.days],
        found.days[-1],
        fit.days,
        fit.r,
        fit.se,
        fit.lower_95,
        fit.upper_95,
        fit.phi,
        time.days,
        time.lower_95,
        time.upper_95,
        time.not_faster,
        time.not_faster_halving,
        "ok" if verdict.status == gates.OK else str(verdict.reason),
    ]
    title = _finding(float(fit.r), float(fit.lower_95), float(fit.upper_95), float(time.days))
    notes = options.missing_note(found)
    return Answer(
        "growth", COLUMNS, [row], {"file": file, **said}, notes, title, options.foot(found), _draw(found, fit, said)
    )


def _finding(r: float, low: float, high: float, days: float) -> Said:
    """The rate in words; a doubling time only where the interval leaves out 0."""
    if r != r:
        return Said("有病例的日子太少，不估计增长率", "too few days with cases: no growth rate")
    rate = f"r {r:.3f} (95% {low:.3f}–{high:.3f})"
    if days != days:
        return Said(f"增长率{rate}，无明显趋势", f"Growth rate {rate}: no clear trend")
    turn = ("倍增", "doubling") if days > 0 else ("减半", "halving")
    return Said(f"增长率{rate}，{turn[0]} {abs(days):.1f} 天", f"Growth rate {rate}, {turn[1]} in {abs(days):.1f} days")


def _draw(found: Series, fit: Growth, said: dict[str, Any]) -> Draw:
    def draw(width: float) -> Any:
        import numpy as np

        from shichen.web.charts import growth

        counts = found.all[-fit.days :]
        days = found.days[-fit.days :]
        known = ~np.isnan(counts)
        t = np.arange(fit.days, dtype=np.float64)
        lines = []
        for rate in (fit.r, fit.lower_95, fit.upper_95):
            curve = np.exp(np.clip(float(rate) * (t - t[known].mean()), -50, 50))
            lines.append(curve * counts[known].sum() / curve[known].sum())
        band = np.sort(lines, axis=0)
        fitted = (
            []
            if np.isnan(fit.r)
            else [(on, float(lines[0][i]), float(band[0][i]), float(band[2][i])) for i, on in enumerate(days)]
        )
        return growth.growth(
            found.days,
            found.all.tolist(),
            fitted,
            title="",
            event=options.event_said(said["event"]),
            axis=options.axis(found),
            width=width,
        )

    return draw
