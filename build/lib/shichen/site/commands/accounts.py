"""What `shichen user` does with accounts, once the home is known and Django stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Q

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries, services, signin
from shichen.city.models import Account
from shichen.city.roles import APART, ROLES, SCREEN
from shichen.refusal import Refusal
from shichen.site import post
from shichen.web import clock


def found(name: str) -> Account:
    """The account of that name, while it is in use. Raises Refusal."""
    one = Account.objects.filter(username=name, is_active=True).exclude(kind=Account.Kind.SYSTEM).first()
    if one is None:
        raise Refusal(f"没有名为 {name} 的账号，或已停用。", field="name")
    return one


@transaction.atomic
def opened(name: str, role: str, unit: str | None, area: str | None, called: str, *, device: bool) -> Account:
    """A new account with its first role. Raises Refusal."""
    kind = Account.Kind.DEVICE if device else Account.Kind.PERSON
    account = services.open_account(name, called or name, kind=kind, by=services.system())
    granted(account, role, unit, area, "命令行开户")
    return account


@transaction.atomic
def screen(name: str, called: str) -> Account:
    """The screen of that name, opened where there is none yet. Raises Refusal for another account's name."""
    if not Account.objects.filter(username=name).exists():
        return opened(name, SCREEN, None, None, called, device=True)
    account = found(name)
    held = {grant.role for grant in account.grants.filter(Q(ends_at=None) | Q(ends_at__gt=now()))}
    if account.kind != Account.Kind.DEVICE or held != {SCREEN}:
        raise Refusal(f"{name} 已是别的账号，不是大屏；请换一个名字。", field="name")
    return account


def enrolment(account: Account) -> str:
    """The code by which a device becomes that screen, shown once."""
    return _noted("enrolment", account, "大屏登记码", lambda: signin.enrolment_code(account, now=now()))


def granted(account: Account, role: str, unit: str | None, area: str | None, reason: str) -> None:
    """One more role, from now on; where a demonstration's clock stands in the past, from there on. Raises Refusal."""
    post.must_hold_a_city()
    moment = min(now(), clock.shown())
    body = queries.body_named(unit, on=moment.date()) if unit else None
    if role in ROLES and role not in APART and not ROLES[role].everywhere and body is None:
        raise Refusal(f"{ROLES[role].zh}要有单位；请加 --unit。", field="unit")
    place = queries.area_named(area, on=moment.date()) if area else queries.the_city()
    body = body or (queries.the_office() if role == "office" else None)
    by = services.system()
    services.grant(account, role, unit=body, area=place, event=None, starts_at=moment, reason=reason, by=by)


@transaction.atomic
def revoked(account: Account, role: str, reason: str) -> int:
    """Take back every grant of that role that has not ended; how many there were. Raises Refusal when there is none."""
    moment = now()
    standing = list(account.grants.filter(Q(ends_at=None) | Q(ends_at__gt=moment), role=role))
    if not standing:
        raise Refusal(f"{account.username} 没有角色 {role}，或已收回。", field="role")
    for given in standing:
        services.revoke(given, at=moment, reason=reason, by=services.system())
    return len(standing)


def closed(name: str) -> None:
    """The account is in use no longer. Raises Refusal."""
    services.close_account(found(name), at=now(), by=services.system())


def way_in(account: Account) -> str:
    """The address of a one-time way in. Raises Refusal for a device."""
    if account.kind != account.Kind.PERSON:
        raise Refusal(f"{account.username} 不是人员账号，不能从网页登录。")
    secret = _noted("way in", account, "", lambda: signin.one_time_way_in(account, now=now()))
    return f"/enter/{secret}/"


def token(account: Account, label: str) -> str:
    """A token for the API, shown once."""
    return _noted("token", account, label, lambda: signin.token_for(account, label[:100]))


@transaction.atomic
def _noted(action: str, account: Account, reason: str, act: Callable[[], str]) -> str:
    """The act with its row in the trail, both or neither."""
    done = act()
    audit.note(action, table="city.account", subject=account.pk, reason=reason, by=services.system())
    return done


def rows() -> list[dict[str, Any]]:
    """Every account with its grants, as the list prints them."""
    people = Account.objects.exclude(kind=Account.Kind.SYSTEM).order_by("username")
    return [
        {
            "account": one.username,
            "name": one.display_name,
            "kind": one.kind,
            "active": one.is_active,
            "grants": [
                {"role": grant.role, "unit": grant.unit_id, "area": grant.area_id, "until": str(grant.ends_at or "")}
                for grant in one.grants.all()
            ],
        }
        for one in people.prefetch_related("grants")
    ]
