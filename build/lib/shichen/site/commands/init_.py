"""`shichen init`: a commented profile for a new city."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from shichen.site.command import home_option
from shichen.site.home import Home, default_home


@click.command("init")
@click.option("--city", required=True, help="城市名，如 株洲市 | name of the city")
@click.option("--code", default="", help="区划代码，如 430200 | its code")
@home_option
def command(city: str, code: str, home: Path | None) -> None:
    """为一个新城市写一份带注释的档案。Write the commented profile of a new city."""
    from shichen.site import newcity  # only this command needs it

    place = Home((home or default_home()).expanduser().absolute())
    place.create()
    today = date.today().isoformat()  # noqa: DTZ011 - the operator's own calendar
    for path in newcity.write(place, city=city, code=code, today=today):
        click.echo(path)
    click.echo("改好以上文件后运行：shichen up")
