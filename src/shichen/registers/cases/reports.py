"""The reports of cases, for every door alike: counts of a day, and the line list."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from shichen.intake.kinds import Kind, declare
from shichen.registers.cases import listing, services
from shichen.registers.cases.choices import KINDS, ORIGINS, OUTCOMES
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

CASE_LINE = declare(
    Kind(
        name="case_line",
        title="病例一览表",
        title_en="Line list of cases",
        register="lines",
        hint=_(
            "一例一行，不写姓名、证件号码、电话和住址；编号由报送单位自编。同一编号再报就是更正，留空的格不改已知的内容；不知道发病日期就留空。"
        ),
        fields=(
            Field(
                "number",
                _("病例编号"),
                "code",
                required=True,
                maximum=40,
                aliases=("编号", "case_id", "id", "病例号"),
            ),
            Field("area", _("区域"), "area", aliases=("县市区", "地区", "district", "location")),
            Field("date_onset", _("发病日期"), "date", aliases=("发病时间", "onset")),
            Field("date_reporting", _("报告日期"), "date", required=True, aliases=("报告时间", "报卡日期", "report")),
            Field("date_confirmation", _("确诊日期"), "date", aliases=("确诊时间",)),
            Field(
                "origin",
                _("来源"),
                "choice",
                choices=tuple(ORIGINS.items()),
                aliases=("感染来源", "病例来源"),
                help=_("留空即不明。"),
            ),
            Field(
                "classification",
                _("分类"),
                "choice",
                choices=tuple(KINDS.items()),
                aliases=("病例分类", "诊断分类"),
                help=_("留空即确诊。"),
            ),
            Field("outcome", _("转归"), "choice", choices=tuple(OUTCOMES.items())),
            Field("date_outcome", _("转归日期"), "date", aliases=("出院日期", "转归时间")),
        ),
        take=listing.record_line,
        tell=listing.tell_lines,
        personal=("number", *listing.SAYS),
    )
)
