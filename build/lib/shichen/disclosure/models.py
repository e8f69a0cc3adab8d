"""What may be told to the public: decisions on small numbers, clearances of releases, open tables, files as first written."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shichen.city.models import Account
from shichen.city.privacy import Held
from shichen.city.roles import OPEN
from shichen.indicators.models import Figure


class TwoPersons(models.Model):
    """An act that one person proposes and another decides on; what was decided can be taken back, with a reason."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待签")
        SIGNED = "signed", _("已签")
        REFUSED = "refused", _("未予签")
        WITHDRAWN = "withdrawn", _("已撤")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED, db_index=True)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="提出人")
    decided_at = models.DateTimeField("签发时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    note = models.CharField("签发或撤回的意见", max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["-proposed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="%(class)s_signed_by_a_second_person",
                condition=~models.Q(state__in=["signed", "withdrawn"])
                | models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by")),
            ),
        ]


class Decision(TwoPersons):
    """Small numbers that are told on purpose: which, on what legal basis, why, decided by two persons (公布决定)."""

    privacy: ClassVar = Held()

    basis = models.CharField("法律依据", max_length=200)
    reason = models.CharField("理由", max_length=300)

    class Meta(TwoPersons.Meta):
        pass

    def __str__(self) -> str:
        return f"公布决定 {self.proposed_at:%Y-%m-%d} {str(self.pk)[:8]}"


class Line(models.Model):
    """One number of a decision: a figure of the ledger, or a number that follows from it and others."""

    privacy: ClassVar = Held()

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="lines", verbose_name="公布决定")
    figure = models.ForeignKey(Figure, models.PROTECT, related_name="disclosure_lines", verbose_name="数字")
    how = models.CharField("来由", max_length=12)
    # Of whom, where and when: the whole region and those taken from it; null where the figure does not say.
    quantity = models.JSONField("所计", null=True, blank=True)
    low = models.PositiveIntegerField("不少于")
    high = models.PositiveIntegerField("不多于")
    sentence = models.CharField("说明", max_length=400)

    class Meta:
        ordering: ClassVar = ["decision_id", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(name="line_bounds_in_order", condition=models.Q(high__gte=models.F("low"))),
        ]


class Clearance(models.Model):
    """That something was looked at before it went out to the public: what, beside how much told earlier, by which rules."""

    privacy: ClassVar = Held(OPEN)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document = models.UUIDField("文件", unique=True)
    title = models.CharField("名称", max_length=120)
    href = models.CharField("地址", max_length=200)
    at = models.DateTimeField("审查时间")
    k = models.PositiveSmallIntegerField("k")
    rules = models.CharField("规则指纹", max_length=64)
    figures = models.PositiveIntegerField("全部数字")
    facts = models.PositiveIntegerField("人数类数字")
    decided = models.PositiveIntegerField("经公布决定")
    earlier = models.PositiveIntegerField("此前已公开")
    aside = models.JSONField("与他数矛盾而未计入", default=list, blank=True)
    digest = models.CharField("审查内容指纹", max_length=64)

    class Meta:
        ordering: ClassVar = ["at"]


class OpenTable(TwoPersons):
    """A table for the public as it was suppressed, up to a day; it goes out when a second person signs (公开表)."""

    privacy: ClassVar = Held(OPEN)

    name = models.SlugField("表", max_length=60)
    until = models.DateField("截至")
    content = models.JSONField("内容")
    digest = models.CharField("指纹", max_length=64)

    class Meta(TwoPersons.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.name} {self.until}"


class PublicFile(models.Model):
    """A file of a release as it was first written; later marks of corrections do not change it (原件)."""

    privacy: ClassVar = Held(OPEN)

    path = models.CharField("路径", max_length=200, primary_key=True)
    document = models.UUIDField("文件", db_index=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("字节")
    packed = models.BinaryField("内容(gzip)")
    written_at = models.DateTimeField("写出时间")

    class Meta:
        ordering: ClassVar = ["path"]
