"""`shichen import passings`, `shichen import stays`: files of bulk rows into the lake, with progress, and the refused records in the sender's file."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option, set_up

if TYPE_CHECKING:
    from shichen.records.manifest import Load

TO_MEND = 5
_BLOCK = 4 << 20


OPTIONS = (
    click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False)),
    click.option(
        "--map", "mapping", multiple=True, metavar="HEADING=FIELD", help="某列是什么 | which field a column is"
    ),
    click.option("--rows", type=click.IntRange(1), help="申报行数，不符则不入库 | rows declared; others are not taken"),
    click.option("--unit", help="以哪个单位的名义，默认账号所属 | in whose name, by default the account's unit"),
    click.option(
        "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="拒收记录写到这里 | where refused records go"
    ),
    click.option("--as", "username", help="以哪个账号报送，默认系统 | the account that reports"),
    click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON"),
    home_option,
)


@dataclass(frozen=True)
class Given:
    """How the files of one call are to be taken."""

    table: str
    mapping: tuple[str, ...]
    rows: int | None
    unit: str | None
    username: str | None
    rejects: Path | None
    quiet: bool


def command_of(table: str, zh: str, en: str) -> click.Command:
    """The command that takes files of one table of bulk rows."""

    def run(files: tuple[Path, ...], mapping: tuple[str, ...], home: Path | None, as_json: bool, **said: Any) -> None:
        given = Given(table, mapping, quiet=as_json, **said)
        _take(files, given, home)

    run.__doc__ = f"{zh}(CSV、NDJSON、Arrow)入库。Take in {en}: read = taken + duplicate + rejected."
    for option in reversed(OPTIONS):
        run = option(run)
    return click.command(table)(run)


def _take(files: tuple[Path, ...], given: Given, home: Path | None) -> None:
    as_json = given.quiet
    try:
        must_be_readable(files)
        if given.rejects is not None and len(files) > 1:
            raise Refusal("--rejects 只用于一份文件；一次送多份的，各份拒收的写在各自的文件里。", field="rejects")
        set_up(home)
    except Refusal as refusal:
        _tell_refusal(refusal, as_json)
        sys.exit(REFUSED)
    ended = 0
    for file in files:  # each is told when it is done, and one that is refused does not keep the others out
        try:
            one = _taken(file, given)
        except Refusal as refusal:
            _tell_refusal(refusal, as_json, file.name if len(files) > 1 else "")
            ended = REFUSED
            continue
        click.echo(json.dumps(one, ensure_ascii=False, default=str) if as_json else _in_words(one))
        ended = ended or (TO_MEND if one["rejected"] or one["state"] != "committed" else 0)
    sys.exit(ended)


def _tell_refusal(refusal: Refusal, as_json: bool, file: str = "") -> None:
    error = ({"file": file} if file else {}) | {"error": refusal.sentence, "rule": refusal.rule}
    words = f"{file}：{refusal.sentence}" if file else refusal.sentence
    click.echo(json.dumps(error, ensure_ascii=False) if as_json else words, err=not as_json)


def must_be_readable(files: tuple[Path, ...]) -> None:
    """Every file can be opened before the first is taken. Raises Refusal."""
    for file in files:
        try:
            with file.open("rb"):
                pass
        except OSError as error:
            raise Refusal(f"打不开 {file}：{error.strerror}。") from None


def _taken(file: Path, given: Given) -> dict[str, Any]:
    from django.conf import settings  # Django is set up by now

    from shichen.audit.context import acting, now
    from shichen.city import queries as city
    from shichen.records.bulk import parsing, shape
    from shichen.records.bulk.receiving import Delivery
    from shichen.registers.loads import services as loads
    from shichen.site import post
    from shichen.site.commands import standing

    if not standing.holds_a_city():
        post.prepare()
        post.load_profile()
    parsing.prepare()  # the process that reads gets ready while the file is kept
    by = standing.account(given.username)
    with acting("cli"):
        here = standing.standing(by)
        delivery = Delivery(
            table=given.table,
            blocks=_blocks(file),
            filename=file.name,
            channel="cli",
            unit=city.body_named(given.unit, on=now().date()) if given.unit else here.unit,
            area=here.area,
            event=here.event,
            declared=given.rows,
            mapping=shape.named(given.mapping),
            most=settings.CONFIG["lake.max_bytes"],
        )
        load, again = loads.receive(delivery, by=by)
        load = loads.work(load, progress=None if given.quiet else _progress(file))
        return _outcome(load, again, file, given.rejects)


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
    if load.refused and (rejects is not None or not again):
        target = rejects or _free(f"{file.stem}.拒收", ".ndjson" if refused.is_json(load) else ".csv")
        if target.resolve() == file.resolve():
            raise Refusal("--rejects 指向了原文件；请另写一个文件名。")
        with target.open("wb") as out:
            out.writelines(refused.blocks(load))
        said["rejects"] = str(target)
    return said


def _free(stem: str, ending: str) -> Path:
    """A name in the folder of the person who called that no file has: what they are mending is not written over."""
    names = (f"{stem}{'' if n == 1 else n}{ending}" for n in itertools.count(1))
    return next(path for name in names if not (path := Path.cwd() / name).exists())


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


PASSINGS = command_of("passings", "过卡流水", "bulk passings")
STAYS = command_of("stays", "停留流水", "bulk stays: check-ins, seats, hotel nights")
