"""`shichen day`: the day page of one date, as text or as data."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click

from shichen.refusal import Refusal
from shichen.site.command import home_option, set_up
from shichen.site.home import Home, default_home


@click.command("day")
@click.argument("day", metavar="DATE")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="输出 | output")
@home_option
def command(day: str, form: str, home: Path | None) -> None:
    """某日的日版(十二时辰 × 四栏)。The day page of a date: twelve watches by four columns."""
    on = date_of(day)
    enter(home)
    from shichen.city.scope import Sight  # Django must be set up first
    from shichen.publications import daypage, payload, plaintext

    page = daypage.build(on, Sight(((None, "", None),)))
    shown = json.dumps(payload.of_day(page), ensure_ascii=False, indent=1) if form == "json" else plaintext.of_day(page)
    click.echo(shown)


def date_of(text: str) -> date:
    """A date as the command line has it. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"「{text}」不是日期；请写成 2020-02-02。", param_hint="DATE") from None


def enter(home: Path | None) -> None:
    """Open a home that is there. Raises Refusal saying where the demonstration's is."""
    place = Home((home or default_home()).expanduser().absolute())
    if not place.exists:
        raise Refusal(
            f"{place.path} 里还没有指挥部；要看演示，先运行 shichen demo --load-only，再加 --home ~/.shichen-demo。"
        )
    set_up(place.path)
