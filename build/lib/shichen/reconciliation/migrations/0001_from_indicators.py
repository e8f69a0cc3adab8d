"""The disagreements that the room of figures kept: the same table under its new name, nothing copied, nothing lost."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("city", "0003_leader"),
        ("indicators", "0005_disagreements_move_out"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Disagreement",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("rule", models.CharField(max_length=60, verbose_name="规则")),
                        ("family", models.CharField(max_length=20, verbose_name="类别")),
                        ("signature", models.CharField(max_length=64, unique=True, verbose_name="特征")),
                        ("title", models.CharField(max_length=300, verbose_name="问题")),
                        ("sides", models.JSONField(verbose_name="双方")),
                        ("severity", models.CharField(default="ask", max_length=8, verbose_name="轻重")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "待核"),
                                    ("explained", "已解释"),
                                    ("corrected", "已更正"),
                                    ("task", "转督办"),
                                ],
                                db_index=True,
                                default="open",
                                max_length=10,
                                verbose_name="状态",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                        ("opened_at", models.DateTimeField(verbose_name="发现时间")),
                        ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="处理时间")),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="city.body",
                                verbose_name="责任单位",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={"ordering": ["state", "opened_at"]},
                ),
            ],
        ),
    ]
