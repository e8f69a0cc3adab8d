"""Places in text: listed ones by any of their names, unlisted ones by their ending, near matches for one wrong character."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import re2

from shichen.prose.literals import Ends, Hit, Literals, Starts, any_in
from shichen.prose.tables import Place, Tables

_ENDINGS = (
    "街道",
    "示范区",
    "开发区",
    "高新区",
    "经开区",
    "社区",
    "自治州",
    "地区",
    "区",
    "县",
    "市",
    "镇",
    "乡",
    "村",
    "州",
    "盟",
    "旗",
)
_NAMED = (
    "人民医院",
    "第一",
    "日报",
    "晚报",
    "广播",
    "电视",
    "传媒",
    "医疗队",
    "公司",
    "医院",
    "大学",
    "电机",
    "智慧",
    "援鄂",
)
_UNLISTED = re2.compile(r"[\p{Han}]{2,5}?(?:街道|示范区|开发区|收费站|市场群|社区|小区|区|县|镇)")
_NOT_PLACES = (
    "城区",
    "市区",
    "辖区",
    "地区",
    "社区",
    "小区",
    "景区",
    "疫区",
    "园区",
    "片区",
    "各区",
    "全区",
    "我区",
    "病区",
    "校区",
    "厂区",
    "库区",
    "郊区",
    "山区",
    "县区",
    "街区",
    "专区",
    "分区",
    "特区",
    "灾区",
    "牧区",
    "老区",
    "新区",
    "乡镇",
    "村镇",
    "各县",
    "全县",
    "我县",
    "城镇",
    "集镇",
    "示范区",
    "开发区",
    "地市区",
    "县市区",
    *(
        "超市",
        "门市",
        "上市",
        "夜市",
        "集市",
        "早市",
        "城市",
        "都市",
        "复市",
        "开市",
        "休市",
        "农村",
        "乡村",
        "驻村",
        "到村",
    ),
)
_SORTS = frozenset(_NOT_PLACES)
_NAMING_SORTS = frozenset(("城区", "城市", "门市", "都市", "集市"))
_NAMING_NONE = frozenset("主新老旧中全各大小本我该此两几每多农赶")
"""晋城区, 天门市, 宜都市 and 辛集市 are names; 主城区, 大都市 and 各门市 are none."""
_FUNCTION = frozenset("的了在和与及对向从到至将由于是为各全等该本我入有个这那某每日月年后前内外共多、,")
_REMEMBERED = 4096
LEVELS = ("province", "prefecture", "county", "reporting_area", "street", "village")


class Doubt(NamedTuple):
    """A name that ends like a place and is in no list, with the listed names one character away."""

    start: int
    end: int
    name: str
    near: tuple[str, ...]


class Gazetteer:
    """The places of the tables, ready to be sought."""

    def __init__(self, tables: Tables) -> None:
        self.places = tables.gazetteer
        self._verbs = Ends(tables.verbs)
        self._near: dict[str, tuple[str, ...]] = {}

    @cached_property
    def by_name(self) -> Mapping[str, Place]:
        """The highest place of each name."""
        rank = {level: index for index, level in enumerate(LEVELS)}
        ordered = sorted(self.places, key=lambda place: rank.get(place.level, len(LEVELS)), reverse=True)
        return {name: place for place in ordered for name in place.names}

    @cached_property
    def home(self) -> frozenset[str]:
        """The names of the city itself: the prefecture most listed places lie in, where streets are listed."""
        counts: dict[str, int] = {}
        for place in self.places:
            if place.level == "county":
                counts[place.parent] = counts.get(place.parent, 0) + 1
        if not counts:
            return frozenset()
        code = max(sorted(counts), key=lambda parent: counts[parent])
        return frozenset(name for place in self.places if place.code == code for name in place.names)

    @cached_property
    def _literals(self) -> Literals:
        return Literals(self.by_name)

    @cached_property
    def _starts(self) -> Starts:
        return Starts(self.by_name)

    @cached_property
    def _shapes(self) -> Mapping[tuple[int, str], Sequence[str]]:
        """Listed names by length and last character."""
        shapes: dict[tuple[int, str], list[str]] = {}
        for name, place in sorted(self.by_name.items()):
            if name == place.name and len(name) > 2:
                shapes.setdefault((len(name), name[-1]), []).append(name)
        return shapes

    def is_home(self, name: str) -> bool:
        """Whether the name is the city's own, which as a unit says no more than 我市."""
        return name in self.home

    def listed(self, text: str) -> list[Hit]:
        """Every listed name, also where it opens the name of a body."""
        return self._literals.find(text)

    def find(self, text: str) -> list[Hit]:
        """Listed places; a hit that opens the name of a body (株洲日报) is not one."""
        return self.standing(text, self.listed(text))

    def standing(self, text: str, listed: Sequence[Hit]) -> list[Hit]:
        """Those of the listed names of a text that stand for the place itself."""
        return [hit for hit in listed if not text.startswith(_NAMED, hit.end)]

    def opening(self, text: str) -> str:
        """The listed place a text opens with, or nothing."""
        name = self._starts.at(text, 0)
        return name if name and not text.startswith(_NAMED, len(name)) else ""

    def doubtful(self, text: str, listed: Sequence[Hit]) -> Iterator[Doubt]:
        """Unlisted names with a place's ending that some listed name of the same length misses by one character.

        `listed` are the listed names of the text: no doubtful name overlaps one.
        """
        taken = {index for hit in listed for index in range(hit.start, hit.end)}
        for match in _UNLISTED.finditer(text) if any_in("区县镇道站群", text) else ():
            start, end = match.span()
            if text.endswith(_NOT_PLACES, start, end):
                continue
            for begin in range(start, end - 2):
                if not taken.isdisjoint(range(begin, end)) or not _FUNCTION.isdisjoint(text[begin : end - 1]):
                    continue
                name = text[begin:end]
                near = self.near(name) if self._opens(text, begin) else ()
                if near:
                    yield Doubt(begin, end, name, near)
                    break

    def _opens(self, text: str, begin: int) -> bool:
        """Whether a name may begin here: not inside a longer word (大渡口区), but after a verb or a small word."""
        if begin == 0 or not "一" <= text[begin - 1] <= "龥" or text[begin - 1] in _FUNCTION:
            return True
        return bool(self._verbs.of(text[max(0, begin - 4) : begin]))

    def near(self, name: str) -> tuple[str, ...]:
        """Names of the same length and last character that differ in exactly one other; 洞口区 is near 渌口区 only."""
        known = self._near.get(name)
        if known is None:
            if len(self._near) >= _REMEMBERED:
                self._near.clear()
            known = self._near[name] = self._neighbours(name)
        return known

    def _neighbours(self, name: str) -> tuple[str, ...]:
        if name in self.by_name or len(name) < 3:
            return ()
        same = self._shapes.get((len(name), name[-1]), ())
        level = _level(name)
        return tuple(
            other
            for other in same
            if sum(a != b for a, b in zip(name, other, strict=True)) == 1 and _level(other) == level
        )


def _level(name: str) -> str:
    return next((ending for ending in _ENDINGS if name.endswith(ending)), name[-1:])


def place_ending(name: str) -> bool:
    """Whether a bare name reads as a district, city or street (昆明市, 黔东南州, 东城区), and not as a sort of area."""
    if not 2 <= len(name) <= 10 or not name.endswith(_ENDINGS) or name in _SORTS:
        return False
    sort = name[-2:]
    return sort not in _SORTS or (sort in _NAMING_SORTS and len(name) == 3 and name[0] not in _NAMING_NONE)
