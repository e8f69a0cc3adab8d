"""Profiles of diseases, frozen inputs, runs and their signatures: written once, never altered, nobody named in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import pgettext_lazy

from shichen.analysis.kept import Belonging, Computed, Paper, Signed
from shichen.city.privacy import Held, Why
from shichen.city.roles import OPEN, SENSITIVE
from shichen.records.models import PlacedQuerySet


class Profile(Paper):
    """One version of a disease's profile (疾病参数档), as its file was entered. A new version stands beside the old one."""

    privacy: ClassVar = Held(OPEN)

    code = models.SlugField("代码", max_length=40)
    version = models.PositiveIntegerField("版次")
    name = models.CharField("病名", max_length=80)
    name_en = models.CharField("英文病名", max_length=80)
    valid_from = models.DateField("启用日期")

    class Meta:
        ordering: ClassVar = ["-entered_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("event", "code", "version", name="disease_profile_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Inputs(Belonging):
    """The very rows that runs rest on (冻结的输入): days, counts, and for each number the record and revision it is from.

    `cells` are the cases of the line list, added up by onset, report and origin: no more of anybody than a nowcast needs.
    """

    privacy: ClassVar = Held(
        personal={
            "cells": Why(
                "现报校正与时滞分析，重算核对",
                "传染病防治法、突发公共卫生事件应急条例",
                "随分析记录保存；不含编号",
                SENSITIVE,
            )
        }
    )

    as_of = models.DateTimeField("数据截至")
    rows = models.JSONField("各日")
    cells = models.JSONField("发病与报告", default=list)
    digest = models.CharField("指纹", max_length=64)
    frozen_at = models.DateTimeField("冻结时间")

    class Meta:
        ordering: ClassVar = ["-frozen_at"]
        constraints: ClassVar = [
            models.UniqueConstraint("event", "area", "as_of", "digest", name="analysis_inputs_once")
        ]

    def __str__(self) -> str:
        return self.digest[:12]


class Run(Computed):
    """One analysis of one area as of one instant (分析): what was asked, on what it rests, what came out, or why nothing did."""

    privacy: ClassVar = Held()

    class Method(models.TextChoices):
        CURVE = "curve", pgettext_lazy("分析", "疫情曲线")
        RT = "rt", pgettext_lazy("分析", "实时再生数")
        GROWTH = "growth", pgettext_lazy("分析", "增长与倍增")
        NOWCAST = "nowcast", pgettext_lazy("分析", "现报校正")
        DELAY = "delay", pgettext_lazy("分析", "报告时滞")
        FORECAST = "forecast", pgettext_lazy("分析", "短期预测")
        BEDS = "beds", pgettext_lazy("分析", "床位预测")
        WHATIF = "whatif", pgettext_lazy("分析", "情景推演")

    class State(models.TextChoices):
        DONE = "done", pgettext_lazy("分析", "完成")
        REFUSED = "refused", pgettext_lazy("分析", "未能估计")

    number = models.PositiveIntegerField("编号")
    method = models.CharField("分析", max_length=12, choices=Method.choices)
    parameters = models.JSONField("参数")
    profile = models.ForeignKey(Profile, models.PROTECT, related_name="runs", verbose_name="参数档")
    inputs = models.ForeignKey(Inputs, models.PROTECT, related_name="runs", verbose_name="输入")
    seed = models.BigIntegerField("随机种子")
    n_used = models.PositiveIntegerField("用到的日数")
    n_missing = models.PositiveIntegerField("缺测日数")
    n_imputed = models.PositiveIntegerField("补上的日数", default=0)
    cpu_ms = models.PositiveIntegerField("用时(毫秒)")
    state = models.CharField("状态", max_length=8, choices=State.choices)
    status = models.CharField("发布门槛", max_length=10)
    refusal = models.CharField("拒绝代码", max_length=60, blank=True)
    refused_why = models.CharField("拒绝理由", max_length=400, blank=True)
    refused_why_en = models.CharField("拒绝理由(英文)", max_length=400, blank=True)
    rows = models.JSONField("结果", default=list)

    class Meta:
        ordering: ClassVar = ["-as_of", "-number"]
        constraints: ClassVar = [models.UniqueConstraint("event", "number", name="analysis_run_number_once")]
        indexes: ClassVar = [models.Index(fields=["area", "method", "-as_of"], name="analysis_run_newest")]

    def __str__(self) -> str:
        return str(self.number)


class Signature(Signed):
    """A run was signed (签发): from then on its figures may go out; without one it is a draft."""

    privacy: ClassVar = Held()

    run = models.OneToOneField(Run, models.PROTECT, related_name="signature", verbose_name="分析")

    class Meta:
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return str(self.run)


class Estimate(Belonging):
    """A number of a signed run that may go out (签发的估计): what it is, up to which day of data."""

    privacy: ClassVar = Held()

    class Bound(models.TextChoices):
        VALUE = "value", pgettext_lazy("分析", "估计值")
        LOWER = "lower", pgettext_lazy("分析", "区间下限")
        UPPER = "upper", pgettext_lazy("分析", "区间上限")

    signature = models.ForeignKey(Signature, models.PROTECT, related_name="estimates", verbose_name="签发")
    run = models.ForeignKey(Run, models.PROTECT, related_name="estimates", verbose_name="分析")
    key = models.CharField("指标", max_length=40)
    bound = models.CharField("估计值或界", max_length=5, choices=Bound.choices)
    on = models.DateField("数据末日")
    amount = models.DecimalField("值", max_digits=14, decimal_places=4)
    recorded_at = models.DateTimeField("签发时间")

    objects = PlacedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-on", "-recorded_at", "key", "bound"]
        constraints: ClassVar = [models.UniqueConstraint("run", "key", "bound", name="signed_estimate_once")]
        indexes: ClassVar = [models.Index(fields=["key", "area", "-on"], name="signed_estimate_newest")]

    def __str__(self) -> str:
        return f"{self.key} {self.on} {self.bound}"
