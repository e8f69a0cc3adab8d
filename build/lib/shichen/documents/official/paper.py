"""What an official document (公文) says, as plain data: its head, its body by levels, who answers for it, its imprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """The four forms of GB/T 9704-2012 that a command post uses."""

    ORDER = "order"
    """命令（令）格式：rules of conduct, signed by the leader."""
    NOTICE = "notice"
    """通用公文格式：通知 and all that has no form of its own."""
    LETTER = "letter"
    """信函格式：to bodies that do not answer to the sender."""
    MINUTES = "minutes"
    """纪要格式：what a meeting decided."""


class Closing(StrEnum):
    """How a document is answered for (落款)."""

    SEALED = "sealed"
    """加盖印章."""
    UNSEALED = "unsealed"
    """不加盖印章."""
    SIGNED = "signed"
    """加盖签发人签名章."""
    NONE = "none"
    """纪要不加盖印章，也没有落款."""


@dataclass(frozen=True)
class Number:
    """发文字号: 株防办发〔2020〕12号 within a year, 第3号 for an order; a serial of 0 is not given yet."""

    serial: int = 0
    code: str = ""
    year: int = 0

    @property
    def text(self) -> str:
        serial = str(self.serial) if self.serial else "　"
        return f"{self.code}〔{self.year}〕{serial}号" if self.code else f"第{serial}号"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `level` 1 to 4 is 一、 （一） 1. （1）, 0 is none; `head` is what stands in the face of its level."""

    text: str
    level: int = 0
    head: str = ""


@dataclass(frozen=True)
class Table:
    """A table within the body; its first row is the heading."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Table


@dataclass(frozen=True)
class Attachment:
    """附件: a name that the body announces and, where it is bound with the document, its own pages."""

    name: str
    body: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Attendance:
    """Who was at a meeting: 出席, 请假, 列席."""

    label: str
    people: str


@dataclass(frozen=True)
class Imprint:
    """版记: to whom copies go, who printed and when."""

    copies: str = ""
    printer: str = ""
    printed: date | None = None

    def __bool__(self) -> bool:
        return bool(self.copies or self.printer or self.printed)


@dataclass(frozen=True)
class Classing:
    """份号, 密级和保密期限, 紧急程度: the three lines above the head."""

    copy: str = ""
    secrecy: str = ""
    urgency: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(one for one in (self.copy, self.secrecy, self.urgency) if one)


@dataclass(frozen=True)
class OfficialPaper:
    """One official document. `title` holds its own line breaks, made by meaning; `approver` (签发人) makes it one that goes
    upwards (上行文); `signer` is office and name under an order."""

    kind: Kind
    issuer: str
    number: Number
    body: tuple[Block, ...]
    dated: date
    title: str = ""
    addressees: str = ""
    closing: Closing = Closing.SEALED
    signer: tuple[str, str] = ("", "")
    approver: str = ""
    attachments: tuple[Attachment, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    remark: str = ""
    classing: Classing = Classing()
    imprint: Imprint = Imprint()

    @property
    def mark(self) -> str:
        """发文机关标志: what stands in red at the head."""
        return self.issuer + {"order": "令", "notice": "文件", "letter": "", "minutes": "纪要"}[self.kind]

    @property
    def titled(self) -> tuple[str, ...]:
        """The lines of the title."""
        return tuple(line.strip() for line in self.title.splitlines() if line.strip())


def written(day: date) -> str:
    """A date as official documents write it: 2020年2月2日, no leading zeros."""
    return f"{day.year}年{day.month}月{day.day}日"
