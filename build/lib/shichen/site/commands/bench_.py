"""`shichen bench`: the measurements of the checkout, each against what a user would pick instead and against the limit."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED

ROOT = Path(__file__).resolve().parents[4]


@click.group("bench")
def command() -> None:
    """性能测量：比值，不是秒数。Measurements: ratios, not seconds."""


@command.command("movement")
@click.option("--rows", default="1e6", show_default=True, help="1e6、1e7、1e8 行 | rows of passings")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), help="数据放在哪里 | where the data lie")
@click.option("--calm", is_flag=True, help="每项之前等机器空下来 | wait for a calm machine before each form")
@click.option("--trials", type=click.IntRange(0), default=0, help="另做多少次强杀 | trials of kill −9 besides")
def movement(rows: str, folder: Path | None, calm: bool, trials: int) -> None:
    """过卡流水：生成、追踪、入库，一次跑完，打印一张目标表。Bulk movement: generate, trace, take in; one table of targets."""
    try:
        size = int(float(rows))
    except ValueError:
        raise click.BadParameter(f"「{rows}」不是行数；请写 1e6、1e7 或 1e8。", param_hint="--rows") from None
    try:
        parts = {name: _part(name) for name in ("generate", "queries", "ingest", "kill")}
    except Refusal as refusal:
        click.echo(refusal.sentence, err=True)
        sys.exit(REFUSED)
    place = (folder or Path.cwd() / "bench-movement") / f"{size:.0e}".replace("+0", "")
    smaller = place.parent / "1e6" if size > 1_000_000 else None
    for one, many in ((smaller, 1_000_000), (place, size)):
        if one is not None and not (one / "said.json").exists():
            click.echo(f"生成 {many:.0e} 行：{one}", err=True)
            parts["generate"].generate(one, many)
    if smaller is not None and not (smaller / "lines.json").exists():
        parts["queries"].run(smaller, None, calm)
    targets = parts["queries"].run(place, smaller, calm)
    targets += parts["ingest"].run(min(5_100_000, max(510_000, size // 2)))
    if trials:
        report = parts["kill"].run(trials, 12)
        click.echo(str(report))
    click.echo(parts["queries"].table(targets))


def _part(name: str) -> Any:
    """A part of the benchmark; it lies beside the sources, not among them. Raises Refusal where only the package is installed."""
    if not (ROOT / "benchmarks" / "movement").is_dir():
        raise Refusal("这里只装了程序，没有 benchmarks；请在代码检出目录里运行。")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module(f"benchmarks.movement.{name}")
