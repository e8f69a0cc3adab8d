"""Free-text reports (来稿), what the reader proposed of each, and what a person decided."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shichen.audit.context import known, now
from shichen.bulletins.proposed import Decided, Number
from shichen.bulletins.taught import Declined as Declined
from shichen.bulletins.taught import Ranking as Ranking
from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held, Why
from shichen.city.scope import Sight
from shichen.indicators.models import Figure
from shichen.intake.models import Envelope
from shichen.journal.models import Column, Entry

Row = TypeVar("Row", bound=models.Model)


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def within(self, sight: Sight) -> BulletinQuerySet:
        """Those within reach that had come by the moment of a replay, where one goes on."""
        rows, then = self.filter(sight.q(path="area__path")), known()
        return rows if then is None else rows.filter(received_at__lte=then)


class Bulletin(models.Model):
    """A free-text report and its reading; the text itself stays sealed in the envelope."""

    privacy: ClassVar = Held(
        personal={
            "opening": Why(
                "来稿原文可能带有姓名、电话；显示时遮去证件号与手机号",
                "传染病防治法规定的疫情报告",
                "事件结束后随来件销毁",
            )
        }
    )

    class State(models.TextChoices):
        RECEIVED = "received", _("收到")
        WAITING = "waiting", pgettext_lazy("来稿", "待核")
        CLOSED = "closed", _("已核")
        VOID = "void", _("作废")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    envelope = models.OneToOneField(Envelope, models.PROTECT, to_field="id", related_name="bulletin")
    kind = models.CharField("种类", max_length=20)
    covers = models.DateField("所涵日期")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="来稿单位")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件")
    received_at = models.DateTimeField("收到时间")
    opening = models.CharField("开头", max_length=80)
    characters = models.PositiveIntegerField("字数")
    tables_hash = models.CharField("词表指纹", max_length=64)
    read_ms = models.PositiveIntegerField("解析毫秒", default=0)
    flags = models.JSONField("提示", default=list)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.WAITING, db_index=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="替换前一份"
    )

    objects = BulletinQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-received_at"]
        indexes: ClassVar = [models.Index(fields=["unit", "covers"], name="bulletin_of_a_day")]

    def __str__(self) -> str:
        return self.opening


class Until(models.Model):
    """What a proposed number or entry was until an act wrote over it (此前); never changed.

    `was` holds the columns that were written over, nothing of the text itself; an entry that was merged into another is
    there whole, a number that a person added was not there at all: it has no state.
    """

    privacy: ClassVar = Held()

    class Act(models.TextChoices):
        DECIDED = "decided", _("处理")
        ADDED = "added", _("补录")
        MERGED = "merged", _("合并")

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="untils")
    subject = models.UUIDField("对象", db_index=True)
    act = models.CharField("动作", max_length=8, choices=Act.choices)
    state = models.CharField("此前状态", max_length=14, blank=True)
    was = models.JSONField("此前", default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField("时间")

    class Meta:
        ordering: ClassVar = ["pk"]


class Kept(models.QuerySet[Row]):
    """Rows whose state is never written over without keeping what they were until then, whoever decides."""

    def update(self, **values: Any) -> int:
        if "state" not in values:
            return super().update(**values)
        columns = {field.name: field.attname for field in self.model._meta.concrete_fields}
        with transaction.atomic(using=self.db):
            keep(Until.Act.DECIDED, list(self), [columns[name] for name in values])
            return super().update(**values)


def keep(act: str, rows: Iterable[Any], fields: Iterable[str]) -> None:
    """Proposed numbers or entries are about to be written over in these columns."""
    at, wanted = now(), sorted(fields)
    Until.objects.bulk_create(
        Until(
            bulletin_id=one.bulletin_id if isinstance(one, ProposedEntry) else one.entry.bulletin_id,
            subject=one.pk,
            act=act,
            state=one.state if wanted else "",
            was={name: getattr(one, name) for name in wanted},
            at=at,
        )
        for one in rows
    )


class ProposedEntryQuerySet(Kept["ProposedEntry"]):
    """Proposed entries."""


class ProposalQuerySet(Kept["Proposal"]):
    """Proposed numbers."""


class ProposedEntry(Decided):
    """A run of sentences of one reporting unit that may become a log entry (拟采条目)."""

    privacy: ClassVar = Held(
        personal={
            "text": Why(
                "来稿原文可能带有姓名、电话；显示时遮去证件号与手机号",
                "传染病防治法规定的疫情报告",
                "事件结束后随来件销毁",
            )
        }
    )

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("来稿", "待核")
        ACCEPTED = "accepted", _("采纳")
        REJECTED = "rejected", _("驳回")
        REPLACED = "replaced", _("已替换")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="entries")
    ordinal = models.PositiveIntegerField("序号")
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    text = models.TextField("条目")
    column = models.CharField("栏目", max_length=8, choices=Column.choices, blank=True)
    slot = models.CharField("时辰", max_length=1, blank=True)
    on = models.DateField("日期")
    unit_text = models.CharField("单位名称", max_length=100, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="机构")
    topic = models.CharField("事项", max_length=24, blank=True)
    flags = models.JSONField("提示", default=list)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN, db_index=True)
    entry = models.OneToOneField(
        Entry, models.PROTECT, to_field="id", null=True, blank=True, related_name="proposed_as"
    )

    objects = ProposedEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["ordinal"]


class Proposal(Number):
    """A number in a bulletin that may become a stated figure (拟采数字)."""

    privacy: ClassVar = Held()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(ProposedEntry, models.CASCADE, related_name="proposals")
    figure = models.OneToOneField(Figure, models.PROTECT, null=True, blank=True, related_name="proposed_as")
    place = models.CharField("地名", max_length=60, blank=True)
    sayings = models.JSONField("说法", default=list, blank=True)  # how it was said, from the sentence to its clause
    was = models.JSONField("原拟", default=dict, blank=True)  # the values as proposed, of those that a decision changed
    # How sure the reader was by the text alone; `confidence` counts the checks against what is on record as well.
    read_confidence = models.DecimalField("读出置信", max_digits=4, decimal_places=3, null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["start"]


class Lesson(models.Model):
    """What a number that was said in certain words was taken to be, by whom and when (记性); it may be forgotten, not changed."""

    privacy: ClassVar = Held()

    saying = models.CharField("说法", max_length=120, db_index=True)
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="lessons")
    indicator = models.CharField("指标", max_length=60, blank=True)
    subject = models.CharField("所计", max_length=200, blank=True)
    unit = models.CharField("量词", max_length=20, blank=True)
    period = models.CharField("时段", max_length=20, blank=True)
    cumulative = models.BooleanField("累计", default=False)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="谁定的")
    forgotten_at = models.DateTimeField("忘掉时间", null=True, blank=True)
    forgotten_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁忘掉的"
    )
    why = models.CharField("理由", max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["at", "pk"]


class Wording(models.Model):
    """A row of the tables that the reader works from, as this city has it (词表行); the last row of a table and key holds."""

    privacy: ClassVar = Held()

    class Origin(models.TextChoices):
        PAGE = "page", _("页面")
        IMPORT = "import", _("导入")
        REVIEW = "review", _("复核")
        SUGGESTED = "suggested", _("采纳建议")

    table = models.CharField("词表", max_length=12)
    key = models.CharField("行名", max_length=200)
    values = models.JSONField("内容", default=dict)
    standing = models.BooleanField("在用", default=True)
    reason = models.CharField("理由", max_length=200)
    origin = models.CharField("来处", max_length=10, choices=Origin.choices, default=Origin.PAGE)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="谁改的")
    at = models.DateTimeField("时间")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["table", "key"], name="wording_row")]


class Proof(models.Model):
    """What a check said of a number, an entry or a bulletin when it was read (核对所得); it stood until it was read otherwise.

    Of numbers what held is kept as well as what failed; of entries and bulletins what failed only. `against` is the figure
    on record that a number was compared with. Whose it is stands here once more, so that a count needs no other table.
    """

    privacy: ClassVar = Held()

    bulletin = models.ForeignKey(Bulletin, models.PROTECT, related_name="proofs")
    unit = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="来稿单位", db_index=False)
    area_path = models.CharField("区域路径", max_length=200)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件", db_index=False)
    check_name = models.CharField("核对", max_length=12)
    subject = models.UUIDField("对象", db_index=True)
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    ok = models.BooleanField("成立")
    note = models.CharField("所见", max_length=200, blank=True)
    against = models.UUIDField("对照的数", null=True, blank=True)
    at = models.DateTimeField("核对时间", db_index=True)
    until = models.DateTimeField("至", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["check_name", "ok", "at"], name="proof_of_check"),
            models.Index(fields=["check_name", "ok", "until", "unit", "area_path", "event"], name="proofs_counted"),
        ]
