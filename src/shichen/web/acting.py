"""Acts that a page asks for (办): done, or refused in a sentence on a page of its own, with nothing half done."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shichen.refusal import Refusal


def refused(request: HttpRequest, refusal: Refusal, status: int = 422) -> HttpResponse:
    """The page that says why something is not done."""
    said = {"sentence": refusal.sentence, "rule": refusal.rule}
    return render(request, "web/refused.html", said, status=status)


def tried(request: HttpRequest, act: Callable[[], HttpResponse], status: int = 422) -> HttpResponse:
    """What an act answers, or the page that says why it is not done."""
    try:
        return act()
    except Refusal as refusal:
        return refused(request, refusal, status)


def sent_text(request: HttpRequest, pasted: str, *, most: int, too_large: Refusal) -> str:
    """The text that was sent: of the file `file` if there is one, else what was pasted.

    `most` is in bytes; a larger file is refused as `too_large` says. Raises Refusal.
    """
    sent = request.FILES.get("file")
    if sent is None:
        return pasted
    if (sent.size or 0) > most:
        raise too_large
    try:
        return str(sent.read(), "utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal("文件不是 UTF-8 文本；请另存为 UTF-8。", field="file") from None
