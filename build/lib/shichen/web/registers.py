"""What a register (登记册) declares of itself: its cells, filters, acts and sheet; the cards of the index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Count, Max, Q
from django.http import HttpRequest

from shichen import watches
from shichen.city.models import Account
from shichen.city.roles import INTERNAL
from shichen.city.scope import Sight
from shichen.records.models import Record, RecordQuerySet
from shichen.sheets.fields import Field, Value
from shichen.web import words
from shichen.web.field_forms import Aids


@dataclass(frozen=True)
class Cell:
    """What one column of a record shows; `href` where it leads, `number` where it is one."""

    label: str
    value: Any
    href: str = ""
    number: bool = False


@dataclass(frozen=True)
class OneOf:
    """A filter whose answers are a list, made for what the user may see; anything else asked is no filter."""

    name: str
    label: str
    column: str
    offered: Callable[[Sight], list[tuple[str, str]]]
    kind: str = "select"

    def choices(self, sight: Sight) -> list[tuple[str, str]]:
        return self.offered(sight)

    def condition(self, asked: str, sight: Sight) -> Q | None:
        return Q(**{self.column: asked}) if asked in dict(self.offered(sight)) else None


@dataclass(frozen=True)
class OnDay:
    """A filter by a civil day, of a moment or of a date column."""

    name: str
    label: str
    column: str
    moments: bool = False
    kind: str = "date"

    def choices(self, sight: Sight) -> list[tuple[str, str]]:
        return []

    def condition(self, asked: str, sight: Sight) -> Q | None:
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            return None
        if not self.moments:
            return Q(**{self.column: day})
        start = watches.clock(day, 0)
        return Q(**{f"{self.column}__gte": start, f"{self.column}__lt": start + timedelta(days=1)})


Filter = OneOf | OnDay


class Correct(Protocol):
    def __call__(self, old: Any, values: dict[str, Any], reason: str, /, *, by: Account) -> Any: ...


class Void(Protocol):
    def __call__(self, old: Any, reason: str, /, *, by: Account) -> None: ...


class Do(Protocol):
    def __call__(self, old: Any, values: dict[str, Any], /, *, by: Account) -> Any: ...


@dataclass(frozen=True)
class Act:
    """Something more that a person may do to a record that stands (结束), at an address of its own beside 更正 and 作废.

    `offered` says whether this record leaves room for it to that person; `do` makes the new version or refuses.
    """

    name: str
    title: str
    hint: str
    done: str
    fields: tuple[Field, ...]
    values: Callable[[Any], dict[str, Value]]
    offered: Callable[[Any, Account], bool]
    do: Do
    aids: Callable[[Any], Aids] = lambda record: Aids()
    action: str = "correct"  # what a role must permit for it


@dataclass(frozen=True)
class Register:
    """A noun's register as pages show it. `fields` and `row` are the sheet's, so that what is exported can come in again.

    `order` are the columns that the list is sorted by, a minus for downwards; the id is always the last of them.
    `correctable` are the fields that a correction may change, `values` what a record says in them, `changes` the
    columns that such values become; without any, and without `void`, a record changes by its acts alone. Of `data_class`
    are the list and the records; `entrusted` are further units that a record is given to; `template` and `more` make a
    record's page say more than every record says.
    """

    name: str
    title: str
    title_en: str
    noun: str
    kind: str
    model: type[Record]
    order: tuple[str, ...]
    cells: Callable[[Any], list[Cell]]
    details: Callable[[Any], list[Cell]]
    filters: tuple[Filter, ...]
    fields: tuple[Field, ...]
    row: Callable[[Any], Mapping[str, Value]]
    correctable: tuple[Field, ...]
    values: Callable[[Any], dict[str, Value]]
    changes: Callable[[Any, dict[str, Value]], dict[str, Any]]
    correct: Correct | None = None
    void: Void | None = None
    related: tuple[str, ...] = ("area", "unit")
    acts: tuple[Act, ...] = ()
    heading: Callable[[Any], str] = str
    data_class: str = INTERNAL
    entrusted: Callable[[Any], tuple[str, ...]] = lambda record: ()
    template: str = "web/registers/record.html"
    more: Callable[[Any, HttpRequest], dict[str, Any]] = lambda record, request: {}
    beside: tuple[tuple[str, str], ...] = ()  # further pages about the same noun: address and name

    @property
    def called(self) -> str:
        """The title in the language of the page."""
        return self.title_en if words.english() else self.title

    @property
    def corrects(self) -> bool:
        """Whether its records are corrected; asked by pages, which would call what `correct` holds."""
        return self.correct is not None

    @property
    def voids(self) -> bool:
        return self.void is not None

    @property
    def href(self) -> str:
        return f"/registers/{self.name}/"

    def href_of(self, record: Record) -> str:
        return f"{self.href}{record.pk}/"

    def rows(self, sight: Sight) -> RecordQuerySet:
        return self.model._default_manager.all().within(sight).select_related(*self.related)


_REGISTERS: dict[str, Register] = {}


def declare(register: Register) -> Register:
    """Make a register known to the index and to the pages of envelopes."""
    _REGISTERS[register.name] = register
    return register


def known() -> list[Register]:
    return [_REGISTERS[name] for name in sorted(_REGISTERS, key=lambda name: _REGISTERS[name].called)]


@dataclass(frozen=True)
class Card:
    """A register on the index: how many records stand, how many came in today, when the last report came."""

    register: Register
    records: int
    today: int
    last: datetime | None


def cards(sees: Callable[[str], Sight], at: datetime, *, as_of: datetime | None = None) -> list[Card]:
    """The registers as far as somebody sees each class of data; one of persons is shown to those who see persons."""
    today = watches.clock(watches.civil_day(at), 0)
    reaches = [(register, sees(register.data_class)) for register in known()]
    return [_card(one, sight, today, as_of) for one, sight in reaches if sight or one.data_class == INTERNAL]


def _card(register: Register, sight: Sight, today: datetime, as_of: datetime | None) -> Card:
    said = (
        register.rows(sight)
        .current(as_of)
        .order_by()
        .aggregate(n=Count("pk"), new=Count("pk", filter=Q(reported_at__gte=today)), last=Max("reported_at"))
    )
    return Card(register, said["n"], said["new"], said["last"])


def from_envelope(
    envelope: UUID, sight: Sight, *, as_of: datetime | None = None
) -> list[tuple[Register, int, list[Record]]]:
    """The records that an envelope made, of every register: how many, and the first of them."""
    found = []
    for register in known():
        rows = register.rows(sight).filter(envelope=envelope).order_by("row_no")
        rows = rows if as_of is None else rows.filter(recorded_at__lte=as_of)
        count = rows.count()
        if count:
            found.append((register, count, list(rows[:10])))
    return found
