"""The two pages as plain text, for a terminal and for a mail."""

from __future__ import annotations

from collections.abc import Iterator

from shichen.publications.chronicle.telling import Chronicle
from shichen.publications.day.page import DayPage
from shichen.publications.items import Item


def of_day(page: DayPage) -> str:
    """Watch by watch, column by column; a blank cell is said to be blank."""
    eve, on = page.period.start, page.on
    lines = [
        f"我们的十二时辰　{on.year}年{on.month}月{on.day}日",
        f"{eve.month}月{eve.day}日23时—{on.month}月{on.day}日23时；全天数按自然日0—24时计",
    ]
    for row in page.rows:
        lines += ["", row.heading]
        for cell in row.cells:
            lines.append(f"【{cell.column}】" + ("" if cell.items else "(空)"))
            lines += [f"  {_line(item)}" for item in cell.items]
    lines += ["", f"{page.filled}栏有稿，{page.blank}栏空；数字{len(page.figures)}个"]
    return "\n".join(lines)


def of_chronicle(chronicle: Chronicle) -> str:
    """Date by date; a date without an event is said to have none."""
    return "\n".join(_days(chronicle))


def _days(chronicle: Chronicle) -> Iterator[str]:
    yield f"大事记　{chronicle.first}—{chronicle.last}"
    for day in chronicle.days:
        yield ""
        yield f"{day.on.month}月{day.on.day}日" + ("" if day.items else "　(无条目)")
        for item in day.items:
            yield f"  {_line(item)}" + (f"（{item.note}）" if item.note else "")


def _line(item: Item) -> str:
    return " ".join(item.text.split())
