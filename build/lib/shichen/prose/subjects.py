"""What each number of a sentence counts: the shortest verb and noun of the text that name it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from shichen.prose.brackets import bracketed
from shichen.prose.drafts import Draft, Quantity
from shichen.prose.gazetteer import Gazetteer, place_ending
from shichen.prose.literals import Hit
from shichen.prose.nonfigures import ITEM, Span
from shichen.prose.nouns import noun_before
from shichen.prose.nouns_after import noun_after
from shichen.prose.phrases import diseases, ends, named, peel, starts, undiseased
from shichen.prose.rates import rated
from shichen.prose.sentences import Stretch, clauses
from shichen.prose.tables import Tables
from shichen.prose.times import CLASSES

_LONGEST = 60
_REMEMBERED = 512
_AFTERWORDS = (
    "目前",
    "均",
    "已",
    "现",
    "尚",
    "正",
    "在",
    "为",
    "与",
    "被",
    "将",
    "仍",
    "并",
    "有",
    "系",
    "是",
    "无",
    "范围",
)
_RESIDENTS = ("常住人口", "常住人员")
"""Lists by place count those from elsewhere and those who live here beside the districts."""
_CLOSING = ("和", "及", "以及", "截至", "截止")
"""What begins something new without a mark: 累计出院241例截至2月11日24时."""


class Sentence:
    """A sentence with its clauses, its verbs and its numbers, and what has been settled of them so far."""

    def __init__(
        self,
        text: str,
        cuts: list[Stretch],
        hits: list[Hit],
        found: Sequence[Quantity],
        room: Subjects,
        carried: Draft | None,
        label: str,
    ) -> None:
        self.text, self.cuts, self.hits, self.found, self.room = text, cuts, hits, found, room
        self.done: list[Draft] = []
        self.carried, self.label = carried, label

    @property
    def last(self) -> Draft | None:
        """The figure before, or the one a 其中 speaks of."""
        return self.done[-1] if self.done else self.carried

    def dimension(self, draft: Draft) -> str:
        """The dimension of the draft's measure word."""
        measure = self.room.tables.measure.get(draft.quantity.word)
        return measure.dimension if measure else ""

    def ahead(self, clause: Stretch) -> str:
        """The clause before."""
        at = self.cuts.index(clause) if clause in self.cuts else 0
        return self.text[self.cuts[at - 1].start : self.cuts[at - 1].end] if at else ""

    def behind(self, clause: Stretch) -> Stretch | None:
        """The clause after."""
        at = self.cuts.index(clause) if clause in self.cuts else len(self.cuts)
        return self.cuts[at + 1] if at + 1 < len(self.cuts) else None


