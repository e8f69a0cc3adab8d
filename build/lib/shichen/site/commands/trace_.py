"""`shichen trace`: who was near the persons of a list, over the files of a lake, by DuckDB or by Spark."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option, set_up
from shichen.site.commands import trace_looks

if TYPE_CHECKING:
    from shichen.records.lake import View
    from shichen.tracing.engine import Engine

Pseudonym = Callable[[str, int], int]
TRACED = ("period", "rank", "person", "n_ix", "s", "same", "stays", "first")


@click.command("trace")
@click.option(
    "--index",
    "index",
    type=click.Path(path_type=Path, dir_okay=False),
    help="索引人员 CSV；看轨迹的也可以是车牌 | index persons; of a track, plates too",
)
@click.option("--window", default="14d", show_default=True, help="没写起止的，往前追多久 | how far back")
@click.option("--until", help="追到何时，默认流水的最后一刻 | up to when, by default the lake's last second")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True)
@click.option(
    "--lake", "folder", type=click.Path(path_type=Path, file_okay=False), help="流水目录 | folder of the lake"
)
@click.option("--disease", default="covid19", show_default=True, help="用哪种病的口径 | whose rules of nearness")
@click.option("--reach", type=click.IntRange(1, 3600), help="同一卡点前后多少秒 | seconds of nearness at a post")
@click.option("--least", type=click.IntRange(1, 86_400), help="同处至少多少秒 | seconds of a shared stay")
@click.option(
    "--limit", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="列多少人 | persons listed"
)
@click.option("--second", is_flag=True, help="次密接 | those near the near")
@click.option("--track", is_flag=True, help="只列索引人员、车牌自己的轨迹 | only where these persons and plates were")
@click.option("--region", multiple=True, help="从这里来的人：区划代码或省名 | everyone from an area")
@click.option("--counts", is_flag=True, help="按卡点、时辰汇总 | counts by post and watch")
@click.option("--master", default="local[2]", show_default=True, help="Spark 的 master")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="写到文件，默认标准输出 | a file instead of standard output",
)
@click.option("--json", "as_json", is_flag=True, help="只输出各周期的人数与摘要 | only counts and digests")
@click.option("--reason", default="", help="理由，记入审计日志 | why; kept in the trail")
@home_option
def command(index: Path | None, folder: Path | None, home: Path | None, **said: Any) -> None:
    """追踪：谁与名单上的人同时同地。Who was where with the persons of a list; a list of pseudonyms, ranked.

    \b
    --index 病例.csv            同时同地的人 | who was near them
    --index 名单.csv --track    他们(或车牌)自己去过哪里 | where they were
    --region 420000            从湖北来的人 | everyone from Hubei
    --counts --window 1d       各卡点各时辰多少 | counts by post and watch
    """
    try:
        if (index is not None) + bool(said["region"]) + said["counts"] != 1:
            raise Refusal("请写明查什么：--index 文件、--region 来源地、--counts，三者之一。", field="index")
        view, pseudonym = _lake(folder, home, said["reason"])
        if index is None:
            _of_the_lake(view, **said)
        else:
            _traced(index, view, pseudonym, **said)
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(REFUSED)


def _lake(folder: Path | None, home: Path | None, reason: str) -> tuple[View, tuple[Pseudonym, Pseudonym]]:
    """The files to ask, and how a document and a plate become pseudonyms; without a home nobody can say."""
    from shichen.records import lake

    if folder is not None and (folder / lake.MANIFEST).exists():
        return lake.imported(folder.absolute()), (_no_keys, _no_keys)
    if folder is not None and home is None and (folder.absolute().parent / "keys").is_dir():
        home = folder.absolute().parent
    set_up(home)
    from django.conf import settings

    from shichen.records import pseudonyms
    from shichen.registers.checkpoints import passed

    if folder is not None and folder.absolute() != Path(settings.LAKE).absolute():
        raise Refusal(f"{folder} 不是这个指挥部的流水目录，也没有清单；请用 shichen lake export 导出。", field="lake")
    _noted(reason)
    return passed.looked(), (partial(_with_keys, pseudonyms.PERSON), partial(_with_keys, pseudonyms.VEHICLE))


def _noted(reason: str) -> None:
    """A trace on the command line leaves its row in the trail, like one in the product."""
    from django.db import transaction

    from shichen.audit import services as audit
    from shichen.audit.context import acting
    from shichen.city import services as city

    with acting("cli"), transaction.atomic():
        audit.note(
            "trace", table="records.batch", data_class="sensitive", reason=reason or "命令行追踪", by=city.system()
        )


def _with_keys(sort: str, identity: str, t: int) -> int:
    from django.conf import settings

    from shichen.records import pseudonyms

    return pseudonyms.made(settings.KEYRING, sort, identity, t)


def _no_keys(identity: str, t: int) -> int:
    raise Refusal("导出的流水没有密钥，证件号码变不成假名；请在指挥部里先取得假名，或在原处追踪。", field="index")


def _of_the_lake(view: View, **said: Any) -> None:
    from shichen.records import looks, traces
    from shichen.records.lake import seconds

    _told_incomplete(view)
    for one in said["region"]:
        looks.region(one)  # what cannot be read is said before an engine is started
    until = _until(view, said["until"])
    with _engine(said["engine"], view, said["master"]) as engine, _output(said["out"]) as out:
        span = seconds(until - traces.length(said["window"])), seconds(until)
        trace_looks.of_the_lake(engine, out, span, said)


def _told_incomplete(view: View) -> None:
    if not view.complete:
        click.echo(f"数据不完整：{len(view.missing)} 个文件已隔离。", err=True)


def _traced(index: Path, view: View, pseudonym: tuple[Pseudonym, Pseudonym], **said: Any) -> None:
    from shichen.records import traces
    from shichen.tracing import rules

    _told_incomplete(view)
    try:
        asked = traces.read_index(index.read_bytes(), traces.length(said["window"]), _until(view, said["until"]))
    except OSError as error:
        raise Refusal(f"打不开 {index}：{error.strerror}。") from None
    if not said["track"] and any(one.plate and not one.person and not one.pseudonym for one in asked):
        raise Refusal("只有车牌的行只能看轨迹：请加 --track；追踪要证件号码或假名。", field="index")
    try:
        sourced = rules.of_disease(said["disease"], **{name: said[name] for name in ("reach", "least") if said[name]})
    except KeyError:
        raise Refusal(f"没有「{said['disease']}」的口径。", field="disease") from None
    with _engine(said["engine"], view, said["master"]) as engine, _output(said["out"]) as out:
        if said["track"]:
            trace_looks.tracks(engine, asked, pseudonym, out, as_json=said["as_json"])
            return
        writer = None
        for part in traces.parts(asked, pseudonym[0]):
            found = traces.found(
                engine, part, sourced.rules, said["limit"], second=_latest(view) if said["second"] else None
            )
            summary = _summary(part, found, view, said["engine"])
            if said["as_json"]:
                out.write(json.dumps(summary) + "\n")
                continue
            if writer is None:
                writer = csv.DictWriter(out, TRACED, extrasaction="ignore", lineterminator="\n")
                writer.writeheader()
            writer.writerows(traces.lines(part, found))
            click.echo(_in_words(summary), err=True)


def _summary(part: Any, found: Any, view: View, engine: str) -> dict[str, Any]:
    return {
        "period": part.period,
        "index": len(part.cases),
        "events": len(found.events["t"]),
        "stays": len(found.stays["a"]),
        "persons": found.total,
        "at_most": found.at_most,
        "listed": len(found.persons["person"]),
        "digest": str(found.digest),
        "snapshot": view.snapshot,
        "complete": view.complete,
        "engine": engine,
    }


def _in_words(summary: dict[str, Any]) -> str:
    most = "至多 " if summary["at_most"] else ""
    return (
        f"假名周期 {summary['period']}：索引 {summary['index']} 人，过卡 {summary['events']} 次、停留 {summary['stays']} 次；"
        f"同时同地 {most}{summary['persons']} 人，列出 {summary['listed']} 人；快照 {summary['snapshot']}，摘要 {summary['digest']}。"
    )


def _until(view: View, said: str | None) -> datetime:
    if not said:
        return datetime.fromtimestamp(_latest(view) + 1, UTC)
    from shichen import watches

    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise Refusal(f"时间「{said[:30]}」读不懂；请写 2020-02-02 或 2020-02-02T08:00。", field="until") from None
    return at if at.tzinfo else at.replace(tzinfo=watches.SHANGHAI)


def _latest(view: View) -> int:
    moments = [max(file.latest, file.until) for file in view.files if file.layout in ("place", "person")]
    if view.beside is not None and len(view.beside.hot["t"]):
        moments.append(int(view.beside.hot["t"].max()))
    last = max(moments, default=None)
    if last is None:
        raise Refusal("流水目录里还没有流水；请先 shichen import passings 或 import stays。", field="lake")
    return last


@contextmanager
def _engine(name: str, view: View, master: str) -> Iterator[Engine]:
    if name == "duckdb":
        from shichen.records.engine import LakeEngine

        yield LakeEngine(view)
        return
    from shichen.records import cluster

    with cluster.engine(view, master) as engine:
        yield engine


@contextmanager
def _output(path: Path | None) -> Iterator[TextIO]:
    if path is None:
        yield sys.stdout
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        yield file
