"""The web door of official documents (公文): the register, writing one, how it is set, whether its layout holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy, gettext_noop, pgettext_lazy
from django.views.decorators.http import require_safe

from shichen import watches
from shichen.audit.context import known
from shichen.city import queries as city
from shichen.city.models import Body
from shichen.documents.official import checking
from shichen.publications.editions import progress
from shichen.publications.editions.guarding import editors
from shichen.publications.papers import figuring, files, listing, numbering, steps, then, wording
from shichen.publications.papers.listing import Asked
from shichen.publications.papers.models import Paper
from shichen.publications.papers.telling import Told
from shichen.publications.papers.wording import Blank
from shichen.publications.printing.views import file_answer
from shichen.refusal import Refusal
from shichen.web import asker, clock, siblings
from shichen.web.past import known_then, only_now
from shichen.web.policy import policy

AT_ONCE = 30
PAPERS = gettext_noop("公文由范围及于全市的人来办(%(acts)s)；可以的角色：%(roles)s。")
DONE = {
    "draft-paper": gettext_lazy("拟稿"),
    "word-paper": gettext_lazy("改稿"),
    "send-paper": gettext_lazy("送签"),
    "send-back-paper": gettext_lazy("退回"),
    "issue-paper": pgettext_lazy("动作", "签发"),
    "withdraw-paper": gettext_lazy("撤回"),
    "drop-paper": gettext_lazy("作废"),
}


@known_then
@policy("view")
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """公文登记：文种、字号、标题、状态、日期。"""
    asked, moment = Asked.of(request.GET.dict()), known()
    seen = listing.seen(request.user, moment)
    of_kind = listing.narrowed(seen, Asked(asked.kind), moment)
    counts = [
        (one, label, listing.narrowed(of_kind, Asked("", one), moment).count()) for one, label in Paper.State.choices
    ]
    page = Paginator(listing.narrowed(of_kind, Asked("", asked.state), moment), AT_ONCE).get_page(
        request.GET.get("page")
    )
    context = {
        "page": page,
        "rows": listing.stood(page, moment),
        "asked": asked,
        "kinds": Paper.Kind.choices,
        "counts": [one for one in counts if one[2] or one[0] == asked.state],
        "all": of_kind.count(),
        "writes": moment is None and "confirm" in listing.acts_of(request.user),
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "papers/list.html", context)


@known_then
@policy("view")
@require_safe
def papers_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The register as a file: CSV, Excel, JSON, or what its columns mean."""
    moment = known()
    rows = listing.narrowed(listing.seen(request.user, moment), Asked.of(request.GET.dict()), moment)

    def found() -> list[Told]:
        return listing.stood(rows[:500], moment)

    return siblings.files(
        request,
        ending,
        listing.about(),
        lambda: map(listing.row, found()),
        lambda: {"papers": [listing.payload(one) for one in found()]},
    )


@only_now
@policy("view")
@require_safe
@editors("confirm", sentence=PAPERS)
def new(request: HttpRequest) -> HttpResponse:
    """拟一份公文：先选文种，再填。"""
    return written(request, request.GET.get("kind", ""))


@known_then
@policy("view")
@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """一份公文：草稿可以改；谁在什么时候做了什么；文件。"""
    return shown(request, found(request, pk))


@known_then
@policy("view")
@require_safe
def paper_file(request: HttpRequest, pk: str, paper: str) -> HttpResponse:
    """排版：PDF 或 .docx；已签发的照签发时存下的原样。"""
    told = found(request, pk)
    name = told.number or f"draft-{told.wording.number}"
    plain = "".join(char for char in name if char.isascii() and (char.isalnum() or char == "-"))
    return file_answer(files.of(told, paper, today()), f"{told.paper.kind}-{plain}", paper)


@only_now
@policy("view")
@require_safe
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """检查版式：排出来的文件哪些合乎标准，哪些不合。"""
    told = found(request, pk)
    context: dict[str, Any] = {"told": told, "paper": told.paper}
    try:
        official, pdf = told.official(today()), files.of(told, "pdf", today())
        docx = files.of(told, "docx", today())
    except Refusal as refusal:
        return render(request, "papers/check.html", context | {"fault": refusal}, status=422)
    context["lists"] = [("PDF", checking.check_pdf(official, pdf)), (".docx", checking.check_docx(official, docx))]
    context["faces"] = checking.faces_used(pdf)
    return render(request, "papers/check.html", context)


def found(request: HttpRequest, pk: UUID | str) -> Told:
    """A document that the asker may see, as it stands or stood."""
    try:
        one = get_object_or_404(listing.seen(request.user, known()), pk=UUID(str(pk)))
    except ValueError:
        raise Http404("no such paper") from None
    stood = listing.stood([one], known())
    if not stood:
        raise Http404("not written yet")
    return stood[0]


