"""The reports of stock counts and of what is assumed of items, for every door alike."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import AREA, SOURCE, SYNTHETIC
from shichen.intake.kinds import Kind, declare
from shichen.registers.supplies import services
from shichen.registers.supplies.models import ASSUMED
from shichen.sheets.fields import Field

ITEM = Field("item", _("物资"), "text", required=True, maximum=60, aliases=("品名", "物资名称"))

STOCK = declare(
    Kind(
        name="stock_count",
        title="物资盘点",
        title_en="Stock counts",
        register="stock",
        hint=_("一库一种物资一天一行；上次盘点后收到的写在一起。没有盘点的日子不报，不是零。"),
        fields=(
            ITEM,
            Field("measure", _("单位"), "text", required=True, maximum=12, aliases=("计量单位",)),
            Field(
                "on_hand",
                _("现有"),
                "decimal",
                required=True,
                minimum=0,
                maximum=services.MOST,
                aliases=("库存", "现存"),
            ),
            Field(
                "received", _("上次盘点后收到"), "decimal", minimum=0, maximum=services.MOST, aliases=("收到", "入库")
            ),
            Field("counted_on", _("盘点日"), "date", required=True, aliases=("日期", "盘点日期")),
            Field("store", _("库"), "text", maximum=60, aliases=("仓库", "库房")),
            AREA,
            replace(SOURCE, required=False),
            SYNTHETIC,
        ),
        take=services.count_stock,
        tell=services.tell_stock,
    )
)
ASSUMPTION = declare(
    Kind(
        name="supply_assumption",
        title="用量与期限",
        title_en="Use and lead times",
        register="assumptions",
        hint=_("每种物资的目标、到货天数、保险天数、每位病人每天用量，都要写来源。"),
        fields=(
            ITEM,
            Field("what", _("设想"), "choice", required=True, choices=ASSUMED, aliases=("项目",)),
            Field("value", _("值"), "decimal", required=True, minimum=0, maximum=services.MOST, aliases=("数值",)),
            Field("from_on", _("自"), "date", required=True, aliases=("日期", "启用日期")),
            AREA,
            SOURCE,
            SYNTHETIC,
        ),
        take=services.assume,
        tell=services.tell_assumptions,
    )
)
