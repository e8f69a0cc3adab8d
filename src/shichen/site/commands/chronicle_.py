"""`shichen chronicle`: the chronicle from one date to another, as text or as data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from shichen.site.command import home_option, set_up


@click.command("chronicle")
@click.argument("first", metavar="FROM")
@click.argument("last", metavar="TO")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出 | output")
@home_option
def command(first: str, last: str, form: str, home: Path | None) -> None:
    """某段日期的大事记。The chronicle from one date to another, both included."""
    start, end = _date(first), _date(last)
    set_up(home)
    from shichen.city.scope import Sight  # Django must be set up first
    from shichen.publications import chronicle, payload, plaintext

    told = chronicle.build(start, end, Sight(((None, "", None),)))
    data = json.dumps(payload.of_chronicle(told), ensure_ascii=False, indent=1) if form == "json" else ""
    click.echo(data or plaintext.of_chronicle(told))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"「{text}」不是日期；请写成 2020-02-02。", param_hint="DATE") from None
