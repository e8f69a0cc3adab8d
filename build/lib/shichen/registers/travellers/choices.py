"""The words of the register of travellers: who names them, in which state a card is, what was found, why one is called."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

SENDERS = {
    "checkpoint": _("卡点登记"),
    "police": _("公安"),
    "rail": _("铁路"),
    "telecom": _("通信"),
    "community": _("社区"),
    "self": _("自主申报"),
    "pharmacy": _("药店实名"),
}

LISTED, ASSIGNED, VERIFIED, CONTROLLED = "listed", "assigned", "verified", "controlled"
EXCLUDED, MOVED, EXPIRED = "excluded", "moved", "expired"
STATES = {
    LISTED: _("待核"),
    ASSIGNED: _("分派"),
    VERIFIED: _("核实"),
    CONTROLLED: _("管控"),
    EXCLUDED: _("排除"),
    MOVED: _("转出"),
    EXPIRED: _("期满"),
}
GOING_ON = (LISTED, ASSIGNED, VERIFIED, CONTROLLED)
UNRESOLVED = (LISTED, ASSIGNED)

FOLLOWERS = ("office", "street")
"""Kinds of bodies that are given the travellers of their area without being asked: governments and their offices."""
ENTRUSTED = (*FOLLOWERS, "group", "bureau", "police", "hospital")
"""Kinds of bodies that a card may be given to: whoever is given one sees who somebody is, masked."""

PRESENT, LEFT, WRONG, UNKNOWN, DONE, REFUSED, UNREACHED = (
    "present",
    "left",
    "wrong",
    "unknown",
    "done",
    "refused",
    "unreached",
)
FOUND = {
    PRESENT: _("在本地"),
    LEFT: _("已离开"),
    WRONG: _("错号"),
    UNKNOWN: _("查无此人"),
    DONE: _("已满14天"),
    REFUSED: _("拒绝"),
    UNREACHED: _("未接通"),
}
AT_THE_DOOR = tuple(key for key in FOUND if key != UNREACHED)
VERIFYING = (PRESENT, LEFT, DONE)
"""What says who and where somebody is; anything else leaves the card to be followed up."""

PURPOSES = {
    "verify": _("核查"),
    "visit": _("随访"),
    "transfer": _("转运安排"),
    "service": _("生活服务"),
    "other": _("其他"),
}

WAYS = {"road": _("公路"), "rail": _("铁路"), "air": _("航空"), "other": _("其他")}
CONTROLS = {"home": _("居家"), "lodging": _("集中"), "hospital": _("医院")}
