"""What each number of a sentence counts: the shortest verb and noun of the text that name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shichen.prose.gazetteer import Gazetteer, place_ending
from shichen.prose.literals import Hit
from shichen.prose.phrases import bare, governing, noun_end, nominal, peel, phrases, starts, unled
from shichen.prose.quantities import Quantity
from shichen.prose.sentences import Stretch, clauses
from shichen.prose.tables import Tables

_LONGEST = 30
_LISTED = ("、", "和", "及", "与", "以及")
_CHANGES = ("上涨", "下降", "上升", "增长", "下跌", "涨", "降", "增加", "减少", "提高", "降低", "回落")
_RATES = ("率", "比例", "占比", "比重")
_NUMBERLESS = ("男性", "女性", "男", "女")


@dataclass(slots=True)
class Draft:
    """A quantity with what it counts; `noun` is the subject without its verb."""

    quantity: Quantity
    clause: Stretch
    left: str = ""
    right: str = ""
    verb: str = ""
    noun: str = ""
    subject: str = ""
    pattern: str = ""
    qualifiers: list[str] = field(default_factory=list)
    base: Draft | None = None
    subset: bool = False
    place: str = ""


class Subjects:
    """Reads the subjects of one sentence at a time."""

    def __init__(self, tables: Tables, places: Gazetteer) -> None:
        self.tables, self.places = tables, places

    def read(self, text: str, inside: bytearray, sentence: Stretch, found: Sequence[Quantity], before: Draft | None) -> list[Draft]:
        """The drafts of a sentence's quantities; `before` is the last one of the sentence ahead, for 其中."""
        cuts = clauses(text, sentence, inside)
        hits = self._verbs(text, sentence)
        drafts: list[Draft] = []
        head = text[sentence.start : sentence.start + 3]
        carried = before if head.startswith("其中") else None
        for index, quantity in enumerate(found):
            clause = next((cut for cut in cuts if cut.start <= quantity.start < cut.end), sentence)
            following = found[index + 1] if index + 1 < len(found) else None
            draft = Draft(quantity, clause)
            _Subject(self, text, hits, cuts, drafts, carried).settle(draft, following)
            drafts.append(draft)
        return drafts

    def _verbs(self, text: str, sentence: Stretch) -> list[Hit]:
        piece = text[sentence.start : sentence.end]
        return [Hit(a + sentence.start, b + sentence.start, w) for a, b, w in self.tables.verb_words.find(piece)]

    def is_place(self, words: str) -> bool:
        """Whether the words name a district and nothing else."""
        name = words.strip("、和及其中:")
        return name in self.places.by_name or place_ending(name)


