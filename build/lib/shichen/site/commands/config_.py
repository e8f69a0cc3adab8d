"""`shichen config`: the settings in force, and where each comes from."""

from __future__ import annotations

from pathlib import Path

import click

from shichen.site import config
from shichen.site.command import home_option
from shichen.site.home import Home, default_home


@click.command("config")
@home_option
@click.option("--template", is_flag=True, help="打印带注释的设置文件 | print a commented settings file")
def command(home: Path | None, template: bool) -> None:
    """现行设置及其来处。The settings in force, and where each comes from."""
    if template:
        click.echo(config.template(), nl=False)
        return
    found = config.load(Home((home or default_home()).expanduser().absolute()).settings)
    for key in config.KEYS:
        shown = "(已设)" if key.name == "database.url" and found[key.name] else found[key.name]
        click.echo(f"{key.name} = {shown}    [{found.sources[key.name]}]  {key.zh}")
