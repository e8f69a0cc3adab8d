"""Rules of signals, evaluations with what they rest on, signals that wait for a person, and the answers: written once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from shichen.analysis.kept import Belonging, Computed, RuleFile
from shichen.city.models import Account
from shichen.city.privacy import Held
from shichen.city.roles import OPEN


class Rulebook(RuleFile):
    """A file of rules as it was entered (异常信号规则). The one entered last is in force; the others stay."""

    privacy: ClassVar = Held(OPEN)

    class Meta:
        ordering: ClassVar = ["-entered_at"]
        constraints: ClassVar = [models.UniqueConstraint("event", "code", name="signal_rules_once")]


class Evaluation(Computed):
    """One series of one area by one method, as of one instant of the data (评价), with the days and records it rests on."""

    privacy: ClassVar = Held()

    rules = models.ForeignKey(Rulebook, models.PROTECT, related_name="+", verbose_name="规则")
    series = models.CharField("序列", max_length=40)
    indicator = models.CharField("指标", max_length=80)
    method = models.CharField("方法", max_length=12)
    inputs = models.JSONField("各日")
    inputs_digest = models.CharField("输入指纹", max_length=64)
    rows = models.JSONField("结果")
    unevaluated = models.CharField("为何未评价", max_length=20, blank=True)

    class Meta:
        ordering: ClassVar = ["-as_of", "series"]
        indexes: ClassVar = [models.Index(fields=["series", "area", "-as_of"], name="signal_evaluation_newest")]

    def __str__(self) -> str:
        return f"{self.series} {self.area}"


class Alarm(Belonging):
    """A day that is unusual (异常信号): a proposal (待核) until somebody answers it.

    A day is proposed once; one that was dismissed comes back, naming the one it replaces, when corrected counts say something else.
    """

    privacy: ClassVar = Held()

    evaluation = models.ForeignKey(Evaluation, models.PROTECT, related_name="alarms", verbose_name="评价")
    series = models.CharField("序列", max_length=40)
    method = models.CharField("方法", max_length=12)
    on = models.DateField("日期")
    value = models.FloatField("实际")
    expected = models.FloatField("预期")
    upper = models.FloatField("上限")
    strength = models.FloatField("强度")
    raised_at = models.DateTimeField("提出时间")
    step = models.PositiveSmallIntegerField("到第几级", default=0)
    passed_on_at = models.DateTimeField("上报时间", null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替代"
    )

    class Meta:
        ordering: ClassVar = ["-on", "-strength"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "series", "method", "area", "on"],
                condition=models.Q(replaces=None),
                name="signal_proposed_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.on}"


class Answer(models.Model):
    """What somebody found of a signal (核实): that it is so, or that it is not and why."""

    privacy: ClassVar = Held()

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", pgettext_lazy("异常信号", "属实")
        DISMISSED = "dismissed", pgettext_lazy("异常信号", "不实")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    alarm = models.OneToOneField(Alarm, models.PROTECT, related_name="answer", verbose_name="信号")
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices)
    reason = models.CharField("理由", max_length=200, blank=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="答复人")
    at = models.DateTimeField("答复时间")

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return str(self.alarm)
