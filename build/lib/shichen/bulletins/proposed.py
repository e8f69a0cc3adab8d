"""What a reader of prose proposes and a person decides: the columns that a number seen in a text has, wherever it stands."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shichen.city.models import Account


class Decided(models.Model):
    """Something proposed that waits for a person; `version` keeps two people from deciding over each other."""

    version = models.PositiveIntegerField("版次", default=1)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        abstract = True


class Number(Decided):
    """A number seen in a text (拟采数字): what it is taken to say, and what became of it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("来稿", "待核")
        ACCEPTED = "accepted", _("采纳")
        EDITED = "edited", _("改后采纳")
        REJECTED = "rejected", _("驳回")
        NOT_A_FIGURE = "not_a_figure", _("非数字")
        REPLACED = "replaced", _("已替换")

    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    raw = models.CharField("原文", max_length=60)
    value = models.DecimalField("数值", max_digits=24, decimal_places=6)
    at_least = models.BooleanField("下限", default=False)
    at_most = models.BooleanField("上限", default=False)
    about = models.BooleanField("约数", default=False)
    unit = models.CharField("量词", max_length=20, blank=True)
    subject = models.CharField("所计", max_length=200, blank=True)
    indicator = models.CharField("指标", max_length=60, blank=True)
    period = models.CharField("时段", max_length=20, blank=True)
    cumulative = models.BooleanField("累计", default=False)
    of_which = models.BooleanField("其中", default=False)
    confidence = models.DecimalField("置信", max_digits=4, decimal_places=3, default=0)
    tier = models.CharField("分级", max_length=8, default="full")
    candidates = models.JSONField("候选指标", default=list)
    checks = models.JSONField("核对", default=list)
    state = models.CharField("状态", max_length=14, choices=State.choices, default=State.OPEN, db_index=True)

    class Meta:
        abstract = True

    @property
    def kept(self) -> bool:
        """Whether a person took it for a figure."""
        return self.state in {self.State.ACCEPTED, self.State.EDITED}