class Subjects:
    """Reads the subjects of one sentence at a time."""

    def __init__(self, tables: Tables, places: Gazetteer) -> None:
        self.tables, self.places = tables, places
        self.is_place = lru_cache(maxsize=_REMEMBERED)(self._is_place)

    def read(
        self,
        text: str,
        inside: bytearray,
        sentence: Stretch,
        found: Sequence[Quantity],
        spans: Sequence[Span],
        before: Draft | None,
        unit_end: int = 0,
        label: str = "",
    ) -> list[Draft]:
        """The drafts of a sentence's quantities.

        `before` is the last total of the sentence ahead, for 其中; `unit_end` is where the reporting unit's name ends;
        `label` is what the line's own label says its numbers count.
        """
        if not found:
            return []
        carried = before if text.startswith("其中", sentence.start) else None
        state = Sentence(
            text, clauses(text, sentence, inside), self._verbs(text, sentence), found, self, carried, label
        )
        idle = [unit_end] if sentence.start < unit_end < sentence.end else []
        within = [span for span in spans if sentence.start <= span.start < sentence.end]
        idle += [span.end for span in within if span.cls in CLASSES]
        items = [span for span in within if span.cls == ITEM]
        idle += [span.end + 1 for span in items]
        at = 0
        for index, quantity in enumerate(found):
            while at + 1 < len(state.cuts) and state.cuts[at].end <= quantity.start:
                at += 1
            clause = state.cuts[at] if state.cuts else sentence
            draft = Draft(quantity, clause)
            until = next((span.start for span in items if span.start >= quantity.end), clause.end)
            self._settle(state, draft, index, idle, min(until, clause.end))
            draft.subject = undiseased(self._unplaced(draft))[:_LONGEST]
            state.done.append(draft)
        return state.done

    def _verbs(self, text: str, sentence: Stretch) -> list[Hit]:
        """The verbs of the sentence, but for those in the name of the disease."""
        piece = text[sentence.start : sentence.end]
        found, named = self.tables.verb_words.find(piece, sentence.start), diseases(piece, sentence.start)
        if not named:
            return found
        taken = {index for name in named for index in range(name.start, name.end)}
        return [verb for verb in found if taken.isdisjoint(range(verb.start, verb.end))]

    def _is_place(self, words: str) -> bool:
        """Whether the words name a district and nothing else, or several (十堰市、宜昌市)."""
        name = words.strip("、:")
        if "、" in name:
            return all(self.is_place(part) for part in name.split("、"))
        if name not in self.places.by_name and not starts("openers").at(name, 0):
            name = words.strip("、和及其中:")
        if name in self.places.by_name or name.endswith(("本级", *_RESIDENTS)):
            return True
        if name.startswith("外地来") and name.endswith("人员"):
            return True
        return place_ending(name) and not self.tables.verb_words.find(name)

    def _unplaced(self, draft: Draft) -> str:
        """石峰区农贸市场 is 农贸市场 of a place; the place is a facet."""
        subject = draft.subject
        if draft.pattern in ("place", "bracket") or draft.verb:
            return subject
        kept = starts("kept").at(subject, 0)
        rest = subject.removeprefix(kept)
        place = self.places.opening(rest[:12])
        if place and len(rest) - len(place) >= 2:
            draft.place = draft.place or place
            return kept + rest[len(place) :].removeprefix("市").removeprefix("的")
        return subject

    def _settle(self, state: Sentence, draft: Draft, index: int, idle: Sequence[int], until: int) -> None:
        """`idle` are the ends of what narrows no noun, `until` is where the words of this number end at the latest."""
        if bracketed(state, draft):
            return
        quantity, clause = draft.quantity, draft.clause
        start = max([clause.start, *[end for end in idle if clause.start < end <= quantity.start]])
        if state.done and state.done[-1].reach > start:
            start = state.done[-1].reach
            start += _closing(state.text, start, quantity.start)
        following = state.found[index + 1] if index + 1 < len(state.found) else None
        stop = following.start if following is not None and following.start < until else until
        draft.left, draft.right = state.text[start : quantity.start], state.text[quantity.end : stop]
        left, draft.qualifiers = peel(draft.left)
        if ends("results").of(left):
            left = ""
        if quantity.word == "口":
            left = left.removesuffix("一家")
        if rated(state, draft, left):
            return
        shared = _shared(state, index)
        if shared:
            noun_after(state, draft, left, start, until, shared)
        elif self._closed(draft) or (draft.right.startswith(_AFTERWORDS) and self._names(left)):
            noun_before(state, draft, left, start)
        else:
            noun_after(state, draft, left, start, stop, quantity.end)

    def _closed(self, draft: Draft) -> bool:
        """Whether the number ends its clause or its item."""
        right = draft.right.lstrip('“”" ')
        return not draft.quantity.word or not right or right[0] in "、,;。)(:!?" or right.startswith(_CLOSING)

    def _names(self, left: str) -> bool:
        """Whether what stands before the number names anything beside a place."""
        words = named(left)
        return len(words) >= 2 and words[-1] not in "对从向把将在" and not self.is_place(words)


def _shared(state: Sentence, index: int) -> int:
    """Where the noun of this number begins that the next number also has: 7家、3家、14家综合医院, 721支1500余名干部; or 0."""
    at = index
    while at + 1 < len(state.found):
        one, following = state.found[at], state.found[at + 1]
        between = state.text[one.end : following.start]
        if between == "" or (between in ("、", "和") and one.word == following.word):
            at += 1
        else:
            break
    if at == index or state.found[at].end >= len(state.text):
        return 0
    end = state.found[at].end
    return 0 if state.text[end] in ",;。、:!?()" else end


def _closing(text: str, start: int, end: int) -> int:
    """Past the bracket that closes right after the figure before."""
    if text.startswith("(", start):
        closed = text.find(")", start, end)
        return closed + 1 - start if closed >= 0 else 0
    return 0
