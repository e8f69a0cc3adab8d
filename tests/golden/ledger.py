"""The walk through corrections, the desk, gates of two networks, decisions and open tables, in English."""

from __future__ import annotations

from typing import Any

from shichen.indicators import correcting
from shichen.indicators.models import Correction, Figure
from shichen.reconciliation.models import Disagreement
from shichen.registers.cases.models import DailyCount
from shichen.registers.cases.views import COUNTS
from shichen.web.field_forms import in_box
from tests.golden.publishing import see

DAY, TABLE_DAY = "2020-02-02", "2020-02-14"
STARTS = ("/corrections/", "/decisions/", "/decisions/tables/", f"/registers/gates/?on={DAY}", "/disagreements/rules/")


def walked(walk: Any) -> list[Any]:
    """The duty officer, who proposes; the commander, who signs; the newsroom, whose numbers are small."""
    duty, leader, newsroom = walk("duty"), walk("leader"), walk("newsroom")
    for one in (duty, leader, newsroom):
        see(one, *STARTS)
    _corrected(duty, leader)
    _settled(duty, leader)
    _chosen(duty)
    _decided(newsroom, leader)
    _opened(newsroom, leader)
    duty.everywhere(STARTS)
    return [duty, leader, newsroom]


def _corrected(duty: Any, leader: Any) -> None:
    """A figure that was told, whose record was wrong: proposed, turned down, proposed again, signed."""
    told = Figure.objects.get(key="cases.discharged", basis="computed", published_at__isnull=False)
    found = correcting.recompute(told)
    assert found is not None
    (row,) = found.records.rows(2)
    record = DailyCount.objects.get(pk=row.id)
    drawn = {one.name: in_box(COUNTS.values(record).get(one.name), one) for one in COUNTS.correctable}
    duty.send(f"{row.href}correct/", **{**drawn, "discharged_network_cum": "28", "reason": "与原件核对"})
    at = f"/corrections/propose/{told.pk}/"
    see(duty, f"/figures/{told.pk}/", at)
    for accept, note in (("no", "再核一遍"), ("yes", "")):
        for reason in ("", "原件是二十八"):
            duty.send(at, reason=reason)
        made = Correction.objects.get(was=told, state=Correction.State.PROPOSED)
        see(duty, f"/corrections/proposed/{made.pk}/", f"/figures/{told.pk}/", at)
        see(leader, f"/corrections/proposed/{made.pk}/")
        duty.send(f"/corrections/proposed/{made.pk}/decide/", accept="yes")
        for answer in ({"accept": ""}, {"accept": "no", "note": ""}, {"accept": accept, "note": note}):
            leader.send(f"/corrections/proposed/{made.pk}/decide/", **answer)
    see(duty, "/corrections/", "/corrections/1/", f"/figures/{told.pk}/", at)
    inside = Figure.objects.filter(basis="computed", published_at=None, successor=None).first()
    assert inside is not None
    duty.send(f"/figures/{inside.pk}/refreeze/", reason="")
    duty.send("/disagreements/refreeze/", reason="")


def _settled(duty: Any, leader: Any) -> None:
    """A work item handed on, taken, noted on, settled, opened again; and what may not be done with it."""
    one = Disagreement.objects.filter(state=Disagreement.State.OPEN).first()
    assert one is not None
    at = f"/disagreements/{one.pk}/"
    duty.send(f"{at}assign/", assignee="", owner="", reason="")
    duty.send(f"{at}note/", reason="")
    duty.send(f"{at}note/", reason="已问过报送单位")
    duty.send(f"{at}reopen/", reason="还没有处理")
    leader.send(f"{at}take/")
    leader.send(f"{at}settle/", outcome="both", reason="两处口径不同")
    leader.send(f"{at}take/")
    leader.send(f"{at}reopen/", reason="")
    see(duty, at, "/disagreements/?state=all", "/disagreements/agreeing/")
    leader.send(f"{at}reopen/", reason="又报来一个数")
    see(duty, at)


def _chosen(duty: Any) -> None:
    """Which network's number a gate gives."""
    found = duty.client.get(f"/registers/gates.json?on={DAY}").json()["gates"][0]
    at, on = f"/registers/gates/{found['gate']}/", f"?on={DAY}"
    duty.send(f"{at}choose/{on}", network="", since="", why="")
    duty.send(f"{at}choose/{on}", network=found["networks"][1]["network"], since="x", why="")
    duty.send(f"{at}choose/{on}", network=found["networks"][1]["network"], since=DAY, why="这一口查控组记得全")
    page = duty.client.get(f"{at}{on}").content.decode()
    see(duty, at + on)
    withdrawal = next(part for part in page.split('"') if part.startswith(f"{at}choices/"))
    for why in ("", "看错了"):
        duty.send(f"{withdrawal}{on}", why=why)
    see(duty, at + on)


def _decided(newsroom: Any, leader: Any) -> None:
    """A small number published on purpose: proposed with its reason, turned down, proposed again, signed, withdrawn."""
    small = Figure.objects.filter(key="cases.confirmed_new", value__gt=0, value__lt=5, successor=None).first()
    assert small is not None
    at = f"/decisions/propose/?figure={small.pk}"
    page = newsroom.client.get(at).content.decode()
    see(newsroom, at)
    lines = [part.split('"', 1)[0] for part in page.split('name="line" value="')[1:]]
    basis, reason = "传染病防治法第三十八条", "公众须知道本地有新增"
    for given in ({}, {"basis": basis}, {"basis": basis, "reason": reason}):
        sent = newsroom.send("/decisions/propose/", figure=str(small.pk), line=lines, **given)
    proposed = sent.redirect_chain[-1][0]
    newsroom.send(f"{proposed}sign/")
    for act, note in (("refuse", ""), ("withdraw", "早了"), ("refuse", "再等一天"), ("sign", "")):
        leader.send(f"{proposed}{act}/", note=note)
    sent = newsroom.send("/decisions/propose/", figure=str(small.pk), line=lines, basis=basis, reason=reason)
    second = sent.redirect_chain[-1][0]
    for act, note in (("sign", ""), ("withdraw", ""), ("withdraw", "数改了")):
        leader.send(f"{second}{act}/", note=note)
    see(newsroom, proposed, second, "/decisions/")


def _opened(newsroom: Any, leader: Any) -> None:
    """The table of cases by district goes out, and is taken back."""
    for until in ("x", "2099-01-01", "2020-01-31", TABLE_DAY):
        sent = newsroom.send("/decisions/tables/propose/", until=until)
    first = sent.redirect_chain[-1][0]
    newsroom.send(f"{first}sign/")
    for act, note in (("refuse", ""), ("withdraw", "早了"), ("refuse", "再等一天"), ("sign", "")):
        leader.send(f"{first}{act}/", note=note)
    second = newsroom.send("/decisions/tables/propose/", until=TABLE_DAY).redirect_chain[-1][0]
    for act, note in (("sign", ""), ("withdraw", ""), ("withdraw", "数改了")):
        leader.send(f"{second}{act}/", note=note)
    see(newsroom, first, second, "/decisions/tables/", "/open/")
