"""What was decided of a number in the log: one row a number, never changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("board", "0003_append_only"),
        ("city", "0004_screen"),
        ("indicators", "0007_stated_in_the_log"),
        ("journal", "0005_pins_and_promises"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("version", models.PositiveIntegerField(default=1, verbose_name="版次")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="理由")),
                ("start", models.PositiveIntegerField(verbose_name="起")),
                ("end", models.PositiveIntegerField(verbose_name="止")),
                ("raw", models.CharField(max_length=60, verbose_name="原文")),
                ("value", models.DecimalField(decimal_places=6, max_digits=24, verbose_name="数值")),
                ("at_least", models.BooleanField(default=False, verbose_name="下限")),
                ("at_most", models.BooleanField(default=False, verbose_name="上限")),
                ("about", models.BooleanField(default=False, verbose_name="约数")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="量词")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="所计")),
                ("indicator", models.CharField(blank=True, max_length=60, verbose_name="指标")),
                ("period", models.CharField(blank=True, max_length=20, verbose_name="时段")),
                ("cumulative", models.BooleanField(default=False, verbose_name="累计")),
                ("of_which", models.BooleanField(default=False, verbose_name="其中")),
                ("confidence", models.DecimalField(decimal_places=3, default=0, max_digits=4, verbose_name="置信")),
                ("tier", models.CharField(default="full", max_length=8, verbose_name="分级")),
                ("candidates", models.JSONField(default=list, verbose_name="候选指标")),
                ("checks", models.JSONField(default=list, verbose_name="核对")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待核"),
                            ("accepted", "采纳"),
                            ("edited", "改后采纳"),
                            ("rejected", "驳回"),
                            ("not_a_figure", "非数字"),
                        ],
                        db_index=True,
                        default="open",
                        max_length=14,
                        verbose_name="状态",
                    ),
                ),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.area",
                        verbose_name="区域",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sightings", to="journal.entry"
                    ),
                ),
                (
                    "figure",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sighted_as",
                        to="indicators.figure",
                    ),
                ),
            ],
            options={
                "ordering": ["start"],
                "constraints": [
                    models.UniqueConstraint(models.F("entry"), models.F("start"), name="number_decided_once")
                ],
            },
        ),
        append_only("board_sighting"),
    ]
