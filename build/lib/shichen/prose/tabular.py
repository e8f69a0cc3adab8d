"""The figures of a table: what is counted by its head, where by its label, in what measure by either or by the caption."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import re2

from shichen.prose import numerals
from shichen.prose.breakdowns import PLACE
from shichen.prose.desk import Desk
from shichen.prose.drafts import Draft, Quantity
from shichen.prose.figures import Counted
from shichen.prose.grids import Grid, Value
from shichen.prose.periods import Held, of_words
from shichen.prose.sentences import Stretch
from shichen.prose.text import Clean

_UNIT = re2.compile(r"(?:单位:|\(|:)([\p{Han}%‰/]{1,4})\)?$")
_IN_CAPTION = re2.compile(r"单位:([\p{Han}%‰/]{1,4})")
_PARTS = re2.compile(r"^([0-9][0-9,]*(?:\.[0-9]+)?)([万亿]*)([\p{Han}%‰]*)$")
_DATE = re2.compile(r"^(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日$|^[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}$")
_WHOLES = ("合计", "总计", "全市", "全省", "全国", "全县", "全区", "总数", "小计", "累计", "本市", "本省")
_IDLE = ("人数", "例数", "数量", "数值", "数", "情况", "合计", "总计", "指标", "项目", "累计数")
_CAPTIONED = ("情况统计表", "情况表", "统计表", "一览表", "汇总表", "情况", "表", "统计", "通报")


def counted(grid: Grid, clean: Clean, desk: Desk, kind: str) -> Counted:
    """The drafts of a table's numbers with their periods; the places of a column are parts of its whole, wherever that stands."""
    made = Counted()
    at = {offset: index for index, offset in enumerate(clean.offsets)}
    drafts = [(value, draft) for value in grid.values if (draft := _draft(grid, value, at, desk)) is not None]
    wholes = {value.heads: draft for value, draft in reversed(drafts) if _is_whole(value)}
    for value, draft in drafts:
        draft.base = wholes.get(value.heads) if draft.place else None
        made.drafts.append(draft)
        made.held.append(_held(draft, grid, value, kind))
    return made


def dated(grid: Grid) -> bool:
    """Whether rows or columns are of different days: then the numbers are not all of the bulletin's own."""
    return any(_DATE.match(cell.text) for row in grid.rows for cell in row)


def _is_whole(value: Value) -> bool:
    return not value.labels or value.labels[0] in _WHOLES


def _draft(grid: Grid, value: Value, at: dict[int, int], desk: Desk) -> Draft | None:
    cell = value.cell
    match = _PARTS.match(cell.text)
    number = numerals.digits(match.group(1), match.group(2)) if match is not None else None
    if match is None or number is None or cell.start not in at or cell.end - 1 not in at:
        return None
    heads, over = _apart(value.heads, desk)
    labels, beside = _apart(value.labels, desk)
    printed = match.group(3) if match.group(3) in desk.tables.measure else ""
    word = printed or beside or over or _captioned(grid.caption, desk)
    start, end = at[cell.start], at[cell.end - 1] + 1
    quantity = Quantity(start, end, Decimal(number), word, digits=True, number_end=end)
    draft = Draft(quantity, Stretch(start, end), pattern="NQ")
    draft.place = next((label for label in labels if desk.subjects.is_place(label)), "")
    named = "" if draft.place or _is_whole(value) else "".join(label for label in labels if not _DATE.match(label))
    draft.noun = draft.header = _subject(named, heads, grid.caption)
    draft.pattern = PLACE if draft.place else "NQ"
    draft.subject = f"{draft.noun}{draft.place}"
    return draft


def _subject(named: str, heads: Sequence[str], caption: str) -> str:
    """What a number counts: the row's own words where they name it, with those of the head that say more than 数量."""
    said = "".join(word for word in heads if word not in _IDLE)
    if named and len(heads) > 1:
        said = heads[-1] if heads[-1] not in _IDLE else ""
    elif named:
        said = ""
    found = f"{named}{said}" if named not in said else said
    return found or _title(caption)


def _title(caption: str) -> str:
    """A caption without 表 and its unit: 新增确诊病例 of 附表1:新增确诊病例情况统计表(单位:例)."""
    text = caption.rpartition("(")[0] or caption
    text = text.rpartition(":")[2]
    for ending in _CAPTIONED:
        text = text.removesuffix(ending)
    return text


def _apart(heads: Sequence[str], desk: Desk) -> tuple[list[str], str]:
    """The heads without the measure they name in brackets, and that measure."""
    kept, unit = [], ""
    for head in heads:
        match = _UNIT.search(head)
        if match is not None and match.group(1) in desk.tables.measure:
            unit, head = match.group(1), head[: match.start()]
        if head:
            kept.append(head)
    return kept, unit


def _captioned(caption: str, desk: Desk) -> str:
    match = _IN_CAPTION.search(caption)
    return match.group(1) if match is not None and match.group(1) in desk.tables.measure else ""


def _held(draft: Draft, grid: Grid, value: Value, kind: str) -> Held:
    return of_words("".join((grid.caption, *value.heads, draft.subject)), draft.header, kind)
