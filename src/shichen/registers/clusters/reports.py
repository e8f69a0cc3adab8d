"""The report by which cluster outbreaks come onto the register, for every door alike."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_noop as _

from shichen.intake.fields import AREA
from shichen.intake.kinds import Kind, declare
from shichen.registers.clusters import services
from shichen.registers.clusters.models import DATED, KINDS, LEAST
from shichen.sheets.fields import Field

CLUSTER = declare(
    Kind(
        name="cluster",
        title="聚集性疫情",
        title_en="Cluster outbreak",
        register="clusters",
        hint=_("一起一行，只写类别和例数，不写姓名、住址。多少例起算聚集性疫情由风险等级规则定，两例起就可以登记。"),
        fields=(
            Field("code", _("编号"), "text", required=True, maximum=40, aliases=("聚集性疫情编号",)),
            replace(AREA, required=True),
            Field("kind", _("地点类别"), "choice", required=True, choices=KINDS, aliases=("类别",)),
            Field(
                "confirmed",
                _("确诊例数"),
                "integer",
                required=True,
                minimum=LEAST,
                maximum=100_000,
                aliases=("例数", "确诊"),
            ),
            Field("first_on", _("首例日期"), "date", required=True),
            Field("last_on", _("末例日期"), "date", required=True),
            Field("dated", _("日期依据"), "choice", required=True, choices=DATED),
            Field(
                "basis",
                _("判定依据"),
                "text",
                required=True,
                maximum=200,
                help=_("为什么认为互有关联，如「同住一户、先后确诊」；不写姓名和住址。"),
            ),
            Field("source", _("来源"), "text", required=True, maximum=300),
        ),
        take=services.enter_cluster,
        tell=services.tell_clusters,
    )
)
