"""`shichen epi delay`: delays and incubation, fitted to dates that are known to the day or to an interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shichen.epi.delays.fitting import DelayFit, LeftOut
    from shichen.epi.shapes import Floats
    from shichen.site.commands.epi_.reading import Table

COLUMNS = ("dist", "par", "est", "lo", "hi", "loglik", "aic", "n", "status")
FAMILIES = ("lognormal", "gamma", "weibull")
ENDS = ("EL", "ER", "SL", "SR")


@click.command("delay")
@options.FILE
@click.option("--ends", nargs=4, metavar="EL ER SL SR", help="区间删失的四列 | four columns of intervals, in days")
@click.option("--first", metavar="COLUMN", help="先发生的日期 | the earlier date")
@click.option("--second", metavar="COLUMN", help="后发生的日期 | the later date")
@click.option("--days", "whole", metavar="COLUMN", help="整天的时滞 | delays in whole days")
@click.option(
    "--dist", multiple=True, type=click.Choice(FAMILIES), help="分布，可多次，默认三种都拟合 | families, else all three"
)
@click.option(
    "--obs-time", metavar="DAY", help="观察到哪一天(右截断)；疫情上升时必须写 | allow for right truncation at this day"
)
@click.option(
    "--boot",
    type=click.IntRange(0, 10_000),
    default=500,
    show_default=True,
    help="重抽样次数，0 为不给区间 | resamples",
)
@options.SEED
@answers
def command(file: str, **said: Any) -> Answer:
    """潜伏期与各类时滞的区间删失拟合 (Reich 2009)，按 AIC 排列。Delays fitted to censored dates, best AIC first.

    \b
    四列区间   EL ER SL SR(天)，或用 --ends 指明 | intervals in days, found by these names
    两列日期   --first 发病 --second 报告 | two dates, each known to the day
    一列天数   --days delay | whole days
    """
    from shichen.epi import gates
    from shichen.epi.delays import estimate_delay
    from shichen.site.commands.epi_.reading import read

    table = read(file, known=[*ENDS, "delay", *(one for one in (said["first"], said["second"], said["whole"]) if one)])
    columns, observed, obs = _records(table, said)
    fits = [
        estimate_delay(*columns, obs_time=obs, dist=dist, n_boot=said["boot"], seed=said["seed"])
        for dist in said["dist"] or FAMILIES
    ]
    fits.sort(key=lambda fit: fit.aic)
    status = gates.delay(fits[0].n)[0]
    rows = [row for fit in fits for row in _rows(fit, status)]
    left = fits[0].left_out
    notes = _left_out(table, left)
    best = fits[0].dist
    median, p95 = float(best.ppf(0.5)), float(best.ppf(0.95))
    title = Said(
        f"时滞：中位 {median:.1f} 天，95% 不超过 {p95:.1f} 天",
        f"Delay: median {median:.1f} days, 95% within {p95:.1f} days",
    )
    foot = Said(
        f"{table.name}，{fits[0].n} 条，未用 {len(left)} 条", f"{table.name}, {fits[0].n} records, {len(left)} left out"
    )
    parameters = {"file": file, **said, "ends": ",".join(said["ends"] or ()), "dist": ",".join(said["dist"])}
    return Answer("delay", COLUMNS, rows, parameters, notes, title, [foot], _draw(fits, observed))


def _records(table: Table, said: dict[str, Any]) -> tuple[tuple[Floats, ...], Floats | None, float]:
    """The four ends in days, the delays in whole days where these are what is known, and the day of truncation."""
    import numpy as np

    from shichen.epi.errors import BadData

    ways = [bool(said["ends"]), bool(said["first"] or said["second"]), bool(said["whole"])]
    if sum(ways) > 1 or bool(said["first"]) != bool(said["second"]):
        raise BadData(
            "时滞写一种：--ends，--first 与 --second，或 --days。",
            "say the delay in one way: --ends, --first and --second, or --days.",
        )
    if said["first"]:
        table.place(said["first"], option="--first")
        table.place(said["second"], option="--second")
        start, end = table.dates(said["first"]), table.dates(said["second"])
        zero = start[~np.isnat(start)].min() if (~np.isnat(start)).any() else np.datetime64("2020-01-01")

        def at(days: Any) -> Floats:
            return np.where(np.isnat(days), np.nan, (days - zero).astype(np.int64).astype(np.float64))

        lag = at(end) - at(start)
        return (at(start), at(start) + 1, at(end), at(end) + 1), lag[lag >= 0], _truncated(said["obs_time"], zero)
    if said["whole"] or (not set(ENDS) <= set(table.heads) and not said["ends"] and "delay" in table.heads):
        lag = table.numbers(said["whole"] or "delay", whole=True, least=0)
        if said["obs_time"]:
            raise BadData(
                "只有天数，没有日期，不能校正右截断；请给两列日期。",
                "truncation needs dates: give two columns of them.",
                field="obs_time",
            )
        nought = np.zeros(len(lag))
        return (nought, nought, lag, lag + 1), lag[~np.isnan(lag)], np.inf
    names = said["ends"] or ENDS
    for name in names:
        table.place(name, option="--ends")
    return tuple(table.numbers(name) for name in names), None, _truncated(said["obs_time"], None)


def _left_out(table: Table, left: Sequence[LeftOut]) -> list[Said]:
    """Which lines are not used, by reason, the first few of each by number."""
    found = []
    for zh, en in dict.fromkeys((one.zh, one.en) for one in left):
        lines = [str(table.lines[one.index]) for one in left if one.zh == zh]
        more = ("…", "…") if len(lines) > 5 else ("", "")
        found.append(
            Said(
                f"{len(lines)} 行没有用，{zh}：第 {'、'.join(lines[:5])}{more[0]} 行。",
                f"{len(lines)} lines are left out, {en}: {', '.join(lines[:5])}{more[1]}.",
            )
        )
    return found


def _truncated(said: str | None, zero: Any) -> float:
    """The moment up to which was observed, on the scale of the records: the end of a day, or a number of days."""
    import numpy as np

    from shichen.epi.errors import BadData
    from shichen.site.commands.epi_.reading import day_of

    if said is None:
        return float("inf")
    on = day_of(said)
    if zero is not None and on is not None:
        return float((np.datetime64(on, "D") - zero).astype(np.int64)) + 1
    try:
        if zero is None:
            return float(said)
    except ValueError:
        pass
    raise BadData(
        f"--obs-time「{said}」读不懂；日期写 2020-02-02，区间用天数。",
        f"--obs-time “{said}”: write 2020-02-02 with dates, a number of days with intervals.",
        field="obs_time",
    )


def _rows(fit: DelayFit, status: str) -> list[list[Any]]:
    dist = fit.dist
    ends = fit.intervals() if len(fit.boots) else {}
    values = {"mean": dist.mean, "sd": dist.sd} | {name: getattr(dist, name) for name in dist.parameters}
    values |= {f"p{100 * level:g}": float(dist.ppf(level)) for level in fit.levels}
    name = type(dist).__name__.lower()
    return [
        [name, par, value, *ends.get(par, (None, None)), fit.loglik, fit.aic, fit.n, status]
        for par, value in values.items()
    ]


def _draw(fits: list[DelayFit], observed: Floats | None) -> Any:
    def draw(width: float) -> Any:
        import numpy as np

        from shichen.web.charts import delays

        upto = max(float(fit.dist.ppf(0.995)) for fit in fits)
        at = np.linspace(0, upto, 241)
        shown = []
        for fit in fits:
            reached = fit.dist.cdf(at)
            middle, density = (at[1:] + at[:-1]) / 2, np.diff(reached) / np.diff(at)
            curve = np.interp(at, middle, density)
            shown.append(
                delays.Fit(
                    type(fit.dist).__name__,
                    at.tolist(),
                    curve.tolist(),
                    reached.tolist(),
                    float(fit.dist.ppf(0.5)),
                    float(fit.dist.ppf(0.95)),
                )
            )
        step = []
        if observed is not None and len(observed):
            days, often = np.unique(observed, return_counts=True)
            share = np.cumsum(often) / len(observed)
            step = [(float(day) + 1, float(one)) for day, one in zip(days, share, strict=True) if day + 1 <= upto]
        return delays.delay(shown, title="", observed=step, width=width)

    return draw
