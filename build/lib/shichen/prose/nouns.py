"""The noun and verb before a number: 检查车辆149461台次."""

from __future__ import annotations

from typing import TYPE_CHECKING

import re2

from shichen.prose.breakdowns import PLACE, SHARED, SPANS, alike, part_of
from shichen.prose.drafts import Draft
from shichen.prose.literals import Ends, Hit
from shichen.prose.phrases import bare, governing, named, phrases, undiseased, ungoverned, unled

if TYPE_CHECKING:
    from shichen.prose.subjects import Sentence

_NUMBERED = re2.compile("([^0-9]*)[0-9]+([^0-9]*)")
_NOUNS = Ends(
    ("型", "症", "病例", "患者", "人员", "出院", "死亡", "观察", "感染者", "重症", "重型", "治愈", "男性", "女性")
)
_LONGEST, _NAMING = 30, 2
_BARE = ("", "数", "人数", "例数")
"""现有疑似病例数为0,当日新增数为0: what is counted is said before."""
_TURNS = ("减少", "增加", "下降", "上升")
_LISTED = ("、", "和", "及", "与", "以及")


def noun_before(state: Sentence, draft: Draft, left: str, start: int) -> None:
    """N+Q: the verb and object that end where the number begins."""
    draft.pattern = "NQ"
    words = named(left)
    if state.dimension(draft) == "age" and _aged(draft, words):
        return
    if not words or words.removeprefix("新增") in _BARE:
        _nothing_before(state, draft)
        return
    if not draft.quantity.word and draft.quantity.value:
        words = bare(left.rsplit(")", 1)[-1])
    if _said_of_place(state, draft, words):
        return
    if state.room.is_place(words) or _parallel(state, draft, words):
        _at_place(state, draft, words)
        return
    end = start + len(left)
    chain = chain_of(state.text, _item_verbs(state, draft, start, end))
    if chain is None:
        draft.noun = words[-_LONGEST:]
        _inherit_verb(state, draft)
    elif not state.text[chain[1] : end].strip("的了 “”"):
        draft.verb = _direction(state.text, start, chain[0]) + bare(state.text[chain[0] : chain[1]])
        if _intransitive(state, draft, start, chain):
            return
        _objectless(state, draft)
    else:
        draft.verb, draft.noun = bare(state.text[chain[0] : chain[1]]), named(state.text[chain[1] : end])
    draft.subject = _kept(state, draft, words) + _purpose(state.text, start, chain) + draft.verb + draft.noun


def _aged(draft: Draft, words: str) -> bool:
    """女,71岁; 年龄最大88岁,最小7岁."""
    extreme = next((word for word in ("最大", "最小") if words.removesuffix("的").endswith(word)), "")
    if words not in ("", "男", "女", "现年") and not extreme:
        return False
    draft.noun = draft.subject = f"年龄{extreme}" if extreme else "患者年龄"
    return True


def _intransitive(state: Sentence, draft: Draft, start: int, chain: tuple[int, int]) -> bool:
    """重症病例减少208例: what becomes less or more stands before the verb."""
    noun = named(state.text[start : chain[0]])
    if draft.verb not in _TURNS or len(noun) < _NAMING:
        return False
    draft.noun, draft.subject, draft.pattern = noun, kept_words(draft) + noun + draft.verb, "turn"
    return True


def _item_verbs(state: Sentence, draft: Draft, start: int, end: int) -> list[Hit]:
    """The verbs before a number; in an item of a list only one that opens it (上网服务营业场所 has none)."""
    verbs = ungoverned(state.text, governing(state.text, state.hits, start, end), end)
    if draft.left.startswith(_LISTED) and state.done and state.done[-1].clause == draft.clause:
        return [hit for hit in verbs if hit.start <= start + 3]
    return verbs


def chain_of(text: str, verbs: list[Hit]) -> tuple[int, int] | None:
    """The last verb with the verbs directly before it: 核查落实, 劝返或妥善处置."""
    if not verbs:
        return None
    begin, end = verbs[-1].start, verbs[-1].end
    for hit in reversed(verbs[:-1]):
        if text[hit.end : begin] not in ("", "或", "并", "和", "及"):
            break
        begin = hit.start
    return begin, end


def _purpose(text: str, start: int, chain: tuple[int, int] | None) -> str:
    """为疫情防控投放: what it is for stands directly before the verb."""
    if chain is None:
        return ""
    words = text[start : chain[0]]
    at = words.rfind("为")
    purpose = words[at + 1 :] if at >= 0 else ""
    return purpose if 3 <= len(purpose) <= 8 and not set(purpose) & set(",、的") else ""


