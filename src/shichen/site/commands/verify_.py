"""`shichen verify`: is the sealed log whole, and if not, where does it break first."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from shichen.site.command import home_option, set_up


@click.command("verify")
@home_option
@click.option("--anchor", default="", help="别处保存的链头，如 309-748bae0bbf5e4870 | a chain head kept elsewhere")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
def command(home: Path | None, anchor: str, as_json: bool) -> None:
    """核验运行日志与审计日志的链。Verify the chain that seals the log and the trail."""
    set_up(home)
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
