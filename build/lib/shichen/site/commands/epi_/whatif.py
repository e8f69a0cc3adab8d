"""`shichen epi whatif`: measures on the renewal process, beside the same days without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.forecast import QUANTILES, draw
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.forecast import Intervention

COLUMNS = ("scenario", "day", "date", "expected", *QUANTILES, "R", "type")


@click.command("whatif")
@options.FILE
@options.interval_options
@click.option("--R", "ratio", type=float, required=True, help="没有措施时的 R | R without the measure")
@click.option("--horizon", type=click.IntRange(1, 60), default=30, show_default=True, help="天数 | days ahead")
@click.option("--multiplier", type=float, help="措施把 R 乘以几 | the measure multiplies R by this")
@click.option("--imports-multiplier", type=float, help="措施把输入乘以几 | and imports by this")
@click.option("--coverage", type=float, help="追踪到多大比例的病例 | share of cases that tracing finds")
@click.option(
    "--isolated-after",
    type=click.IntRange(0, 30),
    default=2,
    show_default=True,
    metavar="DAYS",
    help="发病后几天隔离 | days from onset to isolation",
)
@click.option(
    "--start", type=click.IntRange(1), default=1, show_default=True, help="第几天开始 | the measure's first day ahead"
)
@click.option("--end", type=click.IntRange(1), help="第几天结束，默认到底 | its last day")
@click.option(
    "--ramp", type=click.IntRange(0), default=0, show_default=True, help="几天内渐渐见效 | days until it works in full"
)
@click.option(
    "--k", type=float, default=float("inf"), show_default=True, help="传播的离散度 k | dispersion of offspring"
)
@click.option("--imports", type=float, default=0.0, show_default=True, help="每天输入几例 | imported cases a day")
@click.option("--draws", type=click.IntRange(1, 100_000), default=2000, show_default=True, help="抽样次数 | draws")
@options.SEED
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """情景推演，不是预测：R、输入、追踪三种措施，与不采取措施对照，共用种子。

    Scenarios, no forecast: a measure on R, on imports, on tracing, beside the same days without it and with the same
    chance. `expected` is the path of the renewal equation, the quantiles are those of the draws.
    """
    from shichen.epi.forecast import simulate_infections
    from shichen.site.commands.epi_.series import series

    found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
    si = options.interval(said["mean_si"], said["sd_si"], said["si"], len(found.days) + said["horizon"], whole=True)
    measures = _measures(said)
    common = {name: said[name] for name in ("horizon", "imports", "k", "draws", "seed")}
    fans = [(Said("没有措施", "without"), simulate_infections(found.all, R=said["ratio"], w=si.w, **common), True)]
    if measures:
        with_it = simulate_infections(found.all, R=said["ratio"], w=si.w, interventions=measures, **common)
        fans.append((Said("有措施", "with the measure"), with_it, True))
    rows = [
        [
            name.en,
            t + 1,
            str(found.after(t + 1)) if found.dated else "",
            one.expected[t],
            *one.quantiles[t],
            one.R[t],
            "scenario",
        ]
        for name, one, _scenario in fans
        for t in range(said["horizon"])
    ]
    words = [
        Said(
            f"R {said['ratio']:g}，{si.said.zh}，每天输入 {said['imports']:g} 例",
            f"R {said['ratio']:g}, {si.said.en}, {said['imports']:g} imports a day",
        )
    ]
    words += [Said(*one.label.split(" | ")) for one in measures]
    notes = [Said("情景，非预测。", "A scenario, no forecast."), *words]
    title = Said("情景推演（情景，非预测）", "What if (a scenario, no forecast)")
    return Answer(
        "whatif",
        COLUMNS,
        rows,
        {"file": file, **said},
        notes,
        title,
        options.foot(found, *words),
        draw(found, fans, said["event"]),
    )


def _measures(said: dict[str, Any]) -> list[Intervention]:
    """The measures asked for, each with its assumption in words. Raises BadData."""
    from shichen.epi.errors import BadData
    from shichen.epi.forecast import Intervention

    end = said["end"] or said["horizon"]
    if end > said["horizon"]:
        raise BadData("--end 超过 --horizon。", "--end lies beyond --horizon.", field="end")
    days = {"start": said["start"], "end": end, "ramp_days": said["ramp"]}
    span = Said(f"第 {said['start']}–{end} 天", f"days {said['start']}–{end}")
    found = []
    if said["multiplier"] is not None:
        label = f"{span.zh} R 乘以 {said['multiplier']:g} | {span.en}: R times {said['multiplier']:g}"
        found.append(Intervention(target="R", multiplier=said["multiplier"], label=label, **days))
    if said["imports_multiplier"] is not None:
        many = said["imports_multiplier"]
        label = f"{span.zh}输入乘以 {many:g} | {span.en}: imports times {many:g}"
        found.append(Intervention(target="imports", multiplier=many, label=label, **days))
    if said["coverage"] is not None:
        after = said["isolated_after"]
        label = f"{span.zh}追踪 {said['coverage']:.0%}，发病后 {after} 天隔离 | {span.en}: tracing finds {said['coverage']:.0%}, isolated {after} days after onset"
        delay = (*[0.0] * after, 1.0)
        found.append(Intervention(target="tracing", coverage=said["coverage"], delay=delay, label=label, **days))
    return found
