"""`shichen import`: a CSV or Excel file into a register, with the rows to mend given back in the same sort of file."""

from __future__ import annotations

import hashlib
import json
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option, set_up
from shichen.site.commands import import_bulk

if TYPE_CHECKING:
    from shichen.intake.imports import Trial
    from shichen.intake.models import Envelope

TO_MEND = 5
FAULTS_SHOWN = 20


class Import(click.Group):
    """`import FILE --register …` for a table of a register, `import passings FILE…` and `import stays FILE…` for bulk rows."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if args[:1] and args[0] in self.commands else ["sheet", *args])


@click.group("import", cls=Import)
def command() -> None:
    """从表格导入。Take in a spreadsheet, or bulk rows."""


command.add_command(import_bulk.PASSINGS)
command.add_command(import_bulk.STAYS)


@command.command("sheet")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--register", "register", required=True, help="counts、tallies、posts，或报送种类 | register, or kind of report"
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="FIELD=VALUE",
    help="表里没有的列统一取值 | a value for a column the file lacks",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="HEADING=FIELD",
    help="某列对应的字段；字段空着即不取 | which field a column is",
)
@click.option("--year", type=click.IntRange(1900, 2100), help="「2月2日」的年份 | the year of dates without one")
@click.option(
    "--rejects", type=click.Path(path_type=Path, dir_okay=False), help="待更正的行写到这个文件 | where rows to mend go"
)
@click.option("--as", "username", help="以哪个账号报送，默认系统 | the account that reports")
@click.option("--dry-run", is_flag=True, help="只试不收 | try, take nothing")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def sheet(
    file: Path,
    register: str,
    settings: tuple[str, ...],
    mapping: tuple[str, ...],
    year: int | None,
    rejects: Path | None,
    username: str | None,
    dry_run: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """从表格导入。Take in a spreadsheet: read = taken + duplicate + to mend + blank.

    过卡、停留流水：shichen import passings FILE…、shichen import stays FILE… | bulk rows: the same two verbs
    """
    details = {
        "defaults": dict(_pair(one, "--set") for one in settings),
        "mapping": {heading: name or None for heading, name in (_pair(one, "--map") for one in mapping)},
        "year": year,
    }
    try:
        data = _bytes(file)
        set_up(home)
        said = _import(data, file, register, details, username, dry_run=dry_run, rejects=rejects)
    except Refusal as refusal:
        _tell({"error": refusal.sentence, "rule": refusal.rule}, as_json, refusal.sentence)
        sys.exit(REFUSED)
    _tell(said, as_json, _in_words(said))
    sys.exit(TO_MEND if said["to_mend"] or not said["adds_up"] else 0)


def _import(
    data: bytes,
    file: Path,
    register: str,
    details: dict[str, Any],
    username: str | None,
    *,
    dry_run: bool,
    rejects: Path | None,
) -> dict[str, Any]:
    from shichen.audit.context import acting  # Django is set up by now
    from shichen.intake import imports, queries
    from shichen.site import post
    from shichen.site.commands import standing

    if not standing.holds_a_city():
        post.prepare()
        post.load_profile()
    by = standing.account(username)
    with acting("cli"):
        here = standing.standing(by)
        delivery = imports.delivery_of(
            data, file.name, _kind(register), here, details=details, number=uuid.uuid4(), channel="cli"
        )
        before = queries.imported_before(hashlib.sha256(data).hexdigest(), delivery.kind, delivery.unit)
        if dry_run and before is None:
            return _trial(imports.tried(delivery, by=by), file, rejects)
        envelope = before or imports.take(delivery, by=by).envelope
        return _outcome(envelope, before is not None, file, rejects)


def _trial(trial: Trial, file: Path, rejects: Path | None) -> dict[str, Any]:
    from shichen.sheets import writing

    said: dict[str, Any] = {"dry_run": True, "again": False, "read": trial.read, "taken": trial.taken}
    said |= {"duplicate": trial.duplicate}
    said |= {"to_mend": trial.to_mend, "blank": trial.blank, "adds_up": trial.adds_up, "notices": trial.table.notices}
    said["faults"] = [
        {"sheet": f.sheet, "line": f.line, "column": f.column_letter, "heading": f.heading, "sentence": f.sentence}
        for f in trial.faults[:FAULTS_SHOWN]
    ]
    if trial.to_mend:
        said["rejects"] = _write_beside(file, rejects, writing.rejects(trial.table))
    return said


def _outcome(envelope: Envelope, again: bool, file: Path, rejects: Path | None) -> dict[str, Any]:
    from shichen.intake import imports

    waiting = list(envelope.rejects.filter(state="open"))
    to_mend = envelope.read - envelope.taken - envelope.duplicate - envelope.blank
    said: dict[str, Any] = {"dry_run": False, "again": again, "envelope": str(envelope.id), "state": envelope.state}
    said |= {"read": envelope.read, "taken": envelope.taken, "duplicate": envelope.duplicate}
    said |= {"to_mend": len(waiting), "blank": envelope.blank}
    said |= {"adds_up": to_mend == envelope.rejects.count(), "sha256": envelope.digest, "note": envelope.note}
    said["faults"] = [
        {"sheet": one.sheet, "line": one.row_no, "sentence": " ".join(one.faults)} for one in waiting[:FAULTS_SHOWN]
    ]
    if envelope.state == "held" and not envelope.rejects.exists():
        raise Refusal(envelope.note)
    if waiting:
        said["rejects"] = _write_beside(file, rejects, imports.rejects_file(envelope)[1])
    return said


def _write_beside(file: Path, wanted: Path | None, data: bytes) -> str:
    """The rows to mend, in the folder of the person who called; the file that was read is never touched."""
    ending = ".xlsx" if data.startswith(b"PK") else ".csv"
    path = wanted or Path.cwd() / f"{file.stem}.待更正{ending}"
    if path.resolve() == file.resolve():
        raise Refusal("--rejects 指向了原文件；请另写一个文件名。")
    path.write_bytes(data)
    return str(path)


def _in_words(said: dict[str, Any]) -> str:
    head = "此文件已导入过，未作改动：" if said["again"] else "试导入：" if said["dry_run"] else ""
    lines = [
        f"{head}读到 {said['read']} 行 = 入册 {said['taken']} + 重复 {said['duplicate']} + 待更正 {said['to_mend']}"
        f" + 空行与合计 {said['blank']}"
    ]
    lines += [f"  注意：{notice}" for notice in said.get("notices", [])]
    for fault in said["faults"]:
        column = f" {fault['column']}列" if fault.get("column") else ""
        lines.append(f"  {fault['sheet']} 第 {fault['line']} 行{column}：{fault['sentence']}")
    if said["to_mend"] > len(said["faults"]):
        lines.append(f"  …其余 {said['to_mend'] - len(said['faults'])} 行见退回的文件")
    if "rejects" in said:
        lines.append(f"待更正的行在：{said['rejects']}")
    if "envelope" in said:
        lines.append(f"来件：/envelopes/{said['envelope']}/")
    return "\n".join(lines)


def _tell(said: dict[str, Any], as_json: bool, words: str) -> None:
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, default=str))
    else:
        click.echo(words, err="error" in said)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refusal(f"打不开 {file}：{error.strerror}。") from None


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise click.BadParameter(f"「{text}」应写成 名称=取值。", param_hint=option)
    return name.strip(), value.strip()


def _kind(register: str) -> str:
    from shichen.intake import kinds

    known = [kind for kind in kinds.known().values() if kind.fields]
    for kind in known:
        if register in (kind.name, kind.register):
            return kind.name
    names = "、".join(f"{kind.register}({kind.name})" for kind in known)
    raise Refusal(f"没有名为 {register} 的登记册；可用：{names}。", field="register")
