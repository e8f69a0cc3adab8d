"""`shichen chronicle`: the chronicle from one date to another, as text, as data, as a table, printed, or for Word."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from shichen.site.command import home_option
from shichen.site.commands.day_ import as_json, date_of, enter, output_option, told

FORMATS = ("text", "json", "csv", "xlsx", "pdf", "docx")


@click.command("chronicle")
@click.argument("first", metavar="FROM")
@click.argument("last", metavar="TO")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="输出 | output")
@output_option
@home_option
def command(first: str, last: str, form: str, output: Path | None, home: Path | None) -> None:
    """某段日期的大事记：已发布的取发布的一版。The chronicle of some dates, its released edition if there is one."""
    start, end = date_of(first), date_of(last)
    told(_made(start, end, form, home), output)


def _made(first: date, last: date, form: str, home: Path | None) -> bytes:
    enter(home)
    from shichen.city import queries as city  # Django must be set up first
    from shichen.city.scope import Sight
    from shichen.publications import payload, plaintext
    from shichen.publications.chronicle import curve
    from shichen.publications.editions import pages
    from shichen.publications.editions.outgoing import href
    from shichen.publications.printing import chronicle as print_chronicle
    from shichen.publications.printing import sheets
    from shichen.publications.printing.shared import Imprint
    from shichen.web import printed

    everywhere = Sight(((None, "", None),))
    found, edition = pages.span(first, last, everywhere)
    if form in ("text", "json"):
        return (
            as_json(payload.of_chronicle(found)) if form == "json" else plaintext.of_chronicle(found) + "\n"
        ).encode()
    if form in ("csv", "xlsx"):
        rows = sheets.of_chronicle(found)
        return sheets.as_csv(rows) if form == "csv" else sheets.as_xlsx(rows, f"{first}—{last}")
    imprint = Imprint(edition, href(edition) if edition else f"/chronicle/?from={first}&to={last}")
    found = print_chronicle.of_edition(found, imprint)
    whole = print_chronicle.Told(found, curve.drawn(found, city.the_city(), everywhere), imprint)
    return print_chronicle.docx(whole) if form == "docx" else printed.file(print_chronicle.job(whole))
