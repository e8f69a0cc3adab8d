"""Who and where: events, areas, bodies, source areas, accounts and what each account may do."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from shichen.city.privacy import Held, Why
from shichen.city.roles import OPEN, ROLES, SECRET


class Dated(models.Model):
    """Something that holds from one day to another; an open end is null."""

    valid_from = models.DateField("自", null=True, blank=True)
    valid_until = models.DateField("至", null=True, blank=True)

    class Meta:
        abstract = True

    def stands(self, on: date) -> bool:
        """Whether it holds on that day; the last day is included."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


def standing(on: date) -> Q:
    """What holds on that day, as a condition."""
    return (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_until=None) | Q(valid_until__gte=on))


class Event(models.Model):
    """An outbreak that the post answers (事件)."""

    privacy: ClassVar = Held(OPEN)

    code = models.SlugField("代码", primary_key=True)
    name = models.CharField("名称", max_length=100)
    name_en = models.CharField("英文名", max_length=100, blank=True)
    started_on = models.DateField("开始")
    ended_on = models.DateField("结束", null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class EventName(Dated):
    """A name of the disease while it was in use: 新型冠状病毒感染的肺炎, later 新冠肺炎."""

    privacy: ClassVar = Held(OPEN)

    event = models.ForeignKey(Event, models.CASCADE, related_name="names")
    name = models.CharField("名称", max_length=100)


class Area(Dated):
    """A place that figures are counted by: a code area (GB/T 2260) or a reporting area without a code of its own."""

    privacy: ClassVar = Held(OPEN)

    class Hierarchy(models.TextChoices):
        CODE = "code", "区划"
        REPORTING = "reporting", "填报区"

    code = models.CharField("代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=60)
    name_en = models.CharField("英文名", max_length=60, blank=True)
    level = models.CharField("级别", max_length=16)
    hierarchy = models.CharField("体系", max_length=10, choices=Hierarchy.choices, default=Hierarchy.CODE)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField("路径", max_length=200, unique=True)
    counted_in = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="counts", verbose_name="有时计入"
    )
    population = models.PositiveIntegerField("人口", null=True, blank=True)
    grid_x = models.PositiveSmallIntegerField("方格列", null=True, blank=True)
    grid_y = models.PositiveSmallIntegerField("方格行", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.name

    def contains(self, other: Area) -> bool:
        return other.path.startswith(self.path)


class AreaName(Dated):
    """A further name of an area (别名), while it holds."""

    privacy: ClassVar = Held(OPEN)

    area = models.ForeignKey(Area, models.CASCADE, related_name="aliases")
    name = models.CharField("别名", max_length=60, db_index=True)


class Body(Dated):
    """A body that reports, orders or is ordered: leading group, Office, working group, bureau, district (机构)."""

    privacy: ClassVar = Held(OPEN)

    THE_OFFICE, GROUP, LEADING = "the_office", "group", "leading_group"

    code = models.SlugField("代码", max_length=60, primary_key=True)
    name = models.CharField("名称", max_length=100)
    name_en = models.CharField("英文名", max_length=100, blank=True)
    kind = models.CharField("类别", max_length=20)
    group = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="members", verbose_name="工作组"
    )
    column = models.CharField("栏目", max_length=10, blank=True)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="bodies", verbose_name="区域")
    basis = models.CharField("依据", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    def name_on(self, on: date) -> str:
        """The name in use on that day: 指挥部 one day, 领导小组 the next, one body all the same."""
        dated = [alias for alias in self.aliases.all() if alias.official and alias.stands(on)]
        return dated[0].name if dated else self.name


class BodyName(Dated):
    """A name of a body while it holds; `official` ones are printed, the others only recognised."""

    privacy: ClassVar = Held(OPEN)

    body = models.ForeignKey(Body, models.CASCADE, related_name="aliases")
    name = models.CharField("名称", max_length=100, db_index=True)
    official = models.BooleanField("正式名称", default=False)


class Seat(models.Model):
    """An office that one or several people hold at a time (职位)."""

    privacy: ClassVar = Held(OPEN)

    body = models.ForeignKey(Body, models.PROTECT, related_name="seats")
    title = models.CharField("职务", max_length=60)
    single = models.BooleanField("一时一人", default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("body", "title", name="seat_once")]

    def __str__(self) -> str:
        return f"{self.body} {self.title}"


class Holder(Dated):
    """Who holds a seat, from when to when, by which report or document (任职)."""

    privacy: ClassVar = Held(personal={"person": Why("公职任职情况，核对一时一人", "政务公开", "长期")})

    seat = models.ForeignKey(Seat, models.PROTECT, related_name="holders")
    person = models.CharField("姓名", max_length=40)
    basis = models.CharField("依据", max_length=200)


class SourceArea(Dated):
    """An area from which travellers must be registered, with its plate prefix (疫源地), for as long as it is one."""

    privacy: ClassVar = Held(OPEN)

    code = models.CharField("代码", max_length=40)
    name = models.CharField("名称", max_length=60)
    plate = models.CharField("车牌简称", max_length=4, blank=True)
    basis = models.CharField("依据", max_length=200)


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """Someone, or something, that acts in the post (账号)."""

    privacy: ClassVar = Held(
        personal={
            "display_name": Why("值守与追责：谁报、谁改、谁核", "突发公共卫生事件应急管理职责", "账号停用后3年"),
            "username": Why("值守与追责：谁报、谁改、谁核", "突发公共卫生事件应急管理职责", "账号停用后3年"),
            "password": Why("登录", "账号管理", "停用即失效", SECRET),
        }
    )

    class Kind(models.TextChoices):
        PERSON = "person", "人员"
        DEVICE = "device", "设备"
        SYSTEM = "system", "系统"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField("账号", max_length=40, unique=True)
    display_name = models.CharField("称呼", max_length=40)
    kind = models.CharField("类别", max_length=8, choices=Kind.choices, default=Kind.PERSON)
    is_active = models.BooleanField("启用", default=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = AccountManager()

    def __str__(self) -> str:
        return self.display_name


class Grant(models.Model):
    """A role given to an account over a unit, an area and an event, from when to when, by whom (授权)."""

    privacy: ClassVar = Held()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=16, choices=[(role.key, role.zh) for role in ROLES.values()])
    unit = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, verbose_name="单位")
    area = models.ForeignKey(Area, models.PROTECT, verbose_name="区域")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, verbose_name="事件")
    starts_at = models.DateTimeField("自")
    ends_at = models.DateTimeField("至", null=True, blank=True)
    granted_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="授权人")
    approved_by = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField("理由", max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="grant_not_to_oneself", condition=~Q(granted_by=F("account")), violation_error_message="不得自授"
            ),
            models.CheckConstraint(
                name="grant_ends_after_start", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
        ]

    def holds(self, at: datetime) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class Pass(models.Model):
    """A one-time way in (一次性入口), a screen's enrolment or a device's token, kept as a digest only."""

    privacy: ClassVar = Held(personal={"digest": Why("一次性入口与令牌的摘要", "账号管理", "用后失效", SECRET)})

    class Purpose(models.TextChoices):
        ENTER = "enter", "一次性登录"
        SCREEN = "screen", "大屏登记"
        TOKEN = "token", "接口令牌"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, models.CASCADE, related_name="passes")
    purpose = models.CharField("用途", max_length=8, choices=Purpose.choices)
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField("说明", max_length=100, blank=True)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    expires_at = models.DateTimeField("到期", null=True, blank=True)
    used_at = models.DateTimeField("用过", null=True, blank=True)
    revoked_at = models.DateTimeField("吊销", null=True, blank=True)


class Attempt(models.Model):
    """A failed sign-in, kept for as long as it counts against the next one."""

    privacy: ClassVar = Held()

    key = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField(db_index=True)
