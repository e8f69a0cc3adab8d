"""The part of the walk in English that corrects the same three times, settles what is suggested of it, and ranks candidates."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.conf import settings

from shichen.bulletins import services
from shichen.bulletins.models import Bulletin, Proposal, Ranking
from shichen.bulletins.services import Placing
from shichen.city import services as accounts

OURS = "traffic.vehicles_checked"
ADDRESS, ORDER = "/bulletins/suggestions/settle/", "/bulletins/ranking/settle/"


def teaching(walk: Any) -> None:
    for n in range(3):
        _corrected(walk, f"荷塘区今天清点过境客车{40 + n}台。", OURS)
        _corrected(walk, f"石峰区今天验看进城货车{40 + n}台。", OURS)
    walk.look("/bulletins/suggestions/", walk.client.get("/bulletins/suggestions/"))
    first, second = _forms(walk)
    for given in ({"act": ""}, {"act": "take"}, {"act": "decline"}, {"act": "decline", "reason": "只是那几天的说法"}):
        walk.send(ADDRESS, **first, **given)
    walk.send(ADDRESS, **first, act="take", reason="试")
    walk.send(ADDRESS, **second, act="take", reason="常见说法")
    _ranking(walk)


def _ranking(walk: Any) -> None:
    walk.send(ORDER, act="")
    walk.send(ORDER, act="fit")
    settings.CONFIG.values["bulletins.ranker_from"] = 20
    walk.send(ORDER, act="fit")
    one = Ranking.objects.latest("pk").pk
    for given in ({"act": "use"}, {"act": "use", "reason": "试"}, {"act": "use", "reason": "试"}):
        walk.send(ORDER, ranking=one, **given)
    for reason in ("试完", "试完"):
        walk.send(ORDER, act="end", ranking=one, reason=reason)
    walk.send(ORDER, act="use", ranking=one, reason="再")


def _corrected(walk: Any, text: str, indicator: str) -> None:
    sent = walk.send("/bulletins/new/", number=str(uuid.uuid4()), text=text, covers="2020-02-02", unit="")
    made = Bulletin.objects.get(pk=sent.redirect_chain[-1][0].strip("/").split("/")[-1])
    number = Proposal.objects.get(entry__bulletin=made)
    by = accounts.system()
    services.decide(number, Proposal.State.EDITED, version=number.version, values={"indicator": indicator}, by=by)
    services.accept(number.entry, Placing(), version=number.entry.version, by=by)


def _forms(walk: Any) -> list[dict[str, str]]:
    page = walk.client.get("/bulletins/suggestions/").content.decode()
    found = re.findall(r'name="mark" value="([^"]*)"><input type="hidden" name="seen" value="([^"]*)"', page)
    return [{"mark": mark, "seen": seen} for mark, seen in found]
