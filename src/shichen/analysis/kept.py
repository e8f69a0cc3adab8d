"""What analyses, levels and signals are kept with alike: where they belong, who signed, the papers that they go by."""

from __future__ import annotations

import uuid

from django.db import models

from shichen.city.models import Account, Area, Body, Event


class Belonging(models.Model):
    """Of an event, of the unit whose reports it rests on, of an area."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="报送单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True, editable=False)

    class Meta:
        abstract = True


class Computed(Belonging):
    """What was computed as of one instant of the data: by which version of the program, asked for by whom, and what came out."""

    as_of = models.DateTimeField("数据截至")
    epi_version = models.CharField("程序版本", max_length=40)
    digest = models.CharField("结果指纹", max_length=64)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="提出人")
    made_at = models.DateTimeField("算成时间")

    class Meta:
        abstract = True


class Signed(models.Model):
    """A signature (签发): by whom, when, with which words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="签发人")
    at = models.DateTimeField("签发时间")
    note = models.CharField("意见", max_length=200, blank=True)

    class Meta:
        abstract = True


class Paper(models.Model):
    """A file that analyses go by, kept as it came: by whom it was entered, when and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    text = models.TextField("原文")
    digest = models.CharField("指纹", max_length=64)
    reason = models.CharField("理由", max_length=200)
    entered_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        abstract = True


class RuleFile(Paper):
    """A file of rules, named by an id that is given once."""

    code = models.SlugField("编号", max_length=40)
    name = models.CharField("名称", max_length=40)
    name_en = models.CharField("英文名", max_length=40)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.code
