"""`shichen chronicle`: the chronicle from one date to another, as text or as data."""

from __future__ import annotations

import json
from pathlib import Path

import click

from shichen.site.command import home_option
from shichen.site.commands.day_ import date_of, enter


@click.command("chronicle")
@click.argument("first", metavar="FROM")
@click.argument("last", metavar="TO")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出 | output")
@home_option
def command(first: str, last: str, form: str, home: Path | None) -> None:
    """某段日期的大事记。The chronicle from one date to another, both included."""
    start, end = date_of(first), date_of(last)
    enter(home)
    from shichen.city.scope import Sight  # Django must be set up first
    from shichen.publications import chronicle, payload, plaintext

    told = chronicle.build(start, end, Sight(((None, "", None),)))
    data = json.dumps(payload.of_chronicle(told), ensure_ascii=False, indent=1) if form == "json" else ""
    click.echo(data or plaintext.of_chronicle(told))
