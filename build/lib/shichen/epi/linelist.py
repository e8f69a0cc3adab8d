"""A line list (病例一览表): a table whose columns are tagged with what they mean, so that every method finds them and nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from shichen.epi.errors import BadData
from shichen.epi.shapes import Days, civil, days

DATES = (
    "date_onset",
    "date_reporting",
    "date_admission",
    "date_discharge",
    "date_outcome",
    "date_death",
    "date_exposure_start",
    "date_exposure_end",
    "date_confirmation",
    "date_isolation",
)
CATEGORIES: Mapping[str, tuple[str, ...]] = {"origin": ("local", "imported", "unknown")}
OTHERS = ("id", "gender", "age", "location", "occupation", "hcw", "outcome")
_ORDER = (
    ("date_exposure_start", "date_exposure_end"),
    ("date_onset", "date_death"),
    ("date_admission", "date_discharge"),
    ("date_exposure_start", "date_onset"),
)
"""Pairs of dates of which the first is never later."""


def tags_names() -> tuple[str, ...]:
    """All tags that a column may have."""
    return ("id", *DATES, *(name for name in OTHERS if name != "id"), *CATEGORIES)


@dataclass(frozen=True)
class Linelist:
    """Columns (n,) by name, and which tag stands for which column."""

    columns: Mapping[str, NDArray[np.generic]]
    tags: Mapping[str, str]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __getitem__(self, tag: str) -> NDArray[np.generic]:
        """The column of a tag. Raises BadData where none has it."""
        if tag not in self.tags:
            raise BadData(f"没有一列标为 {tag}。", f"no column is tagged {tag}.", field=tag)
        return self.columns[self.tags[tag]]

    def __contains__(self, tag: str) -> bool:
        return tag in self.tags

    def dates(self, tag: str) -> Days:
        """The column of a date, NaT where missing. Raises BadData."""
        return days(self[tag], name=self.tags.get(tag, tag))


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row (from 1) of a line list, in Chinese and English."""

    row: int
    field: str
    zh: str
    en: str


def make_linelist(columns: Mapping[str, ArrayLike], **tags: str) -> Linelist:
    """A line list of columns of one length, with tags: `make_linelist(table, id="编号", date_onset="发病日期")`. Raises BadData."""
    table = {name: np.asarray(values) for name, values in columns.items()}
    lengths = {name: values.shape for name, values in table.items()}
    if len({*lengths.values()}) > 1 or any(len(shape) != 1 for shape in lengths.values()):
        raise BadData("各列要一样长。", "the columns must be of one length.", field="columns")
    return set_tags(Linelist(table, {}), **tags)


def set_tags(linelist: Linelist, **tags: str) -> Linelist:
    """The same with more tags, or others; an empty column takes a tag away. Raises BadData for an unknown tag or column."""
    for tag, column in tags.items():
        if tag not in tags_names():
            raise BadData(
                f"没有「{tag}」这个标签；可用：{'、'.join(tags_names())}。",
                f"there is no tag “{tag}”; there are {', '.join(tags_names())}.",
                field=tag,
            )
        if column and column not in linelist.columns:
            raise BadData(
                f"没有「{column}」这一列；有：{'、'.join(linelist.columns)}。",
                f"there is no column “{column}”; there are {', '.join(linelist.columns)}.",
                field=tag,
            )
    kept = {**linelist.tags, **tags}
    return Linelist(linelist.columns, {tag: column for tag, column in kept.items() if column})


def validate_linelist(linelist: Linelist, *, until: str | np.datetime64 | None = None) -> tuple[Fault, ...]:
    """What is wrong, row by row: ids empty or twice, dates that cannot be read, lie after `until` or in an order that cannot be, words not known."""
    found = [*_ids(linelist)]
    when: dict[str, Days] = {}
    for tag in (one for one in DATES if one in linelist):
        read, faults = _read(linelist[tag], tag)
        when[tag], found = read, [*found, *faults]
        if until is not None:
            late = np.flatnonzero(read > civil(until, name="until"))
            found += [
                Fault(int(row) + 1, tag, f"{read[row]} 晚于 {until}", f"{read[row]} lies after {until}") for row in late
            ]
    for first, second in _ORDER:
        if first in when and second in when:
            wrong = np.flatnonzero(when[first] > when[second])
            found += [
                Fault(
                    int(row) + 1,
                    second,
                    f"{second} {when[second][row]} 早于 {first} {when[first][row]}",
                    f"{second} {when[second][row]} lies before {first} {when[first][row]}",
                )
                for row in wrong
            ]
    for tag, words in CATEGORIES.items():
        if tag in linelist:
            said = linelist[tag].astype(np.str_)
            wrong = np.flatnonzero(~np.isin(said, [*words, ""]))
            found += [
                Fault(
                    int(row) + 1,
                    tag,
                    f"「{said[row]}」要是 {'、'.join(words)}",
                    f"“{said[row]}” must be {', '.join(words)}",
                )
                for row in wrong
            ]
    return tuple(sorted(found, key=lambda fault: (fault.row, fault.field)))


def _ids(linelist: Linelist) -> list[Fault]:
    if "id" not in linelist:
        return []
    said = linelist["id"].astype(np.str_)
    values, often = np.unique(said, return_counts=True)
    twice = np.isin(said, values[often > 1]) & (said != "")
    return [
        *(Fault(int(row) + 1, "id", "编号空缺", "the id is empty") for row in np.flatnonzero(said == "")),
        *(
            Fault(int(row) + 1, "id", f"编号 {said[row]} 不止一次", f"the id {said[row]} stands more than once")
            for row in np.flatnonzero(twice)
        ),
    ]


def _read(column: NDArray[np.generic], tag: str) -> tuple[Days, list[Fault]]:
    """The dates that can be read, and what is wrong with the others."""
    try:
        return days(column, name=tag), []
    except BadData:
        pass
    read, faults = np.full(len(column), np.datetime64("NaT"), "datetime64[D]"), []
    for row, value in enumerate(column.tolist()):
        try:
            read[row] = days([value], name=tag)[0]
        except BadData:
            faults.append(
                Fault(
                    row + 1, tag, f"「{value}」不是日期；请写成 2020-02-02", f"“{value}” is no date; write 2020-02-02"
                )
            )
    return read, faults
