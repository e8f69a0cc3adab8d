"""The walk through everything that makes an edition, in English: each page, and each refusal beside what was asked."""

from __future__ import annotations

from typing import Any

from shichen.publications.editions import objections
from shichen.publications.models import Edition

DESK, DAY = "/days/2020-02-02/edit/", "/days/2020-02-02/"
SPAN = {"from": "2020-01-21", "to": "2020-02-19"}
PLACES = ("寅/指挥调度", "卯/后勤服务", "子/指挥调度")
PAGE = {"kind": "day_page", "first": "2020-02-02", "last": "2020-02-02"}


def walked(walk: Any) -> list[Any]:
    """The editor, the reviewer, the signer and a reader, each with what they met. `walk` makes one of a username."""
    editor, reviewer, leader, reader = (walk(name) for name in ("newsroom", "reviewer", "leader", "traffic"))
    see(editor, DESK, "/releases/", "/chronicle/edit/?from=x")
    editor.send("/releases/begin/", **PAGE)
    made = Edition.objects.get(kind="day_page", number=1)
    at = f"/releases/{made.pk}/"
    _put_together(editor, made, at)
    _to_the_readers(editor, reviewer, leader, made, at)
    for one in (editor, reviewer, reader):
        see(one, DAY, f"{DAY}?live=1", f"{DAY}?by=column", f"{DAY}editions/1/", "/releases/", "/releases/?state=draft")
    _again(editor, leader, at)
    see(reader, f"{DAY}editions/1/", "/releases/", DESK, at)
    _chronicle(editor, reviewer)
    return [editor, reviewer, leader, reader]


def _put_together(editor: Any, made: Edition, at: str) -> None:
    see(editor, DESK, at)
    editor.send(f"{at}take-all/")
    for place in PLACES:
        editor.look(DESK, editor.client.get(DESK, {"place": place}))
        editor.look(DESK, editor.client.get(DESK, {"place": place, "q": "口罩"}))
    passage = made.slots.get(place=PLACES[0]).passages.get()
    words = {f"text-{passage.pk}": "共17台。"}
    for act, version, more in (("blank", "0", {}), ("save", "1", words), ("save", "0", words), ("x", "1", {})):
        editor.send(f"{at}place/", place=PLACES[0], act=act, version=version, **more)
    editor.send(f"{at}place/", place=PLACES[1], act="blank", version="0")
    editor.look(DESK, editor.client.get(DESK, {"place": PLACES[1]}))


def _to_the_readers(editor: Any, reviewer: Any, leader: Any, made: Edition, at: str) -> None:
    reviewer.send(f"{at}review/")
    editor.send(f"{at}blank-rest/")
    see(reviewer, at, DESK)
    keys = [one.key for one in objections.of(made)]
    passed = {"key": keys, "why": ["核对过"] * len(keys)}
    reviewer.send(f"{at}review/", **passed)
    for refused in ("take-all/", "blank-rest/"):
        editor.send(at + refused)
    reviewer.look(DESK, reviewer.client.get(DESK, {"place": PLACES[0]}))
    reviewer.send(f"{at}sign/")
    for hour in ("x", "2020-02-03T07:00"):
        leader.send(f"{at}sign/", not_before=hour)
    editor.send(f"{at}release/")
    see(editor, "/releases/", at)
    for reason in ("", "再改"):
        leader.send(f"{at}send-back/", reason=reason)
    reviewer.send(f"{at}review/", **passed)
    leader.send(f"{at}sign/")
    editor.send(f"{at}release/")
    see(editor, at)


def _again(editor: Any, leader: Any, at: str) -> None:
    for reason in ("", "补一条"):
        editor.send("/releases/begin/", **PAGE, reason=reason)
    second = Edition.objects.get(kind="day_page", number=2)
    for reason in ("", "开错了"):
        editor.send(f"/releases/{second.pk}/discard/", reason=reason)
    editor.send(f"{at}withdraw/", reason="")
    for reason in ("", "排错版"):
        leader.send(f"{at}recall/", reason=reason)
    see(editor, f"/releases/{second.pk}/", "/releases/", DESK)


def _chronicle(editor: Any, reviewer: Any) -> None:
    editor.look("/chronicle/edit/", editor.client.get("/chronicle/edit/", SPAN))
    editor.send("/releases/begin/", kind="chronicle", first=SPAN["from"], last=SPAN["to"])
    made = Edition.objects.get(kind="chronicle")
    editor.send(f"/releases/{made.pk}/take-all/")
    editor.look("/chronicle/edit/", editor.client.get("/chronicle/edit/", {"place": "2020-02-04"}))
    see(editor, f"/chronicle/{SPAN['from']}/{SPAN['to']}/editions/1/")
    see(reviewer, f"/releases/{made.pk}/")


def see(walk: Any, *addresses: str) -> None:
    for address in addresses:
        walk.look(address, walk.client.get(address, follow=True))
