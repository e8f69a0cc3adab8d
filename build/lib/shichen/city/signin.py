"""Signing in: passwords with a limit on guesses, one-time ways in, tokens of devices (登录)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from shichen.city import guesses
from shichen.city.models import Account, Pass
from shichen.refusal import Refusal

ENTER_FOR = timedelta(hours=24)
ENROL_FOR = timedelta(hours=1)
CODE, LETTERS = 8, "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another on a screen across the room


def digest(secret: str) -> str:
    """What is kept of a way in: enough to know it again, not enough to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


class AccountBackend(BaseBackend):
    """Passwords of persons; never of the system account, never after too many wrong guesses (TooMany)."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Account | None:
        if username is None or password is None:
            return None
        now = timezone.now()
        account = Account.objects.filter(username=username, is_active=True, kind=Account.Kind.PERSON).first()
        counted = guesses.limits(username, account, guesses.address_of(request))
        guesses.must_not_go_on(counted, now=now)
        known = account.password if account and account.has_usable_password() else _nobodys_password()
        if not check_password(password, known) or account is None:
            guesses.failed(counted, now=now)
            return None
        guesses.forgotten(username)
        return account

    def get_user(self, user_id: Any) -> Account | None:
        return Account.objects.filter(pk=user_id, is_active=True).first()


@cache
def _nobodys_password() -> str:
    """A hash that no known password has, checked for unknown names so that they take as long as known ones."""
    return make_password(secrets.token_hex(16))


@transaction.atomic
def one_time_way_in(account: Account, *, now: datetime) -> str:
    """A secret that lets its bearer in as `account` once, within a day. Earlier unused ones stop working."""
    account.passes.filter(purpose=Pass.Purpose.ENTER, used_at=None, revoked_at=None).update(revoked_at=now)
    secret = secrets.token_urlsafe(24)
    Pass.objects.create(account=account, purpose=Pass.Purpose.ENTER, digest=digest(secret), expires_at=now + ENTER_FOR)
    return secret


def waiting(secret: str, *, now: datetime) -> Pass | None:
    """The unused way in behind a secret, if it still works."""
    found = Pass.objects.select_related("account").filter(digest=digest(secret), purpose=Pass.Purpose.ENTER).first()
    if found is None or found.used_at or found.revoked_at or not found.account.is_active:
        return None
    return None if found.expires_at is not None and found.expires_at <= now else found


@transaction.atomic
def use(secret: str, *, now: datetime) -> Account:
    """Let the bearer in; a way in works once. Raises Refusal."""
    found = waiting(secret, now=now)
    if found is None or not Pass.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        raise Refusal("这个一次性入口已用过、已过期或不存在；请向安全管理员再要一个。")
    return found.account


@transaction.atomic
def enrolment_code(screen: Account, *, now: datetime) -> str:
    """A short code that turns one browser into this screen, once, within the hour (登记码). Earlier unused ones stop working."""
    screen.passes.filter(purpose=Pass.Purpose.SCREEN, used_at=None, revoked_at=None).update(revoked_at=now)
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE))
    expires = now + ENROL_FOR
    Pass.objects.create(account=screen, purpose=Pass.Purpose.SCREEN, digest=digest(code), expires_at=expires)
    return f"{code[: CODE // 2]}-{code[CODE // 2 :]}"


def enrol(code: str, *, address: str, now: datetime) -> Account:
    """The screen that a browser becomes; the browser that was it before is it no longer. Raises Refusal, TooMany."""
    counted = guesses.of_codes(address)
    guesses.must_not_go_on(counted, now=now)
    found = Pass.objects.filter(digest=digest(_typed(code)), purpose=Pass.Purpose.SCREEN, revoked_at=None)
    with transaction.atomic():
        taken = found.filter(used_at=None, expires_at__gt=now, account__is_active=True).update(used_at=now)
        if taken:
            screen = found.select_related("account").get().account
            screen.set_unusable_password()  # another one: sessions are bound to it
            screen.save(update_fields=["password"])
            return screen
    guesses.failed(counted, now=now)
    raise Refusal("登记码不对、已用过或已过期；请让管理员再出一个。", field="code")


def _typed(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter in LETTERS)


@transaction.atomic
def token_for(account: Account, label: str) -> str:
    """A token for the REST door; shown once, kept as a digest."""
    secret = secrets.token_urlsafe(32)
    Pass.objects.create(account=account, purpose=Pass.Purpose.TOKEN, digest=digest(secret), label=label)
    return secret


def bearer(secret: str, *, now: datetime) -> Account | None:
    """The account behind a token, if the token still works."""
    found = Pass.objects.select_related("account").filter(digest=digest(secret), purpose=Pass.Purpose.TOKEN).first()
    if found is None or found.revoked_at or not found.account.is_active:
        return None
    return None if found.expires_at is not None and found.expires_at <= now else found.account
