"""What does not agree and what became of it (核对): work items, each step taken on them, and what was last compared."""

from __future__ import annotations

import re
import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shichen.city.models import Account, Body
from shichen.city.privacy import Held

_FIGURE = re.compile(r"/figures/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


class Disagreement(models.Model):
    """Two sides that should agree and do not: a work item with the evidence of both, never a silent override (数不符).

    `matter` names the comparison whatever its numbers are, `signature` the gap with its numbers. `sides` is the evidence
    as the last round found it; what it was when somebody decided stands in the step of that decision.
    """

    privacy: ClassVar = Held()

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("数不符", "待核")
        EXPLAINED = "explained", _("已解释")
        CORRECTED = "corrected", _("已更正")
        TASK = "task", _("转督办")
        AGREED = "agreed", _("已相符")

    class Outcome(models.TextChoices):
        SIDE = "side", _("以其一为准")
        BOTH = "both", _("两数并存")
        RULE = "rule", _("规则自带说明")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule = models.CharField("规则", max_length=60)
    family = models.CharField("类别", max_length=20)
    matter = models.CharField("事由", max_length=64, blank=True)
    signature = models.CharField("特征", max_length=64, db_index=True)
    title = models.CharField("问题", max_length=300)
    sides = models.JSONField("双方")
    severity = models.CharField("轻重", max_length=8, default="ask")
    owner = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    assignee = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人"
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    outcome = models.CharField("结论", max_length=5, choices=Outcome.choices, blank=True)
    chosen = models.CharField("为准的一方", max_length=120, blank=True)
    reason = models.CharField("说明", max_length=300, blank=True)
    look_again_on = models.DateField("再看日期", null=True, blank=True)
    opened_at = models.DateTimeField("发现时间")
    seen_at = models.DateTimeField("最近一次仍不相符", null=True, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)
    settled_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["state", "opened_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("matter", condition=~models.Q(matter=""), name="one_item_of_a_matter"),
        ]

    @property
    def settled(self) -> bool:
        return self.state not in {self.State.OPEN, self.State.TASK}

    @property
    def figures(self) -> list[uuid.UUID]:
        """The figures of the ledger that stand on its sides."""
        found = (_FIGURE.fullmatch(side.get("href", "")) for side in self.sides)
        return [uuid.UUID(one[1]) for one in found if one]


class Settlement(models.Model):
    """One step in the life of a disagreement: who did what, when and why, and what the evidence was then (经过)."""

    privacy: ClassVar = Held()

    class Step(models.TextChoices):
        RAISED = "raised", _("提出")
        ASSIGNED = "assigned", _("指定承办")
        TAKEN = "taken", _("接手")
        NOTED = "noted", _("留言")
        SETTLED = "settled", _("处理")
        FOLLOWED = "followed", _("转督办")
        REOPENED = "reopened", _("重开")
        RETURNED = "returned", _("退回待核")
        CLOSED = "closed", _("自动办结")

    disagreement = models.ForeignKey(Disagreement, models.PROTECT, related_name="steps")
    step = models.CharField("步骤", max_length=10, choices=Step.choices)
    state = models.CharField("处理后状态", max_length=10, choices=Disagreement.State.choices)
    outcome = models.CharField("结论", max_length=5, choices=Disagreement.Outcome.choices, blank=True)
    chosen = models.CharField("为准的一方", max_length=120, blank=True)
    reason = models.CharField("理由", max_length=300, blank=True)
    look_again_on = models.DateField("再看日期", null=True, blank=True)
    owner = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位")
    assignee = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人"
    )
    title = models.CharField("当时的问题", max_length=300, blank=True)
    sides = models.JSONField("当时双方", default=list, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="办理人")

    class Meta:
        ordering: ClassVar = ["pk"]


class Compared(models.Model):
    """What one comparison came to, good or bad (比对)."""

    key = models.CharField("标识", max_length=64, unique=True)
    check_name = models.CharField("检查", max_length=80, db_index=True)
    family = models.CharField("类别", max_length=20)
    rule = models.CharField("规则", max_length=60)
    title = models.CharField("所比", max_length=300)
    sides = models.JSONField("双方")
    ok = models.BooleanField("相符")
    explained = models.CharField("规则自带说明", max_length=300, blank=True)
    weight = models.PositiveIntegerField("次数", default=1)

    class Meta:
        abstract = True


class Comparison(Compared):
    """One comparison as the last round found it; the next round rewrites it."""

    privacy: ClassVar = Held()

    subject = models.CharField("对象", max_length=64, blank=True)
    matter = models.CharField("事由", max_length=64, db_index=True)
    signature = models.CharField("特征", max_length=64)
    owner = models.CharField("责任单位", max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["family", "rule", "pk"]


class Found(Compared):
    """A comparison as a round first found it, found it otherwise, or found it gone (所见): what it was from then on."""

    privacy: ClassVar = Held()

    key = models.CharField("标识", max_length=64, db_index=True)
    check_name = models.CharField("检查", max_length=80)
    gone = models.BooleanField("已不在", default=False)
    at = models.DateTimeField("核对时间", db_index=True)

    class Meta:
        ordering: ClassVar = ["pk"]


class Book(models.Model):
    """The rules as a round first followed them (规则版次); they stood until the next book."""

    privacy: ClassVar = Held()

    at = models.DateTimeField("起用时间", db_index=True)
    said = models.JSONField("规则")


class Pass(models.Model):
    """A round that was made (已核对的一轮): when, and how long it took."""

    privacy: ClassVar = Held()

    at = models.DateTimeField("核对时间", db_index=True)
    took_ms = models.PositiveIntegerField("用时(毫秒)", default=0)


class Round(models.Model):
    """The last round of checks (核对轮次): when, how long it took, what it rested on and how far it looked. One row."""

    privacy: ClassVar = Held()

    at = models.DateTimeField("核对时间")
    took_ms = models.PositiveIntegerField("用时(毫秒)", default=0)
    stamp = models.CharField("依据", max_length=300, blank=True)
    until = models.JSONField("看到何时", default=dict, blank=True)
