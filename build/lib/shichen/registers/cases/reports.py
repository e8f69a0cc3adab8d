"""The report of case counts, for every door alike."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from shichen.intake.kinds import Kind, declare
from shichen.registers.cases import services
from shichen.sheets.fields import Field


def _count(name: str, label: str, *aliases: str) -> Field:
    return Field(name, label, "integer", minimum=0, maximum=100_000_000, aliases=(*aliases,))


DAILY_COUNT = declare(
    Kind(
        name="case_count",
        title="病例日报",
        title_en="Daily case counts",
        register="counts",
        hint=_("数据日是「截至该日24时」的那一天，发布日通常是次日；没有新增请填 0，未掌握的项留空。"),
        fields=(
            Field("area", _("区域"), "area", aliases=("县市区", "地区", "district", "city", "市州")),
            Field("as_of", _("数据日"), "date", required=True, aliases=("截至日期", "日期", "as_of_date", "date")),
            Field("published_on", _("发布日"), "date", aliases=("发布日期",)),
            Field("series", _("序列"), "text", aliases=("数据序列",)),
            _count("confirmed_new", _("新增确诊"), "新增", "new_confirmed"),
            _count("confirmed_down", _("核减确诊"), "核减"),
            _count("confirmed_cum", _("累计确诊"), "累计", "cum_confirmed"),
            _count("discharged_new", _("新增出院"), "new_discharged"),
            _count("discharged_done_cum", _("累计办理出院"), "累计出院", "official_cum_discharged", "cum_discharged"),
            _count("discharged_network_cum", _("累计网报出院"), "dxy_next_morning_cured"),
            _count("severe_now", _("现有重症"), "重症"),
            _count("dead_cum", _("累计死亡"), "死亡"),
            Field("source", _("来源"), "text", aliases=("source_doc",)),
        ),
        take=services.record_count,
        tell=services.tell_counts,
    )
)
