"""Acts on places: enter one into the register, put its entry right, take it out; each with its entry in the log."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city.models import Account
from shichen.intake.kinds import Arrival, again
from shichen.journal import services as journal
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.places import queries
from shichen.registers.places.models import Place

DECLARED = ("name", "kind", "within", "area_id", "opened_on", "closed_on")
TOPIC = "venues"
SHOWN = 3


def enter_place(values: dict[str, Any], arrival: Arrival) -> Place:
    """Enter a place into the register (登记场所). Raises Refusal."""
    area = arrival.area_named(values["area"], on=values["opened_on"])
    if not arrival.may_submit(area):
        raise Refusal(f"{arrival.by}不能登记{area}的场所。", rule="报送范围", field="area")
    place = Place(
        code=values["code"],
        name=values["name"],
        kind=values["kind"],
        within=values["within"] or "",
        opened_on=values["opened_on"],
        closed_on=values["closed_on"],
        synthetic=bool(values["synthetic"]),
        occurred_from=watches.clock(values["opened_on"], 0),
    )
    arrival.begin(place, area=area)
    check(place)
    records.enter(place, lambda: _before(place))
    return place


def tell_places(places: list[Place], arrival: Arrival) -> None:
    """The log entry of the places that one report brought."""
    named = "、".join(one.name for one in places[:SHOWN]) + ("等" if len(places) > SHOWN else "")
    text = f"登记场所{len(places)}处：{journal.plain(named)}。"
    journal.write(arrival.said(text, topic=TOPIC), by=arrival.by)


@transaction.atomic
def correct_place(old: Place, values: dict[str, Any], reason: str, *, by: Account) -> Place:
    """Put a place's entry right (更正); its number stays, and so do the rows that speak of it. Raises Refusal."""
    new = records.correct(old, values, reason, check=check, by=by)
    journal.note(new, f"更正场所{new.name}：{reason}", TOPIC, "correct_place", by=by)
    return new


@transaction.atomic
def void_place(old: Place, reason: str, *, by: Account) -> None:
    """Take a place out of the register (作废); its number is not given again. Raises Refusal."""
    if queries.parts(old.code):
        raise Refusal(f"{old.name}下面还有场所；请先办它们的。", field="reason")
    records.void(old, reason, by=by)
    journal.note(old, f"作废场所{old.name}：{reason}", TOPIC, "void_place", by=by)


def check(place: Place) -> None:
    """The rules a place must keep: it closes after it opens, and it is a part of another place, never of itself. Raises Refusal."""
    if place.closed_on and place.closed_on < place.opened_on:
        raise Refusal("止的日期早于起的日期。", field="closed_on")
    seen, above = {place.code}, place.within
    while above:
        if above in seen:
            raise Refusal(f"{place.name}不能在自己之内；请核对上级编号。", field="within")
        seen.add(above)
        found = Place.objects.current().filter(code=above).first()
        if found is None:
            raise Refusal(f"没有编号为「{above}」的场所；请先登记上级，再登记它。", field="within")
        above = found.within


def _before(place: Place) -> Refusal:
    before = Place.objects.current().filter(code=place.code).first()
    if before is None:
        return Refusal(f"编号 {place.code} 用过，已作废；编号不再给别处，请另编。", field="code")
    return again(before, place, DECLARED) or Refusal(f"已有编号 {place.code} 的场所；如要改动请作更正。", field="code")
