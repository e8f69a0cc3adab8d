"""What stands against an edition before it is signed (异议): each is mended, or let pass with a reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain

from shichen.bulletins import tables
from shichen.indicators import releasing
from shichen.publications import known_gaps, places
from shichen.publications.chronicle import objections as chronicle_objections
from shichen.publications.editions import binding
from shichen.publications.models import Edition, Passage, Slot
from shichen.publications.objecting import Finding, Line, Objection, Passed
from shichen.reconciliation.models import Disagreement

__all__ = ["Objection", "Passed", "of", "with_reasons"]

SHORTEST_SENTENCE = 8  # characters; shorter ones may well stand twice on a page


def of(edition: Edition) -> list[Objection]:
    """Everything that stands against an edition now, the hard ones first, in the order of its places.

    What was let pass in an earlier edition, and is still the same, carries the reason given then.
    """
    order = {place: n for n, place in enumerate(places.of(edition.kind, edition.first, edition.last))}
    slots = sorted(
        edition.slots.prefetch_related("passages__bindings__figure", "passages__entry__marks"),
        key=lambda slot: order.get(slot.place, 0),
    )
    found = known_gaps.told(chain.from_iterable(look(edition, slots) for look in LOOKS))
    better = {key for one in found for key in one.covers}
    kept = [one for one in found if one.key not in better]
    kept = with_reasons(kept, edition.kind, edition.first, edition.last)
    return sorted(kept, key=lambda one: (not one.hard, order.get(one.place, 0)))


def with_reasons(found: Iterable[Objection], kind: str, first: date, last: date) -> list[Objection]:
    """Objections with why, and in which released edition of these days, each was let pass; what changed is asked anew."""
    out = [Edition.State.RELEASED, Edition.State.WITHDRAWN]
    earlier = Edition.objects.filter(kind=kind, state__in=out, first__lte=last, last__gte=first)
    passed: dict[tuple[str, str], Passed] = {}
    for one in earlier.order_by("released_at"):
        for row in one.waived:
            passed[row["key"], row["sentence"]] = Passed(row["reason"], row["by"], row.get("edition") or str(one))
    return [replace(one, passed=passed.get((one.key, one.sentence), one.passed)) for one in found]


def untreated(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
    """A place with nothing in it that nobody confirmed to be blank."""
    for slot in slots:
        if not slot.blank and not slot.passages.all():
            sentence = f"{places.named(slot.place)}没有稿，也没有确认为空。"
            yield Objection(f"untreated:{slot.place}", sentence, slot.place, hard=edition.kind == Edition.Kind.DAY)


def loose_numbers(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
    """A number behind which no figure of the ledger stands."""
    words = tables.of_the_city()
    for slot, passage in _passages(slots):
        for one in binding.loose(passage.text, list(passage.bindings.all()), words):
            sentence = f"{places.named(slot.place)}「{passage.text[:20]}…」里的「{one.text}」没有台账里的数字支撑。"
            href = f"/log/{passage.entry_id}/"
            yield Objection(f"loose:{passage.entry_id}:{one.text}", sentence, slot.place, href, hard=True)


def replaced_figures(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
    """A figure that was corrected after it was put on the page."""
    for slot, passage in _passages(slots):
        for one in passage.bindings.all():
            if one.figure.successor_id is not None:
                sentence = f"{places.named(slot.place)}所用的数「{passage.text[one.start : one.end]}」已被更正。"
                href = f"/figures/{one.figure_id}/"
                yield Objection(f"replaced:{one.figure_id}", sentence, slot.place, href, hard=True)


def incomplete_figures(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
    """A figure of which not all could be read (数据不完整), in words that do not say so."""
    for slot, passage in _passages(slots):
        for one in passage.bindings.all():
            if not one.figure.complete and releasing.INCOMPLETE not in passage.text:
                said = passage.text[one.start : one.end]
                sentence = f"{places.named(slot.place)}所用的数「{said}」数据不完整；请补全后重新定稿，或在文中写明“{releasing.INCOMPLETE}”。"
                href = f"/figures/{one.figure_id}/"
                yield Objection(f"incomplete:{one.figure_id}", sentence, slot.place, href, hard=True)


def struck_entries(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
    """An entry that was struck from the log after it was taken."""
    for slot, passage in _passages(slots):
        if any(mark.kind == "struck" for mark in passage.entry.marks.all()):
            sentence = f"{places.named(slot.place)}所用的{passage.entry.label}已从日志划去。"
            yield Objection(f"struck:{passage.entry_id}", sentence, slot.place, f"/log/{passage.entry_id}/", hard=True)


def disputed_figures(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
    """A figure on one side of a disagreement that nobody has settled (待核)."""
    held: dict[str, list[Disagreement]] = defaultdict(list)
    for one in Disagreement.objects.filter(state=Disagreement.State.OPEN):
        for href in {side.get("href", "") for side in one.sides}:
            held[href].append(one)
    told = set()
    for slot, passage in _passages(slots):
        for binding_ in passage.bindings.all():
            for one in held.get(f"/figures/{binding_.figure_id}/", []):
                if one.pk not in told:
                    told.add(one.pk)
                    sentence = f"{places.named(slot.place)}：{one.title}"
                    href, lines = f"/disagreements/{one.pk}/", tuple(map(_side, one.sides))
                    yield Objection(f"disputed:{one.pk}", sentence, slot.place, href, lines=lines)


def repeated_sentences(edition: Edition, slots: list[Slot]) -> Iterator[Objection]:
    """The same words in two places: one of them may have slipped in."""
    seen: dict[str, Line] = {}
    for slot, passage in _passages(slots):
        words, href = "".join(passage.text.split()), f"/log/{passage.entry_id}/"
        line = Line(slot.place, passage.text, href)
        if len(words) >= SHORTEST_SENTENCE and words in seen:
            first = seen[words]
            sentence = (
                f"{places.named(slot.place)}与{places.named(first.place)}的文字逐字相同：「{passage.text[:24]}…」"
            )
            yield Objection(f"repeated:{passage.entry_id}", sentence, slot.place, href, lines=(first, line))
        seen.setdefault(words, line)


LOOKS: tuple[Finding, ...] = (
    untreated,
    loose_numbers,
    replaced_figures,
    incomplete_figures,
    struck_entries,
    disputed_figures,
    repeated_sentences,
    *chronicle_objections.LOOKS,
)


def _side(side: Mapping[str, str]) -> Line:
    """One side of a disagreement as a line beside the other."""
    return Line("", f"{side.get('label', '')} {side.get('value', '')}".strip(), side.get("href", ""))


def _passages(slots: list[Slot]) -> Iterator[tuple[Slot, Passage]]:
    for slot in slots:
        for passage in slot.passages.all():
            yield slot, passage
