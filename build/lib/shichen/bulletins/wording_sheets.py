"""Tables as files (词表的导入导出): a table written out, and one read back, tried before any row of it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop as _

from shichen.bulletins import tables, wording_columns, wordings
from shichen.bulletins.wording_columns import World
from shichen.bulletins.wording_lists import SOURCES, Line
from shichen.bulletins.wording_rows import Table, Values
from shichen.bulletins.wordings import Change
from shichen.refusal import Refusal
from shichen.sheets import reading
from shichen.sheets.fields import Field
from shichen.sheets.table import Row
from shichen.web.sentences import english, said

MOST = 5_000
STANDING = Field("standing", _("在用"), "boolean")
SOURCE = Field("source", _("来处"))


@dataclass(frozen=True)
class Fault:
    """A row that cannot be taken: where it stands, what was put in, and why."""

    sheet: str
    line: int
    heading: str
    value: str
    sentence: str


@dataclass
class Trial:
    """What a file would do: rows that are new, changed, taken out, the same, and those that are refused."""

    table: Table
    new: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    out: list[Change] = field(default_factory=list)
    same: int = 0
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        return [*self.new, *self.changed, *self.out]

    @property
    def refused(self) -> int:
        return len({(one.sheet, one.line) for one in self.faults})


def fields(table: Table) -> list[Field]:
    """The columns of a table's file, with whether the row holds. Both names of a heading are read."""
    columns = [Field(one.name, one.label, required=one.required, aliases=_aliases(one.label)) for one in table.columns]
    return [*columns, Field("standing", STANDING.label, "boolean", aliases=_aliases(STANDING.label))]


def _aliases(label: str) -> tuple[str, ...]:
    """A file written on an English page has its headings in English."""
    other = english(label)
    return (other,) if other != label else ()


def rows(lines: Iterable[Line]) -> Iterator[dict[str, str | bool]]:
    """A table as its file says it."""
    for one in lines:
        yield {**one.values, "standing": one.standing, "source": said(SOURCES[one.source])}


def tried(table: Table, data: bytes, filename: str) -> Trial:
    """What a file would do to a table. Raises Refusal for a file that cannot be opened, or that is too long."""
    found = reading.read(data, filename, fields(table), most=MOST)
    if found.unread:
        raise Refusal(f"一次最多 {MOST} 行；请分成几个文件再传。", rule="文件上限", field="file")
    if not any(sheet.used for sheet in found.sheets):
        raise Refusal("文件里没有找到表头；第一行请写列名，可先下载本表照着填。", field="file")
    trial = Trial(table, notices=list(found.notices))
    trial.faults = [Fault(e.sheet, e.line, e.heading, e.value[:60], e.sentence) for e in found.errors]
    _sort(trial, [row for row in found.rows if not row.errors])
    trial.faults.sort(key=lambda one: (one.sheet, one.line))
    return trial


def _sort(trial: Trial, given: list[Row]) -> None:
    """Each row in its heap; one that names a row which is refused is refused itself."""
    left, words = given, tables.of_the_city()
    while True:
        before = len(trial.faults)
        taken = list(_read(trial, left, World.of(words, [(trial.table.key, _text(row)) for row in left])))
        if len(trial.faults) == before:
            break
        left = [row for row, _values, _key in taken]
    held, used = tables.rows_of(trial.table.key), wordings.used(trial.table.key)
    for row, values, key in taken:
        _lay(trial, row, Change(trial.table, key, held.get(key), values), used)


def _read(trial: Trial, given: list[Row], world: World) -> Iterator[tuple[Row, Values, str]]:
    met: dict[str, int] = {}
    for row in given:
        try:
            values = wording_columns.read(trial.table, _text(row), world)
            key = trial.table.key_of(values)
            if key in met:
                raise Refusal(f"和第 {met[key]} 行是同一行；请只留一行。", field=trial.table.named_by[0])
        except Refusal as refusal:
            trial.faults.append(_fault(trial.table, row, refusal))
        else:
            met[key] = row.line
            yield row, values, key


def _lay(trial: Trial, row: Row, change: Change, used: Mapping[str, Sequence[str]]) -> None:
    out = row.values.get("standing") is False
    if change.before == (None if out else change.after):
        trial.same += 1
    elif not out:
        (trial.new if change.before is None else trial.changed).append(change)
    else:
        try:
            wordings.must_not_be_named(change.key, used)
        except Refusal as refusal:
            trial.faults.append(_fault(trial.table, row, refusal))
        else:
            trial.out.append(replace(change, after=None))


def _fault(table: Table, row: Row, refusal: Refusal) -> Fault:
    column = next((one for one in table.columns if one.name == refusal.field), table.columns[0])
    return Fault(row.sheet, row.line, column.label, str(row.values.get(column.name) or "")[:60], refusal.sentence)


def _text(row: Row) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.values.items() if name != "standing"}
