"""Kinds of reports: the fields of each, declared once; form, API, sheet and phone are all made from them (一次填报)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from shichen.city import queries as city
from shichen.city.models import Account, Area, Body, Event
from shichen.journal import services as journal
from shichen.journal.services import Said
from shichen.records import services as records
from shichen.records.models import Record
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import words

if TYPE_CHECKING:
    from shichen.intake.models import Envelope

T = TypeVar("T")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Arrival:
    """The circumstances in which a row comes in: taken from the credential and the envelope, never from the row."""

    envelope: Envelope
    unit: Body
    area: Area
    event: Event
    by: Account
    at: datetime
    row_no: int = 1
    memory: dict[str, Any] = field(default_factory=dict, compare=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Something that all rows of an envelope share, looked up for the first of them."""
        if name not in self.memory:
            self.memory[name] = make()
        found: T = self.memory[name]
        return found

    @property
    def reported_at(self) -> datetime:
        return self.envelope.reported_at

    def area_named(self, name: str | None, *, on: date) -> Area:
        """The area that a row names, as it was called on that day; without a name the credential's own. Raises Refusal."""
        return self.once("places", city.Places.load).named(name, on=on) if name else self.area

    def may_submit(self, area: Area, *, unit: Body | None = None) -> bool:
        """Whether whoever sent it may report for that area, in the name of that unit; without one, of the credential's."""
        return city.may_submit(self.by, unit=unit or self.unit, area=area, event=self.event, at=self.at)

    def begin(self, record: R, *, unit: Body | None = None, area: Area | None = None, row_no: int | None = None) -> R:
        """Fill in where a new record comes from: all that is not said otherwise is as the row came in."""
        return records.begin(
            record,
            unit=unit or self.unit,
            area=area or self.area,
            event=self.event,
            reported_at=self.reported_at,
            envelope=self.envelope.id,
            row_no=self.row_no if row_no is None else row_no,
            by=self.by,
        )

    def said(self, text: str, **more: Any) -> Said:
        """What the log is told of what came in; `more` are further parts of what is said."""
        return journal.about(self, text, **({"reported_at": self.reported_at, "envelope": self.envelope.id} | more))


class Duplicate(Refusal):
    """The record of a row is there already, with the same content (重复): nothing to take and nothing to mend."""

    def __init__(self) -> None:
        super().__init__("已经报过，内容相同；没有重复计入。", rule="重复")


def again(before: Record | None, made: Record, names: Iterable[str]) -> Duplicate | None:
    """That a record is there already, where the one that stands says the same in those columns."""
    return Duplicate() if before is not None and records.alike(before, made, names) else None


@dataclass
class Entered:
    """What became of an envelope: how many rows were read, taken, there before and left blank, and those to mend."""

    read: int = 0
    taken: int = 0
    duplicate: int = 0
    blank: int = 0
    faults: list[Fault] = field(default_factory=list)
    note: str = ""
    untried: int = 0  # rows that a trial of a large table left alone


@dataclass(frozen=True)
class Fault:
    """A row that cannot be taken: where it is, what it says, and one sentence for each thing wrong with it."""

    row_no: int
    raw: dict[str, Any]
    sentences: tuple[str, ...]
    sheet: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """A report of rows with the same fields: `take` makes a record of one row, `tell` the log entry of them all.

    Both run in one transaction; `take` raises Refusal for a row that the rules do not allow. A kind that is not
    made of rows (a bulletin) brings its own `work` instead.
    """

    name: str
    title: str
    title_en: str
    fields: tuple[Field, ...] = ()
    take: Callable[[dict[str, Any], Arrival], Any] | None = None
    tell: Callable[[list[Any], Arrival], None] | None = None
    work: Callable[[bytes, Arrival], Entered] | None = None
    schema: int = 1
    register: str = ""
    entry_page: str = ""
    hint: str = ""
    act: str = "submit"  # what a role must permit for it: a file beside a duty note comes with the note
    personal: tuple[
        str, ...
    ] = ()  # fields that say who somebody is: pages do not show them, rows that wait have them sealed

    @property
    def called(self) -> str:
        """The title in the language of the page."""
        return self.title_en if words.english() else self.title

    def read(self, raw: dict[str, Any]) -> dict[str, Any]:
        """One row of loose values as typed values. Raises Refusal naming the first field that cannot be read."""
        values, faults = self.read_all(raw)
        for name, sentence in faults.items():
            raise Refusal(sentence, field=name)
        return values

    def read_all(self, raw: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Typed values of one row, and a sentence for every field that cannot be read."""
        values: dict[str, Any] = {}
        faults = {
            name: f"没有名为 {name} 的字段；可用的字段：{'、'.join(f.name for f in self.fields)}。"
            for name in raw
            if name not in self._names
        }
        for one in self.fields:
            try:
                values[one.name] = one.read(raw.get(one.name))
            except ValueError as unreadable:
                faults[one.name] = str(unreadable)
        return values, faults

    @property
    def _names(self) -> set[str]:
        return {one.name for one in self.fields}


_KINDS: dict[str, Kind] = {}


def declare(kind: Kind) -> Kind:
    """Make a kind of report known to every door."""
    if kind.name in _KINDS:
        raise AssertionError(f"two kinds of report are called {kind.name}")
    _KINDS[kind.name] = kind
    return kind


def known() -> dict[str, Kind]:
    return dict(sorted(_KINDS.items()))


def named(name: str) -> Kind:
    """The kind of that name. Raises Refusal."""
    try:
        return _KINDS[name]
    except KeyError:
        raise Refusal(f"没有名为 {name} 的报送种类；可用的有：{'、'.join(known())}。", field="kind") from None
