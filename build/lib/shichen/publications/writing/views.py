"""The web door of drafts (起草): a form and a day, the text that the records give, and its way into the log."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shichen import watches
from shichen.publications.rules import Form, rules
from shichen.publications.writing import recording
from shichen.publications.writing.composing import Written, joined, texts
from shichen.publications.writing.gathering import Gathered, Known, gather
from shichen.refusal import Refusal
from shichen.sheets.fields import Field
from shichen.web import asker, clock, past, siblings, words
from shichen.web.attached import attached
from shichen.web.past import known_then
from shichen.web.policy import policy

SHEET = (
    Field("start", gettext_noop("起"), "integer"),
    Field("end", gettext_noop("止"), "integer"),
    Field("key", gettext_noop("指标代码")),
    Field("name", gettext_noop("指标")),
    Field("area", gettext_noop("区域")),
    Field("value", gettext_noop("数值"), "decimal"),
    Field("unit", gettext_noop("量词")),
    Field("basis", gettext_noop("依据")),
    Field("href", gettext_noop("出处")),
)


@known_then
@policy("view")
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """起草：选一种文稿和一天，文字由记录写成，每个数字都有出处。"""
    return _page(request, *_asked(request, request.GET.get("form", ""), request.GET.get("on", "")))


@known_then
@policy("view")
@require_safe
def drafts_file(request: HttpRequest, ending: str) -> HttpResponse:
    form, gathered, each = _asked(request, request.GET.get("form", ""), request.GET.get("on", ""))
    written = joined(each)
    if ending == "txt":
        return attached(written.text.encode() + b"\n", f"{form.name}{gathered[0].on}.txt", "txt")
    about = siblings.About(
        f"{form.name} {gathered[0].on}", gettext("由记录写成的文稿里的数字。"), gettext("本系统登记册与台账"), SHEET
    )
    return siblings.files(request, ending, about, lambda: _rows(written), lambda: _said(form, gathered, written))


@policy("note")
@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """把这一稿记入日志。"""
    form, gathered, written = _asked(request, request.POST.get("form", ""), request.POST.get("on", ""))
    seen = request.POST.get("seen", "").replace("\r\n", "\n")  # as browsers send the line breaks of a form
    try:
        entry = recording.record(form, gathered[0].on, written, seen, by=asker.person(request))
    except Refusal as refusal:
        return _page(request, form, gathered, written, fault=refusal, status=409)
    link = format_html('<a href="/log/{}/">{}</a>', entry.id, entry.label)
    messages.success(request, format_html(_("已记入日志：{}。"), link))
    return HttpResponseRedirect(f"/drafts/?form={form.key}&on={gathered[0].on}")


def _asked(request: HttpRequest, key: str, on: str) -> tuple[Form, list[Gathered], list[Written]]:
    """The form and the day that an address asks for: without them the first form, and the day before today."""
    forms = rules().forms
    form = rules().form(key) if key else next(iter(forms), None)
    if form is None:
        raise Http404("no such form")
    day = _day(on) if on else watches.civil_day(clock.shown()) - timedelta(days=1)
    gathered = gather(form, day, asker.reach(request), as_of=siblings.then(request))
    if not gathered:
        raise Refusal(_("城市档案里没有工作组应报的数，写不出各组条目。"), field="form")
    return form, gathered, texts(form, gathered)


def _page(
    request: HttpRequest,
    form: Form,
    gathered: list[Gathered],
    written: list[Written],
    *,
    fault: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    on, may_note = gathered[0].on, asker.may_act(request, "note")
    context = {
        "forms": rules().forms,
        "form": form,
        "on": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "texts": [
            {
                "body": one.body,
                "text": one.text,
                "pieces": _pieces(one),
                "may_record": may_note and (one.body is None or recording.may_speak(one.body, request.user)),
            }
            for one in written
            if one.numbers
        ],
        "missing": [(one.body, indicator) for one in gathered for indicator in one.missing],
        "unworded": [known for one in written for known in one.unworded],
        "as_of": past.asked(request),
        "query": request.GET.urlencode() or f"form={form.key}&on={on}",
        "siblings": (("txt", "TXT"), *siblings.DOWNLOADS),
        "fault": fault,
    }
    return render(request, "publications/drafts.html", context, status=status)


def _pieces(written: Written) -> list[tuple[str, str, Known | None]]:
    """The text cut at its numbers, each with where it is traced."""
    found: list[tuple[str, str, Known | None]] = []
    at = 0
    for start, end, one in written.numbers:
        found += [(written.text[at:start], "", None), (written.text[start:end], _href(one), one)]
        at = end
    return [*found, (written.text[at:], "", None)]


def _href(one: Known) -> str:
    """The figure of the ledger, or the live trace of what the records give now."""
    if one.figure is not None:
        return f"/figures/{one.figure.pk}/"
    first, last = watches.civil_day(one.period.start), watches.civil_day(one.period.end - timedelta(seconds=1))
    span = f"{first}/" if first == last else f"{first}/{last}/"
    return f"/figures/{one.indicator.key}/{span}?area={one.area.pk}"


def _rows(written: Written) -> list[dict[str, Any]]:
    """The numbers of the text in its order, as a sheet and as data have them."""
    return [
        {
            "start": start,
            "end": end,
            "key": one.indicator.key,
            "name": words.called(one.indicator),
            "area": one.area.pk,
            "value": one.value,
            "unit": one.indicator.unit,
            "basis": "stated" if one.figure is not None else "computed",
            "href": _href(one),
        }
        for start, end, one in written.numbers
    ]


def _said(form: Form, gathered: list[Gathered], written: Written) -> dict[str, Any]:
    return {
        "form": form.key,
        "on": gathered[0].on.isoformat(),
        "text": written.text,
        "numbers": [{**row, "value": str(row["value"])} for row in _rows(written)],
        "missing": [indicator.key for one in gathered for indicator in one.missing],
    }


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404("no such date") from None
