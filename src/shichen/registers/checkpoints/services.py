"""Acts at the checkpoints: set up a post, enter a shift's tally, put either right, declare the networks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Min

from shichen import watches
from shichen.city import queries as city
from shichen.city.models import Account, Area, Body
from shichen.intake.kinds import Arrival, again
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.checkpoints import drawing, shifts, telling
from shichen.registers.checkpoints.models import COUNTS, Alarm, Device, Gate, Network, Passing, Post, Tally

LONGEST_SHIFT = timedelta(hours=24)
DECLARED = ("name", "gate_id", "area_id", "place_kind", "shifts", "direct_control_from", "opened_on", "closed_on")


def set_up_post(values: dict[str, Any], arrival: Arrival) -> Post:
    """Enter a post into the register (设卡). Raises Refusal."""
    network = _network(values["network"])
    area = arrival.area_named(values["area"], on=values["opened_on"])
    post = Post(
        code=values["code"],
        name=values["name"],
        network=network,
        gate=_gate(values["gate"], values["name"], area),
        place_kind=values["kind"] or "",
        shifts=values["shifts"] or "",
        direct_control_from=values["direct_control_from"],
        opened_on=values["opened_on"],
        closed_on=values["closed_on"],
        synthetic=bool(values["synthetic"]),
        occurred_from=watches.clock(values["opened_on"], 0),
    )
    begin(post, arrival, unit=network.run_by, area=area)
    _check_declared(post)
    records.enter(post, lambda: _set_up_before(post))
    return post


def _set_up_before(post: Post) -> Refusal:
    before = Post.objects.current().filter(code=post.code, network=post.network).first()
    return again(before, post, DECLARED) or Refusal(
        f"{post.network}里已有编号 {post.code} 的卡点；如要改动请作更正。", field="code"
    )


@transaction.atomic
def correct_post(old: Post, values: dict[str, Any], reason: str, *, by: Account) -> Post:
    """Put a post's entry right (更正); what it reported and its phones follow it to the new version. Raises Refusal."""
    new = records.correct(old, values, reason, check=check_post, by=by)
    for model in (Tally, Passing):
        model.objects.current().filter(post=old).update(post=new)
    for beside in (Device, Alarm):
        beside.objects.filter(post=old).update(post=new)
    telling.note(new, f"更正卡点{new.name}：{reason}", "correct_post", by)
    return new


@transaction.atomic
def void_post(old: Post, reason: str, *, by: Account) -> None:
    """Take a post out of the register (作废); one that reported shifts is withdrawn by a date instead. Raises Refusal."""
    if any(model.objects.current().filter(post__first=old.first).exists() for model in (Tally, Passing)):
        raise Refusal(f"{old.name}已有班次记录，不能作废；如已撤卡，请更正「撤销」日期。", field="reason")
    records.void(old, reason, by=by)
    telling.note(old, f"作废卡点{old.name}：{reason}", "void_post", by)


def check_post(post: Post) -> None:
    """The rules a post must keep: it is withdrawn after it was opened, and no shift lies outside its days."""
    _check_declared(post)
    for start in _told_moments(post):
        if start is not None and not post.stands(watches.civil_day(start)):
            raise Refusal(
                f"该卡点 {watches.civil_day(start)} 有班次记录，当日应在岗；请核对启用与撤销日期。", field="opened_on"
            )


def _told_moments(post: Post) -> Iterator[datetime | None]:
    """When its shifts began; of single passings the first and the last."""
    yield from Tally.objects.current().filter(post__first=post.first).values_list("occurred_from", flat=True)
    ends = (
        Passing.objects.current()
        .filter(post__first=post.first)
        .aggregate(a=Min("occurred_from"), z=Max("occurred_from"))
    )
    yield from (ends["a"], ends["z"])


def _check_declared(post: Post) -> None:
    if post.closed_on and post.closed_on < post.opened_on:
        raise Refusal("撤销日期早于启用日期。", field="closed_on")
    shifts.declared(post.shifts)


def record_tally(values: dict[str, Any], arrival: Arrival) -> Tally:
    """Enter what a post counted in one shift. Raises Refusal."""
    start, end = values["shift_start"], values["shift_end"]
    post = the_post(values["post"], values["network"], arrival)
    tally = Tally(
        post=post, network=post.network, gate=post.gate, occurred_from=start, occurred_to=end, staff=values["staff"]
    )
    for name in COUNTS:
        setattr(tally, name, values[name] or 0)
    tally.synthetic = bool(values["synthetic"])
    begin(tally, arrival, unit=post.network.run_by, area=post.area)
    check(tally)
    drawing.give_way(tally)
    records.enter(tally, lambda: _reported_before(tally))
    return tally


