"""`shichen epi`: the methods of the epidemiologists on files, without a server, a home or a database."""

from __future__ import annotations

import click

from shichen.site.command import Lazy

METHODS = {
    "curve": "疫情曲线 | the epidemic curve of a line list or of counts",
    "delay": "潜伏期与各类时滞 | delays and incubation, fitted",
    "nowcast": "现报校正 | how many are not reported yet",
    "rt": "实时再生数 Rt (Cori) | the instantaneous reproduction number",
    "epinow": "一次做完，列名照 EpiNow2 | nowcast, R, growth, forecast at once, EpiNow2's columns",
    "filter": "低病例数时的 Rt (EpiFilter) | R where cases are few",
    "wt": "队列再生数 (Wallinga-Teunis) | the reproduction number of cohorts",
    "backproject": "由报告回推感染日期 | infections behind reports",
    "growth": "增长率与倍增时间 | growth rate and doubling time",
    "forecast": "短期预测 | cases of the coming days",
    "whatif": "情景推演 | what if: measures on the renewal process",
    "chains": "传播链、聚集与超级传播 | clusters, generations, offspring",
    "alarms": "异常信号 (EARS、CUSUM、Farrington) | is today unusual?",
}


class Methods(Lazy):
    """A module of this package for each method."""

    table = METHODS
    module = "shichen.site.commands.epi_.{}"


@click.group("epi", cls=Methods)
def command() -> None:
    """流行病学分析：读一个 CSV 文件(- 为标准输入)，输出 CSV；不需要指挥部。

    Epidemiology on a CSV file (- for standard input), answered as CSV: no post, no database. Every method takes
    --json, --out FILE and --plot FILE.svg|png|pdf. Rows run by day; the first column is the day, as a date or a
    number; an empty cell or NA is unknown, never 0. Exit code 2: the file or an option is wrong, and nothing was written.

    \b
    shichen epi rt 病例.csv --mean-si 4.7 --sd-si 2.9 --gate --plot rt.png
    shichen epi curve 病例表.csv --date date_of_onset --interval isoweek
    shichen epi nowcast 病例表.csv --event-date dHosp --report-date dReport --now 2011-06-02
    """
