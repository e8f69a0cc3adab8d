"""The ledger of figures (数字台账): definitions, statements, figures, where each is used, and what was corrected."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from shichen.audit.context import known
from shichen.city.models import Account, Area, Body, Event
from shichen.city.privacy import Held, Why
from shichen.city.scope import Sight
from shichen.indicators.meanings import Coined, Definition
from shichen.journal.models import Entry

__all__ = ["Coined", "Definition"]


class Dimensioned(models.Model):
    """What every number in the ledger has: value with its bounds, unit, place, the time it speaks of."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField("指标", max_length=60, blank=True, db_index=True)
    value = models.DecimalField("数值", max_digits=24, decimal_places=6, null=True)
    at_least = models.BooleanField("下限", default=False)
    at_most = models.BooleanField("上限", default=False)
    about = models.BooleanField("约数", default=False)
    unit = models.CharField("量词", max_length=20, blank=True)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", verbose_name="事件", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="区域")
    area_path = models.CharField(max_length=200, db_index=True)
    facets = models.JSONField("维度", default=dict, blank=True)
    cumulative = models.BooleanField("累计", default=False)
    period_from = models.DateTimeField("时段自", null=True, blank=True)
    period_to = models.DateTimeField("时段至", null=True, blank=True)

    class Meta:
        abstract = True


class StatementQuerySet(models.QuerySet["Statement"]):
    def within(self, sight: Sight) -> StatementQuerySet:
        return self.filter(sight.q(unit="reporter_id"))


class Statement(Dimensioned):
    """A figure that a report asserts without records (报称), with the sentence and the span it stands in."""

    privacy: ClassVar = Held(
        personal={
            "sentence": Why(
                "来稿原文可能带有姓名、电话；显示时遮去证件号与手机号",
                "传染病防治法规定的疫情报告",
                "事件结束后随来件销毁",
            )
        }
    )

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", _("采纳")
        EDITED = "edited", _("改后采纳")
        ADDED = "added", _("人工补录")
        AUTOMATIC = "automatic", _("自动")

    reporter = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="报送单位")
    entry = models.ForeignKey(Entry, models.PROTECT, to_field="id", null=True, blank=True, related_name="statements")
    # A number taken out of the log rests on its entry: nothing was sent in.
    envelope = models.UUIDField("来件", null=True, blank=True, db_index=True)
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    raw = models.CharField("原文数字", max_length=60)
    sentence = models.TextField("原句")
    sentence_start = models.PositiveIntegerField("原句起")
    subject = models.CharField("所计", max_length=200, blank=True)
    of_which = models.BooleanField("其中", default=False)
    confidence = models.DecimalField("置信", max_digits=4, decimal_places=3, null=True, blank=True)
    decision = models.CharField("处理", max_length=10, choices=Decision.choices)
    reason = models.CharField("理由", max_length=200, blank=True)
    stated_at = models.DateTimeField("报送时间")
    accepted_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="采纳人")
    accepted_at = models.DateTimeField("采纳时间")

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["accepted_at", "start"]


class FigureQuerySet(models.QuerySet["Figure"]):
    def within(self, sight: Sight) -> FigureQuerySet:
        return self.filter(sight.q(unit="reporter_id"))

    def standing(self, as_of: datetime | None = None) -> FigureQuerySet:
        """The figures that no other had taken the place of: now, or by a moment."""
        if as_of is None:
            return self.filter(successor=None)
        later = Correction.objects.filter(was=models.OuterRef("pk"), state="made", decided_at__gt=as_of)
        still = models.Q(successor=None) | models.Q(successor__frozen_at__gt=as_of) | models.Exists(later)
        return self.filter(still, frozen_at__lte=as_of)


