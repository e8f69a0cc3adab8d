"""The words of passes: their states, those of applications, what a post found when one was shown."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

BLANK, ISSUED, EXPIRED, REVOKED, VOID = "blank", "issued", "expired", "revoked", "void"
STATES = {
    BLANK: _("空白"),
    ISSUED: _("签发"),
    EXPIRED: _("到期"),
    REVOKED: _("吊销"),
    VOID: _("作废"),
}
KEPT = (BLANK, ISSUED, REVOKED, VOID)
"""What is stored; a pass is 到期 by the day alone."""

ASKED, ONCE, GRANTED, REFUSED = "asked", "once", "granted", "refused"
STEPS = {ASKED: _("待初审"), ONCE: _("待复审"), GRANTED: _("已签发"), REFUSED: _("不予签发")}

VALID, EARLY, LATE, GONE, OTHER_PLATE, FORGED, UNKNOWN = (
    "valid",
    "early",
    "late",
    "gone",
    "plate",
    "forged",
    "unknown",
)
RESULTS = {
    VALID: _("有效，放行"),
    EARLY: _("未到有效期"),
    LATE: _("已过期"),
    GONE: _("已吊销或作废"),
    OTHER_PLATE: _("车牌不符"),
    FORGED: _("签名不符"),
    UNKNOWN: _("查无此证"),
}
