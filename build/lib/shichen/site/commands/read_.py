"""`shichen read`: a bulletin's entries and figures, without a home or a database."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option

if TYPE_CHECKING:
    from shichen.prose.tables import Tables


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--covers", help="所涵日期，如 2020-02-02 | the date it covers")
@click.option("--kind", help="种类：day_page chronicle work_bulletin case_bulletin press other")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@click.option(
    "--table",
    is_flag=True,
    help="疫情通报：各地累计数的 CSV；其他：每个数字一行 | counts by place as CSV, else a line a figure",
)
@home_option
def command(file: Path, covers: str | None, kind: str | None, as_json: bool, table: bool, home: Path | None) -> None:
    """读一份来稿(.txt .docx .html .eml)，列出拟采条目和数字。Read a bulletin: proposed entries and figures."""
    from shichen.letters import opening  # these load the tables; help must not wait for them
    from shichen.prose import command as prose

    try:
        day, local, sort = _date(covers), _tables(home), opening.sort_of(file.name)
        sys.exit(
            prose.run(
                file,
                covers=day,
                kind=kind,
                json_out=as_json,
                table=table,
                tables=local,
                opened=lambda data: opening.opened(data, sort).text,
                most=opening.most(sort),
            )
        )
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(REFUSED)


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"「{text}」不是日期；请写成 2020-02-02。", param_hint="--covers") from None


def _tables(home: Path | None) -> Tables | None:
    if home is None:
        return None
    from shichen.site.command import set_up  # only a home needs Django

    set_up(home)
    from shichen.bulletins import tables

    return tables.of_the_city()
