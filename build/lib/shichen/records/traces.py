"""Traces over the lake (追踪): who is asked about, split by the periods of the pseudonyms; each period a list of its own."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import numpy as np

from shichen import watches
from shichen.records import pseudonyms
from shichen.records.lake import seconds
from shichen.records.pseudonyms import PERIOD, Unfit
from shichen.refusal import Refusal
from shichen.tracing import run, tables
from shichen.tracing.engine import Engine
from shichen.tracing.rules import Rules
from shichen.tracing.run import Found, Question

HEADINGS = {
    "case": ("case", "病例", "病例编号", "案例"),
    "person": ("person", "证件号码", "身份证号", "身份证号码", "id"),
    "pseudonym": ("pseudonym", "假名"),
    "plate": ("plate", "车牌", "车牌号", "车牌号码", "号牌", "号牌号码"),
    "from": ("from", "起", "自", "开始"),
    "to": ("to", "止", "至", "结束"),
}
MOST = 1_000_000
_UNITS = {"d": "days", "h": "hours"}


@dataclass(frozen=True)
class Asked:
    """An index person: of which case, by document or by pseudonym, from which second up to which; or a plate, of a track."""

    case: str
    person: str
    pseudonym: int
    lo: int
    hi: int
    plate: str = ""


@dataclass(frozen=True)
class Part:
    """The index persons of one period of pseudonyms, with their windows; `cases` says of each pseudonym whose it is."""

    period: int
    windows: dict[str, np.ndarray]
    cases: dict[int, str]


def length(text: str) -> timedelta:
    """How long a window is: 14d, 36h. Raises Refusal."""
    number, unit = text.strip()[:-1], text.strip()[-1:].lower()
    if not (number.isascii() and number.isdigit() and unit in _UNITS and 0 < int(number) <= 10_000):
        raise Refusal(f"时长「{text}」读不懂；请写 14d(天) 或 36h(小时)。", field="window")
    return timedelta(**{_UNITS[unit]: int(number)})


def read_index(data: bytes, window: timedelta, until: datetime, zone: tzinfo = watches.SHANGHAI) -> list[Asked]:
    """Index persons from a CSV with a heading. Who has no window of their own has the last `window` up to `until`. Raises Refusal."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Refusal("索引文件既不是 UTF-8 也不是 GB18030。", field="index") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    columns = _columns(next(reader, []))
    asked = []
    for line, cells in enumerate(reader, start=2):
        if any(cell.strip() for cell in cells):
            asked.append(
                _asked(
                    {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()},
                    line,
                    window,
                    until,
                    zone,
                )
            )
        if len(asked) > MOST:
            raise Refusal(f"索引文件超过 {MOST} 人；请分开。", field="index")
    if not asked:
        raise Refusal("索引文件里没有人。", field="index")
    return asked


def parts(asked: Sequence[Asked], pseudonym: Callable[[str, int], int]) -> list[Part]:
    """The index persons by period: each window is cut where a key ends, and a person has another number behind it.

    `pseudonym` makes one of a normalised document and a second. Who is given by a pseudonym is asked for under it in every period.
    """
    rows: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    cases: dict[int, dict[int, str]] = defaultdict(dict)
    for one in asked:
        if not one.person and not one.pseudonym:  # a plate alone: only where it was can be asked
            continue
        for period in range(one.lo // PERIOD, (one.hi - 1) // PERIOD + 1):
            lo, hi = max(one.lo, period * PERIOD), min(one.hi, (period + 1) * PERIOD)
            ix = one.pseudonym or pseudonym(one.person, lo)
            rows[period].append((ix, lo, hi))
            cases[period][ix] = one.case
    return [Part(period, tables.windows(given), cases[period]) for period, given in sorted(rows.items())]


def found(engine: Engine, part: Part, rules: Rules, limit: int, *, places: int = 0, second: int | None = None) -> Found:
    """The list of one period; with `second`, of those who were near the near, up to that second."""
    question = Question(part.windows, rules, limit, without=part.windows["ix"], places=places)
    return run.trace(engine, question) if second is None else run.second_degree(engine, question, second)


def lines(part: Part, found: Found) -> Iterator[dict[str, int]]:
    """The list as rows, in its order."""
    persons = found.persons
    for place in range(len(persons["person"])):
        row = {name: int(column[place]) for name, column in persons.items()}
        yield {"rank": place + 1, "period": part.period, **row}


def _columns(heading: list[str]) -> dict[str, int]:
    known = {word: name for name, words in HEADINGS.items() for word in words}
    columns = {
        known[cell.strip().lower()]: place for place, cell in enumerate(heading) if cell.strip().lower() in known
    }
    if not columns.keys() & {"person", "pseudonym", "plate"}:
        raise Refusal(
            "索引文件第 1 行应是表头，其中要有「证件号码」(person) 或「假名」(pseudonym) 一列；看轨迹的也可以是「车牌」(plate)。",
            field="index",
        )
    return columns


def _asked(row: dict[str, str], line: int, window: timedelta, until: datetime, zone: tzinfo) -> Asked:
    hi = _moment(row.get("to", ""), line, zone) or until
    lo = _moment(row.get("from", ""), line, zone) or hi - window
    if lo >= hi:
        raise Refusal(f"索引文件第 {line} 行：起不早于止。", field="index")
    try:
        person = pseudonyms.normalised_document(row.get("person", ""))
        plate = pseudonyms.normalised_plate(row.get("plate", ""))
    except Unfit as unfit:
        raise Refusal(f"索引文件第 {line} 行：{unfit.sentence}", field="index") from None
    number = row.get("pseudonym", "")
    if number and not number.lstrip("-").isdigit():
        raise Refusal(f"索引文件第 {line} 行：假名应是整数。", field="index")
    if not person and not number and not plate:
        raise Refusal(f"索引文件第 {line} 行：既没有证件号码，也没有假名或车牌。", field="index")
    return Asked(row.get("case", "") or f"第{line}行", person, int(number or 0), seconds(lo), seconds(hi), plate)


def _moment(text: str, line: int, zone: tzinfo) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(
            f"索引文件第 {line} 行：时间「{text[:30]}」读不懂；请写 2020-02-02 或 2020-02-02 08:00。", field="index"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)
