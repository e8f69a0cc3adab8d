"""Releasing figures (签发与发布): a second person approves, a document prints, an hour makes them public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.batches import batches
from shichen.city.models import Account
from shichen.indicators.correcting import must_not_fall
from shichen.indicators.models import Appearance, Correction, Figure
from shichen.refusal import Refusal


@dataclass(frozen=True)
class Document:
    """Something that prints figures: what it is called and where it can be read."""

    id: UUID
    title: str
    href: str


@dataclass(frozen=True)
class Printed:
    """One figure in a document: where it stands and how it reads there."""

    figure: Figure
    place: str
    text: str
    marked: bool = False
    """Whether the words it stands in say 数据不完整 themselves, so that every print, reprint and file says it."""


INCOMPLETE = "数据不完整"


def must_say_so(printed: Iterable[Printed]) -> None:
    """数据不完整的数不得照常发布：补全后重新定稿，或在所在文字里写明“数据不完整”。Raises Refusal."""
    silent = next((one for one in printed if not one.figure.complete and not one.marked), None)
    if silent is not None:
        raise Refusal(
            f"文中的数「{silent.text}」数据不完整；请待数据文件补全后重新定稿，或在这段文字里写明“{INCOMPLETE}”再发布。",
            rule=INCOMPLETE,
            field=str(silent.figure.pk),
        )


@transaction.atomic
def approve(figures: Iterable[Figure], *, by: Account) -> int:
    """Sign figures that somebody else froze; those signed already stay as they are. How many were signed. Raises Refusal."""
    waiting = [figure for figure in figures if figure.approved_by_id is None and not _accepted(figure)]
    own = next((figure for figure in waiting if figure.frozen_by_id == by.pk), None)
    if own is not None:
        name = own.definition.name if own.definition else "数字"
        raise Refusal(f"「{name}」是您自己定稿的，须由第二人签发。", rule="两人签发")
    signed = Figure.objects.filter(pk__in=[figure.pk for figure in waiting], approved_by=None).update(
        approved_at=now(), approved_by=by
    )
    if signed:
        audit.note("approve", table="indicators.figure", subject=waiting[0].pk, rows=signed, by=by)
    return signed


@transaction.atomic
def release(document: Document, printed: Sequence[Printed], *, at: datetime, by: Account | None) -> int:
    """Make the figures of a document public from `at`; what was told before keeps its own time. How many are new.

    Raises Refusal where a figure was replaced meanwhile, where a running total falls without a correction, and where a figure is
    not complete and the words around it do not say so.
    """
    must_say_so(printed)
    figures = {one.figure.pk: one.figure for one in printed}
    for figure in figures.values():
        if figure.successor_id is not None:
            raise Refusal(f"文中的数 {figure.value:f} 已被更正；请改用更正后的数再发布。", field=str(figure.pk))
        must_not_fall(figure)
    new = Figure.objects.filter(pk__in=figures, published_at=None).update(published_at=at)
    Appearance.objects.bulk_create(
        Appearance(
            figure=one.figure,
            document=document.id,
            title=document.title[:120],
            href=document.href,
            place=one.place[:40],
            printed=one.text[:60],
            at=at,
        )
        for one in _once(printed)
    )
    audit.note("release", table="indicators.figure", subject=document.id, rows=len(figures), by=by)
    return new


def corrections_of(figures: Iterable[UUID]) -> dict[UUID, Correction]:
    """For each figure that was corrected, the correction: what every place that printed it must show beside it."""
    made = Correction.objects.filter(was__in=list(figures), state=Correction.State.MADE)
    return {one.was_id: one for one in made.select_related("was__definition", "replacement")}


@dataclass(frozen=True)
class Marked:
    """The mark of a corrected figure wherever it was printed: the number of the correction and what it now is."""

    number: int
    now: Decimal | None
    unit: str

    @property
    def href(self) -> str:
        return f"/corrections/{self.number}/"


def marks(figures: Iterable[UUID]) -> dict[UUID, Marked]:
    """The marks of those figures that were corrected, in one question for a whole page."""
    wanted = list(dict.fromkeys(figures))
    found: dict[UUID, Marked] = {}
    for some in batches(wanted):
        for figure, one in corrections_of(some).items():
            if one.number is not None and one.replacement is not None:
                found[figure] = Marked(one.number, one.replacement.value, one.replacement.unit)
    return found


def _accepted(figure: Figure) -> bool:
    """A statement was judged by the person who accepted it; what a report says is not frozen by our own hand."""
    return figure.basis == Figure.Basis.STATED


def _once(printed: Sequence[Printed]) -> list[Printed]:
    """The first of each figure in each place: a sentence may print one figure twice."""
    return list({(one.figure.pk, one.place): one for one in reversed(printed)}.values())[::-1]
