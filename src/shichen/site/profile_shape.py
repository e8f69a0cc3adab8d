"""What a city profile may say: its tables, their keys and what each holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

Words = Annotated[str, Field(min_length=1, max_length=2000)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z_.-]{1,40}$")]
Place = Annotated[int, Field(ge=1, le=60)]
KINDS = {
    "dict[": '"代码" = 值 a table by code',
    "list[": "一列 a list",
    "datetime.date": "日期 date",
    "datetime.time": '"10:00"',
    "bool": "true、false",
    "int": "整数 whole number",
}
"""What the reference says a key holds, by what stands in its type."""


class Table(BaseModel):
    """A table of the profile. `source` and `note` are for whoever reads the file: on every table, kept nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = ""
    note: str = ""


class City(Table):
    """城市 the city"""

    name: Words
    name_en: str = ""
    code: Code
    population: int | None = Field(None, ge=1)


class Name(Table):
    """名称及启用期 a name while it was in use"""

    name: Words
    since: date | None = Field(None, alias="from")
    until: date | None = None


class GroupName(Name):
    """机构的名称及启用期；official：当时公文所印 a name of a group; official: what documents of those days print"""

    official: bool = False


class Event(Table):
    """事件 the outbreak"""

    code: Code
    name: Words
    name_en: str = ""
    started_on: date
    ended_on: date | None = None
    alias: list[Name] = []


class Group(Table):
    """roster.csv 里机构的英文名与历次名称 names of a body of roster.csv, in English and over time"""

    code: Code
    name: Words
    name_en: str = ""
    alias: list[GroupName] = []


class SourceArea(Table):
    """疫源地：来自该地的车辆、人员须登记 a source area: who comes from it is registered"""

    code: Code
    name: Words
    plate: str = ""
    since: date | None = Field(None, alias="from")
    until: date | None = None
    basis: Words


class Units(Table):
    """卡口网络的量词 the measure words of a network"""

    vehicles: str = "台次"
    persons: str = "人次"


class Network(Table):
    """卡口网络：两网的数永不相加 a network of checkpoints; two are never added"""

    code: Code
    name: Words
    name_en: str = ""
    run_by: Words
    units: Units = Units()
    definition: str = ""
    shifts: str | list[str] = ""


class Overlap(Table):
    """同一道口两网并立时先取谁的数，为什么 which network is counted where two share a gate, and why"""

    precedence: list[Code] = []
    reason: str = ""
    reason_en: str = ""


class Series(Table):
    """病例数的来源；rank 1 先取 a source of case counts; rank 1 answers first"""

    code: Code
    name: Words
    rank: Place
    clock: str = ""


class Obligation(Table):
    """报送任务：谁、报什么、几时前(due_day 1 为次日；或交班后几分钟) who reports what by when"""

    code: Code
    body: Code
    what: Words
    what_en: str = ""
    figures: list[str] = []
    every: Literal["civil_day", "shift"]
    due_day: int = Field(0, ge=0, le=31)
    due: time | None = None
    due_after_minutes: int | None = Field(None, ge=0)
    channel: Literal["records", "form", "text"]


class Holder(Table):
    """任职者及依据 who held a seat, and what says so"""

    person: Words
    on: date | None = None
    since: date | None = Field(None, alias="from")
    until: date | None = None
    basis: Words


class Seat(Table):
    """职位；single：一时只一人 an office; single: one person at a time"""

    body: Code
    title: Words
    single: bool = True
    holder: list[Holder] = []


class Board(Table):
    """指挥板上的数字及次序；group：各组的板，不列则取该组应报的 the figures of the board, in order; group: those of a
    group's own board, else the figures it owes"""

    tiles: list[str] = []
    group: dict[Code, list[str]] = {}


class DayPage(Table):
    """日版先翻到哪天 the day page that opens first"""

    day: date | None = None


class Profile(Table):
    """档案的各表；counted_in：填报区所在的区；grid：方格图的 [列, 行]；names_en：区域的英文名 the tables of a profile"""

    profile: Literal[1]
    city: City
    event: Event
    group: list[Group] = []
    source_area: list[SourceArea] = []
    network: list[Network] = []
    overlap: Overlap = Overlap()
    series: list[Series] = []
    obligation: list[Obligation] = []
    seat: list[Seat] = []
    board: Board = Board()
    day_page: DayPage = DayPage()
    counted_in: dict[Code, Code] = {}
    grid: dict[Code, tuple[Place, Place]] = {}
    names_en: dict[Code, Words] = {}


def tables() -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    """Every table as it is written, what it is, and of each key name, kind and whether it must stand."""
    yield from _tables(Profile, "")


def _tables(shape: type[BaseModel], at: str) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    inner, rows = [], []
    for name, one in shape.model_fields.items():
        if name in Table.model_fields:
            continue
        made, many = _table_of(one)
        if made is None:
            rows.append((written(name, one), _kind(one), "必填 required" if one.is_required() else ""))
        else:
            inner.append((made, f"{at}{name}", many))
    yield at.rstrip("."), shape.__doc__ or "", rows
    for made, named, many in inner:
        for head, said, keys in _tables(made, f"{named}."):
            yield (f"[[{named}]]" if many else f"[{named}]") if head == named else head, said, keys


def _table_of(field: FieldInfo) -> tuple[type[BaseModel] | None, bool]:
    """The table that a key holds, if it is one, and whether there may be many of it."""
    for made, many in ((field.annotation, False), *((one, True) for one in get_args(field.annotation))):
        if isinstance(made, type) and issubclass(made, BaseModel):
            return made, many
    return None, False


def _kind(field: FieldInfo) -> str:
    """What a key holds, in the words of the file's own language."""
    held = str(field.annotation)
    if get_origin(field.annotation) is Literal:
        return "、".join(repr(one) for one in get_args(field.annotation))
    return next((said for mark, said in KINDS.items() if mark in held), "文字 text")


def written(name: str, field: FieldInfo) -> str:
    return field.alias or name
