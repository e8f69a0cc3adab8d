"""What a load of bulk rows may say: its columns under any heading, why a record is refused (拒收原因), and what a table of rows is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shichen.refusal import Refusal

if TYPE_CHECKING:
    from shichen.records.bulk.checks import Bounds
    from shichen.records.bulk.writing import Day

TIME, PERSON = "time", "person"
"""Columns that every table of rows has: when, and whose document."""
LINE, RECORD, WHY = "行号", "记录号", "拒收原因"
BESIDE = (LINE, RECORD, WHY, "line", "record", "reasons")
"""Columns that a returned file may carry in front of the sender's own; a mended one may leave them where they are."""
LONGEST = 65_536
"""Bytes of one record; a longer one is refused."""


@dataclass(frozen=True)
class Column:
    """A column of a load: its name, what it is called on pages, and the headings it is known by."""

    name: str
    zh: str
    en: str
    headings: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True)
class Reason:
    """Why a record is not taken: a word for programs, a sentence for the person who mends it."""

    name: str
    zh: str
    en: str


COMMON = (
    Reason(
        "columns",
        "列数与表头不符，引号没有成对，或不是一条完整的 JSON",
        "not as many columns as the heading, a quote left open, or no whole object of JSON",
    ),
    Reason("encoding", "文字编码与全文不同，读不出来", "not in the encoding of the file"),
)
"""What can be wrong with a record of any table before its cells are looked at; always the first of its reasons."""


@dataclass(frozen=True)
class Identity:
    """A column of typed rows that says who: its normalised text, the column of pseudonyms made of it, and their sort."""

    text: str
    column: str
    sort: str


@dataclass(frozen=True)
class Sql:
    """What the checks of a table add to those that all share; each is SQL, column for column (see `checks.query`)."""

    cells: Callable[[Mapping[str, str], Bounds], Sequence[str]]
    """Of the text of each column: loose values, `… as name`."""
    mended: Sequence[str]
    """Loose values replaced once the site is known, `… as name`."""
    known: Sequence[str]
    """Values made of loose ones, `… as name`."""
    typed: Sequence[str]
    """The columns of typed rows behind k, t and place, `… as name`."""
    faults: Callable[[Bounds], Mapping[str, str]]
    """The condition of each reason."""


@dataclass(frozen=True)
class Table:
    """A table of bulk rows (流水的一类): what its loads say, what is wrong with them, what makes a row, how it lies in files."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    site: str
    """The column that names the post or place."""
    one_of: tuple[tuple[tuple[str, ...], str], ...]
    """Columns of which a load has one at least, and what is said where it has none."""
    reasons: tuple[Reason, ...]
    identities: tuple[Identity, ...]
    carried: tuple[str, ...]
    """Columns of typed rows that go on as they are."""
    key: tuple[str, ...]
    """The natural key: of two rows alike in it, one counts."""
    sql: Sql
    files: Callable[[str, Day, str, int], Mapping[str, str]]
    """The question for each layout of a day: of which rows, which day, whose load, of which home province."""
    until: str = "t"
    """The last second that a row speaks of, as SQL."""
    bits: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "bits", {reason.name: 1 << place for place, reason in enumerate(self.reasons)})

    def reasons_of(self, mask: int) -> tuple[Reason, ...]:
        """All that is wrong with a record, from the bits that say so."""
        return tuple(reason for place, reason in enumerate(self.reasons) if mask >> place & 1)

    def nameless(self, given: Mapping[str, int]) -> str:
        """Rows that say of nobody who it was, as SQL; `given` are the columns that the load has."""
        columns = [one.column for one in self.identities]
        return "person = 0" if PERSON in given else " AND ".join(f"{one} = 0" for one in columns)


@dataclass(frozen=True)
class Assigned:
    """Which column of the sender's each field is: places from 0; how many columns there are; what is missing."""

    table: Table
    places: dict[str, int]
    count: int
    unknown: tuple[str, ...]

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in self.table.columns if column.required and column.name not in self.places)

    @property
    def lacking(self) -> str:
        """What is said of columns of which there is not one; nothing where all is well."""
        return next((said for some, said in self.table.one_of if not any(one in self.places for one in some)), "")


def assigned(table: Table, headings: Sequence[str], said: Mapping[str, str | None] | None = None) -> Assigned:
    """Which column is which, by what the person said, then by the headings themselves."""
    known = {folded(word): one.name for one in table.columns for word in (one.zh, one.name, *one.headings)}
    known |= {folded(heading): known.get(folded(name or ""), "") for heading, name in (said or {}).items()}
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings):
        name = known.get(folded(heading))
        if name and name not in places:
            places[name] = place
        elif name is None and folded(heading) not in map(folded, BESIDE):
            unknown.append(heading)
    return Assigned(table, places, len(headings), tuple(unknown))


def named(pairs: Iterable[str]) -> dict[str, str | None]:
    """What a sender says of columns, each as `表头=字段`; without a field the column is left out. Raises Refusal."""
    found: dict[str, str | None] = {}
    for pair in pairs:
        heading, equals, name = pair.partition("=")
        if not equals or not heading.strip():
            raise Refusal(f"「{pair[:60]}」应写成 表头=字段，如 过车时刻=时间。", field="map")
        found[heading.strip()] = name.strip() or None
    return found


def strangers(table: Table, said: Mapping[str, str | None]) -> list[str]:
    """The fields that a sender names and this table does not have."""
    known = {folded(word) for one in table.columns for word in (one.zh, one.name, *one.headings)}
    return [name for name in said.values() if name and folded(name) not in known]


def folded(heading: str) -> str:
    """A heading as it is compared: NFKC, lower case, no blanks, no unit in brackets."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    head, _, _ = plain.partition("(")
    return "".join(head.split()).replace("_", "") or "".join(plain.split())
