"""An edition on its way out (出版): reviewed, signed by a second person, released at its hour, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account
from shichen.disclosure import clearing
from shichen.indicators import releasing
from shichen.indicators.models import Figure
from shichen.indicators.releasing import Document, Printed
from shichen.publications.editions import content, objections
from shichen.publications.models import Edition
from shichen.publications.objecting import Objection
from shichen.refusal import Refusal

State = Edition.State


@transaction.atomic
def review(edition: Edition, *, waived: Mapping[str, str] | None = None, by: Account) -> Edition:
    """Fix the content of a draft, once nothing stands against it that was not let pass with a reason. Raises Refusal.

    `waived` gives, for the key of an objection, why it does not matter here; what an earlier edition let pass keeps its
    reason and is not asked again.
    """
    held = _in(edition, State.DRAFT)
    standing = objections.of(held)
    reasons = {one.key: one.passed.reason for one in standing if one.passed}
    reasons |= {key: reason.strip() for key, reason in (waived or {}).items() if reason.strip()}
    against = next((one for one in standing if one.hard or one.key not in reasons), None)
    if against is not None:
        hint = "" if against.hard else " 改正，或写明放行的理由。"
        raise Refusal(against.sentence + hint, rule="版面异议", field=against.key)
    held.content = content.of(held)
    held.digest = content.digest(held.content)
    held.waived = [_let_pass(one, reasons[one.key], by) for one in standing]
    held.state, held.reviewed_at, held.reviewed_by = State.REVIEWED, now(), by
    held.save(update_fields=["content", "digest", "waived", "state", "reviewed_at", "reviewed_by"])
    _note("review-edition", held, by=by)
    return held


@transaction.atomic
def send_back(edition: Edition, reason: str, *, by: Account) -> Edition:
    """Give a reviewed or signed edition back to its editors. Raises Refusal."""
    held = _in(edition, State.REVIEWED, State.APPROVED)
    if not reason.strip():
        raise Refusal("退回要写明理由。", field="reason")
    held.state, held.content, held.digest = State.DRAFT, None, ""
    held.reviewed_at = held.reviewed_by = held.approved_at = held.approved_by = held.not_before = None
    held.save()
    _note("send-back-edition", held, reason=reason.strip(), by=by)
    return held


@transaction.atomic
def approve(edition: Edition, *, not_before: datetime | None = None, by: Account) -> Edition:
    """Sign a reviewed edition, to be released at an hour or when somebody says so. Raises Refusal."""
    held = _in(edition, State.REVIEWED)
    if by.pk in (held.reviewed_by_id, held.made_by_id):
        raise Refusal("组稿、审定的人不能自己签发；请由第二人签发。", rule="两人签发")
    releasing.approve(_figures(held).values(), by=by)
    held.state, held.approved_at, held.approved_by, held.not_before = State.APPROVED, now(), by, not_before
    held.save(update_fields=["state", "approved_at", "approved_by", "not_before"])
    _note("approve-edition", held, by=by)
    return held


@transaction.atomic
def release(edition: Edition, *, by: Account | None) -> Edition:
    """Let a signed edition go out, with every figure on it, all at once or not at all. Raises Refusal."""
    held, at = _in(edition, State.APPROVED), now()
    if held.not_before is not None and at < held.not_before:
        raise Refusal(f"这一版定于 {held.not_before:%m-%d %H:%M} 以后发布，现在还不能发布。", rule="定时发布")
    if held.content is None or content.digest(held.content) != held.digest:
        raise Refusal("这一版的内容与审定时的指纹不符，不能发布；请退回重审。")
    if held.audience == Edition.Audience.PUBLIC:
        clearing.clear(document_of(held), list(_figures(held).values()), by=by)
    releasing.release(document_of(held), _printed(held), at=at, by=by)
    held.state, held.released_at = State.RELEASED, at
    held.save(update_fields=["state", "released_at"])
    _note("release-edition", held, by=by)
    return held


@transaction.atomic
def withdraw(edition: Edition, reason: str, *, by: Account) -> Edition:
    """Take a released edition down; it stays listed, with the reason, and what it said stays on record. Raises Refusal."""
    held = _in(edition, State.RELEASED)
    if not reason.strip():
        raise Refusal("撤下一版要写明理由。", field="reason")
    held.state, held.withdrawn_at, held.ended = State.WITHDRAWN, now(), reason.strip()[:300]
    held.save(update_fields=["state", "withdrawn_at", "ended"])
    _note("withdraw-edition", held, reason=reason.strip(), by=by)
    return held


def release_due(at: datetime) -> int:
    """Release the signed editions whose hour has come; one that is refused is told and waits. For the clock."""
    due = Edition.objects.filter(state=State.APPROVED, not_before__isnull=False, not_before__lte=at)
    done = 0
    for edition in due.order_by("not_before"):
        try:
            release(edition, by=None)
            done += 1
        except Refusal as refusal:
            _refused(edition, refusal)
    return done


def document_of(edition: Edition) -> Document:
    """An edition as the ledger names what printed a figure."""
    return Document(edition.pk, str(edition), href(edition))


def href(edition: Edition) -> str:
    """Where exactly this edition can be read for ever, whatever is corrected later."""
    if edition.kind == Edition.Kind.DAY:
        return f"/days/{edition.first}/editions/{edition.number}/"
    return f"/chronicle/{edition.first}/{edition.last}/editions/{edition.number}/"


def _printed(edition: Edition) -> list[Printed]:
    figures = _figures(edition)
    return [
        Printed(
            figures[UUID(figure)], row["place"], passage["text"][start:end], releasing.INCOMPLETE in passage["text"]
        )
        for row in (edition.content or {})["places"]
        for passage in row["passages"]
        for start, end, figure in passage["spans"]
    ]


def _figures(edition: Edition) -> dict[UUID, Figure]:
    ids = [UUID(one) for one in (edition.content or {})["figures"]]
    return {one.pk: one for one in Figure.objects.filter(pk__in=ids).select_related("area", "definition")}


def _let_pass(one: Objection, reason: str, by: Account) -> dict[str, str]:
    """What is kept of an objection that was let pass; a reason taken over names who gave it, and in which edition."""
    row = {"key": one.key, "sentence": one.sentence, "reason": reason, "by": by.display_name}
    if one.passed is not None and one.passed.reason == reason:
        row |= {"by": one.passed.by, "edition": one.passed.edition}
    return row


def _in(edition: Edition, *states: str) -> Edition:
    held = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if held.state not in states:
        wanted = "、".join(str(State(state).label) for state in states)
        raise Refusal(f"{held}现在是「{held.get_state_display()}」，须是「{wanted}」才行。")
    return held


def _note(act: str, edition: Edition, *, reason: str = "", by: Account | None) -> None:
    audit.note(act, table="publications.edition", subject=edition.pk, reason=reason, after=edition.digest, by=by)


@transaction.atomic
def _refused(edition: Edition, refusal: Refusal) -> None:
    """Why an edition did not go out at its hour, told once; it goes back to a person."""
    Edition.objects.filter(pk=edition.pk).update(not_before=None, ended=refusal.sentence[:300])
    audit.note(
        "release-refused",
        table="publications.edition",
        subject=edition.pk,
        reason=refusal.sentence[:200],
        result="refused",
        by=None,
    )