class _Subject:
    """One number's surroundings."""

    def __init__(self, room: Subjects, text: str, hits: list[Hit], cuts: list[Stretch], done: list[Draft], carried: Draft | None) -> None:
        self.room, self.text, self.hits, self.cuts, self.done, self.carried = room, text, hits, cuts, done, carried

    @property
    def last(self) -> Draft | None:
        return self.done[-1] if self.done else self.carried

    def settle(self, draft: Draft, following: Quantity | None) -> None:
        quantity, clause = draft.quantity, draft.clause
        bracket = self._bracket(quantity)
        if bracket is not None:
            self._bracketed(draft, bracket)
            return
        start = clause.start
        if self.done and self.done[-1].quantity.end > start:
            start = self.done[-1].quantity.end
            start += _closing(self.text, start, quantity.start)
        stop = clause.end
        if following is not None and following.start < stop:
            stop = following.start
        draft.left, draft.right = self.text[start : quantity.start], self.text[quantity.end : stop]
        self._dispatch(draft, start, stop)
        draft.subject = draft.subject[:60]

    def _dispatch(self, draft: Draft, start: int, stop: int) -> None:
        left, draft.qualifiers = peel(draft.left)
        kind = self._kind(draft)
        if kind == "ratio" and self._ratio(draft, left):
            return
        if kind == "price":
            self._price(draft, left)
            return
        if self._streak(draft):
            return
        right = draft.right.lstrip("“”\" ")
        closed = not right or right[0] in "、,;。)(:!?”" or right.startswith(("和", "及", "以及"))
        if closed or (self._predicate(right) and self._nominal_left(left)):
            self._noun_before(draft, left, start)
        else:
            self._noun_after(draft, left, start, stop)

    def _kind(self, draft: Draft) -> str:
        measure = self.room.tables.measure.get(draft.quantity.word)
        return measure.dimension if measure else ""

    # brackets -----------------------------------------------------------------------------------------------------

    def _bracket(self, quantity: Quantity) -> tuple[int, int] | None:
        """The bracket the number stands in, if one opens in its sentence before it and closes after."""
        opened = self.text.rfind("(", max(0, quantity.start - 120), quantity.start)
        if opened < 0 or self.text.find(")", opened, quantity.start) >= 0:
            return None
        closed = self.text.find(")", quantity.end, quantity.end + 160)
        return (opened, closed) if closed >= 0 else None

    def _bracketed(self, draft: Draft, bracket: tuple[int, int]) -> None:
        """A breakdown in brackets belongs to the figure before them: 40515辆(鄂籍24辆)."""
        opened, closed = bracket
        quantity = draft.quantity
        start = max([opened + 1, *(self.text.rfind(mark, opened, quantity.start) + 1 for mark in ",;、:")])
        stops = [at for mark in ",;、" if (at := self.text.find(mark, quantity.end, closed)) >= 0]
        draft.left, draft.right = self.text[start : quantity.start], self.text[quantity.end : min([closed, *stops])]
        left, draft.qualifiers = peel(draft.left)
        own = bare(unled(left)) or bare(draft.right).removeprefix("为").removeprefix("已").removeprefix("系")
        outer = [past for past in self.done if past.quantity.end <= opened]
        base = outer[-1] if outer else None
        if base is not None and self.text[base.quantity.end : opened].strip(" ") == "":
            draft.base, draft.subset = base, self._parts(base, quantity)
            draft.verb, draft.noun = base.verb, own + base.noun
            draft.subject = f"{base.verb}{own}{base.noun}"
        else:
            draft.noun = own or self._before(opened)
            draft.subject = draft.noun
        draft.pattern = "bracket"
        draft.place = own if self.room.is_place(own) else ""

    def _parts(self, base: Draft, quantity: Quantity) -> bool:
        """A part is measured as its whole is."""
        return base.quantity.word == quantity.word or not quantity.word

    def _before(self, opened: int) -> str:
        clause = self.text[max(0, opened - 16) : opened]
        for mark in ",;。、(":
            clause = clause.rsplit(mark, 1)[-1]
        return bare(unled(clause))

    # rates, prices, streaks ---------------------------------------------------------------------------------------

    def _ratio(self, draft: Draft, left: str) -> bool:
        words = bare(unled(left))
        change = next((word for word in _CHANGES if bare(draft.left).endswith((word, word + "了", word + "约"))), "")
        if draft.quantity.implicit or change:
            priced = [past for past in self.done if past.quantity.word.startswith("元/")]
            anchor = priced[-1] if priced else None
            if anchor is not None:
                draft.base, draft.noun = anchor, f"{anchor.noun}环比{change}"
                draft.subject, draft.pattern = draft.noun, "change"
                return True
        if words.endswith(_RATES) and len(words) <= 5:
            draft.noun = self._topic(draft.clause) + words
            draft.subject, draft.pattern = draft.noun, "rate"
            return True
        return False

    def _topic(self, clause: Stretch) -> str:
        """What a bare 合格率 is the rate of: the object and act of the clause ahead."""
        at = self.cuts.index(clause) if clause in self.cuts else 0
        if at == 0:
            return ""
        ahead = self.cuts[at - 1]
        words = self.text[ahead.start : ahead.end]
        tail = words.rsplit("的", 1)[-1] if "的" in words else words
        for word in ("开展", "进行", "多批次", "了", "全面"):
            tail = tail.replace(word, "")
        return bare(tail)[-14:]

    def _price(self, draft: Draft, left: str) -> None:
        noun = bare(unled(left))
        if not noun.endswith(("价", "均价", "价格", "单价")):
            priced = [past for past in self.done if past.quantity.word.startswith("元/") and past.pattern == "price"]
            for ending in ("零售均价", "零售价", "批发价", "均价", "价格", "价"):
                if priced and priced[-1].noun.endswith(ending):
                    noun += ending
                    break
        draft.noun = draft.subject = noun
        draft.pattern = "price"

    def _streak(self, draft: Draft) -> bool:
        """连续4天“0”新增: the days counted are days of the noun before them."""
        if "连续" not in draft.left or self._kind(draft) != "duration":
            return False
        noun, _ = peel(draft.left.rsplit("连续", 1)[0])
        draft.noun = bare(unled(noun))
        draft.subject, draft.pattern = f"{draft.noun}连续天数", "streak"
        return True

    # noun before the number ---------------------------------------------------------------------------------------

    def _predicate(self, right: str) -> bool:
        """The words after the number tell of it instead of naming it: 均在院治疗, 已治愈."""
        return right.startswith(("均", "已", "现", "尚", "正", "在", "为", "与", "被", "将", "仍", "并", "有", "系", "是", "无", "，", "范围"))

    def _nominal_left(self, left: str) -> bool:
        words = bare(unled(left))
        return len(words) >= 2 and words[-1] not in "对从向把将在"

    def _noun_before(self, draft: Draft, left: str, start: int) -> None:
        draft.pattern = "NQ"
        end = start + len(left)
        verbs = governing(self.text, self.hits, start, end)
        words = bare(unled(left))
        if not words:
            self._nothing_before(draft)
            return
        if self.room.is_place(words):
            self._at_place(draft, words)
            return
        chain = self._chain(verbs)
        if chain is None:
            draft.noun = words[-_LONGEST:]
            self._inherit_verb(draft)
        elif chain[1] >= end - 1 and not self.text[chain[1] : end].strip("的了 “”"):
            draft.verb = bare(self.text[chain[0] : chain[1]])
            self._objectless(draft)
        else:
            draft.verb, draft.noun = bare(self.text[chain[0] : chain[1]]), bare(unled(self.text[chain[1] : end]))
        draft.subject = self._kept(draft) + self._purpose(start, chain) + draft.verb + draft.noun

    def _chain(self, verbs: list[Hit]) -> tuple[int, int] | None:
        """The last verb with the verbs directly before it: 核查落实, 劝返或妥善处置."""
        if not verbs:
            return None
        begin, end = verbs[-1].start, verbs[-1].end
        for hit in reversed(verbs[:-1]):
            if self.text[hit.end : begin] in ("", "或", "并", "和", "及"):
                begin = hit.start
            else:
                break
        return begin, end

    def _purpose(self, start: int, chain: tuple[int, int] | None) -> str:
        """为疫情防控投放: what it is for stands directly before the verb."""
        if chain is None:
            return ""
        words = self.text[start : chain[0]]
        at = words.rfind("为")
        purpose = words[at + 1 :] if at >= 0 else ""
        return purpose if 3 <= len(purpose) <= 8 and not set(purpose) & set(",、的") else ""

    def _kept(self, draft: Draft) -> str:
        return "".join(word for word in phrases()["kept"] if word in draft.qualifiers and word not in draft.noun)

    def _nothing_before(self, draft: Draft) -> None:
        """当日新增4例: the noun is that of the figure before."""
        last = self.last
        if last is None:
            draft.noun = bare(unled(draft.right))
        elif last.pattern == "streak" and not draft.quantity.word:
            draft.noun = last.noun
        else:
            draft.noun, draft.verb = last.noun, last.verb if "新增" not in draft.qualifiers else ""
        draft.subject = self._kept(draft) + draft.verb + draft.noun.removeprefix("累计")

    def _at_place(self, draft: Draft, words: str) -> None:
        """朝阳区9例、房山区7例: districts take the subject of the whole they are part of."""
        draft.place = words
        whole = next((past for past in reversed(self.done) if not past.place), self.carried)
        header = self._header(draft.clause)
        if header:
            draft.noun = header
        elif whole is not None:
            draft.base, draft.noun, draft.verb = whole, whole.noun, whole.verb
        draft.subject = f"{draft.verb}{draft.noun}{words}"
        draft.pattern = "place"

    def _header(self, clause: Stretch) -> str:
        """确诊病例中,昆明市48例: the clause ahead says what the districts are counts of."""
        at = self.cuts.index(clause) if clause in self.cuts else 0
        for ahead in reversed(self.cuts[max(0, at - 1) : at]):
            words = bare(self.text[ahead.start : ahead.end])
            if words.endswith("中") and len(words) > 3 and not any(c.isdigit() for c in words):
                return unled(words[:-1])
        return ""

    def _inherit_verb(self, draft: Draft) -> None:
        """暂停营业…250家、游艺娱乐场所30家: the list has one verb."""
        if self.done and draft.left.startswith(_LISTED) and self.done[-1].clause == draft.clause:
            draft.verb = self.done[-1].verb

    def _objectless(self, draft: Draft) -> None:
        """累计刊发628条: the object is that of the figure before, where it is measured alike."""
        last = self.last
        if last is not None and last.quantity.word == draft.quantity.word and last.verb and last.noun:
            draft.noun = last.noun.rsplit("相关", 1)[-1][-8:]

    # noun after the number ----------------------------------------------------------------------------------------

    def _noun_after(self, draft: Draft, left: str, start: int, stop: int) -> None:
        draft.pattern = "QN"
        begin = draft.quantity.end
        while begin < stop and self.text[begin] in " 的“”\"":
            begin += 1
        noun, rest = self._noun(begin, stop)
        end = start + len(left)
        verbs = governing(self.text, self.hits, start, end)
        tail = self._towards(left, rest, draft.clause) if "对" in left[-12:] else ""
        if tail:
            draft.verb, draft.noun, draft.pattern = tail, noun, "dui"
            draft.subject = tail + noun
            return
        draft.noun = noun
        between = self._govern(draft, verbs, left, start, end)
        draft.noun = between + noun
        draft.subject = self._kept(draft) + draft.verb + draft.noun
        if len(draft.subject) < 26 and not (self._last_of_list(draft) and draft.verb):
            draft.subject += self._predicate_words(rest, stop, bool(draft.verb))

    def _last_of_list(self, draft: Draft) -> bool:
        return self.text[draft.quantity.end : draft.clause.end].endswith("、")

    def _noun(self, begin: int, stop: int) -> tuple[str, int]:
        text = self.text
        if text.startswith("《", begin):
            closed = text.find("》", begin, stop)
            title = text[begin + 1 : closed if closed >= 0 else stop]
            for mark in ("及", "和", "与", "的", "、"):
                title = title.rsplit(mark, 1)[-1] if len(title.rsplit(mark, 1)[-1]) >= 4 else title
            return title, (closed + 1 if closed >= 0 else stop)
        if text.startswith(("这样的", "不同的", "相关的", "新的"), begin):
            begin = text.index("的", begin) + 1
        end = noun_end(text, begin, stop, self.hits, self.room.tables)
        noun = text[begin:end]
        more = self._etcetera(noun, end, stop)
        return bare(more[0]).strip("、和及与"), more[1]

    def _etcetera(self, noun: str, end: int, stop: int) -> tuple[str, int]:
        """A list without numbers of its own stays whole: 街道、社区…等人员密集场所."""
        return noun.rstrip("、"), end

    def _govern(self, draft: Draft, verbs: list[Hit], left: str, start: int, end: int) -> str:
        """The verb ahead of the number, and the words between them that narrow the noun."""
        if not bare(left) and draft.left.startswith(_LISTED) and self.done:
            draft.verb = self.done[-1].verb
            return ""
        if not bare(left) and self._doubled(draft):
            draft.verb = self.done[-1].verb
            return ""
        chain = self._chain(verbs)
        if chain is None:
            words = bare(unled(left)).strip("、和及与")
            return words if 0 < len(words) <= 8 and words[-1] not in "的从向在对把将由致使" else ""
        between = self.text[chain[1] : end]
        draft.verb = bare(self.text[chain[0] : chain[1]])
        narrow = bare(unled(between))
        if between.startswith("的") or len(narrow) > 10 or set(narrow) & set("的了从由对向,、在"):
            return ""
        return narrow

    def _doubled(self, draft: Draft) -> bool:
        """721支1500余名驻村帮扶干部: two figures share one noun."""
        return bool(self.done) and self.done[-1].quantity.end == draft.quantity.start

    def _towards(self, left: str, rest: int, clause: Stretch) -> str:
        """对45家医疗机构进行了督导: the act stands at the end of the clause."""
        del left
        words = self.text[rest : clause.end]
        for action in phrases()["actions"]:
            at = words.find(action)
            if at >= 0:
                act = words[at + len(action) :].removeprefix("了").removeprefix("全天的").removeprefix("多批次")
                return bare(act)[:12]
        verbs = governing(self.text, self.hits, rest, clause.end)
        return verbs[-1].word if verbs else ""

    def _predicate_words(self, rest: int, stop: int, governed: bool) -> str:
        """What the noun does: 恢复营运, 被处理, 奔赴湖北武汉."""
        verbs = [hit for hit in self.hits if rest <= hit.start and hit.end <= stop]
        if not verbs:
            return "" if governed else bare(self.text[rest:stop])[:12].lstrip("的均已在")
        first = verbs[0]
        begin = first.start
        gap = self.text[rest:begin]
        if gap.startswith(("因", "被")) and len(gap) <= 10:
            begin = rest + (1 if gap.startswith("被") else 0)
        ended = min(stop, first.end + 10)
        for hit in verbs[1:]:
            if hit.start > first.end and not nominal(self.text[:stop], hit):
                ended = min(ended, hit.end if self.text[hit.start - 1] in "被" or hit.end == stop else hit.start)
                break
        if stop < len(self.text) and ended == stop and self.text[stop].isdigit() and ended - first.end <= 1:
            return ""
        words = bare(self.text[begin:ended])
        return words.replace("为", "", 1) if words.startswith("确诊为") else words


def _closing(text: str, start: int, end: int) -> int:
    """Past the bracket that closes right after the figure before."""
    if text.startswith("(", start):
        closed = text.find(")", start, end)
        return closed + 1 - start if closed >= 0 else 0
    return 0


__all__ = ["Draft", "Subjects", "starts"]
