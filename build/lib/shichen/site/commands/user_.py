"""`shichen user`: accounts and their roles; a new one gets a one-time way in, never a password."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from shichen.refusal import Refusal
from shichen.site.command import REFUSED, home_option, set_up

Act = Callable[[ModuleType], tuple[dict[str, Any], str]]


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

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        account = accounts.opened(name, role, unit, area, called, device=device)
        if device:
            return {
                "account": account.username,
                "role": role,
            }, f"{account.username} 已开；用 shichen user token {name} 取令牌。"
        path = accounts.way_in(account)
        words = f"{account.username} 已开。一次性入口(24 小时内用一次)：{path}"
        return {"account": account.username, "role": role, "enter": path}, words

    _run(home, as_json, act)


@command.command("enter")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def enter(name: str, as_json: bool, home: Path | None) -> None:
    """再给一个一次性入口；以前没用的作废。Another one-time way in."""

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        path = accounts.way_in(accounts.found(name))
        return {"account": name, "enter": path}, f"一次性入口(24 小时内用一次)：{path}"

    _run(home, as_json, act)


@command.command("token")
@click.argument("name")
@click.option("--label", required=True, help="这个令牌给谁用 | what it is for")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def token(name: str, label: str, as_json: bool, home: Path | None) -> None:
    """给接口用的令牌，只显示这一次。A token for the API, shown once."""

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        secret = accounts.token(accounts.found(name), label)
        return {"account": name, "label": label, "token": secret}, f"令牌(只显示这一次)：{secret}"

    _run(home, as_json, act)


@command.command("screen")
@click.argument("name")
@click.option("--called", default="", help="称呼，如 大厅屏 | how it is shown")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def screen(name: str, called: str, as_json: bool, home: Path | None) -> None:
    """大屏：只看指挥板的设备；打印一小时内用一次的登记码。A wall screen: a device that sees the board alone; prints its code."""

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        account = accounts.screen(name, called)
        code = accounts.enrolment(account)
        words = f"大屏 {account.username}：在那台设备上打开 /screen/，输入登记码 {code}(一小时内用一次)。"
        return {"account": account.username, "open": "/screen/", "code": code}, words

    _run(home, as_json, act)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def list_(as_json: bool, home: Path | None) -> None:
    """列出账号。List the accounts."""

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        rows = accounts.rows()
        lines = [
            f"{row['account']:<16} {'在用' if row['active'] else '已停'}  "
            f"{'设备 ' if row['kind'] == 'device' else ''}{row['name']}  "
            + "；".join(
                f"{one['role']}@{one['unit'] or '全部'}/{one['area']}"
                + (f"(至 {one['until']})" if one["until"] else "")
                for one in row["grants"]
            )
            for row in rows
        ]
        return {"accounts": rows}, "\n".join(lines) or "还没有账号。"

    _run(home, as_json, act)


@command.command("grant")
@click.argument("name")
@click.option("--role", required=True, help="角色，如 reporter、office、auditor | a role")
@click.option("--unit", help="单位代码或名称；办公室以外的填报角色必填 | code or name of the unit")
@click.option("--area", help="区域代码或名称，默认本市 | code or name of the area")
@click.option("--reason", required=True, help="为什么授权 | why")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def grant(
    name: str, role: str, unit: str | None, area: str | None, reason: str, as_json: bool, home: Path | None
) -> None:
    """再给一个账号一个角色。Give an account one more role."""

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        accounts.granted(accounts.found(name), role, unit, area, reason)
        return {"account": name, "role": role}, f"{name} 已有角色 {role}。"

    _run(home, as_json, act)


@command.command("revoke")
@click.argument("name")
@click.option("--role", required=True, help="要收回的角色 | the role to take back")
@click.option("--reason", required=True, help="为什么收回 | why")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def revoke(name: str, role: str, reason: str, as_json: bool, home: Path | None) -> None:
    """收回一个角色，即刻不再有效。Take a role back; it holds no longer."""

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        ended = accounts.revoked(accounts.found(name), role, reason)
        return {"account": name, "role": role, "revoked": ended}, f"已收回 {name} 的角色 {role}({ended} 项授权)。"

    _run(home, as_json, act)


@command.command("close")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON | print JSON")
@home_option
def close(name: str, as_json: bool, home: Path | None) -> None:
    """停用一个账号：授权、令牌、入口一并失效。Close an account."""

    def act(accounts: ModuleType) -> tuple[dict[str, Any], str]:
        accounts.closed(name)
        return {"account": name, "closed": True}, f"{name} 已停用；做过的事仍归在名下。"

    _run(home, as_json, act)


def _run(home: Path | None, as_json: bool, act: Act) -> None:
    """Do the act in the home, and say what came of it, or the refusal in one sentence (exit 4)."""
    try:
        set_up(home)
        from shichen.audit.context import acting  # these import models, which stand only now
        from shichen.site import post
        from shichen.site.commands import accounts

        post.prepare()
        with acting("cli"):
            said, words = act(accounts)
    except Refusal as refusal:
        click.echo(
            json.dumps({"error": refusal.sentence}, ensure_ascii=False) if as_json else refusal.sentence,
            err=not as_json,
        )
        sys.exit(REFUSED)
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else words)
