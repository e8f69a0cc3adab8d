"""Bringing a post up: migrate, load what its home holds, and run its processes."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from shichen.city import queries, signin
from shichen.city import services as city
from shichen.city.models import Account, Event, Pass
from shichen.refusal import Refusal
from shichen.site import profile, serving, startup
from shichen.site.demo import load as demo
from shichen.site.serving import Supervisor

Say = Callable[[str], None]
DEMO_WAYS = ("duty", "reviewer", "newsroom", "leader")


def prepare() -> None:
    """The database as this version of the house wants it."""
    startup.must_be_safe()
    call_command("migrate", verbosity=0, interactive=False)
    city.system()


def load_demo(say: Say) -> bool:
    """Load the demonstration if it is not there yet; whether it was loaded now."""
    if Event.objects.exists():
        return False
    demo.load(say)
    return True


def load_profile() -> None:
    """Set the post up by the profile in its home."""
    profile.load(settings.HOME.profile)


def serve(*, host: str | None, port: int | None, demo: bool, say: Say) -> None:
    """Run the post until it is told to stop. Raises Refusal when the home or the port is taken."""
    host, port = host or settings.CONFIG["server.host"], port or settings.CONFIG["server.port"]
    with settings.HOME.occupied():
        serving.must_be_free(host, port)
        serving.quiet_environment(str(settings.HOME.path))
        lines = _what_to_look_at(serving.address(host, port), demo)
        connections.close_all()
        web = serving.web(
            host, port, workers=settings.CONFIG["server.workers"], threads=settings.CONFIG["server.threads"]
        )
        supervisor = Supervisor([web, serving.clock()], say)

        def ready() -> None:
            serving.wait_until_it_answers(host, port, supervisor)
            for line in lines:
                say(line)

        supervisor.run(ready)
    say("已停止。")


def _what_to_look_at(address: str, demo: bool) -> list[str]:
    if demo:
        return [
            "",
            f"时辰已启动：{address}",
            *_demo_ways_in(address),
            "看什么 What to look at:",
            f"  指挥板 board      {address}/",
            f"  日版 day page     {address}/days/2020-02-02/   点 149461 一路看到 83 个卡点的班次记录",
            f"  大事记 chronicle  {address}/chronicle/",
            f"  编一版 edition    {address}/days/2020-02-02/edit/   日版编辑组稿 → 复核员审定 → 指挥长签发 → 发布",
            f"  来稿 bulletins    {address}/bulletins/new/   贴一份通报，看它读出什么",
            "按 Ctrl-C 停止。Press Ctrl-C to stop.",
        ]
    return ["", f"时辰已启动：{address}", *_first_ways_in(address), "按 Ctrl-C 停止。Press Ctrl-C to stop."]


def _demo_ways_in(address: str) -> list[str]:
    """A way in for each hand that a page goes through; the first is the duty officer's."""
    people = {one.username: one for one in Account.objects.filter(username__in=DEMO_WAYS, is_active=True)}
    return [
        f"一次性登录({people[name].display_name.removesuffix('(演示)')})：{_way_in(name, address)}"
        for name in DEMO_WAYS
        if name in people
    ]


def _way_in(username: str, address: str) -> str:
    account = Account.objects.get(username=username)
    return f"{address}/enter/{signin.one_time_way_in(account, now=timezone.now())}/"


def _first_ways_in(address: str) -> list[str]:
    """On a post without people: two accounts, one for the Office and one that grants roles to others."""
    if any(account.has_usable_password() for account in Account.objects.filter(kind=Account.Kind.PERSON)):
        return [f"登录：{address}/signin/"]
    lines = []
    for username, name, role in (("duty", "值班员", "office"), ("security", "安全管理员", "secadmin")):
        account = Account.objects.filter(username=username).first() or _first_account(username, name, role)
        account.passes.filter(purpose=Pass.Purpose.ENTER, used_at=None).update(revoked_at=timezone.now())
        lines.append(f"一次性登录({name})：{_way_in(username, address)}")
    return lines


def _first_account(username: str, name: str, role: str) -> Account:
    system = city.system()
    account = city.open_account(username, name, by=system)
    city.grant(
        account,
        role,
        unit=queries.the_office() if role == "office" else None,
        area=queries.the_city(),
        event=None,
        starts_at=timezone.now(),
        reason="首次启动",
        by=system,
    )
    return account


def must_hold_a_city() -> None:
    """Raises Refusal when nothing was loaded into the home yet."""
    if not Event.objects.exists():
        raise Refusal("这里还没有载入城市；请先运行 shichen up 或 shichen demo --load-only。")
