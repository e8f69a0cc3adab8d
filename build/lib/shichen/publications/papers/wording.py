"""What is written of an official document: the blanks of each kind, and how what was typed becomes the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shichen.city import queries as city
from shichen.city.models import Body
from shichen.documents.official import paper as official
from shichen.documents.official.paper import Closing, Imprint, Number, OfficialPaper
from shichen.documents.official.reading import attachments, attendance, body
from shichen.publications.papers import figuring
from shichen.publications.papers.models import Paper
from shichen.refusal import Refusal

Content = dict[str, str]
Kind = Paper.Kind
MEETING = "会议"
ROOM = 60_000
"""Characters of a long blank at most."""


@dataclass(frozen=True)
class Blank:
    """One blank of a form: what it is called, what belongs into it, how many lines it has, what may be chosen."""

    key: str
    label: str | Promise
    hint: str | Promise = ""
    rows: int = 0
    longest: int = 100
    choices: tuple[tuple[str, str | Promise], ...] = ()


CLOSINGS = (
    (Closing.SEALED.value, _("加盖印章")),
    (Closing.UNSEALED.value, _("不加盖印章")),
    (Closing.SIGNED.value, _("加盖签发人签名章")),
)
URGENCIES = (("", _("不标注")), ("特急", _("特急")), ("加急", _("加急")))
BLANKS = {
    one.key: one
    for one in (
        Blank("name", _("机关名称"), _("印在红头上；空着用机关当天的名称，写就写全称或规范化简称。")),
        Blank("code", _("机关代字"), _("发文字号前面的字，如“株防办发”；年份和顺序号签发时给。"), longest=20),
        Blank("urgency", _("紧急程度"), choices=URGENCIES),
        Blank("title", _("标题"), _("一行最多 20 个字，按词意分行。"), rows=3, longest=200),
        Blank("addressees", _("主送机关"), _("不写冒号。"), rows=2, longest=300),
        Blank("attendance", _("出席、请假、列席"), _("一行一类：出席：某组、某组"), rows=3, longest=2000),
        Blank(
            "body",
            _("正文"),
            _(
                "一段一行；一、（一）1.（1）开头的是各级标题；表格每行用 | 隔开。台账里的数写作 {指标的键}，或存稿以后在附件下面找出来放入。不写个人身份。"
            ),
            rows=18,
            longest=ROOM,
        ),
        Blank(
            "attachments",
            pgettext_lazy("公文", "附件"),
            _("每个附件从“附件：名称”一行写起，下面是它的正文。"),
            rows=4,
            longest=ROOM,
        ),
        Blank("closing", _("落款"), choices=CLOSINGS),
        Blank("office", _("签名章上的职务"), longest=30),
        Blank("signer", _("签名章上的姓名"), longest=30),
        Blank("approver", _("签发人(上行文)"), _("只有报上级的文才写。"), longest=30),
        Blank("remark", _("附注"), _("不写括号，如：联系人和电话。"), longest=120),
        Blank("copies", _("抄送机关"), longest=300),
        Blank("printer", _("印发机关"), _("印发日期用签发那天。"), longest=60),
    )
}
OF_KIND: dict[str, tuple[str, ...]] = {
    Kind.ORDER: ("name", "title", "addressees", "body", "attachments", "office", "signer", "copies", "printer"),
    Kind.NOTICE: (
        *("name", "code", "urgency", "title", "addressees", "body", "attachments", "closing", "office", "signer"),
        *("approver", "remark", "copies", "printer"),
    ),
    Kind.LETTER: (
        "name",
        "code",
        "urgency",
        "title",
        "addressees",
        "body",
        "attachments",
        "closing",
        "remark",
        "copies",
    ),
    Kind.MINUTES: ("name", "title", "attendance", "body", "attachments", "copies", "printer"),
}
FORCED = {Kind.ORDER: Closing.SIGNED, Kind.MINUTES: Closing.NONE}
"""An order is signed by its leader, minutes are not answered for: there is nothing to choose."""


def blanks(kind: str) -> tuple[Blank, ...]:
    """The blanks of a kind of document, in the order of the form. A letter is never under the stamp of a signature."""
    found = tuple(BLANKS[key] for key in OF_KIND[kind])
    if kind != Kind.LETTER:
        return found
    return tuple(Blank(one.key, one.label, choices=CLOSINGS[:2]) if one.key == "closing" else one for one in found)


def read(kind: str, given: Mapping[str, str]) -> Content:
    """What was typed into the blanks of a kind, and nothing else; figures of the ledger as they are kept. Raises Refusal."""
    typed = {one.key: _read(one, str(given.get(one.key, ""))) for one in blanks(kind)}
    return {key: figuring.settled(text, key) if key in figuring.HOLD else text for key, text in typed.items()}


def _read(one: Blank, text: str) -> str:
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip()
    if len(text) > one.longest:
        raise Refusal(f"{one.label}超过 {one.longest} 个字。", field=one.key)
    if one.choices and text not in dict(one.choices):
        return one.choices[0][0]
    return text if one.rows else " ".join(text.split("\n"))


def issuer_name(issuer: Body, kind: str, content: Content, on: date) -> str:
    """What an issuer is called in red: as the drafter wrote it, or the name of the day with that of the city before it."""
    if content.get("name"):
        return content["name"]
    name, of_city = issuer.name_on(on), city.the_city().name
    full = of_city + name[1:] if of_city.endswith(name[:1]) and not name.startswith(of_city) else name
    return full + MEETING if kind == Kind.MINUTES else full


def official_of(kind: str, name: str, content: Content, number: Number, on: date) -> OfficialPaper:
    """The document as plain data. Raises Refusal where attachments or attendance cannot be read."""
    said = {key: content.get(key, "") for key in BLANKS}
    said |= {key: figuring.printed(said[key]) for key in figuring.HOLD}
    printer = said["printer"]
    return OfficialPaper(
        kind=official.Kind(kind),
        issuer=name,
        number=number,
        body=body(said["body"]),
        dated=on,
        title=said["title"],
        addressees=said["addressees"],
        closing=FORCED.get(Kind(kind)) or Closing(said["closing"] or Closing.SEALED),
        signer=(said["office"], said["signer"]),
        approver=said["approver"],
        attachments=attachments(said["attachments"]),
        attendance=attendance(said["attendance"]),
        remark=said["remark"],
        classing=official.Classing(urgency=said["urgency"]),
        imprint=Imprint(said["copies"], printer, on if printer else None),
    )
