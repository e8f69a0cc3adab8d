"""The `shichen` command. Each subcommand is loaded only when it is called, so that `read` starts without Django."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from shichen.refusal import Refusal
from shichen.site.safe_sqlite import UnsafeSQLite

COMMANDS = {
    "demo": "演示城市：装载株洲 2020 并启动 | the demonstration city, loaded and started",
    "up": "启动本城市的指挥部 | start the post of your own city",
    "init": "为一个新城市写档案 | write the profile of a new city",
    "read": "读一份来稿，给出条目与数字 | read a bulletin: entries and figures",
    "import": "从表格导入 | take in a spreadsheet",
    "lake": "流水文件：核验、合并、销毁 | the files of bulk rows: verify, compact, expire",
    "trace": "追踪：谁与名单上的人同时同地 | who was where with the persons of a list",
    "epi": "流行病学分析：只要一个 CSV 文件 | epidemiology on a CSV file, without a post",
    "day": "日版(十二时辰) | the day page",
    "chronicle": "大事记 | the chronicle",
    "map": "本市自己的区划图 | the city's own map",
    "publish": "公开发布的静态文件 | the public's pages as files",
    "user": "账号与角色 | accounts and roles",
    "verify": "核验日志链 | verify the sealed log",
    "bench": "性能测量 | measurements against what one would use instead",
    "doctor": "检查这台机器 | what is wrong with this machine",
    "config": "现行设置 | the settings in force",
    "docs": "由代码生成的文档 | documents made from the code",
    "manage": "Django 管理命令 | Django's own commands",
}
REFUSED = 4


class Lazy(click.Group):
    """Commands by name, each from a module of its own that is loaded only when it is called."""

    table = COMMANDS
    module = "shichen.site.commands.{}_"

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.table:
            return None
        command: click.Command = importlib.import_module(self.module.format(name)).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令 Commands"):
            formatter.write_dl(list(self.table.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="shichen")
def cli() -> None:
    """时辰：一座城市的疫情指挥部。一本日志，每个数字都有出处。

    shichen runs a city's outbreak command post: one log, every number traceable.
    """


def main() -> None:
    """Run the command; a refusal is one sentence on standard error and exit code 4, never a trace."""
    try:
        cli(standalone_mode=True, prog_name="shichen")
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(REFUSED)
    except UnsafeSQLite as unsafe:
        click.echo(str(unsafe), err=True)
        sys.exit(unsafe.exit_code)


def home_option(function: Any) -> Any:
    """`--home DIR`, for every command that works in a home."""
    return click.option(
        "--home", type=click.Path(path_type=Path), help="目录，默认 $SHICHEN_HOME 或 ~/.shichen | the home of the post"
    )(function)


def tls_options(function: Any) -> Any:
    """`--tls`, and a certificate of one's own, for every command that serves."""
    file = click.Path(path_type=Path, exists=True, dir_okay=False)
    for option in (
        click.option("--tls-key", type=file, help="自备私钥(PEM) | one's own key"),
        click.option("--tls-cert", type=file, help="自备证书(PEM) | one's own certificate"),
        click.option("--tls", is_flag=True, help="用 HTTPS 供局域网里的手机用 | HTTPS for phones on the local network"),
    ):
        function = option(function)
    return function


def set_up(home: Path | None, *, create: bool = False) -> Path:
    """Point the process at a home and start Django. Raises Refusal when there is no post there."""
    from shichen.site.home import Home, default_home  # kept off the path of `read`

    place = Home((home or default_home()).expanduser().absolute())
    if create:
        place.create()
    elif not place.exists:
        raise Refusal(f"{place.path} 里还没有指挥部；先运行 shichen init --city 城市名，或 shichen demo。")
    os.umask(0o077)
    os.environ["SHICHEN_HOME"] = str(place.path)
    os.environ["DJANGO_SETTINGS_MODULE"] = "shichen.site.settings"
    import django  # heavy: only commands that need it pay

    django.setup()
    return place.path
