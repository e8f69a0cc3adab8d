"""Stock counts (盘点) and what is assumed of items (用量与期限): enough to tell how long they last.

Lots, movements and requests (S25) will stand beside this: the closing of a store's ledger on a day is such a count, what came in since
the last one its receipts; then nobody types them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from shichen.city.privacy import Held
from shichen.records.models import Record

ASSUMED = (
    ("target", "每天投放或使用的目标"),
    ("lead", "从订货到到货的天数"),
    ("safety", "保险天数"),
    ("patient", "每位病人每天用量"),
    ("buffer", "余量(%)"),
    ("due", "已订未到"),
)
DAYS = ("lead", "safety")


class StockCount(Record):
    """What of an item a store had when it was counted, and what had come in since the count before."""

    privacy: ClassVar = Held()

    item = models.CharField("物资", max_length=60)
    measure = models.CharField("单位", max_length=12)
    store = models.CharField("库", max_length=60, blank=True)
    counted_on = models.DateField("盘点日")
    on_hand = models.DecimalField("现有", max_digits=14, decimal_places=2)
    received = models.DecimalField("上次盘点后收到", max_digits=14, decimal_places=2, default=0)
    source = models.CharField("来源", max_length=200, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-counted_on", "item"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "area",
                "item",
                "store",
                "counted_on",
                name="stock_count_once",
                condition=Q(superseded_at=None, voided=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["item"])]

    def __str__(self) -> str:
        return f"{self.item} {self.counted_on}"


class Assumption(Record):
    """What is assumed of an item from a day on: a number, its meaning, and where it is from."""

    privacy: ClassVar = Held()

    item = models.CharField("物资", max_length=60)
    what = models.CharField("设想", max_length=12, choices=ASSUMED)
    value = models.DecimalField("值", max_digits=14, decimal_places=2)
    from_on = models.DateField("自")
    source = models.CharField("来源", max_length=200)

    class Meta(Record.Meta):
        ordering: ClassVar = ["item", "what", "-from_on"]
        constraints: ClassVar = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                "area",
                "item",
                "what",
                "from_on",
                name="assumption_once",
                condition=Q(superseded_at=None, voided=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.what}"
