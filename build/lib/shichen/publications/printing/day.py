"""The day page as it is printed: a page of the log or of an edition, as plain data for the typesetter."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shichen.city import queries as city
from shichen.documents.pages import day_job
from shichen.documents.paper import DaySheet, Head, Passage, Row
from shichen.documents.typesetting import Job
from shichen.publications import amending, places, words
from shichen.publications.amending import Amended, Placed
from shichen.publications.day.page import Cell, DayPage, is_civil_day
from shichen.publications.printing import shared as printing
from shichen.publications.printing.shared import Imprint
from shichen.web import words as common
from shichen.web.sentences import said


def job(page: DayPage, imprint: Imprint, *, size: str = "a3") -> Job:
    """What is to be set. Raises Refusal for a size that there is not."""
    amended = amending.of(page.items)
    return day_job(sheet(page, imprint, amended), size=size, at=printing.moment(imprint, page.items, amended))


def sheet(page: DayPage, imprint: Imprint, amended: Amended) -> DaySheet:
    """Every cell, the blank ones too, and all that stands around them."""
    return DaySheet(
        language="en" if common.english() else "zh",
        head=_head(page),
        columns=tuple((said(column), said(page.rules.byline)) for column in page.rules.columns),
        rows=tuple(
            Row(row.name, _hours(row.name), tuple(_cell(cell, amended) for cell in row.cells)) for row in page.rows
        ),
        key=(
            ("line", _("数下有细线：按自然日 %(day)s 0—24时 计") % {"day": common.day(page.on)}),
            (_("实"), _("由记录实算；其余为报称，有原句可查")),
        ),
        amendments=amended.listed(placed(page)),
        foot=printing.foot(imprint, page.items, page.rules.credits),
        words=printing.around(file_title=f"{_('我们的十二时辰')} {words.masthead(page.on).day}"),
    )


def placed(page: DayPage) -> list[Placed]:
    """Each item with its place in words: 寅时 指挥调度."""
    return [(place_of(cell), item) for cell in page.cells for item in cell.items]


def place_of(cell: Cell) -> str:
    if common.english():
        return f"{common.watch(cell.watch)} {said(cell.column)}"
    return places.named(places.cell(cell.watch, cell.column))


def _head(page: DayPage) -> Head:
    dates = words.masthead(page.on)
    counted = {"filled": page.filled, "blank": page.blank, "n": len(page.figures)}
    notes = [_("“全天”数按自然日 0—24时 计"), _("%(filled)s 栏有稿 · %(blank)s 栏空 · 数字 %(n)s 个") % counted]
    if not page.whole:
        notes.append(_("只含可见范围内的条目"))
    ends = {"eve": common.day(page.period.start.date()), "on": common.day(page.on)}
    return Head(
        title=_("我们的十二时辰"),
        city=common.called(city.the_city()),
        subject=printing.subject(),
        day=str(page.on.day),
        month=dates.day,
        weekday=dates.weekday,
        lunar=dates.lunar,
        period=_("%(eve)s23时—%(on)s23时") % ends,
        notes=tuple(notes),
    )


def _cell(cell: Cell, amended: Amended) -> tuple[Passage, ...]:
    return tuple(printing.passage(item, amended, is_civil_day, lead=True) for item in cell.items)


def _hours(watch: str) -> str:
    short = common.hours_short(watch)
    return f"{common.watch(watch)} {short}" if common.english() else short
