"""A series of counts from a table: days one after the other, dates or numbers, with what is missing, and no day twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from shichen.epi.errors import BadData
from shichen.epi.shapes import Floats
from shichen.site.commands.epi_.reading import Table, day_of, read, today_

CASES = ("cases", "local", "I", "n", "new_confirmed", "observed", "count", "counts", "new")
IMPORTED = "imported"
Day = date | int


@dataclass(frozen=True)
class Series:
    """Days one after the other, with their counts, NaN where missing; `imported` is None where they are not told apart."""

    table: Table
    column: str
    days: tuple[Day, ...]
    counts: Floats
    imported: Floats | None = None

    @property
    def dated(self) -> bool:
        return isinstance(self.days[0], date)

    @property
    def all(self) -> Floats:
        return self.counts if self.imported is None else self.counts + self.imported

    def date_of(self, t: int) -> str:
        """The date of a day, which is counted from 1; "" for a series of numbers."""
        on = self.days[t - 1]
        return on.isoformat() if isinstance(on, date) else ""

    def after(self, steps: int) -> Day:
        """The day so many steps after the last."""
        last = self.days[-1]
        return last + timedelta(days=steps) if isinstance(last, date) else last + steps


def series(
    path: str,
    *,
    cases: str | None = None,
    imported: str | None = None,
    first: str | None = None,
    last: str | None = None,
    weekly: bool = False,
) -> Series:
    """The counts of a file whose first column is the day. Without `cases` the column is the first known heading; a column named
    imported is taken as such. With `weekly` dates are a week apart. Raises BadData."""
    table = read(path, known=(*CASES, IMPORTED, "t", "date", "day"))
    column = table.heads[table.place(cases, option="--cases")] if cases else table.first_of(CASES, option="--cases")
    days = _days(table, weekly=weekly)
    numbers = table.numbers(column, whole=True, least=0)
    brought = None
    name = imported or (IMPORTED if IMPORTED in table.heads and column != IMPORTED else None)
    if name:
        table.place(name, option="--imported")
        brought = table.numbers(name, whole=True, least=0)
    start, stop = _part(table, days, first, last)
    return Series(
        table, column, tuple(days[start:stop]), numbers[start:stop], None if brought is None else brought[start:stop]
    )


def pmf(path: str) -> Floats:
    """A distribution over whole days from a file of two columns, day and share: from day 0 on, noughts before its first day."""
    table = read(path, known=("k", "w", "pmf", "day", "delay"))
    if len(table.heads) < 2:
        raise BadData(
            f"{table.name} 要有两列：第几天(k)、概率(w)。",
            f"{table.name} needs two columns: the day (k) and its share (w).",
        )
    days, share = table.numbers(table.heads[0], whole=True, least=0), table.numbers(table.heads[1], least=0)
    for i, value in enumerate(days):
        wanted = days[0] + i
        if value != wanted:
            raise table.bad(
                i,
                table.heads[0],
                table.rows[i][0],
                f"应当是 {wanted:g}；每天一行，从小到大",
                f"should be {wanted:g}; one line a day, in order",
            )
    for empty in np.flatnonzero(np.isnan(share)):
        raise table.bad(int(empty), table.heads[1], "", "不能空着；没有就写 0", "must not be empty; write 0 for none")
    return np.concatenate([np.zeros(int(days[0])), share])


def _days(table: Table, *, weekly: bool) -> list[Day]:
    """The first column as days one after the other. Raises BadData for a gap, a day twice, days out of order, a future one."""
    name = table.heads[0]
    texts = table.texts(name)
    dated = day_of(texts[0]) is not None
    today, stride = today_(), 7 if weekly and dated else 1
    if stride == 1 and dated:
        _must_not_be_weeks(table, texts)
    days: list[Day] = []
    for i, text in enumerate(texts):
        day: Day | None = day_of(text) if dated else _whole(text)
        if day is None:
            kind = (
                ("日期；请写成 2020-02-02", "date; write 2020-02-02")
                if dated
                else ("日期或天数", "date or number of a day")
            )
            raise table.bad(i, name, text, f"不是{kind[0]}", f"is no {kind[1]}")
        if isinstance(day, date) and day > today:
            raise table.bad(
                i,
                name,
                text,
                f"是未来的日期（今天 {today}）；请改正",
                f"lies in the future (today is {today}); mend it",
            )
        if days:
            _must_follow(table, i, days[-1], day, stride)
        days.append(day)
    return days


def _must_not_be_weeks(table: Table, texts: Sequence[str]) -> None:
    found = [day_of(text) for text in texts]
    days = [day.toordinal() for day in found if day is not None]
    if len(days) > 2 and {after - before for before, after in pairwise(days)} == {7}:
        raise BadData(
            f"{table.name} 每行相隔 7 天，是逐周的数；这个方法要逐日的数。",
            f"{table.name} has a line a week; this method needs counts by day.",
            field=table.heads[0],
        )


def _must_follow(table: Table, row: int, before: Day, day: Day, stride: int) -> None:
    step = _order(day) - _order(before)
    name, text = table.heads[0], table.rows[row][0]
    if step == stride:
        return
    if step == 0:
        raise table.bad(
            row, name, text, "是同一天的第二行；每天只写一行", "is the same day again; write one line a day"
        )
    if step < 0:
        raise table.bad(
            row, name, text, "早于上一行；请按日期先后排列", "comes before the line above; put the days in order"
        )
    if step % stride:
        raise table.bad(
            row, name, text, "与上一行不是相隔 7 天；每周一行", "is not 7 days after the line above; one line a week"
        )
    if stride > 1:
        raise table.bad(
            row,
            name,
            text,
            "之前缺了几周；请补上，不知道就留空格子，没有病例就写 0",
            "comes after a gap; write each week, with an empty cell if it is unknown or 0 if none",
        )
    gone = before + timedelta(days=1) if isinstance(before, date) else before + 1
    more_zh, more_en = (f"等 {step - 1} 天", f" and {step - 2} more") if step > 2 else ("", "")
    raise BadData(
        f"{table.name} 第 {table.lines[row]} 行之前缺 {gone}{more_zh}：请补上这一天，不知道就留空格子，没有病例就写 0。",
        f"{table.name}, before line {table.lines[row]}: day {gone} is missing{more_en}: write the day with an empty cell if it is unknown or 0 if none.",
        field=name,
    )


def _part(table: Table, days: Sequence[Day], first: str | None, last: str | None) -> tuple[int, int]:
    """From which place up to which (not included) the days lie that were asked for. Raises BadData."""
    start = 0 if first is None else _found(table, days, first, "--from")
    stop = len(days) if last is None else _found(table, days, last, "--until") + 1
    if stop <= start:
        raise BadData("--from 在 --until 之后。", "--from lies after --until.", field="from")
    return start, stop


def _found(table: Table, days: Sequence[Day], said: str, option: str) -> int:
    day: Day | None = day_of(said) if isinstance(days[0], date) else _whole(said)
    if day is None or day not in days:
        raise BadData(
            f"{table.name} 里没有 {option} 的「{said}」；它从 {days[0]} 到 {days[-1]}。",
            f"{table.name} has no day “{said}” ({option}); it runs from {days[0]} to {days[-1]}.",
            field=option,
        )
    return list(days).index(day)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() else None


def _order(day: Day) -> int:
    return day.toordinal() if isinstance(day, date) else day
