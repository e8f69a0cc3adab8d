"""`shichen publish DIR`: the public's pages as plain files, for any web server."""

from __future__ import annotations

from pathlib import Path

import click

from shichen.site.command import home_option
from shichen.site.commands.day_ import enter


@click.command("publish")
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@home_option
def command(target: Path, home: Path | None) -> None:
    """把公开发布的全部文件写到 DIR。Write the public's pages into DIR: released public editions, corrections, data."""
    enter(home)
    from shichen.publications.portal import folder  # Django must be set up first

    changed = folder.write(target.absolute(), mode=0o644)
    click.echo(f"{target}：写出或撤去 {len(changed)} 个文件 · {len(changed)} files written or taken away")
