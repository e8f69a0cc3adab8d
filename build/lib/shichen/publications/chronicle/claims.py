"""Claims to be the first (首例, 首次) or the extreme (最小, 最大): where a text makes one, and whether the ledger proves it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import re2

from shichen.indicators.models import Figure
from shichen.indicators.telling import quantity
from shichen.journal.models import Entry
from shichen.publications.chronicle.ranks import Point, Ranks, told_of
from shichen.publications.chronicle.selecting import About, ChronicleRules, Claims
from shichen.publications.chronicle.wording import sentences
from shichen.publications.items import Spanned

ONE_DAY = timedelta(days=1)
LOOK_BACK = 10  # characters before a claim in which a wider scope (全省) may be named
NEAR = 24  # characters after a claim in which its own figure may stand
_TITLE = re2.compile("《[^》]*》")
_FULL = str.maketrans(",;:()!?", "，；：（）！？")


class State(StrEnum):
    PROVEN = "proven"
    REFUTED = "refuted"
    UNPROVEN = "unproven"


@dataclass(frozen=True)
class Claim:
    """A word that claims rank one, the sentence it stands in, and of how wide a place it speaks."""

    word: str
    start: int
    end: int
    sentence: tuple[int, int]
    extreme: bool = False
    wider: str = ""


@dataclass(frozen=True)
class Proof:
    """What ledger and register say to a claim, in words; `tells` names the event that it claims to be the first of."""

    state: State
    why: str
    tells: tuple[str, ...] = ()
    first: Point | None = None


def plainly(text: str) -> str:
    """A text whose half-width marks are full ones, character for character, as the patterns of the rules write them."""
    return text.translate(_FULL)


def untitled(text: str) -> str:
    """A text in which titles (《…》) are blanked out: what a headline claims, the line does not."""
    return str(_TITLE.sub(lambda found: "□" * len(found.group()), text)) if "《" in text else text


def made_in(text: str, rule: Claims) -> list[Claim]:
    """The claims of a text, in order."""
    plain = untitled(plainly(text))
    stretches = sentences(plain)
    found = []
    for extreme, pattern in ((False, rule.first), (True, rule.extreme)):
        for match in pattern.finditer(plain) if pattern else ():
            sentence = next((one for one in stretches if one[0] <= match.start() < one[1]), (0, len(text)))
            claim = Claim(match.group(), match.start(), match.end(), sentence, extreme)
            if not _is_none(plain, claim, rule):
                found.append(replace(claim, wider=_wider(plain, claim, rule)))
    return sorted(found, key=lambda one: one.start)


def keys_of(rule: Claims) -> set[str]:
    return {about.indicator for about in rule.about}


def prove(entry: Entry, text: str, claim: Claim, uses: Sequence[Spanned], ranks: Ranks, rule: ChronicleRules) -> Proof:
    """Whether the ledger has the thing claimed at rank one; what it has instead."""
    if claim.wider:
        return Proof(State.UNPROVEN, f"说的是{claim.wider}之首，本市的台账证明不了，须有出处")
    if claim.extreme:
        return _extreme(claim, uses, ranks)
    about = _about(plainly(text), claim, rule.claims)
    if about is not None:
        return _first_day(entry, about, ranks)
    figure = _own_figure(claim, uses)
    return _first_figure(figure, ranks) if figure else Proof(State.UNPROVEN, "文中没有可查的数，台账证明不了")


def _first_day(entry: Entry, about: About, ranks: Ranks) -> Proof:
    """首例, 首次为0: the first day on which the ledger has such a value, against the day of the line."""
    first = (ranks.first_nought if about.nought else ranks.first_above_nought)(about.indicator, entry.area_id)
    tells = ("first", about.indicator, entry.area_id, str(about.nought))
    if first is None or first.on > entry.page_day + ONE_DAY:
        return Proof(State.UNPROVEN, "台账和登记册到这一天还没有这样的数", tells)
    if first.on < entry.page_day - ONE_DAY:
        return Proof(State.REFUTED, f"更早已有{first.said}", tells, first)
    return Proof(State.PROVEN, f"第一个是{first.said}", tells, first)


def _first_figure(figure: Figure, ranks: Ranks) -> Proof:
    """首笔: no figure of the same indicator stands before it."""
    earlier = [one for one in ranks.anywhere(figure.key) if one.on < told_of(figure) and one.value]
    tells = ("first", figure.key)
    if earlier:
        return Proof(State.REFUTED, f"更早已有{earlier[0].said}", tells, earlier[0])
    return Proof(State.PROVEN, "台账里此前没有同一指标的数", tells)


def _extreme(claim: Claim, uses: Sequence[Spanned], ranks: Ranks) -> Proof:
    """最小, 最大: the least or the most of all values of the same indicator; a single value proves nothing."""
    figure = _own_figure(claim, uses)
    values = [one.value for one in ranks.anywhere(figure.key)] if figure else []
    if figure is None or figure.value is None or len(values) < 2:
        return Proof(State.UNPROVEN, "台账里没有可比的数，证明不了")
    least = any(char in claim.word for char in "小低少轻")
    bound = min(values) if least else max(values)
    if figure.value == bound:
        return Proof(State.PROVEN, f"台账{len(values)}个数中居首")
    return Proof(State.REFUTED, f"台账里有{quantity(bound, figure.unit)}")


def _own_figure(claim: Claim, uses: Iterable[Spanned]) -> Figure | None:
    """The figure that a claim is about: the nearest after it in its sentence, else one before in the claim's own measure."""
    inside = [one for one in uses if claim.sentence[0] <= one.start < claim.sentence[1] and one.figure.key]
    after = [one for one in inside if claim.end <= one.start <= claim.end + NEAR]
    before = [one for one in inside if one.end <= claim.start and one.figure.unit == claim.word[-1]]
    nearest = min(after, key=lambda one: one.start, default=None) or max(before, key=lambda o: o.start, default=None)
    return nearest.figure if nearest else None


def _about(text: str, claim: Claim, rule: Claims) -> About | None:
    """What a claim is of: its own clause says, else that with the one before (…0例，为首次), else the sentence."""
    start, end = claim.sentence
    head = [start] + [at + 1 for at in range(start, claim.start) if text[at] in "，；："]
    tail = next((at for at in range(claim.end, end) if text[at] in "，；："), end)
    contexts = [text[head[-1] : tail], text[head[max(len(head) - 2, 0)] : tail], text[start:end]]
    found = (one for context in contexts for one in rule.about if _speaks_of(one, context))
    return next(found, None)


def _speaks_of(about: About, sentence: str) -> bool:
    return bool(about.words.search(sentence)) and not (about.without and about.without.search(sentence))


def _is_none(text: str, claim: Claim, rule: Claims) -> bool:
    found = rule.not_claims.match(text[claim.start : claim.start + NEAR]) if rule.not_claims else None
    return found is not None


def _wider(text: str, claim: Claim, rule: Claims) -> str:
    around = text[max(claim.sentence[0], claim.start - LOOK_BACK) : claim.end]
    return next((place for place in rule.wider if place in around), "")
