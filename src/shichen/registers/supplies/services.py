"""Acts on stock counts and assumptions: enter, put right, take out; each with its entry in the log."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction

from shichen import watches
from shichen.city.models import Account
from shichen.intake.kinds import Arrival, again
from shichen.journal import services as journal
from shichen.records import services as records
from shichen.refusal import Refusal
from shichen.registers.supplies import queries
from shichen.registers.supplies.models import DAYS, Assumption, StockCount

COUNTED = ("item", "measure", "store", "counted_on", "on_hand", "received", "source", "area_id")
ASSUMED = ("item", "what", "value", "from_on", "source", "area_id")
TOPIC = "supply"
MOST = 100_000_000_000


def count_stock(values: dict[str, Any], arrival: Arrival) -> StockCount:
    """Enter what a store was found to have (盘点). Raises Refusal."""
    stock = StockCount(
        item=values["item"],
        measure=values["measure"],
        store=values["store"] or "",
        counted_on=values["counted_on"],
        on_hand=values["on_hand"],
        received=values["received"] or Decimal(0),
        source=values["source"] or "",
        synthetic=bool(values["synthetic"]),
        occurred_from=watches.clock(values["counted_on"], 0),
    )
    _begin(stock, values["area"], values["counted_on"], arrival)
    check_stock(stock)
    records.enter(stock, lambda: _counted_before(stock))
    return stock


def assume(values: dict[str, Any], arrival: Arrival) -> Assumption:
    """Enter what is assumed of an item from a day on (用量与期限). Raises Refusal."""
    one = Assumption(
        item=values["item"],
        what=values["what"],
        value=values["value"],
        from_on=values["from_on"],
        source=values["source"],
        synthetic=bool(values["synthetic"]),
        occurred_from=watches.clock(values["from_on"], 0),
    )
    _begin(one, values["area"], values["from_on"], arrival)
    check_assumption(one)
    records.enter(one, lambda: _assumed_before(one))
    return one


def check_stock(stock: StockCount) -> None:
    """The rules a count must keep: an item is counted in one unit. Raises Refusal."""
    known = queries.measure_of(stock.item)
    if known is not None and known != stock.measure:
        raise Refusal(
            f"「{stock.item}」一直以「{known}」计，这里写的是「{stock.measure}」；请换算后再报。", field="measure"
        )


def check_assumption(one: Assumption) -> None:
    """The rules an assumption must keep: somebody said it, and days are days. Raises Refusal."""
    if not one.source.strip():
        raise Refusal("请写明来源：哪份文件或谁报的。", field="source")
    if one.what in DAYS and one.value > 365:
        raise Refusal("天数不超过365。", field="value")


def tell_stock(counts: list[StockCount], arrival: Arrival) -> None:
    """The log entry of the counts that one report brought."""
    one = counts[0]
    more = f"等{len(counts)}项" if len(counts) > 1 else ""
    _tell(f"物资盘点：{one.item}现有{one.on_hand.normalize():f}{one.measure}{more}。", arrival)


def tell_assumptions(found: list[Assumption], arrival: Arrival) -> None:
    """The log entry of the assumptions that one report brought."""
    one = found[0]
    more = f"等{len(found)}项" if len(found) > 1 else ""
    _tell(f"登记用量与期限：{one.item}{one.get_what_display()}{one.value.normalize():f}{more}。", arrival)


@transaction.atomic
def correct_stock(old: StockCount, values: dict[str, Any], reason: str, *, by: Account) -> StockCount:
    """Put a count right (更正). Raises Refusal."""
    new = records.correct(old, values, reason, check=check_stock, by=by)
    journal.note(new, f"更正{new.item}盘点：{reason}", TOPIC, "correct_stock", by=by)
    return new


@transaction.atomic
def void_stock(old: StockCount, reason: str, *, by: Account) -> None:
    """Take a count out (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    journal.note(old, f"作废{old.item}盘点：{reason}", TOPIC, "void_stock", by=by)


@transaction.atomic
def correct_assumption(old: Assumption, values: dict[str, Any], reason: str, *, by: Account) -> Assumption:
    """Put an assumption right (更正). Raises Refusal."""
    new = records.correct(old, values, reason, check=check_assumption, by=by)
    journal.note(new, f"更正{new.item}用量与期限：{reason}", TOPIC, "correct_assumption", by=by)
    return new


@transaction.atomic
def void_assumption(old: Assumption, reason: str, *, by: Account) -> None:
    """Take an assumption out (作废). Raises Refusal."""
    records.void(old, reason, by=by)
    journal.note(old, f"作废{old.item}用量与期限：{reason}", TOPIC, "void_assumption", by=by)


def _begin(one: Any, place: str | None, day: Any, arrival: Arrival) -> None:
    area = arrival.area_named(place, on=day)
    if not arrival.may_submit(area):
        raise Refusal(f"{arrival.by}不能登记{area}的物资。", rule="报送范围", field="area")
    arrival.begin(one, area=area)


def _counted_before(stock: StockCount) -> Refusal:
    same = {"area": stock.area, "item": stock.item, "store": stock.store, "counted_on": stock.counted_on}
    before = StockCount.objects.current().filter(**same).first()
    return again(before, stock, COUNTED) or Refusal(
        "这一库这种物资这一天已盘点过；如有出入请作更正。", field="counted_on"
    )


def _assumed_before(one: Assumption) -> Refusal:
    same = {"area": one.area, "item": one.item, "what": one.what, "from_on": one.from_on}
    before = Assumption.objects.current().filter(**same).first()
    return again(before, one, ASSUMED) or Refusal("这种物资这一天起的这一项已登记；如有出入请作更正。", field="from_on")


def _tell(text: str, arrival: Arrival) -> None:
    journal.write(arrival.said(journal.plain(text), topic=TOPIC), by=arrival.by)
