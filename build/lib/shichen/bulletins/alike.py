"""Bulletins that say much the same (同稿): one that came twice, a corrected reissue, and what another agency says of the same day.

Found by rule, shown on both bulletins with what differs, numbers first. A reissue may be marked to replace the former.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop as _

from shichen.bulletins.models import Bulletin, Proposal, ProposedEntry
from shichen.city.scope import Sight
from shichen.indicators.declare import known
from shichen.web.masking import masked

TWICE, REISSUE, OTHERS = "twice", "reissue", "others"
KINDS = {TWICE: _("同样的内容"), REISSUE: _("更正重发"), OTHERS: _("别的单位说的同一天")}
MOSTLY = 0.6  # of the letters of the shorter one, in entries that both have or nearly have
NEARLY = 0.7
MOST_PAIRS = 20_000  # of entries that are looked at for being nearly the same; beyond that they must be the same
AT_ONCE = 500
What = tuple[str, str, bool]


@dataclass(frozen=True)
class Alike:
    """Another bulletin that says much the same, how, and by how many numbers they differ."""

    kind: str
    other: Bulletin
    differing: int

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class Pair:
    """A number that one or both of two bulletins give; nothing where a bulletin does not."""

    left: Proposal | None
    right: Proposal | None

    @property
    def one(self) -> Proposal:
        found = self.left or self.right
        if found is None:
            raise AssertionError("a pair has at least one number")
        return found

    @property
    def same(self) -> bool:
        return self.left is not None and self.right is not None and self.left.value == self.right.value

    @property
    def both(self) -> bool:
        return self.left is not None and self.right is not None


@dataclass(frozen=True)
class Passage:
    """An entry of one or of both; what differs between the two, if they differ."""

    left: str
    right: str

    @property
    def same(self) -> bool:
        return self.left == self.right


@dataclass
class Shelf:
    """Bulletins to be laid side by side: their entries and numbers, read for all of them at once."""

    words: dict[Any, list[str]]
    numbers: dict[Any, dict[What, list[Proposal]]]

    @classmethod
    def of(cls, bulletins: Iterable[Bulletin]) -> Shelf:
        keys = [one.pk for one in bulletins]
        words: dict[Any, list[str]] = defaultdict(list)
        numbers: dict[Any, dict[What, list[Proposal]]] = defaultdict(lambda: defaultdict(list))
        for at in range(0, len(keys), AT_ONCE):
            some = keys[at : at + AT_ONCE]
            entries = ProposedEntry.objects.filter(bulletin__in=some).order_by("ordinal")
            for key, text in entries.values_list("bulletin_id", "text"):
                words[key].append(text)
            rows = Proposal.objects.filter(entry__bulletin__in=some).exclude(state=Proposal.State.NOT_A_FIGURE)
            for row in rows.select_related("entry", "figure").order_by("start"):
                numbers[row.entry.bulletin_id][_what(row)].append(row)
        return cls(words, numbers)

    def between(self, one: Bulletin, other: Bulletin) -> Alike | None:
        """How two bulletins of one day are alike, if they are."""
        own = one.unit_id == other.unit_id
        if own and one.envelope.digest == other.envelope.digest:
            return Alike(TWICE, other, 0)
        found = self.pairs(one, other)
        if own and mostly(self.words.get(one.pk, []), self.words.get(other.pk, [])):
            return Alike(REISSUE, other, sum(not pair.same for pair in found))
        shared = [pair for pair in found if pair.both and pair.one.indicator]
        if not own and shared:
            return Alike(OTHERS, other, sum(not pair.same for pair in shared))
        return None

    def pairs(self, one: Bulletin, other: Bulletin) -> list[Pair]:
        """The numbers of two bulletins side by side, by what they count; what differs comes first."""
        left, right = self.numbers.get(one.pk, {}), self.numbers.get(other.pk, {})
        found = [
            Pair(*two)
            for what in sorted(left.keys() | right.keys())
            for two in zip_longest(left.get(what, []), right.get(what, []))
        ]
        return sorted(found, key=lambda pair: (pair.same, not pair.both))

    def passages(self, one: Bulletin, other: Bulletin) -> Iterator[Passage]:
        """The entries of two bulletins side by side, in the order of the text."""
        left, right = self.words.get(one.pk, []), self.words.get(other.pk, [])
        for tag, first, last, begin, end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
            if tag == "equal":
                yield from (Passage(masked(text), masked(text)) for text in left[first:last])
            else:
                for two in zip_longest(left[first:last], right[begin:end], fillvalue=""):
                    yield Passage(*map(masked, two))


def of(bulletin: Bulletin, reach: Sight) -> list[Alike]:
    """The other bulletins of the same day that say much the same, within reach: of the same unit first, then where numbers differ."""
    rows = Bulletin.objects.within(reach).filter(covers=bulletin.covers, event=bulletin.event).exclude(pk=bulletin.pk)
    keys = Proposal.objects.filter(entry__bulletin=bulletin).exclude(indicator="").values("indicator")
    speaking = Exists(Proposal.objects.filter(entry__bulletin=OuterRef("pk"), indicator__in=keys))
    rows = rows.filter(Q(unit=bulletin.unit) | speaking).select_related("unit", "envelope")
    others = list(rows.defer("envelope__body", "envelope__words").order_by("received_at"))
    shelf = Shelf.of([bulletin, *others])
    found = [one for other in others if (one := shelf.between(bulletin, other)) is not None]
    return sorted(found, key=lambda one: (list(KINDS).index(one.kind), one.differing == 0, one.other.received_at))


def mostly(left: Sequence[str], right: Sequence[str]) -> bool:
    """Whether the greater part of the shorter text stands in the other, word for word or nearly."""
    shorter, longer = sorted((left, right), key=lambda one: sum(map(len, one)))
    letters, nearly = sum(map(len, shorter)), len(left) * len(right) <= MOST_PAIRS
    there = set(longer)
    met = sum(len(text) for text in shorter if text in there or (nearly and _near(text, longer)))
    return letters > 0 and met >= MOSTLY * letters


def _near(text: str, others: Sequence[str]) -> bool:
    matcher = SequenceMatcher(None, b=text, autojunk=False)
    for other in others:
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() >= NEARLY and matcher.quick_ratio() >= NEARLY and matcher.ratio() >= NEARLY:
            return True
    return False


def _what(row: Proposal) -> What:
    """What a number counts: its indicator or its subject, of where, as a total or not."""
    return (row.indicator if row.indicator in known() else f"{row.subject} {row.unit}", row.place, row.cumulative)
