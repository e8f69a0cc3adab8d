"""Acts on passes: open a series, apply, decide by two, revoke, void, print; enter what a post found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from shichen import watches
from shichen.audit import services as audit
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, Body
from shichen.intake.kinds import Arrival, Duplicate, again
from shichen.journal import services as journal
from shichen.journal.models import Column, Entry
from shichen.records import sealed
from shichen.records import services as records
from shichen.records.models import Record
from shichen.refusal import Refusal
from shichen.registers.checkpoints.models import Post
from shichen.registers.checkpoints.passes import plates, queries, signing
from shichen.registers.checkpoints.passes.choices import (
    ASKED,
    BLANK,
    FORGED,
    GRANTED,
    ISSUED,
    ONCE,
    REFUSED,
    RESULTS,
    REVOKED,
    VALID,
    VOID,
)
from shichen.registers.checkpoints.passes.models import Application, Pass, Series, Use

MOST = 20_000
LONGEST_DAYS = 92


def open_series(values: dict[str, Any], arrival: Arrival) -> Series:
    """Enter numbers that an authority may give out (号段); each of them is a blank pass from now on. Raises Refusal."""
    authority = city.body_named(values["authority"], on=watches.civil_day(arrival.at))
    made = Series(
        name=values["name"],
        authority=authority,
        prefix=values["prefix"].upper(),
        first_no=values["first_no"],
        last_no=values["last_no"],
        synthetic=bool(values["synthetic"]),
        occurred_from=arrival.reported_at,
    )
    if made.last_no < made.first_no or made.stock > MOST:
        raise Refusal(f"号段的止号应不小于起号，一段最多 {MOST} 张。", field="last_no")
    if not plates.PREFIX.fullmatch(made.prefix):
        raise Refusal("号头只用大写字母、数字和短横，最多 12 个。", field="prefix")
    arrival.begin(made)
    records.enter(made, lambda: _opened_before(made))
    before = Pass.objects.filter(envelope=arrival.envelope.id).count() - made.first_no + 1
    numbers = range(made.first_no, made.last_no + 1)
    Pass.objects.bulk_create(_blank(made, number, before + number, arrival) for number in numbers)
    return made


def _opened_before(made: Series) -> Refusal:
    before = Series.objects.current().filter(prefix=made.prefix).first()
    same = ("name", "authority_id", "first_no", "last_no")
    return again(before, made, same) or Refusal("这个号头已用过。", field="prefix")


def _blank(series: Series, number: int, row_no: int, arrival: Arrival) -> Pass:
    width = len(str(series.last_no))
    made = Pass(
        series=series,
        authority=series.authority,
        number=f"{series.prefix}{number:0{max(width, 3)}d}",
        synthetic=series.synthetic,
        occurred_from=arrival.reported_at,
    )
    return arrival.begin(made, row_no=row_no)


@transaction.atomic
def tell_series(made: list[Series], arrival: Arrival) -> None:
    for one in made:
        text = f"{one.authority}启用通行证号段「{one.name}」，共{one.stock}张。"
        _write(text, "open_pass_series", arrival.unit, one, by=arrival.by, envelope=arrival.envelope.id)


def apply(values: dict[str, Any], arrival: Arrival) -> Application:
    """Enter what a carrier asks for (申领). Raises Refusal."""
    series = _series(values["series"])
    plate = plates.read(values["plate"])
    made = Application(
        series=series,
        authority=series.authority,
        carrier=values["carrier"],
        cargo=values["cargo"],
        route=values["route"],
        first_day=values["first_day"],
        last_day=values["last_day"],
        asked_by=arrival.by,
        synthetic=bool(values["synthetic"]),
        sensitivity=Record.Sensitivity.PERSONAL,
        occurred_from=arrival.reported_at,
    )
    arrival.begin(made)
    sealed.put(made, arrival.at, plate=plate, driver=values["driver"], phone=values["phone"] or "")
    _check(made, arrival.at)
    before = Application.objects.current().filter(plate_index=made.plate_index, step__in=(ASKED, ONCE, GRANTED))
    for one in before.filter(first_day=made.first_day, last_day=made.last_day):
        if records.alike(one, made, ("carrier", "cargo", "route")):
            raise Duplicate()
    made.save(force_insert=True)
    return made


def _check(made: Application, at: datetime) -> None:
    if made.last_day < made.first_day:
        raise Refusal("有效期的止日早于起日。", field="last_day")
    if made.last_day < watches.civil_day(at):
        raise Refusal("有效期已过；请核对日期。", field="last_day")
    if (made.last_day - made.first_day).days >= LONGEST_DAYS:
        raise Refusal(f"一张证最长 {LONGEST_DAYS} 天；更久的到期另办。", field="last_day")


@transaction.atomic
def tell_applications(made: list[Application], arrival: Arrival) -> None:
    carriers = len({one.carrier for one in made})
    text = f"收到通行证申领{len(made)}件，承运单位{carriers}家。"
    _write(text, "apply_for_passes", arrival.unit, made[0], by=arrival.by, envelope=arrival.envelope.id)


@transaction.atomic
def approve(old: Application, values: dict[str, Any], *, by: Account) -> Application:
    """Approve an application: the first person for the authority, the second of another unit issues the pass. Raises Refusal."""
    unit = _approving(old, by)
    if old.step == ASKED:
        told = {"step": ONCE, "first_by_id": by.pk, "first_unit_id": unit.pk}
        new = records.correct(old, told, f"初审同意：{values['reason']}", check=_days, by=by)
        _write(f"通行证申领1件初审同意，承运单位{new.carrier}。", "approve_pass", unit, new, by=by)
        return new
    if old.step != ONCE:
        raise Refusal("这件申领已经办结。")
    if old.first_by_id == by.pk:
        raise Refusal("初审和复审不能是同一人。", rule="两人两单位")
    if old.first_unit_id == unit.pk:
        raise Refusal("复审要由另一单位的人办。", rule="两人两单位")
    number = _issue(old, by=by)
    told = {"step": GRANTED, "second_by_id": by.pk, "number": number}
    new = records.correct(old, told, f"复审同意：{values['reason']}", check=_days, by=by)
    _write(f"签发通行证{number}，承运单位{new.carrier}，有效至{_day(new.last_day)}。", "issue_pass", unit, new, by=by)
    return new


@transaction.atomic
def refuse(old: Application, values: dict[str, Any], *, by: Account) -> Application:
    """Refuse an application (不予签发), with the reason. Raises Refusal."""
    unit = _approving(old, by)
    if old.step not in (ASKED, ONCE):
        raise Refusal("这件申领已经办结。")
    new = records.correct(old, {"step": REFUSED}, values["reason"], check=_days, by=by)
    _write(f"通行证申领1件不予签发，承运单位{new.carrier}。", "refuse_pass", unit, new, by=by)
    return new


def _approving(old: Application, by: Account) -> Body:
    if old.asked_by_id == by.pk:
        raise Refusal("申领人不能审自己经手的申领。", rule="两人两单位")
    standing = city.standing_of(by, "confirm", at=now())
    if standing is None:
        raise Refusal("您没有审批的权限；请找安全管理员授权。", rule="审批范围")
    return standing.unit


def _issue(asked: Application, *, by: Account) -> str:
    """The next blank number of the series becomes the pass of this vehicle, signed."""
    blank = Pass.objects.current().filter(series=asked.series, state=BLANK).order_by("number").first()
    if blank is None:
        raise Refusal(f"「{asked.series}」已没有空白证；请先启用新的号段。")
    plate = sealed.opened(asked, "plate")
    said = signing.Said(blank.number, plate, asked.first_day, asked.last_day)
    told = {
        "state": ISSUED,
        "application": asked.first,
        "carrier": asked.carrier,
        "first_day": asked.first_day,
        "last_day": asked.last_day,
        "signature": signing.sign(settings.KEYRING, said),
        "key_id": said.key,
        "short": signing.short(blank.number, plate, asked.last_day),
        **sealed.written(blank, now(), plate=plate),
    }
    records.correct(blank, told, "签发", check=_fits, by=by)
    return str(blank.number)


@transaction.atomic
def revoke(old: Pass, values: dict[str, Any], *, by: Account) -> Pass:
    """Take a pass back before its end (吊销); from the next list on no post lets it through. Raises Refusal."""
    if old.stands(watches.civil_day(now())) != ISSUED:
        raise Refusal("只有有效期内的通行证才能吊销。")
    return _ended(old, REVOKED, "吊销", values["reason"], by=by)


@transaction.atomic
def void(old: Pass, values: dict[str, Any], *, by: Account) -> Pass:
    """A blank that was spoilt or lost is given to nobody (作废). Raises Refusal."""
    if old.state != BLANK:
        raise Refusal("只有空白证才能作废；已签发的请吊销。")
    return _ended(old, VOID, "作废", values["reason"], by=by)


def _ended(old: Pass, state: str, what: str, reason: str, *, by: Account) -> Pass:
    new = records.correct(old, {"state": state}, reason, check=_fits, by=by)
    _write(f"{what}通行证{new.number}。理由：{reason}", f"{state}_pass", new.authority, new, by=by)
    return new


@transaction.atomic
def printed(one: Pass, *, by: Account) -> dict[str, str]:
    """The plate and the driver of a pass that is printed (打印): who printed which is in the trail. Raises Refusal."""
    if one.state != ISSUED:
        raise Refusal("只有签发了的通行证才能打印。")
    asked = Application.objects.current().get(first=one.application)
    audit.note(
        "print",
        table="passes.pass",
        subject=one.first,
        data_class="personal",
        unit=one.unit_id,
        area=one.area_id,
        fields=("plate", "driver"),
        by=by,
    )
    return {"plate": sealed.opened(one, "plate"), "driver": sealed.opened(asked, "driver")}


def enter_use(values: dict[str, Any], arrival: Arrival) -> Use:
    """Enter that a pass was shown at a post, and what is found of it (用证). Raises Refusal for what names no pass."""
    post = _post(values["post"], arrival)
    if not arrival.may_submit(post.area, unit=post.unit):
        raise Refusal(f"{arrival.by}不能替「{post.unit}」报送{post}的用证。", rule="报送范围", field="post")
    at = values["at"] or arrival.reported_at
    number, plate, result = _looked_at(values, watches.civil_day(at))
    made = Use(number=number, post=post, result=result, occurred_from=at, synthetic=bool(values["synthetic"]))
    made.plate_index = sealed.blind(Pass, "plate", plate)
    same = {"number": number, "post__first": post.first, "occurred_from": at, "plate_index": made.plate_index}
    if Use.objects.current().filter(**same).exists():
        raise Duplicate()
    arrival.begin(made, unit=post.unit, area=post.area)
    made.save(force_insert=True)
    return made


def _looked_at(values: dict[str, Any], on: Any) -> tuple[str, str, str]:
    """Number, plate of the vehicle that was there, and the result: by the code where it was read, else by what was typed."""
    plate = plates.read(values["plate"])
    if values["code"]:
        said, signature = signing.read(values["code"])
        if not signing.verify_text(settings.KEYRING, said.key, said.text, signature):
            return said.number, plate, FORGED
        return said.number, plate, queries.result(said.number, plate, on)
    if not values["number"]:
        raise Refusal("请扫二维码，或填证号。", field="number")
    number = sealed.normalised(values["number"])[:20]
    return number, plate, queries.result(number, plate, on)


@transaction.atomic
def tell_uses(made: list[Use], arrival: Arrival) -> None:
    """One entry for what came in; who was not let through is counted by what was wrong."""
    bad = [one.result for one in made if one.result != VALID]
    said = "、".join(f"{RESULTS[result]}{bad.count(result)}次" for result in RESULTS if result in bad)
    text = f"通行证用证{len(made)}次" + (f"，未予放行{len(bad)}次：{said}。" if bad else "，均有效。")
    _write(text, "use_passes", arrival.unit, made[0], by=arrival.by, envelope=arrival.envelope.id)


def _post(said: str, arrival: Arrival) -> Post:
    rows = Post.objects.current().filter(Q(code=said) | Q(name=said)).select_related("unit", "area")
    found: list[Post] = list(rows.order_by("pk")[:2])
    if len(found) != 1:
        raise Refusal(f"没有编号或名称为「{said}」的卡点，或不止一个；请写编号。", field="post")
    return found[0]


def _series(said: str | None) -> Series:
    rows = Series.objects.current().select_related("authority")
    found: list[Series] = list(rows.filter(Q(prefix=said) | Q(name=said)) if said else rows)
    if len(found) != 1:
        names = "、".join(one.name for one in rows)
        raise Refusal(f"请写明号段；现有：{names or '无'}。", field="series")
    return found[0]


def _write(text: str, act: str, unit: Body, about: Record, *, by: Account, **came: Any) -> Entry:
    came |= {"unit": unit, "kind": Entry.Kind.SYSTEM, "column": Column.FRONT}
    return journal.note(about, text, "pass", act, by=by, **came)


def _days(one: Application) -> None:
    _check(one, now())


def _fits(one: Pass) -> None:
    if one.state not in (BLANK, VOID) and not one.signature:
        raise AssertionError(f"{one.number} was issued without a signature")


def _day(on: Any) -> str:
    return f"{on.month}月{on.day}日"
