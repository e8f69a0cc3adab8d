"""Filling the places of an edition (组稿): take an entry, word it, drop it, confirm a blank. Figures stay as they are."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Max

from shichen.audit.context import now
from shichen.bulletins import tables
from shichen.city.models import Account
from shichen.city.scope import Sight, sight
from shichen.indicators.models import Figure
from shichen.indicators.telling import plain
from shichen.journal.models import Entry, Mark
from shichen.publications import places
from shichen.publications.chronicle import proposing
from shichen.publications.editions import binding, candidates
from shichen.publications.editions.candidates import Candidate
from shichen.publications.items import Item, Spanned, with_figures
from shichen.publications.models import Binding, Edition, Passage, Slot
from shichen.refusal import Refusal
from shichen.web import clock

LONGEST = 2_000  # characters in a passage
LONGEST_PHRASE = 60  # characters in bold


class Overtaken(Refusal):
    """Somebody else changed the place meanwhile; what they made of it is shown, and nothing was saved."""


@transaction.atomic
def take(slot: Slot, entry: Entry, *, version: int | None = None, by: Account) -> Passage:
    """Put an entry of the log at a place, in its own words with its figures bound. Raises Refusal.

    What a rule proposed for the chronicle is marked for it with that, in the words of the rule.
    """
    _touch(slot, version, by=by)
    if Mark.objects.filter(entry=entry, kind=Mark.Kind.STRUCK).exists():
        raise Refusal(f"{entry.label} 已被划去，不能上版。")
    if Passage.objects.filter(slot__edition=slot.edition, entry=entry).exists():
        raise Refusal(f"{entry.label} 已在这一版里。")
    found = candidates.at(slot.edition, slot.place, _reach(by))
    proposed = next((one for one in found if one.entry.pk == entry.pk), None)
    if proposed is not None and proposed.reason:
        item = proposed.item
        proposing.accept(entry, item.kinds[0], key_phrase=item.key_phrase, reason=proposed.reason, by=by)
    return put(slot, proposed.item if proposed else _item(entry))


@transaction.atomic
def take_all(edition: Edition, *, by: Account) -> int:
    """Fill every place that nobody touched with what is marked for the page. How many entries were taken."""
    _must_be_open(edition)
    found = candidates.marked(edition, _reach(by))
    taken = 0
    for slot in edition.slots.filter(blank=False, passages=None):
        wanted = [one for one in found.get(slot.place, []) if not one.taken]
        if wanted:
            _touch(slot, None, by=by)
            taken += _put_all(slot, wanted)
    return taken


@transaction.atomic
def word(
    passage: Passage, text: str, *, key_phrase: str | None = None, version: int | None = None, by: Account
) -> Passage:
    """Word a passage anew. Raises Refusal where a figure was typed over or a number stands behind which there is none."""
    _touch(passage.slot, version, by=by)
    said = "\n".join(line.strip() for line in text.strip().splitlines() if line.strip())
    _must_be_printable(said)
    _must_hold(said, key_phrase, passage.key_phrase)
    kept = binding.rebound(passage.text, list(passage.bindings.select_related("figure")), said, tables.of_the_city())
    passage.text = said
    passage.key_phrase = _phrase(said, passage.key_phrase if key_phrase is None else key_phrase)
    passage.save(update_fields=["text", "key_phrase"])
    passage.bindings.all().delete()
    _bind(passage, kept)
    return passage


@transaction.atomic
def bind(passage: Passage, figure: Figure, start: int, end: int, *, version: int | None = None, by: Account) -> None:
    """Tie a number in a passage to a figure of the ledger that says the same. Raises Refusal."""
    _touch(passage.slot, version, by=by)
    words = passage.text[start:end]
    if not 0 <= start < end <= len(passage.text) or figure.value is None:
        raise Refusal("请选中文字里的一个数字。", field="start")
    printed = binding.quantity_at(passage.text, start, end, tables.of_the_city())
    if printed is None or not binding.says(printed, figure):
        raise Refusal(
            f"文中是「{words}」，台账里的数是{plain(figure.value)}{figure.unit}；两者不同，不能绑定。", field="figure"
        )
    if figure.successor_id is not None:
        raise Refusal("这个数已被取代；请绑定取代它的那个数。", field="figure")
    if passage.bindings.filter(start__lt=end, end__gt=start).exists():
        raise Refusal("这个数字已经绑定。", field="start")
    Binding.objects.create(passage=passage, figure=figure, start=start, end=end)


@transaction.atomic
def drop(passage: Passage, *, version: int | None = None, by: Account) -> Slot:
    """Take a passage off the page; the entry stays in the log and among the candidates."""
    slot = _touch(passage.slot, version, by=by)
    passage.delete()
    return slot


@transaction.atomic
def move(passage: Passage, up: bool, *, version: int | None = None, by: Account) -> None:
    """Exchange a passage with the one above it, or below."""
    slot = _touch(passage.slot, version, by=by)
    order = list(slot.passages.order_by("position", "pk"))
    at = next(n for n, one in enumerate(order) if one.pk == passage.pk)
    other = at - 1 if up else at + 1
    if 0 <= other < len(order):
        order[at], order[other] = order[other], order[at]
    for position, one in enumerate(order):
        Passage.objects.filter(pk=one.pk).update(position=position)


@transaction.atomic
def confirm_blank(slot: Slot, blank: bool = True, *, version: int | None = None, by: Account) -> Slot:
    """Say that a place is empty on purpose: a blank cell is legal, an untreated one is not. Raises Refusal."""
    _touch(slot, version, by=by)
    if blank and slot.passages.exists():
        raise Refusal(f"{places.named(slot.place)}有稿，不是空栏；请先撤下其中的稿子。")
    slot.blank = blank
    slot.save(update_fields=["blank"])
    return slot


@transaction.atomic
def confirm_rest(edition: Edition, *, by: Account) -> list[str]:
    """Say of every place with nothing in it that it is empty on purpose. Which places those were."""
    _must_be_open(edition)
    rest = list(edition.slots.filter(blank=False, passages=None))
    for slot in rest:
        confirm_blank(slot, by=by)
    return [slot.place for slot in rest]


def _put_all(slot: Slot, wanted: Sequence[Candidate]) -> int:
    for one in wanted:
        put(slot, one.item)
    return len(wanted)


def put(slot: Slot, item: Item) -> Passage:
    """A passage more at the foot of a place, its figures bound."""
    last = slot.passages.aggregate(last=Max("position"))["last"]
    passage = Passage.objects.create(
        slot=slot,
        position=0 if last is None else last + 1,
        entry=item.entry,
        text=item.text,
        kinds=list(item.kinds),
        key_phrase=item.key_phrase,
        note=item.note[:120],
    )
    _bind(passage, item.uses)
    return passage


def _bind(passage: Passage, spans: Sequence[Spanned]) -> None:
    Binding.objects.bulk_create(
        Binding(passage=passage, figure=span.figure, start=span.start, end=span.end) for span in spans
    )


def _reach(by: Account) -> Sight:
    """What an editor may look at: grants go by the clock on the wall, also where a demonstration's clock stands."""
    return sight(by, "view", at=clock.running())


