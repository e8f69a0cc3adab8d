"""Acts on single passings: enter one, put it right, take it out of the counts (逢车必检、逢人必测、逢鄂必登记)."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import re2
from django.conf import settings
from django.db import transaction

from shichen import watches
from shichen.audit.context import now
from shichen.city import queries as city
from shichen.city.models import Account, SourceArea
from shichen.intake.kinds import Arrival, Duplicate
from shichen.records import pseudonyms
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.checkpoints import devices, sealing, services, telling
from shichen.registers.checkpoints.models import Passing
from shichen.registers.checkpoints.passing_models import FEVER, MOST_PERSONS
from shichen.registers.people import documents
from shichen.registers.travellers import services as travellers

AHEAD = timedelta(minutes=5)  # a clock that is further ahead is wrong; so is one further off than this
LATEST = timedelta(days=30)  # as long as one key of pseudonyms is used: what comes later goes in as bulk
_BETWEEN = re2.compile(r"[\s,，、;；]+")
NAMESPACE = uuid.UUID("b2c9a4b8-5f0e-5a35-9a55-70617373696e")
SAID = (
    "occurred_from",
    "direction",
    "plate",
    "vehicles",
    "persons",
    "source_area_persons",
    "temperature",
    "outcome",
    "turned_back",
    "referred",
    "why",
)
REASONED = {Passing.Outcome.TURNED_BACK, Passing.Outcome.REFERRED, Passing.Outcome.GOODS_REFUSED}


def record(values: dict[str, Any], arrival: Arrival) -> Passing:
    """Enter one passing; the plate itself stays in the envelope. Raises Refusal, and Duplicate for one that is there."""
    at = _at(values["at"], arrival)
    post = services.the_post(values["post"], values["network"], arrival)
    devices.must_be_its_own(post, arrival)
    plate = _normalised(values["plate"])
    passing = Passing(
        client_id=_client_id(values["client_id"], arrival),
        post=post,
        network=post.network,
        gate=post.gate,
        occurred_from=at,
        direction=values["direction"] or Passing.Direction.IN,
        plate=pseudonyms.of_vehicle(settings.KEYRING, plate, at) if plate else None,
        plate_area=plate_area(plate),
        vehicles=0 if values["on_foot"] else 1,
        persons=values["persons"],
        source_area_persons=values["source_area_persons"] or 0,
        temperature=tenths(values["temperature"]),
        outcome=values["outcome"],
        why=values["why"] or "",
        clock_off=devices.clock_off(arrival),
        synthetic=bool(values["synthetic"]),
        people=_people(values, at),
    )
    sources = arrival.once(f"sources {at:%Y-%m-%d}", lambda: city.source_areas(watches.civil_day(at)))
    passing.source_area_vehicles = int(bool(passing.vehicles) and from_source(plate, sources))
    services.begin(passing, arrival, unit=post.network.run_by, area=post.area)
    _count(passing, values["handled"])
    check(passing)
    records.enter(passing, lambda: _reported_before(passing))
    register_traveller(passing, values, arrival)
    return passing


def register_traveller(passing: Passing, values: dict[str, Any], arrival: Arrival) -> None:
    """逢鄂必登记: who comes from a source area and is let in is registered in the same act, in the same transaction.

    Raises Refusal where nobody is named, or somebody who could not be found again.
    """
    if passing.outcome != Passing.Outcome.REGISTERED:
        return
    named = _named(values["travellers"] or "")
    if not named and (passing.source_area_vehicles or passing.source_area_persons):
        raise Refusal("逢鄂必登记：请写明来人，一行一人：姓名、证件号码或电话。", rule="逢鄂必登记", field="travellers")
    on = watches.civil_day(_moment(passing))
    beside = {"sender": "checkpoint", "came_from": passing.plate_area, "arrived_on": on, "synthetic": passing.synthetic}
    for one in named:
        travellers.register({**one, **beside}, arrival)


def tell(made: list[Any], arrival: Arrival) -> None:
    """The log is told of the travellers that a report of passings named, if it named any."""
    if any(one.outcome == Passing.Outcome.REGISTERED for one in made) and travellers.named_in(arrival):
        travellers.tell(made, arrival)


def _people(values: dict[str, Any], at: datetime) -> list[int]:
    """The pseudonyms of those who are named with a document that can be one; at most as many as there were persons."""
    found: list[int] = []
    if values["outcome"] == Passing.Outcome.REGISTERED:
        for one in _named(values["travellers"] or ""):
            with suppress(pseudonyms.Unfit):  # what cannot be a document is refused where the traveller is registered
                found.append(pseudonyms.of_person(settings.KEYRING, one["number"], at))
    return list(dict.fromkeys(one for one in found if one))[: values["persons"]]


def _named(text: str) -> list[dict[str, str]]:
    """Persons as they are written, one a line: 姓名，证件号码，电话; what sort a number is shows in its form."""
    found = []
    for line in text.splitlines():
        name, *numbers = [part for part in _BETWEEN.split(line.strip()) if part] or [""]
        while numbers and not any(letter.isdigit() for letter in numbers[0]):  # a name of several words
            name += f" {numbers.pop(0)}"
        if not name:
            continue
        phones = [one for one in numbers if documents.WRITTEN_PHONE.fullmatch(one)]
        held = [one for one in numbers if one not in phones]
        if not numbers:
            raise Refusal(
                f"「{name[:1]}…」没有证件号码，也没有电话；至少写一项。", rule="逢鄂必登记", field="travellers"
            )
        person = {"name": name, "number": held[0] if held else "", "phone": phones[0] if phones else ""}
        found.append(person | ({"document_type": documents.sort_of(held[0])} if held else {}))
    return found


def documents_in(travellers: str | None) -> list[str]:
    """The documents of those who are named at a passing, as they were written; none where the lines cannot be read."""
    with suppress(Refusal):
        return [one["number"] for one in _named(travellers or "") if one["number"]]
    return []


@transaction.atomic
def correct(old: Passing, values: dict[str, Any], reason: str, *, by: Account) -> Passing:
    """Put a passing right (更正). Raises Refusal."""

    def counted(new: Passing) -> None:
        sealing.unsealed(new, _moment(old))
        _count(new, None)
        check(new)

    new = records.correct(old, values, reason, check=counted, by=by)
    telling.note(new, f"更正{new.post.name}逐车记录：{reason}", "correct_passing", by)
    return new


@transaction.atomic
def void(old: Passing, reason: str, *, by: Account) -> None:
    """Take a passing out of every count (作废). Raises Refusal."""
    last = records.void(old, reason, by=by)
    Passing.objects.filter(pk=last.pk).update(**sealing.HOT)
    telling.note(old, f"作废{old.post.name}逐车记录：{reason}", "void_passing", by)


def check(passing: Passing) -> None:
    """The rules of a passing: its post stands, parts do not exceed wholes, who comes from a source area is not waved on."""
    day = watches.civil_day(_moment(passing))
    if not passing.post.stands(day):
        raise Refusal(f"{passing.post}在 {day} 不在岗；请核对卡点或日期。", field="post")
    if not 1 <= passing.persons <= MOST_PERSONS:
        raise Refusal(f"一车人数应为 1 至 {MOST_PERSONS} 人。", field="persons")
    if passing.source_area_persons > passing.persons:
        raise Refusal(
            f"疫源地人员{passing.source_area_persons}多于总数{passing.persons}；其中数不能大于总数。", field="persons"
        )
    sourced = passing.source_area_vehicles or passing.source_area_persons
    if sourced and passing.outcome == Passing.Outcome.PASSED:
        raise Refusal("疫源地车辆或人员不能直接放行；请选登记、劝返或移交。", rule="逢鄂必登记", field="outcome")
    if passing.outcome in REASONED and not passing.why:
        raise Refusal("劝返、移交和货物劝返要写明事由。", field="why")


def plate_area(plate: str) -> str:
    """Where a plate is of (鄂A): no identity. Empty for plates that name no place."""
    return plate[:2] if plate[:1] in pseudonyms.PROVINCES and plate[1:2].isalpha() else ""


def from_source(plate: str, sources: list[SourceArea]) -> bool:
    """Whether a plate is of one of these source areas (疫源地)."""
    return any(one.plate and plate.startswith(one.plate) for one in sources)


def _count(passing: Passing, handled: int | None) -> None:
    """What is counted of this one, and in which watch; who was turned back or referred are all, unless told otherwise."""
    passing.watch = watches.name(_moment(passing))
    persons = min(handled or passing.persons, passing.persons)
    passing.turned_back = persons if passing.outcome == Passing.Outcome.TURNED_BACK else 0
    passing.referred = persons if passing.outcome == Passing.Outcome.REFERRED else 0
    passing.fever = int(passing.temperature is not None and passing.temperature >= FEVER)


def _at(at: datetime, arrival: Arrival) -> datetime:
    """When it was; a device's clock is believed within reason. Raises Refusal for the future and for long ago."""
    if at > arrival.reported_at + AHEAD:
        raise Refusal("过检时间在将来；请校准设备时钟后，由办公室更正时间再收。", rule="设备时钟", field="at")
    if at < arrival.reported_at - LATEST:
        raise Refusal(f"过检时间早于 {LATEST.days} 天前；请核对，或按批量数据导入。", rule="设备时钟", field="at")
    return at


def _normalised(text: str | None) -> str:
    try:
        return pseudonyms.typed_plate(text or "")
    except ValueError as unreadable:
        raise Refusal(str(unreadable), field="plate") from None


def _client_id(text: str | None, arrival: Arrival) -> uuid.UUID:
    """The number that the device gave it; a row of a sheet or a form is known by its envelope and line."""
    if not text:
        return uuid.uuid5(NAMESPACE, f"{arrival.envelope.id}:{arrival.row_no}")
    try:
        return uuid.UUID(text)
    except ValueError:
        raise Refusal("编号应是 UUID，由客户端在填完时生成。", field="client_id") from None


def tenths(degrees: Any) -> int | None:
    """A temperature as it is kept: 36.5 ℃ is 365."""
    return None if degrees is None else int((Decimal(degrees) * 10).to_integral_value())


def _moment(passing: Passing) -> datetime:
    return passing.occurred_from or now()


def _reported_before(passing: Passing) -> Refusal:
    before = Passing.objects.current().filter(post=passing.post, client_id=passing.client_id).first()
    if before is not None and records.alike(before, passing, SAID):
        return Duplicate()
    return Refusal("这个编号的过检已报过，内容不同；没有重复计入。请核对后作更正。", rule="同号异文", field="client_id")
