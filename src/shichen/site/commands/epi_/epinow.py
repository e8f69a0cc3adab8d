"""`shichen epi epinow`: everything about one area at once, as rows with EpiNow2's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.options import generation_time_opts
    from shichen.epi.pipeline import Epinow


@click.command("epinow")
@options.FILE
@options.interval_options
@click.option(
    "--mean-si-sd", type=float, default=0.0, metavar="DAYS", help="序列间隔均值的不确定度 | how unsure the mean is"
)
@click.option("--sd-si-sd", type=float, default=0.0, metavar="DAYS", help="标准差的不确定度 | how unsure the sd is")
@click.option("--event-date", metavar="COLUMN", help="一行一例时：事件日期 | in a line list: the day it happened")
@click.option("--report-date", metavar="COLUMN", help="一行一例时：报告日期 | in a line list: the day it was reported")
@click.option("--now", metavar="DAY", help="一行一例时：站在哪一天看 | in a line list: as known at the end of this day")
@click.option("--max-delay", type=click.IntRange(1, 60), default=14, show_default=True, help="最长时滞 | longest delay")
@click.option("--window", type=int, default=7, show_default=True, help="窗口天数 | days of a window")
@click.option("--horizon", type=click.IntRange(0, 14), default=14, show_default=True, help="预测几天 | days ahead")
@click.option(
    "--k", type=float, default=float("inf"), show_default=True, help="传播的离散度 k | dispersion of offspring"
)
@click.option(
    "--R0", "before", type=float, help="没有措施时的 R：病例极少时估计疫情是否结束 | R without measures: is it over?"
)
@options.SEED
@options.series_options
@answers
def command(file: str, **said: Any) -> Answer:
    """一次做完：现报校正、Rt、增长、预测、门槛；列名照 EpiNow2，不能公布的数不写。

    Nowcast, R, growth, forecast and gates of one area, as rows with the columns of EpiNow2; numbers that may not be
    published are not there. FILE holds counts by date, or with --event-date and --report-date one case a line.
    """
    from shichen import epi
    from shichen.epi.rows import COLUMNS

    when, data, imported, notes = _data(file, said)
    found = epi.epinow(
        data,
        when,
        generation_time=_interval(said),
        imported=imported,
        truncation=epi.trunc_opts(longest=said["max_delay"]),
        obs=epi.obs_opts(event=said["event"]),
        rt=epi.rt_opts(window=said["window"], without_measures=said["before"]),
        forecast=epi.forecast_opts(horizon=said["horizon"], k=said["k"]),
        seed=said["seed"],
    )
    rows = [[row[name] for name in COLUMNS] for row in found.rows.dicts()]
    last = found.dates[-1]
    foot = Said(
        f"数据截至 {last}，{said['window']} 天窗口，种子 {said['seed']}",
        f"data until {last}, {said['window']}-day windows, seed {said['seed']}",
    )
    title = Said("实时再生数 Rt（EpiNow）", "Reproduction number Rt (EpiNow)")
    return Answer("epinow", COLUMNS, rows, {"file": file, **said}, notes, title, [foot], _draw(found, said["event"]))


def _data(file: str, said: dict[str, Any]) -> tuple[Any, Any, Any, list[Said]]:
    """Dates and counts with those imported, or no dates and a triangle; what there is to say of them. Raises BadData."""
    import numpy as np

    from shichen.epi.errors import BadData
    from shichen.epi.nowcast import reporting_triangle
    from shichen.site.commands.epi_.reading import read
    from shichen.site.commands.epi_.series import series

    event, report = said["event_date"], said["report_date"]
    if bool(event) != bool(report):
        raise BadData(
            "--event-date 与 --report-date 要一起写。",
            "--event-date and --report-date go together.",
            field="event_date",
        )
    if not event:
        found = series(file, cases=said["cases"], imported=said["imported"], first=said["since"], last=said["until"])
        if not found.dated:
            raise BadData(
                f"{found.table.name} 的第一列要是日期。", f"the first column of {found.table.name} must hold dates."
            )
        notes = [*options.missing_note(found), *options.imported_note(found)]
        return np.array(found.days, "datetime64[D]"), found.counts, found.imported, notes
    table = read(file, known=(event, report))
    table.place(event, option="--event-date")
    table.place(report, option="--report-date")
    happened, known = table.dates(event), table.dates(report)
    if np.isnat(known).all():
        raise BadData(f"{table.name} 没有一个报告日期。", f"{table.name} holds no date of a report.", field=report)
    now = said["now"] or str(known[~np.isnat(known)].max())
    triangle = reporting_triangle(happened, known, now=now, longest=said["max_delay"], since=said["since"])
    gone = triangle.missing + len(triangle.negative)
    left = Said(f"{gone} 条缺日期或先报后发，不计。", f"{gone} records lack a date or were reported before.")
    return None, triangle, None, [left] if gone else []


def _interval(said: dict[str, Any]) -> generation_time_opts:
    """The serial interval, uncertain where that is asked for. Raises BadData."""
    from shichen import epi

    si = options.interval(said["mean_si"], said["sd_si"], said["si"], 0, whole=True)
    if said["si"] is not None:
        return epi.generation_time_opts(pmf=tuple(si.w.tolist()))
    return epi.generation_time_opts(said["mean_si"], said["sd_si"], mean_sd=said["mean_si_sd"], sd_sd=said["sd_si_sd"])


def _draw(found: Epinow, event: str) -> Any:
    def draw(width: float) -> Any:
        from shichen.site.commands.epi_ import drawing
        from shichen.web.charts import rt

        days = [on.astype(object) for on in found.dates]
        estimates, partial = drawing.estimates(days, found.R, found.verdict)
        return rt.rt(
            days,
            local=found.cases.tolist(),
            estimates=estimates,
            title="Rt",
            event=options.event_said(event),
            partial_from=partial,
            width=width,
        )

    return draw
