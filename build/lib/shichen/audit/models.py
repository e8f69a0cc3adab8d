"""The trail of who did and who saw what, and the chain that seals it (审计日志、链)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from shichen.city.privacy import Held, Why


class Trail(models.Model):
    """One act or one look, without values or identities: it outlives the data it speaks of."""

    privacy: ClassVar = Held(
        personal={
            "actor_name": Why("值守与追责：谁报、谁改、谁核", "突发公共卫生事件应急管理职责", "账号停用后3年"),
            "address": Why("值守与追责：谁报、谁改、谁核", "突发公共卫生事件应急管理职责", "账号停用后3年"),
        }
    )

    position = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField("时间", db_index=True)
    actor = models.CharField("账号", max_length=40)
    actor_name = models.CharField("称呼", max_length=40)
    role = models.CharField("角色", max_length=100, blank=True)
    unit = models.CharField("单位", max_length=60, blank=True)
    area = models.CharField("区域", max_length=40, blank=True)
    action = models.CharField("动作", max_length=40, db_index=True)
    table = models.CharField("对象类别", max_length=60, blank=True)
    subject = models.CharField("对象", max_length=60, blank=True, db_index=True)
    data_class = models.CharField("数据类别", max_length=10)
    reason = models.CharField("理由", max_length=200, blank=True)
    case_no = models.CharField("案号", max_length=60, blank=True)
    door = models.CharField("入口", max_length=10)
    address = models.CharField("来源地址", max_length=45, blank=True)
    request = models.CharField("请求号", max_length=36, blank=True)
    result = models.CharField("结果", max_length=10, default="done")
    rows = models.PositiveIntegerField("条数", default=1)
    fields = models.CharField("涉及字段", max_length=400, blank=True)
    before = models.CharField("前摘要", max_length=64, blank=True)
    after = models.CharField("后摘要", max_length=64, blank=True)
    mac = models.CharField("校验码", max_length=64)
    key_id = models.CharField("密钥号", max_length=20)

    class Meta:
        ordering: ClassVar = ["position"]


class Seal(models.Model):
    """A link of the chain: it binds one row of the log or the trail to everything sealed before it."""

    privacy: ClassVar = Held()

    position = models.BigAutoField(primary_key=True)
    table = models.CharField(max_length=40)
    row = models.UUIDField()
    digest = models.CharField(max_length=64)
    prev = models.CharField(max_length=64)
    link = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [models.UniqueConstraint("table", "row", name="sealed_once")]
