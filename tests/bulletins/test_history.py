"""拟采的数字对着已有的数：累计不减，累计差等于新增，十倍之差，一数两日，与实算一致；只改置信和分级，不改数。"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shichen.bulletins import history
from shichen.bulletins.models import Bulletin, Proposal
from tests.conftest import Cast
from tests.intake.doors import signed_in, words
from tests.made import DAY, body, bulletin, post, stated, tally

pytestmark = pytest.mark.django_db

TOTAL, NEW, CHECKED = "cases.confirmed_cum", "cases.confirmed_new", "traffic.vehicles_checked"
YESTERDAY = DAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _people(cast: Cast) -> None:
    """A city with people in it."""


def one(text: str, key: str, **more: Any) -> Proposal:
    """The number of a bulletin that is taken for a figure."""
    made = Bulletin.objects.get(envelope=bulletin(text, **more).envelope)
    return Proposal.objects.get(entry__bulletin=made, indicator=key)


def found(number: Proposal) -> dict[str, bool]:
    return {check["id"]: check["ok"] for check in number.checks if check.get("of") == history.HISTORY}


def note(number: Proposal, check: str) -> str:
    return str(next(one["note"] for one in number.checks if one["id"] == check))


def test_a_total_that_falls_is_less_sure_and_keeps_its_value() -> None:
    stated(150, "例", key=TOTAL, day=YESTERDAY, cumulative=True)
    number = one("市卫健委通报，全市累计报告确诊病例146例。", TOTAL)
    assert found(number)["monotone"] is False
    assert note(number, "monotone") == "累计146，此前150"
    assert number.read_confidence is not None
    assert number.read_confidence - number.confidence == Decimal("0.30")
    assert number.value == 146
    assert number.tier != "auto"


def test_a_total_that_rises_holds() -> None:
    stated(140, "例", key=TOTAL, day=YESTERDAY, cumulative=True)
    number = one("市卫健委通报，全市累计报告确诊病例146例。", TOTAL)
    assert found(number) == {"monotone": True, "range": True}
    assert number.confidence == number.read_confidence


@pytest.mark.parametrize(("new", "ok"), [(6, True), (7, False)])
def test_today_less_yesterday_is_what_is_new(new: int, ok: bool) -> None:
    stated(140, "例", key=TOTAL, day=YESTERDAY, cumulative=True)
    number = one(f"市卫健委通报，当日新增确诊病例{new}例，全市累计报告确诊病例146例。", TOTAL)
    assert found(number)["difference"] is ok
    assert note(number, "difference") == f"累计146，昨日140，多6；当日新增{new}"


@pytest.mark.parametrize(("value", "jumps"), [(149461, True), (14946, False), (1000, True)])
def test_more_than_tenfold_is_told(value: int, jumps: bool) -> None:
    stated(12000, "台次", key=CHECKED, day=YESTERDAY)
    number = one(f"交通运输安全组报告，全天共检查车辆{value}台次。", CHECKED)
    assert found(number)["range"] is not jumps


def test_the_same_number_under_two_dates_is_told_and_costs_nothing() -> None:
    stated(14946, "台次", key=CHECKED, day=YESTERDAY)
    number = one("交通运输安全组报告，全天共检查车辆14946台次。", CHECKED)
    assert note(number, "repeat") == "2月1日也是14946，请看是否同一件事"
    assert number.confidence == number.read_confidence


@pytest.mark.parametrize(("vehicles", "ok"), [(120, True), (121, False)])
def test_what_the_records_give_is_laid_beside(vehicles: int, ok: bool) -> None:
    post("Z01")
    tally("Z01", vehicles=vehicles)
    number = one("交通运输安全组报告，全天共检查车辆120台次。", CHECKED)
    assert found(number)["computed"] is ok
    assert note(number, "computed") == f"实算{vehicles}，报称120"


def test_another_place_another_unit_or_a_bound_is_no_history() -> None:
    stated(150, "例", key=TOTAL, day=YESTERDAY, cumulative=True, place=body("office").area.children.first())  # type: ignore[union-attr]
    assert found(one("市卫健委通报，全市累计报告确诊病例146例。", TOTAL)) == {}
    stated(150, "人", key=TOTAL, day=YESTERDAY, cumulative=True)
    assert found(one("市卫健委通报，全市累计报告确诊病例146例。", TOTAL)) == {}


def test_a_number_of_its_own_text_is_no_history() -> None:
    first = one("市卫健委通报，全市累计报告确诊病例146例。", TOTAL)
    assert history.Record(first.entry.bulletin).weighed(first.entry, [first])[first.pk].last is None


def test_the_desk_shows_the_last_value_with_its_date_as_it_is_now(cast: Cast) -> None:
    number = one("市卫健委通报，全市累计报告确诊病例146例。", TOTAL)
    office = signed_in(cast, "office")
    address = f"/bulletins/{number.entry.bulletin_id}/"
    assert "上次" not in words(office.get(address))
    stated(150, "例", key=TOTAL, day=YESTERDAY, cumulative=True)
    said = words(office.get(address))
    assert "上次（2月1日）" in said
    assert "累计146，此前150" in said
    number.refresh_from_db()
    assert found(number) == {}
