"""The city's own certificate authority, for phones (证书): its certificate as a file, and how a phone comes to trust it.

Both are open: a phone that does not trust the post yet cannot sign in. The certificate is public by its nature; what a
phone shows is compared with the fingerprint that the machine of the post printed.
"""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shichen.web.policy import open_to_all


@open_to_all
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """手机装证书: where the file is, what to compare, where to go on."""
    der = ssl.PEM_cert_to_DER_cert(_path().read_text(encoding="ascii"))
    fingerprint = ":".join(f"{byte:02X}" for byte in hashlib.sha256(der).digest())
    return render(request, "web/authority.html", {"fingerprint": fingerprint})


@open_to_all
@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The certificate as phones take it in."""
    response = HttpResponse(_path().read_bytes(), content_type="application/x-x509-ca-cert")
    response["Content-Disposition"] = 'attachment; filename="shichen-ca.crt"'
    return response


def _path() -> Path:
    """The file of the authority; a post that is not served by one has none."""
    found: Path = settings.HOME.path / "tls" / "ca.crt"
    if not found.exists():
        raise Http404("this post has no authority of its own")
    return found
