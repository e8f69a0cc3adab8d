"""Figures that the city declares for itself: a row for each of their meanings, never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0008_found_by"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Coined",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60, verbose_name="指标")),
                ("name", models.CharField(max_length=80, verbose_name="名称")),
                ("name_en", models.CharField(blank=True, max_length=120, verbose_name="英文名")),
                ("unit", models.CharField(max_length=20, verbose_name="量词")),
                ("sort", models.CharField(max_length=12, verbose_name="性质")),
                ("definition", models.TextField(verbose_name="口径")),
                ("standing", models.BooleanField(default=True, verbose_name="在用")),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="何人",
                    ),
                ),
            ],
            options={"ordering": ["pk"], "indexes": [models.Index(name="coined_of_key", fields=["key"])]},
        ),
        append_only("indicators_coined"),
    ]
