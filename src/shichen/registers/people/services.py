"""Acts on people: enter one once, join two cards by decision, open an identity for a reason, erase it on time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.intake.kinds import Arrival
from shichen.keys import KeyGone
from shichen.records import sealed
from shichen.records import services as records
from shichen.records.models import Record
from shichen.refusal import Refusal
from shichen.registers.people import documents, queries
from shichen.registers.people.documents import Identity
from shichen.registers.people.models import Likeness, Person
from shichen.web import revealing

__all__ = ["DIFFERS", "NEW", "SAME", "Likeness", "decide", "erase", "find_or_enter", "numbers_of", "reveal"]

NEW, SAME, DIFFERS = "new", "same", "differs"


def find_or_enter(values: Mapping[str, Any], arrival: Arrival, *, row_no: int | None = None) -> Person:
    """The card of whoever a report names: the one with the same document, else a new one (同一证件只有一张卡). Raises Refusal.

    `met` says which; where the document is the same and the name is not, the card stays as it is and `met` says so. Who
    has the same name and telephone as another is entered apart, and proposed as perhaps the same (疑似同一人).
    """
    identity = documents.read(values, on=watches.civil_day(arrival.at))
    found = _by_number(identity, arrival)
    if found is not None:
        return _met_again(found, identity, arrival)
    made = _new(identity, bool(values.get("synthetic")), arrival, arrival.row_no if row_no is None else row_no)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # the same person came by another door at the same moment
        found = _by_number(identity, arrival)
        if found is None:
            raise
        return _met_again(found, identity, arrival)
    _propose(made, identity)
    return made


def _by_number(identity: Identity, arrival: Arrival) -> Person | None:
    if not identity.number:
        return None
    index = sealed.blind(Person, "number", identity.number)
    rows = Person.objects.current().filter(event=arrival.event, merged_into=None)
    found: Person | None = rows.filter(document_type=identity.document_type, number_index=index).first()
    return found


def _met_again(found: Person, identity: Identity, arrival: Arrival) -> Person:
    """What the card lacked is filled in, as its next version; what it has stays."""
    told = {name: getattr(identity, name) for name in ("phone", "home")}
    lacking = {name: text for name, text in told.items() if text and not bytes(getattr(found, name))}
    same = sealed.normalised(sealed.opened(found, "name")) == sealed.normalised(identity.name)
    if lacking:
        columns = sealed.written(found, arrival.at, **lacking)
        found = records.correct(found, columns, "由另一份名单补齐", check=lambda one: None, by=arrival.by)
    found.met = SAME if same else DIFFERS
    return found


def _new(identity: Identity, synthetic: bool, arrival: Arrival, row_no: int) -> Person:
    made = Person(document_type=identity.document_type, synthetic=synthetic, sensitivity=Record.Sensitivity.PERSONAL)
    arrival.begin(made, row_no=row_no)
    said = {"name": identity.name, "number": identity.number, "phone": identity.phone, "home": identity.home}
    sealed.put(made, arrival.at, **said)
    made.met = NEW
    return made


def _propose(made: Person, identity: Identity) -> None:
    """Others with this telephone whose name is the same: for a person to decide."""
    if not made.phone_index:
        return
    rows = Person.objects.current().filter(event=made.event, phone_index=made.phone_index, merged_into=None)
    for other in rows.exclude(first=made.first):
        if sealed.normalised(sealed.opened(other, "name")) == sealed.normalised(identity.name):
            Likeness.objects.create(
                event=made.event, one=other.first, other=made.first, why="姓名、电话相同", found_at=made.recorded_at
            )


@transaction.atomic
def decide(pair: Likeness, same: bool, reason: str, *, by: Account) -> Likeness:
    """Say whether two cards are one person (同一人); if so the later goes on as the earlier. Raises Refusal."""
    said = reason.strip()
    if not said or len(said) > records.LONGEST_REASON:
        raise Refusal("是不是同一人，请写明依据，200 字以内。", field="reason")
    moment = now()
    told = {"decided_at": moment, "decided_by": by, "reason": revealing.reason(said)}
    state = Likeness.State.SAME if same else Likeness.State.APART
    if not Likeness.objects.filter(pk=pair.pk, state=Likeness.State.OPEN).update(state=state, **told):
        raise Refusal("这一对刚由另一人决定；请刷新后查看。", rule="先到先更")
    if same:
        _join(pair, by=by)
    audit.note("decide_likeness", table="people.likeness", subject=pair.pk, data_class="personal", reason=said, by=by)
    pair.refresh_from_db()
    return pair


def _join(pair: Likeness, *, by: Account) -> None:
    one, other = (_standing(first) for first in (pair.one, pair.other))
    lacking = [name for name in queries.SEALED if not bytes(getattr(one, name)) and bytes(getattr(other, name))]
    texts = {name: sealed.opened(other, name) for name in lacking}
    kind = {"document_type": other.document_type} if "number" in lacking else {}
    records.correct(other, {"merged_into": one.first}, "与先登记的是同一人", check=lambda card: None, by=by)
    if texts:
        columns = sealed.written(one, now(), **texts) | kind
        records.correct(one, columns, "由并入的卡补齐", check=lambda card: None, by=by)


def _standing(first: UUID) -> Person:
    found: Person | None = Person.objects.current().filter(first=first, merged_into=None).first()
    if found is None:
        raise Refusal("其中一张卡已经并入别的卡；请刷新后查看。", rule="先到先更")
    return found


def numbers_of(firsts: Collection[UUID]) -> dict[UUID, str]:
    """The numbers on the documents of people, in clear, to be compared with a pseudonym; of whom was erased none.

    Whoever calls it has the right to look for them, and keeps the trail of each that was the one.
    """
    found: dict[UUID, str] = {}
    for one in Person.objects.current().filter(first__in=set(firsts), erased_at=None):
        with suppress(KeyGone):
            if number := sealed.opened(one, "number"):
                found[one.first] = number
    return found


def reveal(
    first: UUID, why: str, *, through: Record, units: tuple[str, ...] = (), case_no: str = "", by: Account
) -> dict[str, str]:
    """Who somebody is, opened for a reason (调阅); `through` is the record that led to the card. Raises Refusal."""
    one: Person = Person.objects.current().get(first=first)
    if one.erased_at is not None:
        raise Refusal("这个人的身份信息已按留存期限销毁；只留计数。", rule="留存期限")
    return revealing.reveal(one, queries.SEALED, why, through=through, units=units, case_no=case_no, by=by)


@transaction.atomic
def erase(firsts: Collection[UUID], *, at: datetime, by: Account) -> int:
    """Empty the identity of people, in every version of their cards (销毁); the cards stay and are counted. Returns how many."""
    rows = Person.objects.filter(first__in=firsts, erased_at=None)
    found = rows.values("first").distinct().count()
    sealed.erase(rows, queries.SEALED, erased_at=at)
    audit.note("erase", table="people.person", data_class="personal", rows=found, fields=queries.SEALED, by=by)
    return found
