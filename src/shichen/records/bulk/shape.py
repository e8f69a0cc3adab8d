"""What a load of passings may say: its columns under any heading, the words of its cells, and why a record is refused (拒收原因)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TIME, POST, PLATE, PERSON, DIR, OUTCOME, REGION, TEMP, NUMBER = (
    "time",
    "post",
    "plate",
    "person",
    "dir",
    "outcome",
    "region",
    "temp",
    "number",
)


@dataclass(frozen=True)
class Column:
    """A column of a load: its name, what it is called on pages, and the headings it is known by."""

    name: str
    zh: str
    en: str
    headings: tuple[str, ...]
    required: bool = False


COLUMNS = (
    Column(
        TIME, "时间", "time", ("过卡时间", "通过时间", "检查时间", "登记时间", "t", "at", "timestamp", "datetime"), True
    ),
    Column(
        POST,
        "卡点",
        "post",
        ("卡点编号", "卡点名称", "卡口", "卡口编号", "站点", "place", "checkpoint", "post code"),
        True,
    ),
    Column(PLATE, "车牌", "plate", ("车牌号", "车牌号码", "号牌", "vehicle", "plate number")),
    Column(PERSON, "证件号码", "person", ("身份证", "身份证号", "身份证号码", "证件号", "id", "id number", "document")),
    Column(DIR, "方向", "dir", ("进出", "direction", "in/out")),
    Column(OUTCOME, "处置", "outcome", ("处置结果", "结果", "result")),
    Column(REGION, "来源地", "region", ("来源地代码", "出发地", "区划代码", "from", "origin")),
    Column(TEMP, "体温", "temp", ("温度", "体温℃", "temperature")),
    Column(NUMBER, "人数", "number", ("随车人数", "persons", "n")),
)
BESIDE = ("记录号", "拒收原因", "record", "reasons")
"""Columns that a returned file carries in front of the sender's own; a mended one may leave them where they are."""

DIRECTIONS = {
    1: ("1", "入", "进", "驶入", "进城", "in", "入城", "进入"),
    2: ("2", "出", "离", "驶出", "出城", "out", "离开"),
}
OUTCOMES = ("passed", "registered", "turned_back", "referred", "goods_refused")
OUTCOME_WORDS = {
    0: ("", "0", "未知", "不详", "unknown"),
    1: ("1", "放行", "正常", "通过", "passed"),
    2: ("2", "登记", "登记放行", "registered"),
    3: ("3", "劝返", "遣返", "turned_back", "turned back"),
    4: ("4", "移交", "referred"),
    5: ("5", "货物劝返", "goods_refused"),
}
LONGEST = 65_536
"""Bytes of one record; a longer one is refused by its number."""
COLDEST, HOTTEST = 340, 430
"""Tenths of a degree that a thermometer at a post shows of a living person; others are slips of the pen."""
MOST_PERSONS = 100


@dataclass(frozen=True)
class Reason:
    """Why a record is not taken: a word for programs, a sentence for the person who mends it."""

    name: str
    zh: str
    en: str


REASONS = (
    Reason("columns", "列数与表头不符，或引号没有成对", "not as many columns as the heading, or a quote left open"),
    Reason("encoding", "文字编码与全文不同，读不出来", "not in the encoding of the file"),
    Reason("checkpoint_unknown", "没有这个卡点", "no such checkpoint"),
    Reason("post_not_standing", "卡点当时未在岗", "the checkpoint was not manned then"),
    Reason("time_unreadable", "时间读不懂", "the time cannot be read"),
    Reason("time_range", "时间早于事件开始，或在未来", "before the event began, or in the future"),
    Reason("temperature_unreadable", "体温读不懂", "the temperature cannot be read"),
    Reason("temperature_range", "体温不在 34 至 43 ℃", "the temperature is not within 34 to 43 ℃"),
    Reason("id_form", "不像证件号码", "not the form of a document number"),
    Reason("id_checksum", "身份证号码校验不对(GB 11643)", "the identity number fails its check (GB 11643)"),
    Reason("region_unreadable", "来源地不是六位区划代码", "the place of origin is not a six-figure code"),
    Reason("plate_form", "不像车牌", "not the form of a plate"),
    Reason("outcome_unknown", "没有这种处置", "no such outcome"),
    Reason("number_unreadable", "人数读不懂，或超过 100", "the number of persons cannot be read, or is over 100"),
)
BITS = {reason.name: 1 << place for place, reason in enumerate(REASONS)}


def reasons_of(mask: int) -> tuple[Reason, ...]:
    """All that is wrong with a record, from the bits that say so."""
    return tuple(reason for place, reason in enumerate(REASONS) if mask >> place & 1)


@dataclass(frozen=True)
class Assigned:
    """Which column of the sender's each field is: places from 0; how many columns there are; what is missing."""

    places: dict[str, int]
    count: int
    unknown: tuple[str, ...]

    @property
    def missing(self) -> tuple[Column, ...]:
        return tuple(column for column in COLUMNS if column.required and column.name not in self.places)

    @property
    def says_who(self) -> bool:
        """Whether there is a column that says which vehicle or which person passed."""
        return PLATE in self.places or PERSON in self.places


def assigned(headings: Sequence[str], said: Mapping[str, str | None] | None = None) -> Assigned:
    """Which column is which, by what the person said, then by the headings themselves."""
    known = {folded(word): column.name for column in COLUMNS for word in (column.zh, column.name, *column.headings)}
    known |= {folded(heading): name or "" for heading, name in (said or {}).items()}
    places: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings):
        name = known.get(folded(heading))
        if name and name not in places:
            places[name] = place
        elif name is None and folded(heading) not in map(folded, BESIDE):
            unknown.append(heading)
    return Assigned(places, len(headings), tuple(unknown))


def folded(heading: str) -> str:
    """A heading as it is compared: NFKC, lower case, no blanks, no unit in brackets."""
    plain = unicodedata.normalize("NFKC", heading).casefold()
    head, _, _ = plain.partition("(")
    return "".join(head.split()).replace("_", "") or "".join(plain.split())
