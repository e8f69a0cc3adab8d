"""Few envelopes correct another, all are of one event: an index over those few finds them at any length."""

import django.db.models.deletion
from django.db import migrations, models

from shichen.audit.append_only import without_index


class Migration(migrations.Migration):
    dependencies = [("city", "0004_screen"), ("intake", "0006_working")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[without_index("intake_envelope", "event_id")],
            state_operations=[
                migrations.AlterField(
                    "envelope",
                    "event",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="city.event", verbose_name="事件"
                    ),
                ),
            ],
        ),
        migrations.RemoveIndex("envelope", "envelope_corrects"),
        migrations.AddIndex(
            "envelope",
            models.Index(
                name="envelope_correcting", fields=["corrects"], condition=models.Q(corrects__isnull=False)
            ),
        ),
    ]
