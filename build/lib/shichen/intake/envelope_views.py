"""The pages of envelopes (来件): list, one with what became of it, its contents masked, its rows to mend."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shichen.audit.context import known, now
from shichen.city.roles import PERSONAL, ROLES
from shichen.city.scope import sight
from shichen.intake import batches, kinds, listing, mending, originals, texts, then, withheld
from shichen.intake.models import Envelope, Reject
from shichen.intake.rows import JSON_TYPE
from shichen.intake.views import outcome
from shichen.jobs import queries as queries_of_jobs
from shichen.keys import KeyGone
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, siblings, words
from shichen.web.field_forms import FieldsForm
from shichen.web.masking import masked, masked_deep
from shichen.web.past import known_then, says_always
from shichen.web.policy import policy

PAGE = 50
SHOWN = 6_000
MARGIN = 64  # read on beyond what is shown, so that no number is cut before it is known for what it is
REJECTS_SHOWN = 200
MANY = 200  # rows to try again: beyond, they are tried in the background
REASON = Field("reason", gettext_noop("理由"), required=True, maximum=200, help=gettext_noop("更正或作废的依据。"))
STATES = Envelope.State


@known_then
@policy("view")
@require_safe
def envelopes(request: HttpRequest) -> HttpResponse:
    """来件：收到的每一份报送，先收到的先编号。"""
    asked, after = listing.read(request, known()), request.GET.get("after", "")
    later = (
        asked.rows.filter(seq__lt=int(after)) if after.isascii() and after.isdigit() and len(after) < 18 else asked.rows
    )
    page = list(later[: PAGE + 1])
    shown = {
        "rows": asked.shown(page[:PAGE]),
        "following": page[PAGE - 1].seq if len(page) > PAGE else None,
        "state": asked.state,
        "kind": asked.kind,
        "states": STATES.choices,
        "kinds": asked.titles.items(),
        "first": not after,
        "siblings": siblings.DOWNLOADS,
        "query": request.GET.urlencode(),
    }
    return render(request, "intake/envelopes.html", shown)


@known_then
@policy("view")
@require_safe
def envelopes_files(request: HttpRequest, ending: str) -> HttpResponse:
    """The same list as a file: CSV, Excel, JSON, or what its columns mean."""
    asked = listing.read(request, known())

    def found() -> list[tuple[Envelope, str]]:
        return asked.shown(asked.rows[: listing.MOST])

    return siblings.files(
        request,
        ending,
        listing.about(),
        lambda: [listing.row(*one) for one in found()],
        lambda: {"envelopes": [listing.as_data(one) for one, _kind in found()]},
    )


@known_then
@policy("view")
@require_safe
def envelope(request: HttpRequest, number: UUID) -> HttpResponse:
    """一份来件：谁何时报来、变成了什么、还有哪些行待更正。"""
    return envelope_page(request, found_for(request, number))


@says_always
@policy("view")
@require_safe
def contents(request: HttpRequest, number: UUID) -> HttpResponse:
    """原件内容，证件号与手机号已遮盖；每次查看都记入审计日志。"""
    found = found_for(request, number)
    text, shortened = _readable(found)
    originals.noted("open", found, "masked", by=asker.person(request))
    return render(
        request,
        "intake/contents.html",
        {"envelope": found, "text": text, "shortened": shortened, "persons": withheld.tells_of_persons(found.kind)},
    )


@policy("submit")
@require_POST
def replay(request: HttpRequest, number: UUID) -> HttpResponse:
    """名称或规则已改好：把没有入册的再试一遍。"""
    found = _mine_to_mend(request, number)
    if found.rejects.filter(state=Reject.State.OPEN).count() > MANY:
        job = batches.begin_replay(found, by=asker.person(request))
        return HttpResponseRedirect(reverse("job", args=[job.pk]))
    taken, waiting = mending.replay(found, by=asker.person(request))
    found.refresh_from_db()
    if waiting or found.state == STATES.HELD:
        messages.warning(
            request, _("重放后入册 %(taken)s 行，仍有 %(waiting)s 行待更正。") % {"taken": taken, "waiting": waiting}
        )
    else:
        messages.success(request, _("重放后全部入册。"))
    return HttpResponseRedirect(reverse("envelope", args=[found.id]))


@policy("submit")
@require_http_methods(["GET", "HEAD", "POST"])
def mend(request: HttpRequest, number: UUID, reject: UUID) -> HttpResponse:
    """就地更正一行，或写明理由作废。"""
    found = _mine_to_mend(request, number)
    row = get_object_or_404(found.rejects, pk=reject)
    fields = kinds.named(found.kind).fields
    data = {name: str(request.POST.get(name, "")) for name in request.POST} if request.method == "POST" else None
    form = FieldsForm((*fields, REASON), data=data)
    if data is None:
        raw = withheld.said(row)
        _as_it_was(form, raw)
        if (
            raw != row.raw or masked_deep(raw) != raw
        ):  # the boxes must hold the row as it is; whoever opens it is in the trail
            originals.noted("open", found, "row", PERSONAL, by=asker.person(request))
    elif data.get("act") == "void":
        return _voided(request, found, row, form)
    elif form.is_valid() and _mended(request, row, form):
        messages.success(request, _("第 %(n)s 行已更正并入册。") % {"n": row.row_no})
        return _to_next(found)
    return _mend_form(request, found, row, form)


def envelope_page(
    request: HttpRequest, found: Envelope, *, reason: str = "", fault: str = "", status: int = 200
) -> HttpResponse:
    """The page of an envelope; with what was given as a reason to open the original, and why that would not do."""
    moment = known()
    rejects = then.rejects(found, moment, REJECTS_SHOWN + 1)
    mends = Envelope.objects.within(asker.reach(request)).filter(corrects=found.id).order_by("seq")
    shown = {
        **outcome(found, request),
        "rejects": [(one, _said(found.kind, one)) for one in rejects[:REJECTS_SHOWN]],
        "more_rejects": len(rejects) > REJECTS_SHOWN,
        "mends": (mends if moment is None else mends.filter(received_at__lte=moment))[:20],
        "may_mend": moment is None and _may_submit(request, found),
        "can_replay": found.state == STATES.HELD,
        "job": queries_of_jobs.of(found.id) if moment is None else None,
        "past": moment is not None,
        "openers": _openers(),
        "bounds": (originals.SHORTEST, originals.LONGEST),
        "reason": reason,
        "fault": fault,
    }
    return render(request, "intake/envelope.html", shown, status=status)


def _openers() -> str:
    """The roles that may open the original of somebody else's report, by name."""
    found = [role for role in ROLES.values() if role.allows("reveal", PERSONAL)]
    return ", ".join(role.en for role in found) if words.english() else "、".join(role.zh for role in found)


