"""The square code at the foot of a printed page (二维码): it leads back to what the page said.

Its picture is fetched by the browser when it prints, not when the page is read.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from shichen.documents.codes import square
from shichen.refusal import Refusal
from shichen.web.attached import SANDBOX, TYPES
from shichen.web.policy import open_to_all

LONGEST = 1000  # characters of an address that a phone still reads from paper
A_DAY = 24 * 3600


@open_to_all
@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """An address of this post as a square code; it says nothing that who asks did not know. Raises Refusal for another's."""
    to = str(request.GET.get("to", "/"))
    link = request.build_absolute_uri(to)
    if not to.startswith("/") or not url_has_allowed_host_and_scheme(to, {request.get_host()}) or len(link) > LONGEST:
        raise Refusal(f"二维码只指向本指挥部的网页，网址不超过 {LONGEST} 字。", field="to")
    response = HttpResponse(square(link), content_type=TYPES["svg"])
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = f"private, max-age={A_DAY}"
    return response