def shown(request: HttpRequest, told: Told, *, fault: Refusal | None = None, at: str = "") -> HttpResponse:
    """The page of a document; `fault` is why the act `at` was refused, and what was typed stays."""
    one, acts = told.paper, listing.acts_of(request.user) if known() is None else frozenset()
    writes = one.state == Paper.State.DRAFT and "confirm" in acts
    typed: Mapping[str, str] = request.POST.dict() if fault and at == "save" else told.wording.content
    against = told.against(today()) if one.state in (Paper.State.DRAFT, Paper.State.SENT) else None
    context: dict[str, Any] = {
        "told": told,
        "paper": one,
        "kind": one.kind,
        "fields": _fields(one.kind, typed, fault if at == "save" else against),
        "writes": writes,
        "acts": acts,
        "own": asker.person(request).pk in _hands(one),
        "against": against,
        "history": progress.of_the_trail(steps.TABLE, one.pk, DONE),
        "fault": fault,
        "at": at,
        "given": request.POST if fault else {},
        "steps": [(label, _place(one.state, step)) for step, label in Paper.State.choices[:3]],
        "first": one.state == Paper.State.SENT and not numbering.series_of(one, today()).exists(),
        "prints": one.state in then.OUTSIDE or against is None,
        "bound": figuring.standing(told.wording.content),
        "looked_for": request.GET.get("q", "").strip()[:40] if writes else "",
    }
    context |= {
        "amended": [one for one in context["bound"] if one.figure.correction] if one.state in then.OUTSIDE else [],
        "found": figuring.offered(context["looked_for"]),
        "figures": {figuring.head_of(one.figure): one.figure for one in context["bound"]},
    }
    return render(request, "papers/paper.html", context, status=422 if fault else 200)


def written(request: HttpRequest, kind: str, fault: Refusal | None = None) -> HttpResponse:
    """The form of a new document, or the choice of its kind."""
    chosen = kind if kind in Paper.Kind.values else ""
    typed = request.POST.dict() if fault else _begun(chosen)
    context = {
        "kind": chosen,
        "kinds": Paper.Kind.choices,
        "called": dict(Paper.Kind.choices).get(chosen, ""),
        "fields": _fields(chosen, typed, fault) if chosen else [],
        "issuers": issuers(),
        "issuer": typed.get("issuer", "") or _usual(chosen),
        "fault": fault,
    }
    return render(request, "papers/new.html", context, status=422 if fault else 200)


def today() -> date:
    """The day that a document is dated by: that of the clock on the pages, also where it stands."""
    return watches.civil_day(clock.shown())


def issuers() -> list[Body]:
    """The bodies that a post issues for: the leading group, its Office, the working groups."""
    rows = Body.objects.filter(kind__in=(Body.THE_OFFICE, Body.GROUP, Body.LEADING)).order_by("kind", "code")
    return sorted(rows, key=lambda one: (one.kind == Body.GROUP, one.kind))


def _usual(kind: str) -> str:
    """Orders are the leading group's, everything else is mostly the Office's."""
    office = city.the_office()
    leading = Body.objects.filter(kind=Body.LEADING).first()
    return str((leading or office).pk if kind in (Paper.Kind.ORDER, Paper.Kind.MINUTES) else office.pk)


def _begun(kind: str) -> dict[str, str]:
    """A new document takes the letters of its series from the last one."""
    last = Paper.objects.filter(kind=kind, serial__isnull=False).order_by("-issued_at").first()
    return {"code": last.code} if last is not None else {}


def _fields(kind: str, typed: Mapping[str, str], fault: Refusal | None) -> list[tuple[Blank, str, str]]:
    """Each blank with what stands in it and what is against it."""
    at = {"number": "code", "imprint": "printer"}.get(fault.field or "", fault.field or "") if fault else ""
    sentence = fault.sentence if fault else ""
    return [(one, typed.get(one.key, ""), sentence if one.key == at else "") for one in wording.blanks(kind)]


def _hands(paper: Paper) -> set[UUID | None]:
    """Whose hands a document was in; they do not sign it."""
    return {paper.made_by_id, paper.sent_by_id, *paper.wordings.values_list("by", flat=True)}


def _place(state: str, step: str) -> str:
    """Whether a step is behind, at hand or ahead."""
    if state == Paper.State.DROPPED:
        return "behind" if step == Paper.State.DRAFT else "never"
    order = [one for one, _label in Paper.State.choices]
    at, mine = order.index(min(state, Paper.State.ISSUED, key=order.index)), order.index(step)
    done = mine < at or state in then.OUTSIDE
    return "behind" if done else "here" if mine == at else "ahead"
