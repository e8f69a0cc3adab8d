"""What the matters of log entries are called (事项); a city may use words of its own, which stand as they are."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

TOPICS: dict[str, str | Promise] = {
    "case": pgettext_lazy("事项", "病例"),
    "checkpoint": pgettext_lazy("事项", "卡点"),
    "closure": pgettext_lazy("事项", "关停"),
    "community": pgettext_lazy("事项", "社区"),
    "coordination": pgettext_lazy("事项", "协调"),
    "correction": pgettext_lazy("事项", "更正"),
    "disagreement": pgettext_lazy("事项", "数不符"),
    "disinfection": pgettext_lazy("事项", "消毒"),
    "document": pgettext_lazy("事项", "文件"),
    "donation": pgettext_lazy("事项", "捐赠"),
    "education": pgettext_lazy("事项", "学校"),
    "enforcement": pgettext_lazy("事项", "执法"),
    "expert": pgettext_lazy("事项", "专家"),
    "finance": pgettext_lazy("事项", "资金"),
    "hotel": pgettext_lazy("事项", "酒店"),
    "inspection": pgettext_lazy("事项", "督查"),
    "market": pgettext_lazy("事项", "市场"),
    "measure": pgettext_lazy("事项", "措施"),
    "media": pgettext_lazy("事项", "宣传"),
    "medical": pgettext_lazy("事项", "医疗"),
    "meeting": pgettext_lazy("事项", "会议"),
    "notice": pgettext_lazy("事项", "通告"),
    "order": pgettext_lazy("事项", "令"),
    "organisation": pgettext_lazy("事项", "机构"),
    "party": pgettext_lazy("事项", "党建"),
    "police": pgettext_lazy("事项", "公安"),
    "policy": pgettext_lazy("事项", "政策"),
    "price": pgettext_lazy("事项", "价格"),
    "response_level": pgettext_lazy("事项", "响应级别"),
    "resumption": pgettext_lazy("事项", "复工"),
    "screening": pgettext_lazy("事项", "排查"),
    "service": pgettext_lazy("事项", "服务"),
    "supervision": pgettext_lazy("事项", "监督"),
    "supply": pgettext_lazy("事项", "物资"),
    "traffic": pgettext_lazy("事项", "查控"),
    "transport": pgettext_lazy("事项", "运输"),
    "venues": pgettext_lazy("事项", "场所"),
}


def called(topic: str) -> str:
    """The name of a matter in the language of the page."""
    return str(TOPICS.get(topic, topic))
