"""The report by which places come onto the register, for every door alike."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import AREA, SYNTHETIC
from shichen.intake.kinds import Kind, declare
from shichen.registers.places import services
from shichen.registers.places.models import CLASSES
from shichen.sheets.fields import Field

PLACE = declare(
    Kind(
        name="place",
        title="场所登记",
        title_en="Entering a place",
        register="places",
        hint=_("一处一行；车厢、宾馆楼层、餐厅分区各是一处，上级写在上级编号里。编号用过就不再给别处。"),
        fields=(
            Field("code", _("编号"), "text", required=True, maximum=40, aliases=("场所编号", "场所码")),
            Field("name", _("名称"), "text", required=True, maximum=80, aliases=("场所", "场所名称")),
            Field("kind", _("类别"), "choice", required=True, choices=CLASSES, aliases=("场所类别",)),
            Field(
                "within",
                _("上级编号"),
                "text",
                maximum=40,
                aliases=("上级", "所属场所"),
                help=_("它是哪一处的一部分，如车厢所在的车次、楼层所在的宾馆；没有的留空。"),
            ),
            replace(AREA, required=True),
            Field("opened_on", _("自"), "date", required=True, aliases=("启用", "启用日期", "登记日期")),
            Field("closed_on", _("至"), "date", aliases=("撤销", "撤销日期")),
            SYNTHETIC,
        ),
        take=services.enter_place,
        tell=services.tell_places,
    )
)
