"""What an official document must have before it is set: each lack is a sentence beside the field that it concerns."""

from __future__ import annotations

import math
from typing import NoReturn

import re2

from shichen.documents.official.paper import Closing, Kind, OfficialPaper, Table
from shichen.documents.text import printable, width
from shichen.refusal import Refusal

STANDARD = "GB/T 9704-2012"
TITLE_ACROSS = 20
"""Characters of 2号 in 156 mm."""
ACROSS = 28
"""Characters of 3号 in a line."""
COLUMNS = 10
ISSUER = 50
TITLE_PITCH = 1.2
"""Lines of 3号 that a line of the title takes."""
COPY = re2.compile(r"^[0-9]{6}$")
SECRECY = re2.compile(r"^(绝密|机密|秘密)(★[0-9]{1,2}(年|个月|天)|★长期)?$")
URGENCY = ("特急", "加急")
CODE = 20
"""Characters of a 机关代字 at most."""
YEARS = range(1949, 2200)
ROOM = {Kind.NOTICE: 7, Kind.ORDER: 9, Kind.LETTER: 12, Kind.MINUTES: 7}
"""Lines of the first page under a title of one line, with two lines of the text left."""
COPIES = 20
"""Lines of 抄送 that an imprint holds together with the rest of it."""
TOO_LONG = 60_000
"""Characters of a body: some hundred pages."""


def checked(paper: OfficialPaper) -> OfficialPaper:
    """The paper, where nothing is against it. Raises Refusal with the field."""
    for rule in (_head, _number, _classing, _title, _body, _closing, _rest):
        rule(paper)
    return paper


def _no(sentence: str, field: str, clause: str = "") -> NoReturn:
    raise Refusal(sentence, rule=f"{STANDARD} {clause}".strip(), field=field)


def _head(paper: OfficialPaper) -> None:
    if not printable(paper.issuer).strip():
        _no("发文机关没有填。", "issuer", "7.2.4")
    if len(paper.issuer) > ISSUER:
        _no(f"发文机关超过 {ISSUER} 个字，156 毫米里排不下。", "issuer", "7.2.4")
    if paper.approver and paper.kind is not Kind.NOTICE:
        _no("只有上行文（通用格式）标注签发人。", "approver", "7.2.6")


def _number(paper: OfficialPaper) -> None:
    number = paper.number
    if number.serial < 0:
        _no("发文顺序号从 1 编起。", "number", "7.2.5")
    if number.code and number.year not in YEARS:
        _no("发文字号的年份要写全称。", "number", "7.2.5")
    if number.code and not (number.code.isalpha() and 2 <= len(number.code) <= CODE):
        _no("机关代字只写字，不带括号、数字和“第”。", "number", "7.2.5")
    if not number.code and paper.kind in (Kind.NOTICE, Kind.LETTER):
        _no("发文字号要有机关代字。", "number", "7.2.5")


def _classing(paper: OfficialPaper) -> None:
    classing = paper.classing
    if classing.copy and not COPY.search(classing.copy):
        _no("份号用 6 位阿拉伯数字。", "copy", "7.2.1")
    if classing.secrecy and not SECRECY.search(classing.secrecy):
        _no("密级写绝密、机密或秘密，保密期限写在★之后，如“秘密★1年”。", "secrecy", "7.2.2")
    if classing.urgency and classing.urgency not in URGENCY:
        _no("紧急程度写特急或加急。", "urgency", "7.2.3")


def _title(paper: OfficialPaper) -> None:
    if not paper.titled and paper.kind in (Kind.NOTICE, Kind.LETTER):
        _no("标题没有填。", "title", "7.3.1")
    _lines(paper.titled, "title")
    room = ROOM[paper.kind] - math.ceil(TITLE_PITCH * max(len(paper.titled) - 1, 0))
    if math.ceil(width(paper.addressees) / ACROSS) > room:
        _no("主送机关太多，首页就没有正文了；请写统称，名单作附件。", "addressees", "7.3.2")


def _lines(lines: tuple[str, ...], field: str) -> None:
    long = next((line for line in lines if width(printable(line)) > TITLE_ACROSS), "")
    if long:
        _no(f"标题一行最多 {TITLE_ACROSS} 个字，「{long[:12]}…」排不下；请按词意分行。", field, "7.3.1")


def _body(paper: OfficialPaper) -> None:
    if not paper.body:
        _no("正文没有填。", "body", "7.3.3")
    blocks = [*paper.body, *(block for one in paper.attachments for block in one.body)]
    if sum(len(str(block)) for block in blocks) > TOO_LONG:
        _no(f"正文和附件合起来超过 {TOO_LONG // 10_000} 万字，请分成几份。", "body")
    if any(
        isinstance(block, Table) and len(block.rows[0] if block.rows else ()) not in range(1, COLUMNS + 1)
        for block in blocks
    ):
        _no(f"表格要有 1 到 {COLUMNS} 栏。", "body")


def _closing(paper: OfficialPaper) -> None:
    if paper.closing in (Closing.SEALED, Closing.UNSEALED) and len(paper.issuer) > ACROSS:
        _no(f"落款的发文机关超过 {ACROSS} 个字，一行排不下；请用规范化简称。", "issuer", "7.3.5")
    if (paper.closing is Closing.SIGNED) != bool(all(paper.signer)):
        _no("签发人的职务和姓名，加盖签名章时要填，不加盖时不填。", "signer", "7.3.5.3")
    if paper.kind is Kind.ORDER and paper.closing is not Closing.SIGNED:
        _no("令由签发人签名发布，请选加盖签名章。", "closing", "10.2")
    if (paper.kind is Kind.MINUTES) != (paper.closing is Closing.NONE):
        _no("纪要不落款，其他公文要有落款。", "closing", "7.3.5")


def _rest(paper: OfficialPaper) -> None:
    if paper.attendance and paper.kind is not Kind.MINUTES:
        _no("只有纪要列出席、请假、列席的人。", "attendance", "10.3")
    if not all(printable(one.name).strip() for one in paper.attachments):
        _no("每个附件都要有名称。", "attachments", "7.3.4")
    imprint = paper.imprint
    if width(imprint.copies) > COPIES * ACROSS:
        _no("抄送机关太多，版记一面排不下；请写统称。", "copies", "7.4.2")
    if paper.kind is not Kind.LETTER and bool(imprint.printer) != (imprint.printed is not None):
        _no("印发机关和印发日期要写就一起写。", "imprint", "7.4.3")
    if paper.kind is Kind.LETTER and (imprint.printer or imprint.printed):
        _no("信函的版记不写印发机关和印发日期。", "imprint", "10.1")
