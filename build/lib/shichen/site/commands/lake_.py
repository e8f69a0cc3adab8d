"""`shichen lake`: the files of bulk rows looked at, made fewer, destroyed on time, or given to another machine."""

from __future__ import annotations

import json
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option, set_up

if TYPE_CHECKING:
    from shichen.records.bulk.reading import Place
    from shichen.records.manifest import Load

DAMAGED = 6


@click.group("lake")
def command() -> None:
    """流水文件：核验、合并、到期销毁。The files of bulk rows: verify, compact, expire."""


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def status(as_json: bool, home: Path | None) -> None:
    """有哪些天、多少行、多少字节。What days, rows and bytes there are."""
    set_up(home)
    from shichen.records.bulk import keeping

    view = keeping.view(_folder())
    kept = [file for file in view.files if file.layout == "place"]
    said = {
        "snapshot": view.snapshot,
        "files": len(view.files),
        "bytes": sum(file.size for file in view.files),
        "rows": sum(file.rows for file in kept),
        "first": min((file.day for file in kept), default=None),
        "last": max((file.day for file in kept), default=None),
        "complete": view.complete,
    }
    if as_json:
        click.echo(json.dumps(said, default=str))
    else:
        days = f"，{said['first']} 至 {said['last']}" if kept else ""
        click.echo(f"快照 {said['snapshot']}：{said['rows']} 行{days}；{said['files']} 个文件，{said['bytes']} 字节。")


@command.command("verify")
@click.option("--deep", is_flag=True, help="连行也读一遍 | read the rows too")
@home_option
def verify(deep: bool, home: Path | None) -> None:
    """逐个文件核对字节；坏的隔离，退出码 6。Compare every file's bytes; a bad one is set aside (exit code 6)."""
    set_up(home)
    from django.utils import timezone

    from shichen.records.bulk import keeping

    found = keeping.verify(_folder(), at=timezone.now(), deep=deep)
    click.echo(f"核验 {found.files} 个文件，{found.bytes} 字节。")
    for path in found.damaged:
        click.echo(f"缺失或损坏，已隔离：{path}", err=True)
    for path in found.orphans:
        click.echo(f"清单之外(断电或中断留下，lake sweep 会清理)：{path}")
    sys.exit(DAMAGED if found.damaged else 0)


@command.command("compact")
@home_option
def compact(home: Path | None) -> None:
    """把一天的几段合成一个文件。Make one file of the segments of each day."""
    with _said():
        done = _keeping(home).compact(_place())
        click.echo(f"合并了 {len(done)} 天。")


@command.command("expire")
@click.option("--days", type=click.IntRange(1), help="保留天数，默认 lake.keep_days | days to keep")
@click.option("--at", "moment", type=click.DateTime(), help="按哪一刻算，默认现在 | as of when")
@home_option
def expire(days: int | None, moment: datetime | None, home: Path | None) -> None:
    """销毁到期的流水、原件与密钥；汇总留着。Destroy old rows, originals and keys; roll-ups stay."""
    with _said():
        keeping = _keeping(home)
        from django.conf import settings
        from django.utils import timezone

        keep = timedelta(days=days or settings.CONFIG["lake.keep_days"])
        at = timezone.make_aware(moment) if moment else timezone.now()
        gone = keeping.expire(_folder(), settings.KEYRING, keep, at=at)
        click.echo(f"销毁了 {len(gone)} 个文件。")


@command.command("sweep")
@click.option("--hours", type=click.IntRange(0), default=24, show_default=True, help="只清多少小时以前的 | older than")
@home_option
def sweep(hours: int, home: Path | None) -> None:
    """清理断电或中断留下、清单之外的文件。Take away what a crash left and the manifest does not know."""
    with _said():
        keeping = _keeping(home)
        from django.utils import timezone

        gone = keeping.sweep(_folder(), before=timezone.now() - timedelta(hours=hours) + timedelta(seconds=1))
        click.echo(f"清理了 {len(gone)} 个文件。")


@command.command("withdraw")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="理由 | why")
@home_option
def withdraw(number: int, reason: str, home: Path | None) -> None:
    """作废一批：它的行不再计入，清单里仍有它。Take a load out of every count."""
    with _said():
        set_up(home)
        from shichen.audit.context import acting
        from shichen.registers.loads import services as loads
        from shichen.site.commands import standing

        with acting("cli"):
            load = loads.withdraw(_load(number), reason, by=standing.account(None))
        click.echo(f"第 {load.number} 批已作废。")


@command.command("export")
@click.argument("target", type=click.Path(path_type=Path, file_okay=False))
@home_option
def export(target: Path, home: Path | None) -> None:
    """连同清单复制到另一个目录，供另一台机器或集群读。Copy the files with their manifest for another machine or a cluster."""
    with _said():
        keeping = _keeping(home)
        from shichen.records import lake

        view = keeping.view(_folder())
        lake.must_be_whole(view, view.files)
        for file in view.files:
            (target / file.path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(view.path(file), target / file.path)
        (target / lake.MANIFEST).write_text(lake.exported(view), encoding="utf-8")
        click.echo(f"快照 {view.snapshot}：{len(view.files)} 个文件已复制到 {target}。")
        if not view.complete:
            click.echo(f"数据不完整：{len(view.missing)} 个文件已隔离，没有复制。", err=True)


class _said:
    """A refusal inside is one sentence and exit code 4."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, sort: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, Refusal):
            click.echo(error.sentence, err=True)
            sys.exit(REFUSED)


def _keeping(home: Path | None) -> Any:
    set_up(home)
    from shichen.records.bulk import keeping

    return keeping


def _folder() -> Path:
    from django.conf import settings

    folder: Path = settings.LAKE
    return folder


def _place() -> Place:
    from shichen.registers.loads import services as loads

    return loads.place()


def _load(number: int) -> Load:
    from shichen.records.manifest import Load

    found = Load.objects.filter(number=number).first()
    if found is None:
        raise Refusal(f"没有第 {number} 批；shichen lake status 看现有的。")
    return found
