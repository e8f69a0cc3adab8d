"""`shichen epi nowcast`: how many of the last days' events have not been reported yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.gates import Verdict
    from shichen.epi.nowcast import Nowcast

COLUMNS = (
    "date",
    "reported",
    "share",
    "mean",
    "q025",
    "q05",
    "q25",
    "median",
    "q75",
    "q95",
    "q975",
    "status",
    "reason",
)


@click.command("nowcast")
@options.FILE
@click.option(
    "--event-date", metavar="COLUMN", help="事件日期的列，默认第一列 | day it happened, else the first column"
)
@click.option("--report-date", metavar="COLUMN", help="报告日期的列，默认第二列 | day it was reported, else the second")
@click.option("--now", metavar="DAY", help="站在哪一天看，默认最后的报告日 | as known at the end of this day")
@click.option("--since", metavar="DAY", help="从哪一天起 | the first day")
@click.option(
    "--max-delay", type=click.IntRange(1, 60), help="最长时滞(天)，默认第 99 百分位，10–21 | the longest delay"
)
@click.option(
    "--days",
    "m",
    type=click.IntRange(0),
    default=28,
    show_default=True,
    help="时滞取最近多少天，0 为全部 | days that tell the delay",
)
@click.option("--draws", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="抽样次数 | draws")
@options.SEED
@click.option(
    "--method",
    type=click.Choice(["smooth", "bayes.trunc"]),
    default="smooth",
    show_default=True,
    help="bayes.trunc 只用于与 surveillance 核对 | the check",
)
@click.option(
    "--prior-mean", type=float, default=50.0, show_default=True, help="bayes.trunc 的先验均值 | prior of bayes.trunc"
)
@click.option("--prior-size", type=float, default=1.0, show_default=True, help="bayes.trunc 的先验大小 | its size")
@click.option("--no-weekday", is_flag=True, help="不分星期几 | no weekdays")
@click.option(
    "--earlier", multiple=True, metavar="DAY", help="图上叠加那一天的估计，可多次 | overlay the nowcast of that day"
)
@click.option("--gate", is_flag=True, help="发布门槛不许发布的数留空 | blank what may not be published")
@click.option(
    "--event",
    type=click.Choice(list(options.EVENTS)),
    default="onset",
    show_default=True,
    help="事件是什么 | which event it is",
)
@answers
def command(file: str, **said: Any) -> Answer:
    """现报校正：末几天发生而尚未报告的有多少。一行一例，两列日期。How many of the last days are not reported yet.

    share 是该日预计已报告的比例；总数不少于已报告的数。`share` is the share expected to be reported by now;
    totals never fall below what is reported. What was reported after --now is not looked at.
    """
    import numpy as np

    from shichen.epi import gates
    from shichen.epi.errors import BadData
    from shichen.site.commands.epi_.reading import read

    table = read(file, known=[one for one in (said["event_date"], said["report_date"], "date") if one])
    if len(table.heads) < 2:
        raise BadData(
            f"{table.name} 要有两列日期：事件、报告。",
            f"{table.name} needs two columns of dates: the event's and the report's.",
        )
    event, report = said["event_date"] or table.heads[0], said["report_date"] or table.heads[1]
    table.place(event, option="--event-date")
    table.place(report, option="--report-date")
    happened, known = table.dates(event), table.dates(report)
    if np.isnat(known).all():
        raise BadData(f"{table.name} 没有一个报告日期。", f"{table.name} holds no date of a report.", field=report)
    now = said["now"] or str(known[~np.isnat(known)].max())
    longest = said["max_delay"] or _longest(happened, known)
    found, missing, negative = _one(happened, known, now, longest, said)
    verdict = gates.nowcast(found)
    numbers = np.column_stack([found.mean, found.quantiles])
    if said["gate"]:
        numbers = np.where(verdict.shown[:, None], numbers, np.nan)
    rows = [
        [str(on), int(found.reported[i]), found.share[i], *numbers[i], str(verdict.status[i]), str(verdict.reason[i])]
        for i, on in enumerate(found.dates)
    ]
    earlier = [(day, *_shown(*_one(happened, known, day, longest, said)[:1])) for day in said["earlier"]]
    notes = _notes(found, missing, negative, longest)
    foot = Said(
        f"数据截至 {now}，{int(found.reported.sum())} 例，最长时滞 {longest} 天，抽样 {said['draws']} 次，种子 {said['seed']}",
        f"data until {now}, {int(found.reported.sum())} cases, delays up to {longest} days, {said['draws']} draws, seed {said['seed']}",
    )
    parameters = {"file": file, **said, "now": now, "max_delay": longest, "earlier": ",".join(said["earlier"])}
    title = Said("现报校正", "Nowcast")
    return Answer("nowcast", COLUMNS, rows, parameters, notes, title, [foot], _draw(found, verdict, earlier, said))


def _one(happened: Any, known: Any, now: str, longest: int, said: dict[str, Any]) -> tuple[Nowcast, int, int]:
    """The nowcast as it was on a day, how many records lack a date, how many were reported before they happened."""
    from shichen.epi.nowcast import nowcast, reporting_triangle

    triangle = reporting_triangle(happened, known, now=now, longest=longest, since=said["since"])
    found = nowcast(
        triangle,
        m=said["m"] or None,
        draws=said["draws"],
        seed=said["seed"],
        method=said["method"],
        prior_mean=said["prior_mean"],
        prior_size=said["prior_size"],
        weekday=not said["no_weekday"],
    )
    return found, triangle.missing, len(triangle.negative)


def _longest(happened: Any, known: Any) -> int:
    """The 99th percentile of the delay, between 10 and 21 days."""
    import numpy as np

    lag = (known - happened)[~np.isnat(known) & ~np.isnat(happened)].astype(np.int64)
    lag = lag[lag >= 0]
    return int(np.clip(np.quantile(lag, 0.99, method="higher"), 10, 21)) if len(lag) else 14


def _notes(found: Nowcast, missing: int, negative: int, longest: int) -> list[Said]:
    notes = [Said(f"最长时滞取 {longest} 天。", f"delays are taken up to {longest} days.")]
    if missing:
        notes.append(Said(f"{missing} 条缺一个日期，不计。", f"{missing} records lack a date and are left out."))
    if negative:
        notes.append(
            Said(
                f"{negative} 条报告早于事件，不计；请改正。",
                f"{negative} records were reported before they happened and are left out; mend them.",
            )
        )
    if found.batches is not None and len(found.batches):
        days = ", ".join(map(str, found.batches))
        notes.append(
            Said(
                f"这些天报告特别多，像是成批补报：{days}。",
                f"so much was reported on these days that it looks like a batch: {days}.",
            )
        )
    return notes


def _shown(found: Nowcast) -> list[list[tuple[Any, float]]]:
    from shichen.epi import gates

    shown = gates.nowcast(found).shown
    return [[(on.astype(object), float(found.quantiles[i, 3])) for i, on in enumerate(found.dates) if shown[i]]]


def _draw(found: Nowcast, verdict: Verdict, earlier: list[Any], said: dict[str, Any]) -> Any:
    def draw(width: float) -> Any:
        from shichen.web.charts import nowcast

        rows = []
        for i, on in enumerate(found.dates):
            low, middle, high = (float(found.quantiles[i, at]) for at in (0, 3, 6))
            shown = bool(verdict.shown[i])
            rows.append(nowcast.Row(on.astype(object), float(found.reported[i]), middle, low, high, shown=shown))
        before = [nowcast.Earlier(day, medians) for day, medians in earlier]
        return nowcast.nowcast(rows, title="", earlier=before, event=options.event_said(said["event"]), width=width)

    return draw
