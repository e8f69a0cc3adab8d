"""An e-mail as lines: its subject, its body, and the attachments that are letters themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser

from shichen.refusal import Refusal

MOST = 20
"""Attachments of one letter."""


@dataclass(frozen=True)
class Part:
    """A file that a letter brings along."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Mail:
    """A letter taken apart: subject and body, and what is attached; `markup` says that the body is HTML."""

    subject: str
    body: str
    markup: bool
    attached: tuple[Part, ...]


def opened(data: bytes) -> Mail:
    """The e-mail in a message file (.eml). Raises Refusal where it has no body that could be read."""
    message = BytesParser(policy=policy.default).parsebytes(data)
    if not isinstance(message, EmailMessage) or not message.keys():
        raise Refusal("这不是邮件文件；请在邮箱里把邮件导出为 .eml 再传。", field="file")
    body = message.get_body(("plain", "html"))
    rich = message.get_body(("html",))
    if rich is not None and "<table" in _text(rich).lower():
        body = rich  # the plain words beside a page lose its tables
    attached = tuple(_attached(message))
    if body is None and not attached:
        raise Refusal("邮件里没有正文，也没有附件。", field="file")
    markup = body is not None and body.get_content_subtype() == "html"
    return Mail(str(message.get("subject", "") or ""), _text(body) if body is not None else "", markup, attached)


def _attached(message: EmailMessage) -> Iterator[Part]:
    parts = list(message.iter_attachments())
    if len(parts) > MOST:
        raise Refusal(f"邮件有 {len(parts)} 个附件，超过 {MOST} 个；请分开报送。", field="file")
    for number, part in enumerate(parts, start=1):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield Part(part.get_filename() or f"附件{number}", content)


def _text(part: Message) -> str:
    """The words of a part in the encoding that it names; where that is wrong, in the ones that Chinese mail comes in."""
    data = part.get_payload(decode=True)
    content = data if isinstance(data, bytes) else b""
    for encoding in (part.get_content_charset() or "utf-8", "utf-8", "gb18030"):
        try:
            return content.decode("gb18030" if encoding.lower() in ("gb2312", "gbk") else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise Refusal("邮件正文的编码认不出来；请把正文复制出来粘贴。", field="file")
