"""At the posts, in English: passings vehicle by vehicle, phones let in and given up, alarms; and what goes wrong there."""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shichen.audit.context import acting
from shichen.city import services as accounts
from shichen.registers.checkpoints.models import Alarm, Post
from shichen.web import clock
from tests.made import deliver

LABEL, WRONG = "一号手机", "x" * 30


def at_the_posts(walk: Any) -> None:
    """What a post reports one by one, its day by watches, its phones and its alarms."""
    post = Post.objects.current().filter(network="traffic").order_by("code")[0]
    passed(post)
    home = f"/registers/posts/{post.pk}/"
    walk.everywhere(("/registers/passings/", home, f"{home}watches/?on=2020-02-02", f"{home}watches/?on=2020-02-09"))
    page = walk.send(f"{home}devices/", label=WRONG)
    page = walk.send(f"{home}devices/", label=LABEL)
    renew = re.findall(r'action="(\S+/renew/)"', page.content.decode())[0]
    ends = renew.replace("/renew/", "/end/")
    walk.send(renew)
    walk.send(ends, ending="")
    walk.send(ends, ending="lost")
    walk.send(renew)
    walk.send(ends, ending="lost")
    walk.send(f"{home}devices/take-in/")
    walk.send(f"{home}devices/take-in/", file=SimpleUploadedFile("x.json", b"{}"))
    walk.everywhere(("/post/", "/post/enrol/", "/ca/", f"{home}devices/"))
    alarms(walk, post)


def passed(post: Post) -> None:
    """Two passings, one of them from a source area."""
    at = clock.shown()
    row = {"post": post.code, "network": post.network_id, "at": at.isoformat(), "persons": 3, "outcome": "passed"}
    turned = {**row, "plate": "鄂A12345", "outcome": "turned_back", "why": "来自疫源地", "temperature": "37.8"}
    with acting("job", moment=at):
        deliver("passing", {"rows": [row, turned, {**row, "persons": 2, "on_foot": True}]}, by=accounts.system())


def alarms(walk: Any, post: Post) -> None:
    """One that is acknowledged, twice, and of which the post is reminded, also when it is over."""
    at = timezone.now()
    said = {"value": "20辆", "level": "20辆", "raised_at": at, "seen_at": at}
    one = Alarm.objects.create(post=post, cause=Alarm.Cause.QUEUE, **said)
    walk.everywhere(("/alarms/",))
    for act in ("acknowledge", "acknowledge", "nudge"):
        walk.send(f"/alarms/{one.pk}/{act}/")
    Alarm.objects.filter(pk=one.pk).update(cleared_at=at)
    walk.send(f"/alarms/{one.pk}/nudge/")
