"""`shichen map`: the city's own outlines, taken in, looked at, taken away again."""

from __future__ import annotations

from pathlib import Path

import click

from shichen.refusal import Refusal
from shichen.site.command import home_option, set_up


@click.group("map")
def command() -> None:
    """本市自己的区划图。The city's own map."""


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--review-no", default="", help="审图号，如 GS(2019)1234号 | the number of its review")
@click.option("--name-field", default="", help="哪一项是区域名或代码 | the property that names the areas")
@home_option
def take(file: Path, review_no: str, name_field: str, home: Path | None) -> None:
    """从 GeoJSON 导入区划轮廓。Take in the outlines of the city's areas from GeoJSON."""
    place = set_up(home)
    from django.db import transaction

    from shichen import watches
    from shichen.audit import services as audit
    from shichen.audit.context import acting, now
    from shichen.city import maps
    from shichen.city import queries as city
    from shichen.city import services as accounts

    area = city.the_city()
    found = maps.take(
        _bytes(file), file.name, area, review_no=review_no, name_field=name_field, on=watches.civil_day(now())
    )
    with acting("cli"), transaction.atomic():
        audit.note("import_map", table="city.map", subject=found.digest[:36], area=area.pk, by=accounts.system())
        maps.keep(found, place)
    points = sum(len(ring) for rings in found.rings.values() for ring in rings)
    click.echo(f"已导入 {len(found.rings)} 个区域，{points} 个点。Took in {len(found.rings)} areas, {points} points.")
    if not found.review_no:
        click.echo(
            "没有审图号：只可在内部使用，公开页面不得登图。Without a review number it is for internal use only.",
            err=True,
        )


@command.command("show")
@home_option
def show(home: Path | None) -> None:
    """现用的图。The map in use."""
    place = set_up(home)
    from shichen.city import maps  # Django must be set up first

    found = maps.load(place)
    if found is None:
        click.echo("没有导入区划图，用方格图。No map was imported; the grid is shown.")
        return
    click.echo(
        f"{found.source} · {len(found.rings)} · {found.review_no or '没有审图号 no review number'} · {found.digest}"
    )


@command.command("remove")
@home_option
def remove(home: Path | None) -> None:
    """去掉区划图，回到方格图。Back to the grid."""
    place = set_up(home)
    from django.db import transaction  # Django must be set up first

    from shichen.audit import services as audit
    from shichen.audit.context import acting
    from shichen.city import maps
    from shichen.city import services as accounts

    with acting("cli"), transaction.atomic():
        audit.note("remove_map", table="city.map", subject="map", by=accounts.system())
        there = maps.remove(place)
    click.echo("已去掉，改用方格图。Removed." if there else "本来就没有。There was none.")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refusal(f"读不了 {file}：{error.strerror}。Cannot read {file}.", field="file") from None