@transaction.atomic
def correct_tally(old: Tally, values: dict[str, Any], reason: str, *, by: Account) -> Tally:
    """Put a tally right (更正); frozen figures that used it keep what was said. Raises Refusal.

    A sum of single passings that a person puts right, or only confirms, is from then on what the post stated.
    """
    stated = {"drawn": False, "of_files": 0, "lacks": []}
    new = records.correct(old, {**values, **stated}, reason, check=check, by=by)
    telling.note(new, f"更正{telling.shift_of(new)}班次记录：{reason}", "correct_tally", by)
    return new


@transaction.atomic
def void_tally(old: Tally, reason: str, *, by: Account) -> None:
    """Take a tally out of every count (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    telling.note(old, f"作废{telling.shift_of(old)}班次记录：{reason}", "void_tally", by)


def check(tally: Tally) -> None:
    """The rules a tally must keep: its post stands, parts do not exceed wholes, a shift has a sensible length."""
    start, end = tally.occurred_from, tally.occurred_to
    if start is None or end is None or end <= start:
        raise Refusal("班次的结束时间应晚于开始时间。", field="shift_end")
    if end - start > LONGEST_SHIFT:
        raise Refusal("一个班次最长 24 小时；请按班次分开填。", field="shift_end")
    if not tally.post.stands(watches.civil_day(start)):
        raise Refusal(f"{tally.post}在 {watches.civil_day(start)} 不在岗；请核对卡点或日期。", field="post")
    for part, whole, label in (
        (tally.source_area_vehicles, tally.vehicles, "疫源地车辆"),
        (tally.source_area_persons, tally.persons, "疫源地人员"),
        (tally.fever, tally.persons, "发热人员"),
    ):
        if part > whole:
            raise Refusal(f"{label}{part}多于总数{whole}；其中数不能大于总数。", field="persons")
    tally.handled = tally.turned_back + tally.referred


def begin(record: Post | Tally | Passing, arrival: Arrival, *, unit: Body, area: Area) -> None:
    if not arrival.may_submit(area, unit=unit):
        raise Refusal(f"{arrival.by}不能替「{unit}」报送{area}的卡点。", rule="报送范围", field="post")
    arrival.begin(record, unit=unit, area=area)


def _network(code: str) -> Network:
    found = Network.objects.filter(code=code).select_related("run_by").first()
    if found is None:
        known = "、".join(Network.objects.values_list("code", flat=True))
        raise Refusal(f"没有名为「{code}」的卡口网络；可用：{known}。", field="network")
    return found


def _gate(code: str | None, name: str, area: Area) -> Gate | None:
    if not code:
        return None
    gate, _ = Gate.objects.get_or_create(code=code, defaults={"name": name, "area": area})
    return gate


def the_post(code: str, network: str | None, arrival: Arrival) -> Post:
    """The post of that number or name; where two networks have one of the name, the network must be said."""
    known = arrival.once("posts", _posts_by_word)
    posts = [post for post in known.get(code, []) if not network or post.network_id == network]
    if len(posts) == 1:
        return posts[0]
    if posts:
        raise Refusal(f"有多个卡点叫「{code}」；请写编号，或写明网络。", field="post")
    raise Refusal(f"没有编号或名称为「{code}」的卡点；请核对，或先登记卡点。", field="post")


def _posts_by_word() -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = {}
    for post in Post.objects.current().select_related("network__run_by", "area", "gate"):
        for word in {post.code, post.name}:
            found.setdefault(word, []).append(post)
    return found


def _reported_before(tally: Tally) -> Refusal:
    before = Tally.objects.current().filter(post=tally.post, occurred_from=tally.occurred_from).first()
    said = f"(车辆{before.vehicles})" if before else ""
    return again(before, tally, (*COUNTS, "staff", "occurred_to")) or Refusal(
        f"{tally.post}的{telling.hours_of(tally)}已报过{said}；如有出入请作更正，不要重报。", field="shift_start"
    )


def _declared(said: str | list[str]) -> str:
    """The shifts of a network as the profile writes them, in one line or as a list. Raises Refusal."""
    text = said if isinstance(said, str) else " ".join(said)
    shifts.declared(text)
    return text


@transaction.atomic
def load_networks(rows: list[dict[str, Any]], precedence: list[str], reason: str = "", reason_en: str = "") -> None:
    """Set up the networks of the city profile, each with its place in precedence and why they stand in this order."""
    order = {code: place for place, code in enumerate(precedence)}
    for place, row in enumerate(rows):
        units = row.get("units", {})
        Network.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "name_en": row.get("name_en", ""),
                "run_by": city.body_named(row["run_by"], on=date.max),
                "vehicle_unit": units.get("vehicles", "台次"),
                "person_unit": units.get("persons", "人次"),
                "definition": row.get("definition", ""),
                "shifts": _declared(row.get("shifts", shifts.THREE)),
                "precedence": order.get(row["code"], len(order) + place),
                "precedence_reason": reason,
                "precedence_reason_en": reason_en,
            },
        )
