"""The log answers in the order of its page at any length: indexes that carry the order, none that no question asks.

Indexes are taken away and added one by one, never by remaking the table: its triggers, which refuse every change, stay.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from shichen.audit.append_only import without_index

SINGLE = ("page_day", "topic", "event_id", "unit_id", "author_id")


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0001_initial"),
        ("journal", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[without_index("journal_entry", *SINGLE)],
            state_operations=[
                migrations.AlterField("entry", "page_day", models.DateField(verbose_name="日版日期")),
                migrations.AlterField(
                    "entry", "topic", models.CharField(blank=True, max_length=24, verbose_name="事项")
                ),
                *(
                    migrations.AlterField(
                        "entry",
                        name,
                        models.ForeignKey(
                            db_index=False, on_delete=django.db.models.deletion.PROTECT, to=to, verbose_name=label, **more
                        ),
                    )
                    for name, to, label, more in (
                        ("event", "city.event", "事件", {}),
                        ("unit", "city.body", "报送单位", {}),
                        ("author", settings.AUTH_USER_MODEL, "记录人", {"related_name": "+"}),
                    )
                ),
            ],
        ),
        migrations.RemoveIndex("entry", "journal_ent_page_da_d27c15_idx"),
        migrations.RemoveIndex("entry", "journal_ent_unit_id_cc9aa2_idx"),
        *(
            migrations.AddIndex(model, models.Index(fields=fields, name=name))
            for model, name, fields in (
                ("entry", "entry_in_order", ["page_day", "reported_at", "seq"]),
                ("entry", "entry_of_unit", ["unit", "page_day", "reported_at", "seq"]),
                ("entry", "entry_of_topic", ["topic", "page_day", "reported_at", "seq"]),
                ("entry", "entry_of_kind", ["kind", "page_day", "reported_at", "seq"]),
                ("entry", "entry_reported", ["reported_at", "seq"]),
                ("entry", "entry_known", ["page_day", "recorded_at"]),
                ("mark", "mark_of_kind", ["kind", "detail", "at"]),
                ("mark", "mark_at", ["at"]),
            )
        ),
    ]
