"""An edition begun and given up (开版、作废): its places, and the words of the edition before with the figures of now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Max

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.indicators.models import Figure
from shichen.indicators.telling import plain
from shichen.journal.models import Entry
from shichen.publications import places
from shichen.publications.editions import drafting
from shichen.publications.items import Bound, Item, Spanned
from shichen.publications.models import Edition, Slot
from shichen.refusal import Refusal

LONGEST_SPAN = 400  # days in a chronicle
IN_HAND = (Edition.State.DRAFT, Edition.State.REVIEWED, Edition.State.APPROVED)


@transaction.atomic
def open_draft(
    kind: str, first: date, last: date, *, audience: str = Edition.Audience.INTERNAL, reason: str = "", by: Account
) -> Edition:
    """Begin an edition; one that follows a released one begins with its words and the figures that now stand.

    Raises Refusal where another edition of the same page is in hand, or a further one is begun without a reason.
    """
    _must_be_a_span(kind, first, last)
    same = Edition.objects.filter(kind=kind, first=first, last=last)
    held = same.filter(state__in=IN_HAND).first()
    if held is not None:
        raise Refusal(f"{held}正在编辑({held.get_state_display()})；同一版面一次只有一个版次在手。")
    previous = same.filter(state__in=[Edition.State.RELEASED, Edition.State.WITHDRAWN]).order_by("-number").first()
    if previous is not None and not reason.strip():
        raise Refusal("已有发布过的版次；再出一版要写明理由。", field="reason")
    number = (same.aggregate(last=Max("number"))["last"] or 0) + 1
    edition = Edition.objects.create(
        kind=kind,
        first=first,
        last=last,
        number=number,
        audience=audience if audience in Edition.Audience.values else Edition.Audience.INTERNAL,
        previous=previous,
        reason=reason.strip()[:300],
        made_at=now(),
        made_by=by,
    )
    Slot.objects.bulk_create(Slot(edition=edition, place=place) for place in places.of(kind, first, last))
    if previous is not None:
        _begin_with(edition, previous, by=by)
    audit.note("open-draft", table="publications.edition", subject=edition.pk, reason=reason.strip(), by=by)
    return edition


@transaction.atomic
def discard(edition: Edition, reason: str, *, by: Account) -> Edition:
    """Give up an edition that was not released; its number is not used again. Raises Refusal."""
    held = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if held.state not in IN_HAND:
        raise Refusal(f"{held}是「{held.get_state_display()}」，不能作废。")
    if not reason.strip():
        raise Refusal("作废一版要写明理由。", field="reason")
    held.state, held.ended = Edition.State.DROPPED, reason.strip()[:300]
    held.save(update_fields=["state", "ended"])
    audit.note("discard-draft", table="publications.edition", subject=held.pk, reason=reason.strip(), by=by)
    return held


def _begin_with(edition: Edition, previous: Edition, *, by: Account) -> None:
    """The words of the edition before, each figure as it stands after the corrections made since."""
    slots = {slot.place: slot for slot in edition.slots.all()}
    for old in previous.slots.prefetch_related("passages__bindings__figure__successor", "passages__entry"):
        slot = slots[old.place]
        slot.blank, slot.edited_at, slot.edited_by = old.blank, now(), by
        slot.save(update_fields=["blank", "edited_at", "edited_by"])
        for passage in old.passages.all():
            text, bound = _as_it_stands(passage.text, list(passage.bindings.all()))
            item = Item(passage.entry, bound, tuple(passage.kinds), passage.key_phrase, passage.note, text)
            drafting.put(slot, item)


def _as_it_stands(text: str, bound: Sequence[Spanned]) -> tuple[str, tuple[Spanned, ...]]:
    """A text whose corrected figures print what they were corrected to."""
    said, at, spans = "", 0, []
    for span in sorted(bound, key=lambda one: one.start):
        figure, words = span.figure, text[span.start : span.end]
        while figure.successor is not None:
            figure = figure.successor
        if figure.pk != span.figure.pk:
            words = _printed_anew(words, span.figure, figure)
        said += text[at : span.start]
        spans.append(Bound(figure, len(said), len(said) + len(words)))
        said, at = said + words, span.end
    return said + text[at:], tuple(spans)


def _printed_anew(words: str, was: Figure, now_: Figure) -> str:
    if was.value is None or now_.value is None:
        return words
    if plain(was.value) in words:
        return words.replace(plain(was.value), plain(now_.value))
    return plain(now_.value) + (now_.unit if now_.unit and words.endswith(now_.unit) else "")


def _must_be_a_span(kind: str, first: date, last: date) -> None:
    if kind not in Edition.Kind.values:
        raise Refusal("版面只有日版、大事记两种。", field="kind")
    if kind == Edition.Kind.DAY and first != last:
        raise Refusal("日版只有一天。", field="last")
    if last < first or (last - first).days >= LONGEST_SPAN:
        raise Refusal(f"起日不能晚于止日，最多 {LONGEST_SPAN} 天。", field="last")
    if last > max(watches.page_day(now()), Entry.objects.aggregate(last=Max("page_day"))["last"] or first):
        raise Refusal("还没有到的日子不能组稿。", field="last")
