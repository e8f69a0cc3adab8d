"""`shichen user`: accounts and their roles; a new one gets a one-time way in, never a password."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option, set_up

if TYPE_CHECKING:
    from shichen.city.models import Account


@click.group("user")
def command() -> None:
    """账号与角色。Accounts and roles."""


@command.command("add")
@click.argument("name")
@click.option("--role", required=True, help="角色，如 reporter、office、auditor | a role")
@click.option("--unit", help="单位代码或名称；办公室以外的填报角色必填 | code or name of the unit")
@click.option("--area", help="区域代码或名称，默认本市 | code or name of the area")
@click.option("--called", default="", help="称呼 | how it is shown")
@click.option("--device", is_flag=True, help="设备账号，只用令牌 | a device, which uses a token")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def add(
    name: str,
    role: str,
    unit: str | None,
    area: str | None,
    called: str,
    device: bool,
    as_json: bool,
    home: Path | None,
) -> None:
    """开一个账号，打印一次性入口。Open an account; prints its one-time way in."""

    def act() -> tuple[dict[str, Any], str]:
        account = _opened(name, role, unit, area, called, device=device)
        if device:
            return {
                "account": account.username,
                "role": role,
            }, f"{account.username} 已开；用 shichen user token {name} 取令牌。"
        path = _way_in(account)
        words = f"{account.username} 已开。一次性入口(24 小时内用一次)：{path}"
        return {"account": account.username, "role": role, "enter": path}, words

    _run(home, as_json, act)


@command.command("enter")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def enter(name: str, as_json: bool, home: Path | None) -> None:
    """再给一个一次性入口；以前没用的作废。Another one-time way in."""

    def act() -> tuple[dict[str, Any], str]:
        path = _way_in(_found(name))
        return {"account": name, "enter": path}, f"一次性入口(24 小时内用一次)：{path}"

    _run(home, as_json, act)


@command.command("token")
@click.argument("name")
@click.option("--label", required=True, help="这个令牌给谁用 | what it is for")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def token(name: str, label: str, as_json: bool, home: Path | None) -> None:
    """给接口用的令牌，只显示这一次。A token for the API, shown once."""

    def act() -> tuple[dict[str, Any], str]:
        from shichen.city import signin  # Django is set up by now

        account = _found(name)
        secret = _noted("token", account, label, lambda: signin.token_for(account, label[:100]))
        return {"account": name, "label": label, "token": secret}, f"令牌(只显示这一次)：{secret}"

    _run(home, as_json, act)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def list_(as_json: bool, home: Path | None) -> None:
    """列出账号。List the accounts."""

    def act() -> tuple[dict[str, Any], str]:
        rows = _rows()
        lines = [
            f"{row['account']:<16} {'在用' if row['active'] else '已停'}  {row['name']}  "
            + "；".join(f"{one['role']}@{one['unit'] or '全部'}/{one['area']}" for one in row["grants"])
            for row in rows
        ]
        return {"accounts": rows}, "\n".join(lines) or "还没有账号。"

    _run(home, as_json, act)


@command.command("close")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def close(name: str, as_json: bool, home: Path | None) -> None:
    """停用一个账号：授权、令牌、入口一并失效。Close an account."""

    def act() -> tuple[dict[str, Any], str]:
        from shichen.audit.context import now
        from shichen.city import services

        account = _found(name)
        _noted("close", account, "", lambda: services.close_account(account, at=now(), by=services.system()))
        return {"account": name, "closed": True}, f"{name} 已停用；做过的事仍归在名下。"

    _run(home, as_json, act)


def _run(home: Path | None, as_json: bool, act: Any) -> None:
    """Do the act in the home, and say what came of it, or the refusal in one sentence (exit 4)."""
    try:
        set_up(home)
        from shichen.audit.context import acting
        from shichen.site import post

        post.prepare()
        with acting("cli"):
            said, words = act()
    except Refusal as refusal:
        click.echo(
            json.dumps({"error": refusal.sentence}, ensure_ascii=False) if as_json else refusal.sentence,
            err=not as_json,
        )
        sys.exit(REFUSED)
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else words)


def _opened(name: str, role: str, unit: str | None, area: str | None, called: str, *, device: bool) -> Account:
    from django.db import transaction

    from shichen.audit.context import now
    from shichen.city import queries, services
    from shichen.city.models import Account
    from shichen.city.roles import APART, ROLES
    from shichen.site import post

    post.must_hold_a_city()
    by, moment = services.system(), now()
    body = queries.body_named(unit, on=moment.date()) if unit else None
    if role in ROLES and role not in APART and not ROLES[role].everywhere and body is None:
        raise Refusal(f"{ROLES[role].zh}要有单位；请加 --unit。", field="unit")
    place = queries.area_named(area, on=moment.date()) if area else queries.the_city()
    with transaction.atomic():
        account = services.open_account(
            name, called or name, kind=Account.Kind.DEVICE if device else Account.Kind.PERSON, by=by
        )
        body = body or (queries.the_office() if role == "office" else None)
        services.grant(account, role, unit=body, area=place, event=None, starts_at=moment, reason="命令行开户", by=by)
        _note("grant", account, role)
    return account


def _way_in(account: Account) -> str:
    from shichen.audit.context import now
    from shichen.city import signin

    if account.kind != account.Kind.PERSON:
        raise Refusal(f"{account.username} 不是人员账号，不能从网页登录。")
    secret: str = _noted("way in", account, "", lambda: signin.one_time_way_in(account, now=now()))
    return f"/enter/{secret}/"


def _noted(action: str, account: Account, reason: str, act: Any) -> Any:
    """The act with its row in the trail, both or neither."""
    from django.db import transaction

    with transaction.atomic():
        done = act()
        _note(action, account, reason)
    return done


def _note(action: str, account: Account, reason: str) -> None:
    from shichen.audit import services as audit
    from shichen.city import services

    audit.note(action, table="city.account", subject=account.pk, reason=reason, by=services.system())


def _found(name: str) -> Account:
    from shichen.city.models import Account

    found = Account.objects.filter(username=name, is_active=True).exclude(kind=Account.Kind.SYSTEM).first()
    if found is None:
        raise Refusal(f"没有名为 {name} 的账号，或已停用。", field="name")
    return found


def _rows() -> list[dict[str, Any]]:
    from shichen.city.models import Account

    people = Account.objects.exclude(kind=Account.Kind.SYSTEM).order_by("username")
    return [
        {
            "account": one.username,
            "name": one.display_name,
            "kind": one.kind,
            "active": one.is_active,
            "grants": [
                {"role": grant.role, "unit": grant.unit_id, "area": grant.area_id, "until": str(grant.ends_at or "")}
                for grant in one.grants.select_related("area")
            ],
        }
        for one in people.prefetch_related("grants")
    ]
