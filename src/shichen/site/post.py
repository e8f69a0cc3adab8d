"""Bringing a post up: migrate, load what its home holds, and run its processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from shichen.city import queries, signin
from shichen.city import services as city
from shichen.city.models import Account, Event, Pass
from shichen.refusal import Refusal
from shichen.site import profile, serving, startup, tls
from shichen.site.demo import hagelloch
from shichen.site.demo import load as demo
from shichen.site.serving import Supervisor
from shichen.site.tls import Pair

Say = Callable[[str], None]
ZHUZHOU, MEASLES = "zhuzhou", "measles"
"""The events that the demonstration can show."""
DEMO_WAYS = ("duty", "reviewer", "newsroom", "leader", "cdc")


def prepare() -> None:
    """The database as this version of the house wants it."""
    startup.must_be_safe()
    call_command("migrate", verbosity=0, interactive=False)
    city.system()


def load_demo(say: Say, event: str = ZHUZHOU) -> bool:
    """Load an event of the demonstration if there is none yet; whether it was loaded now."""
    if Event.objects.exists():
        return False
    (demo.load if event == ZHUZHOU else hagelloch.load)(say)
    return True


def load_profile() -> None:
    """Set the post up by the profile in its home."""
    profile.load(settings.HOME.profile)


@dataclass(frozen=True)
class Https:
    """That the post is served over HTTPS: with a certificate of one's own, else with one by the city's own authority."""

    cert: Path | None = None
    key: Path | None = None

    def pair(self, names: list[str]) -> Pair:
        """Raises Refusal where only one of the two files is given, or they do not fit."""
        if self.cert is None and self.key is None:
            return tls.own(settings.HOME.path, names, timezone.now())
        if self.cert is None or self.key is None:
            raise Refusal("--tls-cert 与 --tls-key 要一起给。")
        return tls.given(self.cert, self.key)


def serve(*, host: str | None, port: int | None, demo: bool, say: Say, https: Https | None = None) -> None:
    """Run the post until it is told to stop. Raises Refusal when the home or the port is taken."""
    host, port = host or _host(https), port or settings.CONFIG["server.port"]
    names = tls.names_here(host) if https else []
    pair = https.pair(names) if https else None
    with settings.HOME.occupied():
        serving.must_be_free(host, port)
        hosts = list(dict.fromkeys([*settings.CONFIG["server.allowed_hosts"], *names]))
        serving.quiet_environment(str(settings.HOME.path), pair, hosts)
        shown = serving.address(tls.address_for_phones(names) if pair else host, port, "https" if pair else "http")
        lines = [*_what_to_look_at(shown, demo), *(_for_phones(shown, pair) if pair else [])]
        connections.close_all()
        workers, threads = settings.CONFIG["server.workers"], settings.CONFIG["server.threads"]
        web = serving.web(host, port, workers=workers, threads=threads, pair=pair)
        supervisor = Supervisor([web, serving.clock()], say)

        def ready() -> None:
            serving.wait_until_it_answers(host, port, supervisor, pair)
            for line in lines:
                say(line)

        supervisor.run(ready)
    say("已停止。")


def _host(https: Https | None) -> str:
    """Where it listens: phones come by the network, so with HTTPS everywhere, unless the settings name a place."""
    said: str = settings.CONFIG["server.host"]
    return "0.0.0.0" if https and settings.CONFIG.sources["server.host"] == "default" else said  # noqa: S104 - asked for


def _for_phones(address: str, pair: Pair) -> list[str]:
    """Where a phone goes first, and what it must show before it trusts the city's authority."""
    lines = [f"卡点手机 phones   {address}/post/"]
    if pair.ca is not None:
        lines += [f"证书 certificate  {address}/ca/   手机第一次先到这里装证书", f"SHA-256 {pair.fingerprint}"]
    return lines


def _what_to_look_at(address: str, demo: bool) -> list[str]:
    if demo and Event.objects.filter(code=hagelloch.EVENT).exists():
        return [
            "",
            f"时辰已启动：{address}",
            *_demo_ways_in(address),
            "看什么 What to look at:",
            f"  分析 analyses     {address}/analysis/   现报校正、时滞、再生数，按发病日期；用疾控流调员的登录",
            f"  一览表 line list  {address}/registers/lines/   疾控流调员能看：一例一行，不写姓名",
            "按 Ctrl-C 停止。Press Ctrl-C to stop.",
        ]
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
            f"  卡点 posts        {address}/alarms/ 警情与排队   {address}/registers/passings/ 逐车记录",
            f"  流水与追踪 traces {address}/registers/loads/   {address}/traces/ 用疾控流调员的登录看名单：同车、同处、次密接",
            f"  分析 analyses     {address}/analysis/   {address}/analysis/reports/ 用疾控流调员的登录拟一期疫情分析报告，指挥长签发",
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
