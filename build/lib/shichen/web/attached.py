"""Answers that are files: attachments that no browser runs, named in any script (附件)."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
TYPES = {
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
    "pdf": "application/pdf",
    "": "application/octet-stream",
}


def attached(data: bytes, filename: str, ending: str = "") -> HttpResponse:
    """Bytes to keep, not to open: `attachment`, `nosniff`, a sandbox, and nothing kept by caches on the way."""
    response = HttpResponse(data, content_type=TYPES[ending])
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in filename)
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store, private"
    return response
