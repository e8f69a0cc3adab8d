"""Rows that were there before are counted apart (重复)."""

from django.db import migrations, models

from shichen.audit.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_mapping")]
    operations = [
        migrations.AddField("envelope", "duplicate", models.PositiveIntegerField("重复行数", default=0)),
        append_only(
            "intake_envelope",
            changing=("state", "entered_at", "read", "taken", "duplicate", "blank", "note", "body"),
        ),
    ]
