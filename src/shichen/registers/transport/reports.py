"""The reports on public transport, for every door alike: a service, vehicles set aside, lines that run again."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import SYNTHETIC
from shichen.intake.kinds import Kind, declare
from shichen.registers.transport import services, telling
from shichen.registers.transport.choices import EXTENTS, MODES
from shichen.sheets.fields import Field

MODE = Field("mode", _("类别"), "choice", required=True, choices=tuple(MODES.items()), aliases=("方式", "种类"))
AREA = Field("area", _("区域"), "text", maximum=60, aliases=("县市区", "地区"), help=_("留空即全市。"))

SERVICE = declare(
    Kind(
        name="transport_service",
        title="公共交通线路",
        title_en="A service of public transport",
        register="transport",
        hint=_("一条线路一行。开行还是停运不在这里填：由施行的措施说了算。"),
        fields=(
            MODE,
            Field("line", _("线路"), "text", required=True, maximum=60, aliases=("线路名称", "班次")),
            Field("operator", _("营运单位"), "text", maximum=80, aliases=("公司", "营运公司")),
            AREA,
            SYNTHETIC,
        ),
        take=services.take_service,
        tell=telling.tell_services,
    )
)

FLEET = declare(
    Kind(
        name="transport_fleet",
        title="应急运力",
        title_en="Vehicles set aside",
        register="transport-fleets",
        hint=_("总数等于各项之和：接送医技 + 备勤 + 其他应急；不等的退回。"),
        fields=(
            Field("mode", _("类别"), "choice", choices=tuple(MODES.items()), help=_("留空即公交。")),
            Field("operator", _("营运单位"), "text", required=True, maximum=80, aliases=("公司", "单位名称")),
            Field("vehicles", _("应急线路"), "integer", required=True, minimum=0, aliases=("总数", "车辆")),
            Field("hospital", _("接送医技"), "integer", required=True, minimum=0, aliases=("接送医护",)),
            Field("standby", _("备勤"), "integer", required=True, minimum=0, aliases=("待命",)),
            Field("other", _("其他应急"), "integer", minimum=0, aliases=("其他",)),
            Field("starts_at", _("自"), "datetime", required=True, aliases=("起", "开始时间")),
            Field("ends_at", _("至"), "datetime", aliases=("止", "结束时间"), help=_("未定的留空。")),
            AREA,
            Field("order", _("依据"), "text", maximum=120, aliases=("文号",)),
            SYNTHETIC,
        ),
        take=services.take_fleet,
        tell=telling.tell_fleets,
    )
)

RESUMPTION = declare(
    Kind(
        name="transport_resumption",
        title="恢复营运",
        title_en="Lines run again",
        register="transport-resumptions",
        hint=_("先有停运，才有恢复。写明是又恢复几条，还是到这时一共恢复几条：只有「新增恢复」的条数相加。"),
        fields=(
            MODE,
            Field("lines", _("线路数"), "integer", required=True, minimum=1, maximum=100_000, aliases=("条数",)),
            Field("extent", _("口径"), "choice", required=True, choices=tuple(EXTENTS.items())),
            Field("starts_at", _("自"), "datetime", required=True, aliases=("起", "恢复时间")),
            Field("named", _("线路"), "text", maximum=200, aliases=("线路名称",)),
            Field("conditions", _("条件"), "text", maximum=200, aliases=("限制",)),
            AREA,
            SYNTHETIC,
        ),
        take=services.take_resumption,
        tell=telling.tell_resumptions,
    )
)
