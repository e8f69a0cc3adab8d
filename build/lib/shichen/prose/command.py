"""The command `read`: a bulletin as one JSON object, or on the terminal with its figures marked."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from shichen.prose import counts
from shichen.prose.reader import read
from shichen.prose.spans import Entry, Figure, Reading
from shichen.prose.tables import Tables, gazetteer, roster
from shichen.prose.text import MAX_BYTES, decode
from shichen.refusal import Refusal

DEMONSTRATION = Path(__file__).resolve().parents[1] / "site" / "demo" / "zhuzhou"


@cache
def local_tables() -> Tables:
    """The default tables with the bodies and places of the demonstration city, where they are installed."""
    tables = Tables.default()
    if not DEMONSTRATION.is_dir():
        return tables
    return tables.extended(
        roster=roster(DEMONSTRATION / "roster.csv"), gazetteer=gazetteer(DEMONSTRATION / "gazetteer.csv")
    )


def covering(text: str | None) -> tuple[dt.date | None, int | None]:
    """所涵日期 as given: a day, or for a chronicle a year."""
    if not text:
        return None, None
    if len(text) == 4 and text.isascii() and text.isdigit():
        return None, int(text)
    try:
        return dt.date.fromisoformat(text), None
    except ValueError:
        raise Refusal(f"所涵日期“{text}”看不懂，请写成2020-02-02，大事记可只写年份。", field="covers") from None


def run(
    path: Path | str,
    *,
    covers: dt.date | str | None = None,
    kind: str | None = None,
    json_out: bool = False,
    table: bool = False,
    tables: Tables | None = None,
    opened: Callable[[bytes], str] = decode,
    most: int = MAX_BYTES,
) -> int:
    """Reads a file (`-` for standard input) and prints what was read; 0, or 2 where the text was refused.

    `opened` makes the text of its bytes, for files that are more than text, which may have `most` bytes.
    """
    try:
        day, year = (covers, None) if isinstance(covers, dt.date) else covering(covers)
        data = _bytes(path, most)
        raw = opened(data)
        reading = read(raw, tables or local_tables(), covers=day, kind=kind, year=year)
    except Refusal as refusal:
        print(refusal.sentence, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"打不开{path}：{error.strerror}。", file=sys.stderr)
        return 2
    if json_out:
        print(json.dumps(as_json(reading, str(path), data), ensure_ascii=False))
    elif table and reading.kind == "case_bulletin":
        _counts(reading, raw)
    else:
        print("\n".join(_table(reading) if table else _rendering(reading, raw)))
    return 0


def _counts(reading: Reading, raw: str) -> None:
    """The table of a case bulletin as CSV; beside it, on the other stream, what to know of it."""
    rows = counts.table(reading, raw)
    print(counts.as_csv(rows), end="")
    if not rows:
        print("没有读到确诊、疑似、治愈、死亡的累计数；请看 --json 的逐个数字。", file=sys.stderr)
    if strange := counts.unlisted(rows):
        print(f"地名表里没有、照原文列出：{'、'.join(strange)}。", file=sys.stderr)


def _bytes(path: Path | str, most: int) -> bytes:
    """At most one byte more than a bulletin may have, so that a huge file is refused and not swallowed."""
    if str(path) == "-":
        return sys.stdin.buffer.read(most + 1)
    with Path(path).open("rb") as file:
        return file.read(most + 1)


def as_json(reading: Reading, name: str, data: bytes) -> dict[str, Any]:
    """The one object the command prints."""
    return {
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "kind": reading.kind,
        "entries": [_entry(entry) for entry in reading.entries],
        "flags": list(reading.flags),
        "tables": reading.tables_hash,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "start": entry.start,
        "end": entry.end,
        "column": entry.column,
        "watch": entry.watch,
        "date": entry.date.isoformat() if entry.date else None,
        "unit": entry.unit,
        "text": entry.text,
        "figures": [_figure(figure) for figure in entry.figures],
        "flags": list(entry.flags),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "start": figure.start,
        "end": figure.end,
        "raw": figure.raw,
        "value": number(figure.value),
        "unit": figure.unit,
        "subject": figure.subject,
        "cumulative": figure.cumulative,
        "indicator": figure.indicator,
        "confidence": figure.confidence,
        "period": figure.period,
        "tier": figure.tier,
        "flags": list(figure.flags),
    }


def number(value: Decimal) -> int | float:
    """A whole number as it is, anything else as JSON can say it."""
    return int(value) if value == value.to_integral_value() else float(value)


def _table(reading: Reading) -> list[str]:
    """One tab-separated line a figure."""
    rows = ["栏目\t时辰\t日期\t单位\t数字\t数值\t量词\t口径\t累计\t指标\t可信度"]
    for entry in reading.entries:
        head = [entry.column or "", entry.watch or "", entry.date_text or str(entry.date or ""), entry.unit or ""]
        for figure in entry.figures:
            cells = [figure.raw, str(figure.value), figure.unit, figure.subject, "累计" if figure.cumulative else ""]
            rows.append("\t".join([*head, *cells, figure.indicator or "", f"{figure.confidence:.2f}"]))
    return rows


def _rendering(reading: Reading, raw: str) -> list[str]:
    """Each entry with its figures in brackets, and under it one line a figure."""
    shown = [
        f"{reading.kind}  {len(reading.entries)}条  {len(reading.figures)}个数字  {' '.join(reading.flags)}".rstrip()
    ]
    for entry in reading.entries:
        head = [entry.column, f"{entry.watch}时" if entry.watch else None, entry.date_text or None, entry.unit]
        shown.append(
            f"\n[{entry.start}-{entry.end}] {' · '.join(part for part in head if part)}  {' '.join(entry.flags)}".rstrip()
        )
        shown.append("  " + _marked(entry, raw))
        shown += [f"    {_line(figure)}" for figure in entry.figures]
    return shown


def _marked(entry: Entry, raw: str) -> str:
    """The entry's raw text with its figures between ⟦ and ⟧, on one line, without control characters."""
    pieces, at = [], entry.start
    for figure in entry.figures:
        pieces += [raw[at : figure.start], "⟦", figure.raw, "⟧"]
        at = figure.end
    joined = "".join([*pieces, raw[at : entry.end]]).replace("**", "")
    return "".join(character for character in joined if character.isprintable())


def _line(figure: Figure) -> str:
    bounds = (
        f" 不少于{figure.low}" if figure.low is not None else f" 不超过{figure.high}" if figure.high is not None else ""
    )
    extent = " 累计" if figure.cumulative else ""
    name = figure.indicator or "—"
    marks = f" {' '.join(figure.flags)}" if figure.flags else ""
    return f"{figure.start}-{figure.end} {figure.value}{figure.unit}{bounds}{extent} {figure.subject} → {name} {figure.confidence:.2f}{marks}"
