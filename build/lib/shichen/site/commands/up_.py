"""`shichen up`: the post of a city of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from shichen.site.command import home_option, set_up, tls_options


@click.command("up")
@home_option
@click.option("--host", default=None, help="监听地址 | address")
@click.option("--port", type=int, default=None, help="端口 | port")
@tls_options
def command(
    home: Path | None, host: str | None, port: int | None, tls: bool, tls_cert: Path | None, tls_key: Path | None
) -> None:
    """启动本城市的指挥部。Start the post of your own city."""
    set_up(home)
    from shichen.site import post  # Django must be set up first

    post.prepare()
    post.load_profile()
    https = post.Https(tls_cert, tls_key) if tls or tls_cert or tls_key else None
    post.serve(host=host, port=port, demo=False, say=click.echo, https=https)
