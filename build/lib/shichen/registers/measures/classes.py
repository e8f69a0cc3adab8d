"""The classes of measures (措施类别) that a report may name; a class groups what is drawn, filtered and told alike."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

CLASSES = {
    "response_level": _("响应级别"),
    "direct_control": _("直控卡点"),
    "checkpoints": _("设卡查控"),
    "bus_suspended": _("公交停运"),
    "coach_suspended": _("客运停运"),
    "cars_suspended": _("网约车与出租停运"),
    "rail_partial": _("铁路停运"),
    "ferry_stopped": _("渡口停渡"),
    "school_postponed": _("推迟开学"),
    "work_postponed": _("推迟复工"),
    "market_closed": _("市场休市"),
    "venues_closed": _("娱乐场所停业"),
    "culture_closed": _("文体场馆闭馆"),
    "religious_closed": _("宗教场所暂停开放"),
    "catering_closed": _("餐饮停业"),
    "gatherings_banned": _("禁止聚集"),
    "live_animals_banned": _("禁止活禽与野生动物交易"),
    "gates_guarded": _("小区值守"),
    "realname_drugs": _("实名购药"),
    "other": _("其他措施"),
}


def called(key: str) -> str:
    """What a class is called in the city's own language; one that a city added goes by its key."""
    return CLASSES.get(key, key)
