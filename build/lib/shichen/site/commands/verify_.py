"""`shichen verify`: is the sealed log whole, and if not, where does it break first; are decided bulletins still read as decided."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from shichen.site.command import home_option, set_up


@click.command("verify")
@home_option
@click.option("--anchor", default="", help="别处保存的链头，如 309-748bae0bbf5e4870 | a chain head kept elsewhere")
@click.option(
    "--bulletins",
    is_flag=True,
    help="改为重读已核来稿：采过的数有没有读丢、读成别的 | read closed bulletins again instead: is any decided number lost",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
def command(home: Path | None, anchor: str, bulletins: bool, as_json: bool) -> None:
    """核验运行日志与审计日志的链；或已核来稿的回归。Verify the chain that seals the log and the trail, or decided bulletins."""
    set_up(home)
    if bulletins:
        sys.exit(_bulletins(as_json))
    from shichen.audit import queries as audit  # Django must be set up first
    from shichen.journal import queries as journal

    verdict = audit.verify({"audit.trail": audit.TRAIL, "journal.entry": journal.SEALED}, anchor=anchor)
    if as_json:
        click.echo(
            json.dumps({"whole": verdict.whole, "rows": verdict.rows, "fault": verdict.fault, "head": verdict.head})
        )
    elif verdict.whole:
        click.echo(f"完好：{verdict.rows} 行，{verdict.links} 环，链头 {verdict.head}。")
    else:
        click.echo(f"不完好：{verdict.fault}。链头 {verdict.head}。", err=True)
    sys.exit(0 if verdict.whole else 1)


def _bulletins(as_json: bool) -> int:
    """Say which decided numbers are lost or read otherwise; 1 where one is lost."""
    from shichen.bulletins import regression  # Django must be set up first

    tally = regression.Tally()
    cases = list(regression.cases(tally))
    lost = sum(case.lost for case in cases)
    if as_json:
        told = [
            {"bulletin": str(one.bulletin.pk), "raw": one.raw, "before": one.before, "now": one.now, "lost": one.lost}
            for one in cases
        ]
        click.echo(json.dumps({**vars(tally), "lost": lost, "cases": told}, ensure_ascii=False))
        return 1 if lost else 0
    for one in cases:
        word = "读丢" if one.lost else "读成别的"
        of = f"{one.bulletin.unit}（{one.bulletin.covers}）/bulletins/{one.bulletin.pk}/"
        click.echo(f"{word} {of}「{one.raw}」{one.before} → {one.now}")
    erased = f"，{tally.erased} 份原文已销毁" if tally.erased else ""
    click.echo(
        f"重读已核来稿 {tally.bulletins} 份、采过的数 {tally.numbers} 个{erased}："
        f"读丢 {lost} 个，读成别的 {len(cases) - lost} 个。"
    )
    return 1 if lost else 0
