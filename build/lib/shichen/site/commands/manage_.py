"""`shichen manage`: Django's own commands, in the home."""

from __future__ import annotations

from pathlib import Path

import click

from shichen.site.command import home_option, set_up


@click.command("manage", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@home_option
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(home: Path | None, arguments: tuple[str, ...]) -> None:
    """在该目录里运行 Django 管理命令。Run one of Django's own commands."""
    set_up(home)
    from django.core.management import execute_from_command_line  # heavy

    execute_from_command_line(["shichen manage", *arguments])
