"""A pass as it is printed (打印): the vehicle, its days and its square code, on a card of half a page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from shichen import watches
from shichen.city import queries as city
from shichen.documents.codes import square
from shichen.documents.typesetting import Job
from shichen.registers.checkpoints.passes import queries
from shichen.registers.checkpoints.passes.models import Application, Pass

CHECK = "/passes/check/"


def job(one: Pass, who: dict[str, str], host: str) -> Job:
    """The pass for the typesetter; its code leads any phone to the page that checks it, and is checked there offline."""
    asked = Application.objects.current().get(first=one.application)
    sheet = {
        "title": _("通行证"),
        "city": city.the_city().name,
        "number": one.number,
        "plate": who["plate"],
        "authority": one.authority.name_on(watches.civil_day(one.recorded_at)),
        "synthetic": _("演示用，无效") if one.synthetic else "",
        "rows": [
            [_("承运单位"), one.carrier],
            [_("驾驶人"), who["driver"]],
            [_("货物"), asked.cargo],
            [_("路线"), asked.route],
            [_("有效期"), f"{one.first_day} 至 {one.last_day}"],
        ],
        "notes": [
            _("一车一证，涂改无效；车牌与证不符的不予放行。"),
            _("扫码即验，没有网络也能验：%(address)s") % {"address": host + CHECK},
        ],
        "alt": _("验证用二维码"),
    }
    return Job("pass", sheet, at=one.recorded_at, pictures={"code": square(f"{host}{CHECK}#{queries.code_of(one)}")})
