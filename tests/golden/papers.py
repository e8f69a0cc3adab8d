"""The walk through official documents in English: each page, each kind, and each refusal beside what was asked."""

from __future__ import annotations

from typing import Any

from shichen.publications.models import Paper, PaperWording
from tests.golden.publishing import see

NOTICE = {
    "issuer": "office",
    "name": "株洲市疫情防控办公室",
    "code": "株防办发",
    "title": "关于演练的通知",
    "addressees": "各单位",
    "body": "一、按时到场\n不误，查车{traffic.vehicles_checked}。",
    "closing": "unsealed",
}


def walked(walk: Any) -> list[Any]:
    """Who drafts, who signs and a reader, each with what they met. `walk` makes one of a username."""
    clerk, leader, reader = (walk(name) for name in ("duty", "leader", "traffic"))
    issued = Paper.objects.filter(state="issued").values_list("pk", flat=True)
    see(clerk, "/papers/", "/papers/?kind=order", "/papers/?state=dropped", "/papers/?as_of=2020-02-05T12:00")
    for kind in ("", *Paper.Kind.values):
        see(clerk, f"/papers/new/?kind={kind}")
    for pk in issued:
        see(reader, f"/papers/{pk}/", f"/papers/{pk}/check/")
    at = _written(clerk)
    _signed(clerk, leader, at)
    see(reader, "/papers/", "/papers/new/", at)
    return [clerk, leader, reader]


def _written(clerk: Any) -> str:
    for kind, issuer in (("x", "office"), ("notice", "nobody")):
        clerk.send("/papers/write/", **NOTICE | {"issuer": issuer}, kind=kind)
    sent = clerk.send("/papers/write/", **NOTICE | {"title": "", "attachments": "x"}, kind="notice")
    at = str(sent.redirect_chain[-1][0])
    clerk.send(f"{at}send/")
    see(clerk, f"{at}check/")
    for title, seen in (("长" * 21, "1"), ("长" * 201, "2"), ("关于演练的通知", "1"), ("关于演练的通知", "2")):
        clerk.send(f"{at}save/", **NOTICE | {"title": title}, seen=seen)
    for body in ("{no.such_key}", "{1台次 000000000000}", "{1台次 " + _held(at) + "}"):
        clerk.send(f"{at}save/", **NOTICE | {"body": body}, seen="3")
    see(clerk, at, f"{at}?q=cases", f"{at}?q=x", f"{at}check/")
    return at


def _held(at: str) -> str:
    """How the draft names the figure that it holds."""
    body = PaperWording.objects.filter(paper=at.split("/")[-2]).latest("number").content["body"]
    return str(body).partition("}")[0][-12:]


def _signed(clerk: Any, leader: Any, at: str) -> None:
    clerk.send(f"{at}send/")
    clerk.send(f"{at}issue/", seen="3")
    for reason in ("", "再看"):
        leader.send(f"{at}back/", reason=reason)
    see(leader, at)
    clerk.send(f"{at}send/")
    for seen, after in (("1", "0"), ("3", "99999"), ("3", "0")):
        leader.send(f"{at}issue/", seen=seen, after=after)
    for act in ("send", "withdraw", "withdraw"):
        leader.send(f"{at}{act}/", reason="" if act == "send" else "演练")
    leader.send(f"{at}withdraw/", reason="演练")
    spare = clerk.send("/papers/write/", **NOTICE, kind="notice")
    for reason in ("", "不用了"):
        clerk.send(f"{spare.redirect_chain[-1][0]}drop/", reason=reason)