class Figure(Dimensioned):
    """A figure in the ledger: frozen with its definition and what it rests on. It is succeeded, never overwritten."""

    privacy: ClassVar = Held()

    class Basis(models.TextChoices):
        COMPUTED = "computed", _("实算")
        STATED = "stated", _("报称")

    definition = models.ForeignKey(Definition, models.PROTECT, null=True, blank=True, verbose_name="口径")
    reporter = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="报送单位")
    basis = models.CharField("依据", max_length=8, choices=Basis.choices)
    statement = models.OneToOneField(Statement, models.PROTECT, null=True, blank=True, related_name="figure")
    record_count = models.PositiveIntegerField("记录数", default=0)
    fingerprint = models.CharField("指纹", max_length=64, blank=True)
    # Where it rests on bulk rows: the snapshot of the lake, and a digest of the files and of what was asked of them.
    snapshot = models.PositiveIntegerField("快照", null=True, blank=True)
    files = models.CharField("文件指纹", max_length=64, blank=True)
    complete = models.BooleanField("数据完整", default=True)
    as_of = models.DateTimeField("截至")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    frozen_at = models.DateTimeField("定稿时间")
    frozen_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="定稿人")
    approved_at = models.DateTimeField("签发时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", db_index=False
    )

    objects = FigureQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["frozen_at"]
        indexes: ClassVar = [
            models.Index(fields=["key", "period_from"]),
            models.Index(name="figure_of_key_last", fields=["key", "period_to", "frozen_at"]),
            models.Index(name="figure_of_key_frozen", fields=["key", "frozen_at"]),
            models.Index(name="figure_frozen", fields=["frozen_at"]),
            models.Index(name="figure_of_snapshot", fields=["snapshot"], condition=models.Q(snapshot__isnull=False)),
            # Few are ever succeeded: an index with all the others in it looks useless to SQLite, which then reads the table.
            models.Index(name="figure_succeeded", fields=["successor"], condition=models.Q(successor__isnull=False)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="figure_approved_by_a_second_person",
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("frozen_by")),
            ),
        ]

    @property
    def released(self) -> bool:
        """Whether the figure was told outside the room; from then on only a correction may change it."""
        return self.published_at is not None

    @property
    def replaced(self) -> bool:
        """Whether another figure took its place, as far as whoever looks knows."""
        return self.replaced_by(known())

    def replaced_by(self, then: datetime | None) -> bool:
        """Whether another figure had taken its place by a moment; by a correction, once that was made."""
        if self.successor_id is None or then is None or self.successor is None:
            return self.successor_id is not None
        made = self.corrected
        at = made.decided_at if made is not None and made.decided_at is not None else self.successor.frozen_at
        return at <= then

    def as_it_stood(self, then: datetime | None) -> Figure:
        """The figure without what became of it after a moment; not to be saved."""
        if then is None:
            return self
        if self.successor_id is not None and not self.replaced_by(then):
            self.successor = None
        if self.approved_at is not None and self.approved_at > then:
            self.approved_at = self.approved_by = None
        if self.published_at is not None and self.published_at > then:
            self.published_at = None
        return self

    @property
    def correction(self) -> Correction | None:
        """The correction that replaced it in public, as far as whoever looks knows: every place that printed it shows its mark."""
        return _by_then(self.corrected)

    @cached_property
    def corrected(self) -> Correction | None:
        """The correction that replaced it in public, if one ever did."""
        if self.successor_id is None:
            return None
        return self.corrections.filter(state=Correction.State.MADE).select_related("replacement").first()

    @property
    def made_by_correction(self) -> Correction | None:
        """The correction by which it came to stand, as far as whoever looks knows."""
        return _by_then(self.corrects.filter(state=Correction.State.MADE).select_related("was").first())


class Use(models.Model):
    """A place where a figure is printed: which text, from which character to which (用处)."""

    privacy: ClassVar = Held()

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="uses")
    entry = models.ForeignKey(Entry, models.PROTECT, to_field="id", related_name="uses")
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")

    class Meta:
        ordering: ClassVar = ["entry_id", "start"]
        constraints: ClassVar = [models.UniqueConstraint("entry", "start", "figure", name="one_figure_per_span")]


class Appearance(models.Model):
    """A document that printed a figure: an edition of a page, a report (刊用). What was printed stays printed."""

    privacy: ClassVar = Held()

    figure = models.ForeignKey(Figure, models.PROTECT, related_name="appearances")
    document = models.UUIDField("文件", db_index=True)
    title = models.CharField("名称", max_length=120)
    href = models.CharField("地址", max_length=200)
    place = models.CharField("位置", max_length=40, blank=True)
    printed = models.CharField("印出", max_length=60)
    at = models.DateTimeField("刊出时间")

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint("figure", "document", "place", name="one_appearance_per_place"),
        ]


TELLS = "make_correction"  # the act of the log entry that tells a correction


class Correction(models.Model):
    """A figure that was told is replaced in public: what it was, what it is, why, decided by two persons (更正).

    The number is given when the correction takes effect; the series has no gap.
    """

    privacy: ClassVar = Held()

    class State(models.TextChoices):
        PROPOSED = "proposed", _("待签")
        MADE = "made", _("已更正")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField("号", null=True, blank=True, unique=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    was = models.ForeignKey(Figure, models.PROTECT, related_name="corrections", verbose_name="原数")
    # What the records give when the correction is proposed; it is made only while they still give it.
    value = models.DecimalField("应为", max_digits=24, decimal_places=6)
    fingerprint = models.CharField("指纹", max_length=64, blank=True)
    replacement = models.ForeignKey(
        Figure, models.PROTECT, null=True, blank=True, related_name="corrects", verbose_name="更正后"
    )
    reason = models.CharField("理由", max_length=300)
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name="提出人")
    decided_at = models.DateTimeField("签发时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    note = models.CharField("签发意见", max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-number", "proposed_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "was", condition=models.Q(state__in=["proposed", "made"]), name="one_correction_of_a_figure"
            ),
            models.CheckConstraint(
                name="correction_numbered_when_made",
                condition=models.Q(state="made", number__isnull=False)
                | ~models.Q(state="made") & models.Q(number=None),
            ),
            models.CheckConstraint(
                name="correction_decided_by_a_second_person",
                condition=~models.Q(state="made") | ~models.Q(decided_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"更正第{self.number}号" if self.number else self.get_state_display()

    def is_told_by(self, entry: Entry) -> bool:
        """Whether an entry of the log is the one that announced it; an earlier correction's entry prints the figure too."""
        return entry.act == TELLS and self.decided_at is not None and entry.recorded_at >= self.decided_at


def _by_then(made: Correction | None) -> Correction | None:
    """A correction, unless whoever looks cannot know of it yet."""
    then = known()
    late = made is not None and then is not None and made.decided_at is not None and made.decided_at > then
    return None if late else made