def _as_it_was(form: FieldsForm, raw: dict[str, Any]) -> None:
    """Fill the boxes with what the row says; a date that cannot be read gets a plain box, which shows it all the same."""
    for one in (*form.asked,):
        said = raw.get(one.name, "")
        form.initial[one.name] = said
        try:
            one.read(said)
        except ValueError:
            form.fields[one.name].widget = TextInput()


def _said(kind: str, row: Reject) -> list[tuple[str, str]]:
    """What a row says, under the labels of its fields, masked."""
    known = kinds.known().get(kind)
    labels = {one.name: one.label for one in known.fields} if known else {}
    return [
        (labels.get(name, name), withheld.shown(value)) for name, value in row.raw.items() if value not in ("", None)
    ]


def _voided(request: HttpRequest, found: Envelope, row: Reject, form: FieldsForm) -> HttpResponse:
    try:
        mending.void(row, str(REASON.read(form.data.get("reason", ""))), by=asker.person(request))
    except (Refusal, ValueError) as refused:
        form.errors.clear()
        form.refuse("reason", refused.sentence if isinstance(refused, Refusal) else str(refused))
        return _mend_form(request, found, row, form)
    messages.success(request, _("第 %(n)s 行已作废，留有记录。") % {"n": row.row_no})
    return _to_next(found)


def _mended(request: HttpRequest, row: Reject, form: FieldsForm) -> bool:
    said = {name: text for name, text in form.said.items() if name != "reason"}
    try:
        mending.mend(row, said, str(form.cleaned_data["reason"]), by=asker.person(request))
    except Refusal as refusal:
        form.refuse(refusal.field, refusal.sentence)
        return False
    return True


def _mend_form(request: HttpRequest, found: Envelope, row: Reject, form: FieldsForm) -> HttpResponse:
    shown = {"envelope": found, "row": row, "form": form}
    return render(request, "intake/mend.html", shown, status=422 if form.is_bound else 200)


def _to_next(found: Envelope) -> HttpResponse:
    """The next row that waits; the envelope when none does."""
    row = found.rejects.filter(state=Reject.State.OPEN).first()
    to = reverse("mend", args=[found.id, row.pk]) if row else reverse("envelope", args=[found.id])
    return HttpResponseRedirect(to)


def _readable(found: Envelope) -> tuple[str, bool]:
    """The beginning of the contents as masked text; nothing of a workbook, which is no text."""
    if withheld.tells_of_persons(found.kind):
        return "", False
    try:
        body = texts.open_body(found)
    except KeyGone:
        return "", False
    if found.media_type == JSON_TYPE:
        body = _indented(body)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text[:SHOWN]:
            return masked(text[: SHOWN + MARGIN])[:SHOWN], len(text) > SHOWN
    return "", False


def _indented(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=1).encode("utf-8", "replace")
    except ValueError:
        return body


def found_for(request: HttpRequest, number: UUID) -> Envelope:
    """The envelope of that number, if this person may see that it came; else 404."""
    rows = then.standing(Envelope.objects.within(asker.reach(request)), known())
    return then.as_it_stood(get_object_or_404(rows.select_related("unit", "area", "account"), id=number), known())


def _mine_to_mend(request: HttpRequest, number: UUID) -> Envelope:
    found = found_for(request, number)
    if not _may_submit(request, found):
        raise Refusal("这份来件由别的单位报送；请由报送单位或办公室更正。", rule="报送范围")
    return found


def _may_submit(request: HttpRequest, found: Envelope) -> bool:
    reach = sight(request.user, "submit", at=now())
    return reach.covers(unit=found.unit_id, path=found.area.path, event=found.event_id)


__all__: list[Any] = ["contents", "envelope", "envelope_page", "envelopes", "found_for", "mend", "replay"]
