"""The noun after a number, its verb, and what the noun does: 采购1000件防护服, 5条公交线路恢复营运."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shichen.prose.drafts import Draft
from shichen.prose.literals import Hit
from shichen.prose.nouns import chain_of, kept_words
from shichen.prose.phrases import bare, between, governing, named, nominal, noun_end, phrases

if TYPE_CHECKING:
    from shichen.prose.subjects import Sentence

_FAR = 120
_ROOM = 26
_OBJECT = 12
_MANNER = ("因", "被", "还在", "正在", "尚在")
_TEAMS = ("干部", "人员", "队员", "专家")


def noun_after(state: Sentence, draft: Draft, left: str, start: int, stop: int, after: int) -> None:
    """Q+N: the noun that begins at `after`, the verb before the number, and what the noun does."""
    draft.pattern = "QN"
    begin = after
    while begin < stop and state.text[begin] in ' 的“”"':
        begin += 1
    noun, draft.reach = _noun(state, begin, stop)
    noun = noun.removesuffix("中") if draft.reach == draft.clause.end else noun
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
    draft.subject = kept_words(draft) + draft.verb + draft.noun
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
    chain = chain_of(state.text, governing(state.text, state.hits, start, end))
    if chain is None:
        words = named(left).strip("、和及与")
        idle = not 0 < len(words) <= 8 or words[-1] in "的从向在对把将由致使" or state.room.is_place(words)
        return "" if idle else words
    between = state.text[chain[1] : end]
    draft.verb = bare(state.text[chain[0] : chain[1]])
    narrow = named(between)
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
    verbs = between(state.hits, rest, stop)
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


def _object_end(text: str, verbs: Sequence[Hit], stop: int) -> int:
    """The end of a verb's object: the next verb, or twelve characters on."""
    first = verbs[0]
    ended = min(stop, first.end + _OBJECT)
    for hit in verbs[1:]:
        if hit.start >= ended:
            break
        if hit.start > first.end and not nominal(text, hit, stop):
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
