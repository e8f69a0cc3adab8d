"""What a command answers: rows as CSV or JSON to the screen or a file, a picture, notes; all of it or nothing."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any

import click

from shichen.site.commands.epi_.speaking import Said, language

WRONG = 2
PICTURES = (".svg", ".png", ".pdf")
Draw = Callable[[float], Any]
NOTHING = Said("没有可画的内容。", "there is nothing to draw.")


@dataclass
class Answer:
    """The rows of a method with what went in; `draw` gives its picture in a width, under `title`, over the lines of `foot`."""

    method: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    parameters: dict[str, Any]
    notes: list[Said] = field(default_factory=list)
    title: Said = field(default_factory=lambda: Said("", ""))
    foot: list[Said] = field(default_factory=list)
    draw: Draw | None = None
    undrawn: Said = NOTHING
    """Why there is no picture, where there is none."""


def answers(run: Callable[..., Answer]) -> Callable[..., None]:
    """A command whose function gives an Answer: it is written as the options say; bad data are one sentence and exit code 2."""

    @wraps(run)
    def command(
        *, out: Path | None, as_json: bool, plot: Path | None, narrow: bool, speak: str | None, **said: Any
    ) -> None:
        tongue = language(speak)
        from shichen.epi.errors import BadData
        from shichen.refusal import Refusal

        try:
            _must_be_picture(plot)
            _must_not_overwrite(out, plot, said)
            answer = run(**said)
            files = _files(answer, out, as_json, plot, narrow, tongue)
        except BadData as bad:
            click.echo(bad.en if tongue == "en" else bad.zh, err=True)
            sys.exit(WRONG)
        except Refusal as refusal:  # a picture that cannot be set
            click.echo(refusal.sentence, err=True)
            sys.exit(WRONG)
        try:
            _keep(files)
        except OSError as error:
            where = error.filename or out or plot
            sentence = Said(f"写不了 {where}：{error.strerror}。", f"cannot write {where}: {error.strerror}.")
            click.echo(sentence.in_(tongue), err=True)
            sys.exit(WRONG)
        if out is None:
            click.echo(_text(answer, as_json, tongue), nl=False)
        for note in answer.notes:
            click.echo(note.in_(tongue), err=True)

    found: Callable[..., None] = answer_options(command)
    return found


def answer_options(command: Any) -> Any:
    """`--out`, `--json`, `--plot`, `--narrow`, `--lang`, for every method."""
    file = click.Path(path_type=Path, dir_okay=False)
    for option in (
        click.option(
            "--lang",
            "speak",
            type=click.Choice(["zh", "en"]),
            help="语言，默认随环境 | language, else the environment's",
        ),
        click.option("--narrow", is_flag=True, help="图按手机宽度画 | the picture as wide as a phone"),
        click.option("--plot", type=file, metavar="FILE.svg|png|pdf", help="另画一张图 | a picture besides"),
        click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON"),
        click.option("--out", type=file, help="写到文件，默认标准输出 | a file instead of standard output"),
    ):
        command = option(command)
    return command


def plain(value: Any) -> Any:
    """A value of numpy or Python as CSV and JSON know it: whole numbers whole, floats in full, None where missing."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return value if isinstance(value, str | bool | int) else str(value)


def as_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """The rows with full floats (`repr`), nothing where a value is missing."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(plain(value)) for value in row] for row in rows)
    return written.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def as_json_(answer: Answer, tongue: str) -> str:
    """Everything in one object; infinity, which JSON does not know, is the text inf."""
    rows = [
        {name: _jsonable(plain(value)) for name, value in zip(answer.columns, row, strict=True)} for row in answer.rows
    ]
    said = {
        "method": answer.method,
        "parameters": {name: _jsonable(plain(value)) for name, value in answer.parameters.items()},
        "notes": [note.in_(tongue) for note in answer.notes],
        "rows": rows,
    }
    return json.dumps(said, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _jsonable(value: Any) -> Any:
    return repr(value) if isinstance(value, float) and math.isinf(value) else value


def _text(answer: Answer, as_json: bool, tongue: str) -> str:
    return as_json_(answer, tongue) if as_json else as_csv(answer.columns, answer.rows)


def _files(
    answer: Answer, out: Path | None, as_json: bool, plot: Path | None, narrow: bool, tongue: str
) -> dict[Path, bytes]:
    """What is to be written, made whole before anything is."""
    files = {} if out is None else {out: _text(answer, as_json, tongue).encode()}
    if plot is not None:
        from shichen.site.commands.epi_ import plotting  # Django's translations and the typesetter: for pictures alone

        files[plot] = plotting.picture(answer, plot.suffix.lower(), tongue, narrow=narrow)
    return files


def _must_be_picture(plot: Path | None) -> None:
    from shichen.epi.errors import BadData

    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise BadData(
            f"--plot 的文件名要以 {'、'.join(PICTURES)} 结尾，不是「{plot.suffix}」。",
            f"--plot takes a file that ends in {', '.join(PICTURES)}, not in “{plot.suffix}”.",
            field="plot",
        )


def _must_not_overwrite(out: Path | None, plot: Path | None, said: dict[str, Any]) -> None:
    """The table and the picture go to files of their own, and to none that is read."""
    from shichen.epi.errors import BadData

    read = {
        Path(value).resolve() for value in said.values() if isinstance(value, str) and value and Path(value).is_file()
    }
    if out is not None and plot is not None and out.resolve() == plot.resolve():
        raise BadData(
            "--out 与 --plot 是同一个文件；请分开写。", "--out and --plot are one file; name two.", field="out"
        )
    for path in (out, plot):
        if path is not None and path.resolve() in read:
            raise BadData(
                f"{path} 是要读的文件，不能写在它上面。",
                f"{path} is read here and must not be written over.",
                field="out",
            )


def _keep(files: dict[Path, bytes]) -> None:
    """Each file appears whole or not at all: written beside its place first, moved there when all are written."""
    ready: list[tuple[str, Path]] = []
    try:
        for path, data in files.items():
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            ready.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, 0o644 & ~_umask())
        for name, path in ready:
            os.replace(name, path)
    finally:
        for name, _path in ready:
            Path(name).unlink(missing_ok=True)


def _umask() -> int:
    now = os.umask(0o077)
    os.umask(now)
    return now
