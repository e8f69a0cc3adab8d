"""A document on its way (发文办理): drafted and worded anew, sent up, issued by a second person, withdrawn with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city.models import Account, Body
from shichen.documents.official.paper import OfficialPaper
from shichen.documents.official.rules import checked
from shichen.indicators import releasing
from shichen.indicators.releasing import Document, Printed
from shichen.publications.papers import figuring, files, numbering, telling, wording
from shichen.publications.papers.models import Paper, PaperWording
from shichen.publications.papers.telling import Told
from shichen.refusal import Refusal

State = Paper.State
TABLE = "publications.paper"
PLACES = {"body": "正文", "attachments": "附件"}
"""Where in a document a figure is printed, as the ledger tells it."""


@transaction.atomic
def draft(kind: str, issuer: Body, given: Mapping[str, str], *, by: Account) -> Paper:
    """Begin a document with its first wording; it has no number yet. Raises Refusal."""
    if kind not in Paper.Kind.values:
        raise Refusal("文种只有令、通知、函、纪要四种。", field="kind")
    content = wording.read(kind, given)
    paper = Paper.objects.create(kind=kind, issuer=issuer, made_at=now(), made_by=by)
    _word(paper, 1, content, by=by)
    _note("draft-paper", paper, by=by)
    return paper


@transaction.atomic
def save(paper: Paper, given: Mapping[str, str], *, seen: int, by: Account) -> Paper:
    """Word a draft anew; `seen` is the wording that the writer had before them. Raises Refusal where another came first."""
    held = _in(paper, State.DRAFT)
    last = _last(held, seen)
    content = wording.read(held.kind, given)
    if content != last.content:
        _word(held, last.number + 1, content, by=by)
        _note("word-paper", held, by=by)
    return held


@transaction.atomic
def send(paper: Paper, *, on: date, by: Account) -> Paper:
    """Hand a document up for the signature, once the standard has nothing against it. Raises Refusal with the field."""
    held = _in(paper, State.DRAFT)
    told = _told(held)
    numbering.coming(held, told.wording.content.get("code", ""), on)
    checked(told.official(on))
    figuring.must_stand(told.wording.content)
    held.state, held.sent_at, held.sent_by = State.SENT, now(), by
    held.save(update_fields=["state", "sent_at", "sent_by"])
    _note("send-paper", held, by=by)
    return held


@transaction.atomic
def send_back(paper: Paper, reason: str, *, by: Account) -> Paper:
    """Give a document back to who drafts it. Raises Refusal."""
    held = _in(paper, State.SENT)
    if not reason.strip():
        raise Refusal("退回要写明理由。", field="back")
    held.state, held.sent_at, held.sent_by = State.DRAFT, None, None
    held.save(update_fields=["state", "sent_at", "sent_by"])
    _note("send-back-paper", held, reason=reason, by=by)
    return held


def issue(paper: Paper, *, seen: int, on: date, after: int = 0, by: Account) -> Paper:
    """Sign a document: it gets the next number of its series and its date, and both its files are kept. Raises Refusal.

    `after` is the last number of a series that was given on paper before the post kept it. Type is set before the turn to
    write is taken; where another number was given meanwhile it is set once more.
    """
    at = now()
    official = _signed(_in(paper, State.SENT, lock=False), seen, on, after, by)
    for form in files.FORMS:
        files.made(official, form, at)
    return _issue(paper, seen, on, after, at, by)


@transaction.atomic
def withdraw(paper: Paper, reason: str, *, by: Account) -> Paper:
    """Take an issued document back; its number stays its own, and what it said stays on record. Raises Refusal."""
    held = _in(paper, State.ISSUED)
    if not reason.strip():
        raise Refusal("撤回要写明理由。", field="withdraw")
    held.state, held.withdrawn_at, held.ended = State.WITHDRAWN, now(), reason.strip()[:300]
    held.save(update_fields=["state", "withdrawn_at", "ended"])
    _note("withdraw-paper", held, reason=reason, by=by)
    return held


@transaction.atomic
def drop(paper: Paper, reason: str, *, by: Account) -> Paper:
    """Give up a document that was not issued; no number was used. Raises Refusal."""
    held = _in(paper, State.DRAFT, State.SENT)
    if not reason.strip():
        raise Refusal("作废要写明理由。", field="drop")
    held.state, held.ended = State.DROPPED, reason.strip()[:300]
    held.save(update_fields=["state", "ended"])
    _note("drop-paper", held, reason=reason, by=by)
    return held


@transaction.atomic
def _issue(paper: Paper, seen: int, on: date, after: int, at: datetime, by: Account) -> Paper:
    Body.objects.select_for_update().get(pk=paper.issuer_id)  # one at a time within the series
    held = _in(paper, State.SENT)
    first = not numbering.series_of(held, on).exists()
    official = _signed(held, seen, on, after, by)
    files.keep(held, official, at)
    held.state, held.issued_at, held.issued_by, held.version = State.ISSUED, at, by, seen
    held.name, held.code, held.serial = official.issuer, official.number.code, official.number.serial
    held.year, held.dated, held.digest = numbering.year_of(held.kind, on), on, telling.digest(official)
    held.save()
    _tell(held, at, by)
    _note("issue-paper", held, reason=f"此前已用到第{after}号" if first and after else "", by=by)
    return held


def _signed(held: Paper, seen: int, on: date, after: int, by: Account) -> OfficialPaper:
    """The document with its number and date, if this person may sign it. Raises Refusal."""
    _last(held, seen)
    if by.pk in (held.made_by_id, held.sent_by_id) or held.wordings.filter(by=by).exists():
        raise Refusal("拟稿、改稿、送签的人不能自己签发；请由第二人签发。", rule="两人签发")
    told = _told(held)
    figuring.must_stand(told.wording.content)
    number = numbering.coming(held, told.wording.content.get("code", ""), on, after=after)
    return checked(told.numbered(number, on))


def _tell(held: Paper, at: datetime, by: Account) -> None:
    """The figures in a document that goes out are signed with it, and from then on changed by a correction only."""
    told = _told(held)
    found = figuring.must_stand(told.wording.content)
    if found:
        releasing.approve([one.figure for one in found], by=by)
        document = Document(held.pk, f"{told.number} {told.title}", telling.href(held))
        releasing.release(
            document,
            [Printed(one.figure, PLACES[one.field], one.printed, marked=True) for one in found],  # `must_stand` looked
            at=at,
            by=by,
        )


def _told(paper: Paper) -> Told:
    return telling.told([paper])[0]


def _word(paper: Paper, number: int, content: wording.Content, *, by: Account) -> None:
    PaperWording.objects.create(paper=paper, number=number, content=content, at=now(), by=by)


def _last(paper: Paper, seen: int) -> PaperWording:
    last = paper.wordings.select_related("by").order_by("-number")[0]
    if last.number != seen:
        raise Refusal(f"您打开以后，{last.by.display_name}改过这份公文；请照现在的文字再看一遍。")
    return last


def _in(paper: Paper, *states: str, lock: bool = True) -> Paper:
    rows = Paper.objects.select_for_update(of=("self",)) if lock else Paper.objects
    held = rows.select_related("issuer").get(pk=paper.pk)
    if held.state not in states:
        wanted = "、".join(str(State(state).label) for state in states)
        raise Refusal(f"这份公文现在是「{held.get_state_display()}」，须是「{wanted}」才行。")
    return held


def _note(act: str, paper: Paper, *, reason: str = "", by: Account) -> None:
    audit.note(act, table=TABLE, subject=paper.pk, reason=reason.strip(), after=paper.digest, by=by)
