"""`shichen import passings`: files of passings into the lake, with progress, and the refused records in the sender's file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option, set_up

if TYPE_CHECKING:
    from shichen.records.manifest import Load

TO_MEND = 5
_BLOCK = 4 << 20


@click.command("passings")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--map", "mapping", multiple=True, metavar="HEADING=FIELD", help="某列是什么 | which field a column is")
@click.option("--rows", type=click.IntRange(1), help="申报行数，不符则不入库 | rows declared; others are not taken")
@click.option("--unit", help="以哪个单位的名义，默认账号所属 | in whose name, by default the account's unit")
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="拒收记录写到这里 | where refused records go"
)
@click.option("--as", "username", help="以哪个账号报送，默认系统 | the account that reports")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def command(
    files: tuple[Path, ...],
    mapping: tuple[str, ...],
    rows: int | None,
    unit: str | None,
    rejects: Path | None,
    username: str | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """过卡流水(CSV、NDJSON、Arrow)入库。Take in bulk passings: read = taken + duplicate + rejected."""
    try:
        given = dict(_pair(one) for one in mapping)
        must_be_readable(files)
        set_up(home)
        said = [_taken(file, given, rows, unit, username, rejects, quiet=as_json) for file in files]
    except Refusal as refusal:
        error = {"error": refusal.sentence, "rule": refusal.rule}
        click.echo(json.dumps(error, ensure_ascii=False) if as_json else refusal.sentence, err=not as_json)
        sys.exit(REFUSED)
    for one in said:
        click.echo(json.dumps(one, ensure_ascii=False, default=str) if as_json else _in_words(one))
    sys.exit(TO_MEND if any(one["rejected"] or one["state"] != "committed" for one in said) else 0)


def must_be_readable(files: tuple[Path, ...]) -> None:
    """Every file can be opened before the first is taken. Raises Refusal."""
    for file in files:
        try:
            with file.open("rb"):
                pass
        except OSError as error:
            raise Refusal(f"打不开 {file}：{error.strerror}。") from None


def _taken(
    file: Path,
    mapping: dict[str, str | None],
    rows: int | None,
    unit: str | None,
    username: str | None,
    rejects: Path | None,
    *,
    quiet: bool,
) -> dict[str, Any]:
    from django.conf import settings  # Django is set up by now

    from shichen.audit.context import acting, now
    from shichen.city import queries as city
    from shichen.records.bulk.receiving import Delivery
    from shichen.registers.checkpoints import bulk
    from shichen.site import post
    from shichen.site.commands import standing

    if not standing.holds_a_city():
        post.prepare()
        post.load_profile()
    by = standing.account(username)
    with acting("cli"):
        here = standing.standing(by)
        delivery = Delivery(
            table="passings",
            blocks=_blocks(file),
            filename=file.name,
            channel="cli",
            unit=city.body_named(unit, on=now().date()) if unit else here.unit,
            area=here.area,
            event=here.event,
            declared=rows,
            mapping=mapping,
            most=settings.CONFIG["lake.max_bytes"],
        )
        load, again = bulk.receive(delivery, by=by)
        load = bulk.work(load, progress=None if quiet else _progress(file))
        return _outcome(load, again, file, rejects)


def _outcome(load: Load, again: bool, file: Path, rejects: Path | None) -> dict[str, Any]:
    from shichen.records.bulk import refused

    said: dict[str, Any] = {
        "file": file.name,
        "table": load.table,
        "load": load.number,
        "state": load.state,
        "again": again,
    }
    said |= {"read": load.read, "taken": load.taken, "duplicate": load.duplicate, "rejected": load.rejected}
    said |= {"reasons": load.reasons, "sha256": load.digest, "snapshot": load.snapshot_id, "note": load.note}
    if load.refused and not again:
        target = rejects or Path.cwd() / f"{file.stem}.拒收{'.ndjson' if refused.is_json(load) else '.csv'}"
        if target.resolve() == file.resolve():
            raise Refusal("--rejects 指向了原文件；请另写一个文件名。")
        with target.open("wb") as out:
            out.writelines(refused.blocks(load))
        said["rejects"] = str(target)
    return said


def _in_words(said: dict[str, Any]) -> str:
    from shichen.records.bulk import tables

    if said["state"] != "committed":
        return f"{said['file']}：没有入库。{said['note']}"
    head = "此文件已入过库，未作改动：" if said["again"] else ""
    lines = [
        f"{said['file']}：{head}读到 {said['read']} 行 = 入库 {said['taken']} + 重复 {said['duplicate']}"
        f" + 拒收 {said['rejected']}(第 {said['load']} 批，快照 {said['snapshot']})"
    ]
    lines += [
        f"  {reason.zh}：{said['reasons'][reason.name]}"
        for reason in tables.of(said["table"]).reasons
        if reason.name in said["reasons"]
    ]
    if "rejects" in said:
        lines.append(f"拒收的记录在：{said['rejects']}，改好后可照样再送。")
    return "\n".join(lines)


def _progress(file: Path) -> Any:
    def tell(done: int, total: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done >= total else ""
            click.echo(f"\r{file.name} {done * 100 // max(total, 1):3d} %", err=True, nl=False)
            click.echo(end, err=True, nl=False)

    return tell


def _blocks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            yield block


def _pair(text: str) -> tuple[str, str | None]:
    heading, equals, field = text.partition("=")
    if not equals or not heading.strip():
        raise click.BadParameter(f"「{text}」应写成 表头=字段。", param_hint="--map")
    return heading.strip(), field.strip() or None
