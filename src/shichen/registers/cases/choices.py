"""What a case of the line list may be called: where it was infected, how sure it is, how it ended."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

LOCAL, IMPORTED, UNKNOWN = "local", "imported", "unknown"
CONFIRMED, CLINICAL, ASYMPTOMATIC = "confirmed", "clinical", "asymptomatic"
ORIGINS = {LOCAL: _("本地"), IMPORTED: _("输入"), UNKNOWN: _("不明")}
KINDS = {
    "suspected": _("疑似"),
    CLINICAL: _("临床诊断"),
    CONFIRMED: _("确诊"),
    ASYMPTOMATIC: _("无症状"),
    "discarded": _("排除"),
}
OUTCOMES = {"discharged": _("出院"), "dead": _("死亡")}
COUNTED = (CONFIRMED, CLINICAL)
"""What counts as a case in curves and estimates."""
