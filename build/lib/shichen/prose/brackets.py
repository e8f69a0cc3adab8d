"""Numbers in brackets: breakdowns of the figure before them (40515辆(鄂籍24辆))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shichen.prose.breakdowns import alike
from shichen.prose.drafts import Draft
from shichen.prose.phrases import bare, named, peel

if TYPE_CHECKING:
    from shichen.prose.subjects import Sentence

_REACH, _BEHIND = 160, 8
_MARKS = frozenset(",;。、:()")
_CONTAINING = ("其中", "包括", "包含", "含")


def bracketed(state: Sentence, draft: Draft) -> bool:
    """Settles a number that stands in a bracket; False where it stands in none."""
    pair = _bracket(state.text, draft)
    if pair is None:
        return False
    opened, closed = pair
    own = _own(state.text, draft, opened, closed)
    outer = [past for past in state.done if past.quantity.end <= opened]
    base = outer[-1] if outer else None
    draft.pattern = "bracket"
    if base is None or not _of(state, draft, base, opened):
        draft.noun = own or _before(state.text, opened)
        draft.subject = draft.noun
        return True
    measured = base.quantity.word == draft.quantity.word or not draft.quantity.word
    draft.base, draft.subset = base, measured and "累计" not in draft.qualifiers
    draft.place = own if state.room.is_place(own) else base.place
    if draft.place == own:  # a part by its place: what is counted is what the whole counts
        draft.verb, draft.noun, draft.header = base.verb, base.noun, base.header
        draft.subject = own + (base.subject.removesuffix(base.place) if base.pattern == "place" else base.subject)
    elif base.pattern == "place":
        draft.noun, draft.subject = own, base.place + own
    elif own.endswith(base.noun[-2:]) and len(own) > 2:
        draft.noun = draft.subject = own
    else:
        draft.verb, draft.noun = base.verb, own + base.noun
        draft.subject = f"{base.verb}{own}{base.noun}" if base.verb else f"{own}{base.subject}"
    return True


def _of(state: Sentence, draft: Draft, base: Draft, opened: int) -> bool:
    """Whether a bracket opens right behind a figure, or where what it counts ends: 34例在院治疗(含境外输入24例)."""
    if not state.text[min(base.reach, opened) : opened].strip(" 人例"):
        return True
    between = state.text[base.quantity.end : opened]
    return len(between) <= _BEHIND and alike(base.quantity.word, draft.quantity.word) and _MARKS.isdisjoint(between)


def _bracket(text: str, draft: Draft) -> tuple[int, int] | None:
    """The bracket the number stands in, if one opens before it and closes after."""
    quantity = draft.quantity
    opened = text.rfind("(", max(0, quantity.start - _REACH), quantity.start)
    if opened < 0 or text.find(")", opened, quantity.start) >= 0:
        return None
    closed = text.find(")", quantity.end, quantity.end + _REACH)
    return (opened, closed) if closed >= 0 else None


def _own(text: str, draft: Draft, opened: int, closed: int) -> str:
    """The words of this item of the bracket."""
    quantity = draft.quantity
    start = max([opened + 1, *(text.rfind(mark, opened, quantity.start) + 1 for mark in ",;、:")])
    stops = [at for mark in ",;、" if (at := text.find(mark, quantity.end, closed)) >= 0]
    draft.left, draft.right = text[start : quantity.start], text[quantity.end : min([closed, *stops])]
    left, draft.qualifiers = peel(draft.left)
    return _uncontained(named(left)) or bare(draft.right).removeprefix("为").removeprefix("系")


def _uncontained(own: str) -> str:
    """含邓州市, 包括邓州市: the word that opens the bracket names nothing."""
    for word in _CONTAINING:
        own = own.removeprefix(word)
    return own


def _before(text: str, opened: int) -> str:
    """The noun a bracket explains when no number stands before it: 亲属(1人)."""
    words = text[max(0, opened - 16) : opened]
    for mark in ",;。、(:":
        words = words.rsplit(mark, 1)[-1]
    return named(words)
