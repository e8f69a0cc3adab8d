"""The registers of open beds, of stock counts and of assumptions: every door, the same again, corrections, the bed forecast they feed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from shichen.audit.context import acting
from shichen.city import queries as city
from shichen.city.scope import sight
from shichen.intake.models import Reject
from shichen.intake.services import Receipt
from shichen.journal.models import Entry
from shichen.refusal import Refusal
from shichen.registers.hospitals import queries as hospitals
from shichen.registers.hospitals import services as beds
from shichen.registers.hospitals.models import Capacity
from shichen.registers.supplies import queries as supplies
from shichen.registers.supplies import services as stores
from shichen.registers.supplies.models import Assumption, StockCount
from tests.board.conftest import signed_in
from tests.conftest import Cast
from tests.made import deliver

pytestmark = pytest.mark.django_db
BEDS = {"place": "甲医院", "kind": "isolation", "beds": 100, "from_on": "2020-02-02", "source": "通报"}
STOCK = {"item": "口罩", "measure": "只", "on_hand": "700000", "received": "200000", "counted_on": "2020-02-02"}
GIVEN = {"item": "口罩", "what": "target", "value": "50000", "from_on": "2020-02-04", "source": "专题会"}


def refused(sent: Receipt) -> str:
    return str(list(Reject.objects.filter(envelope=sent.envelope).values_list("faults", flat=True)))


def steps(at: datetime | None = None) -> list[dict[str, Any]]:
    return hospitals.steps(city.the_city(), city.the_event(), at or timezone.now())


def test_a_step_of_beds_comes_in_and_the_log_tells_it() -> None:
    deliver("bed_capacity", BEDS)
    assert [(one["from"], one["beds"], one["kind"]) for one in steps()] == [("2020-02-02", 100, "isolation")]
    assert Entry.objects.get(topic="medical").text == "登记开放床位：甲医院隔离床2020-02-02起100张。"


def test_a_sheet_of_beds_with_its_own_words() -> None:
    said = "医院,类别,床位数,日期,依据\n甲医院,隔离床,100,2020-02-02,通报\n甲医院,储备床,50,2020-02-02,通报\n乙医院,重症床,十,2020-02-02,通报\n"
    sent = deliver("bed_capacity", said.encode(), media_type="text/csv", filename="a.csv", channel="sheet")
    assert [one["beds"] for one in steps()] == [100]  # what is held in reserve is not open
    assert "不是数字" in refused(sent)


@pytest.mark.parametrize(
    ("kind", "row", "changed", "sentence"),
    [
        ("bed_capacity", BEDS, {"beds": 90}, "已登记"),
        ("stock_count", STOCK, {"on_hand": "1"}, "已盘点过"),
        ("stock_count", STOCK, {"counted_on": "2020-02-03", "measure": "箱"}, "一直以「只」计"),
        ("supply_assumption", GIVEN, {"value": "1"}, "已登记"),
        ("supply_assumption", GIVEN, {"what": "lead", "value": "400"}, "不超过365"),
    ],
)
def test_the_same_again_counts_once_and_another_is_refused(
    kind: str, row: dict[str, Any], changed: dict[str, Any], sentence: str
) -> None:
    deliver(kind, row)
    deliver(kind, row)
    assert Capacity.objects.count() + StockCount.objects.count() + Assumption.objects.count() == 1
    assert sentence in refused(deliver(kind, {**row, **changed}))


def test_corrections_are_new_versions_and_the_past_keeps_the_old(cast: Cast) -> None:
    deliver("bed_capacity", BEDS)
    deliver("stock_count", STOCK)
    deliver("supply_assumption", GIVEN)
    before = timezone.now()
    with acting("test"):
        beds.correct_capacity(Capacity.objects.get(), {"beds": 120}, "复核", by=cast.office)
        stores.correct_stock(StockCount.objects.get(), {"on_hand": Decimal(690000)}, "复核", by=cast.office)
        stores.correct_assumption(Assumption.objects.get(), {"value": Decimal(60000)}, "复核", by=cast.office)
    assert (steps(before)[0]["beds"], steps()[0]["beds"]) == (100, 120)
    reach = sight(cast.office, "view", at=timezone.now())
    held = [next(iter(supplies.counts(reach, at).values()))[-1].on_hand for at in (before, timezone.now())]
    assert held == [700000, 690000]
    assert next(iter(supplies.assumed(reach, timezone.now()).values()))["target"].value == 60000
    with acting("test"):
        beds.void_capacity(Capacity.objects.current().get(), "重", by=cast.office)
        stores.void_stock(StockCount.objects.current().get(), "重", by=cast.office)
        stores.void_assumption(Assumption.objects.current().get(), "重", by=cast.office)
    assert not steps()


def test_a_correction_without_a_source_is_refused(cast: Cast) -> None:
    deliver("bed_capacity", BEDS)
    with acting("test"), pytest.raises(Refusal, match="来源"):
        beds.correct_capacity(Capacity.objects.get(), {"source": " "}, "试", by=cast.office)


@pytest.mark.parametrize("name", ["beds", "stock", "assumptions"])
def test_the_pages_of_the_registers(cast: Cast, name: str) -> None:
    for kind, row in (("bed_capacity", BEDS), ("stock_count", STOCK), ("supply_assumption", GIVEN)):
        deliver(kind, row)
    office, police = signed_in(cast.office), signed_in(cast.police)
    listed: Client = office
    assert listed.get(f"/registers/{name}/").status_code == 200
    assert "700000" in str(office.get("/registers/stock.csv").content, "utf-8-sig")
    model = {"beds": Capacity, "stock": StockCount, "assumptions": Assumption}[name]
    number = model.objects.get().pk
    assert office.get(f"/registers/{name}/{number}/").status_code == 200
    assert office.get(f"/registers/{name}/{number}/correct/").status_code == 200
    assert police.get(f"/registers/{name}/{number}/").status_code == 404
