"""The text of what came in: of plain text its bytes, of Word, HTML and mail what was read out of it when it came.

What was read out of a file is kept beside it, sealed under the same key: reading it anew with a later version of the
house could move the characters that decisions were made on.
"""

from __future__ import annotations

import json

from django.conf import settings

from shichen import keys
from shichen.intake import kinds
from shichen.intake.models import Envelope
from shichen.intake.rows import JSON_TYPE
from shichen.letters import opening
from shichen.prose.text import decode
from shichen.refusal import Refusal

FILES = frozenset(opening.SORTS.values()) - {opening.PLAIN}
"""The sorts of file that are more than text."""


def open_body(envelope: Envelope) -> bytes:
    """The bytes as they were received. Raises KeyGone once they were erased (销毁)."""
    if not envelope.body:
        raise keys.KeyGone(envelope.where)
    return keys.unseal(settings.KEYRING, bytes(envelope.body), envelope.where)


def said_in(envelope: Envelope) -> bytes:
    """What a report says: its bytes, or the text that a JSON report carries in `text`. Raises Refusal."""
    body = open_body(envelope)
    if envelope.media_type != JSON_TYPE or kinds.named(envelope.kind).work is None:
        return body
    try:
        return str(json.loads(body.decode("utf-8"))["text"]).encode()
    except (UnicodeError, ValueError, KeyError, TypeError):
        raise Refusal("JSON 里没有正文(text)；原件已留存，请按接口说明重报。", field="text") from None


def text_in(envelope: Envelope) -> str:
    """The text of a report; every span of a number counts its characters. Raises Refusal, and KeyGone once it was erased."""
    if envelope.words is not None:
        return keys.unseal(settings.KEYRING, bytes(envelope.words), envelope.where_words).decode()
    if envelope.media_type in FILES:
        return opening.opened(open_body(envelope), envelope.media_type).text
    return decode(said_in(envelope))


def sealed(envelope: Envelope, key: str, body: bytes) -> bytes | None:
    """What is read out of a file, sealed; nothing of plain text, nor of a file that cannot be read: its envelope will be held."""
    if envelope.media_type not in FILES:
        return None
    try:
        words = opening.opened(body, envelope.media_type).text.encode()
    except Refusal:
        return None
    return keys.seal(settings.KEYRING, key, words, envelope.where_words)
