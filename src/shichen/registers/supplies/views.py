"""The registers of stock counts and of assumptions, as pages show them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop as _

from shichen.audit.context import known
from shichen.city.scope import Sight
from shichen.registers.supplies import forms, services
from shichen.registers.supplies.models import ASSUMED, Assumption, StockCount
from shichen.registers.supplies.reports import ASSUMPTION
from shichen.registers.supplies.reports import STOCK as COUNT
from shichen.sheets.fields import Value, only
from shichen.web import words
from shichen.web.offering import every
from shichen.web.registers import Cell, OnDay, OneOf, Register, declare
from shichen.web.sentences import said

__all__ = ["ASSUMPTIONS", "STOCK", "forms"]
COUNTED, GIVEN = ("on_hand", "received", "source"), ("value", "source")


def items(sight: Sight) -> list[tuple[str, str]]:
    """The items that were counted within reach."""
    names = StockCount.objects.current(known()).within(sight).order_by("item").values_list("item", flat=True)
    return [(name, name) for name in names.distinct()]


def stock_cells(one: StockCount) -> list[Cell]:
    return [
        Cell(_("物资"), one.item),
        Cell(_("盘点日"), one.counted_on),
        Cell(_("现有"), one.on_hand, f"/registers/stock/{one.pk}/", number=True),
        Cell(_("上次盘点后收到"), one.received, number=True),
        Cell(_("单位"), one.measure),
        Cell(_("库"), one.store),
        Cell(_("区域"), words.called(one.area)),
    ]


def stock_details(one: StockCount) -> list[Cell]:
    return [*stock_cells(one), Cell(_("来源"), one.source), Cell(_("报送单位"), words.called(one.unit))]


def stock_row(one: StockCount) -> dict[str, Value]:
    names = ("item", "measure", "on_hand", "received", "counted_on")
    told: dict[str, Value] = {name: getattr(one, name) for name in names}
    return {
        **told,
        "store": one.store or None,
        "area": one.area_id,
        "source": one.source or None,
        "synthetic": one.synthetic or None,
    }


def stock_changes(old: StockCount, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become; what was counted, where and when cannot be corrected, only voided."""
    return {"on_hand": values["on_hand"], "received": values["received"] or 0, "source": values["source"] or ""}


def given_cells(one: Assumption) -> list[Cell]:
    return [
        Cell(_("物资"), one.item),
        Cell(_("设想"), said(one.get_what_display())),
        Cell(_("值"), one.value, f"/registers/assumptions/{one.pk}/", number=True),
        Cell(_("自"), one.from_on),
        Cell(_("来源"), one.source),
    ]


def given_details(one: Assumption) -> list[Cell]:
    return [
        *given_cells(one),
        Cell(_("区域"), words.called(one.area)),
        Cell(_("报送单位"), words.called(one.unit)),
    ]


def given_row(one: Assumption) -> dict[str, Value]:
    told: dict[str, Value] = {name: getattr(one, name) for name in ("item", "what", "value", "from_on")}
    return {**told, "area": one.area_id, "source": one.source, "synthetic": one.synthetic or None}


def given_changes(old: Assumption, values: dict[str, Value]) -> dict[str, Any]:
    """The columns that a correction's answers become."""
    return {name: values[name] for name in GIVEN}


STOCK = declare(
    Register(
        name="stock",
        title="物资盘点",
        title_en="Stock counts",
        noun=_("各库各种物资盘点时现有多少、此前收到多少"),
        kind="stock_count",
        model=StockCount,
        order=("-counted_on", "item", "store"),
        cells=stock_cells,
        details=stock_details,
        filters=(OneOf("item", _("物资"), "item", items), OnDay("on", _("盘点日"), "counted_on")),
        fields=COUNT.fields,
        row=stock_row,
        correctable=only(COUNT.fields, *COUNTED),
        values=stock_row,
        changes=stock_changes,
        correct=services.correct_stock,
        void=services.void_stock,
    )
)
ASSUMPTIONS = declare(
    Register(
        name="assumptions",
        title="用量与期限",
        title_en="Use and lead times",
        noun=_("各种物资的目标、到货天数、保险天数、用量，每项有来源"),
        kind="supply_assumption",
        model=Assumption,
        order=("item", "what", "-from_on"),
        cells=given_cells,
        details=given_details,
        filters=(OneOf("what", _("设想"), "what", every(ASSUMED)),),
        fields=ASSUMPTION.fields,
        row=given_row,
        correctable=only(ASSUMPTION.fields, *GIVEN),
        values=given_row,
        changes=given_changes,
        correct=services.correct_assumption,
        void=services.void_assumption,
    )
)
