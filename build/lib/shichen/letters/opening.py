"""A letter (来稿) as the text the reader reads: plain text as it stands; .docx, HTML and e-mail by their lines and tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from shichen.letters import mail, markup, word
from shichen.letters.lines import flat, joined
from shichen.prose.text import MAX_BYTES, characters, decode, sound
from shichen.refusal import Refusal
from shichen.sheets.limits import FILE_BYTES

PLAIN = "text/plain"
SORTS = {
    ".txt": PLAIN,
    ".md": PLAIN,
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".htm": "text/html",
    ".eml": "message/rfc822",
}
"""What can be read, by the ending of its name, and what it is called on the wire."""
MAX_PAGE = 10_000_000
"""Bytes of a page: most of them are markup; the text in it has the limit of every bulletin."""
_PICTURES = (".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".heic", ".webp")
_SHEETS = (".xlsx", ".xls", ".csv", ".et")
_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"


@dataclass(frozen=True)
class Letter:
    """The text of a letter and what sort of file it came in."""

    text: str
    sort: str


def sort_of(name: str) -> str:
    """What a file is by its name. Raises Refusal that says what to do with what cannot be read."""
    ending = PurePath(name).suffix.lower()
    if ending in SORTS or not ending:
        return SORTS.get(ending, PLAIN)
    if ending in _PICTURES or ending == ".pdf":
        raise Refusal(
            f"{ending} 是图片或版式文件，里面的字读不出来；请把文字复制出来粘贴，或向来文单位要 .docx。", field="file"
        )
    if ending in (".doc", ".wps", ".rtf"):
        raise Refusal(f"不收 {ending} 文件；请在 Word 或 WPS 里另存为 .docx 再传。", field="file")
    if ending in _SHEETS:
        raise Refusal("这是表格；请到“导入表格”页上传。", field="file")
    raise Refusal(f"不认识 {ending} 文件；请传 .txt、.docx、.html 或 .eml，或把文字粘贴进来。", field="file")


def most(sort: str) -> int:
    """How many bytes a file of that sort may have."""
    return {PLAIN: MAX_BYTES, SORTS[".html"]: MAX_PAGE}.get(sort, FILE_BYTES)


def opened(data: bytes, sort: str = PLAIN) -> Letter:
    """The letter in a file of that sort. The same bytes give the same text. Raises Refusal."""
    if sort == PLAIN:
        _is_text(data)
        return Letter(decode(data), sort)
    if sort == SORTS[".docx"]:
        _is_archive(data)
        return Letter(sound(joined(word.lines_of(data))), sort)
    if sort == SORTS[".html"]:
        _is_text(data)
        return Letter(sound(joined(markup.lines_of(characters(data, MAX_PAGE)))), sort)
    if sort == SORTS[".eml"]:
        return _mail(data, sort)
    raise Refusal(f"来稿不能是 {sort}；请传 .txt、.docx、.html 或 .eml。", field="file")


def _is_text(data: bytes) -> None:
    for mark, what in ((_ZIP, "压缩包、Word 或 Excel 文件"), (_OLE, "旧的 Office 文件"), (_PDF, " PDF 文件")):
        if data.startswith(mark):
            raise Refusal(f"扩展名是文本，内容却是{what}；请把扩展名改对，或另存为 .docx 再传。", field="file")


def _is_archive(data: bytes) -> None:
    if data.startswith(_OLE):
        raise Refusal("文件加了密码，或其实是旧的 .doc 格式；请取消密码，另存为 .docx 再传。", field="file")
    if not data.startswith(_ZIP):
        raise Refusal("文件名是 .docx，内容却不是；请在 Word 或 WPS 里另存为 .docx 再传。", field="file")


def _mail(data: bytes, sort: str) -> Letter:
    """Subject, body, then every attachment that is a letter under a line with its name; the others are named."""
    found = mail.opened(data)
    lines = [flat(found.subject), ""]
    lines += markup.lines_of(found.body) if found.markup else found.body.splitlines()
    for part in found.attached:
        try:
            inner = opened(part.data, _attachable(part.name))
        except Refusal:
            lines += ["", f"附件：{flat(part.name)}（未读）"]
            continue
        lines += ["", f"附件：{flat(part.name)}", "", *inner.text.splitlines()]
    return Letter(sound(joined(lines)), sort)


def _attachable(name: str) -> str:
    sort = sort_of(name)
    if sort == SORTS[".eml"]:
        raise Refusal("附件里又是邮件；请单独报送。", field="file")
    return sort
