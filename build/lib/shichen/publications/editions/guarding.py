"""Who comes in where editions are made: people whose reach covers the whole city, each for their own acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from shichen.city.roles import ACTIONS, ROLES
from shichen.publications.editions import editing
from shichen.publications.editions.editing import ACTS
from shichen.web.words import english

View = Callable[..., HttpResponse]


PAGES = gettext_noop("版面由范围及于全市的人来做(%(acts)s)；可以的角色：%(roles)s。")


def editors(*actions: str, sentence: str = PAGES) -> Callable[[View], View]:
    """Lets a view be called by who may do one of these acts for the whole city; without any named, one of all of them."""
    wanted = frozenset(actions or ACTS)

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if wanted & editing.acts_of(request.user):
                return view(request, *args, **kwargs)
            return _refused(request, wanted, sentence)

        return guarded

    return guard


def _refused(request: HttpRequest, wanted: frozenset[str], sentence: str) -> HttpResponse:
    place = 1 if english() else 0
    able = [role for role in ROLES.values() if role.everywhere and any(role.permits.get(act) for act in wanted)]
    said = {
        "acts": _("、").join(ACTIONS[act][place] for act in ACTS if act in wanted),
        "roles": _("、").join(role.en if english() else role.zh for role in able),
    }
    return render(request, "web/refused.html", {"sentence": _(sentence) % said}, status=403)
