"""The reports that name travellers, for every door alike: one person met, and a list from a sender."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import SYNTHETIC
from shichen.intake.kinds import Kind, declare
from shichen.registers.people.documents import DOCUMENTS
from shichen.registers.travellers import services
from shichen.registers.travellers.choices import SENDERS, WAYS
from shichen.sheets.fields import Field

NAME = Field("name", _("姓名"), "text", required=True, maximum=40, aliases=("名字", "人员姓名", "旅客姓名", "机主"))
PERSON = (
    NAME,
    Field(
        "document_type",
        _("证件类型"),
        "choice",
        choices=tuple(DOCUMENTS.items()),
        aliases=("证件种类",),
        help=_("留空即居民身份证。"),
    ),
    Field(
        "number",
        _("证件号码"),
        "code",
        maximum=40,
        aliases=("身份证", "身份证号", "身份证号码", "证件号", "公民身份号码"),
    ),
    Field("phone", _("电话"), "code", maximum=30, aliases=("手机", "手机号", "手机号码", "联系电话", "联系方式")),
    Field("home", _("住址"), "text", maximum=120, aliases=("地址", "现住址", "居住地址", "家庭住址", "详细地址")),
)
WHO = ("name", "number", "phone", "home", "note")
JOURNEY = (
    Field("area", _("区域"), "area", aliases=("县市区", "所在区域", "街道", "乡镇", "目的地")),
    Field("came_from", _("来自"), "text", maximum=60, aliases=("来源地", "出发地", "旅居地", "始发站", "漫游地")),
    Field("came_by", _("方式"), "choice", choices=tuple(WAYS.items()), aliases=("交通方式", "来株方式")),
    Field("arrived_on", _("到达日期"), "date", aliases=("抵达日期", "来株日期", "返回日期", "乘车日期")),
    Field("note", _("备注"), "text", maximum=200, aliases=("说明",)),
)
SENDER = Field("sender", _("来源"), "choice", choices=tuple(SENDERS.items()), aliases=("名单来源", "报送来源"))

TRAVELLER = declare(
    Kind(
        name="traveller",
        title="重点人员登记",
        title_en="Registering a traveller",
        register="travellers",
        hint=_("逢鄂必登记：来自疫源地的人，一人一行。证件号码和电话至少填一项；同一证件只有一张卡。"),
        fields=(*PERSON, *JOURNEY, SENDER, SYNTHETIC),
        take=services.take,
        tell=services.tell,
        personal=WHO,
    )
)

TRAVELLER_LIST = declare(
    Kind(
        name="traveller_list",
        title="重点人员名单",
        title_en="A list of travellers",
        register="travellers",
        hint=_("公安、铁路、通信、社区、药店送来的名单，原有的列都留着；来源和截至日期可作统一取值。"),
        fields=(
            *PERSON,
            *JOURNEY,
            replace(SENDER, required=True),
            Field("listed_as_of", _("名单截至"), "date", aliases=("截至", "截至日期", "数据日期")),
            SYNTHETIC,
        ),
        take=services.take,
        tell=services.tell,
        personal=WHO,
    )
)
