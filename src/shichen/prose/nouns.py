"""The noun and verb around a number: before it (检查车辆149461台次) or after it (采购1000件防护服)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shichen.prose.drafts import Draft
from shichen.prose.literals import Ends, Hit
from shichen.prose.phrases import bare, governing, nominal, noun_end, phrases, undiseased, ungoverned, unled

if TYPE_CHECKING:
    from shichen.prose.subjects import Sentence

_NOUNS = Ends(("病例", "患者", "人员", "出院", "死亡", "观察", "感染者", "重症", "重型", "治愈", "男性", "女性"))
_LONGEST = 30
_FAR = 120
_ROOM = 26
_OBJECT = 12
_LISTED = ("、", "和", "及", "与", "以及")
_MANNER = ("因", "被", "还在", "正在", "尚在")
_TEAMS = ("干部", "人员", "队员", "专家")


def noun_before(state: Sentence, draft: Draft, left: str, start: int) -> None:
    """N+Q: the verb and object that end where the number begins."""
    draft.pattern = "NQ"
    words = bare(unled(left))
    if state.dimension(draft) == "age" and words in ("", "男", "女", "现年"):
        draft.noun = draft.subject = "患者年龄"
        return
    if not words:
        _nothing_before(state, draft)
        return
    if not draft.quantity.word and draft.quantity.value:
        words = bare(left.rsplit(")", 1)[-1])
    if state.room.is_place(words) or _parallel(state, draft, words):
        _at_place(state, draft, words)
        return
    end = start + len(left)
    chain = _chain(state.text, _item_verbs(state, draft, start, end))
    if chain is None:
        draft.noun = words[-_LONGEST:]
        _inherit_verb(state, draft)
    elif not state.text[chain[1] : end].strip("的了 “”"):
        draft.verb = _direction(state.text, start, chain[0]) + bare(state.text[chain[0] : chain[1]])
        _objectless(state, draft)
    else:
        draft.verb, draft.noun = bare(state.text[chain[0] : chain[1]]), bare(unled(state.text[chain[1] : end]))
    draft.subject = _kept(draft) + _purpose(state.text, start, chain) + draft.verb + draft.noun


def _item_verbs(state: Sentence, draft: Draft, start: int, end: int) -> list[Hit]:
    """The verbs before a number; in an item of a list only one that opens it (上网服务营业场所 has none)."""
    verbs = ungoverned(state.text, governing(state.text, state.hits, start, end), end)
    if draft.left.startswith(_LISTED) and state.done and state.done[-1].clause == draft.clause:
        return [hit for hit in verbs if hit.start <= start + 3]
    return verbs


def _chain(text: str, verbs: list[Hit]) -> tuple[int, int] | None:
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


def _kept(draft: Draft) -> str:
    return "".join(word for word in phrases()["kept"] if word in draft.left and word not in draft.noun)


def _nothing_before(state: Sentence, draft: Draft) -> None:
    """当日新增4例: the noun is that of the figure before."""
    last = state.last
    if last is None:
        draft.noun = bare(unled(draft.right))
    elif last.pattern == "streak" and not draft.quantity.word:
        draft.noun = last.noun
    else:
        draft.noun = last.noun.removeprefix("累计").removeprefix("新增")
        draft.verb = "" if "新增" in draft.left else last.verb
    draft.subject = _kept(draft) + draft.verb + draft.noun


def _at_place(state: Sentence, draft: Draft, words: str) -> None:
    """朝阳区9例、房山区7例: districts take the subject of the whole they are part of."""
    draft.place, draft.pattern = words, "place"
    draft.header = _header(state, draft)
    word = draft.quantity.word or "例"
    alike = [past for past in state.done if past.pattern not in ("place", "bracket") and past.quantity.word == word]
    whole = state.carried or (alike[-1] if alike else None)
    if draft.header:
        draft.noun = draft.header
    elif whole is not None:
        draft.base, draft.noun, draft.verb = whole, undiseased(whole.noun), whole.verb
    draft.subject = f"{draft.verb}{draft.noun}{words}"


def _parallel(state: Sentence, draft: Draft, words: str) -> bool:
    """An item of a list of districts is a district too (两江新区, 兵团第四师, 市常住人口)."""
    last = state.done[-1] if state.done else None
    if last is None or len(words) > 8 or _NOUNS.of(words) or last.clause != draft.clause:
        return False
    return last.pattern == "place" or not draft.quantity.word


def _header(state: Sentence, draft: Draft) -> str:
    """确诊病例中,昆明市48例: the clause ahead says what the districts are counts of, for the whole list."""
    words = bare(state.ahead(draft.clause))
    if words.endswith("中") and len(words) > 3 and not any(character.isdigit() for character in words):
        return undiseased(unled(words[:-1]))
    last = state.last
    return last.header if last is not None and last.clause == draft.clause else ""


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


def noun_after(state: Sentence, draft: Draft, left: str, start: int, stop: int, after: int) -> None:
    """Q+N: the noun that begins at `after`, the verb before the number, and what the noun does."""
    draft.pattern = "QN"
    begin = after
    while begin < stop and state.text[begin] in ' 的“”"':
        begin += 1
    noun, draft.reach = _noun(state, begin, stop)
    if after != draft.quantity.end:
        draft.reach = draft.quantity.end
        noun = _team(draft, noun)
    end = start + len(left)
    listed = not bare(left).strip("、和及与") and bool(state.done) and draft.left[:1] in ("、", "和", "及", "与", "")
    if "对" in left[-12:] or (listed and state.done[-1].pattern == "dui"):
        draft.verb, draft.pattern = _towards(state, draft, draft.reach), "dui"
        draft.noun, draft.subject = noun, draft.verb + noun
        return
    draft.noun = _govern(state, draft, left, start, end, listed) + noun
    draft.subject = _kept(draft) + draft.verb + draft.noun
    if len(draft.subject) < _ROOM and after == draft.quantity.end:
        draft.subject += _predicate(state, draft, stop, noun)


def _team(draft: Draft, noun: str) -> str:
    """支 counts teams: 721支1500余名驻村帮扶干部 are teams of 干部."""
    if draft.quantity.word == "支" and noun.endswith(_TEAMS):
        return f"{noun[:-2]}队伍"
    return noun


def _noun(state: Sentence, begin: int, stop: int) -> tuple[str, int]:
    """The noun phrase that opens at `begin`, and where it ends; none is longer than a clause may sensibly be."""
    text, stop = state.text, min(stop, begin + _FAR)
    if text.startswith("《", begin):
        closed = text.find("》", begin, stop)
        end = closed if closed >= 0 else stop
        return _title(text[begin + 1 : end]), min(end + 1, stop)
    if text.startswith(("这样的", "不同的", "相关的"), begin):
        begin += 3
    end = noun_end(text, begin, stop, state.hits)
    while end > begin and text[end - 1] in "、和及与":
        end -= 1
    return bare(text[begin:end]), end


def _title(title: str) -> str:
    """A document is named by the words after its last 及 or 的."""
    for mark in ("及", "和", "与", "的", "、"):
        tail = title.rsplit(mark, 1)[-1]
        title = tail if len(tail) >= 4 else title
    return title


def _govern(state: Sentence, draft: Draft, left: str, start: int, end: int, listed: bool) -> str:
    """Sets the verb ahead of the number; gives the words between them that narrow the noun."""
    if listed:
        draft.verb = (
            state.done[-1].verb if state.done[-1].pattern == "QN" and state.done[-1].clause == draft.clause else ""
        )
        return ""
    chain = _chain(state.text, governing(state.text, state.hits, start, end))
    if chain is None:
        words = bare(unled(left)).strip("、和及与")
        idle = not 0 < len(words) <= 8 or words[-1] in "的从向在对把将由致使" or state.room.is_place(words)
        return "" if idle else words
    between = state.text[chain[1] : end]
    draft.verb = bare(state.text[chain[0] : chain[1]])
    narrow = bare(unled(between))
    if between.startswith("的") or len(narrow) > 10 or set(narrow) & set("的了从由对向,、在"):
        return ""
    return narrow


def _towards(state: Sentence, draft: Draft, rest: int) -> str:
    """对45家医疗机构进行了督导: the act stands at the end of the clause."""
    words = state.text[rest : draft.clause.end]
    for action in phrases()["actions"]:
        at = words.find(action)
        if at >= 0:
            act = words[at + len(action) :]
            for idle in ("了", "全天的", "多批次"):
                act = act.removeprefix(idle)
            return bare(act)[:_OBJECT]
    verbs = governing(state.text, state.hits, rest, draft.clause.end)
    return verbs[-1].word if verbs else ""


def _predicate(state: Sentence, draft: Draft, stop: int, noun: str) -> str:
    """What the noun does (恢复营运, 被处理, 奔赴湖北武汉), unless that leads up to the next number."""
    text, rest = state.text, draft.reach
    verbs = [hit for hit in state.hits if rest <= hit.start and hit.end <= stop]
    if not verbs:
        words = text[rest:stop]
        return (
            _use(state, draft) if draft.verb or words.startswith(("的", "、")) else bare(words)[:_OBJECT].lstrip("均")
        )
    leads = stop < draft.clause.end
    if leads and noun:
        return ""
    first = verbs[0]
    ended = _object_end(text, verbs, stop)
    gap = text[rest : first.start]
    begin = rest + gap.startswith("被") if gap.startswith(_MANNER) and len(gap) <= 10 else first.start
    if text.startswith("组成的", first.start) and len(verbs) > 1:
        begin, ended = verbs[1].start, _object_end(text, verbs[1:], stop)
    return bare(text[begin:ended]).replace("确诊为", "确诊", 1)


def _object_end(text: str, verbs: list[Hit], stop: int) -> int:
    """The end of a verb's object: the next verb, or twelve characters on."""
    first = verbs[0]
    ended = min(stop, first.end + _OBJECT)
    for hit in verbs[1:]:
        if hit.start >= ended:
            break
        if hit.start > first.end and not nominal(text[:stop], hit):
            return hit.end if text[hit.start - 1] == "被" or hit.end == stop else hit.start
    return ended


def _use(state: Sentence, draft: Draft) -> str:
    """安排18台公交车,定点接送医技工作人员: what they are for is said in the next clause."""
    if draft.verb not in phrases()["purposes"] or draft.reach < draft.clause.end:
        return ""
    behind = state.behind(draft.clause)
    if behind is None or any(behind.start <= one.start < behind.end for one in state.found):
        return ""
    verbs = governing(state.text, state.hits, behind.start, behind.end)
    if not verbs or verbs[0].start - behind.start > 3:
        return ""
    return bare(state.text[verbs[0].start : min(behind.end, verbs[0].end + _OBJECT)])
