"""The reporting unit (报送单位) of a sentence: a leader, a body of the roster, a name by its ending, a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import re2

from shichen.prose.gazetteer import Gazetteer
from shichen.prose.literals import Hit, Holds, Literals, any_in
from shichen.prose.tables import Body, Tables

REACH = 34
_SHORT = 4
_SHORT_REACH = 2
_JOINERS = ("、", "和", "与", "及")
_PAPER = re2.compile(r"^《[^》]{2,20}(?:报|日报|晚报|周刊|杂志|时报)》")
_QUOTED = re2.compile(
    r"^[“\"][^”\"]{2,16}[”\"](?:APP|平台|客户端)?(?:(?:和|、)[“\"]?[^”\",。;]{2,16}[”\"]?(?:网|平台|客户端))?(?:和[“\"][^”\"]{2,16}[”\"])?"
)
_PRINTED = {"《": _PAPER, "“": _QUOTED, '"': _QUOTED}
_OTHERS = re2.compile(r"^([\p{Han}]{2,3})(?:和|、)[^。;]{2,40}等(?:领导|同志)")
_HEAD = re2.compile(r"^[\p{Han}A-Za-z0-9、()“”]{2,30}")
_ONE_CHARACTER = frozenset(("部", "台", "组", "办", "委", "社", "院", "村", "镇", "乡", "局", "厅"))
_NO_NAMES = ("出", "住", "入", "在", "转", "全", "港澳")
_CONTINUED = frozenset("织分署告道理区托员建会子湾干门名送长内外前后")
STRENGTH = {"leader": 4, "roster": 3, "named": 3, "suffix": 2, "actor": 2, "area": 2, "generic": 1, "none": 0}


class Unit(NamedTuple):
    """A unit as printed in a sentence, with how it was found."""

    start: int
    end: int
    text: str
    how: str
    body: Body | None = None

    @property
    def strength(self) -> int:
        """How sure the way of finding is; a stronger unit opens an entry, a weaker one never displaces it."""
        return STRENGTH[self.how]


class Words:
    """The words units are known by, made ready once for a set of tables."""

    def __init__(self, tables: Tables, places: Gazetteer) -> None:
        self.tables, self.places = tables, places
        words, lines = tables.layout["units"], tables.layout["lines"]
        self.adverbial, self.not_before = tuple(lines["adverbial_heads"]), tuple(lines["not_unit_before"])
        self.titles, self.titled = tuple(words["leaders"]), Holds(words["leaders"])
        self.after_name = tuple(words["after_name"])
        self.actors, self.acting = tuple(words["actors"]), Holds(words["actors"])
        self.generic = tuple(words["generic"])
        self.not_heads, self.endings = tuple(words["not_heads"]), Literals(words["endings"])
        self.adverbs, self.name_verbs = Holds(words["adverbs"]), frozenset(words["name_verbs"])


class Units:
    """Finds units in the sentences of one bulletin; leaders' names are learned from their titles as they come."""

    def __init__(self, words: Words) -> None:
        self.words, self.tables, self.places = words, words.tables, words.places
        self.names: set[str] = set()

    def learn(self, text: str) -> None:
        """Leaders are known by name once a title stands before it (市长 NAME 主持)."""
        for title in self.words.titled.of(text):
            index = text.find(title)
            while index >= 0:
                name = self._name(text, index + len(title))
                if name:
                    self.names.add(name)
                index = text.find(title, index + len(title))

    def _name(self, text: str, index: int) -> str:
        """Two or three characters after a title, if a word that may follow a name comes next."""
        for length in (3, 2):
            name = text[index : index + length]
            whole = len(name) == length and all("一" <= character <= "龥" for character in name)
            if whole and text.startswith(self.words.after_name, index + length):
                return name
        return ""

    def of(self, text: str, inside: bytearray, commanding: bool) -> Unit | None:
        """The unit of a sentence; under 指挥调度 only leaders, the office and the groups report."""
        heads = list(self._heads(text, inside))
        for find in (self._leader, self._roster, self._printed, self._suffix, self._actor, self._area, self._generic):
            for start, stop in heads:
                unit = find(text, start, stop, inside)
                if unit is not None and (not commanding or self._commands(unit)):
                    return unit
        return None

    def _commands(self, unit: Unit) -> bool:
        return unit.how == "leader" or (unit.body is not None and unit.body.commands)

    def _heads(self, text: str, inside: bytearray) -> Iterator[tuple[int, int]]:
        """The stretches a unit may open: the first clause, and the next ones while adverbials stand before them."""
        start = 0
        for _ in range(3):
            stop = next((at for at in range(start, len(text)) if text[at] in ",;。!?:" and not inside[at]), len(text))
            yield start, stop
            if not (text.startswith(self.words.adverbial, start) or _timed(text[start:stop])) or stop >= len(text):
                return
            start = stop + 1

    def _leader(self, text: str, start: int, stop: int, inside: bytearray) -> Unit | None:
        head = text[start:stop]
        for at, name in sorted((head.find(name), name) for name in self.names if name in head):
            if at == 0 or (at <= 30 and self._titled(head[:at])):
                return Unit(start + at, start + at + len(name), name, "leader")
        opening = text[start : start + 60]
        match = _OTHERS.search(opening) if any_in(("等领导", "等同志"), opening) else None
        if match is not None:
            return Unit(start, start + len(match.group(1)), match.group(1), "leader")
        return None

    def _titled(self, before: str) -> bool:
        """Titles alone stand before the name: 市委书记、市人大常委会主任 NAME."""
        titles = self.words.titles
        return before.startswith(titles) or before.lstrip("株省市县区").startswith(titles)

    def _roster(self, text: str, start: int, stop: int, inside: bytearray) -> Unit | None:
        """A body of the roster with those printed next to it: 后勤保障组市工信局, 日报、晚报."""
        first: Hit | None = None
        end = 0
        for hit in self.tables.body_words.find(text[start:stop]):
            if first is None:
                if self._well_placed(text, start, hit.start, hit.word, inside):
                    first, end = hit, hit.end
            elif text[start + end : start + hit.start] in ("", *_JOINERS):
                end = hit.end
            else:
                break
        if first is None:
            return None
        begin = start + first.start
        foreign = self._foreign(text, start, begin)
        if foreign >= 0:
            return Unit(foreign, start + end, text[foreign : start + end], "named")
        return Unit(begin, start + end, text[begin : start + end], "roster", self.tables.bodies[first.word])

    def _foreign(self, text: str, start: int, begin: int) -> int:
        """Where another city's name opens that the body's name only closes (上海|市卫健委 is not our 市卫健委), or −1."""
        for hit in self.places.find(text[start : begin + 1]):
            if start + hit.end in (begin, begin + 1) and not self.places.is_home(hit.word):
                place = self.places.by_name[hit.word]
                if place.level in ("province", "prefecture"):
                    return start + hit.start
        return -1

    def _well_placed(self, text: str, start: int, at: int, word: str, inside: bytearray) -> bool:
        if at > (REACH if len(word) > _SHORT else _SHORT_REACH) and not self._listed(text, start, at):
            return False
        if inside[start + at] and text[start + at] not in '“"' and not (at and text[start + at - 1] in '“"'):
            return False
        before = text[max(0, start + at - 2) : start + at]
        return before == "途经" or not before.endswith(self.words.not_before)

    def _listed(self, text: str, start: int, at: int) -> bool:
        return at > 0 and text[start + at - 1] in _JOINERS and at <= REACH

    def _printed(self, text: str, start: int, stop: int, inside: bytearray) -> Unit | None:
        """A newspaper in 《》 or a platform in quotation marks."""
        del stop, inside
        pattern = _PRINTED.get(text[start : start + 1])
        match = pattern.search(text[start : start + 60]) if pattern is not None else None
        if match is not None:
            return Unit(start, start + match.end(), match.group(), "named")
        return None

    def _actor(self, text: str, start: int, stop: int, inside: bytearray) -> Unit | None:
        """Those without a name: 爱心人士, 物流企业."""
        del inside
        told = self.words.acting.of(text[start : min(stop, start + 12)])
        for actor in self.words.actors if told else ():
            at = text.find(actor, start, min(stop, start + 12))
            if at >= 0 and not text[max(start, at - 1) : at].endswith(self.words.not_before):
                return Unit(at, at + len(actor), actor, "actor")
        return None

    def _suffix(self, text: str, start: int, stop: int, inside: bytearray) -> Unit | None:
        """A head noun phrase that ends like the name of a body."""
        begin = start
        if text.startswith("由", begin):
            begin += 1
        head = text[begin : min(stop, begin + 30)]
        if head.startswith(self.words.not_heads):
            return None
        best = self._ending(head, inside, begin)
        return None if best < 2 else Unit(begin, begin + best, text[begin : begin + best], "suffix")

    def _ending(self, head: str, inside: bytearray, begin: int) -> int:
        """Where the name ends: at its first ending, or at a later one if nothing between them is an act."""
        best = 0
        for at, end, _ in self.words.endings.find(head):
            if at < 1 or inside[begin + at] or not self._whole(head, at, end):
                continue
            if best and self._acts(head[best:at]):
                break
            best = max(best, end)
        return best

    def _acts(self, words: str) -> bool:
        """Whether the words hold an act, and so belong to no name."""
        if self.words.adverbs.of(words):
            return True
        return any(hit.word not in self.words.name_verbs for hit in self.tables.verb_words.find(words))

    def _whole(self, head: str, at: int, end: int) -> bool:
        """The ending closes a name: no function word or act before it, and no word that merely begins with it after."""
        name = head[:at]
        if any(mark in name for mark in "的了将已向对从，,在把被于《“”") or self._acts(name):
            return False
        if head[at:end] in _ONE_CHARACTER and (len(name) < 2 or name.endswith(_NO_NAMES)):
            return False
        return head[end : end + 1] not in _CONTINUED

    def _area(self, text: str, start: int, stop: int, inside: bytearray) -> Unit | None:
        head = text[start : min(stop, start + 20)]
        place = self.places.opening(head)
        if not place or inside[start] or self.places.is_home(place):
            return None
        end = len(place)
        for hit in self.places.find(head)[1:]:
            if inside[start + hit.start]:
                continue
            if text[start + end : start + hit.start] in ("", *_JOINERS):
                end = hit.end
        tail = text[start + end : start + end + 8]
        if tail[:1].isdigit() and tail.lstrip("0123456789").startswith("例"):
            return None  # 贵阳市7例 are cases there; the city reports nothing
        for ending in ("高新区", "医疗队", "警方", "站", "市场群"):
            if tail.startswith(ending):
                end += len(ending)
        return Unit(start, start + end, text[start : start + end], "area")

    def _generic(self, text: str, start: int, stop: int, inside: bytearray) -> Unit | None:
        del inside
        head = text[start : min(stop, start + 20)]
        for word in self.words.generic if head.startswith(self.words.generic) else ():
            if head.startswith(word):
                end = start + len(word)
                for more in ("警方", "财政", "金融机构"):
                    end += len(more) if text.startswith(more, end) else 0
                return Unit(start, end, text[start:end], "generic")
        place = self.places.opening(head)
        if place and self.places.is_home(place):
            return Unit(start, start + len(place), place, "generic")
        return None


def _timed(clause: str) -> bool:
    """A clause that only says when (2月2日0时起, 即日起)."""
    return (
        clause[:1].isdigit()
        or clause.startswith(("即日", "下午", "上午", "晚上", "凌晨", "中午"))
        or clause.endswith(("起", "止", "时"))
    )
