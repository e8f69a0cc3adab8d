"""`shichen demo`: the demonstration city in a home of its own, loaded once, then served."""

from __future__ import annotations

import time
from pathlib import Path

import click

from shichen.site.command import home_option, set_up


@click.command("demo")
@home_option
@click.option("--host", default=None, help="监听地址 | address")
@click.option("--port", type=int, default=None, help="端口 | port")
@click.option("--load-only", is_flag=True, help="装载后退出 | load and exit")
def command(home: Path | None, host: str | None, port: int | None, load_only: bool) -> None:
    """演示：株洲，2020 年 2 月。The demonstration: Zhuzhou, February 2020."""
    began = time.perf_counter()
    set_up(home or Path.home() / ".shichen-demo", create=True)
    from shichen.site import post  # Django must be set up first

    post.prepare()
    fresh = post.load_demo(lambda text: click.echo(f"  {time.perf_counter() - began:5.1f}s  {text}"))
    if load_only:
        click.echo("演示城市已装载。" if fresh else "演示城市早已装载。")
        return
    post.serve(host=host, port=port, demo=True, say=click.echo)
