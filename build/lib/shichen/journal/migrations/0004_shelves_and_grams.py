"""What is kept beside the log: where in it something stands, and which characters stand side by side in which entry."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from shichen.journal import grams

AT_ONCE = 5000


def shelves(apps: Any, editor: Any) -> None:
    with editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_shelf (unit_id, event_id, area_path, topic) "
            "SELECT DISTINCT unit_id, event_id, area_path, topic FROM journal_entry"
        )


def index(apps: Any, editor: Any) -> None:
    """Made for what stands already; on PostgreSQL by making it."""
    if not grams.made() or editor.connection.vendor != "sqlite":
        return
    rows = apps.get_model("journal", "Entry").objects.order_by("page_day", "seq")
    held = []
    for entry in rows.only("seq", "page_day", "text", "unit_text").iterator(AT_ONCE):
        held.append((entry.seq, entry.page_day, f"{entry.text}\n{entry.unit_text}"))
        if len(held) == AT_ONCE:
            grams.add_rows(held)
            held = []
    grams.add_rows(held)


def without_index(apps: Any, editor: Any) -> None:
    grams.unmade()


class Migration(migrations.Migration):
    dependencies = [("city", "0001_initial"), ("journal", "0003_asked_in_order")]

    operations = [
        migrations.CreateModel(
            name="Shelf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_path", models.CharField(max_length=200)),
                ("topic", models.CharField(blank=True, max_length=24, verbose_name="事项")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.event",
                        verbose_name="事件",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="city.body",
                        verbose_name="报送单位",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("unit"), models.F("event"), models.F("area_path"), models.F("topic"), name="shelf_once"
                    )
                ]
            },
        ),
        migrations.RunPython(shelves, migrations.RunPython.noop),
        migrations.RunPython(index, without_index),
    ]
