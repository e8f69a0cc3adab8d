"""Wrong passwords, counted by name and by network address; too many of them, and for a while none is looked at (猜密码)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, IPv6Network

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from shichen.city.callers import caller_of
from shichen.city.models import Account, Attempt
from shichen.refusal import Refusal

AT_A_NAME, FROM_AN_ADDRESS, WINDOW = 10, 30, timedelta(minutes=15)


@dataclass(frozen=True)
class Limit:
    """How many wrong passwords are borne under one key within the window, what it counts, and what is said beyond that."""

    key: str
    most: int
    what: str
    sentence: str
    account: Account | None = None


class TooMany(Refusal):
    """So much guessing under one limit that no password is looked at for now."""

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.sentence)
        self.limit = limit


def limits(username: str, account: Account | None, address: str) -> list[Limit]:
    """What a guess counts against: ten at a name stop one person's typing long before thirty stop their whole office."""
    name = gettext_noop("密码错误次数过多；请 15 分钟后再试，或请安全管理员发一次性入口。")
    line = gettext_noop("这个网络地址上密码错误次数过多；请 15 分钟后再试，或请安全管理员发一次性入口。")
    found = [Limit(key_of("signin", username), AT_A_NAME, "账号", name, account)]
    return [*found, Limit(key_of("address", address), FROM_AN_ADDRESS, "来源地址", line)] if address else found


def of_codes(address: str) -> list[Limit]:
    """What a wrong enrolment code counts against: the address that it came from, where it came by one."""
    said = gettext_noop("这个网络地址上输错次数过多；请 15 分钟后再试。")
    return [Limit(key_of("code", address), FROM_AN_ADDRESS, "登记码", said)]


def key_of(what: str, said: str) -> str:
    """What a name or an address is counted under: names that were tried are not kept, they may be passwords."""
    return hashlib.sha256(f"{what}:{said}".encode()).hexdigest()


def must_not_go_on(counted: list[Limit], *, now: datetime) -> None:
    """Raises TooMany; what is refused counts no further, so that who keeps trying one name does not stop the others."""
    for limit in counted:
        if _recent(limit.key, now) >= limit.most:
            raise TooMany(limit)


@transaction.atomic
def failed(counted: list[Limit], *, now: datetime) -> None:
    """Count a wrong password; what no longer counts goes."""
    Attempt.objects.filter(at__lte=now - WINDOW).delete()
    Attempt.objects.bulk_create(Attempt(key=limit.key, at=now) for limit in counted)


def forgotten(username: str) -> None:
    """The right password ends the count at its name; that of the address stays, or one's own account would reset it."""
    Attempt.objects.filter(key=key_of("signin", username)).delete()


@transaction.atomic
def first_refused(limit: Limit, *, now: datetime) -> bool:
    """Whether nobody was refused under this limit within the window before; from now on somebody was."""
    key = key_of("refused", limit.key)
    before = _recent(key, now)
    if not before:
        Attempt.objects.create(key=key, at=now)
    return not before


def address_of(request: HttpRequest | None) -> str:
    """What wrong passwords from a request are counted under: its network address, an IPv6 line by its /64; "" for none."""
    found = caller_of(request)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found.packed, 64), strict=False))
    return str(found or "")


def _recent(key: str, now: datetime) -> int:
    return Attempt.objects.filter(key=key, at__gt=now - WINDOW).count()
