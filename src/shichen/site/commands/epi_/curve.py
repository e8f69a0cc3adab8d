"""`shichen epi curve`: the epidemic curve of a line list or of counts, by day, week or so many days, and by group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shichen.site.commands.epi_ import options
from shichen.site.commands.epi_.answering import Answer, answers
from shichen.site.commands.epi_.speaking import Said

if TYPE_CHECKING:
    from shichen.epi.incidence import Incidence


@click.command("curve")
@options.FILE
@click.option("--date", metavar="COLUMN", help="日期的列，默认第一列 | column of dates, else the first")
@click.option("--counts", metavar="COLUMN", help="每行几例的列；不写就一行一例 | cases of each line, else one a line")
@click.option(
    "--interval",
    default="day",
    show_default=True,
    metavar="day|isoweek|N",
    help="按天、ISO 周、N 天 | by day, ISO week, N days",
)
@click.option("--group", metavar="COLUMN", help="按这一列分组 | one curve for each value of a column")
@click.option("--cumulative", is_flag=True, help="累计 | running totals")
@click.option(
    "--event",
    type=click.Choice(list(options.EVENTS)),
    default="onset",
    show_default=True,
    help="日期是什么日期 | which day it is",
)
@answers
def command(file: str, **said: Any) -> Answer:
    """疫情曲线：病例表(一行一例)或逐日计数；日历补齐，首末日之间没有病例的日子写 0，没有日期的另计。

    The epidemic curve of a line list, or of counts (--counts): a complete calendar between the first and the last day;
    records without a date are counted apart. Weeks are ISO weeks, named by their Monday.
    """
    import numpy as np

    from shichen.epi.incidence import cumulate, incidence
    from shichen.site.commands.epi_.reading import read

    table = read(file, known=[one for one in (said["date"], said["counts"], said["group"], "date") if one])
    date = said["date"] or table.heads[0]
    table.place(date, option="--date")
    many = table.numbers(said["counts"], whole=True, least=0) if said["counts"] else None
    if many is not None:
        for row in np.flatnonzero(np.isnan(many)):
            raise table.bad(int(row), said["counts"], "", "缺人数；没有就写 0", "has no count; write 0 for none")
    groups = table.texts(said["group"]) if said["group"] else None
    curve = incidence(
        table.dates(date), interval=_interval(said["interval"]), groups=groups, counts_=many, event=said["event"]
    )
    shown = cumulate(curve) if said["cumulative"] else curve
    columns = ["date", "group", "n"] if groups else ["date", "n"]
    rows = [
        [str(on), *([str(group)] if groups else []), int(shown.counts[g, t])]
        for g, group in enumerate(shown.groups)
        for t, on in enumerate(shown.dates)
    ]
    gone = int(curve.missing.sum())
    total = int(curve.counts.sum())
    notes = (
        [Said(f"{gone} 例没有日期，不在曲线里。", f"{gone} records have no date and are not in the curve.")]
        if gone
        else []
    )
    foot = Said(f"{table.name}，{total} 例，缺日期 {gone} 例", f"{table.name}, {total} cases, {gone} without a date")
    return Answer(
        "curve",
        columns,
        rows,
        {"file": file, **said},
        notes,
        Said("疫情曲线", "Epidemic curve"),
        [foot],
        _draw(shown, said),
    )


def _interval(said: str) -> Any:
    from shichen.epi.errors import BadData

    if said in ("day", "isoweek"):
        return said
    if said.isascii() and said.isdecimal() and int(said):
        return int(said)
    raise BadData(
        f"--interval 写 day、isoweek 或天数，不是「{said}」。",
        f"--interval is day, isoweek or a number of days, not “{said}”.",
        field="interval",
    )


def _draw(curve: Incidence, said: dict[str, Any]) -> Any:
    if not len(curve.dates):
        return None

    def draw(width: float) -> Any:
        from shichen.web.charts import stack

        blank = options.said(Said("未填", "not given")) if said["group"] else ""
        groups = [(str(name) or blank, curve.counts[g].tolist()) for g, name in enumerate(curve.groups)]
        days = [on.astype(object) for on in curve.dates]
        what = Said("累计病例", "Running total of cases") if said["cumulative"] else Said("新增病例", "New cases")
        name = f"{options.said(what)} ({options.event_said(said['event'])})"
        return stack.stack(days, groups, title="", name=name, width=width)

    return draw
