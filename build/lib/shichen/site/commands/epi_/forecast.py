"""`shichen epi forecast`: cases of the coming days, if R stays and if it falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.shapes import Floats
    from shichen.site.commands.epi_.options import Interval
    from shichen.site.commands.epi_.series import Series

QUANTILES = ("q025", "q05", "q25", "median", "q75", "q95", "q975")
COLUMNS = ("scenario", "day", "date", "mean", "sd", *QUANTILES, "type", "status", "reason")


@click.command("forecast")
@options.FILE
@options.interval_options
@click.option("--horizon", type=click.IntRange(1, 14), default=14, show_default=True, help="天数 | days ahead")
@click.option("--R", "ratio", type=float, help="固定的 R；不写就用末窗口的估计 | R, else that of the last window")
@click.option("--window", type=int, default=7, show_default=True, help="估计 R 的窗口 | window of the estimate")
@click.option(
    "--falls-to", type=float, multiple=True, metavar="R", help="另画 R 降到这个值，可多次 | R falls to this, besides"
)
@click.option("--within", type=click.IntRange(1), default=7, show_default=True, help="几天内降到 | within so many days")
@click.option(
    "--k", type=float, default=float("inf"), show_default=True, help="传播的离散度 k | dispersion of offspring"
)
@click.option("--imports", type=float, default=0.0, show_default=True, help="每天输入几例 | imported cases a day")
@click.option("--walk", type=float, default=0.0, show_default=True, help="R 每天游走的尺度 | how far R walks in a day")
@click.option("--draws", type=click.IntRange(1, 100_000), default=2000, show_default=True, help="抽样次数 | draws")
@options.SEED
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """短期预测：若 R 不变，或降到某值。The coming days, if R stays or falls; type is forecast or scenario.

    R 未过发布门槛的，只能叫情景，不叫预测。Where R may not be published the rows are scenarios, no forecast.
    """
    from shichen.epi.errors import BadData
    from shichen.epi.forecast import Falling, forecast_infections
    from shichen.site.commands.epi_.series import series

    found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
    if len(said["falls_to"]) > 3:
        raise BadData("--falls-to 至多三个。", "--falls-to goes three times at most.", field="falls_to")
    si = options.interval(said["mean_si"], said["sd_si"], said["si"], len(found.days) + said["horizon"], whole=True)
    ratio, status, reason = _ratio(found, si, said)
    fans: list[tuple[Said, Any, bool]] = []
    for falls in (None, *said["falls_to"]):
        one = forecast_infections(
            found.all,
            ratio,
            w=si.w,
            horizon=said["horizon"],
            k=said["k"],
            imports=said["imports"],
            rw=said["walk"],
            falling=None if falls is None else Falling(falls, said["within"]),
            draws=said["draws"],
            seed=said["seed"],
        )
        name = Said("若R不变", "if R stays") if falls is None else Said(f"若R降至{falls:g}", f"if R falls to {falls:g}")
        fans.append((name, one, falls is not None or said["ratio"] is not None or bool(reason)))
    rows: list[list[Any]] = []
    for name, one, scenario in fans:
        kind = "scenario" if scenario else "forecast"
        for t in range(said["horizon"]):
            numbers = [one.mean[t], float(one.draws[:, t].std()), *one.quantiles[t]]
            rows.append([name.en, t + 1, *_on(found, t + 1), *numbers, kind, status, reason])
    mean = float(ratio.mean())
    how = Said(
        f"R {mean:.2f}，{si.said.zh}，抽样 {said['draws']} 次，种子 {said['seed']}",
        f"R {mean:.2f}, {si.said.en}, {said['draws']} draws, seed {said['seed']}",
    )
    notes = (
        [Said("R 没有过发布门槛：这些是情景，不是预测。", "R may not be published: these are scenarios, no forecast.")]
        if reason
        else []
    )
    parameters = {"file": file, **said, "falls_to": ",".join(f"{one:g}" for one in said["falls_to"])}
    title = Said("短期预测", "Short-term forecast")
    return Answer(
        "forecast", COLUMNS, rows, parameters, notes, title, options.foot(found, how), draw(found, fans, said["event"])
    )


def _ratio(found: Series, si: Interval, said: dict[str, Any]) -> tuple[Floats, str, str]:
    """Equally likely R: the one given, or draws of the posterior of the last window; its status and why it is no forecast."""
    import numpy as np

    from shichen.epi import gates
    from shichen.epi.rt import estimate_R

    if said["ratio"] is not None:
        return np.array([said["ratio"]]), "", ""
    estimate = estimate_R(found.counts, found.imported, w=si.w, window=said["window"])
    verdict = gates.rt(estimate, found.counts, imported=found.imported, mean_si=si.mean, window=said["window"])
    mean, sd = float(estimate.mean[-1]), float(estimate.sd[-1])
    chance = np.random.Generator(np.random.PCG64(said["seed"]))
    drawn = chance.gamma((mean / sd) ** 2, sd**2 / mean, said["draws"])
    status, reason = gates.forecast(str(verdict.status[-1]), said["horizon"])
    return drawn, status, reason


def _on(found: Series, steps: int) -> list[str]:
    return [str(found.after(steps))] if found.dated else [""]


def draw(found: Series, fans: list[tuple[Said, Any, bool]], event: str) -> Any:
    """The picture of observed days and what may come; each fan has `quantiles` of the seven usual levels, and may be a scenario."""

    def drawn(width: float) -> Any:
        from shichen.web import words
        from shichen.web.charts import fan

        tongue = "en" if words.english() else "zh"
        shown = [
            fan.Fan(
                name.in_(tongue),
                [
                    fan.Ahead(found.after(t + 1), *(float(one.quantiles[t, at]) for at in (3, 2, 4, 1, 5, 0, 6)))
                    for t in range(len(one.quantiles))
                ],
                scenario,
            )
            for name, one, scenario in fans
        ]
        observed = list(zip(found.days, found.all.tolist(), strict=True))
        return fan.fan(
            observed, shown, title="", event=options.event_said(event), axis=options.axis(found), width=width
        )

    return drawn
