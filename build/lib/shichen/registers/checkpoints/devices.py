"""Acts on the phones of a post: let one in by a code, hear of it, give it up when it is lost or replaced (设备)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import guesses, signin
from shichen.city import services as accounts
from shichen.city.models import Account
from shichen.intake.kinds import Arrival
from shichen.refusal import Refusal
from shichen.registers.checkpoints.models import Device, Post

CODE_FOR = timedelta(hours=1)
CLOCK_OFF = timedelta(minutes=5)  # a clock further off is flagged in what the phone reports
MOST = 12  # phones in use at one post
ROLE = "checkpoint"


@dataclass(frozen=True)
class Heard:
    """What a phone says of itself when it has network."""

    clock: datetime
    unsent: int
    oldest: datetime | None = None
    waiting: int | None = None


@transaction.atomic
def allow(post: Post, label: str, *, by: Account) -> tuple[Device, str]:
    """Let one more phone report for a post; the code that makes a phone this one is shown once. Raises Refusal."""
    label = label.strip()
    if not 1 <= len(label) <= 20:
        raise Refusal("设备名称应为 1 至 20 字，如「一号手机」。", field="label")
    if post.superseded_at or post.voided:
        raise Refusal("卡点登记已有新版；请在最新一版上办理。", rule="先到先更")
    if Device.objects.filter(post=post, ended_at=None).count() >= MOST:
        raise Refusal(f"一个卡点最多同时用 {MOST} 台设备；请先停用不用的。", field="label")
    device = Device(post=post, label=label, made_by=by, made_at=now())
    account = accounts.open_account(
        f"post-{device.pk.hex[:12]}", f"{post.name[:18]} {label}", kind=Account.Kind.DEVICE, by=by
    )
    accounts.grant(
        account,
        ROLE,
        unit=post.unit,
        area=post.area,
        event=post.event,
        starts_at=now(),
        reason=f"{post.name}设备登记",
        by=by,
    )
    device.account = account
    code = _new_code(device)
    device.save(force_insert=True)
    _noted("allow device", device, by)
    return device, code


@transaction.atomic
def new_code(device: Device, *, by: Account) -> str:
    """Another code for a phone that did not come in within the hour. Raises Refusal."""
    if device.enrolled_at or device.ended_at:
        raise Refusal("这台设备已登记或已停用；请另登记一台。")
    code = _new_code(device)
    device.save(update_fields=["digest", "code_until"])
    _noted("new device code", device, by)
    return code


def enrol(code: str, *, address: str) -> tuple[Device, str]:
    """The phone that the bearer of a code becomes, with its token; a code works once. Raises Refusal, TooMany."""
    moment, counted = now(), guesses.of_codes(address)
    guesses.must_not_go_on(counted, now=moment)
    found = Device.objects.filter(digest=signin.digest(_typed(code)), enrolled_at=None, ended_at=None)
    with transaction.atomic():
        waiting = found.filter(code_until__gt=moment).select_related("post__network", "account").first()
        if waiting is not None and found.filter(pk=waiting.pk).update(enrolled_at=moment, seen_at=moment, digest=""):
            waiting.refresh_from_db(fields=["enrolled_at", "seen_at", "digest"])
            _noted("enrol device", waiting, waiting.account)
            return waiting, signin.token_for(waiting.account, waiting.label)
    guesses.failed(counted, now=moment)
    raise Refusal("登记码不对、已用过或已过期；请卡点负责人再出一个。", field="code")


@transaction.atomic
def end(device: Device, ending: str, *, by: Account) -> None:
    """Give a phone up (遗失、更换、停用): from this moment it reports no more; what it sent stays. Raises Refusal."""
    if ending not in Device.Ending.values:
        raise Refusal("请选停用原因：遗失、更换或停用。", field="ending")
    moment = now()
    if not Device.objects.filter(pk=device.pk, ended_at=None).update(
        ended_at=moment, ended_by=by, ending=ending, digest=""
    ):
        raise Refusal("这台设备已经停用。")
    accounts.close_account(device.account, at=moment, by=by)
    _noted(f"end device {ending}", device, by)


def of(account: Account) -> Device | None:
    """The phone that an account is, while it may report."""
    if account.kind != Account.Kind.DEVICE:
        return None
    found = Device.objects.filter(account=account, ended_at=None).select_related("post__network", "post__area")
    return found.first()


def heard(device: Device, said: Heard) -> None:
    """Note when a phone was last heard of, how far its clock is off and what it has not sent yet."""
    moment = now()
    noted = {
        "seen_at": moment,
        "skew": max(-(2**31), min(2**31 - 1, int((said.clock - moment).total_seconds()))),
        "unsent": said.unsent,
        "oldest_unsent_at": said.oldest if said.unsent else None,
    }
    if said.waiting is not None:
        noted |= {"waiting": said.waiting, "waiting_at": moment}
    Device.objects.filter(pk=device.pk).update(**noted)


def must_be_its_own(post: Post, arrival: Arrival) -> None:
    """A phone reports for its own post alone. Raises Refusal."""
    device = _arriving(arrival)
    if device is not None and device.post.first != post.first:
        raise Refusal(f"这台设备只能替{device.post.name}报送。", rule="报送范围", field="post")


def clock_off(arrival: Arrival) -> bool:
    """Whether the clock of the phone that sent this is known to be wrong: its times are taken, and flagged."""
    device, envelope = _arriving(arrival), arrival.envelope
    if device is not None and abs(device.skew) > CLOCK_OFF.total_seconds():
        return True
    return envelope.device_at is not None and envelope.device_at > envelope.received_at + CLOCK_OFF


def _arriving(arrival: Arrival) -> Device | None:
    return arrival.once("device", lambda: of(arrival.by))


def _new_code(device: Device) -> str:
    code = "".join(secrets.choice(signin.LETTERS) for _ in range(signin.CODE))
    device.digest, device.code_until = signin.digest(code), now() + CODE_FOR
    return f"{code[: signin.CODE // 2]}-{code[signin.CODE // 2 :]}"


def _typed(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter in signin.LETTERS)


def _noted(action: str, device: Device, by: Account) -> None:
    post = device.post
    audit.note(action, table="checkpoints.device", subject=device.pk, unit=post.unit_id, area=post.area_id, by=by)
