"""The pages of a register, made from its declaration: list with its siblings, record, correct, void."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from shichen.audit.context import now
from shichen.city.scope import Sight, may, sight
from shichen.refusal import Refusal
from shichen.sheets import writing
from shichen.sheets.fields import Field, show
from shichen.web import asker, clock, register_lists, registers, siblings
from shichen.web.attached import attached
from shichen.web.field_forms import FieldsForm
from shichen.web.past import known_then
from shichen.web.policy import policy
from shichen.web.registers import Act, Register
from shichen.web.sentences import headed
from shichen.web.told import told

REASON = Field(
    "reason",
    gettext_noop("理由"),
    required=True,
    maximum=200,
    help=gettext_noop("写明依据，如「与原始登记表核对」；会留在版本记录里。"),
)
SIBLINGS = ("csv", "xlsx", "json")
A = TypeVar("A")


def addresses(register: Register) -> list[URLPattern]:
    """The addresses of a register under /registers/."""
    name, at = register.name, f"registers/{register.name}"
    looks = [
        (f"{at}/", partial(_list, register), name),
        (f"{at}.metadata.json", partial(_metadata, register), f"{name}-metadata-json"),
        *((f"{at}.{ending}", partial(_sibling, register, ending), f"{name}-{ending}") for ending in SIBLINGS),
        (f"{at}/<uuid:number>/", partial(_record, register), f"{name}-record"),
    ]
    acts = [
        *([("correct", "correct", partial(_correct, register))] if register.correct else []),
        *([("void", "correct", partial(_void, register))] if register.void else []),
        *((act.name, act.action, partial(_act, register, act)) for act in register.acts),
    ]
    return [
        *(
            path(address, known_then(policy("view", register.data_class)(require_safe(view))), name=called)
            for address, view, called in looks
        ),
        *(
            path(f"{at}/<uuid:number>/{act}/", policy(action)(_may_post(view)), name=f"{name}-{act}")
            for act, action, view in acts
        ),
    ]


@known_then
@policy("view")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """登记册：a card a noun."""
    then = siblings.then(request)
    found = registers.cards(partial(asker.reach, request, "view"), then or clock.shown(), as_of=then)
    return render(request, "web/registers/index.html", {"cards": found})


def _reach(register: Register, request: HttpRequest) -> Sight:
    return asker.reach(request, "view", register.data_class)


def _list(register: Register, request: HttpRequest) -> HttpResponse:
    page = register_lists.listed(register, _reach(register, request), register_lists.query_of(request))
    reports = page.as_of is None and may(request.user, "submit", at=now())
    shown: dict[str, Any] = {
        "register": register,
        "page": page,
        "reports": reports,
        "as_of": page.as_of,
        "siblings": siblings.DOWNLOADS,
    }
    shown |= {"base": register.href.rstrip("/"), "query": page.query}
    return render(request, "web/registers/list.html", shown)


def _sibling(register: Register, ending: str, request: HttpRequest) -> HttpResponse:
    rows = register_lists.exported(register, _reach(register, request), register_lists.query_of(request))
    if ending == "csv":
        data = writing.write_csv(rows, headed(register.fields))
    elif ending == "xlsx":
        data = writing.write_xlsx(rows, headed(register.fields), title=register.called)
    else:
        plain = [{one.name: show(row.get(one.name), one) or None for one in register.fields} for row in rows]
        data = json.dumps({"register": register.name, "rows": plain}, ensure_ascii=False).encode()
    return attached(data, f"{register.called}.{ending}", ending)


def _metadata(register: Register, request: HttpRequest) -> HttpResponse:
    """What the register holds, and what the columns of its sheet mean."""
    rows, _asked, _unknown = register_lists.narrowed(
        register, _reach(register, request), register_lists.query_of(request)
    )
    definition = _("登记册「%(name)s」中在册的记录，照所筛选的；旧版和作废的不在内。") % {"name": register.called}
    source = _("各报送单位，按可见范围")
    more = {"records": rows.count(), "register": register.name}
    return siblings.metadata(
        request, register.called, definition, register.fields, source=source, endings=SIBLINGS, **more
    )


def _record(register: Register, request: HttpRequest, number: UUID) -> HttpResponse:
    sees = _reach(register, request)
    record = register_lists.record_or_404(register, sees, number)
    as_of = siblings.then(request)
    every = register_lists.versions(register, record, sees, as_of=as_of)
    if not every:
        raise Http404
    if as_of is not None:
        record = every[-1]
        record.superseded_at = None  # then, nothing had come after it yet
    shown = {
        "as_of": as_of,
        "register": register,
        "record": record,
        "heading": register.heading(record),
        "latest": every[-1],
        "cells": register.details(record),
        "history": register_lists.history(register, every),
        "told": told(every[0].envelope, sees),
        "envelope": every[0].envelope,
        "correctable": as_of is None and _may(request, register, record),
        "acts": [] if as_of is not None else _acts(request, register, record),
    }
    return render(request, register.template, shown | register.more(record, request))


def _correct(register: Register, request: HttpRequest, number: UUID) -> HttpResponse:
    old = register_lists.record_or_404(register, _reach(register, request), number)
    if not _may(request, register, old):
        return _not_yours(request)
    form = FieldsForm((*register.correctable, REASON), data=_posted(request), values=register.values(old))
    if old.superseded_at or old.voided:
        return _stale(register, request, old, form)
    if form.is_bound and form.is_valid():
        try:
            changed = register.changes(old, {n: v for n, v in form.cleaned_data.items() if n != "reason"})
            new = _given(register.correct)(old, changed, str(form.cleaned_data["reason"]), by=asker.person(request))
        except Refusal as refusal:
            if refusal.rule == "先到先更":
                return _stale(register, request, old, form)
            form.refuse(refusal.field, refusal.sentence)
        else:
            messages.success(request, _("已更正，成为第 %(n)s 版；原来的一版仍可查看。") % {"n": new.revision})
            return HttpResponseRedirect(register.href_of(new))
    return _form(register, request, "correct", old, form)


def _void(register: Register, request: HttpRequest, number: UUID) -> HttpResponse:
    old = register_lists.record_or_404(register, _reach(register, request), number)
    if not _may(request, register, old):
        return _not_yours(request)
    form = FieldsForm((REASON,), data=_posted(request))
    if old.superseded_at or old.voided:
        return _stale(register, request, old, form)
    if form.is_bound and form.is_valid():
        try:
            _given(register.void)(old, str(form.cleaned_data["reason"]), by=asker.person(request))
        except Refusal as refusal:
            if refusal.rule == "先到先更":
                return _stale(register, request, old, form)
            form.refuse(refusal.field, refusal.sentence)
        else:
            messages.success(request, _("已作废；这条记录不再计入任何数，但仍可查看。"))
            return HttpResponseRedirect(register.href_of(old))
    return _form(register, request, "void", old, form)


def _act(register: Register, act: Act, request: HttpRequest, number: UUID) -> HttpResponse:
    """Something more that is done to a record (结束): its boxes, then a new version."""
    old, person = register_lists.record_or_404(register, _reach(register, request), number), asker.person(request)
    if not _may(request, register, old, act.action):
        return _not_yours(request)
    form = FieldsForm(act.fields, aids=act.aids(old), data=_posted(request), values=act.values(old))
    if old.superseded_at or old.voided:
        return _stale(register, request, old, form)
    if not act.offered(old, person):
        return _not_yours(
            request, _("这条记录现在不能由您作「%(act)s」；如已记过而有出入，请作更正。") % {"act": _(act.title)}
        )
    if form.is_bound and form.is_valid():
        try:
            new = act.do(old, form.cleaned_data, by=person)
        except Refusal as refusal:
            if refusal.rule == "先到先更":
                return _stale(register, request, old, form)
            form.refuse(refusal.field, refusal.sentence)
        else:
            messages.success(request, _(act.done))
            return HttpResponseRedirect(register.href_of(new))
    return _form(register, request, act.name, old, form, act=act)


def _form(
    register: Register, request: HttpRequest, name: str, old: Any, form: FieldsForm, *, act: Act | None = None
) -> HttpResponse:
    shown = {"register": register, "record": old, "form": form, "act": name, "cells": register.details(old)}
    shown |= {"heading": register.heading(old), "further": act}
    return render(request, "web/registers/change.html", shown, status=422 if form.is_bound else 200)


def _stale(register: Register, request: HttpRequest, old: Any, form: FieldsForm) -> HttpResponse:
    """Somebody else came first: both versions side by side, and what was typed is not lost (409)."""
    every = register_lists.versions(register, old, _reach(register, request))
    seen = next(one for one in every if one.pk == old.pk)
    pairs = zip(register.details(seen), register.details(every[-1]), strict=True)
    shown = {
        "register": register,
        "record": seen,
        "latest": every[-1],
        "pairs": [(before, after, _typed(form, before.label)) for before, after in pairs],
        "typed": form.is_bound,
    }
    return render(request, "web/registers/stale.html", shown, status=409)


def _typed(form: FieldsForm, label: str) -> str:
    """What a person had typed for the thing of that label."""
    named = next((one.name for one in form.asked if one.label == label), "")
    return str(form.data.get(named, "")) if form.is_bound else ""


def _not_yours(request: HttpRequest, sentence: str = "") -> HttpResponse:
    sentence = sentence or _("这条记录不在您可以更正的范围内；请找报送单位或办公室。")
    return render(request, "web/refused.html", {"sentence": sentence}, status=403)


def _given(act: A | None) -> A:
    """An address is made only for what a register declares."""
    if act is None:
        raise AssertionError("this register has no such act")
    return act


def _may_post(view: Any) -> Any:
    return require_http_methods(["GET", "HEAD", "POST"])(view)


def _posted(request: HttpRequest) -> dict[str, str] | None:
    return {name: str(request.POST.get(name, "")) for name in request.POST} if request.method == "POST" else None


def _acts(request: HttpRequest, register: Register, record: Any) -> list[Act]:
    """What this person may do to a record now, besides 更正 and 作废."""
    allowed = [act for act in register.acts if _may(request, register, record, act.action)]
    return [act for act in allowed if act.offered(record, asker.person(request))]


def _may(request: HttpRequest, register: Register, record: Any, action: str = "correct") -> bool:
    """Whether an act on a record is theirs: of the unit that reported it, or of one that it is entrusted to."""
    reach = sight(request.user, action, at=now())
    units = (record.unit_id, *register.entrusted(record))
    return any(reach.covers(unit=unit, path=record.area_path, event=record.event_id) for unit in units)