def _direction(text: str, start: int, verb: int) -> str:
    """向武汉捐款: a verb without an object is told apart by where it points."""
    words = text[start:verb]
    at = words.rfind("向")
    return words[at:] if at >= 0 and 2 < len(words) - at <= 8 and not set(words[at:]) & set(",、的") else ""


def kept_words(draft: Draft) -> str:
    return "".join([word for word in phrases()["kept"] if word in draft.left and word not in draft.noun])


def _kept(state: Sentence, draft: Draft, words: str) -> str:
    """新增 and the like; 新增重症病例11例、危重2例 are both new."""
    own = kept_words(draft)
    last = state.last
    if own or last is None or not draft.left.startswith(_LISTED) or words not in phrases()["severities"]:
        return own
    return next((word for word in SHARED if last.subject.startswith(word)), "")


def _said_of_place(state: Sentence, draft: Draft, words: str) -> bool:
    """新增重症病例为长寿区1例: the place stands after what is counted."""
    noun, _, place = words.rpartition("为")
    if len(noun) < 2 or not state.room.is_place(place):
        return False
    draft.place, draft.pattern, draft.noun = place, PLACE, undiseased(noun)
    draft.header = draft.noun
    draft.subject = f"{kept_words(draft)}{draft.noun}{place}"
    return True


def _nothing_before(state: Sentence, draft: Draft) -> None:
    """当日新增4例: the noun is that of the figure before; 确诊:26例, that of the line's label."""
    last = state.last
    if state.label and (last is None or last.header):
        draft.noun = draft.header = state.label
    elif last is None:
        draft.noun = named(draft.right)
    elif last.pattern == "streak" and not draft.quantity.word:
        draft.noun = last.noun
    else:
        draft.noun = last.noun.removeprefix("累计").removeprefix("新增").removeprefix("现有" * ("新增" in draft.left))
        draft.verb = "" if "新增" in draft.left else last.verb
    draft.subject = kept_words(draft) + draft.verb + draft.noun


def _at_place(state: Sentence, draft: Draft, words: str) -> None:
    """朝阳区9例、房山区7例: districts take the subject of the whole they are part of."""
    draft.place, draft.pattern = words, PLACE
    draft.header = _header(state, draft)
    word = draft.quantity.word or "例"
    totals = [past for past in state.done if past.pattern not in (PLACE, "bracket") and alike(past.quantity.word, word)]
    whole = None if word in SPANS else state.carried or (totals[-1] if totals else None)
    if whole is not None and not draft.header:
        part_of(draft, whole)
        return
    draft.noun = draft.header
    draft.subject = f"{draft.noun}{words}"


def _parallel(state: Sentence, draft: Draft, words: str) -> bool:
    """An item of a list of districts is a district too (两江新区, 兵团第四师, 市常住人口)."""
    if len(words) > 8 or _NOUNS.of(words):
        return False
    last = state.done[-1] if state.done else None
    if last is None or last.clause != draft.clause:
        return bool(_header(state, draft))
    return last.pattern == "place" or not draft.quantity.word


def _header(state: Sentence, draft: Draft) -> str:
    """确诊病例中,昆明市48例: the clause ahead says what the districts are counts of, for the whole list."""
    words = _numberless(bare(state.ahead(draft.clause)))
    if words.endswith("中") and len(words) > 3:
        return undiseased(unled(words[:-1]))
    last = state.last
    listed = last is not None and (last.clause == draft.clause or (last.pattern == PLACE and _goes_on(state, draft)))
    return last.header if listed and last is not None and last.header else state.label


def _goes_on(state: Sentence, draft: Draft) -> bool:
    """遵义市3例,毕节市4例: a list of districts goes on over commas, not over a semicolon."""
    return ";" not in state.text[state.done[-1].quantity.end : draft.quantity.start] if state.done else False


def _numberless(words: str) -> str:
    """全省127例确诊病例中 says 全省确诊病例中; two numbers are no heading."""
    match = _NUMBERED.match(words)
    if match is None:
        return "" if any(character.isdigit() for character in words) else words
    before, after = match.groups()
    word = next((word for word in ("例", "名", "人", "个") if after.startswith(word)), "")
    return f"{before}{after.removeprefix(word)}" if word else ""


def _inherit_verb(state: Sentence, draft: Draft) -> None:
    """暂停营业…250家、游艺娱乐场所30家: the list has one verb."""
    if state.done and draft.left.startswith(_LISTED) and state.done[-1].clause == draft.clause:
        draft.verb = state.done[-1].verb


def _objectless(state: Sentence, draft: Draft) -> None:
    """累计刊发628条: the object is that of the figure before, where it is measured alike."""
    last = state.last
    if last is None or ";" in state.text[last.quantity.end : draft.quantity.start]:
        return
    if last.quantity.word == draft.quantity.word and last.verb and last.noun:
        draft.noun = last.noun.rsplit("相关", 1)[-1][-8:]
