"""The web door of an answer to a near match (相近地名): this name is a further name of that place."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from shichen.bulletins import aliases, forms
from shichen.bulletins.models import Bulletin
from shichen.bulletins.wording_rows import TABLES
from shichen.bulletins.wording_views import row_page
from shichen.refusal import Refusal
from shichen.web import asker
from shichen.web.policy import policy


@policy("review")
@require_POST
def name_place(request: HttpRequest, number: UUID) -> HttpResponse:
    """「洞口区」是「渌口区」的别名：记入词表，并重读这份来稿。"""
    rows = Bulletin.objects.within(asker.reach(request))
    found = get_object_or_404(rows, Q(pk=number) | Q(envelope_id=number))
    given = forms.typed(request.POST)
    name, near = given.get("name", ""), given.get("near", "")
    try:
        done = aliases.name_place(found, name, near, given, given.get("reason", ""), by=asker.person(request))
    except Refusal as refusal:
        values = {**aliases.values_of(found, name, near, given), "reason": given.get("reason", "")}
        return row_page(request, TABLES["alias"], None, values, fault=refusal, status=422)
    told = _("「%(name)s」已记为「%(near)s」的别名；重读了这份来稿，%(n)s 个数字换了读法。")
    messages.success(request, told % {"name": name, "near": near, "n": done.changed + done.new})
    return HttpResponseRedirect(reverse("bulletin", args=[found.pk]))
