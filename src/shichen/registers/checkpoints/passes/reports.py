"""The reports about passes, for every door alike: a series, an application, a pass that was shown."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import SYNTHETIC
from shichen.intake.kinds import Kind, declare
from shichen.registers.checkpoints.passes import services
from shichen.sheets.fields import Field

SERIES = declare(
    Kind(
        name="pass_series",
        title="通行证号段",
        title_en="A series of passes",
        register="pass-series",
        hint=_("上级发下来的空白证，一段一行；启用后每一号都在册，五种状态之和就是总数。"),
        fields=(
            Field("name", _("名称"), "text", required=True, maximum=60, aliases=("号段",)),
            Field("authority", _("签发单位"), "text", required=True, maximum=60, aliases=("发证单位",)),
            Field("prefix", _("号头"), "code", required=True, maximum=12, help=_("大写字母、数字、短横，如 ZZ-。")),
            Field("first_no", _("起号"), "integer", required=True, minimum=0, maximum=99_999_999),
            Field("last_no", _("止号"), "integer", required=True, minimum=0, maximum=99_999_999),
            SYNTHETIC,
        ),
        take=services.open_series,
        tell=services.tell_series,
    )
)

APPLICATION = declare(
    Kind(
        name="pass_application",
        title="通行证申领",
        title_en="Applying for a pass",
        register="pass-applications",
        hint=_("一车一证。两个单位的两个人先后同意才签发；经手申领的人不能审批。"),
        fields=(
            Field("carrier", _("承运单位"), "text", required=True, maximum=80, aliases=("企业", "单位名称")),
            Field("plate", _("车牌"), "text", required=True, maximum=20, aliases=("车牌号", "号牌")),
            Field("driver", _("驾驶人"), "text", required=True, maximum=40, aliases=("司机", "驾驶员")),
            Field("phone", _("驾驶人电话"), "code", maximum=30, aliases=("电话", "手机")),
            Field("cargo", _("货物"), "text", required=True, maximum=80, aliases=("运输物资",)),
            Field("route", _("路线"), "text", required=True, maximum=120, aliases=("行驶路线",)),
            Field("first_day", _("有效自"), "date", required=True, aliases=("起",)),
            Field("last_day", _("有效至"), "date", required=True, aliases=("止",)),
            Field("series", _("号段"), "text", maximum=60, help=_("只有一个号段时留空。")),
            SYNTHETIC,
        ),
        take=services.apply,
        tell=services.tell_applications,
        personal=("plate", "driver", "phone"),
    )
)

USE = declare(
    Kind(
        name="pass_use",
        title="通行证查验",
        title_en="A pass was shown",
        register="pass-uses",
        hint=_("扫了二维码的粘贴码文，没有扫的填证号；车牌照车上的填，与证不符的不放行。"),
        fields=(
            Field("post", _("卡点"), "text", required=True, aliases=("卡点编号", "卡点名称")),
            Field("code", _("二维码"), "text", maximum=300, aliases=("码文",)),
            Field("number", _("证号"), "code", maximum=20, aliases=("通行证号",)),
            Field("plate", _("车牌"), "text", required=True, maximum=20, aliases=("车牌号",)),
            Field("at", _("时间"), "datetime", aliases=("查验时间",), help=_("留空即现在。")),
            SYNTHETIC,
        ),
        take=services.enter_use,
        tell=services.tell_uses,
        personal=("plate", "code"),
    )
)