def _item(entry: Entry) -> Item:
    found = with_figures(Entry.objects.filter(pk=entry.pk)).get()
    return Item(found, tuple(found.uses.all()))


def _touch(slot: Slot, version: int | None, *, by: Account) -> Slot:
    """Count a change of a place; a version says which state of it the editor saw. Raises Overtaken."""
    _must_be_open(slot.edition)
    rows = Slot.objects.filter(pk=slot.pk)
    seen = rows if version is None else rows.filter(version=version)
    if not seen.update(version=F("version") + 1, edited_at=now(), edited_by=by):
        slot.refresh_from_db()
        who = slot.edited_by or "别人"
        raise Overtaken(f"{who}刚改过{places.named(slot.place)}；下面是改后的样子，您的改动没有保存。", field="version")
    return slot


def _must_be_open(edition: Edition) -> None:
    state = Edition.objects.values_list("state", flat=True).get(pk=edition.pk)
    if state != Edition.State.DRAFT:
        raise Refusal(f"{edition}是「{Edition.State(state).label}」，内容已定，不能再改；要改请另出一版。")


def _must_be_printable(text: str) -> None:
    if not text:
        raise Refusal("文字是空的；不登这一条请用「撤下」。", field="text")
    if len(text) > LONGEST:
        raise Refusal(f"一条最多 {LONGEST} 字，现有 {len(text)} 字。", field="text")
    if any((ord(char) < 32 and char != "\n") or 0xD800 <= ord(char) <= 0xDFFF for char in text):
        raise Refusal("文字里有控制字符或残缺字符；请删去后再保存。", field="text")


def _must_hold(text: str, phrase: str | None, before: str) -> None:
    """Words in bold are words of the text; those that went with a new wording are bold no longer."""
    asked = (phrase or "").strip()
    if asked and asked != before and asked not in text:
        raise Refusal(f"加粗词句「{asked[:20]}」不在文字里；请照抄文字里的词句，或留空。", field="phrase")
    if len(asked) > LONGEST_PHRASE:
        raise Refusal(f"加粗词句最多 {LONGEST_PHRASE} 字。", field="phrase")


def _phrase(text: str, phrase: str) -> str:
    said = phrase.strip()[:LONGEST_PHRASE]
    return said if said in text else ""
