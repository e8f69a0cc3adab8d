"""The reports on measures, for every door alike: that one holds, and that one has ended."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from shichen.intake.kinds import Kind, declare
from shichen.registers.measures import services
from shichen.registers.measures.classes import CLASSES
from shichen.sheets.fields import Field

MEASURE = declare(
    Kind(
        name="measure",
        title="措施登记",
        title_en="A measure in force",
        register="measures",
        hint=_("一项措施一行：何时起、何时止、在哪些区域、依据什么。止期未定的留空，定了再登记结束。"),
        fields=(
            Field("kind", _("措施类别"), "choice", required=True, choices=tuple(CLASSES.items()), aliases=("类别",)),
            Field("label", _("名称"), "text", required=True, maximum=40, aliases=("措施", "措施名称")),
            Field(
                "label_en",
                _("英文名称"),
                "text",
                maximum=60,
                aliases=("英文", "label_en", "English"),
                help=_("英文页面上用；留空则用类别的英文名。"),
            ),
            Field("starts_at", _("自"), "datetime", required=True, aliases=("起", "开始时间", "起期", "start")),
            Field("ends_at", _("至"), "datetime", aliases=("止", "结束时间", "止期", "end"), help=_("未定的留空。")),
            Field(
                "areas",
                _("施行区域"),
                "text",
                maximum=300,
                aliases=("区域", "县市区"),
                help=_("多处用顿号分开；留空即全市。"),
            ),
            Field(
                "replaces",
                _("接替"),
                "text",
                maximum=60,
                aliases=("原措施",),
                help=_("调整或放宽已登记的措施时，写那一项的名称。"),
            ),
            Field("partial", _("部分放宽"), "boolean", aliases=("部分",)),
            Field("order", _("依据"), "text", maximum=120, aliases=("文号", "令"), help=_("如「第3号令」。")),
        ),
        take=services.take,
        tell=services.tell,
    )
)

MEASURE_END = declare(
    Kind(
        name="measure_end",
        title="措施结束",
        title_en="A measure ends",
        register="measures",
        hint=_("写已登记措施的名称和结束的时刻；结束时刻起不再施行。"),
        fields=(
            Field("measure", _("措施"), "text", required=True, maximum=60, aliases=("名称", "措施名称")),
            Field("ended_at", _("结束时刻"), "datetime", required=True, aliases=("止", "结束时间", "end")),
            Field("order", _("依据"), "text", maximum=120, aliases=("文号", "令")),
        ),
        take=services.take_end,
        tell=services.tell_ends,
    )
)
