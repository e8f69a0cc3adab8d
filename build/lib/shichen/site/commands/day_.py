"""`shichen day`: the day page of one date, as text, as data, as a table, or printed."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click

from shichen.refusal import Refusal
from shichen.site.command import home_option, set_up
from shichen.site.home import Home, default_home

FORMATS = ("text", "json", "csv", "xlsx", "pdf")
SIZES = ("a3", "a4", "a2")


def output_option(function: click.decorators.FC) -> click.decorators.FC:
    """`--output FILE`, for what is not text."""
    return click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="写入文件 | write to a file")(
        function
    )


@click.command("day")
@click.argument("day", metavar="DATE")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="输出 | output")
@click.option("--size", type=click.Choice(SIZES), default="a3", show_default=True, help="PDF 的纸 | paper of the PDF")
@output_option
@home_option
def command(day: str, form: str, size: str, output: Path | None, home: Path | None) -> None:
    """某日的日版(十二时辰 × 四栏)：已发布的取发布的一版。The day page of a date, its released edition if there is one."""
    on = date_of(day)
    told(_made(on, form, size, home), output)


def _made(on: date, form: str, size: str, home: Path | None) -> bytes:
    enter(home)
    from shichen.city.scope import Sight  # Django must be set up first
    from shichen.publications import payload, plaintext
    from shichen.publications.editions import pages
    from shichen.publications.editions.outgoing import href
    from shichen.publications.printing import day as print_day
    from shichen.publications.printing import sheets
    from shichen.publications.printing.shared import Imprint
    from shichen.web import printed

    page, edition = pages.day(on, Sight(((None, "", None),)))
    if form in ("text", "json"):
        return (as_json(payload.of_day(page)) if form == "json" else plaintext.of_day(page) + "\n").encode()
    if form == "pdf":
        imprint = Imprint(edition, href(edition) if edition else f"/days/{on}/")
        return printed.file(print_day.job(page, imprint, size=size))
    rows = sheets.of_day(page)
    return sheets.as_csv(rows) if form == "csv" else sheets.as_xlsx(rows, str(on))


def told(made: bytes, output: Path | None) -> None:
    """Into the file, or to standard output; a file that is no text is not poured over a terminal. Raises Refusal."""
    if output is not None:
        try:
            output.write_bytes(made)
        except OSError as error:
            raise Refusal(f"写不进 {output}：{error.strerror}。请换一个位置。") from None
        return
    if made.startswith((b"%PDF", b"PK\x03\x04")) and sys.stdout.isatty():
        raise Refusal("这不是文字，不能印在终端上；请加 --output 文件名。")
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()


def as_json(data: object) -> str:
    """As the address with `.json` says it, moments included."""
    # Django is set up by now; at the top of the module every command would wait for it
    from django.core.serializers.json import DjangoJSONEncoder

    return json.dumps(data, ensure_ascii=False, indent=1, cls=DjangoJSONEncoder) + "\n"


def date_of(text: str) -> date:
    """A date as the command line has it. Raises BadParameter."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"「{text}」不是日期；请写成 2020-02-02。", param_hint="DATE") from None


def enter(home: Path | None) -> None:
    """Open a home that is there. Raises Refusal saying where the demonstration's is."""
    place = Home((home or default_home()).expanduser().absolute())
    if not place.exists:
        raise Refusal(
            f"{place.path} 里还没有指挥部；要看演示，先运行 shichen demo --load-only，再加 --home ~/.shichen-demo。"
        )
    set_up(place.path)
