"""`shichen demo`: the demonstration city in a home of its own, loaded once, then served."""

from __future__ import annotations

import time
from pathlib import Path

import click

from shichen.site import config
from shichen.site.command import home_option, set_up, tls_options
from shichen.site.home import Home

MOMENTS = {
    "zhuzhou": "2020-02-02T22:50+08:00",  # the demonstration's clock stands in the last watch of the day page's day
    "measles": "1861-12-20T22:50+08:00",  # the second event's near its end: most of its nowcasts can be scored
}
HOMES = {"zhuzhou": ".shichen-demo", "measles": ".shichen-demo-measles"}


@click.command("demo")
@home_option
@click.option(
    "--event",
    type=click.Choice(list(HOMES)),
    default="zhuzhou",
    help="哪一个事件；measles：1861年哈格洛赫村的麻疹 | which event",
)
@click.option("--host", default=None, help="监听地址 | address")
@click.option("--port", type=int, default=None, help="端口 | port")
@tls_options
@click.option("--load-only", is_flag=True, help="装载后退出 | load and exit")
def command(
    home: Path | None,
    event: str,
    host: str | None,
    port: int | None,
    load_only: bool,
    tls: bool,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """演示：株洲，2020 年 2 月；或换一个事件。The demonstration: Zhuzhou, February 2020; or another event."""
    began = time.perf_counter()
    place = Home((home or Path.home() / HOMES[event]).expanduser().absolute())
    place.create()
    if not place.settings.exists():
        place.settings.write_text(config.template({"board.moment": MOMENTS[event]}), encoding="utf-8")
    set_up(place.path)
    from shichen.site import post  # Django must be set up first
    from shichen.web import replay

    (place.path / replay.FILE).unlink(missing_ok=True)  # a replay that somebody left going begins anew
    post.prepare()
    fresh = post.load_demo(lambda text: click.echo(f"  {time.perf_counter() - began:5.1f}s  {text}"), event)
    if load_only:
        click.echo("演示城市已装载。" if fresh else "演示城市早已装载。")
        return
    https = post.Https(tls_cert, tls_key) if tls or tls_cert or tls_key else None
    post.serve(host=host, port=port, demo=True, say=click.echo, https=https)
