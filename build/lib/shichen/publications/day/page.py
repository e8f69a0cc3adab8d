"""The day page (日版): twelve watches by four columns, drawn from the log by rule; a blank cell stays blank."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shichen import watches
from shichen.city import queries as city
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.publications.items import Item, chosen, sees_all
from shichen.publications.items import is_civil_day as is_civil_day
from shichen.publications.rules import DayRules, rules
from shichen.watches import Period
from shichen.web.words import ENGLISH


@dataclass(frozen=True)
class Cell:
    """One watch of one column; without items it is printed empty."""

    column: str
    watch: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Watch:
    """A row of the page: the watch, its printed hours, a cell for each column."""

    name: str
    heading: str
    cells: tuple[Cell, ...]

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell.items)

    @property
    def anchor(self) -> str:
        """What an address of the page ends in to open it at this watch: #shen."""
        return ENGLISH[self.name].lower()


@dataclass(frozen=True)
class DayPage:
    """A page day, 23:00 to 23:00, with 子 first. Whole-day figures (全天) on it are still those of the civil day."""

    on: date
    period: Period
    rules: DayRules
    rows: tuple[Watch, ...]
    as_of: datetime | None
    whole: bool

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def items(self) -> list[Item]:
        return [item for cell in self.cells for item in cell.items]

    @property
    def figures(self) -> list[Figure]:
        return [figure for item in self.items for figure in item.figures]

    @property
    def filled(self) -> int:
        return sum(row.filled for row in self.rows)

    @property
    def blank(self) -> int:
        return len(self.cells) - self.filled

    @property
    def civil(self) -> list[Figure]:
        """The figures that speak of a calendar day, 0 to 24 时, though the page runs from 23 to 23."""
        return [figure for figure in self.figures if is_civil_day(figure)]


def build(page_day: date, sight: Sight, *, as_of: datetime | None = None) -> DayPage:
    """The page of a day as far as `sight` reaches, as the log stood at `as_of`."""
    rule = rules().day
    cells: dict[tuple[str, str], list[Item]] = {}
    for entry in chosen(sight, marked=rule.marked, never=rule.never, as_of=as_of).filter(
        page_day=page_day, column__in=rule.columns
    ):
        item = Item(entry, tuple(entry.uses.all()))
        cells.setdefault((entry.printed_watch, entry.column), []).append(item)
    rows = tuple(
        Watch(
            watch,
            watches.heading(watch, full=True),
            tuple(Cell(column, watch, tuple(cells.get((watch, column), ()))) for column in rule.columns),
        )
        for watch in watches.WATCHES
    )
    whole = sees_all(sight, city.the_city().path)
    return DayPage(page_day, watches.whole(page_day, watches.PAGE), rule, rows, as_of, whole)


def latest(sight: Sight, until: date, *, as_of: datetime | None = None) -> date | None:
    """The last page day up to `until` that has an entry; None when none has."""
    rule = rules().day
    entries = chosen(sight, marked=rule.marked, never=rule.never, as_of=as_of).filter(column__in=rule.columns)
    return entries.filter(page_day__lte=until).order_by("-page_day").values_list("page_day", flat=True).first()


def by_column(page: DayPage) -> list[tuple[str, list[Cell]]]:
    """The page read down each column: 子 to 亥 of 指挥调度, then of the next."""
    return [(column, [row.cells[place] for row in page.rows]) for place, column in enumerate(page.rules.columns)]
