"""The page of a post's phone (/post/): a shell that holds nothing of anybody, its worker, its manifest, its enrolment.

The page is open to all because it is empty: what it shows comes by the API, with the token of an enrolled phone.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from shichen.audit.context import now
from shichen.city.guesses import TooMany, address_of
from shichen.refusal import Refusal
from shichen.registers.checkpoints import devices, phone
from shichen.registers.checkpoints.posts_rules import rules
from shichen.web import accounts
from shichen.web.policy import open_to_all
from shichen.web.sentences import said

FOLDER = "checkpoints/phone/"
MODULES = ("page.js", "store.js", "sending.js", "people.js", "plates.js", "shift.js", "phone.css")
PARTS = (*(FOLDER + name for name in MODULES), "web/shichen.css", "web/shichen.svg")
TEMPLATE = Path(__file__).parent / "templates/checkpoints/phone.html"


@open_to_all
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """卡点登记：the shell; everything in it comes from the phone itself."""
    return render(request, "checkpoints/phone.html", {"waiting": rules()["phone"]["waiting"]})


@open_to_all
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The worker that keeps the page on the phone; another version of it wherever anything it keeps is another."""
    files = [reverse("post"), reverse("post-manifest"), *map(static, PARTS)]
    version = f"shichen-post-{get_language()}-{_fingerprint()}"
    head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n"
    response = HttpResponse(head + _text("sw.js"), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@open_to_all
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone shows of the page when it is put on the home screen."""
    said = {
        "name": gettext("卡点登记"),
        "short_name": gettext("卡点"),
        "start_url": reverse("post"),
        "scope": reverse("post"),
        "display": "standalone",
        "background_color": "#14324a",
        "theme_color": "#14324a",
        "icons": [{"src": static("web/shichen.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@open_to_all
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """登记卡点手机: a code makes this phone one of its post's; the code stands behind the # and reaches no log."""
    if request.method != "POST":
        return render(request, "checkpoints/enrol.html")
    try:
        device, token = devices.enrol(str(request.POST.get("code", ""))[:40], address=address_of(request))
    except TooMany as refused:
        accounts.turned_away(refused)
        return JsonResponse({"sentence": said(refused.sentence)}, status=422)
    except Refusal as refusal:
        return JsonResponse({"sentence": said(refusal.sentence)}, status=422)
    return JsonResponse({"token": token, "known": phone.known(device, now())})


@cache
def _fingerprint() -> str:
    """What all that the worker keeps amounts to."""
    digest = hashlib.sha256(TEMPLATE.read_bytes() + _text("sw.js").encode())
    for name in PARTS:
        digest.update(Path(str(finders.find(name))).read_bytes())
    return digest.hexdigest()[:16]


@cache
def _text(name: str) -> str:
    return Path(str(finders.find(FOLDER + name))).read_text(encoding="utf-8")
